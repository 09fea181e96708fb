"""docs/metrics/silkiness.md: the least over the parts, monotone in each, incomplete where one is missing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.scoring.silkiness import NO_REFERENCE, silkiness
from profiler.scoring.thresholds import THRESHOLDS

GOOD: dict[str, Any] = {
    "response_ms": 90.0,
    "settled_ms": 400.0,
    "reference_settled_ms": 390.0,
    "hitch_ratio": 0.0,
    "content": {"per-frame": 60},
}
NUMBERS = ("response_ms", "settled_ms", "hitch_ratio")


def test_an_app_that_is_good_in_every_part_has_100() -> None:
    assert silkiness(**GOOD).score == 100.0


def test_it_is_the_least_part_and_not_a_mean() -> None:
    found = silkiness(**(GOOD | {"response_ms": 175.0, "hitch_ratio": 0.0325}))
    assert {part.name: part.score for part in found.parts} == {
        "response": pytest.approx(50.0),
        "settling": 100.0,
        "motion cadence": pytest.approx(75.0),
        "content motion": 100.0,
    }
    assert found.score == pytest.approx(50.0)


def test_settling_counts_only_what_the_app_adds_to_the_system_text_field() -> None:
    slow_phone = GOOD | {"settled_ms": 900.0, "reference_settled_ms": 900.0}
    assert silkiness(**slow_phone).score == 100.0
    assert silkiness(**(slow_phone | {"settled_ms": 1066.0})).score == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("missing", "part"),
    [
        ({"response_ms": None}, "response"),
        ({"settled_ms": None}, "settling"),
        ({"reference_settled_ms": None}, "settling"),
        ({"hitch_ratio": None}, "motion cadence"),
        ({"content": {"unknown": 31, "per-frame": 29}}, "content motion"),
        ({"content": {}}, "content motion"),
    ],
)
def test_a_missing_part_makes_it_incomplete_and_says_why(missing: dict[str, Any], part: str) -> None:
    found = silkiness(**(GOOD | missing))
    assert found.score is None
    told = {one.name: one.reason for one in found.parts if one.score is None}
    assert list(told) == [part]
    assert told[part]
    if "reference_settled_ms" in missing:
        assert told[part] == NO_REFERENCE


numbers = st.floats(0, 2000, allow_nan=False)


@given(st.sampled_from(NUMBERS), numbers, numbers)
def test_a_larger_value_of_any_part_never_raises_it(name: str, one: float, other: float) -> None:
    scale = 0.001 if name == "hitch_ratio" else 1.0
    low, high = (silkiness(**(GOOD | {name: v * scale})).score for v in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 <= high <= low <= 100


@given(st.integers(0, 60), st.integers(0, 60))
def test_more_pop_ups_with_a_jump_never_raise_it(one: int, other: int) -> None:
    few, many = (
        silkiness(**(GOOD | {"content": {"per-frame": 60 - n, "after-slide": n}})).score
        for n in sorted((one, other))
    )
    assert few is not None
    assert many is not None
    assert many <= few


def test_every_threshold_has_a_source_and_good_before_bad() -> None:
    assert all(t.source and t.good < t.bad for t in THRESHOLDS)
