"""`getevent`, `getevent -t`, `getevent -lt`: raw input events; the kernel's own input times."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from traces.tables import NA, Ints, Strings, Table
from traces.text.dress import read_text
from traces.text.fields import not_a

_LINE = re.compile(
    r"(?:\[\s*([0-9]{1,10})\.([0-9]{6})\] )?(?:(/dev/input/event[0-9]+): )?"
    r"(\w+)\s+(\w+)\s+(\w+)(?:\s+rate [0-9]+)?"
)
_NAMES = {
    "EV_SYN": 0,
    "EV_KEY": 1,
    "EV_ABS": 3,
    "SYN_REPORT": 0,
    "BTN_TOUCH": 0x14A,
    "ABS_MT_SLOT": 0x2F,
    "ABS_MT_POSITION_X": 0x35,
    "ABS_MT_POSITION_Y": 0x36,
    "ABS_MT_TRACKING_ID": 0x39,
    "DOWN": 1,
    "UP": 0,
}
UNNAMED = -1
"""Stands for a label that this module has no number for."""
EV_ABS, ABS_MT_TRACKING_ID, NO_FINGER = 3, 0x39, 0xFFFFFFFF


@dataclass(frozen=True)
class InputEventTable(Table):
    """One row per evdev event. `time_ns` is MONOTONIC ns (us steps), `NA` without `-t`. `device` may be None.

    `type`, `code` and `value` are numbers; labels of `-l` are turned back into them, `UNNAMED` where unknown.
    """

    time_ns: Ints
    device: Strings
    type: Ints
    code: Ints
    value: Ints

    def finger_downs(self) -> InputEventTable:
        """Return the events that begin a touch (a tracking id is assigned)."""
        tracking = (self.type == EV_ABS) & (self.code == ABS_MT_TRACKING_ID)
        return self.where(tracking & (self.value != NO_FINGER) & (self.value != UNNAMED))

    def finger_ups(self) -> InputEventTable:
        """Return the events that end a touch (the tracking id is withdrawn)."""
        tracking = (self.type == EV_ABS) & (self.code == ABS_MT_TRACKING_ID)
        return self.where(tracking & (self.value == NO_FINGER))


def parse_getevent(data: bytes | str, source: str = "this getevent output") -> InputEventTable:
    """Read the output of `getevent` with or without `-t` and `-l`.

    Raises:
        InputFileError: no line is an input event.
    """
    text = read_text(data)
    times: list[int] = []
    rows: list[list[int]] = []
    devices: list[str | None] = []
    for raw in text.split("\n"):
        found = _LINE.fullmatch(raw.strip())
        numbers = [_number(found[index]) for index in (4, 5, 6)] if found else []
        if found is None or not (found[3] or found[1]) or numbers[0] is None:
            continue
        times.append(int(found[1]) * 1_000_000_000 + int(found[2]) * 1_000 if found[1] else NA)
        devices.append(found[3])
        rows.append([UNNAMED if number is None else number for number in numbers])
    if not rows:
        raise not_a("the output of getevent", text, source, "Give the output of `getevent -lt`.")
    values = np.asarray(rows, dtype=np.int64)
    return InputEventTable(
        time_ns=np.asarray(times, dtype=np.int64),
        device=np.asarray(devices, dtype=np.object_),
        type=values[:, 0],
        code=values[:, 1],
        value=values[:, 2],
    )


def _number(word: str) -> int | None:
    if word in _NAMES:
        return _NAMES[word]
    return int(word, 16) if re.fullmatch(r"[0-9a-f]{4}|[0-9a-f]{8}", word) else None
