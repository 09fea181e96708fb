"""Android vitals' slow and frozen frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.analysis.columns import MS, within
from profiler.standards.framestats import vitals as vitals_of_rows
from profiler.standards.rows import inside

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

SLOW_MS, FROZEN_MS = 16.0, 700.0


@dataclass(frozen=True)
class _Vitals:
    name: str = "vitals"
    source: str = "developer.android.com vitals: slow rendering, frozen frames"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Count by doFrame start to buffer ready; without a FrameTimeline by framestats' rows."""
        scene = window.scene
        known = scene.app_frame >= 0
        rows, at = scene.app_rows[known], scene.app_frame[known]
        if len(rows):
            start = scene.do_frames.start_ns[at]
            mine = within(start, window.begin_ns, window.end_ns)
            took = (scene.frames.actual_end_ns[rows] - start)[mine] / MS
            return {"slow": int((took > SLOW_MS).sum()), "frozen": int((took > FROZEN_MS).sum())}
        if window.framestats is None:
            return {"slow": None, "frozen": None}
        return dict(vitals_of_rows(window.framestats.where(inside(window))))


VITALS = _Vitals()
