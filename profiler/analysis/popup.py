"""One pop-up: all of its metrics, each null with its reason. docs/metrics.md sections 2 to 5."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profiler.analysis.answer import (
    DRAWS_WHILE_IDLE,
    IDLE_NS,
    RESTLESS_FPS,
    ContentCadence,
    content_cadence,
    driver_frames,
    idle_fps,
    response_ns,
)
from profiler.analysis.columns import MS, to_ms, within
from profiler.analysis.content import content_motion, jump_share
from profiler.analysis.elsewhere import measure_elsewhere
from profiler.analysis.frames_shown import FrameTimelineSource, best
from profiler.analysis.metric_names import SHOW
from profiler.analysis.plugins import add_metrics
from profiler.analysis.results import PopupResult, StripFrame, Value
from profiler.analysis.slide import (
    WINDOW_NS,
    Motion,
    Slide,
    driver_mode,
    find_motion,
    find_slide,
    leash_is_whole,
)
from profiler.analysis.strip import strip
from profiler.analysis.surface_view import surface_sources
from profiler.standards.model import JudgedWindow
from profiler.standards.registry import standards_of

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource
    from profiler.analysis.interactions import Interaction, Press
    from profiler.analysis.scene import Scene
    from traces.tables import Ints
    from traces.text.framestats_table import FrameStatsTable

INPUT_UNKNOWN = "input time unknown"
NO_SLIDE = "no slide seen"
NO_LEASH = "no leash rows"
NOT_SYNCHRONISED = "slide not synchronised with the app"
FEW_BUFFERS = "fewer than 3 app buffers during the slide"
NO_ANSWER = "no app frame answered the press"
NOT_TIMED = "no FrameTimeline: no source of this phone times the keyboard's steps"
"""Android 11 and older, or a phone that does not offer it."""
SLIDE_UNTOLD = "no source of this phone tells of the keyboard's slide"
"""Android 10 and older (a plain window animation), or no trace."""
LEASH_INCOMPLETE = "leash rows missing from the trace"
CUT_SHORT = "the slide was cut short by the next input"
LONG_PRESS = "the press was held as long as a long press"
LONG_PRESS_NS = 400 * MS
"""ViewConfiguration.DEFAULT_LONG_PRESS_TIMEOUT since Android 10."""
NOT_INSETS = "no insets thread at work: the app's main thread drives the slide"

PERIOD_UNCERTAIN = "period uncertain: the panel may have run slower"
COUNTED = ("missed_vsyncs", "hitch_ms", "hitch_ratio")
"""What depends on the period."""

MOTION = ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")


@dataclass
class Findings:
    """Metrics and the reasons of those that are null, as they are found."""

    metrics: dict[str, Value] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Value, reason: str | None) -> None:
        """Put a value down; the reason stands where it is null or unknown."""
        self.metrics[name] = value
        if reason is not None and (value is None or value == "unknown"):
            self.reasons[name] = reason


@dataclass(frozen=True, slots=True)
class Window:
    """What a pop-up's metrics are measured in; BOOTTIME ns."""

    press: Press | None
    slide: Slide | None
    motion: Motion | None
    begin_ns: int
    """t0, or the mark where the input is unknown."""
    end_ns: int
    """Settled, or begin + 2000 ms."""
    limit_ns: int
    """begin + 2000 ms, or the next input if that comes first."""
    next_ns: int
    """The next input or mark."""
    why_still: str
    """Why there is no motion, where there is none."""


def find_window(scene: Scene, interaction: Interaction) -> Window:
    """Find the slide that belongs to an interaction and where its window ends."""
    press = interaction.press
    begin = press.up_ns if press else interaction.begin_ns
    limit = min(begin + WINDOW_NS, interaction.end_ns)
    slide = find_slide(scene, begin, limit)
    motion = find_motion(scene, slide, limit) if slide else None
    whole = motion is not None or slide is None or leash_is_whole(scene, slide, limit)
    end = motion.last_ns if motion else limit
    why = NO_SLIDE if slide is None else NO_LEASH if whole else LEASH_INCOMPLETE
    if not scene.timed:
        why = NOT_TIMED if scene.tells_slide else SLIDE_UNTOLD
    return Window(press, slide, motion, begin, end, limit, interaction.end_ns, why)


def measure_popup(
    scene: Scene,
    interaction: Interaction,
    *,
    app: str,
    round_number: int,
    attempt: int,
    sources: tuple[FrameSource, ...] = (),
    framestats: FrameStatsTable | None = None,
    kind: str = SHOW,
) -> PopupResult:
    """Return everything that is told of one pop-up; `void` holds only what the trace itself shows.

    `sources` are those of the app's frames, best first (FrameTimeline alone if none is given). A `kind` other
    than show is a slide that is part of another interaction.
    """
    window = find_window(scene, interaction)
    found = Findings()
    _measure_motion(found, scene, window)
    content = _measure_content_cadence(found, scene, window)
    restless = _measure_answer(found, scene, window)
    surface = surface_sources(sources, scene.package, window.begin_ns, window.limit_ns)
    if surface:
        restless = measure_elsewhere(found, scene, window, surface)
    elif not within(scene.on_screen_ns[scene.app_rows], window.begin_ns - IDLE_NS, window.limit_ns).any():
        restless = measure_elsewhere(found, scene, window, sources)
    _measure_content_motion(found, scene, window, interaction.end_ns, restless=restless)
    _measure_drivers(found, scene, window)
    ratio = found.metrics["hitch_ratio"]
    judged = JudgedWindow(
        scene,
        window.begin_ns,
        window.end_ns,
        best(sources or (FrameTimelineSource(scene),), window.begin_ns, window.end_ns),
        ratio if isinstance(ratio, float) else None,
        framestats,
    )
    slide, motion = window.slide, window.motion
    period = float(motion.period_ns[-1]) if motion else scene.periods.one(window.begin_ns)
    result = PopupResult(
        app=app,
        round=round_number,
        attempt=attempt,
        popup=interaction.number,
        t0_ns=window.press.up_ns if window.press else None,
        down_ns=window.press.down_ns if window.press else None,
        period_ms=to_ms(period),
        metrics=found.metrics,
        standards=standards_of(judged),
        reasons=found.reasons,
        void=_void(scene, window),
        motion_source=motion.source if motion else None,
        slide_start_ms=to_ms(slide.start_ns - window.begin_ns) if slide else None,
        slide_end_ms=to_ms(slide.end_ns - window.begin_ns) if slide and slide.end_ns is not None else None,
        strip=_strip(scene, window, content),
        sources=found.sources,
    )
    if kind != SHOW:
        return result
    add_metrics(result, kind, scene, window.press.up_ns if window.press else None, window.end_ns)
    return result


def unmeasured_popup(*, app: str, round_number: int, attempt: int, number: int, reason: str) -> PopupResult:
    """Return a pop-up of which the trace shows nothing."""
    return PopupResult(
        app, round_number, attempt, number, None, None, None, {}, {}, {}, (reason,), None, None, None, ()
    )


def _void(scene: Scene, window: Window) -> tuple[str, ...]:
    """Return why a pop-up does not count; what the recording could not have told voids nothing."""
    return tuple(
        reason
        for reason, holds in (
            (INPUT_UNKNOWN, window.press is None and scene.tells_input),
            (NO_SLIDE, window.slide is None and scene.tells_slide),
            (CUT_SHORT, _cut_short(window)),
            (LONG_PRESS, window.press is not None and _held(window.press) >= LONG_PRESS_NS),
        )
        if holds
    )


def _cut_short(window: Window) -> bool:
    end = window.slide.end_ns if window.slide else None
    return end is not None and end > window.next_ns


def _held(press: Press) -> int:
    return press.up_ns - press.down_ns


def _strip(scene: Scene, window: Window, content: ContentCadence | None) -> tuple[StripFrame, ...]:
    slide, motion = window.slide, window.motion
    return strip(scene, (window.begin_ns, window.end_ns), slide=slide, motion=motion, content=content)


def _measure_motion(found: Findings, scene: Scene, window: Window) -> None:
    press, slide, motion = window.press, window.slide, window.motion
    why = window.why_still
    mode = driver_mode(scene, slide) if scene.tells_slide or slide else "unknown"
    found.put("driver_mode", mode, NO_SLIDE if scene.tells_slide else SLIDE_UNTOLD)
    if mode != "unknown" and not scene.timed:
        found.sources["driver_mode"] = "slices"
    for name, index in (("first_motion_ms", 1), ("settled_ms", -1)):
        value = to_ms(int(motion.times_ns[index]) - press.up_ns) if motion and press else None
        found.put(name, value, INPUT_UNKNOWN if press is None else why)
    found.put("slide_ms", to_ms(motion.last_ns - motion.first_ns) if motion else None, why)
    _measure_motion_cadence(found, motion, why)


def _measure_motion_cadence(found: Findings, motion: Motion | None, why: str) -> None:
    """Put in the keyboard's cadence; where two periods are possible, its bounds and no value between."""
    for name in MOTION:
        known = motion is not None and (motion.certain or name not in COUNTED)
        reason = why if motion is None else PERIOD_UNCERTAIN
        found.put(name, getattr(motion.cadence, name) if motion and known else None, reason)
    for bound, reading in (("least", motion and motion.least), ("most", motion and motion.cadence)):
        found.put(f"hitch_ms.{bound}", reading.hitch_ms if reading else None, why)


def _measure_content_cadence(found: Findings, scene: Scene, window: Window) -> ContentCadence | None:
    slide, motion = window.slide, window.motion
    content = None
    why = window.why_still
    if slide and motion:
        content = content_cadence(scene, motion) if slide.synchronised else None
        why = FEW_BUFFERS if slide.synchronised else NOT_SYNCHRONISED
    for name in MOTION:
        found.put(f"content_{name}", getattr(content.cadence, name) if content else None, why)
    return content


def _measure_answer(found: Findings, scene: Scene, window: Window) -> bool:
    """Put in what the app answered; return whether it draws while idle."""
    press = window.press
    if press is None:
        found.put("idle_fps", None, INPUT_UNKNOWN)
        found.put("response_ms", None, INPUT_UNKNOWN)
        return False
    fps = idle_fps(scene, press.down_ns)
    restless = fps > RESTLESS_FPS
    found.put("idle_fps", fps, None)
    answer = None if restless else response_ns(scene, press, window.limit_ns)
    value = None if answer is None else to_ms(answer - press.up_ns)
    found.put("response_ms", value, DRAWS_WHILE_IDLE if restless else NO_ANSWER)
    return restless


def _measure_content_motion(
    found: Findings, scene: Scene, window: Window, end_ns: int, *, restless: bool
) -> None:
    slide, motion = window.slide, window.motion
    if "content_motion" in found.metrics:
        return
    if slide is None or motion is None:
        found.put("content_motion", "unknown", window.why_still)
        found.put("content_jump_share", None, window.why_still)
        return
    kind, reason = content_motion(scene, slide, motion, restless=restless, end_ns=end_ns)
    found.put("content_motion", kind, reason)
    found.put("content_jump_share", jump_share(kind), reason)


def _measure_drivers(found: Findings, scene: Scene, window: Window) -> None:
    insets = window.motion.rows if window.motion and window.motion.source == "leash" else scene.leash_rows
    asynchronous = window.slide is not None and not window.slide.synchronised
    why_not = NO_SLIDE if window.slide is None else NOT_INSETS
    if not scene.timed:
        why_not = NOT_TIMED if scene.tells_slide else SLIDE_UNTOLD
    lanes: tuple[tuple[str, Ints | None], ...] = (
        ("app", scene.app_rows if scene.timed else None),
        ("insets", insets if asynchronous and scene.timed else None),
        ("keyboard", scene.keyboard_rows if scene.timed else None),
    )
    for driver, rows in lanes:
        if f"late_frames.{driver}" in found.metrics:
            continue
        counted = None if rows is None else driver_frames(scene, rows, window.begin_ns, window.end_ns)
        found.put(f"frames.{driver}", counted.frames if counted else None, why_not)
        found.put(f"late_frames.{driver}", counted.late if counted else None, why_not)
        worst = counted.worst_overrun_ms if counted else None
        found.put(f"worst_overrun_ms.{driver}", worst, "no frame with a deadline" if counted else why_not)
