"""Perfetto's TraceConfig, written once and rendered twice: binary for the phone, text for people.

Binary, because the parser for text on the phone rejects everything over one field that it doesn't know.
Field numbers: perfetto's protos/perfetto/config: trace_config, data_source_config, ftrace/ftrace_config,
process_stats/process_stats_config.
"""

from __future__ import annotations

from dataclasses import dataclass

_FIELDS: dict[str, dict[str, int]] = {
    "TraceConfig": {"buffers": 1, "data_sources": 2, "duration_ms": 3, "flush_period_ms": 13},
    "BufferConfig": {"size_kb": 1, "fill_policy": 4},
    "DataSource": {"config": 1},
    "DataSourceConfig": {"name": 1, "target_buffer": 2, "ftrace_config": 100, "process_stats_config": 103},
    "FtraceConfig": {
        "ftrace_events": 1,
        "atrace_categories": 2,
        "atrace_apps": 3,
        "buffer_size_kb": 10,
        "drain_period_ms": 11,
    },
    "ProcessStatsConfig": {"scan_all_processes_on_start": 2},
}
_ENUMS = {"fill_policy": {"RING_BUFFER": 1, "DISCARD": 2}}

LIGHT_EVENTS = (
    "ftrace/print",
    "sched/sched_switch",
    "sched/sched_process_exit",
    "sched/sched_process_free",
    "task/task_newtask",
    "task/task_rename",
    "power/suspend_resume",
)
"""The tier whose numbers are compared: what the metrics need and no more."""
LIGHT_CATEGORIES = ("gfx", "view", "input", "wm", "am")
FULL_EVENTS = (*LIGHT_EVENTS, "sched/sched_waking", "power/cpu_frequency")
"""The tier of a diagnosis: also who woke whom and how fast the CPUs ran."""
FULL_CATEGORIES = (*LIGHT_CATEGORIES, "dalvik", "binder_driver", "webview")

KB_PER_SECOND = 1500
"""What a busy phone writes in the light tier; not measured on a phone of ours."""


@dataclass(frozen=True, slots=True)
class Message:
    """One protobuf message: its type, and its fields in order; repeated fields stand several times."""

    kind: str
    fields: tuple[tuple[str, int | str | bool | Message], ...]

    def encode(self) -> bytes:
        """Return protobuf's wire form."""
        out = bytearray()
        for name, value in self.fields:
            number = _FIELDS[self.kind][name]
            if isinstance(value, Message):
                out += _counted(number, value.encode())
            elif isinstance(value, str) and name in _ENUMS:
                out += _varint(number << 3) + _varint(_ENUMS[name][value])
            elif isinstance(value, str):
                out += _counted(number, value.encode())
            else:
                out += _varint(number << 3) + _varint(int(value))
        return bytes(out)

    def text(self, indent: str = "") -> str:
        """Return protobuf's text form."""
        lines = []
        for name, value in self.fields:
            if isinstance(value, Message):
                lines.append(f"{indent}{name} {{\n{value.text(indent + '  ')}{indent}}}\n")
            elif isinstance(value, bool):
                lines.append(f"{indent}{name}: {str(value).lower()}\n")
            elif isinstance(value, str) and name not in _ENUMS:
                lines.append(f'{indent}{name}: "{value}"\n')
            else:
                lines.append(f"{indent}{name}: {value}\n")
        return "".join(lines)


def light_config(packages: tuple[str, ...], duration_ms: int) -> Message:
    """Return the "light" configuration.

    Args:
        packages: apps whose own sections are wanted: the measured app and the keyboard.
        duration_ms: when the trace ends by itself, if nobody ends it.
    """
    return _config(packages, duration_ms, LIGHT_EVENTS, LIGHT_CATEGORIES)


def tier_of(text: str) -> str:
    """Return which tier a configuration in text form asks for: light or full."""
    return "full" if f'"{FULL_EVENTS[-2]}"' in text else "light"


def full_config(packages: tuple[str, ...], duration_ms: int) -> Message:
    """Return the "full" configuration; arguments as of `light_config`."""
    return _config(packages, duration_ms, FULL_EVENTS, FULL_CATEGORIES)


def _config(
    packages: tuple[str, ...], duration_ms: int, events: tuple[str, ...], categories: tuple[str, ...]
) -> Message:
    ftrace = Message(
        "FtraceConfig",
        (
            *(("ftrace_events", event) for event in events),
            *(("atrace_categories", category) for category in categories),
            *(("atrace_apps", package) for package in dict.fromkeys(packages)),
            ("buffer_size_kb", 8192),
            ("drain_period_ms", 250),
        ),
    )
    stats = Message("ProcessStatsConfig", (("scan_all_processes_on_start", True),))
    return Message(
        "TraceConfig",
        (
            _buffer(_size_kb(duration_ms)),
            _buffer(16384),
            _source("linux.ftrace", 0, ("ftrace_config", ftrace)),
            _source("linux.process_stats", 1, ("process_stats_config", stats)),
            _source("android.surfaceflinger.frametimeline", 1),
            _source("android.surfaceflinger.frame", 1),
            _source("android.packages_list", 1),
            ("duration_ms", duration_ms),
            ("flush_period_ms", 5000),
        ),
    )


def _buffer(size_kb: int) -> tuple[str, Message]:
    return "buffers", Message("BufferConfig", (("size_kb", size_kb), ("fill_policy", "RING_BUFFER")))


def _size_kb(duration_ms: int) -> int:
    """Return the buffer of ftrace: larger for long rounds, in which a ring would forget their beginning."""
    return min(max(65536, duration_ms * KB_PER_SECOND // 1000 // 4096 * 4096), 262144)


def _source(name: str, buffer: int, *more: tuple[str, Message]) -> tuple[str, Message]:
    config = Message("DataSourceConfig", (("name", name), ("target_buffer", buffer), *more))
    return "data_sources", Message("DataSource", (("config", config),))


def _counted(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    assert value >= 0
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
