"""A pop-up of an app of which FrameTimeline saw no buffer: Android 8 to 11, Flutter, a SurfaceView.

The answer and the content's motion then come from the next source that tells them. docs/metrics/sources.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import MS, to_ms, within
from profiler.analysis.content import SHARING, jump_share, sharing
from profiler.analysis.frames_shown import (
    NO_START,
    OVERWRITTEN,
    answering,
    best,
    is_blind,
    judging,
    unseen,
)
from profiler.analysis.interactions import SINCE_DELIVERY
from profiler.analysis.kinds.motion import rhythm
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource, Shown
    from profiler.analysis.popup import Findings, Window
    from profiler.analysis.scene import Scene

DRIVER_TIMES = "sections (driver times)"
"""When the slide's driver began and ended, not when its steps were seen."""
NO_INPUT = "input time unknown"
NO_DEADLINE = "no source of this phone tells deadlines (framestats does from Android 12 on)"
SOURCE_WITHOUT_DEADLINE = "the source does not tell deadlines"
"""FrameTimeline does on this phone, but saw no frame of the app, or only its empty window."""
NO_RHYTHM = "no three frames in a rhythm"
FEW = "fewer than 3 app buffers during the slide"
NOT_SYNCHRONISED = "slide not synchronised with the app"
LOOK_ON_NS = 200 * MS
"""How long after the window a frame that began in it may still come on screen."""
NOT_TOLD = "the source does not tell layout frames"
NOT_SEEN = "no source saw the app's frames on screen during the slide"
RHYTHM = ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms")
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")


def measure_elsewhere(
    found: Findings, scene: Scene, window: Window, sources: tuple[FrameSource, ...]
) -> bool:
    """Put in what other sources tell of the app's own frames; return whether it draws while idle."""
    if scene.timed and best(sources, window.begin_ns - IDLE_NS, window.limit_ns) is None:
        return False
    _driver_times(found, window)
    _late(found, window, sources, SOURCE_WITHOUT_DEADLINE if scene.timed else NO_DEADLINE)
    restless = _answer(found, window, sources)
    if window.slide is not None:
        _content(found, scene, window, sources, restless=restless)
    else:
        _own_motion(found, scene, window, sources)
    return restless


def _driver_times(found: Findings, window: Window) -> None:
    """Put in when the slide's driver began and ended, where nothing tells when its steps were seen."""
    slide = window.slide
    if slide is None or window.motion is not None:
        return
    begin = None if window.press is None else window.press.up_ns
    ends = (("driver_start_ms", slide.start_ns), ("driver_end_ms", slide.end_ns))
    for name, at in ends:
        value = None if at is None or begin is None else to_ms(at - begin)
        found.put(name, value, NO_INPUT if begin is None else "the slide's slice never ended")
        if value is not None:
            found.sources[name] = DRIVER_TIMES


def _late(found: Findings, window: Window, sources: tuple[FrameSource, ...], undue: str) -> None:
    """Put in the app's frames that began in the window, and the late ones by their own deadline."""
    look_on = window.end_ns + LOOK_ON_NS
    frames = judging(sources, window.begin_ns, look_on) or best(sources, window.begin_ns, look_on)
    if frames is None:
        for name in ("frames.app", "late_frames.app", "worst_overrun_ms.app"):
            found.put(name, None, unseen(sources, window.begin_ns, window.end_ns))
        return
    started = frames.start_ns != NA
    if not started.any():
        started_in = within(frames.time_ns, window.begin_ns, window.end_ns)
    else:
        started_in = within(frames.start_ns, window.begin_ns, window.end_ns)
    mine = frames.where(started_in)
    overrun = mine.overrun_ns[mine.overrun_ns != NA]
    found.put("frames.app", len(mine), None)
    found.put("late_frames.app", int((overrun > 0).sum()) if len(overrun) else None, undue)
    found.put("worst_overrun_ms.app", to_ms(overrun.max()) if len(overrun) else None, undue)
    for name in ("frames.app", "late_frames.app", "worst_overrun_ms.app"):
        if found.metrics[name] is not None:
            found.sources[name] = frames.source


def _answer(found: Findings, window: Window, sources: tuple[FrameSource, ...]) -> bool:
    press = window.press
    if press is None:
        return False
    begin = press.down_ns - IDLE_NS
    before = best(sources, begin, press.down_ns - 1)
    if before is None and any(is_blind(source, begin, press.down_ns) for source in sources):
        found.put("idle_fps", None, OVERWRITTEN)
        found.put("response_ms", None, OVERWRITTEN)
        return False
    fps = 0.0 if before is None else len(before) * 1e9 / IDLE_NS
    found.put("idle_fps", fps, None)
    if before is not None or sources:
        none = sources[0].shown(begin, press.down_ns - 1) if before is None else before
        found.sources["idle_fps"] = none.source
    restless = fps > RESTLESS_FPS
    frames = answering(sources, press.up_ns, window.limit_ns)
    if restless or frames is None:
        found.put("response_ms", None, DRAWS_WHILE_IDLE if restless else NO_START)
        return restless
    answers = frames.time_ns[frames.answers_ns >= press.delivery_ns]
    value = to_ms(int(answers[0]) - press.up_ns) if len(answers) else None
    found.put("response_ms", value, "no app frame answered the press")
    if value is not None:
        found.reasons.pop("response_ms", None)
        found.sources["response_ms"] = frames.source
        if press.up_ns == press.delivery_ns:
            found.sources["response_ms"] += SINCE_DELIVERY
    return restless


def _content(
    found: Findings,
    scene: Scene,
    window: Window,
    sources: tuple[FrameSource, ...],
    *,
    restless: bool,
) -> None:
    slide, motion = window.slide, window.motion
    if slide is None or not slide.synchronised:
        if slide is not None and motion is None:
            for name in CADENCE:
                found.put(f"content_{name}", None, NOT_SYNCHRONISED)
        return
    seen = [source for source in sources if source.on_screen]
    if motion is not None:
        half = motion.period_ns / 2
        begin, end = round(motion.first_ns - half[0]), round(motion.last_ns + half[-1])
    else:
        end = window.limit_ns if slide.end_ns is None else slide.end_ns
        begin, end = slide.start_ns, round(end + 2 * scene.periods.one(end))
    frames = best(seen, begin, end)
    if frames is None:
        for name in CADENCE:
            found.put(f"content_{name}", None, NOT_SEEN)
        return
    _content_cadence(found, scene, frames)
    if motion is None:
        return
    follows = not restless and sharing(motion, frames.time_ns) >= SHARING
    kind, reason = ("per-frame", None) if follows else ("unknown", DRAWS_WHILE_IDLE if restless else NOT_TOLD)
    found.put("content_motion", kind, reason)
    found.put("content_jump_share", jump_share(kind), reason)
    if follows:
        found.sources["content_motion"] = found.sources["content_jump_share"] = frames.source


def _content_cadence(found: Findings, scene: Scene, frames: Shown) -> None:
    if len(frames) < FEWEST:
        for name in CADENCE:
            found.put(f"content_{name}", None, FEW)
        return
    even = cadence(frames.time_ns, scene.periods.gaps(frames.time_ns).period_ns)
    for name in CADENCE:
        found.put(f"content_{name}", getattr(even, name), None)
        found.reasons.pop(f"content_{name}", None)
        found.sources[f"content_{name}"] = frames.source


def _own_motion(found: Findings, scene: Scene, window: Window, sources: tuple[FrameSource, ...]) -> None:
    """Put in holes in the app's own rhythm, where no slide says which of its frames belong together."""
    seen = [source for source in sources if source.on_screen]
    frames = best(seen, window.begin_ns, window.limit_ns)
    even = None
    reason = unseen(tuple(seen), window.begin_ns, window.limit_ns)
    if frames is not None:
        even = rhythm(frames.time_ns, scene.periods.gaps(frames.time_ns).period_ns)
        reason = NO_RHYTHM
    for name in RHYTHM:
        found.put(f"app_{name}", None if even is None else getattr(even, name), reason)
        if even is not None and frames is not None:
            found.sources[f"app_{name}"] = frames.source
