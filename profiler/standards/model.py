"""What a named standard is computed from, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from profiler.analysis.columns import to_ms

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.results import Value
    from profiler.analysis.scene import Scene
    from traces.text.framestats_table import FrameStatsTable


@dataclass(frozen=True)
class JudgedWindow:
    """One pop-up's or interaction's time in a trace; BOOTTIME ns."""

    scene: Scene
    begin_ns: int
    end_ns: int
    frames: Shown | None
    """The app's frames on screen in it, from the best source; None: no source saw one."""
    hitch_ratio: float | None
    """Of the motion that the interaction is about, 1; None where that is not known."""
    framestats: FrameStatsTable | None = None
    """All `counted()` rows of the app's window that drew most in it, in order; MONOTONIC."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return to_ms(self.end_ns - self.begin_ns) / 1000


class Standard(Protocol):
    """Somebody else's judgement on frames, under its own name; stateless. Decides no verdict."""

    @property
    def name(self) -> str:
        """With which its values' names begin, e.g. `perfdog`."""

    @property
    def source(self) -> str:
        """Where its definition is published."""

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Return value by name, without the standard's own; None: the recording does not tell it."""


PERCENTILES = (50, 90, 95, 99)
