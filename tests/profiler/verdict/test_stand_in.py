"""docs/android-versions.md: what decides a complaint where a phone's sources do not tell its usual metric."""

from __future__ import annotations

import pytest

from profiler.complaints import complaint, list_complaints
from profiler.verdict.stand_in import stand_in, stand_in_words
from profiler.verdict.words import METRICS
from traces.capture import FRAMESTATS, LATENCY, SECTIONS, TIMELINE, TRACER

RINGS = (LATENCY, FRAMESTATS)
ANDROID_12 = (TIMELINE, TRACER, SECTIONS, *RINGS)
ANDROID_11 = (TRACER, SECTIONS, *RINGS)
ANDROID_10 = (SECTIONS, *RINGS)


@pytest.mark.parametrize(
    ("usual", "android_11", "android_10", "rings"),
    [
        ("hitch_ms", "content_hitch_ms", "app_hitch_ms", "app_hitch_ms"),
        ("settled_ms", "driver_end_ms", "settled_ms", "settled_ms"),
        (
            "stream.hitch_ratio_ms_per_s",
            "stream.hitch_ratio_ms_per_s",
            "stream.hitch_ratio_ms_per_s",
            "stream.app_hitch_ratio_ms_per_s",
        ),
        (
            "scroll.hitch_ratio_ms_per_s",
            "scroll.hitch_ratio_ms_per_s",
            "scroll.hitch_ratio_ms_per_s",
            "scroll.app_hitch_ratio_ms_per_s",
        ),
        ("response_ms", "response_ms", "response_ms", "response_ms"),
    ],
)
def test_what_decides_by_what_the_phone_has(usual: str, android_11: str, android_10: str, rings: str) -> None:
    assert stand_in(usual, ANDROID_12) == usual
    assert stand_in(usual, ANDROID_11) == android_11
    assert stand_in(usual, ANDROID_10) == android_10
    assert stand_in(usual, RINGS) == rings


def test_a_phone_that_was_not_asked_is_judged_as_usual() -> None:
    assert stand_in("hitch_ms", ()) == "hitch_ms"


def test_nothing_is_said_where_nothing_stands_in() -> None:
    assert stand_in_words("hitch_ms", "hitch_ms") is None


@pytest.mark.parametrize(
    ("usual", "judged", "en", "zh"),
    [
        ("hitch_ms", "content_hitch_ms", "not the keyboard itself", "看不到键盘本身"),
        ("hitch_ms", "app_hitch_ms", "not the keyboard itself", "看不到键盘本身"),
        ("settled_ms", "driver_end_ms", "not when its last step was on screen", "不是键盘最后一步显示"),
        (
            "stream.hitch_ratio_ms_per_s",
            "stream.app_hitch_ratio_ms_per_s",
            "not only at the reply's",
            "不只是回复的画面",
        ),
        (
            "scroll.hitch_ratio_ms_per_s",
            "scroll.app_hitch_ratio_ms_per_s",
            "not only at the list's",
            "不只是列表的画面",
        ),
    ],
)
def test_the_words_name_both_metrics_and_what_the_stand_in_cannot_see(
    usual: str, judged: str, en: str, zh: str
) -> None:
    said = stand_in_words(usual, judged)
    assert said is not None
    for text in said:
        assert usual in text
        assert judged in text
    assert en in said.en
    assert zh in said.zh
    assert ("keyboard" in said.en) == (usual in {"hitch_ms", "settled_ms"})


def test_every_stand_in_of_the_catalogue_says_what_it_cannot_see_and_has_a_name() -> None:
    for name in list_complaints():
        for sources in (ANDROID_11, ANDROID_10, RINGS):
            usual = complaint(name).primary_metric
            judged = stand_in(usual, sources)
            said = stand_in_words(usual, judged)
            if judged != usual:
                assert {usual, judged} <= set(METRICS)
                assert said is not None
                assert "instead, which" in said.en
                assert "判断；后者" in said.zh


def test_a_metric_that_somebody_else_put_in_place_is_named_without_a_claim() -> None:
    said = stand_in_words("hitch_ms", "their_own")
    assert said is not None
    assert said.en.endswith("it was judged by their_own (their_own) instead.")
    assert said.zh.endswith("改用 their_own（their_own）判断。")
