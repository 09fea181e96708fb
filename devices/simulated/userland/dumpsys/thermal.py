"""`dumpsys thermalservice` (services power/ThermalManagerService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import java_bool, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

# Name, type, and the temperature from which each status from LIGHT to SHUTDOWN is reported.
_SENSORS = (
    ("SKIN", 3, (37.0, 39.0, 43.0, 45.0, 50.0, 55.0)),
    ("CPU", 0, (75.0, 85.0, 95.0, 100.0, 105.0, 110.0)),
)
_COOL = {"SKIN": 31.0, "CPU": 45.0}


@service("thermalservice")
def thermalservice(phone: Phone, args: list[str]) -> str:
    """Print the thermal status; sensors sit at the threshold of the status that the model has."""
    del args
    override = phone.state.thermal_override
    actual = phone.world.thermal_status
    shown = actual if override is None else override
    sensors = "".join(
        f"\tTemperature{{mValue={_value(name, limits, actual)}, "
        f"mType={kind}, mName={name}, mStatus={actual}}}\n"
        for name, kind, limits in _SENSORS
    )
    limits = "".join(
        f"\tTemperatureThreshold{{mType={kind}, mName={name}, mHotThrottlingThresholds="
        f"[NaN, {', '.join(map(str, values))}], mColdThrottlingThresholds=[NaN, NaN, NaN, NaN, NaN, "
        f"NaN, NaN]}}\n"
        for name, kind, values in _SENSORS
    )
    return (
        f"IsStatusOverride: {java_bool(override is not None)}\n"
        "ThermalEventListeners:\n\tcallbacks: 2\n\tkilled: false\n\tbroadcasts count: -1\n"
        "ThermalStatusListeners:\n\tcallbacks: 3\n\tkilled: false\n\tbroadcasts count: -1\n"
        f"Thermal Status: {shown}\n"
        f"Cached temperatures:\n{sensors}"
        "HAL Ready: true\n"
        "HAL connection:\n\tThermalHAL 2.0 connected: yes\n"
        f"Current temperatures from HAL:\n{sensors}"
        "Current cooling devices from HAL:\n"
        f"Temperature static thresholds from HAL:\n{limits}"
    )


def _value(name: str, limits: tuple[float, ...], status: int) -> float:
    return limits[min(status, len(limits)) - 1] if status > 0 else _COOL[name]
