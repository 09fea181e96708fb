"""perfetto: configurations in both forms, sessions, files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.userland.tracing.binary_config import parse_binary
from devices.simulated.userland.tracing.config import to_trace_config
from devices.simulated.userland.tracing.text_config import ConfigError, parse_text
from tests.devices.simulated.userland.fake_world import FakeWorld, persona
from tests.devices.simulated.userland.helpers import Device, sh

TEXT = """
# a comment
buffers { size_kb: 65536 fill_policy: RING_BUFFER }
buffers: { size_kb: 16384 }
duration_ms: 5000
flush_period_ms: 5000
unique_session_name: "silky"
data_sources {
  config {
    name: "linux.ftrace"
    target_buffer: 0
    ftrace_config {
      ftrace_events: "ftrace/print"
      ftrace_events: "sched/sched_switch"
      atrace_categories: ["gfx", "view"]
      atrace_apps: "com.example.chat"
      compact_sched { enabled: true }
    }
  }
}
data_sources { config { name: "linux.process_stats" process_stats_config { scan_all_processes_on_start: true
} } }
data_sources { config { name: "android.surfaceflinger.frametimeline" target_buffer: 1 } }
"""
OUT = "/data/misc/perfetto-traces/t.pftrace"


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, body: bytes | str) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    return varint(field << 3 | 2) + varint(len(raw)) + raw


FTRACE = (
    block(1, "ftrace/print") + block(1, "sched/sched_switch") + block(2, "gfx") + block(2, "view")
    + block(3, "com.example.chat") + block(12, number(1, 1))
)  # fmt: skip
BINARY = (
    block(1, number(1, 65536) + number(4, 1)) + block(1, number(1, 16384)) + number(3, 5000) + number(13,
    5000)
    + block(22, "silky")
    + block(2, block(1, block(1, "linux.ftrace") + number(2, 0) + block(100, FTRACE)))
    + block(2, block(1, block(1, "linux.process_stats") + block(103, number(2, 1))))
    + block(2, block(1, block(1, "android.surfaceflinger.frametimeline") + number(2, 1)))
)  # fmt: skip


def test_text_and_binary_say_the_same() -> None:
    config = to_trace_config(parse_text(TEXT))
    assert config == to_trace_config(parse_binary(BINARY))
    assert config.duration_ms == 5000
    assert config.buffer_kb == 65536 + 16384
    assert config.unique_session_name == "silky"
    ftrace, stats, timeline = config.data_sources
    assert ftrace.ftrace_events == ("ftrace/print", "sched/sched_switch")
    assert (ftrace.atrace_categories, ftrace.atrace_apps) == (("gfx", "view"), ("com.example.chat",))
    assert stats.scan_processes_on_start
    assert timeline.name == "android.surfaceflinger.frametimeline"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "buffers { size_kb: 1 }\nnonsense: 1",
            '-:2:1 error: No field named "nonsense" in proto TraceConfig',
        ),
        (
            "data_sources { config { ftrace_config { atrace_userspace_only: true } } }",
            "in proto FtraceConfig",
        ),
        ("duration_ms: yes", "Expected value of type integer"),
        ("duration_ms 5", "Expected ':' or '{'"),
        ("buffers { size_kb: 1", "Nested message not closed"),
        ("}", "Unmatched closing brace"),
        ("duration_ms: @", "Unexpected character"),
    ],
)
def test_the_text_parser_rejects_the_whole_config(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_text(text)
    assert complaint in str(caught.value)


def test_messages_the_phone_does_not_model_are_taken_as_they_are() -> None:
    parse_text('data_sources { config { name: "x" sys_stats_config { anything: 1 deeper { a: "b" } } } }')


def test_the_binary_parser_ignores_unknown_fields() -> None:
    assert parse_binary(number(999, 5) + block(998, b"abc") + BINARY) == parse_binary(BINARY)


@given(st.binary(max_size=60))
def test_any_bytes_parse_or_are_refused(raw: bytes) -> None:
    try:
        message = parse_binary(raw)
    except ConfigError:
        return
    to_trace_config(message)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        message = parse_text(text)
    except ConfigError:
        return
    to_trace_config(message)


def test_a_foreground_session_lasts_its_duration_and_writes_its_file() -> None:
    device = Device()
    ran = device.run(f"perfetto -c - --txt -o {OUT}", stdin=TEXT.encode())
    assert ran.code == 0
    assert "Wrote 75 bytes into" in ran.err
    assert device.phone.files.read(OUT).startswith(b"trace:linux.ftrace,")
    assert device.run(
        f"stat -c '%a %U' {OUT}; cat {OUT} | wc -c; rm {OUT}; ls /data/misc/perfetto-traces"
    ).out == ("600 shell\n75\n")


def test_a_background_session_is_stopped_by_a_signal() -> None:
    device = Device()
    endless = TEXT.replace("duration_ms: 5000", "")
    script = (
        f"pid=$(perfetto -c - --txt --background-wait -o {OUT}); kill -0 $pid && echo running; "
        f"perfetto --query | grep -c silky; kill -TERM $pid; while kill -0 $pid 2>/dev/null; do sleep "
        f"0.05; done; "
        f"ls /data/misc/perfetto-traces"
    )
    assert device.run(script, stdin=endless.encode()).out == "running\n1\nt.pftrace\n"
    assert device.world.traces[0].stopped


def test_a_killed_session_leaves_no_file_and_no_session() -> None:
    device = Device()
    endless = TEXT.replace("duration_ms: 5000", "").encode()
    device.run(f"pid=$(perfetto -c - --txt -D -o {OUT}); kill -9 $pid; sleep 1", stdin=endless)
    assert device.world.traces[0].stopped
    assert not device.phone.traces
    assert device.run(f"ls {OUT}").code == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("-c - --txt -o /sdcard/t", "Failed to open /sdcard/t"),
        ("-c - --txt -o -", "errno: 13, Permission denied"),
        ("-c /data/local/tmp/cfg --txt -o " + OUT, "Could not open /data/local/tmp/cfg (errno: 13"),
        ("--nonsense", "unrecognized option '--nonsense'"),
        ("-c - --txt", "--out argument is required"),
    ],
)
def test_what_selinux_and_perfetto_refuse(arguments: str, complaint: str) -> None:
    ran = sh(f"perfetto {arguments}", stdin=TEXT.encode())
    assert ran.code == 1
    assert complaint in ran.err


def test_an_unknown_text_field_refuses_the_session_as_a_whole() -> None:
    ran = sh(f"perfetto -c - --txt -o {OUT}", stdin=b"buffers { size_kb: 1 } compact_everything: true")
    assert ran.code == 1
    assert 'No field named "compact_everything"' in ran.err
    assert "Could not parse TraceConfig proto from stdin" in ran.err


def test_a_config_may_be_pushed_to_its_own_folder() -> None:
    device = Device()
    device.phone.files.write("/data/misc/perfetto-configs/c", BINARY)
    assert device.run(f"perfetto -c /data/misc/perfetto-configs/c -o {OUT}").code == 0


def test_options_appear_with_their_android_version() -> None:
    ran = sh(f"perfetto -c - --txt -D -o {OUT}", FakeWorld(persona=persona(31)), stdin=TEXT.encode())
    assert "unrecognized option '-D'" in ran.err


def test_a_unique_session_is_alone_and_five_are_the_most() -> None:
    config = "/data/misc/perfetto-configs/c"
    script = f"cat > {config}; for i in 1 2; do perfetto -c {config} -D -o {OUT}$i; done"
    endless = BINARY.replace(number(3, 5000), b"")
    assert "already exists" in sh(script, stdin=endless).err
    many = endless.replace(block(22, "silky"), b"")
    ran = sh(script.replace("1 2", "1 2 3 4 5 6"), stdin=many)
    assert "Too many concurrent tracing sesions (5)" in ran.err
    assert len(ran.out.splitlines()) == 5
