"""The message list is flung."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer, until_pause

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Gesture, Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMIT_NS = 5000 * MS
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms")


def measure_scroll(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a fling: the first move after the finger's, and the motion from its lift to the last frame."""
    fling = gesture(stage, stage.scene.inputs, marked, touch=True)
    if fling is None:
        return nothing(marked, INPUT_UNKNOWN)
    t0, end = fling.up_ns, min(fling.up_ns + LIMIT_NS, marked.end_ns)
    found = Findings()
    frames = stage.frames(fling.down_ns, end)
    source = frames.source if frames else ""
    _first_move(found, fling, frames)
    free = None if frames is None else frames.between(t0, end)
    if free is not None:
        free = free.where(np.arange(len(free)) < until_pause(free.time_ns))
    few = NO_FRAMES if frames is None else "fewer than 3 frames after the lift: nothing flew"
    enough = free is not None and len(free) >= FEWEST
    last = int(free.time_ns[-1]) if free is not None and enough else None
    found.since("fling_ms", last, t0, source, few)
    even = None
    if free is not None and enough:
        even = cadence(free.time_ns, stage.scene.periods.at(free.time_ns))
    for name in CADENCE:
        found.put(name, getattr(even, name) if even else None, source, few)
    ratio = even.hitch_ratio if even else None
    found.put("hitch_ratio_ms_per_s", None if ratio is None else ratio * 1000, source, few)
    frame_rate = None
    if free is not None and last is not None:
        frame_rate = (len(free) - 1) * 1e9 / (last - int(free.time_ns[0]))
    found.put("fps", frame_rate, source, few)
    late_frames(found, stage, fling.down_ns, last or end, frames)
    return found.result(marked, t0, last or end)


def _first_move(found: Findings, fling: Gesture, frames: Shown | None) -> None:
    for name, moved, delivered in (
        ("first_move_ms", fling.move_ns, fling.move_delivery_ns),
        ("first_move_from_down_ms", fling.down_ns, fling.move_delivery_ns),
    ):
        index = None if frames is None or delivered is None else first_answer(frames, delivered)
        at = None if index is None or frames is None else int(frames.time_ns[index])
        why = "no MOVE seen" if delivered is None else NO_FRAMES if frames is None else "no frame answered"
        found.since(name, at if moved is not None else None, moved or 0, frames.source if frames else "", why)
