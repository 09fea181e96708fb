"""What people write is understood, asked about or refused; never silently taken for another complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.complaints import complaint, list_complaints
from profiler.complaints.negation import denied
from profiler.complaints.sentence import clauses, language
from profiler.complaints.understand import understand

HERE = Path(__file__).parent
OWN = ("qwen", "Qwen", "千问", "通义千问")
OTHERS = ("豆包", "Doubao", "DeepSeek", "元宝", "Yuanbao", "Kimi")
CATALOGUE = [complaint(name) for name in list_complaints()]


def sentences(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [
        (want.strip(), text.strip())
        for want, text in (line.split("|", 1) for line in lines if line and not line.startswith("#"))
    ]


def hear(text: str):
    return understand(text, CATALOGUE, own=OWN, others=OTHERS)


@pytest.mark.parametrize(("file", "least"), [("sentences.txt", 0.95), ("held_out.txt", 0.70)])
def test_no_sentence_is_silently_taken_for_another_complaint(file, least):
    lot = sentences(file)
    found = [(want, text, hear(text)) for want, text in lot]
    wrong = [(text, one.meant.id) for want, text, one in found if one.meant and one.meant.id != want]
    assert wrong == []
    clear = [(want, one) for want, _, one in found if want != "?"]
    assert sum(one.meant is not None for _, one in clear) >= least * len(clear)


def test_what_is_not_understood_at_once_has_the_right_complaint_among_the_candidates():
    asked = [
        (want, one)
        for want, text in sentences("held_out.txt")
        if not (one := hear(text)).meant and want != "?"
    ]
    assert all(want in [c.id for c in one.candidates] for want, one in asked)


def test_the_corpus_is_large_and_in_both_languages():
    lot = sentences("sentences.txt")
    assert len(lot) >= 120
    assert min(sum(language(text) == tongue for _, text in lot) for tongue in ("en", "zh")) >= 50
    assert {want for want, _ in lot} == {"?", *list_complaints()}


@pytest.mark.parametrize("one", CATALOGUE, ids=lambda one: one.id)
def test_a_complaints_own_words_mean_it(one):
    for text in (one.id, *one.name, *one.claim, *one.hearing.phrases):
        found = hear(text)
        assert found.meant is one, text


@pytest.mark.parametrize(
    ("text", "why", "candidates"),
    [
        ("键盘卡", "several", ["keyboard-popup-not-smooth", "typing-lags"]),
        ("键盘弹出很丝滑", "praise", []),
        ("豆包键盘弹出卡", "others", []),
        ("Doubao's keyboard stutters when it pops up", "others", []),
        ("键盘弹出卡不卡", "unsure", ["keyboard-popup-not-smooth"]),
        ("发送定位很慢", "besides", ["sending-slow"]),
        ("回答质量差", "several", None),
        ("今天天气怎么样", "nothing", []),
        ("", "nothing", []),
    ],
)
def test_why_a_sentence_is_not_understood(text, why, candidates):
    found = hear(text)
    assert found.meant is None
    if candidates is None:
        assert found.candidates
        return
    assert (found.why, sorted(one.id for one in found.candidates)) == (why, sorted(candidates))


def test_a_word_that_may_change_the_meaning_is_named():
    assert hear("发送定位很慢").strange == ("定位",)


def test_the_accused_by_its_other_name_is_not_another_app():
    assert hear("通义千问键盘弹出卡顿").meant.id == "keyboard-popup-not-smooth"
    turned = understand("豆包键盘弹出卡顿", CATALOGUE, own=("豆包",), others=("千问",))
    assert turned.meant.id == "keyboard-popup-not-smooth"


@pytest.mark.parametrize(
    ("clause", "word", "expected"),
    [
        ("键盘弹出不丝滑", "丝滑", True),
        ("键盘弹出不是很丝滑", "丝滑", True),
        ("没有豆包丝滑", "丝滑", True),
        ("没有不流畅", "流畅", False),
        ("不是卡就是慢", "卡", False),
        ("丝滑", "丝滑", False),
        ("it is not very smooth", "smooth", True),
        ("it doesn't stutter", "stutter", True),
        ("never without stutter", "stutter", False),
        ("not only slow", "slow", False),
    ],
)
def test_denials(clause, word, expected):
    start = clause.index(word)
    assert denied(clause, start, start + len(word), 0) is expected


def test_what_is_said_of_others_is_left_out_and_what_is_compared_is_kept():
    kept, dropped = clauses("千问卡，豆包很流畅", OWN, OTHERS)
    assert ([one.text for one in kept], dropped) == (["本应用卡"], True)
    kept, dropped = clauses("没有豆包流畅", OWN, OTHERS)
    assert (len(kept), dropped) == (1, False)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered(text):
    found = hear(text)
    assert (found.meant is None) == (found.why is not None)
