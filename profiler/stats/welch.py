"""Difference of means with Welch's one-sided bounds. docs/metrics.md section 7."""

from __future__ import annotations

import math
from statistics import fmean, variance
from typing import TYPE_CHECKING

from profiler.stats.difference import ALPHA, MOST_FURTHER, Difference, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 2
_NO_VARIANCE = 1e-9
"""Spread, as a part of the step, under which a sample counts as without variance: rounding of equal means."""


def sample_variance(values: Sequence[float], step: float) -> float:
    """Return the variance, or for a sample without any that of one value larger by `step`: step^2 / n.

    Args:
        values: at least two round means.
        step: what one more missed vsync in one pop-up adds to a round's mean.
    """
    found = variance(values)
    return found if found > (_NO_VARIANCE * step) ** 2 else step**2 / len(values)


def welch(
    a: Sequence[float],
    b: Sequence[float],
    step: float,
    alpha: float = ALPHA,
    *,
    lower_alpha: float | None = None,
) -> Difference:
    """Return the difference of means A - B with Welch's bounds; infinite with fewer than two values.

    Args:
        a: at least one round mean.
        b: at least one round mean.
        step: see `sample_variance`.
        alpha: how often each bound may miss.
        lower_alpha: how often the lower bound may miss, where another test spends a part of its error.
    """
    estimate = fmean(a) - fmean(b)
    if min(len(a), len(b)) < FEWEST:
        return unknown(estimate)
    variances = sample_variance(a, step), sample_variance(b, step)
    return _bounds(estimate, variances, (len(a), len(b)), (lower_alpha or alpha, alpha))


def _bounds(
    estimate: float, variances: tuple[float, float], rounds: tuple[int, int], alphas: tuple[float, float]
) -> Difference:
    from scipy.special import stdtrit  # noqa: PLC0415  costs 0.2 s, and only comparisons need it

    n, m = rounds
    part_a, part_b = variances[0] / n, variances[1] / m
    error = math.sqrt(part_a + part_b)
    freedom = (part_a + part_b) ** 2 / (part_a**2 / (n - 1) + part_b**2 / (m - 1))
    below, above = (float(stdtrit(freedom, 1 - alpha)) * error for alpha in alphas)
    return Difference(estimate, estimate - below, estimate + above)


def further_rounds(
    a: Sequence[float],
    b: Sequence[float],
    step: float,
    margin: float,
    alpha: float = ALPHA,
    *,
    lower_alpha: float | None = None,
) -> int | None:
    """Return how many rounds more of each would settle the difference, if means and variances stay.

    None: more than 200, or fewer than two values to go by.
    """
    if min(len(a), len(b)) < FEWEST:
        return None
    estimate = fmean(a) - fmean(b)
    variances = sample_variance(a, step), sample_variance(b, step)
    for more in range(1, MOST_FURTHER + 1):
        bounds = _bounds(estimate, variances, (len(a) + more, len(b) + more), (lower_alpha or alpha, alpha))
        if bounds.outcome(margin) != "open":
            return more
    return None
