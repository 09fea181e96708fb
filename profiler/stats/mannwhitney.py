"""Hodges-Lehmann difference with exact one-sided Mann-Whitney bounds. docs/metrics.md section 7.

The method: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, sections 4.2 and 4.3.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from profiler.stats.difference import ALPHA, MOST_FURTHER, Difference, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXACT_UP_TO = 60
"""Sum of both sample sizes up to which the number of rank orders is counted out."""


@lru_cache(maxsize=512)
def u_counts(n: int, m: int) -> tuple[int, ...]:
    """Return how many of the C(n + m, n) rank orders of two samples give U = 0 ... n m.

    The largest value belongs to one sample or the other: counts(n, m, u) = counts(n - 1, m, u - m) +
    counts(n, m - 1, u).
    """
    if n == 0 or m == 0:
        return (1,)
    if n > m:
        return u_counts(m, n)
    rows: list[npt.NDArray[np.object_]] = [np.array([1], dtype=object) for _ in range(m + 1)]
    for i in range(1, n + 1):
        row: list[npt.NDArray[np.object_]] = [np.array([1], dtype=object)]
        for j in range(1, m + 1):
            counts = np.zeros(i * j + 1, dtype=object)
            counts[j:] += rows[j]
            counts[: i * (j - 1) + 1] += row[j - 1]
            row.append(counts)
        rows = row
    return tuple(int(count) for count in rows[m])


@lru_cache(maxsize=512)
def critical(n: int, m: int, alpha: float = ALPHA) -> int | None:
    """Return the largest c with P(U <= c) <= alpha under no difference; None where not even c = 0 has it."""
    if n + m > _EXACT_UP_TO:
        return _normal_critical(n, m, alpha)
    counts = u_counts(n, m)
    allowed = alpha * math.comb(n + m, n) * (1 + 1e-12)
    total, c = 0, -1
    for count in counts:
        total += count
        if total > allowed:
            break
        c += 1
    return c if c >= 0 else None


def _normal_critical(n: int, m: int, alpha: float) -> int:
    """Return `critical` by the normal approximation with continuity correction."""
    deviation = math.sqrt(n * m * (n + m + 1) / 12)
    return math.floor(n * m / 2 - NormalDist().inv_cdf(1 - alpha) * deviation - 0.5)


def pairwise_differences(a: Sequence[float], b: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return all n m differences A - B, ascending."""
    return np.sort(np.subtract.outer(np.asarray(a, np.float64), np.asarray(b, np.float64)).ravel())


def hodges_lehmann(a: Sequence[float], b: Sequence[float], alpha: float = ALPHA) -> Difference:
    """Return the median of all pairwise differences A - B with its exact bounds.

    Args:
        a: at least one value.
        b: at least one value.
        alpha: how often each bound may miss.
    """
    differences = pairwise_differences(a, b)
    estimate = float(np.median(differences))
    c = critical(len(a), len(b), alpha)
    if c is None:
        return unknown(estimate)
    return Difference(estimate, float(differences[c]), float(differences[-1 - c]))


def further_rounds(a: Sequence[float], b: Sequence[float], margin: float, alpha: float = ALPHA) -> int | None:
    """Return how many rounds more of each would settle the difference, if they come out like those so far.

    Further rounds move the bounds inward along the same pairwise differences: the bound's rank, as a part of
    all pairs, is that of the larger samples. None: more than 200.
    """
    differences = pairwise_differences(a, b)
    for more in range(1, MOST_FURTHER + 1):
        n, m = len(a) + more, len(b) + more
        c = critical(n, m, alpha)
        if c is None:
            continue
        rank = min(math.floor((c + 0.5) / (n * m) * len(differences)), (len(differences) - 1) // 2)
        bounds = Difference(math.nan, float(differences[rank]), float(differences[-1 - rank]))
        if bounds.outcome(margin) != "open":
            return more
    return None
