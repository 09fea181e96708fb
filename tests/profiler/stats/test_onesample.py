"""One sample's bounds against brute force and the worked examples of docs/metrics.md section 9."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.stats import onesample


def test_the_worked_examples():
    times = onesample.hodges_lehmann([330, 333, 335, 338, 340, 352])
    assert (times.value, times.lower, times.upper) == (336.5, 332.5, 345.0)
    hitches = onesample.mean([25, 30, 22, 28, 27, 24], 8.33 / 5)
    assert (round(hitches.value, 1), round(hitches.lower, 1), round(hitches.upper, 1)) == (26.0, 23.6, 28.4)


@pytest.mark.parametrize("n", range(1, 11))
def test_rank_sums_are_counted_as_by_hand(n):
    sums = [sum(r for r, plus in enumerate(signs, 1) if plus) for signs in product((0, 1), repeat=n)]
    counts = onesample.signed_rank_counts(n)
    assert list(counts) == [sums.count(total) for total in range(n * (n + 1) // 2 + 1)]
    c = onesample.critical(n)
    if c is None:
        assert n < 5
    else:
        assert sum(counts[: c + 1]) <= 0.05 * 2**n < sum(counts[: c + 2])


def test_the_normal_approximation_continues_the_exact_one():
    exact = onesample.critical(60)
    assert exact is not None
    assert 0 < onesample.critical(61) - exact < 40


def test_too_few_rounds_give_no_bound():
    assert onesample.hodges_lehmann([1.0, 2.0, 3.0, 4.0]).upper == math.inf
    assert onesample.mean([1.0], 1.0).lower == -math.inf


def test_a_sample_without_variance_gets_that_of_one_more_missed_vsync():
    found = onesample.mean([0.0] * 6, 2.0)
    assert found.upper == pytest.approx(2.015 * math.sqrt(4 / 6 / 6), rel=1e-3)
    assert found.lower == -found.upper


values = st.lists(st.floats(0, 1000), min_size=5, max_size=20)


@given(values, st.floats(-100, 100))
def test_bounds_stand_around_the_estimate_and_move_with_the_sample(sample, shift):
    for found, moved in (
        (onesample.hodges_lehmann(sample), onesample.hodges_lehmann([v + shift for v in sample])),
        (onesample.mean(sample, 1.0), onesample.mean([v + shift for v in sample], 1.0)),
    ):
        assert found.lower <= found.value <= found.upper
        assert moved.value == pytest.approx(found.value + shift, abs=1e-6)
