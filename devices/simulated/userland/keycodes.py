"""Android's key codes by name (frameworks KeyEvent)."""

from __future__ import annotations

_NAMES = {
    "HOME": 3, "BACK": 4, "CALL": 5, "ENDCALL": 6, "DPAD_UP": 19, "DPAD_DOWN": 20, "DPAD_LEFT": 21,
    "DPAD_RIGHT": 22, "DPAD_CENTER": 23, "VOLUME_UP": 24, "VOLUME_DOWN": 25, "POWER": 26, "CAMERA": 27,
    "CLEAR": 28,
    "COMMA": 55, "PERIOD": 56, "ALT_LEFT": 57, "SHIFT_LEFT": 59, "SHIFT_RIGHT": 60, "TAB": 61, "SPACE": 62,
    "ENTER": 66, "DEL": 67, "GRAVE": 68, "MINUS": 69, "EQUALS": 70, "SLASH": 76, "AT": 77, "MENU": 82,
    "NOTIFICATION": 83, "SEARCH": 84, "PAGE_UP": 92, "PAGE_DOWN": 93, "ESCAPE": 111, "FORWARD_DEL": 112,
    "CTRL_LEFT": 113, "MOVE_HOME": 122, "MOVE_END": 123, "VOLUME_MUTE": 164, "APP_SWITCH": 187, "SLEEP": 223,
    "WAKEUP": 224, "CUT": 277, "COPY": 278, "PASTE": 279,
}  # fmt: skip
_NAMES |= {str(digit): 7 + digit for digit in range(10)}
_NAMES |= {chr(ord("A") + index): 29 + index for index in range(26)}


def keycode(text: str) -> int:
    """Return a key's code by number or name, 0 (unknown) for neither."""
    if text.isdigit() and len(text) > 1:
        return int(text)
    name = text.upper().removeprefix("KEYCODE_")
    if text.isdigit():
        return int(text)
    return _NAMES.get(name, 0)
