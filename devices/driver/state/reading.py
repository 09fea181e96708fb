"""Reads the phone's state in one round trip, outside measured windows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeVar

from devices.driver.state.appearance import COMMANDS as APPEARANCE
from devices.driver.state.appearance import appearance
from traces.capture import PhoneState
from traces.errors import InputFileError
from traces.text.battery import BatteryState, parse_battery
from traces.text.display import DisplayState, main_display, parse_display
from traces.text.input_method import InputMethodState, parse_input_method
from traces.text.thermal import ThermalState, parse_thermal
from traces.text.window import WindowState, parse_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.phone import Phone

_T = TypeVar("_T")
_SCALES = ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")
_COMMANDS = {
    "ime": "settings get secure default_input_method",
    "input_method": "dumpsys input_method",
    "window": "dumpsys window",
    "display": "dumpsys display",
    "thermal": "dumpsys thermalservice",
    "battery": "dumpsys battery",
    "power": "dumpsys power",
    "brightness": "settings get system screen_brightness",
    **{scale: f"settings get global {scale}" for scale in _SCALES},
    **APPEARANCE,
}


def read_state(phone: Phone, package: str | None = None) -> PhoneState:
    """Return the state now; None in every field that this phone does not tell.

    Args:
        phone: the phone.
        package: an app whose pid is wanted.
    """
    commands = dict(_COMMANDS)
    if package is not None:
        commands["pid"] = f"pidof {package}"
    text = phone.sections(commands, seconds=30.0)
    keyboard = _try(parse_input_method, text["input_method"])
    window = _try(parse_window, text["window"])
    display = _display(text["display"])
    battery = _try(parse_battery, text["battery"])
    thermal = _try(parse_thermal, text["thermal"])
    look = appearance(text)
    return PhoneState(
        ime_id=_setting(text["ime"]),
        ime_shown=_shown(keyboard, window),
        ime_height_px=keyboard_height(window),
        refresh_hz=display.active_mode.fps if display and display.active_mode else None,
        render_hz=display.render_frame_rate if display else None,
        thermal_status=_thermal(thermal),
        battery_level=round(battery.percent) if battery else None,
        battery_temperature_c=battery.temperature_c if battery else None,
        charging=_charging(battery),
        focused_window=window.focus.title if window and window.focus else None,
        screen_on=_screen_on(text["power"], keyboard),
        locked=window.keyguard_showing if window else None,
        animation_scales=_scales(text),
        app_pid=_pid(text.get("pid", "")),
        brightness=_whole(_setting(text["brightness"])),
        theme=look.theme,
        font_scale=look.font_scale,
        rotation=window.rotation if window else None,
        display_px=look.display_px,
        density_dpi=look.density_dpi,
    )


def keyboard_height(window: WindowState | None) -> int | None:
    """Return how much of the display's bottom the shown keyboard covers, px; None while hidden or unknown."""
    frame = window.keyboard_frame if window else None
    if window is None or frame is None or frame.empty:
        return None
    bottom = window.display_frame.bottom if window.display_frame else frame.bottom
    return bottom - frame.top


def _try(parse: Callable[[str], _T], text: str) -> _T | None:
    with contextlib.suppress(InputFileError):
        return parse(text)
    return None


def _display(text: str) -> DisplayState | None:
    with contextlib.suppress(InputFileError):
        return main_display(parse_display(text))
    return None


def _shown(keyboard: InputMethodState | None, window: WindowState | None) -> bool | None:
    if keyboard is not None:
        return keyboard.shown
    return window.keyboard_shown if window else None


def _thermal(thermal: ThermalState | None) -> int | None:
    # an overridden status says nothing about the phone
    return None if thermal is None or thermal.overridden else int(thermal.status)


def _charging(battery: BatteryState | None) -> bool | None:
    return None if battery is None else bool(battery.plugged)


def _screen_on(power: str, keyboard: InputMethodState | None) -> bool | None:
    for line in power.splitlines():
        name, _, value = line.strip().partition("=")
        if name == "mWakefulness":
            return value.strip() == "Awake"
    return keyboard.interactive if keyboard else None


def _scales(text: dict[str, str]) -> tuple[float, float, float] | None:
    try:
        # a phone on which nobody has touched them has none of the settings: that means 1
        window, transition, animator = (float(_setting(text[scale]) or 1.0) for scale in _SCALES)
    except ValueError:
        return None
    return window, transition, animator


def _setting(text: str) -> str | None:
    value = text.strip()
    return None if value in {"", "null"} else value


def _pid(text: str) -> int | None:
    first = text.split()
    return _whole(first[0]) if first else None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
