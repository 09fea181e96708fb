"""Continuous motion in an app's frames, and what breaks it, relative to the app's own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS

if TYPE_CHECKING:
    from profiler.analysis.columns import Floats
    from profiler.analysis.frames_shown import Shown
    from traces.tables import Ints

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


def until_pause(times_ns: Ints, pause_ns: int = PAUSE_NS) -> int:
    """Return how many of the first times belong to one motion: those before the first pause."""
    pauses = np.flatnonzero(np.diff(times_ns) > pause_ns)
    return int(pauses[0]) + 1 if len(pauses) else len(times_ns)


def rhythm(times_ns: Ints, period_ns: Floats) -> Rhythm | None:
    """Return the app's rhythm and the holes in it; None where there are no three frames in a rhythm.

    The rhythm is the median, in vsyncs, of the gaps up to 50 ms. A gap of more vsyncs is a hole when
    the motion was going on before it and goes on after it: three frames in the rhythm on each side.

    Args:
        times_ns: times on screen, ascending.
        period_ns: T at each.
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
