"""`dumpsys battery`: level, charging, temperature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.fields import not_a


class BatteryStatus(IntEnum):
    """`status` (BatteryManager.BATTERY_STATUS_*)."""

    UNKNOWN = 1
    CHARGING = 2
    DISCHARGING = 3
    NOT_CHARGING = 4
    FULL = 5


@dataclass(frozen=True, slots=True)
class BatteryState:
    """What the battery service says.

    Attributes:
        percent: level in % of the scale.
        status: charging state.
        plugged: sources that give power, of `AC`, `USB`, `Wireless`, `Dock`.
        temperature_c: degrees Celsius; None where not printed.
        voltage_mv: mV; None where not printed.
        simulated: the values are frozen by `dumpsys battery set` or `unplug`, not measured.
    """

    percent: float
    status: BatteryStatus
    plugged: frozenset[str]
    temperature_c: float | None
    voltage_mv: int | None
    simulated: bool


_LINE = re.compile(r"^[ \t]*(\w[\w ]*): (\S[^\n]*)$", re.MULTILINE)


def parse_battery(data: bytes | str, source: str = "this battery dump") -> BatteryState:
    """Read `dumpsys battery`.

    Raises:
        InputFileError: it is no battery dump, or has no level.
    """
    text = read_text(data)
    if "Current Battery Service state" not in text:
        raise not_a("a battery dump", text, source, "Give the output of `dumpsys battery`.")
    fields: dict[str, str] = {}
    for key, value in _LINE.findall(text):
        fields.setdefault(key, value.rstrip(" \t"))
    level, scale = _whole(fields, "level"), _whole(fields, "scale")
    if level is None or not scale or scale < 0:
        raise InputFileError(f"{source} has no battery level.", next_step="Run `dumpsys battery` again.")
    tenths = _whole(fields, "temperature")
    status = _whole(fields, "status")
    return BatteryState(
        percent=100.0 * level / scale,
        status=BatteryStatus(status) if status in set(BatteryStatus) else BatteryStatus.UNKNOWN,
        plugged=frozenset(
            key.removesuffix(" powered")
            for key, value in fields.items()
            if key.endswith(" powered") and value == "true"
        ),
        temperature_c=None if tenths is None else tenths / 10,
        voltage_mv=_whole(fields, "voltage"),
        simulated="UPDATES STOPPED" in text,
    )


def _whole(fields: dict[str, str], key: str) -> int | None:
    found = re.fullmatch(r"-?[0-9]{1,12}", fields.get(key, ""))
    return int(found[0]) if found else None
