"""The reply streams in after a message was sent: docs/metrics/interactions.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.columns import MS, to_ms
from profiler.analysis.kinds.model import Findings, late_frames, nothing
from profiler.analysis.kinds.motion import RUN, held_up, rhythm
from profiler.analysis.kinds.send import NO_LAYOUT, PAUSE_NS

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult
    from traces.tables import Ints

OVER_NS = 1500 * MS
"""A reply has stopped when no layout frame comes for this long."""
GLIDES, JUMPS = 2.0, 1.2
"""Frames per update: from here on the list moves between the updates; up to here it moves with them alone."""
CUT = "the reply was still growing when the limit was reached"
FEW = "a single update: the reply came at once"
NO_RHYTHM = "no continuous motion: less than 300 ms of frames in a rhythm"
LEAST_MOVING_MS = 300.0
"""Motion that a hitch ratio can be told of: a few frames that happen to follow each other are none."""
NO_REPLY = "no layout frame: no reply seen"


def measure_stream(stage: Stage, marked: Marked, sent: InteractionResult | None) -> InteractionResult:
    """Measure a reply while it grows; `sent` is the send of the same number, None where it was not marked.

    It begins after the send's own answer has come to rest, and ends before 1.5 s without a layout frame.
    """
    asked = sent.t0_ns if sent is not None else None
    begin = _begin(stage, marked, sent)
    t0 = marked.begin_ns if asked is None else asked
    found = Findings()
    frames = stage.frames(begin, marked.end_ns)
    if frames is None:
        return nothing(marked, stage.unseen(begin, marked.end_ns))
    found.put("counted_from", "mark" if asked is None else "send", "slices", "")
    if frames.layout is None or not frames.layout.any():
        return _no_reply(found, marked, t0, NO_LAYOUT if frames.layout is None else NO_REPLY)
    updates = np.flatnonzero(frames.layout)
    parts = _parts(frames.time_ns[updates])
    reply = next((part for part in parts if len(part) >= RUN), parts[0])
    grown = frames.time_ns[updates[reply]]
    first, last = int(grown[0]), int(grown[-1])
    begun = int(frames.start_ns[updates[reply[0]]])
    source = frames.source
    found.since("first_sign_ms", int(frames.time_ns[updates[0]]), t0, source, "")
    found.since("first_token_ms", first, t0, source, "")
    found.put("wait_ms", to_ms(begun - begin), source, "")
    found.put("first_token_draw_ms", to_ms(first - begun), source, "")
    cut = reply[-1] == len(updates) - 1 and marked.end_ns - last < OVER_NS
    found.put("ended", "limit" if cut else "rest", source, "")
    found.put("stream_ms", None if cut else to_ms(last - first), source, CUT)
    found.put("updates", len(grown), source, "")
    _intervals(found, grown, source)
    growing = frames.between(first, last)
    _motion(found, stage, growing, source)
    _follow(found, stage, len(growing) / len(grown), t0, source)
    late_frames(found, stage, first, last, growing)
    return found.result(marked, t0, last)


def _begin(stage: Stage, marked: Marked, sent: InteractionResult | None) -> int:
    """Return from when on layout frames may be of the reply: after those that show the own message.

    The list's rest, where it was seen; of an app that draws on without pause the first pause of its layout
    frames from the bubble's on.
    """
    bubble = None if sent is None else sent.metrics.get("bubble_ms")
    if sent is None or sent.t0_ns is None or not isinstance(bubble, float):
        return marked.begin_ns
    if sent.metrics.get("list_settled_ms") is not None and sent.end_ns is not None:
        return sent.end_ns + 1
    shown = sent.t0_ns + round(bubble * MS)
    frames = stage.frames(shown, marked.end_ns)
    if frames is None or frames.layout is None:
        return shown + 1
    laid = frames.time_ns[frames.layout]
    pauses = np.flatnonzero(np.diff(laid) > PAUSE_NS)
    return int(laid[pauses[0]]) + 1 if len(pauses) else shown + 1


def _parts(times_ns: Ints) -> list[Ints]:
    """Return the indices of updates, apart where none came for 1.5 s: "thinking ..." is not yet the reply."""
    pauses = np.flatnonzero(np.diff(times_ns) > OVER_NS) + 1
    return np.split(np.arange(len(times_ns)), pauses)


def _intervals(found: Findings, grown: Ints, source: str) -> None:
    gaps = np.diff(grown) / MS
    for name, value in (
        ("update_interval_ms", float(np.median(gaps)) if len(gaps) else None),
        ("update_interval_p90_ms", float(np.percentile(gaps, 90)) if len(gaps) else None),
        ("longest_stall_ms", float(gaps.max()) if len(gaps) else None),
    ):
        found.put(name, value, source, FEW)


def _motion(found: Findings, stage: Stage, growing: Shown, source: str) -> None:
    times = growing.time_ns
    fps = (len(times) - 1) * 1e9 / int(times[-1] - times[0]) if len(times) > 1 else None
    found.put("fps", fps, source, FEW)
    periods = stage.scene.periods.at(times)
    own = rhythm(times, periods, held_up(growing, stage.scene.do_frames, periods))
    if own is not None and own.moving_ms < LEAST_MOVING_MS:
        own = None
    for name in ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s"):
        found.put(name, getattr(own, name) if own else None, source, NO_RHYTHM)


def _follow(found: Findings, stage: Stage, frames_per_update: float, t0: int, source: str) -> None:
    """Put down how the list follows the growing answer: between its updates too, or with them alone."""
    before = stage.frames(t0 - IDLE_NS, t0 - 1)
    restless = before is not None and len(before) * 1e9 / IDLE_NS > RESTLESS_FPS
    found.put("frames_per_update", None if restless else frames_per_update, source, DRAWS_WHILE_IDLE)
    word = "glides" if frames_per_update >= GLIDES else "jumps" if frames_per_update <= JUMPS else "mixed"
    found.put("follow", None if restless else word, source, DRAWS_WHILE_IDLE)


STREAM = (
    *("first_sign_ms", "first_token_ms", "wait_ms", "first_token_draw_ms", "ended", "stream_ms", "updates"),
    *("update_interval_ms", "update_interval_p90_ms", "longest_stall_ms", "fps", "missed_vsyncs", "hitch_ms"),
    *("longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s", "frames_per_update", "follow"),
)


def _no_reply(found: Findings, marked: Marked, t0: int, why: str) -> InteractionResult:
    for name in STREAM:
        found.put(name, None, "", why)
    return found.result(marked, t0, None, (why,))
