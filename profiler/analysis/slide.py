"""The keyboard's slide: its slice, its frames, who drives it. docs/metrics.md section 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.cadence import FEWEST, Cadence, cadence
from profiler.analysis.columns import MS, Floats, first_of_equal, within

if TYPE_CHECKING:
    from profiler.analysis.scene import Scene
    from traces.tables import Ints

SYNCHRONISED = "InsetsAnimation: ime"
"""The app has insets animation callbacks: its main thread moves the keyboard."""
ASYNCHRONOUS = "InsetsAsyncAnimation: ime"
"""The app has none: its InsetsAnimationThread moves the keyboard."""

WINDOW_NS = 2000 * MS

MAIN_THREAD = "app main thread"
INSETS_THREAD = "insets animation thread"
KEYBOARD = "keyboard"


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide slice."""

    start_ns: int
    end_ns: int | None
    """None: it never ended."""
    synchronised: bool

    @property
    def driver(self) -> str:
        """The thread that moves the keyboard; never the process under which the leash is booked."""
        return MAIN_THREAD if self.synchronised else INSETS_THREAD


@dataclass(frozen=True)
class Motion:
    """The frames that moved the keyboard, one per time on screen."""

    source: str
    """leash, or app-buffers where they stand in for it."""
    rows: Ints
    """Row numbers of the trace's frames."""
    times_ns: Ints
    """p_0 ... p_n."""
    period_ns: Floats
    """T_i, by which the gap before p_i is judged."""
    cadence: Cadence
    """Where the period is uncertain: by the faster reading, which charges."""
    least: Cadence
    """By the slower reading, which forgives; the same where the recording tells the period."""

    @property
    def certain(self) -> bool:
        """Whether both readings of the period count the same misses."""
        return self.least.missed_vsyncs == self.cadence.missed_vsyncs

    @property
    def first_ns(self) -> int:
        """p_0: the keyboard still at its start."""
        return int(self.times_ns[0])

    @property
    def last_ns(self) -> int:
        """p_n: settled."""
        return int(self.times_ns[-1])


def find_slide(scene: Scene, begin_ns: int, end_ns: int) -> Slide | None:
    """Return the app's first slide slice that starts in [begin, end)."""
    table = scene.trace.async_slices
    named = (table.name == SYNCHRONISED) | (table.name == ASYNCHRONOUS)
    rows = np.flatnonzero(
        named & (table.pid == scene.pid) & (table.start_ns >= begin_ns) & (table.start_ns < end_ns)
    )
    if not len(rows):
        return None
    row = rows[table.start_ns[rows].argmin()]
    start, length = int(table.start_ns[row]), int(table.dur_ns[row])
    return Slide(start, start + length if length >= 0 else None, table.name[row] == SYNCHRONISED)


def find_motion(scene: Scene, slide: Slide, until_ns: int) -> Motion | None:
    """Return the frames of a slide: its leash rows, or the app's buffers that stand in for them.

    A slide that never ended is followed to `until_ns`, the end of the pop-up's window.
    """
    end = until_ns if slide.end_ns is None else slide.end_ns + 2 * scene.periods.one(slide.end_ns)
    leash = _from_the_clock(scene, slide, _distinct(scene, scene.leash_rows, slide.start_ns, end))
    if len(leash) >= FEWEST:
        return _motion(scene, "leash", leash)
    if slide.synchronised and len(scene.do_frames.token):
        moving = (scene.app_frame >= 0) & scene.do_frames.insets_animation[scene.app_frame]
        buffers = _distinct(scene, scene.app_rows[moving], slide.start_ns, end)
        if len(buffers) >= FEWEST:
            return _motion(scene, "app-buffers", buffers)
    return None


def _distinct(scene: Scene, rows: Ints, low: float, high: float) -> Ints:
    inside = rows[within(scene.on_screen_ns[rows], low, high)]
    return inside[first_of_equal(scene.on_screen_ns[inside])]


def _from_the_clock(scene: Scene, slide: Slide, rows: Ints) -> Ints:
    """Leave out the row of the animation's start; p_0 is that of its first frame, which sets its clock.

    ValueAnimator.start() applies fraction 0 before the animation has a clock, the first frame applies it
    again: how long the keyboard stands between the two is latency, and nothing jumps for it. The row of the
    start is known by its frame, which began before the slide slice did.
    """
    early = len(rows) > 0 and int(scene.frames.actual_start_ns[rows[0]]) <= slide.start_ns
    return rows[1:] if early else rows


def _motion(scene: Scene, source: str, rows: Ints) -> Motion:
    times = scene.on_screen_ns[rows]
    gaps = scene.periods.gaps(times)
    charged, least = cadence(times, gaps.period_ns), cadence(times, gaps.slow_ns)
    return Motion(source, rows, times, gaps.period_ns, charged, least)


def driver_mode(scene: Scene, slide: Slide | None) -> str:
    """Return sync, async, none or unknown."""
    if slide is not None:
        return "sync" if slide.synchronised else "async"
    return "none" if scene.view_slices else "unknown"
