"""The interval of a mean, against a table of Student's t."""

from __future__ import annotations

import pytest

from profiler.stats.meaninterval import mean_interval


def test_four_values_by_hand() -> None:
    # mean 2.5, standard deviation sqrt(5/3), t(3, 0.975) = 3.182446
    assert mean_interval([1, 2, 3, 4]) == pytest.approx((2.5 - 2.054260, 2.5 + 2.054260), abs=1e-5)


def test_two_values_reach_far() -> None:
    # mean 5, standard deviation sqrt(2), t(1, 0.975) = 12.706205
    assert mean_interval([4, 6]) == pytest.approx((5 - 12.706205, 5 + 12.706205), abs=1e-4)


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0]])
def test_too_little_says_nothing(values: list[float]) -> None:
    assert mean_interval(values) is None
