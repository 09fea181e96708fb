"""docs/metrics.md section 7: Hodges-Lehmann difference with exact Mann-Whitney bounds."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.stats import mannwhitney
from profiler.stats.mannwhitney import critical, further_rounds, hodges_lehmann, u_counts

SIZES = [(n, m) for n in range(1, 6) for m in range(1, 6)]


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_counts_are_those_of_all_rank_orders(n: int, m: int) -> None:
    """Brute force: every choice of n ranks out of n + m."""
    found = [0] * (n * m + 1)
    for ranks in combinations(range(n + m), n):
        found[sum(ranks) - n * (n - 1) // 2] += 1
    assert list(u_counts(n, m)) == found


@pytest.mark.parametrize(("n", "m"), [(6, 6), (7, 4), (12, 12), (30, 30)])
def test_counts_add_up_and_are_symmetric(n: int, m: int) -> None:
    counts = u_counts(n, m)
    assert sum(counts) == math.comb(n + m, n)
    assert counts == counts[::-1]
    assert counts == u_counts(m, n)


@pytest.mark.parametrize(
    ("n", "m", "c"),
    [(3, 3, 0), (4, 4, 1), (5, 5, 4), (6, 6, 7), (5, 4, 2), (8, 8, 15), (10, 10, 27), (20, 20, 138)],
)
def test_critical_values_are_the_published_ones(n: int, m: int, c: int) -> None:
    """One-sided 5 % table of the Mann-Whitney U (Hollander and Wolfe; Mann and Whitney 1947)."""
    assert critical(n, m) == c


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 2), (2, 4), (1, 18)])
def test_too_few_rounds_have_no_critical_value_and_infinite_bounds(n: int, m: int) -> None:
    assert critical(n, m) is None
    found = hodges_lehmann([5.0] * n, [1.0] * m)
    assert (found.estimate, found.lower, found.upper) == (4.0, -math.inf, math.inf)
    assert found.outcome(1.0) == "open"


def test_the_normal_approximation_joins_the_exact_values() -> None:
    for n in (20, 25, 30):
        exact = critical(n, n)
        assert exact is not None
        assert abs(mannwhitney._normal_critical(n, n, 0.05) - exact) <= 1


def test_worked_by_hand() -> None:
    """3 against 3: c = 0, so the bounds are the least and the largest difference."""
    found = hodges_lehmann([10.0, 12.0, 17.0], [1.0, 2.0, 4.0])
    assert (found.estimate, found.lower, found.upper) == (10.0, 6.0, 16.0)


def test_bounds_are_the_ranks_c_and_nm_minus_1_minus_c() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=6).tolist(), rng.normal(size=6).tolist()
    ordered = sorted(x - y for x in a for y in b)
    found = hodges_lehmann(a, b)
    assert (found.lower, found.upper) == (ordered[7], ordered[36 - 1 - 7])
    assert found.estimate == pytest.approx((ordered[17] + ordered[18]) / 2)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=8),
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=8),
)
def test_swapping_the_apps_mirrors_the_difference(a: list[float], b: list[float]) -> None:
    one, other = hodges_lehmann(a, b), hodges_lehmann(b, a)
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-9)
    assert (one.lower, one.upper) == (-other.upper, -other.lower)
    assert one.lower <= one.estimate <= one.upper


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=7), st.integers(-500, 500))
def test_a_shift_of_one_app_shifts_estimate_and_bounds(a: list[int], shift: int) -> None:
    base = hodges_lehmann([float(x) for x in a], [0.0, 3.0, 8.0, 20.0])
    moved = hodges_lehmann([float(x + shift) for x in a], [0.0, 3.0, 8.0, 20.0])
    assert (moved.lower, moved.upper) == (base.lower + shift, base.upper + shift)


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_each_bound_misses_the_true_difference_in_at_most_5_percent(draw: str) -> None:
    """2000 seeded runs of 6 against 6; 5 % plus three standard errors is 6.5 %."""
    rng = np.random.default_rng(20)
    low = high = 0
    for _ in range(2000):
        a, b = getattr(rng, draw)(size=6) + 5.0, getattr(rng, draw)(size=6)
        found = hodges_lehmann(a.tolist(), b.tolist())
        low += found.lower > 5.0
        high += found.upper < 5.0
    assert low / 2000 <= 0.065
    assert high / 2000 <= 0.065
    assert low / 2000 > 0.02, "not so wide that it says nothing"


class TestFurtherRounds:
    def test_a_clear_difference_in_too_few_rounds_needs_as_many_as_the_bounds_need(self) -> None:
        assert further_rounds([30.0, 31.0], [1.0, 2.0], 8.3) == 1

    def test_more_are_needed_the_nearer_the_difference_is_to_the_margin(self) -> None:
        a = [float(x) for x in range(-20, 21, 8)]
        needed = [further_rounds([x + d for x in a], a, 8.0) for d in (24.0, 18.0, 15.0)]
        assert None not in needed
        assert needed == sorted(needed, key=lambda n: n or 0)
        assert needed[0] != needed[-1]

    def test_a_difference_at_the_margin_is_never_settled(self) -> None:
        a = [float(x) for x in range(-10, 11, 4)]
        assert further_rounds([x + 8.0 for x in a], a, 8.0) is None

    def test_the_advice_holds_if_the_rounds_come_again_alike(self) -> None:
        a = [float(x) for x in range(-20, 21, 8)]
        shifted = [x + 18.0 for x in a]
        assert hodges_lehmann(shifted, a).outcome(8.0) == "open"
        more = further_rounds(shifted, a, 8.0)
        assert more is not None
        times = -(-(6 + more) // 6)
        assert hodges_lehmann(shifted * times, a * times).outcome(8.0) == "worse"
