"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.report.numbers import NULL, nice_limit, number, shown, with_unit


@pytest.mark.parametrize(
    ("value", "options", "text"),
    [
        (None, {}, "—"),
        (math.nan, {}, "—"),
        (0.0, {}, "0.0"),
        (-0.04, {}, "0.0"),
        (16.666, {}, "16.7"),
        (-3.25, {"decimals": 2}, "−3.25"),
        (12.0, {"sign": True}, "+12.0"),
        (0.0, {"sign": True}, "0.0"),
        (math.inf, {"sign": True}, "+∞"),
        (-math.inf, {}, "−∞"),
    ],
)
def test_number(value: float | None, options: dict[str, int], text: str) -> None:
    assert number(value, **options) == text


def test_a_missing_number_has_no_unit() -> None:
    assert with_unit(None, "ms") == NULL
    assert with_unit(4.0, "") == "4.0"
    assert with_unit(4.0, "ms") == "4.0 ms"


def test_hitch_ratio_is_shown_in_ms_per_s() -> None:
    assert shown("hitch_ratio", 0.0625) == 62.5
    assert shown("hitch_ms", 0.0625) == 0.0625
    assert shown("hitch_ratio", None) is None


@given(st.floats(1e-6, 1e9))
def test_a_scale_holds_its_values_without_much_air(value: float) -> None:
    limit = nice_limit(value)
    assert value <= limit * (1 + 1e-9)
    assert limit <= 2 * value * (1 + 1e-9)


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_a_scale_of_nothing_is_one(value: float) -> None:
    assert nice_limit(value) == 1.0
