"""The app is started, or come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, matching
from profiler.analysis.interactions import TOUCHSCREEN, inputs
from profiler.analysis.kinds.model import Findings, late_frames
from profiler.analysis.popup import NO_LEASH, NOT_TIMED, SLIDE_UNTOLD
from profiler.analysis.slide import find_motion, find_slide

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult
    from profiler.analysis.slide import Slide

LIMIT_NS = 10_000 * MS
LAUNCHING = "launchingActivity#"
"""Asynchronous slice of system_server from the intent to the first window drawn (Android 12+)."""
FULLY_DRAWN = "reportFullyDrawn"


def _start(stage: Stage, marked: Marked) -> tuple[int, str]:
    """Return the window start and how it is known: a tap anywhere, the system's launch, or the mark."""
    trace = stage.scene.trace
    events = inputs(trace.slices)
    at = (events.source == TOUCHSCREEN) & (events.start_ns >= marked.begin_ns)
    at &= events.start_ns < marked.end_ns
    table = trace.async_slices
    named = matching(table.name, lambda name: name.startswith(LAUNCHING) and ":" not in name)
    begun = table.start_ns[named & (table.start_ns >= marked.begin_ns) & (table.start_ns < marked.end_ns)]
    launched = int(begun.min()) if len(begun) else None
    taps = [stage.boottime_ns(int(t)) for t in events.event_ns[at]]
    lifts = [t for t in taps if t is not None and (launched is None or t <= launched)]
    if lifts:
        return max(lifts), "tap"
    return (marked.begin_ns, "mark") if launched is None else (launched, "launchingActivity")


def _start_type(stage: Stage, begin_ns: int, end_ns: int) -> str | None:
    table = stage.scene.slices
    mine = (table.pid == stage.scene.pid) & (table.start_ns >= begin_ns) & (table.start_ns <= end_ns)
    names = [n for n in table.name[mine].tolist() if n]
    for kind, word in (("cold", "bindApplication"), ("warm", "activityStart"), ("hot", "activityResume")):
        if any(n.startswith(word) for n in names):
            return kind
    return None


def _fully_drawn(stage: Stage, frames: Shown | None, begin_ns: int) -> int | None:
    """Return when the first frame begun at or after `reportFullyDrawn` was on screen."""
    table = stage.scene.slices
    told = matching(table.name, lambda name: name.startswith(FULLY_DRAWN))
    rows = np.flatnonzero(told & (table.pid == stage.scene.pid) & (table.start_ns >= begin_ns))
    if frames is None or not len(rows):
        return None
    start = int(table.start_ns[rows].min())
    own = stage.scene.do_frames
    inside = own.start_ns[(own.start_ns <= start) & (own.end_ns >= start)]
    since = int(inside[-1]) if len(inside) else start
    later = frames.time_ns[frames.start_ns >= since]
    return int(later[0]) if len(later) else None


def measure_start(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a launch or a return: first frame, fully drawn, keyboard up again, field usable."""
    scene = stage.scene
    t0, how = _start(stage, marked)
    end = min(t0 + LIMIT_NS, marked.end_ns)
    found = Findings()
    found.put("counted_from", how, "slices", "")
    found.put("start_type", _start_type(stage, t0, end), "slices", "no start of an activity in the trace")
    frames = stage.frames(t0, end)
    if frames is not None:
        frames = frames.where((frames.start_ns >= t0) | (frames.start_ns < 0))
    source = frames.source if frames else ""
    first = int(frames.time_ns[0]) if frames is not None and len(frames) else None
    lost = stage.unseen(t0, end)
    found.since("first_frame_ms", first, t0, source, lost)
    full = _fully_drawn(stage, frames, t0)
    found.since("fully_drawn_ms", full, t0, source, "the app did not report that it was fully drawn")
    slide = find_slide(scene, t0, end)
    motion = find_motion(scene, slide, end) if slide else None
    why = _no_keyboard(stage, slide)
    shown = int(motion.times_ns[1]) if motion else None
    settled = motion.last_ns if motion else None
    found.since("keyboard_shown_ms", shown, t0, "FrameTimeline", why)
    found.since("keyboard_settled_ms", settled, t0, "FrameTimeline", why)
    usable = max(first, settled) if first is not None and settled is not None else None
    found.since("usable_ms", usable, t0, source, f"{why}: only a press can tell that the field is usable")
    last = max(t for t in (first, full, settled, t0) if t is not None)
    late_frames(found, stage, t0, last, frames)
    return found.result(marked, t0, last, () if first is not None else (lost,))


def _no_keyboard(stage: Stage, slide: Slide | None) -> str:
    """Return why nothing tells when the keyboard was up again, where nothing does."""
    if slide is None:
        return "the keyboard did not come" if stage.scene.tells_slide else SLIDE_UNTOLD
    return NO_LEASH if stage.scene.timed else NOT_TIMED
