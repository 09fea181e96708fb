"""A message is sent, and the reply streams in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import MS, to_ms
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer, first_layout, rhythm, until_pause
from profiler.analysis.slide import find_slide

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMIT_NS = 2000 * MS
PAUSE_NS = 100 * MS
"""The list has come to rest when the app shows no frame for this long."""
OVER_NS = 1500 * MS
"""A reply has stopped when no layout frame comes for this long."""
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms")
NO_LAYOUT = "the source does not tell layout frames"
NO_BUBBLE = "no layout frame answered the tap"


def _rest(frames: Shown, bubble: int) -> Shown:
    """Return the frames from the bubble's to the first pause."""
    moving = frames.where(np.arange(len(frames)) >= bubble)
    return moving.where(np.arange(len(moving)) < until_pause(moving.time_ns, PAUSE_NS))


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
    why = DRAWS_WHILE_IDLE if restless else NO_FRAMES if frames is None else "no app frame answered the tap"
    found.since("response_ms", at, t0, source, why)
    shown = None if bubble is None or frames is None else int(frames.time_ns[bubble])
    why = NO_FRAMES if frames is None else NO_LAYOUT if frames.layout is None else NO_BUBBLE
    found.since("bubble_ms", shown, t0, source, why)
    unclear = "a trace does not tell the field's frame from the bubble's; video shows it"
    found.put("field_cleared_ms", None, "", unclear)
    moving = None if bubble is None or frames is None else _rest(frames, bubble)
    rest = None if moving is None else int(moving.time_ns[-1])
    found.since("list_settled_ms", rest, t0, source, why)
    if moving is not None and len(moving) >= FEWEST:
        even = cadence(moving.time_ns, scene.periods.at(moving.time_ns))
        for name in CADENCE:
            found.put(f"list_{name}", getattr(even, name), source, "")
    else:
        for name in CADENCE:
            found.put(f"list_{name}", None, "", "fewer than 3 frames: the list did not move, or jumped")
    slide = find_slide(scene, t0, end)
    known = scene.view_slices or slide is not None
    found.put("keyboard_moved", ("yes" if slide else "no") if known else None, "slices", "no view slices")
    late_frames(found, stage, t0, rest or end, frames)
    return found.result(marked, t0, rest or end)


def measure_stream(stage: Stage, marked: Marked, sent: InteractionResult | None) -> InteractionResult:
    """Measure a reply while it grows; `sent` is the send of the same number, None where it was not marked.

    It begins after the send's own answer has come to rest, and ends before 1.5 s without a layout frame.
    """
    at_rest = sent.end_ns if sent is not None and sent.metrics.get("list_settled_ms") is not None else None
    asked = sent.t0_ns if sent is not None else None
    begin = marked.begin_ns if at_rest is None else at_rest + 1
    t0 = marked.begin_ns if asked is None else asked
    found = Findings()
    frames = stage.frames(begin, marked.end_ns)
    if frames is None:
        return nothing(marked, NO_FRAMES)
    found.put("counted_from", "mark" if asked is None else "send", "slices", "")
    if frames.layout is None or not frames.layout.any():
        why = NO_LAYOUT if frames.layout is None else "no layout frame: no reply seen"
        return _no_reply(found, marked, t0, why)
    grown = frames.time_ns[frames.layout]
    grown = grown[: until_pause(grown, OVER_NS)]
    first, last = int(grown[0]), int(grown[-1])
    begun = int(frames.start_ns[np.flatnonzero(frames.layout)[0]])
    source = frames.source
    found.since("first_token_ms", first, t0, source, "")
    found.put("wait_ms", to_ms(begun - begin), source, "")
    found.put("first_token_draw_ms", to_ms(first - begun), source, "")
    found.put("stream_ms", to_ms(last - first), source, "")
    found.put("updates", len(grown), source, "")
    gaps = np.diff(grown) / MS
    few = "a single update: the reply came at once"
    for name, value in (
        ("update_interval_ms", float(np.median(gaps)) if len(gaps) else None),
        ("update_interval_p90_ms", float(np.percentile(gaps, 90)) if len(gaps) else None),
        ("longest_stall_ms", float(gaps.max()) if len(gaps) else None),
    ):
        found.put(name, value, source, few)
    growing = frames.between(first, last)
    fps = (len(growing) - 1) * 1e9 / (last - first) if last > first else None
    found.put("fps", fps, source, few)
    own = rhythm(growing.time_ns, stage.scene.periods.at(growing.time_ns))
    for name in ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s"):
        value = getattr(own, name) if own else None
        found.put(name, value, source, "no continuous motion: never three frames in a rhythm")
    late_frames(found, stage, first, last, growing)
    return found.result(marked, t0, last)


STREAM = (
    *("first_token_ms", "wait_ms", "first_token_draw_ms", "stream_ms", "updates", "update_interval_ms"),
    *("update_interval_p90_ms", "longest_stall_ms", "fps", "missed_vsyncs", "hitch_ms"),
)


def _no_reply(found: Findings, marked: Marked, t0: int, why: str) -> InteractionResult:
    for name in STREAM:
        found.put(name, None, "", why)
    return found.result(marked, t0, None, (why,))
