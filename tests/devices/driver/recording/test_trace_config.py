"""The Perfetto configuration: one content in two forms."""

from __future__ import annotations

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from devices.driver.recording.trace_config import (
    LIGHT_CATEGORIES,
    LIGHT_EVENTS,
    full_config,
    light_config,
    tier_of,
)

INT, BOOL, TEXT, ENUM, MESSAGE = 13, 8, 9, 14, 11
# perfetto's protos/perfetto/config, the fields in use: (name, number, type, repeated, message type)
MESSAGES = {
    "TraceConfig": [
        ("buffers", 1, MESSAGE, True, "BufferConfig"),
        ("data_sources", 2, MESSAGE, True, "DataSource"),
        ("duration_ms", 3, INT, False, ""),
        ("flush_period_ms", 13, INT, False, ""),
    ],
    "BufferConfig": [("size_kb", 1, INT, False, ""), ("fill_policy", 4, ENUM, False, "FillPolicy")],
    "DataSource": [("config", 1, MESSAGE, False, "DataSourceConfig")],
    "DataSourceConfig": [
        ("name", 1, TEXT, False, ""),
        ("target_buffer", 2, INT, False, ""),
        ("ftrace_config", 100, MESSAGE, False, "FtraceConfig"),
        ("process_stats_config", 103, MESSAGE, False, "ProcessStatsConfig"),
    ],
    "FtraceConfig": [
        ("ftrace_events", 1, TEXT, True, ""),
        ("atrace_categories", 2, TEXT, True, ""),
        ("atrace_apps", 3, TEXT, True, ""),
        ("buffer_size_kb", 10, INT, False, ""),
        ("drain_period_ms", 11, INT, False, ""),
    ],
    "ProcessStatsConfig": [("scan_all_processes_on_start", 2, BOOL, False, "")],
}


def trace_config_class():
    file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="t", syntax="proto2")
    enum = file.enum_type.add(name="FillPolicy")
    for name, number in (("UNSPECIFIED", 0), ("RING_BUFFER", 1), ("DISCARD", 2)):
        enum.value.add(name=name, number=number)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, repeated, typed in fields:
            made = message.field.add(name=field, number=number, type=kind, label=3 if repeated else 1)
            if typed:
                made.type_name = f".t.{typed}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("t.TraceConfig"))


def test_binary_and_text_say_the_same():
    config = light_config(("com.chat", "com.keyboard"), 41_000)
    kind = trace_config_class()
    binary = kind.FromString(config.encode())
    assert binary == text_format.Parse(config.text(), kind())
    assert binary.SerializeToString() == config.encode()


def test_the_light_tier_holds_what_the_metrics_need_and_no_more():
    config = trace_config_class().FromString(
        light_config(("com.chat", "com.keyboard", "com.chat"), 41_000).encode()
    )
    assert config.duration_ms == 41_000
    assert [buffer.size_kb for buffer in config.buffers] == [65536, 16384]
    assert [source.config.name for source in config.data_sources] == [
        "linux.ftrace",
        "linux.process_stats",
        "android.surfaceflinger.frametimeline",
        "android.surfaceflinger.frame",
        "android.packages_list",
    ]
    ftrace = config.data_sources[0].config.ftrace_config
    assert list(ftrace.atrace_apps) == ["com.chat", "com.keyboard"]
    assert tuple(ftrace.atrace_categories) == LIGHT_CATEGORIES
    assert "ftrace/print" in ftrace.ftrace_events
    assert "sched/sched_switch" in ftrace.ftrace_events
    assert not {"sched/sched_waking", "power/cpu_frequency"} & set(ftrace.ftrace_events)


def test_the_full_tier_adds_what_diagnosis_needs():
    light = light_config(("com.chat",), 1000).text()
    full = full_config(("com.chat",), 1000).text()
    added = ("sched/sched_waking", "power/cpu_frequency", "dalvik", "binder_driver")
    for name in added:
        assert f'"{name}"' in full
        assert f'"{name}"' not in light
    for name in (*LIGHT_EVENTS, *LIGHT_CATEGORIES):
        assert f'"{name}"' in full


def test_a_configuration_tells_its_tier():
    assert tier_of(full_config(("com.chat",), 1000).text()) == "full"
    assert tier_of(light_config(("com.chat",), 1000).text()) == "light"
    assert tier_of("") == "light"
