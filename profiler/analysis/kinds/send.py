"""A message is sent: from the tap to the own bubble."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer, first_layout, until_rest
from profiler.analysis.slide import find_slide

if TYPE_CHECKING:
    from profiler.analysis.doframes import DoFrames
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMIT_NS = 2000 * MS
PAUSE_NS = 100 * MS
"""The list has come to rest when the app shows no frame for this long."""
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms")
NO_LAYOUT = "the source does not tell layout frames"
NO_BUBBLE = "no layout frame answered the tap"
NO_REST = "the app drew on without a pause for 2 s"
FEW = "fewer than 3 frames: the list did not move, or jumped"


def _rest(frames: Shown, bubble: int, do_frames: DoFrames, end_ns: int) -> Shown | None:
    """Return the frames from the bubble's to the first pause; None: there was none until the window's end."""
    moving = frames.where(np.arange(len(frames)) >= bubble)
    until = until_rest(moving, do_frames, PAUSE_NS)
    if until == len(moving) and end_ns - int(moving.time_ns[-1]) <= PAUSE_NS:
        return None
    return moving.where(np.arange(len(moving)) < until)


def measure_send(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a send from the lift of the tap to the own bubble, and the list's motion until it rests."""
    scene = stage.scene
    tap = gesture(stage, scene.inputs, marked, touch=True)
    if tap is None:
        return nothing(marked, INPUT_UNKNOWN)
    t0, end = tap.up_ns, min(tap.up_ns + LIMIT_NS, marked.end_ns)
    found = Findings()
    frames = stage.frames(t0 - IDLE_NS, end)
    source = frames.source if frames else ""
    restless = frames is not None and len(frames.where(frames.time_ns < t0)) * 1e9 / IDLE_NS > RESTLESS_FPS
    answer = None if frames is None or restless else first_answer(frames, tap.up_delivery_ns)
    bubble = None if frames is None else first_layout(frames, tap.up_delivery_ns)
    at = None if answer is None or frames is None else int(frames.time_ns[answer])
    unanswered = stage.unanswered(frames, t0 - IDLE_NS, end, "no app frame answered the tap")
    why = DRAWS_WHILE_IDLE if restless else unanswered
    found.since("response_ms", at, t0, source, why)
    shown = None if bubble is None or frames is None else int(frames.time_ns[bubble])
    why = NO_FRAMES if frames is None else NO_LAYOUT if frames.layout is None else NO_BUBBLE
    found.since("bubble_ms", shown, t0, source, why)
    moving = None
    if bubble is not None and frames is not None:
        moving = None if restless else _rest(frames, bubble, scene.do_frames, end)
        why = DRAWS_WHILE_IDLE if restless else NO_REST
    rest = None if moving is None else int(moving.time_ns[-1])
    found.since("list_settled_ms", rest, t0, source, why)
    if moving is not None and len(moving) >= FEWEST:
        even = cadence(moving.time_ns, scene.periods.at(moving.time_ns))
        for name in CADENCE:
            found.put(f"list_{name}", getattr(even, name), source, "")
    else:
        for name in CADENCE:
            found.put(f"list_{name}", None, "", FEW if moving is not None else why)
    slide = find_slide(scene, t0, end)
    known = scene.view_slices or slide is not None
    found.put("keyboard_moved", ("yes" if slide else "no") if known else None, "slices", "no view slices")
    late_frames(found, stage, t0, rest or end, frames)
    return found.result(marked, t0, rest or end)
