"""gfxinfo's counts, for the frames of one window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.standards.gfxinfo import hwui_counts
from profiler.standards.rows import inside

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

NAMES = (
    *("janky", "janky_legacy", "deadline_missed_legacy", "high_input_latency"),
    *("missed_vsync", "slow_ui_thread", "slow_bitmap_uploads", "slow_issue_draw_commands"),
)


@dataclass(frozen=True)
class _Gfxinfo:
    name: str = "gfxinfo"
    source: str = "AOSP libs/hwui JankTracker.cpp, FrameInfo.h, ProfileData.cpp"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Judge all rows, since the rules remember the frames before, and count those of the window."""
        mine = inside(window)
        if window.framestats is None or not mine.any():
            return {"frames": None, **dict.fromkeys(NAMES)}
        period = round(window.scene.periods.active_ns)
        return {"frames": int(mine.sum()), **hwui_counts(window.framestats, period).named(mine)}


GFXINFO = _Gfxinfo()
