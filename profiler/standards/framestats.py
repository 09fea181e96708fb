"""What JankStats and Android vitals would say of framestats rows.

Sources: androidx `JankStatsApi24Impl`, `JankStatsApi31Impl`,
developer.android.com's vitals pages. Rows are those of one window; unusable and doubled ones do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA, Bools, Ints

if TYPE_CHECKING:
    from traces.text.framestats_table import FrameStatsTable

MULTIPLIER = 2.0
"""`JankStats.jankHeuristicMultiplier`."""
SLOW_NS, FROZEN_NS = 16_000_000, 700_000_000


def _span(begin: Ints, end: Ints) -> Ints:
    known = (begin != NA) & (end != NA)
    return np.where(known, np.where(known, end, 0) - np.where(known, begin, 0), NA)


def jankstats_janky(ui_ns: Ints, expected_ns: Ints) -> Bools:
    """Return JankStats' `isJank`: the UI time is over twice what was expected.

    Args:
        ui_ns: unknown delay, input, animation, layout, draw and sync together (FrameMetrics).
        expected_ns: the vsync period (to API 30), or `FrameMetrics.DEADLINE` (31+); `NA`: not judged.
    """
    known = (ui_ns != NA) & (expected_ns != NA)
    return np.asarray(known & (ui_ns > MULTIPLIER * np.where(known, expected_ns, 0)), np.bool_)


def jankstats_overrun_ns(total_ns: Ints, deadline_ns: Ints) -> Ints:
    """Return JankStats' overrun (31+): TOTAL_DURATION minus DEADLINE, `NA` where one is missing."""
    return _span(deadline_ns, total_ns)


def vitals(rows: FrameStatsTable) -> dict[str, int]:
    """Return slow (over 16 ms) and frozen (over 700 ms) frames of Android vitals."""
    took = rows.counted().duration_ns()
    return {"slow": int((took > SLOW_NS).sum()), "frozen": int((took > FROZEN_NS).sum())}
