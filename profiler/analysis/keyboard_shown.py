"""The frames of the keyboard's window: when each was seen, when it was begun, whether it was laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import matching
from profiler.analysis.drawn import drawn_frames
from profiler.analysis.frames_shown import Shown
from traces.capture import TIMELINE, TRACER
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.doframes import DoFrames
    from profiler.analysis.scene import Scene

WINDOW, LEASH = "InputMethod", "leash"


@dataclass(frozen=True)
class KeyboardFrames:
    """The frames of the keyboard's windows; two may share a time, as a key's preview may have its own."""

    shown: Shown
    untold: Shown
    """Those of which the recording does not tell when they were seen; their times are `NA`.

    FrameTracer tells a present fence when the buffer is used again: not those of each layer's last buffers.
    """


def keyboard_shown(scene: Scene, pid: int | None, do_frames: DoFrames) -> KeyboardFrames | None:
    """Return the keyboard's frames by the best source; None: no source of this recording tells of them.

    Args:
        scene: the app in the trace, which holds the keyboard's rows.
        pid: the keyboard's process.
        do_frames: of its main thread.
    """
    if scene.timed:
        shown = _of_the_timeline(scene, do_frames)
        return KeyboardFrames(shown, shown.where(shown.time_ns == NA))
    buffers = scene.trace.buffers
    mine = buffers.where(matching(buffers.layer_name, lambda name: WINDOW in name and LEASH not in name))
    drawn = None if pid is None else drawn_frames(scene.slices, pid)
    if drawn is None or not len(mine):
        return None
    made = drawn.of(mine.queue_ns)
    mine, made = mine.where(made >= 0), made[made >= 0]
    order = np.argsort(mine.present_ns, kind="stable")
    at = made[order]
    every = Shown(
        f"{TRACER} and doFrame",
        True,
        mine.present_ns[order],
        drawn.start_ns[at],
        drawn.traversal_ns[at],
        np.asarray(drawn.layout[at], np.bool_),
        np.full(len(order), NA, np.int64),
    )
    told = every.time_ns != NA
    return KeyboardFrames(every.where(told), every.where(~told))


def _of_the_timeline(scene: Scene, do_frames: DoFrames) -> Shown:
    rows = scene.keyboard_rows
    if len(do_frames.token):
        at = do_frames.of(scene.frames.token[rows])
        rows, at = rows[at >= 0], at[at >= 0]
    else:
        rows = at = rows[:0]
    none = np.zeros(0, np.int64)
    return Shown(
        TIMELINE,
        True,
        scene.on_screen_ns[rows],
        do_frames.start_ns[at] if len(at) else none,
        do_frames.traversal_ns[at] if len(at) else none,
        np.asarray(do_frames.layout[at] if len(at) else none, np.bool_),
        scene.overrun_ns[rows],
    )
