"""Put late frames and diagnoses to the pop-ups of a measured round."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from profiler.analysis.interactions import interactions
from profiler.analysis.popup import find_window
from profiler.analysis.rounds import round_scene
from profiler.causes.diagnose import diagnose
from profiler.causes.diagnose.facts import Facts
from profiler.causes.late import late_steps
from profiler.causes.path import Frames
from profiler.causes.phases import find_way
from profiler.causes.threads import Threads

if TYPE_CHECKING:
    from profiler.analysis.interactions import Interaction
    from profiler.analysis.results import PopupResult, RoundResult
    from profiler.analysis.scene import Scene
    from traces.capture import PhoneState, RoundCapture
    from traces.trace import Trace

SLOW_MOTION_MS = 100.0
"""A first motion from which on the way to it is looked at."""
_ODD_CONTENT = ("at-start", "at-end", "after-slide")


def wants_explaining(popup: PopupResult) -> bool:
    """Whether a pop-up did anything that asks for a cause."""
    metrics = popup.metrics

    def number(name: str) -> float:
        value = metrics.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    return bool(
        any(number(f"late_frames.{who}") for who in ("app", "insets", "keyboard"))
        or number("missed_vsyncs")
        or number("content_missed_vsyncs")
        or number("first_motion_ms") > SLOW_MOTION_MS
        or metrics.get("content_motion") in _ODD_CONTENT
        or (metrics.get("driver_mode") == "async" and metrics.get("content_motion") != "per-frame")
        or _slower_at_first(popup)
    )


def _slower_at_first(popup: PopupResult) -> bool:
    """Whether the slide's first gaps are longer than its period at the end (a panel that speeds up)."""
    times = [frame.present_ms for frame in popup.strip if frame.lane == "leash"]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    return popup.period_ms is not None and sum(gap > 1.3 * popup.period_ms for gap in gaps[:8]) >= 3


def explain_round(
    capture: RoundCapture,
    trace: Trace,
    measured: RoundResult,
    *,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
) -> RoundResult:
    """Return the round with causes.

    Args:
        capture: what the driver wrote.
        trace: its trace with all slices, scheduler states and binder calls, as far as it has them.
        measured: what the analysis found in it.
        modes_hz: rates of the panel's modes.
        active_hz: rate of the active mode.
    """
    scene = round_scene(capture, trace, modes_hz, capture.before.refresh_hz or active_hz)
    if scene is None:
        return measured
    frames = Frames(scene, Threads(trace))
    by_number = {one.number: one for one in interactions(trace.marks, scene.inputs, trace.clocks)}
    hot = hottest(capture.before, capture.after)
    popups = tuple(
        explain_popup(scene, frames, popup, by_number[popup.popup], hot)
        if popup.popup in by_number and wants_explaining(popup)
        else popup
        for popup in measured.popups
    )
    return replace(measured, popups=popups)


def explain_popup(
    scene: Scene, frames: Frames, popup: PopupResult, interaction: Interaction, thermal_status: int | None
) -> PopupResult:
    """Return one pop-up with its late frames and causes."""
    window = find_window(scene, interaction)
    steps = tuple(late_steps(frames, window))
    facts = Facts(frames, window, find_way(frames, window), steps, popup.metrics, thermal_status)
    return replace(popup, late=tuple(step.late for step in steps), diagnoses=diagnose(facts))


def hottest(*states: PhoneState) -> int | None:
    """Return the highest thermal status that was read."""
    return max((s.thermal_status for s in states if s.thermal_status is not None), default=None)
