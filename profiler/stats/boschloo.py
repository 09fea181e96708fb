"""Boschloo's exact test of two shares, one-sided. docs/metrics.md section 7.

Fisher's p-value as the statistic of an unconditional test (Boschloo 1970): exact at any true share, and more
powerful than Fisher's own test, which holds the sum of both counts fixed though no sampling did.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_SHARES = 801
"""Points at which the largest error is looked for, dense at both ends."""
_SAME = 1e-9
"""Part by which two of Fisher's p-values may differ and still be ties."""

_Table = npt.NDArray[np.float64]


def _log_choose(n: int) -> _Table:
    return np.array([math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)])


@lru_cache(maxsize=64)
def _fisher(n: int, m: int) -> _Table:
    """Return Fisher's one-sided p-values of x of n against y of m, (n + 1) x (m + 1)."""
    total = _log_choose(n + m)
    sums = np.add.outer(np.arange(n + 1), np.arange(m + 1))
    found = np.exp(np.add.outer(_log_choose(n), _log_choose(m)) - total[sums])
    for x in range(n - 1, -1, -1):  # P(X >= x) with the sum held: one x more is one y less
        found[x, 1:] += found[x + 1, :-1]
    return found


@lru_cache(maxsize=64)
def _chances(n: int) -> _Table:
    """Return the binomial chances of 0 ... n at each share, (n + 1) x shares."""
    share = np.sin(np.linspace(0, np.pi / 2, _SHARES + 2)[1:-1]) ** 2
    k = np.arange(n + 1)[:, None]
    found: _Table = np.exp(_log_choose(n)[:, None] + k * np.log(share) + (n - k) * np.log1p(-share))
    return found


@lru_cache(maxsize=4096)
def p_value(x: int, n: int, y: int, m: int) -> float:
    """Return how likely counts are that speak so loud for a larger first share, where it is not larger.

    That is the largest error over all true shares.

    Args:
        x: how many on the side that is said to have more.
        n: of how many, at least 1.
        y: how many on the other side.
        m: of how many, at least 1.
    """
    fisher = _fisher(n, m)
    extreme = fisher <= fisher[x, y] * (1 + _SAME)
    within = extreme.T.astype(float) @ _chances(n)  # for each y: chance of an extreme x
    return float(min(1.0, (within * _chances(m)).sum(axis=0).max()))
