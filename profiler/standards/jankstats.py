"""Jetpack JankStats' `isJank`, over framestats rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.standards.framestats import jankstats_janky
from profiler.standards.rows import inside
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow


@dataclass(frozen=True)
class _JankStats:
    name: str = "jankstats"
    source: str = "androidx.metrics.performance JankStatsApi24Impl, JankStatsApi31Impl"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Count by UI time: IntendedVsync to the end of sync, less the wait between draw and sync.

        Expected is the deadline after the vsync (12+), else the period.
        """
        mine = inside(window)
        if window.framestats is None or not mine.any():
            return {"janky": None}
        rows = window.framestats.where(mine)
        known = (rows.issue_draw_start_ns != NA) & (rows.sync_start_ns != NA) & (rows.sync_queued_ns != NA)
        stall = rows.sync_start_ns - rows.sync_queued_ns
        ui = np.where(known, rows.issue_draw_start_ns - rows.intended_vsync_ns - stall, NA)
        period = round(window.scene.periods.active_ns)
        due = rows.deadline_ns != NA
        expected = np.where(due, np.where(due, rows.deadline_ns, 0) - rows.intended_vsync_ns, period)
        return {"janky": int(jankstats_janky(ui, expected).sum()) if known.any() else None}


JANKSTATS = _JankStats()
