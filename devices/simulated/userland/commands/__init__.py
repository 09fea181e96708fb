"""The programs in /system/bin, one module per group; importing this package fills the table."""

from devices.simulated.userland.commands import (
    activity,
    files,
    getevent,
    input_command,
    input_methods,
    logs,
    media,
    netcat,
    packages,
    process,
    properties,
    services,
    text,
    times,
    tracing,
    uinput_command,
)

__all__ = [
    "activity",
    "files",
    "getevent",
    "input_command",
    "input_methods",
    "logs",
    "media",
    "netcat",
    "packages",
    "process",
    "properties",
    "services",
    "text",
    "times",
    "tracing",
    "uinput_command",
]
