"""One attempt at a round: its pop-ups, its means, every reason why it is void. docs/metrics.md section 6."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from profiler.analysis.extras import Extras
from profiler.analysis.frames_shown import trusted
from profiler.analysis.interactions import interactions
from profiler.analysis.kinds.all import interaction_means, measure_interactions
from profiler.analysis.popup import INPUT_UNKNOWN, measure_popup, unmeasured_popup
from profiler.analysis.results import PopupResult, RoundResult
from profiler.analysis.scene import make_scene
from profiler.analysis.state import state_void
from profiler.analysis.surface_view import of_the_content
from traces.capture import MARKS, POPUP_MARK

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource
    from profiler.analysis.results import InteractionResult
    from profiler.analysis.scene import Scene
    from traces.capture import PhoneState, RoundCapture
    from traces.trace import Trace

OTHER_MARKS = frozenset(MARKS.values()) - {POPUP_MARK}
NOTHING_SHOWN = "no frame of its pop-ups is in the recording"
"""A round without any value is no valid round."""
SAME_HZ = 1.0
"""Phones tell one mode as 119.9 or 120.0, depending on where one asks."""


def analyze_round(
    capture: RoundCapture,
    trace: Trace | None,
    *,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
    extras: Extras | None = None,
) -> RoundResult:
    """Measure one attempt at a round.

    Args:
        capture: what the driver wrote.
        trace: its decoded trace (at least `SLICE_NAMES`); None where there is none.
        modes_hz: rates of the panel's modes.
        active_hz: rate of the active mode when the run began; the round's own state before it wins.
        extras: the dumps beside the trace.

    Returns:
        The round; `void` joins the driver's reasons with those of the trace and of the phone's state.
    """
    rate = capture.before.refresh_hz or active_hz
    extras = extras or Extras()
    popups = () if trace is None else _popups(capture, trace, modes_hz, rate, extras)
    others = () if trace is None else _others(capture, trace, modes_hz, rate, extras)
    void = [*capture.void, *_trace_void(trace), *state_void(capture)]
    void += [f"pop-up {p.popup}: {reason}" for p in popups for reason in p.void]
    void += [f"{one.kind} {one.number}: {reason}" for one in others for reason in one.void]
    if popups and not void and all(_nothing_shown(popup) for popup in popups):
        void.append(NOTHING_SHOWN)
    void += [] if trace is None else _missing(capture, others)
    return RoundResult(
        app=capture.app,
        round=capture.round,
        attempt=capture.attempt,
        folder=capture.folder,
        warm_up=capture.round == 0,
        void=tuple(dict.fromkeys(void)),
        warnings=tuple(dict.fromkeys((*capture.warnings, *extras.warnings, *_warnings(trace, popups)))),
        metrics=round_means(popups) | interaction_means(others),
        popups=popups,
        interactions=others,
    )


def _nothing_shown(popup: PopupResult) -> bool:
    """Whether no source saw a frame of it."""
    told = ("settled_ms", "response_ms", "content_longest_gap_ms")
    return all(popup.metrics.get(name) is None for name in told) and not popup.metrics.get("frames.app")


def steady_rate(capture: RoundCapture) -> float | None:
    """Return the rate that the phone told before and after the round; None: it differs or is not known."""
    before, after = told_rate(capture.before), told_rate(capture.after)
    if before is None or after is None or abs(before - after) > SAME_HZ:
        return None
    return before


def told_rate(state: PhoneState) -> float | None:
    """Return the rate at which apps were drawing: the panel's, or a lower render rate."""
    told = [hz for hz in (state.refresh_hz, state.render_hz) if hz]
    return min(told) if told else None


def _trace_void(trace: Trace | None) -> tuple[str, ...]:
    if trace is None:
        return ("there is no trace",)
    return (
        () if trace.health.scorable else tuple(f"trace not scorable: {why}" for why in trace.health.reasons)
    )


def _others(
    capture: RoundCapture,
    trace: Trace,
    modes_hz: tuple[float, ...],
    active_hz: float | None,
    extras: Extras,
) -> tuple[InteractionResult, ...]:
    """Return the marked interactions of other kinds than show."""
    if not any(name in OTHER_MARKS for name in set(trace.marks.name.tolist())):
        return ()
    scene = round_scene(capture, trace, modes_hz, active_hz)
    if scene is None:
        return ()
    sources = of_the_content(_sources(scene, capture, extras), capture.package)
    return measure_interactions(
        scene,
        sources,
        _keyboard(capture),
        framestats=extras.framestats,
        keyboard_shown=(capture.before.ime_shown, capture.after.ime_shown),
    )


def _sources(scene: Scene, capture: RoundCapture, extras: Extras) -> tuple[FrameSource, ...]:
    """Return the sources of the app's frames; dumps only where the trace pairs their clock."""
    trace = scene.trace
    clocks = trace.clocks if len(trace.clocks.monotonic_ns) else None
    blind = (extras.framestats_blind, extras.latency_blind)
    return trusted(scene, capture.package, trace.buffers, extras.framestats, extras.latency, clocks, blind)


def _missing(capture: RoundCapture, others: tuple[InteractionResult, ...]) -> list[str]:
    seen = sum(one.kind == capture.kind for one in others)
    if seen == capture.interactions:
        return []
    return [f"{seen} of {capture.interactions} interactions ({capture.kind}) are marked in the trace"]


def _keyboard(capture: RoundCapture) -> str | None:
    return capture.before.ime_id.split("/")[0] if capture.before.ime_id else None


def _popups(
    capture: RoundCapture,
    trace: Trace,
    modes_hz: tuple[float, ...],
    active_hz: float | None,
    extras: Extras,
) -> tuple[PopupResult, ...]:
    scene = round_scene(capture, trace, modes_hz, active_hz)
    who = {"app": capture.app, "round_number": capture.round, "attempt": capture.attempt}
    paired = scene is not None and len(trace.clocks.monotonic_ns) > 0
    more = {
        "sources": () if scene is None else _sources(scene, capture, extras),
        "framestats": extras.framestats if paired else None,
    }
    planned = [popup.number for popup in capture.popups]
    found = {}
    if scene is not None:
        seen = interactions(trace.marks, scene.inputs, trace.clocks)
        # without marks presses are told apart by their order, which only holds if none is missing or too many
        if (trace.marks.name == POPUP_MARK).any() or len(seen) == len(planned):
            found = {one.number: one for one in seen}
    return tuple(
        measure_popup(scene, found[number], **who, **more)  # type: ignore[arg-type]
        if scene is not None and number in found
        else unmeasured_popup(number=number, reason=INPUT_UNKNOWN, **who)  # type: ignore[arg-type]
        for number in planned
    )


def round_scene(
    capture: RoundCapture, trace: Trace, modes_hz: tuple[float, ...], active_hz: float | None
) -> Scene | None:
    """Look up a round's app in its trace; None if the trace does not know the app."""
    return make_scene(
        trace,
        capture.package,
        pid=capture.before.app_pid,
        keyboard=_keyboard(capture),
        modes_hz=modes_hz,
        active_hz=active_hz,
        steady_hz=steady_rate(capture),
        before_hz=told_rate(capture.before),
    )


def _warnings(trace: Trace | None, popups: tuple[PopupResult, ...]) -> list[str]:
    warnings = [] if trace is None else [w for w in trace.health.warnings if w not in trace.health.reasons]
    stand_ins = [str(p.popup) for p in popups if p.motion_source == "app-buffers"]
    if stand_ins:
        warnings.append(f"no leash rows in pop-up {', '.join(stand_ins)}: app buffers stand in for the slide")
    return warnings


def round_means(popups: tuple[PopupResult, ...]) -> dict[str, float | None]:
    """Return the mean of each numeric metric over a round's pop-ups; a null in any makes it null."""
    names = dict.fromkeys(name for popup in popups for name in popup.metrics)
    means: dict[str, float | None] = {}
    for name in names:
        values = [popup.metrics.get(name) for popup in popups]
        if any(isinstance(value, str) for value in values):
            continue
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        means[name] = fmean(numbers) if len(numbers) == len(values) else None
    return means
