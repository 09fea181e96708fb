"""`dumpsys thermalservice`: the throttling status and the temperatures (Android 10+)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from traces.text.dress import read_text
from traces.text.fields import flag, not_a, number


class ThermalStatus(IntEnum):
    """`Thermal Status` (Temperature.THROTTLING_*)."""

    NONE = 0
    LIGHT = 1
    MODERATE = 2
    SEVERE = 3
    CRITICAL = 4
    EMERGENCY = 5
    SHUTDOWN = 6


@dataclass(frozen=True, slots=True)
class Temperature:
    """One sensor: degrees Celsius (None if it reads NaN), its type (0 CPU, 1 GPU, 2 battery, 3 skin, ...)."""

    name: str
    type: int
    value_c: float | None
    status: int


@dataclass(frozen=True, slots=True)
class ThermalState:
    """What the thermal service says.

    Attributes:
        status: throttling of the whole phone.
        overridden: the status was set by `cmd thermalservice override-status`; it says nothing then.
        hal_ready: whether the vendor part answers; without it the status stays 0 for ever.
        temperatures: current ones, or the cached ones where the HAL gave none.
        cached: whether they are the cached ones.
    """

    status: ThermalStatus
    overridden: bool
    hal_ready: bool | None
    temperatures: tuple[Temperature, ...]
    cached: bool

    def hottest(self, sensor_type: int) -> float | None:
        """Return the highest temperature of one sensor type in degrees Celsius."""
        values = [t.value_c for t in self.temperatures if t.type == sensor_type and t.value_c is not None]
        return max(values, default=None)


_STATUS = re.compile(r"^[ \t]*Thermal Status: ([0-6])[ \t]*$", re.MULTILINE)
_TEMPERATURE = re.compile(
    r"Temperature\{mValue=([-\w.]+), mType=(-?[0-9]{1,4}), mName=([^,\n]*), mStatus=(-?[0-9]{1,4})\}"
)
_CURRENT = re.compile(
    r"Current temperatures from HAL:[^\n]*\n(.*?)(?=^[ \t]*Current cooling|^\S|\Z)", re.MULTILINE | re.DOTALL
)
_CACHED = re.compile(r"Cached temperatures:[^\n]*\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def parse_thermal(data: bytes | str, source: str = "this thermalservice dump") -> ThermalState:
    """Read `dumpsys thermalservice`.

    Raises:
        InputFileError: it has no `Thermal Status`.
    """
    text = read_text(data)
    status = _STATUS.search(text)
    if status is None:
        raise not_a("a dump of thermalservice", text, source, "Give the output of `dumpsys thermalservice`.")
    current = _temperatures(_CURRENT.search(text))
    ready = re.search(r"HAL Ready: (true|false)", text)
    return ThermalState(
        status=ThermalStatus(int(status[1])),
        overridden=bool(flag(text.replace("IsStatusOverride: ", "IsStatusOverride="), "IsStatusOverride")),
        hal_ready=ready[1] == "true" if ready else None,
        temperatures=current or _temperatures(_CACHED.search(text)),
        cached=not current,
    )


def _temperatures(section: re.Match[str] | None) -> tuple[Temperature, ...]:
    if section is None:
        return ()
    return tuple(
        Temperature(name=name, type=int(kind), value_c=number(value), status=int(status))
        for value, kind, name, status in _TEMPERATURE.findall(section[1])
    )
