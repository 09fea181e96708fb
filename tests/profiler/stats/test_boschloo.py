"""docs/metrics.md section 7: the exact test of two shares."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.stats.boschloo import p_value


def test_all_of_three_against_none_by_hand() -> None:
    # the only extreme outcome; its chance s^3 (1 - s)^3 is largest at one half
    assert p_value(3, 3, 0, 3) == pytest.approx(1 / 64)


@pytest.mark.parametrize(
    ("x", "n", "y", "m", "expected"),
    [
        # scipy.stats.boschloo_exact(..., alternative="greater"), scipy 1.17.1
        (4, 12, 0, 12, 0.0224533),
        (11, 12, 8, 12, 0.0810023),
        (6, 9, 2, 6, 0.1272958),
        (20, 30, 0, 30, 2.6798e-9),
    ],
)
def test_what_scipy_says(x: int, n: int, y: int, m: int, expected: float) -> None:
    assert p_value(x, n, y, m) == pytest.approx(expected, rel=1e-3)


def test_as_many_of_as_many_are_no_difference() -> None:
    assert p_value(0, 12, 0, 12) == pytest.approx(1.0)
    assert p_value(5, 12, 5, 12) > 0.5


@settings(deadline=None, max_examples=50)
@given(n=st.integers(1, 15), m=st.integers(1, 15), data=st.data())
def test_it_errs_no_more_often_than_it_says(n: int, m: int, data: st.DataObject) -> None:
    from math import comb

    alpha = data.draw(st.sampled_from([0.025, 0.00625, 0.1]))
    share = data.draw(st.floats(0.01, 0.99))
    wrong = sum(
        comb(n, x) * share**x * (1 - share) ** (n - x) * comb(m, y) * share**y * (1 - share) ** (m - y)
        for x in range(n + 1)
        for y in range(m + 1)
        if p_value(x, n, y, m) <= alpha
    )
    assert wrong <= alpha * 1.001


@given(n=st.integers(2, 15), m=st.integers(1, 15), data=st.data())
@settings(deadline=None, max_examples=50)
def test_one_more_speaks_louder(n: int, m: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, m))
    assert p_value(x + 1, n, y, m) <= p_value(x, n, y, m) + 1e-12
