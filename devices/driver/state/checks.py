"""The table of states that a run refuses, voids or warns about (DESIGN, "A run is honest or it is void")."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traces.capture import PhoneState, PopupCapture

HOT = 2
"""THROTTLING_MODERATE, from where on the phone slows down noticeably."""
_LOW_BATTERY = 20
_HZ_TOLERANCE = 0.5


def refusals(state: PhoneState, planned_ime: str | None = None) -> list[tuple[str, str]]:
    """Return why no run may start now, each with what to do; the screen is judged by `screen_refusals`."""
    found = []
    if state.animation_scales is not None and any(abs(s - 1.0) > 1e-6 for s in state.animation_scales):
        scales = ", ".join(f"{scale:g}" for scale in state.animation_scales)
        found.append(
            (
                f"the animation scales (window, transition, animator) are {scales}, not 1",
                "set all three to 1x in Developer options > Drawing",
            )
        )
    if planned_ime is not None and state.ime_id != planned_ime:
        found.append(
            (
                f"the keyboard is {state.ime_id or 'unknown'}, not {planned_ime} as planned",
                f"run `adb shell ime set {planned_ime}`, or plan the other one",
            )
        )
    if state.ime_id is None:
        found.append(("no keyboard is chosen", "choose one in Settings > System > Languages & input"))
    return found


def screen_refusals(state: PhoneState) -> list[tuple[str, str]]:
    """Return why the screen does not allow a run."""
    found = []
    if state.screen_on is False:
        found.append(("the screen is off", "switch it on"))
    if state.locked:
        found.append(("the phone is locked", "unlock it, and set Screen lock to None or Swipe for the run"))
    return found


def start_warnings(state: PhoneState, *, brightness_auto: bool) -> list[str]:
    """Return what may disturb a run without voiding it."""
    found = []
    if state.battery_level is not None and state.battery_level < _LOW_BATTERY:
        found.append(
            f"The battery is at {state.battery_level} %: some phones slow down below {_LOW_BATTERY} %."
        )
    if state.charging:
        found.append("The phone is charging, which heats it: watch the thermal status.")
    if state.thermal_status is not None and state.thermal_status >= HOT:
        found.append(
            f"The phone is hot (thermal status {state.thermal_status}): rounds are void until it cools down."
        )
    if brightness_auto:
        found.append("Brightness is automatic: some phones tie the refresh rate to it.")
    unknown = [
        name
        for name, value in (
            ("animation scales", state.animation_scales),
            ("thermal status", state.thermal_status),
            ("screen lock", state.locked),
            ("refresh rate", state.refresh_hz),
        )
        if value is None
    ]
    if unknown:
        found.append(f"This phone does not tell: {', '.join(unknown)}.")
    return found


def void_reasons(before: PhoneState, after: PhoneState, *, starts: str | None = None) -> list[str]:
    """Return what changed between the two ends of a round that makes it void, each a sentence.

    `starts`: the package that the round itself starts, which then must be in front at its end.
    """
    found = []
    if before.ime_id != after.ime_id:
        found.append(f"The keyboard changed from {before.ime_id} to {after.ime_id}.")
    if refresh_changed(before, after):
        found.append(f"The refresh rate changed from {before.refresh_hz:g} to {after.refresh_hz:g} Hz.")
    if starts is not None:
        found += _start_reasons(before, after, starts)
    elif before.app_pid != after.app_pid:
        found.append(
            f"The app's process changed from {before.app_pid} to {after.app_pid}: it crashed or restarted."
        )
    if starts is None and before.focused_window != after.focused_window:
        found.append(
            f"The focused window changed from {before.focused_window} to {after.focused_window}: a "
            "dialog or another app."
        )
    hottest = max((s.thermal_status for s in (before, after) if s.thermal_status is not None), default=0)
    if hottest >= HOT:
        found.append(f"The phone was hot (thermal status {hottest}).")
    if before.ime_shown:
        found.append("The keyboard was up before the first press.")
    return found


def _start_reasons(before: PhoneState, after: PhoneState, package: str) -> list[str]:
    found = []
    if before.app_pid is not None:
        found.append(f"{package} ran already (process {before.app_pid}) before it was started.")
    if after.focused_window is not None and not after.focused_window.startswith(f"{package}/"):
        found.append(f"The focused window was {after.focused_window} at the end, not one of {package}.")
    return found


def popup_void_reasons(popups: tuple[PopupCapture, ...], planned: int) -> list[str]:
    """Return what the driver itself saw go wrong with single presses."""
    found = []
    for popup in popups:
        if popup.shown_before:
            found.append(f"The keyboard was already up before press {popup.number}.")
        elif popup.shown_after is False:
            found.append(f"The keyboard did not come up after press {popup.number}.")
    if len(popups) != planned:
        found.append(f"Only {len(popups)} of {planned} presses were made.")
    return found


def refresh_changed(before: PhoneState, after: PhoneState) -> bool:
    """Return whether the panel runs at another rate than before; unknown rates do not differ."""
    one, other = before.refresh_hz, after.refresh_hz
    return one is not None and other is not None and abs(one - other) > _HZ_TOLERANCE
