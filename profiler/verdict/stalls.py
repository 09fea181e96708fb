"""Rounds that stall: bad ones that come only now and then. docs/metrics.md section 7.

A mean needs many rounds to show what five rounds of twelve hold, as those five make its variance. A share of
rounds does not: five of twelve against none is no chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.results import StalledRounds
from profiler.stats.boschloo import p_value
from profiler.stats.difference import MOST_FURTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

METRICS = frozenset({"hitch_ms", "content_hitch_ms", "missed_vsyncs", "content_missed_vsyncs"})
"""What is also judged by the share of stalled rounds."""
PART_OF_ERROR = 0.5
"""Part of the error of "worse" that this test may spend; the rest is the mean's."""
ACCUSED_MARGINS, COMPETITOR_MARGINS = 4, 3
"""A round of the accused stalls above four margins (33 ms), one of a competitor above three (25 ms): so the
share of rounds that is compared is that of A less the margin, and an app that is worse by the margin all the
time, and no more, is not accused."""


def stalled_rounds(a: Sequence[float], b: Sequence[float], margin: float) -> StalledRounds:
    """Count the stalled rounds of accused and competitor, and say how likely so many more are by chance.

    Args:
        a: round means of the accused, at least one.
        b: of the competitor, at least one.
        margin: d.
    """
    limits = (ACCUSED_MARGINS * margin, COMPETITOR_MARGINS * margin)
    counts = (sum(value > limits[0] for value in a), sum(value > limits[1] for value in b))
    return StalledRounds(counts, limits, p_value(counts[0], len(a), counts[1], len(b)))


def accuses(found: StalledRounds, estimate: float, margin: float, alpha: float) -> bool:
    """Whether stalls alone make "worse": more than chance has, and means that differ by over the margin."""
    return found.p_value <= PART_OF_ERROR * alpha and estimate > margin


def further_rounds(found: StalledRounds, rounds: tuple[int, int], alpha: float) -> int | None:
    """Return how many rounds more of each would accuse, if the shares stay; None: more than 200."""
    (x, y), (n, m) = found.counts, rounds
    if x * m <= y * n:
        return None
    for more in range(1, MOST_FURTHER + 1):
        now = (x * (n + more) // n, n + more, -(-y * (m + more) // m), m + more)
        if p_value(*now) <= PART_OF_ERROR * alpha:
            return more
    return None
