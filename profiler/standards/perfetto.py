"""Perfetto's jank types, and the classes that its standard library makes of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import within
from profiler.analysis.jank import jank_names
from traces.tables import JankType

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

APP_JANK = JankType.APP_DEADLINE_MISSED | JankType.APP_RESYNCED_JITTER
SF_JANK = (
    JankType.SF_CPU_DEADLINE_MISSED
    | JankType.SF_GPU_DEADLINE_MISSED
    | JankType.SF_SCHEDULING
    | JankType.PREDICTION_ERROR
    | JankType.DISPLAY_HAL
)
MISSED = APP_JANK | SF_JANK | JankType.DROPPED
"""Not among them: Buffer Stuffing, SurfaceFlinger Stuffing, Unknown, and what is no animation at all."""


@dataclass(frozen=True)
class _Perfetto:
    name: str = "perfetto"
    source: str = "perfetto stdlib android/frames/jank_type.sql"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Count the rows that start in the window: the app's by class, everybody's by type and owner."""
        frames = window.scene.frames
        if not len(frames):
            return dict.fromkeys(("frames", "app_jank", "sf_jank", "missed"))
        rows = np.flatnonzero(within(frames.actual_start_ns, window.begin_ns, window.end_ns))
        own = frames.jank_type[rows[frames.pid[rows] == window.scene.pid]].astype(np.int64)
        counts: Counter[str] = Counter()
        for row in rows.tolist():
            owner = frames.process[row] or f"pid {frames.pid[row]}"
            counts[f"jank_types.{owner}.{jank_names(int(frames.jank_type[row])) or 'No Jank'}"] += 1
        return {
            "frames": len(own),
            "app_jank": int(((own & int(APP_JANK)) != 0).sum()),
            "sf_jank": int(((own & int(SF_JANK)) != 0).sum()),
            "missed": int(((own & int(MISSED)) != 0).sum()),
            **dict(sorted(counts.items())),
        }


PERFETTO = _Perfetto()
