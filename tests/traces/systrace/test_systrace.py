"""Text traces of Android 8: the same tables, whatever the text is wrapped in."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.errors import InputFileError
from traces.perfetto import is_trace, read_trace
from traces.tables import NA

HEADER = """\
# tracer: nop
#
# entries-in-buffer/entries-written: 12/12   #P:4
#
#                                      _-----=> irqs-off
#           TASK-PID    TGID   CPU#  ||||    TIMESTAMP  FUNCTION
#              | |        |      |   ||||       |         |
"""
EVENTS = """\
  example.chat-1234  ( 1234) [001] ...1   100.000001: tracing_mark_write: B|1234|Choreographer#doFrame
  example.chat-1234  ( 1234) [001] ...1   100.000002: tracing_mark_write: B|1234|traversal
 Render Thread-1240  ( 1234) [002] ...1   100.000003: tracing_mark_write: B|1234|DrawFrame
  example.chat-1234  ( 1234) [001] ...1   100.000004: tracing_mark_write: E
  example.chat-1234  ( 1234) [001] ...1   100.000005: tracing_mark_write: E
  example.chat-1234  ( 1234) [001] ...1   100.000006: tracing_mark_write: S|1234|InsetsAnimation: ime|7
 Render Thread-1240  ( 1234) [002] ...1   100.000007: tracing_mark_write: E|1234
  example.chat-1234  ( 1234) [001] ...1   100.000008: tracing_mark_write: C|1234|level|-3
  example.chat-1234  ( 1234) [001] d..3   100.000009: sched_switch: prev_comm=example.chat prev_pid=1234 prev_prio=120 prev_state=S ==> next_comm=kworker/u8:1 - x next_pid=77 next_prio=120
 kworker/u8:1 - x-77  (-----) [001] d..3   100.000010: sched_waking: comm=example.chat pid=1234 prio=120 target_cpu=002
 kworker/u8:1 - x-77  (-----) [001] d..3   100.000012: sched_switch: prev_comm=kworker/u8:1 - x prev_pid=77 prev_prio=120 prev_state=R+ ==> next_comm=example.chat next_pid=1234 next_prio=120
          <...>-1234  ( 1234) [001] ...1   100.000013: tracing_mark_write: F|1234|InsetsAnimation: ime|7
"""
TEXT = HEADER + EVENTS


def without_groups(text: str) -> str:
    return text.replace("( 1234) ", "").replace("(-----) ", "")


def page(text: str) -> str:
    return (
        "<!DOCTYPE html>\n<html><head><script>var x = '# tracer: nop';</script></head><body>\n"
        f'<script class="trace-data" type="application/text">\n{text}</script>\n<script>y</script></body></html>\n'
    )


DRESSES = {
    "plain": TEXT.encode(),
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "atrace": b"capturing trace... done\nTRACE:\n" + TEXT.encode(),
    "atrace -z": b"capturing trace... done\nTRACE:\n" + zlib.compress(TEXT.encode()),
    "html": page(TEXT).encode(),
    "html on one line": page(TEXT).replace('text">\n', 'text">').encode(),
    "gzip": gzip.compress(TEXT.encode(), mtime=0),
    "bom": b"\xef\xbb\xbf" + TEXT.encode(),
}


def read(tmp_path, data: bytes, **options):
    path = tmp_path / "trace.txt"
    path.write_bytes(data)
    return read_trace(path, **options)


def slices(trace):
    table = trace.slices
    names = ("pid", "process", "tid", "thread", "start_ns", "dur_ns", "depth", "name")
    return list(zip(*(getattr(table, name).tolist() for name in names), strict=True))


SLICES = [
    (1234, "example.chat", 1234, "example.chat", 100_000_001_000, 4000, 0, "Choreographer#doFrame"),
    (1234, "example.chat", 1234, "example.chat", 100_000_002_000, 2000, 1, "traversal"),
    (1234, "example.chat", 1240, "Render Thread", 100_000_003_000, 4000, 0, "DrawFrame"),
]


@pytest.mark.parametrize("dress", DRESSES)
def test_slices_marks_and_asynchronous_slices_in_any_dress(tmp_path, dress):
    trace = read(tmp_path, DRESSES[dress])
    assert is_trace(DRESSES[dress][:4096])
    assert slices(trace) == SLICES
    assert trace.async_slices.name.tolist() == ["InsetsAnimation: ime"]
    assert trace.async_slices.dur_ns.tolist() == [7000]
    assert (trace.marks.name.tolist(), trace.marks.value.tolist()) == (["level"], [-3])
    assert trace.health.scorable


def test_a_text_without_process_numbers_takes_them_from_the_marks(tmp_path):
    assert slices(read(tmp_path, without_groups(TEXT).encode())) == SLICES


def test_thread_states(tmp_path):
    states = read(tmp_path, TEXT.encode(), thread_states=True).thread_states
    rows = zip(
        *(getattr(states, name).tolist() for name in ("tid", "start_ns", "dur_ns", "state", "cpu")),
        strict=True,
    )
    assert [
        (tid, start - 100 * 10**9, dur, state, None if cpu == NA else cpu)
        for tid, start, dur, state, cpu in rows
    ] == [
        (1234, 9000, 1000, "S", None),
        (77, 9000, 3000, "Running", 1),
        (1234, 10000, 2000, "R", None),
        (77, 12000, -1, "R+", None),
        (1234, 12000, -1, "Running", 1),
    ]


def test_clock_sync_marks_tie_the_clocks(tmp_path):
    sync = (
        "atrace-9  (    9) [000] ...1   100.000100: tracing_mark_write: trace_event_clock_sync: parent_ts=40.5\n"
        "atrace-9  (    9) [000] ...1   100.000200: tracing_mark_write: trace_event_clock_sync: realtime_ts=1500000000123\n"
    )
    clocks = read(tmp_path, (TEXT + sync).encode()).clocks
    assert clocks.boottime_ns.tolist() == [100_000_100_000]
    assert clocks.monotonic_ns.tolist() == [40_500_000_000]
    assert clocks.realtime_ns.tolist() == [1_500_000_000_123_000_000 - 100_000]


def test_lost_events_and_unreadable_lines_are_told(tmp_path):
    lost = TEXT.replace("12/12", "12/40") + "CPU:2 [LOST 5 EVENTS]\n"
    health = read(tmp_path, lost.encode()).health
    assert health.ftrace_overruns == {0: 28}
    assert health.lost_event_bundles == 1
    assert not health.scorable
    assert read(tmp_path, (TEXT + "what is this\n").encode()).health.damaged_packets == 1


def test_a_compressed_text_that_is_cut_short_keeps_what_came_before(tmp_path):
    many = HEADER + EVENTS * 300
    data = b"TRACE:\n" + zlib.compress(many.encode())
    trace = read(tmp_path, data[: len(data) * 2 // 3])
    assert len(trace.slices) > 100
    assert trace.health.truncated
    assert not trace.health.scorable


@pytest.mark.parametrize("data", [b"# tracer: nop\n", b"<html><body>hello</body></html>", b"TRACE:\n"])
def test_a_text_without_events_is_refused(tmp_path, data):
    with pytest.raises(InputFileError, match="no event of an atrace"):
        read(tmp_path, data)


def test_analyze_and_trace_read_it(tmp_path, capsys):
    from profiler.cli.main import run_cli

    path = tmp_path / "old.html"
    path.write_bytes(DRESSES["html"])
    assert run_cli(["analyze", str(path)]) == 0
    assert "Complete: no data was lost." in capsys.readouterr().out
    assert run_cli(["trace", "slices", str(path)]) == 0
    assert '100000001000,4000,0,"Choreographer#doFrame"' in capsys.readouterr().out


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_damage_is_told_and_never_a_traceback(tmp_path_factory, data):
    dressed = bytearray(DRESSES[data.draw(st.sampled_from(sorted(DRESSES)))])
    for _ in range(data.draw(st.integers(0, 4))):
        dressed[data.draw(st.integers(0, len(dressed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(dressed)))
    try:
        trace = read(tmp_path_factory.mktemp("damaged"), bytes(dressed[:cut]), thread_states=True)
    except InputFileError:
        return
    assert len(trace.slices) <= 4


@pytest.mark.parametrize("head", ["", "cpus=8\n"])
@pytest.mark.parametrize("flags", ["....   ", "....", "d...", "dNsa. ", "", "...11 "])
def test_a_text_without_its_header_and_any_flags(tmp_path, head, flags):
    line = "test-process-12-123    (  123) [002] {}316.1967{}: tracing_mark_write: {}\n"
    text = head + line.format(flags, "20", "B|123|work") + line.format(flags, "30", "E|123")
    assert is_trace(text.encode())
    trace = read(tmp_path, text.encode())
    assert slices(trace) == [
        (123, "test-process-12", 123, "test-process-12", 316_196_720_000, 10_000, 0, "work")
    ]
    assert trace.health.damaged_packets == 0
