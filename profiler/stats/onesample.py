"""One sample's own value with one-sided bounds. docs/metrics.md section 9.

The method for times: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, sections 3.2 and 3.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean
from typing import TYPE_CHECKING

from profiler.stats.difference import ALPHA
from profiler.stats.welch import FEWEST, sample_variance

if TYPE_CHECKING:
    from collections.abc import Sequence

_NORMAL_QUANTILE = 1.6448536269514722
_EXACT_UP_TO = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its one-sided 95 % bounds, infinite where too little is known."""

    value: float
    lower: float
    upper: float


@lru_cache(maxsize=128)
def signed_rank_counts(n: int) -> tuple[int, ...]:
    """Return how many of the 2^n patterns of signs give a sum of positive ranks of 0 ... n(n+1)/2."""
    counts = [1]
    for rank in range(1, n + 1):
        longer = counts + [0] * rank
        for total, count in enumerate(counts):
            longer[total + rank] += count
        counts = longer
    return tuple(counts)


def critical(n: int) -> int | None:
    """Return the largest c with P(W <= c) <= alpha; None where not even c = 0 has it (n < 5)."""
    if n > _EXACT_UP_TO:
        mean, deviation = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return math.floor(mean - _NORMAL_QUANTILE * deviation - 0.5)
    allowed = ALPHA * 2**n
    total, c = 0, -1
    for count in signed_rank_counts(n):
        total += count
        if total > allowed:
            break
        c += 1
    return c if c >= 0 else None


def hodges_lehmann(values: Sequence[float]) -> Estimate:
    """Return the median of all pairwise means, each value with itself too, with exact signed-rank bounds.

    Args:
        values: at least one round's value.
    """
    walsh = sorted((a + b) / 2 for i, a in enumerate(values) for b in values[i:])
    middle = len(walsh) // 2
    estimate = walsh[middle] if len(walsh) % 2 else (walsh[middle - 1] + walsh[middle]) / 2
    c = critical(len(values))
    if c is None:
        return Estimate(estimate, -math.inf, math.inf)
    return Estimate(estimate, walsh[c], walsh[-1 - c])


def mean(values: Sequence[float], step: float) -> Estimate:
    """Return the mean with Student's bounds; infinite with fewer than two values.

    Args:
        values: at least one round mean.
        step: see `welch.sample_variance`; a sample without variance gets that of one more missed vsync.
    """
    estimate = fmean(values)
    if len(values) < FEWEST:
        return Estimate(estimate, -math.inf, math.inf)
    from scipy.special import stdtrit  # noqa: PLC0415  costs 0.2 s, and only gates need it

    error = math.sqrt(sample_variance(values, step) / len(values))
    reach = float(stdtrit(len(values) - 1, 1 - ALPHA)) * error
    return Estimate(estimate, estimate - reach, estimate + reach)
