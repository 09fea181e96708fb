"""Texts get the numbers that their reader gives them, and each distinct one is read once while it is remembered."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from traces.perfetto import interning
from traces.perfetto.interning import Interner
from traces.perfetto.wire import PADDING, Block


class Reader:
    def __init__(self):
        self.read = []

    def __call__(self, text):
        self.read.append(text)
        return self.read.index(text)


def numbers(interner, texts, between=b"|"):
    start, end, data = [], [], b""
    for text in texts:
        start.append(len(data))
        data += text
        end.append(len(data))
        data += between
    block = Block(data + bytes(PADDING))
    return interner.numbers(block, np.asarray(start, np.int64), np.asarray(end, np.int64)).tolist()


TEXTS = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from([b"", b"a", b"ab" * 70, b"ab" * 64, b"x" * 16]))
)


@given(st.lists(TEXTS, max_size=4))
def test_every_text_has_the_number_that_a_dictionary_would_give_it(batches):
    known, interner = {}, Interner(lambda text: known.setdefault(text, len(known)))
    for texts in batches:
        assert numbers(interner, texts) == [known[text] for text in texts]


def test_what_follows_a_text_does_not_matter():
    reader = Reader()
    interner = Interner(reader)
    assert numbers(interner, [b"B|12|draw", b"E|12"], b"\n") == numbers(
        interner, [b"B|12|draw", b"E|12"], b"xyz"
    )
    assert len(reader.read) == 2


def test_a_text_is_read_once_until_all_is_forgotten():
    reader = Reader()
    interner = Interner(reader)
    numbers(interner, [b"B|12|draw"] * 5)
    numbers(interner, [b"B|12|draw"])
    assert reader.read == [b"B|12|draw"]
    interner.forget()
    numbers(interner, [b"B|12|draw"])
    assert reader.read == [b"B|12|draw"] * 2


def test_texts_that_share_a_place_are_not_read_again(monkeypatch):
    monkeypatch.setattr(interning, "_SLOT_BITS", 1)
    monkeypatch.setattr(interning, "_TO_SLOT", np.uint64(63))
    reader = Reader()
    interner = Interner(reader)
    texts = [b"name %d" % i for i in range(20)]
    assert numbers(interner, texts) == numbers(interner, texts)
    assert sorted(reader.read) == sorted(texts)


def test_the_longest_are_read_each_time():
    reader = Reader()
    numbers(Interner(reader), [b"x" * 200] * 3)
    assert reader.read == [b"x" * 200] * 3
