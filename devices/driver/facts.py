"""Which phone is measured, without its serial number."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from devices.driver.screen import keyboard
from traces.capture import PhoneFacts
from traces.errors import InputFileError, PhoneError
from traces.text.display import DisplayState, main_display, parse_display

if TYPE_CHECKING:
    from devices.driver.phone import Phone


def phone_facts(phone: Phone) -> PhoneFacts:
    """Read the facts; PhoneError when the phone's display can't be read."""
    build = phone.build
    display = _display(phone)
    ime = keyboard.current(phone)
    active = display.active_mode
    return PhoneFacts(
        serial_hash=phone.serial_hash,
        model=build.model,
        manufacturer=build.manufacturer,
        android=build.release,
        sdk=build.sdk,
        build_type=build.build_type,
        fingerprint=build.fingerprint,
        is_emulator=build.emulator,
        simulated=phone.simulated,
        simulated_speed=phone.speed,
        modes_hz=tuple(sorted({mode.fps for mode in display.modes})),
        active_hz=active.fps if active else 0.0,
        width=display.width,
        height=display.height,
        density=display.density_dpi or _density(phone),
        ime_id=ime,
        ime_version=keyboard.version(phone, ime),
    )


def _display(phone: Phone) -> DisplayState:
    source = f"`dumpsys display` of {phone.name}"
    commands = ("dumpsys display", "dumpsys SurfaceFlinger --displays")
    for command in commands:
        with contextlib.suppress(InputFileError):
            return main_display(parse_display(phone.shell(command).text, source), source)
    raise PhoneError(
        f"{source} can't be read: no built-in display with modes stands in it.",
        next_step="Please report this with the output of `adb shell dumpsys display`.",
    )


def _density(phone: Phone) -> int:
    """Return the density in dpi from `wm density`; an override counts, because apps see it."""
    values: list[str] = re.findall(r"density: (\d+)", phone.shell("wm density").text)
    return int(values[-1]) if values else 0
