"""The two-sided 95 % interval of a mean, by Student's t."""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL = 0.95


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the interval of the mean of independent values; None for fewer than two, or for equal ones.

    Equal values say nothing of how far another would lie, so no interval is given for them.
    """
    if len(values) < 2 or max(values) == min(values):
        return None
    from scipy.special import stdtrit  # noqa: PLC0415  costs 0.2 s, and only reports need it

    reach = float(stdtrit(len(values) - 1, 0.5 + LEVEL / 2)) * stdev(values) / math.sqrt(len(values))
    return fmean(values) - reach, fmean(values) + reach
