"""docs/metrics.md section 7: difference of round means with Welch's bounds and the variance floor."""

from __future__ import annotations

import math
from statistics import variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.stats.welch import further_rounds, sample_variance, welch

T = 1000 / 120
STEP = T / 5
A = [25.0, 30.0, 22.0, 28.0, 27.0, 24.0]


def test_worked_example() -> None:
    found = welch(A, [0.0] * 6, STEP)
    assert variance(A) == pytest.approx(8.4)
    assert sample_variance([0.0] * 6, STEP) == pytest.approx(0.463, abs=0.0005)
    assert found.estimate == pytest.approx(26.0)
    assert found.lower == pytest.approx(23.6, abs=0.05)
    assert found.outcome(8.3) == "worse"


def test_the_bounds_are_welchs() -> None:
    from scipy import stats

    b = [3.0, 8.0, 1.0, 4.0, 6.0]
    reference = stats.ttest_ind(A, b, equal_var=False).confidence_interval(0.90)
    found = welch(A, b, STEP)
    assert (found.lower, found.upper) == pytest.approx((reference.low, reference.high))


def test_the_floor_is_the_variance_of_one_round_larger_by_a_step() -> None:
    assert sample_variance([2.0] * 7, STEP) == pytest.approx(variance([0.0] * 6 + [STEP]))


def test_rounding_of_equal_means_is_no_variance() -> None:
    assert sample_variance([0.1 + 0.2, 0.3, 0.3], STEP) == pytest.approx(STEP**2 / 3)


def test_a_small_real_variance_is_kept() -> None:
    assert sample_variance([0.0, 0.0, 0.001], STEP) == pytest.approx(variance([0, 0, 0.001]))


def test_two_perfect_samples_are_decided_and_not_infinitely_sure() -> None:
    found = welch([0.0] * 6, [0.0] * 6, STEP)
    assert found.lower < 0 < found.upper < 8.3
    assert found.outcome(8.3) == "not worse"


@pytest.mark.parametrize(("a", "b"), [([1.0], [2.0, 3.0]), ([1.0, 2.0], [3.0])])
def test_one_round_says_nothing(a: list[float], b: list[float]) -> None:
    assert math.isinf(welch(a, b, STEP).lower)
    assert math.isinf(welch(a, b, STEP).upper)
    assert further_rounds(a, b, STEP, 8.3) is None


def test_jank_in_two_rounds_of_five_is_seen() -> None:
    """Medians would hide it."""
    found = welch([0.0, 60.0, 0.0, 60.0, 0.0] * 4, [0.0] * 20, STEP)
    assert found.outcome(8.3) == "worse"


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=9),
    st.lists(st.floats(-100, 100), min_size=2, max_size=9),
)
def test_swapping_the_apps_mirrors_the_difference(a: list[float], b: list[float]) -> None:
    one, other = welch(a, b, STEP), welch(b, a, STEP)
    assert one.lower == pytest.approx(-other.upper)
    assert one.lower < one.estimate < one.upper


def test_each_bound_misses_the_true_difference_in_about_5_percent() -> None:
    """3000 seeded runs of 6 against 6 with unequal spreads; three standard errors are 1.2 points."""
    rng = np.random.default_rng(11)
    low = high = 0
    for _ in range(3000):
        found = welch(rng.normal(12, 6, 6).tolist(), rng.normal(0, 1, 6).tolist(), STEP)
        low += found.lower > 12
        high += found.upper < 12
    assert 0.038 < low / 3000 < 0.062
    assert 0.038 < high / 3000 < 0.062


def test_the_same_app_twice_is_hardly_ever_called_worse() -> None:
    """A/A: hitches as they come, no margin at all."""
    rng = np.random.default_rng(12)
    worse = 0
    for _ in range(1000):
        a, b = rng.poisson(1.0, (2, 6, 5)).mean(axis=2) * T
        worse += welch(a.tolist(), b.tolist(), STEP).outcome(0.0) == "worse"
    assert worse / 1000 < 0.075


class TestFurtherRounds:
    def test_it_is_the_first_number_that_decides(self) -> None:
        a, b = [20.0, 0.0, 30.0, 10.0], [0.0, 0.0, 5.0, 0.0]
        more = further_rounds(a, b, STEP, 8.3)
        assert more is not None
        var_a, var_b = variance(a), variance(b)

        def decided(n: int) -> bool:
            from profiler.stats.welch import _bounds

            return _bounds(13.75, (var_a, var_b), (n, n), (0.05, 0.05)).outcome(8.3) != "open"

        assert decided(4 + more)
        assert not decided(4 + more - 1)

    def test_over_200_is_no_advice(self) -> None:
        assert further_rounds([0.0, 17.0, 8.4], [0.0, 0.2, 0.1], STEP, 8.3) is None
