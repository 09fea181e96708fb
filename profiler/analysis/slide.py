"""The keyboard's slide: its slice, its frames, who drives it. docs/metrics.md section 2."""

from __future__ import annotations

import re
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

INSETS_THREAD_NAME = "InsetsAnimation"
"""Begin of the name of InsetsAnimationThread (`InsetsAnimations`, of which the kernel keeps 15 bytes)."""
_DO_FRAME = re.compile(r"Choreographer#doFrame \d+")
FEWEST_MISSING = 3
MOST_MISSING = 0.15
"""Part of the driver's steps that may lack a row: two of one vsync are one transaction."""

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
    whole = leash_is_whole(scene, slide, until_ns)
    if len(leash) >= FEWEST and whole:
        return _motion(scene, "leash", leash)
    if slide.synchronised and len(scene.do_frames.token):
        moving = (scene.app_frame >= 0) & scene.do_frames.insets_animation[scene.app_frame]
        buffers = _distinct(scene, scene.app_rows[moving], slide.start_ns, end)
        if len(buffers) >= FEWEST and (whole or not _many_missing(scene, slide, end, len(buffers))):
            return _motion(scene, "app-buffers", buffers)
    return None


def leash_is_whole(scene: Scene, slide: Slide, until_ns: int) -> bool:
    """Whether the leash has a row for about every step that its driver made.

    A driver's steps are its doFrames inside the slide: the main thread's with `insets_animation`, or those
    of the app's insets thread. Rows count whether they were shown or not. Where the driver's steps are not in
    the trace, or the leash has fewer than three rows (app buffers may stand in), this has nothing to say.
    """
    end = until_ns if slide.end_ns is None else slide.end_ns
    mine = np.flatnonzero(scene.keyboard_leash)
    started = scene.frames.actual_start_ns[mine]
    late = end + 2 * scene.periods.one(end)
    rows = len(np.unique(scene.frames.token[mine[(started >= slide.start_ns) & (started <= late)]]))
    return rows < FEWEST or not _many_missing(scene, slide, end, rows)


def _many_missing(scene: Scene, slide: Slide, end_ns: float, rows: int) -> bool:
    """Whether a driver's steps have too few rows."""
    steps = _steps(scene, slide, end_ns)
    return steps - rows >= FEWEST_MISSING and steps - rows > MOST_MISSING * steps


def _steps(scene: Scene, slide: Slide, end_ns: float) -> int:
    if slide.synchronised:
        frames = scene.do_frames
        inside = (frames.start_ns > slide.start_ns) & (frames.start_ns <= end_ns)
        return len(np.unique(frames.start_ns[inside & frames.insets_animation]))
    slices = scene.slices
    inside = (slices.pid == scene.pid) & (slices.start_ns > slide.start_ns) & (slices.start_ns <= end_ns)
    rows = np.flatnonzero(inside)
    return sum(
        str(slices.thread[row]).startswith(INSETS_THREAD_NAME)
        and _DO_FRAME.fullmatch(str(slices.name[row])) is not None
        for row in rows
    )


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
