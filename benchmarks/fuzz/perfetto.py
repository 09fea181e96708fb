"""Coverage-guided fuzzing of what reads Perfetto traces; run by hand, not by the tests.

    pip install --group fuzz
    python benchmarks/fuzz/perfetto.py trace      -max_total_time=600
    python benchmarks/fuzz/perfetto.py sched      -max_total_time=600
    python benchmarks/fuzz/perfetto.py containers -max_total_time=600
    python benchmarks/fuzz/perfetto.py systrace   -max_total_time=600
    python benchmarks/fuzz/perfetto.py compiled   -max_total_time=600

Anything but a trace or an `InputFileError` that names the file is a finding, and so is a table that does not
fit together. `compiled` reads every input with the compiled loops and without: any cell, note or error that
differs is a finding. Further arguments go to libFuzzer (`-max_total_time`, `-rss_limit_mb`, a folder of inputs).
"""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "traces" / "perfetto"))

with atheris.instrument_imports(include=["traces"]):
    from traces.errors import InputFileError
    from traces.perfetto import compiled, containers, is_perfetto_trace, read_trace

from both_ways import differing
from perfetto_writer import TraceWriter, blob, number, varint

PATH = Path(tempfile.mkdtemp(prefix="silky-fuzz-")) / "t.pftrace"
LIMIT = 4 << 20


def seed() -> TraceWriter:
    """A trace with a bit of everything."""
    writer = TraceWriter(clock=6).clocks({6: 1000, 3: 900, 1: 5}).default_clock(3)
    writer.processes({1000: "com.example.chat"}, {1001: (1000, "RenderThread")})
    writer.expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
    writer.actual_surface(102, 120, cookie=2, token=7, display_token=9, pid=1000)
    writer.actual_display(118, 133, cookie=3, token=9)
    lists = blob(1, varint(50) + varint(2)) + blob(2, b"\x01\x02") + blob(3, varint(1001) * 2)
    lists += blob(4, b"\x78\x78") + blob(5, "RenderThread") + blob(6, b"\x00\x00")
    lists += blob(7, varint(53)) + blob(8, varint(1001)) + b"".join(blob(i, b"\x00") for i in (9, 10, 11))
    writer.bundle(
        writer.event(10, 1001, 3, number(1, 2**63) + blob(2, "B|1000|DrawFrames 7\n")),
        writer.event(15, 1001, 4, number(2, 1001) + number(4, 1) + number(6, 7)),
        writer.event(20, 1001, 236, number(1, 1001) + blob(3, "RenderThread")),
        writer.event(25, 7, 20, blob(1, "x") + number(2, 1001)),
        writer.event(30, 1001, 3, blob(2, "E|1000\n")),
        writer.event(40, 1001, 3, blob(2, "S|1000|InsetsAnimation: ime|1\n")),
        writer.event(41, 1001, 3, blob(2, "C|1000|counter|1\n")),
        more=number(10, 5) + blob(4, lists),
    )
    return writer.ftrace_stats(2, {0: (0, 0)}).trace_stats()


TEXT = """\
# tracer: nop
  example.chat-1234  ( 1234) [001] ...1   100.000001: tracing_mark_write: B|1234|Choreographer#doFrame
  example.chat-1234  ( 1234) [001] d..3   100.000004: tracing_mark_write: E
  example.chat-1234  [001] .... 100.000006: tracing_mark_write: S|1234|InsetsAnimation: ime|7
 Render Thread-1240  (-----) [002] ...1   100.000007: tracing_mark_write: E|1234
 <...>-1240  [002] 100.000008: 0: C|1234|level|-3
  example.chat-1234  [001] d..3   100.000009: sched_switch: prev_comm=example.chat prev_pid=1234 prev_prio=120 \
prev_state=S ==> next_comm=kworker/u8:1 - x next_pid=77 next_prio=120
 kworker/u8:1 - x-77  [001] d..3   100.000010: sched_waking: comm=example.chat pid=1234 prio=120 target_cpu=002
"""


def read(data: bytes, **options: object) -> None:
    """Read bytes as a file, in one piece and in small ones."""
    PATH.write_bytes(data)
    for piece in (containers.PIECE, 64):
        containers.pieces_of.__defaults__ = (piece,)
        refused = None
        try:
            trace = read_trace(PATH, **options)  # type: ignore[arg-type]
        except InputFileError as error:
            refused = error
        if refused is not None:
            assert str(PATH) in refused.what
            continue
        assert len(trace.frames) == len(trace.is_buffer_stated)
        assert (trace.slices.dur_ns >= -1).all()
        assert (trace.slices.depth >= 0).all()
        assert (trace.thread_states.dur_ns >= -1).all()


def fuzz_trace(data: bytes) -> None:
    """A trace as it is."""
    read(data)


def fuzz_sched(data: bytes) -> None:
    """Bytes as the inside of one ftrace bundle, and as compact lists."""
    writer = TraceWriter(width=0)
    writer.packet(blob(1, data)).packet(blob(1, number(1, 0) + blob(4, data)))
    read(writer.bytes(), thread_states=True)


def fuzz_containers(data: bytes) -> None:
    """Bytes as any file; and as what a gzip, a zip or a compressed packet holds."""
    is_perfetto_trace(data[:4096])
    read(data)
    kind = data[0] % 3 if data else 0
    if kind == 0:
        read(gzip.compress(data[1:], 1) + data[:7])
    elif kind == 1:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("../trace", data[1:])
        read(held.getvalue()[: len(held.getvalue()) - data[0] // 64])
    else:
        read(blob(1, blob(50, data[1:])) + blob(1, blob(133, data[1:])))


def fuzz_systrace(data: bytes) -> None:
    """Bytes as the lines of a text trace, bare or packed as `atrace -z` does."""
    read(data)
    read(b"# tracer: nop\n" + data, thread_states=True)
    read(b"TRACE:\n" + zlib.compress(b"# tracer: nop\n" + data, 1))


def fuzz_compiled(data: bytes) -> None:
    """Bytes as a trace, or as the inside of a bundle and as compact lists; with the loops and without."""
    bundle = number(1, 0)
    dresses = (
        [data] if data[:1] == b"\n" else [blob(1, blob(1, bundle + of, 4)) for of in (data, blob(4, data))]
    )
    for given in dresses:
        PATH.write_bytes(given)
        lines = differing(PATH, LOOPS)
        assert not lines, lines


LOOPS = compiled.load()
TARGETS = {
    "trace": fuzz_trace,
    "sched": fuzz_sched,
    "containers": fuzz_containers,
    "systrace": fuzz_systrace,
    "compiled": fuzz_compiled,
}


def main() -> None:
    """Run the target that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(TARGETS)} [LIBFUZZER ARGUMENTS]")
    target = TARGETS[sys.argv.pop(1)]
    if target is fuzz_compiled and LOOPS.functions is None:
        sys.exit(f"No compiled loops: {LOOPS.why_not}.")
    inputs = PATH.parent / "inputs"
    inputs.mkdir()
    whole = seed().bytes()
    (inputs / "plain").write_bytes(whole)
    (inputs / "bundle").write_bytes(seed().packets[8][1:])
    (inputs / "gzip").write_bytes(gzip.compress(whole))
    (inputs / "text").write_text(TEXT)
    (inputs / "packed").write_bytes(seed().compressed())
    atheris.Setup([*sys.argv, "-max_len=4096", str(inputs)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
