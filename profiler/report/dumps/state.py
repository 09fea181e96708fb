"""Views of the dumps about the phone's state: keyboard, windows, display, battery, heat, input ..."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from profiler.report.dumps.view import NS_PER_MS, Cell, DumpView, Grid
from traces.tables import NA
from traces.text.battery import parse_battery
from traces.text.display import parse_display
from traces.text.getevent import parse_getevent
from traces.text.getprop import build_facts, parse_getprop
from traces.text.imetracker import ime_requests, parse_imetracker_log
from traces.text.input_method import parse_input_method
from traces.text.thermal import parse_thermal
from traces.text.window import parse_window

if TYPE_CHECKING:
    from traces.text.display import DisplayState
    from traces.text.fields import Rect

_MOST_ROWS = 40

SIMULATED = "SIMULATED: these are the properties of a phone in software, not of a real one."


def view_input_method(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the keyboard's state and ImeTracker's history."""
    state = parse_input_method(data, source)
    rows = tuple(
        (e.start_wall, "show" if e.show else "hide", e.end.value, e.duration_ms, e.origin, e.reason, e.phase)
        for e in state.history
        if e.show is not None
    )
    columns = ("start", "request", "end", "ms", "origin", "reason", "phase")
    return DumpView(
        kind,
        source,
        "input_method",
        facts=(
            ("keyboard shown, as the server thinks", state.shown),
            ("keyboard", state.method_id),
            ("text field of", state.editor_package),
            ("screen on", state.interactive),
        ),
        grids=(Grid("History", columns, rows[:_MOST_ROWS]),) if rows else (),
    )


def view_window(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return focus, keyboard insets, animation scales."""
    state = parse_window(data, source)
    keyboard = next((i for i in state.insets if i.is_keyboard), None)
    scales = state.animation_scales
    return DumpView(
        kind,
        source,
        "window",
        facts=(
            ("focused window", state.focus.title if state.focus else None),
            ("keyboard shown", state.keyboard_shown),
            ("its visible frame, px", _frame(state.keyboard_frame)),
            ("told by", "insets" if keyboard else "its window" if state.keyboard_frame else None),
            ("keyguard showing", state.keyguard_showing),
            ("rotation, quarter turns", state.rotation),
            ("animation scales", None if scales is None else " / ".join(f"{s:g}" for s in scales)),
        ),
    )


def _frame(frame: Rect | None) -> str | None:
    return f"{frame.left}, {frame.top} to {frame.right}, {frame.bottom}" if frame else None


def view_display(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the displays with their modes."""
    rows = tuple(_display(display) for display in parse_display(data, source))
    columns = ("display", "internal", "size", "active Hz", "rendering Hz", "modes Hz", "dpi", "on")
    return DumpView(kind, source, "display", grids=(Grid("Displays", columns, rows),))


def _display(display: DisplayState) -> tuple[Cell, ...]:
    active = display.active_mode
    rates = sorted({round(mode.vsync, 2) for mode in display.modes})
    return (
        display.name,
        display.internal,
        f"{display.width} x {display.height}",
        active.vsync if active else None,
        display.render_frame_rate,
        ", ".join(f"{rate:g}" for rate in rates) or None,
        display.density_dpi,
        display.on,
    )


def view_battery(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return level, charging and temperature."""
    state = parse_battery(data, source)
    frozen = (
        ("The values were set by hand (`dumpsys battery set`), not measured.",) if state.simulated else ()
    )
    return DumpView(
        kind,
        source,
        "battery",
        facts=(
            ("level, %", state.percent),
            ("status", state.status.name.lower().replace("_", " ")),
            ("plugged", ", ".join(sorted(state.plugged)) or "no"),
            ("temperature, °C", state.temperature_c),
        ),
        notes=frozen,
    )


def view_thermal(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the throttling status and the sensors."""
    state = parse_thermal(data, source)
    rows = tuple((t.name, t.type, t.value_c, t.status) for t in state.temperatures)[:_MOST_ROWS]
    notes = []
    if state.overridden:
        notes.append("The status was set by `cmd thermalservice override-status`; it says nothing.")
    if state.hal_ready is False:
        notes.append("The vendor's part does not answer: the status stays 0 whatever the heat.")
    grid = Grid("Sensors" + (" (cached)" if state.cached else ""), ("name", "type", "°C", "status"), rows)
    return DumpView(
        kind,
        source,
        "thermalservice",
        facts=(("status", f"{int(state.status)} {state.status.name.lower()}"),),
        grids=(grid,) if rows else (),
        notes=tuple(notes),
    )


def view_getprop(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return what phone the properties belong to."""
    properties = parse_getprop(data, source)
    facts = asdict(build_facts(properties, source))
    return DumpView(
        kind,
        source,
        f"getprop, {len(properties)} properties",
        facts=tuple((name.replace("_", " "), value) for name, value in facts.items()),
        notes=(SIMULATED,) if properties.get("ro.silky.simulated") == "1" else (),
    )


def view_imetracker(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the keyboard's show and hide requests in a log."""
    events = parse_imetracker_log(data, source)
    requests = ime_requests(events)
    rows = tuple(
        (
            r.tag,
            None if r.show is None else "show" if r.show else "hide",
            r.end.value,
            r.duration_ms,
            r.reason,
            r.phase,
        )
        for r in requests
    )
    grid = Grid("Requests", ("tag", "request", "end", "ms", "reason", "phase"), rows[:_MOST_ROWS])
    facts: tuple[tuple[str, Cell], ...] = (("events", len(events)), ("requests", len(requests)))
    notes = ("A log's times are wall clock in whole ms: no measure of a frame.",)
    return DumpView(kind, source, "log of ImeTracker", facts, (grid,) if rows else (), notes)


def view_getevent(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return how many input events and touches there are."""
    events = parse_getevent(data, source)
    times = events.time_ns[events.time_ns != NA]
    span = float(times.max() - times.min()) / NS_PER_MS if len(times) else None
    return DumpView(
        kind,
        source,
        "getevent",
        facts=(
            ("events", len(events)),
            ("finger down", len(events.finger_downs())),
            ("finger up", len(events.finger_ups())),
            ("span, ms", span),
        ),
    )
