"""The frames of the keyboard's window: when each was seen, when it was begun, whether it was laid out."""

from __future__ import annotations

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


def keyboard_shown(scene: Scene, pid: int | None, do_frames: DoFrames) -> Shown | None:
    """Return the keyboard's frames by the best source; None: no source of this recording tells of them.

    Two may share a time: a key's preview may be in a window of its own.

    Args:
        scene: the app in the trace, which holds the keyboard's rows.
        pid: the keyboard's process.
        do_frames: of its main thread.
    """
    if scene.timed:
        return _of_the_timeline(scene, do_frames)
    buffers = scene.trace.buffers
    mine = buffers.where(matching(buffers.layer_name, lambda name: WINDOW in name and LEASH not in name))
    drawn = None if pid is None else drawn_frames(scene.slices, pid)
    if drawn is None or not len(mine):
        return None
    made = drawn.of(mine.queue_ns)
    mine, made = mine.where(made >= 0), made[made >= 0]
    order = np.argsort(mine.present_ns, kind="stable")
    order = order[mine.present_ns[order] != NA]
    at = made[order]
    return Shown(
        f"{TRACER} and doFrame",
        True,
        mine.present_ns[order],
        drawn.start_ns[at],
        drawn.traversal_ns[at],
        np.asarray(drawn.layout[at], np.bool_),
        np.full(len(order), NA, np.int64),
    )


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
