"""What a trial trace holds of an app that came to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.selftest.abilities import Ability, State
from traces.tables import JankType

if TYPE_CHECKING:
    from traces.trace import Trace

SECTIONS = ("Choreographer#doFrame*", "DrawFrame*")
"""Thread slices that any app writes when it draws: hand them to `read_trace`."""
_BAD_FENCE = JankType.DISPLAY_HAL | JankType.UNKNOWN
_MOSTLY = 0.5


def look_at_trace(trace: Trace, package: str) -> list[Ability]:
    """Say what the data sources of this phone delivered.

    Args:
        trace: read with `SECTIONS` and thread states.
        package: the app that drew.
    """
    pids = {pid for pid, name in trace.processes.items() if name == package}
    own = int(np.isin(trace.slices.pid, list(pids)).sum())
    events = len(trace.slices) + len(trace.marks) + len(trace.async_slices) + len(trace.thread_states)
    fences, told = _fences(trace)
    pairs = len(trace.clocks.monotonic_ns)
    return [
        _count("ftrace", events, "events"),
        _count("sections", own, f"frames of {package}"),
        # births of threads give states too; only switches put one on a CPU
        _count("scheduling", int((trace.thread_states.state == "Running").sum()), "times on a CPU"),
        _count("frametimeline", len(trace.frames) + len(trace.display), "rows"),
        Ability("present-fences", State.GIVEN if fences else State.MISSING, (told, told)),
        _count("frametracer", len(trace.buffers), "buffers"),
        _count("clocks", pairs, "pairs of readings"),
    ]


def _count(key: str, number: int, what: str) -> Ability:
    said = f"{number} {what}"
    return Ability(key, State.GIVEN if number else State.MISSING, (said, said))


def _fences(trace: Trace) -> tuple[bool, str]:
    jank = np.concatenate([trace.display.jank_type, trace.frames.jank_type])
    bad = int(((jank & _BAD_FENCE) == _BAD_FENCE).sum())
    if not len(jank):
        return False, "no frames"
    return bad < _MOSTLY * len(jank), f"{len(jank) - bad} of {len(jank)} frames have one"
