"""The programs in /system/bin, one module per group; importing this package fills the table."""

from devices.simulated.userland.commands import (
    activity,
    files,
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
)

__all__ = [
    "activity",
    "files",
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
]
