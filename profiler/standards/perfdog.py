"""PerfDog's FPS, Jank, BigJank, SmallJank and Stutter, over the app's frames on screen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from profiler.analysis.columns import to_ms

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

SMALL_JANK_MS, JANK_MS, BIG_JANK_MS = 1000 / 24, 1000 / 12, 1000 / 8
"""One, two and three frames of a film at 24 a second."""
HISTORY = 3


def janks(intervals_ms: list[float], window_ms: float) -> dict[str, Value]:
    """Return the counts: intervals over twice the mean of the three before, and over film frames.

    A Jank starts the history anew.
    """
    small = jank = big = 0
    stutter_ms = 0.0
    history: list[float] = []
    for interval in intervals_ms:
        jumped = len(history) == HISTORY and interval > 2 * sum(history) / HISTORY
        small += jumped and interval > SMALL_JANK_MS
        big += jumped and interval > BIG_JANK_MS
        if jumped and interval > JANK_MS:
            jank += 1
            stutter_ms += interval
            history = []
        else:
            history = [*history[-(HISTORY - 1) :], interval]
    stutter = stutter_ms / window_ms if window_ms > 0 else None
    return {"jank": jank, "big_jank": big, "small_jank": small, "stutter": stutter}


@dataclass(frozen=True)
class _PerfDog:
    name: str = "perfdog"
    source: str = "wetest.net perfdog documents pnyoMq8z and DMWKzeyL"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        if window.frames is None or not window.frames.on_screen:
            return dict.fromkeys(("fps", "jank", "big_jank", "small_jank", "stutter"))
        times = window.frames.time_ns.tolist()
        found = janks([to_ms(b - a) for a, b in pairwise(times)], 1000 * window.seconds)
        return {"fps": len(times) / window.seconds if window.seconds > 0 else None, **found}


PERFDOG = _PerfDog()
