"""What gfxinfo, JankStats and Android vitals would say of framestats rows.

Sources: HWUI `JankTracker.cpp` (to Android 11, and from 12), androidx
`JankStatsApi24Impl`, `JankStatsApi31Impl`,
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
SLOW_UI, SLOW_BITMAP, SLOW_DRAW = 0.5, 0.2, 0.75
"""Parts of the frame interval, `JankTracker`'s comparisons."""


def _span(begin: Ints, end: Ints) -> Ints:
    known = (begin != NA) & (end != NA)
    return np.where(known, np.where(known, end, 0) - np.where(known, begin, 0), NA)


def _over(span: Ints, limit: float) -> Bools:
    return np.asarray((span != NA) & (span >= limit), np.bool_)


def gfxinfo_janky(rows: FrameStatsTable) -> int | None:
    """Return "Janky frames" of Android 12+: GpuCompleted at or after FrameDeadline; None without deadlines.

    The deadline of a row already holds the interval that triple buffering grants.
    """
    used = rows.counted()
    known = (used.deadline_ns != NA) & (used.gpu_completed_ns != NA)
    return int((used.gpu_completed_ns >= used.deadline_ns)[known].sum()) if known.any() else None


def gfxinfo_janky_legacy(rows: FrameStatsTable, period_ns: int) -> int:
    """Return "Janky frames (legacy)", the only count to Android 11, without the forgiven dequeue time.

    SwapBuffersCompleted (to 11: FrameCompleted) minus IntendedVsync, less the stall before sync, > a period.
    """
    used = rows.counted()
    done = np.where(used.swap_completed_ns != NA, used.swap_completed_ns, used.completed_ns)
    stall = _span(used.sync_queued_ns, used.sync_start_ns)
    took = done - used.intended_vsync_ns - np.where(stall == NA, 0, stall)
    return int((took > period_ns).sum())


def gfxinfo_causes(rows: FrameStatsTable, period_ns: int) -> dict[str, int]:
    """Return how many late frames have each of gfxinfo's causes: those that missed their deadline (12+).

    Without deadlines every row is looked at. "Slow UI thread" may count more than HWUI does.
    """
    used = rows.counted()
    known = (used.deadline_ns != NA) & (used.gpu_completed_ns != NA)
    used = used.where(used.gpu_completed_ns >= used.deadline_ns) if known.any() else used
    return {
        "missed_vsync": int(_over(_span(used.intended_vsync_ns, used.vsync_ns), 1).sum()),
        "slow_ui_thread": int(_over(_span(used.vsync_ns, used.sync_start_ns), SLOW_UI * period_ns).sum()),
        "slow_bitmap_uploads": int(
            _over(_span(used.sync_start_ns, used.issue_draw_start_ns), SLOW_BITMAP * period_ns).sum()
        ),
        "slow_issue_draw_commands": int(
            _over(_span(used.issue_draw_start_ns, used.completed_ns), SLOW_DRAW * period_ns).sum()
        ),
    }


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
