"""Names of event types and codes (linux/input-event-codes.h), as far as they are played."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES: Mapping[int, str] = {0: "EV_SYN", 1: "EV_KEY", 3: "EV_ABS"}
SHORT_TYPES: Mapping[int, str] = {1: "KEY", 3: "ABS"}
KEYS: Mapping[int, str] = {
    1: "KEY_ESC",
    14: "KEY_BACKSPACE",
    28: "KEY_ENTER",
    102: "KEY_HOME",
    114: "KEY_VOLUMEDOWN",
    115: "KEY_VOLUMEUP",
    116: "KEY_POWER",
    142: "KEY_SLEEP",
    143: "KEY_WAKEUP",
    158: "KEY_BACK",
    172: "KEY_HOMEPAGE",
    0x145: "BTN_TOOL_FINGER",
    0x14A: "BTN_TOUCH",
}
AXES: Mapping[int, str] = {
    0x00: "ABS_X",
    0x01: "ABS_Y",
    0x2F: "ABS_MT_SLOT",
    0x30: "ABS_MT_TOUCH_MAJOR",
    0x35: "ABS_MT_POSITION_X",
    0x36: "ABS_MT_POSITION_Y",
    0x39: "ABS_MT_TRACKING_ID",
    0x3A: "ABS_MT_PRESSURE",
}
CODES: Mapping[int, Mapping[int, str]] = {0: {0: "SYN_REPORT"}, 1: KEYS, 3: AXES}
KEY_VALUES: Mapping[int, str] = {0: "UP", 1: "DOWN", 2: "REPEAT"}
PROPERTIES: Mapping[int, str] = {0: "INPUT_PROP_POINTER", 1: "INPUT_PROP_DIRECT"}
