"""A pop-up of an app of which FrameTimeline saw no buffer: Android 8 to 11, Flutter, a SurfaceView.

The answer and the content's motion then come from the next source that tells them. docs/metrics/sources.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import to_ms
from profiler.analysis.content import SHARING, jump_share, sharing
from profiler.analysis.frames_shown import answering, best

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource
    from profiler.analysis.popup import Findings, Window
    from profiler.analysis.scene import Scene

NO_START = "no source tells when a frame of the app began"
NOT_TOLD = "the source does not tell layout frames"
NOT_SEEN = "no source saw the app's frames on screen during the slide"
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")


def measure_elsewhere(
    found: Findings, scene: Scene, window: Window, sources: tuple[FrameSource, ...]
) -> bool:
    """Put in what other sources tell of the app's own frames; return whether it draws while idle."""
    seen = best(sources, window.begin_ns - IDLE_NS, window.limit_ns)
    if seen is None:
        return False
    restless = _answer(found, window, sources)
    _content(found, scene, window, sources, restless=restless)
    return restless


def _answer(found: Findings, window: Window, sources: tuple[FrameSource, ...]) -> bool:
    press = window.press
    if press is None:
        return False
    before = best(sources, press.down_ns - IDLE_NS, press.down_ns - 1)
    fps = 0.0 if before is None else len(before) * 1e9 / IDLE_NS
    found.put("idle_fps", fps, None)
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
    if slide is None or motion is None or not slide.synchronised:
        return
    half = motion.period_ns / 2
    seen = [source for source in sources if source.on_screen]
    frames = best(seen, round(motion.first_ns - half[0]), round(motion.last_ns + half[-1]))
    if frames is None:
        for name in CADENCE:
            found.put(f"content_{name}", None, NOT_SEEN)
        return
    if len(frames) >= FEWEST:
        even = cadence(frames.time_ns, scene.periods.gaps(frames.time_ns).period_ns)
        for name in CADENCE:
            found.put(f"content_{name}", getattr(even, name), None)
            found.reasons.pop(f"content_{name}", None)
            found.sources[f"content_{name}"] = frames.source
    follows = not restless and sharing(motion, frames.time_ns) >= SHARING
    kind, reason = ("per-frame", None) if follows else ("unknown", DRAWS_WHILE_IDLE if restless else NOT_TOLD)
    found.put("content_motion", kind, reason)
    found.put("content_jump_share", jump_share(kind), reason)
    if follows:
        found.sources["content_motion"] = found.sources["content_jump_share"] = frames.source
