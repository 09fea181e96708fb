"""The keyboard outside measured windows: which one, which version, is it up, put it away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.driver.state.reading import keyboard_height
from traces.errors import InputFileError, PhoneError
from traces.text.window import parse_window

if TYPE_CHECKING:
    from devices.driver.phone import Phone

U2_KEYBOARD = re.compile(r"^com\.github\.uiautomator|AdbKeyboard", re.IGNORECASE)
SHOWN = "dumpsys input_method | grep -q mInputShown=true"
"""Phone-side test whether the keyboard is (to be) shown."""
_INPUT_TYPE = re.compile(r"^\s*mInputEditorInfo:\s*\n\s*inputType=0x([0-9a-fA-F]{1,8})\b", re.MULTILINE)
"""InputMethodService.dump, Android 8 to 16."""
BACK = "input keyevent 4"


def current(phone: Phone) -> str | None:
    """Return the chosen keyboard, `package/service`."""
    text = phone.ask("settings get secure default_input_method").strip()
    return None if text in {"", "null"} else text


def version(phone: Phone, ime_id: str | None) -> str | None:
    """Return the keyboard app's versionName."""
    if ime_id is None:
        return None
    package = ime_id.partition("/")[0]
    found = re.search(r"\bversionName=(\S+)", phone.shell(f"dumpsys package {package}").text)
    return found[1] if found else None


def hide(phone: Phone) -> None:
    """Put the keyboard away if it is up, and wait (on the phone) until it is; PhoneError if it stays."""
    script = (
        f"if {SHOWN}; then {BACK}; "
        f"for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do if {SHOWN}; then sleep 0.2; else break; fi; done; "
        f"sleep 0.6; fi; if {SHOWN}; then echo still-shown; fi"
    )
    if "still-shown" in phone.ask(phone.by_hand(script)):
        raise PhoneError(
            f"The keyboard on {phone.name} does not go away with Back.",
            next_step="Close it by hand, look at what the app shows, and run again.",
        )


def input_type(phone: Phone) -> int | None:
    """Return the input type of the field that the keyboard serves now, as the keyboard itself dumps it."""
    found = _INPUT_TYPE.search(phone.shell("dumpsys input_method").text)
    return int(found[1], 16) if found else None


def wait_shown(phone: Phone) -> int | None:
    """Wait, on the phone, until the keyboard is up and at rest.

    Returns:
        Its height in px, 0 if the phone doesn't tell; None if it did not come up.
    """
    script = (
        f"for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do if {SHOWN}; then break; else sleep 0.2; fi; done; "
        f"sleep 0.8; if {SHOWN}; then echo '@@silky shown'; dumpsys window; fi"
    )
    head, mark, dump = phone.ask(script).partition("@@silky shown\n")
    del head
    if not mark:
        return None
    try:
        return keyboard_height(parse_window(dump)) or 0
    except InputFileError:
        return 0


def foreign_keyboards(phone: Phone) -> list[str]:
    """Return enabled keyboards that UI automation tools install; they replace the one that people use."""
    names = phone.shell("ime list -s").text.split()
    return [name for name in names if U2_KEYBOARD.search(name)]
