"""Blocks of integers: the fast way gives what Python's own int() gives, or says that it can't."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traces.text.integers import LONG_MAX, fits, read_integers

INTEGERS = st.integers(-LONG_MAX, LONG_MAX)


@given(st.lists(st.lists(INTEGERS, max_size=5), max_size=8), st.sampled_from([",", "\t", " "]), st.booleans())
def test_a_written_block_reads_back(lines: list[list[int]], separator: str, trailing: bool):
    text = "".join(
        separator.join(map(str, line)) + separator * (trailing and bool(line)) + "\n" for line in lines
    )
    block = read_integers(text, separator)
    assert block is not None
    assert block.values.tolist() == [value for line in lines for value in line]
    assert block.per_line.tolist() == [len(line) for line in lines]


def test_a_last_line_without_line_end_counts():
    block = read_integers("1 2\n3", " ")
    assert block is not None
    assert (block.values.tolist(), block.per_line.tolist()) == ([1, 2, 3], [2, 1])


@given(st.text(alphabet="0123456789-, \nx", max_size=40))
def test_it_reads_exactly_the_blocks_whose_every_word_is_an_integer(text: str):
    block = read_integers(text, ", ")
    words = text.replace(",", " ").split()
    if block is None:
        assert not all(fits(word) for word in words)
    else:
        assert block.values.tolist() == [int(word) for word in words]


def test_the_ends_of_int64():
    assert fits(str(LONG_MAX))
    assert fits(str(-LONG_MAX))
    assert not fits(str(LONG_MAX + 1))
    assert not fits("²")
    assert read_integers(str(LONG_MAX + 1), ",") is None
