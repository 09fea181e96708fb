"""Finds the best way to touch that a phone allows, once, outside measured windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.injectors import uhid, uinput
from devices.driver.injectors.base import MISSING, Injection, InputCommand
from devices.driver.injectors.input import has_motionevent, refused
from devices.driver.injectors.touchscreen import NAME, Panel
from devices.driver.injectors.uhid import UhidScreen
from devices.driver.injectors.uinput import UinputScreen
from traces.errors import InputFileError
from traces.text.input_devices import parse_input_devices

if TYPE_CHECKING:
    from devices.driver.injectors.base import Injector
    from devices.driver.phone import Phone
    from traces.capture import PhoneState
    from traces.text.input_devices import InputDevice

_ASK = (
    "for t in uinput hid; do command -v $t > /dev/null && echo has-$t; done; "
    "for d in uinput uhid; do if [ -w /dev/$d ]; then echo open-$d; fi; done"
)
_NO_KEYS = "it has no Back key, and `input` may not press one either"
_KEY_OF_NOTHING = "input keyevent 0"
"""KEYCODE_UNKNOWN does nothing, but needs the same permission as a touch."""


def panel_of(state: PhoneState) -> Panel | None:
    """Return the display that a touch screen must lie on; None where the phone does not tell its size."""
    return None if state.display_px is None else Panel(*state.display_px, rotation=state.rotation or 0)


def probe(phone: Phone, panel: Panel | None) -> Injection:
    """Try the ways from the best down, and say what each showed; never raises for what is refused.

    Args:
        phone: the phone, its screen on.
        panel: its display, as it is turned now; None: not known, so no touch screen can be made.
    """
    command = InputCommand(presses=has_motionevent(phone))
    answer = phone.shell(_KEY_OF_NOTHING)
    allowed = not refused(answer)
    told = set(phone.shell(_ASK).text.split())
    evidence: list[str] = []
    rejected: list[tuple[str, str]] = []
    good: list[Injector] = []
    for screen, why_not in _screens(phone, panel, told, keys=not allowed):
        why = why_not or _try(phone, screen)
        if why:
            rejected.append((screen.name, why))
        else:
            evidence.append(
                f"{screen.name}: InputReader took '{NAME}' in and mapped it to the built-in display."
            )
            good.append(screen)
            break
    if not allowed:
        rejected.append((command.name, "INJECT_EVENTS is refused to the shell"))
    elif not command.presses:
        rejected.append(("motionevent", "`input` does not list it"))
    if allowed or not good:
        good.append(command)
        evidence.append(f"{command.name}: `input` is {'allowed' if allowed else 'refused'}.")
    head, *spare = good
    return Injection(head, allowed, tuple(evidence), tuple(rejected), tuple(spare))


def _screens(
    phone: Phone, panel: Panel | None, told: set[str], *, keys: bool
) -> list[tuple[Injector, str | None]]:
    """Return the virtual screens, best first, each with why it can't be, if that is known without a trial."""
    if panel is None:
        return [(UinputScreen(Panel(1, 1), keys), "the phone does not tell the size of its display")]
    without_keys = _NO_KEYS if keys else None
    return [
        (UinputScreen(panel, keys), _closed(told, "uinput", "uinput", phone.sdk, uinput.FIRST_SDK)),
        (UhidScreen(panel), _closed(told, "hid", "uhid", phone.sdk, uhid.FIRST_SDK) or without_keys),
    ]


def _closed(told: set[str], tool: str, node: str, sdk: int, first_sdk: int) -> str | None:
    if sdk < first_sdk:
        return f"`{tool}` comes with a newer Android (API level {first_sdk})"
    if f"has-{tool}" not in told:
        return f"this phone has no `{tool}` program"
    if f"open-{node}" not in told:
        return f"the shell may not open /dev/{node} (permission denied)"
    return None


def _try(phone: Phone, screen: Injector) -> str | None:
    """Make the screen and look how InputReader took it; return what is wrong, None if nothing is."""
    result = phone.shell(screen.wrap("dumpsys input"), seconds=screen.seconds + 20.0)
    if MISSING in result.text:
        return "InputReader did not take the device in"
    try:
        devices = parse_input_devices(result.text)
    except InputFileError:
        said = (result.error_text.strip() or result.text.strip() or "nothing").splitlines()[0]
        return f"the trial said: {said}"
    return _mapped_wrong(next((one for one in devices if one.name == NAME), None))


def _mapped_wrong(device: InputDevice | None) -> str | None:
    if device is None:
        return "InputReader did not take the device in"
    if device.touch_mode != "direct":
        return f"InputReader takes it for no touch screen (mode {device.touch_mode or 'none'})"
    port = device.viewport
    if port is None:
        return "InputReader does not tell which display it is mapped to"
    if port.display_id != 0:
        return f"InputReader mapped it to display {port.display_id}: an external display is connected"
    if not port.whole:
        return "what apps see does not fill the panel (a size of the display is overridden)"
    return None
