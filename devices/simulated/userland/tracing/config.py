"""From a decoded configuration to what the model is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.world import DataSource, TraceConfig

if TYPE_CHECKING:
    from devices.simulated.userland.tracing.schema import Message, Value


def _first(message: Message, name: str, default: Value) -> Value:
    values = message.get(name)
    return values[-1] if values else default


def _number(message: Message, name: str) -> int:
    value = _first(message, name, 0)
    return value if isinstance(value, int) else 0


def _text(message: Message, name: str) -> str:
    value = _first(message, name, "")
    return value if isinstance(value, str) else ""


def _texts(message: Message, name: str) -> tuple[str, ...]:
    return tuple(value for value in message.get(name, []) if isinstance(value, str))


def _inner(message: Message, name: str) -> Message:
    value = _first(message, name, {})
    return value if isinstance(value, dict) else {}


def _source(source: Message) -> DataSource:
    config = _inner(source, "config")
    ftrace = _inner(config, "ftrace_config")
    return DataSource(
        name=_text(config, "name"),
        ftrace_events=_texts(ftrace, "ftrace_events"),
        atrace_categories=_texts(ftrace, "atrace_categories"),
        atrace_apps=_texts(ftrace, "atrace_apps"),
        scan_processes_on_start=bool(
            _number(_inner(config, "process_stats_config"), "scan_all_processes_on_start")
        ),
        compact_sched=bool(_number(_inner(ftrace, "compact_sched"), "enabled")),
    )


def to_trace_config(message: Message) -> TraceConfig:
    """Return the model's view of a configuration."""
    sources = tuple(_source(one) for one in message.get("data_sources", []) if isinstance(one, dict))
    buffers = [one for one in message.get("buffers", []) if isinstance(one, dict)]
    return TraceConfig(
        data_sources=sources,
        duration_ms=_number(message, "duration_ms"),
        buffer_kb=sum(_number(one, "size_kb") for one in buffers),
        unique_session_name=_text(message, "unique_session_name"),
    )


def has_buffers(message: Message) -> bool:
    """Return whether the configuration defines a buffer; traced refuses one without."""
    return bool(message.get("buffers"))
