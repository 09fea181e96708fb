"""Continuous motion in an app's frames, and what breaks it, relative to the app's own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.columns import Floats
    from profiler.analysis.doframes import DoFrames
    from profiler.analysis.frames_shown import Shown
    from traces.tables import Bools, Ints

PAUSE_NS = 250 * MS
"""A motion has ended when no frame follows for this long; shorter than the blink of a cursor, 500 ms."""
SLOWEST_NS = 50 * MS
"""Gaps above are no motion: 20 fps."""
RUN = 3
"""Frames in the rhythm that make a motion, on each side of a hole in it."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How evenly an app moved in its own rhythm."""

    step: int
    """The rhythm, in vsyncs: 1 at 120 fps on 120 Hz, 2 at 60 fps on it."""
    moving_ms: float
    """Time in motion, holes included."""
    holes: int
    missed_vsyncs: int
    hitch_ms: float
    longest_hole_ms: float

    @property
    def hitch_ratio_ms_per_s(self) -> float | None:
        """Hitch per second of motion, ms/s."""
        return self.hitch_ms / self.moving_ms * 1000 if self.moving_ms > 0 else None


def at_work(frames: Shown, do_frames: DoFrames) -> Bools:
    """Return before which frames the app was at work and not at rest: the time before them is a standstill.

    A frame after a pause was at work in it if its doFrame began in the pause's first half, if it was late by
    its own deadline by more than half of it, or if its doFrame had to move to a later vsync: the main thread
    was busy when it was woken. After rest (a cursor blinks, a scroll bar fades) none of this holds. Only
    FrameTimeline tells; of other sources every pause is rest.
    """
    found = np.zeros(len(frames), np.bool_)
    if len(frames) < 2 or frames.layout is None:
        return found
    before, half = frames.time_ns[:-1], np.diff(frames.time_ns) / 2
    begun, overrun = frames.start_ns[1:], frames.overrun_ns[1:]
    moved = _moved(begun, do_frames)
    early = (begun != NA) & (begun <= before + half)
    found[1:] = early | ((overrun != NA) & (overrun > half)) | moved
    return found


def held_up(frames: Shown, do_frames: DoFrames, period_ns: Floats) -> Bools:
    """Return which frames the app was late with, by what it can be held to: not merely drawn later.

    That is a frame that missed its own deadline, whose doFrame had to move to a later vsync, or that took
    half a vsync longer from its doFrame to the screen than the median of these frames. A frame that is none
    of this came when it was asked for: before it there was nothing new to draw.
    """
    begun = frames.start_ns
    took = np.where(begun != NA, frames.time_ns - begun, 0)
    usual = np.median(took[begun != NA]) if (begun != NA).any() else 0
    slow = (begun != NA) & (took > usual + period_ns / 2)
    late = (frames.overrun_ns != NA) & (frames.overrun_ns > 0)
    return np.asarray(late | slow | _moved(begun, do_frames), np.bool_)


def _moved(begun_ns: Ints, do_frames: DoFrames) -> Bools:
    """Return which doFrames, by their starts, had to move to a later vsync: they stand twice."""
    twice, counts = np.unique(do_frames.start_ns, return_counts=True)
    return np.isin(begun_ns, twice[counts > 1])


def until_rest(frames: Shown, do_frames: DoFrames, pause_ns: int = PAUSE_NS) -> int:
    """Return how many of the first frames belong to one motion: up to the first pause that is rest."""
    pauses = np.flatnonzero((np.diff(frames.time_ns) > pause_ns) & ~at_work(frames, do_frames)[1:])
    return int(pauses[0]) + 1 if len(pauses) else len(frames)


def rhythm(times_ns: Ints, period_ns: Floats, held: Bools | None = None) -> Rhythm | None:
    """Return the app's rhythm and the holes in it; None where there are no three frames in a rhythm.

    The rhythm is the median, in vsyncs, of the gaps up to 50 ms. A gap of more vsyncs is a hole when
    the motion was going on before it and goes on after it: three frames in the rhythm on each side. Where
    `held` is given, the app must have been late with the frame after it too; else it is a rest, and the time
    of neither side.

    Args:
        times_ns: times on screen, ascending.
        period_ns: T at each.
        held: with which frames the app was late (`held_up`); None: not to be asked.
    """
    gaps = np.diff(times_ns)
    fast = gaps <= SLOWEST_NS
    if fast.sum() < RUN - 1:
        return None
    vsyncs = np.floor(gaps / period_ns[1:] + 0.5).astype(np.int64)
    step = max(1, int(np.floor(np.median(vsyncs[fast]))))
    even = fast & (vsyncs <= step)
    runs = even[:-1] & even[1:]  # two even gaps on end: three frames
    if not runs.any():
        return None
    before, after = np.zeros(len(gaps), np.bool_), np.zeros(len(gaps), np.bool_)
    before[2:] = runs[:-1]
    after[:-2] = runs[1:]
    hole = ~even & before & after & (gaps <= PAUSE_NS)
    if held is not None:
        hole &= held[1:]
    moving = hole.copy()
    moving[:-1] |= runs
    moving[1:] |= runs
    missed = (vsyncs - step)[hole]
    return Rhythm(
        step=step,
        moving_ms=float(gaps[moving].sum()) / MS,
        holes=int(hole.sum()),
        missed_vsyncs=int(missed.sum()),
        hitch_ms=float((missed * period_ns[1:][hole]).sum()) / MS,
        longest_hole_ms=float(gaps[hole].max(initial=0)) / MS,
    )


def first_answer(frames: Shown, delivery_ns: int) -> int | None:
    """Return the index of the first frame that can hold the answer to an input; None: no such frame."""
    found = np.flatnonzero(frames.answers_ns >= delivery_ns)
    return int(found[0]) if len(found) else None


def first_layout(frames: Shown, delivery_ns: int) -> int | None:
    """Return the index of the first layout frame after an input; None: none, or the source can't tell."""
    if frames.layout is None:
        return None
    found = np.flatnonzero(frames.layout & (frames.answers_ns >= delivery_ns))
    return int(found[0]) if len(found) else None
