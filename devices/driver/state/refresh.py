"""Holds the panel at one refresh rate for a run, and looks whether it obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.state.keeper import Want
from devices.driver.state.knobs import USER_MODE, Knob
from devices.driver.state.reading import read_state

if TYPE_CHECKING:
    from devices.driver.phone import Phone
    from devices.driver.state.keeper import StateKeeper

PEAK, LOWEST = Knob("system", "peak_refresh_rate"), Knob("system", "min_refresh_rate")
XIAOMI = (
    Knob("system", "user_refresh_rate"),
    Knob("secure", "user_refresh_rate"),
    Knob("secure", "miui_refresh_rate"),
)
SAMSUNG = Knob("secure", "refresh_rate_mode")
"""0 standard (60 Hz), 1 adaptive, 2 high (One UI's RefreshRateController)."""
_STANDARD_HZ = 60.0
_TOLERANCE_HZ = 1.0
_USER_MODE_SDK = 33


def hold_refresh(phone: Phone, keeper: StateKeeper, hz: float, size: tuple[int, int]) -> list[str]:
    """Set what AOSP and the vendors read; return a warning if the panel runs at another rate all the same.

    Vendors' settings are set only where the phone has them. From Android 13 on, a panel that does not obey
    them is asked by the display service's own command.

    Args:
        phone: the phone.
        keeper: writes down and sets.
        hz: the rate, one of the panel's.
        size: of the display, px.

    Raises:
        PhoneError: the phone refuses AOSP's settings.
    """
    keeper.set(*PEAK, f"{hz:.1f}")
    keeper.set(*LOWEST, f"{hz:.1f}")
    theirs = keeper.read([*XIAOMI, SAMSUNG])
    wants = [Want(one, f"{hz:.0f}") for one in XIAOMI if theirs[one] is not None]
    if theirs[SAMSUNG] is not None:
        wants.append(Want(SAMSUNG, "0" if hz <= _STANDARD_HZ + _TOLERANCE_HZ else "2"))
    keeper.set_all(wants)
    now = _rate(phone)
    if now is not None and abs(now - hz) > _TOLERANCE_HZ and phone.sdk >= _USER_MODE_SDK:
        keeper.set_all([Want(Knob(*USER_MODE), f"{size[0]} {size[1]} {hz:g}")])
        now = _rate(phone)
    if now is None or abs(now - hz) <= _TOLERANCE_HZ:
        return []
    told = f"The panel runs at {now:g} Hz, not at the {hz:g} Hz asked for"
    return [f"{told}: choose the rate in the phone's display settings, or measure as it is."]


def _rate(phone: Phone) -> float | None:
    phone.shell("sleep 1")
    return read_state(phone).refresh_hz
