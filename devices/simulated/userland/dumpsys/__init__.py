"""What each system service prints for `dumpsys`, in the formats of Android 12 to 16."""

from devices.simulated.userland.dumpsys import (
    activity,
    battery,
    display,
    gfxinfo,
    input_manager,
    input_method,
    package,
    power,
    surfaceflinger,
    thermal,
    window,
)
from devices.simulated.userland.dumpsys.services import SERVICES

__all__ = [
    "SERVICES",
    "activity",
    "battery",
    "display",
    "gfxinfo",
    "input_manager",
    "input_method",
    "package",
    "power",
    "surfaceflinger",
    "thermal",
    "window",
]
