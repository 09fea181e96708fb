"""Under which conditions a run was measured, as groups of (name, value)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.report.catalog import Text
from profiler.report.numbers import NULL, moment, number, with_unit
from profiler.report.wording import CONDITIONS, UI
from traces.appearance import TRAITS, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.report.inputs import ReportInput
    from traces.appearance import Trait
    from traces.capture import PhoneState

Row = tuple[Text, str | Text]
Group = tuple[Text, tuple[Row, ...]]

_YES, _NO = Text("yes", "是"), Text("no", "否")


def condition_groups(data: ReportInput) -> tuple[Group, ...]:
    """Return the conditions: phone, screen, keyboard, state during the run, apps, run, changed settings."""
    groups = (
        (CONDITIONS["phone"], _phone(data)),
        (CONDITIONS["screen"], _screen(data)),
        (CONDITIONS["keyboard"], _keyboard(data)),
        (CONDITIONS["state"], _state(data)),
        (CONDITIONS["apps"], _apps(data)),
        (CONDITIONS["run"], _run(data)),
        (UI["changed"], _settings(data)),
    )
    return tuple(group for group in groups if group[1])


def _phone(data: ReportInput) -> tuple[Row, ...]:
    phone = data.manifest.phone
    kind = "simulated" if phone.simulated else "emulator" if phone.is_emulator else "real"
    rows: list[Row] = [
        (CONDITIONS["kind"], CONDITIONS[kind]),
        (CONDITIONS["model"], f"{phone.manufacturer} {phone.model}".strip()),
        (CONDITIONS["android"], f"Android {phone.android} (API {phone.sdk}), {phone.build_type}"),
        (CONDITIONS["fingerprint"], phone.fingerprint),
        *(((Text("frame sources", "帧数据来源"), ", ".join(phone.sources)),) if phone.sources else ()),
        (CONDITIONS["serial"], phone.serial_hash),
    ]
    if phone.simulated_speed is not None:
        rows.insert(1, (UI["speed"], f"{number(phone.simulated_speed, 0)}×"))
    return tuple(rows)


def _screen(data: ReportInput) -> tuple[Row, ...]:
    phone, states = data.manifest.phone, list(data.states())
    scales = data.manifest.state_before.animation_scales
    return (
        (CONDITIONS["size"], f"{phone.width} × {phone.height} px, {phone.density} dpi"),
        (CONDITIONS["refresh"], f"{_hz(phone.active_hz)} ({', '.join(_hz(m) for m in phone.modes_hz)})"),
        (CONDITIONS["refresh_seen"], _span((s.refresh_hz for s in states), "Hz")),
        (CONDITIONS["period"], with_unit(data.result.period_ms, "ms", 2)),
        (CONDITIONS["animation"], NULL if scales is None else " / ".join(f"{s:g}" for s in scales)),
        (CONDITIONS["brightness"], _span((s.brightness for s in states), "")),
        *((Text(trait.en, trait.zh), _all_of(trait, states)) for trait in TRAITS),
    )


def _all_of(trait: Trait, states: Iterable[PhoneState]) -> str:
    """Return every value that was told of a trait; more than one means that it changed."""
    return ", ".join(sorted({value for s in states if (value := told(s, trait)) is not None})) or NULL


def _keyboard(data: ReportInput) -> tuple[Row, ...]:
    phone, states = data.manifest.phone, list(data.states())
    return (
        (CONDITIONS["ime"], phone.ime_id or NULL),
        (UI["version"], phone.ime_version or NULL),
        (CONDITIONS["height"], _span(_heights(data, states), "px")),
    )


def _heights(data: ReportInput, states: list[PhoneState]) -> list[int | None]:
    return [capture.keyboard_px for capture in data.captures] + [s.ime_height_px for s in states]


def _state(data: ReportInput) -> tuple[Row, ...]:
    states = list(data.states())
    charging = {s.charging for s in states if s.charging is not None}
    told: str | Text = NULL
    if charging:
        told = CONDITIONS["changed"] if len(charging) > 1 else _YES if charging.pop() else _NO
    return (
        (CONDITIONS["thermal"], _span((s.thermal_status for s in states), "")),
        (CONDITIONS["temperature"], _span((s.battery_temperature_c for s in states), "°C")),
        (CONDITIONS["battery"], _span((s.battery_level for s in states), "%")),
        (CONDITIONS["charging"], told),
    )


def _settings(data: ReportInput) -> tuple[Row, ...]:
    changed = sorted(data.manifest.settings_changed.items())
    return tuple(
        (Text(name, name), f"{NULL if was is None else was} → {now}") for name, (was, now) in changed
    )


def _apps(data: ReportInput) -> tuple[Row, ...]:
    return tuple(
        (
            Text(facts.label or facts.profile, facts.label or facts.profile),
            " ".join((facts.package, facts.version_name or NULL, f"({facts.compile_filter or NULL})")),
        )
        for facts in data.manifest.apps
    )


def _run(data: ReportInput) -> tuple[Row, ...]:
    manifest = data.manifest
    planned = f"{manifest.rounds} × {manifest.popups_per_round}"
    return (
        (UI["run"], manifest.run_id),
        (UI["created"], moment(manifest.created)),
        (CONDITIONS["scenario"], manifest.scenario),
        (CONDITIONS["planned"], planned),
        (UI["tool"], f"silky {manifest.tool_version}"),
    )


def _hz(value: float) -> str:
    return f"{value:g} Hz" if value == round(value) else f"{value:.2f} Hz"


def _span(values: Iterable[float | int | None], unit: str) -> str:
    """Return `least … most` of the known values."""
    known = [v for v in values if v is not None]
    if not known:
        return NULL
    low, high = f"{min(known):g}", f"{max(known):g}"
    text = low if low == high else f"{low} … {high}"
    return f"{text} {unit}".strip()
