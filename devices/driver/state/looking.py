"""Reads what the table of the phone's state shows, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.state.cooling import ThermalGate, thermal, told
from devices.driver.state.holding import SCALES, read_held
from devices.driver.state.knobs import TABLES, Knob, compile_filter
from devices.driver.state.reading import read_state
from devices.driver.state.table import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devices.driver.phone import Phone


def look(phone: Phone, planned_ime: str | None = None, gate: ThermalGate | None = None) -> View:
    """Return what is there now.

    Raises:
        PhoneError: the connection failed.
    """
    state = read_state(phone)
    values, has_dnd = read_held(phone, phone.sdk)
    texts = phone.sections(
        {one.name: one.read_command() for one in SCALES} | {"heat": "dumpsys thermalservice"}
    )
    scales = {one: one.value(texts[one.name]) for one in SCALES if texts[one.name]}
    heat = thermal(texts["heat"])
    package = (state.ime_id or "").partition("/")[0]
    dump = phone.shell(f"dumpsys package {package}", seconds=30.0).text if package else ""
    return View(
        state=state,
        values=values,
        sdk=phone.sdk,
        manufacturer=phone.build.manufacturer,
        has_dnd=has_dnd,
        writable=may_write(phone, {**values, **scales}),
        planned_ime=planned_ime,
        keyboard_filter=compile_filter(dump, package) if package else None,
        heat=told(heat) if heat else "",
        gate=gate or ThermalGate(),
    )


def may_write(phone: Phone, values: Mapping[Knob, str | None]) -> bool | None:
    """Return whether the shell may write settings: each table is given a value that it already has.

    None: no setting has a value that could be written.
    """
    tried: dict[str, Knob] = {}
    for one, value in values.items():
        if one.namespace in TABLES and value is not None:
            tried.setdefault(one.namespace, one)
    if not tried:
        return None
    answers = phone.sections(
        {space: f"{one.write_command(values[one])} 2>&1" for space, one in tried.items()}
    )
    return not any("Exception" in answer or "denial" in answer for answer in answers.values())
