"""Android vitals' slow sessions of games, from the times at which frames came on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.analysis.columns import MS
from profiler.analysis.frames_shown import gaps_of

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

SLOW_20_FPS_MS, SLOW_30_FPS_MS = 50, 34
"""Present to present, over which a frame is slow."""
SLOW_PART = 0.25
"""Over which a session is slow."""
FIRST_MINUTE_MS = 60_000
"""That is left out of a session; a window of ours is shorter and never one."""


def slow_share(present_to_present_ms: dict[int, int], over_ms: int) -> float | None:
    """Return the part of slow frames in timestats' `present2present` histogram; None without frames.

    A bucket holds whole ms from its edge on, so that the bucket of the limit itself is already over it.
    """
    total = sum(present_to_present_ms.values())
    slow = sum(count for edge, count in present_to_present_ms.items() if edge >= over_ms)
    return slow / total if total else None


def slow_session(present_to_present_ms: dict[int, int], over_ms: int) -> bool | None:
    """Return whether a session (after its first minute) is slow: over a quarter of its frames are."""
    share = slow_share(present_to_present_ms, over_ms)
    return None if share is None else share > SLOW_PART


@dataclass(frozen=True)
class _Games:
    name: str = "games"
    source: str = "developer.android.com vitals: slow sessions; SurfaceFlinger --timestats"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Return the parts of slow frames; whether the session is, only a session tells."""
        frames = window.frames
        if frames is None or not frames.on_screen or len(frames) < 2:
            return {"slow_20fps_share": None, "slow_30fps_share": None}
        gaps = gaps_of(frames) / MS
        return {
            "slow_20fps_share": float((gaps > SLOW_20_FPS_MS).mean()),
            "slow_30fps_share": float((gaps > SLOW_30_FPS_MS).mean()),
        }


GAMES = _Games()
