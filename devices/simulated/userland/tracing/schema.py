"""The part of perfetto's TraceConfig schema that the phone knows, as tables.

Field numbers and names: perfetto's trace_config.proto, data_source_config.proto, ftrace_config.proto and
process_stats_config.proto as shipped in Android 12 to 14. The text parser rejects what is not here; messages
that
are `OPAQUE` are accepted with anything in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """How a field is written."""

    INT = "integer"
    BOOL = "boolean"
    STRING = "string"
    ENUM = "enum"
    MESSAGE = "message"


OPAQUE = "(opaque)"
_NEWEST = 36
_SINCE = {("TraceConfig", "flush_period_ms"): 29, ("FtraceConfig", "compact_sched"): 30}
"""Level from which perfetto on the phone knows a field, where an older one is played."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    number: int
    kind: Kind
    message: str = ""
    values: tuple[str, ...] = ()


def _ints(**numbers: int) -> dict[str, Field]:
    return {name: Field(number, Kind.INT) for name, number in numbers.items()}


def _bools(**numbers: int) -> dict[str, Field]:
    return {name: Field(number, Kind.BOOL) for name, number in numbers.items()}


def _strings(**numbers: int) -> dict[str, Field]:
    return {name: Field(number, Kind.STRING) for name, number in numbers.items()}


def _messages(**fields: tuple[int, str]) -> dict[str, Field]:
    return {name: Field(number, Kind.MESSAGE, message) for name, (number, message) in fields.items()}


def _opaque(**numbers: int) -> dict[str, Field]:
    return {name: Field(number, Kind.MESSAGE, OPAQUE) for name, number in numbers.items()}


SCHEMA: Mapping[str, Mapping[str, Field]] = {
    "TraceConfig": {
        **_messages(buffers=(1, "BufferConfig"), data_sources=(2, "DataSource")),
        **_ints(duration_ms=3, file_write_period_ms=9, max_file_size_bytes=10, flush_period_ms=13,
                flush_timeout_ms=14, data_source_stop_timeout_ms=23, trace_uuid_msb=27, trace_uuid_lsb=28,
                bugreport_score=30),
        **_bools(enable_extra_guardrails=4, write_into_file=8, deferred_start=12, notify_traceur=16,
                 allow_user_build_tracing=19, prefer_suspend_clock_for_duration=36, compress_from_cli=37),
        **_strings(activate_triggers=18, unique_session_name=22, output_path=29),
        **_opaque(producers=6, statsd_metadata=7, guardrail_overrides=11, trigger_config=17,
                  builtin_data_sources=20, incremental_state_config=21, incident_report_config=25,
                  trace_filter=33, android_report_config=34, cmd_trace_start_delay=35),
        "lockdown_mode": Field(5, Kind.ENUM, values=("LOCKDOWN_UNCHANGED", "LOCKDOWN_CLEAR", "LOCKDOWN_SET")),
        "compression_type": Field(24, Kind.ENUM, values=("COMPRESSION_TYPE_UNSPECIFIED",
        "COMPRESSION_TYPE_DEFLATE")),
        "statsd_logging": Field(31, Kind.ENUM, values=("STATSD_LOGGING_UNSPECIFIED", "STATSD_LOGGING_ENABLED",
                                                       "STATSD_LOGGING_DISABLED")),
    },
    "BufferConfig": {
        **_ints(size_kb=1),
        "fill_policy": Field(4, Kind.ENUM, values=("UNSPECIFIED", "RING_BUFFER", "DISCARD")),
    },
    "DataSource": {
        **_messages(config=(1, "DataSourceConfig")),
        **_strings(producer_name_filter=2, producer_name_regex_filter=3),
    },
    "DataSourceConfig": {
        **_strings(name=1, legacy_config=1000),
        **_ints(target_buffer=2, trace_duration_ms=3, tracing_session_id=4, stop_timeout_ms=7),
        **_bools(enable_extra_guardrails=6, prefer_suspend_clock_for_duration=122),
        **_messages(ftrace_config=(100, "FtraceConfig"), process_stats_config=(103, "ProcessStatsConfig")),
        **_opaque(chrome_config=101, inode_file_config=102, sys_stats_config=104, heapprofd_config=105,
                  android_power_config=106, android_log_config=107, gpu_counter_config=108,
                  packages_list_config=109, java_hprof_config=110, perf_event_config=111,
                  vulkan_memory_config=112, track_event_config=113, android_polled_state_config=114,
                  interceptor_config=115, android_game_intervention_list_config=116,
                  statsd_tracing_config=117,
                  android_system_property_config=118, network_packet_trace_config=120,
                  surfaceflinger_layers_config=121, surfaceflinger_transactions_config=123),
        "session_initiator": Field(8, Kind.ENUM, values=("SESSION_INITIATOR_UNSPECIFIED",
                                                         "SESSION_INITIATOR_TRUSTED_SYSTEM")),
    },
    "FtraceConfig": {
        **_strings(ftrace_events=1, atrace_categories=2, atrace_apps=3, function_filters=20,
        function_graph_roots=21,
                   instance_name=25),
        **_ints(buffer_size_kb=10, drain_period_ms=11),
        **_bools(symbolize_ksyms=13, throttle_rss_stat=15, disable_generic_events=16,
        enable_function_graph=19,
                 preserve_ftrace_buffer=23, use_monotonic_raw_clock=24),
        **_messages(compact_sched=(12, "CompactSchedConfig")),
        **_opaque(print_filter=22),
        "ksyms_mem_policy": Field(17, Kind.ENUM, values=("KSYMS_UNSPECIFIED", "KSYMS_CLEANUP_ON_STOP",
        "KSYMS_RETAIN")),
    },
    "CompactSchedConfig": _bools(enabled=1),
    "ProcessStatsConfig": {
        **_bools(scan_all_processes_on_start=2, record_thread_names=3, resolve_process_fds=9,
        scan_smaps_rollup=10),
        **_ints(proc_stats_poll_ms=4, proc_stats_cache_ttl_ms=6),
        "quirks": Field(1, Kind.ENUM, values=("QUIRKS_UNSPECIFIED", "DISABLE_INITIAL_DUMP",
        "DISABLE_ON_DEMAND")),
    },
}  # fmt: skip


Value = int | str | dict[str, list["Value"]]
Message = dict[str, list[Value]]
"""A decoded message: every field as the list of its values, in order."""


def fields(message: str, sdk: int = _NEWEST) -> dict[str, Field]:
    """Return the fields of a message that the perfetto of an API level knows."""
    known = SCHEMA.get(message, {})
    return {name: field for name, field in known.items() if sdk >= _SINCE.get((message, name), 0)}
