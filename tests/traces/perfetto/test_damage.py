"""Cut and flipped traces: what was whole is kept, nothing but InputFileError is raised."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perfetto_writer import BOOTTIME, MONOTONIC, TraceWriter, blob, number, varint

from traces.errors import InputFileError
from traces.perfetto import read_trace


def rich() -> TraceWriter:
    """A trace with a bit of everything."""
    writer = (
        TraceWriter(clock=BOOTTIME).clocks({BOOTTIME: 1000, MONOTONIC: 900, 1: 5}).default_clock(MONOTONIC)
    )
    writer.processes({1000: "com.example.chat"}, {1001: (1000, "RenderThread")})
    writer.expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
    writer.actual_surface(102, 120, cookie=2, token=7, display_token=9, pid=1000)
    writer.actual_display(118, 133, cookie=3, token=9)
    sched = blob(1, varint(50)) + blob(3, varint(1001)) + blob(5, "RenderThread") + blob(6, varint(0))
    writer.bundle(
        writer.event(10, 1001, 3, number(1, 2**63) + blob(2, "B|1000|DrawFrames 7\n")),
        writer.event(20, 1001, 236, number(1, 1001) + blob(3, "RenderThread")),
        writer.event(30, 1001, 3, blob(2, "E|1000\n")),
        writer.event(40, 1001, 3, blob(2, "S|1000|InsetsAnimation: ime|1\n")),
        writer.event(41, 1001, 3, blob(2, "C|1000|counter|1\n")),
        more=blob(4, sched),
    )
    writer.ftrace_stats(2, {0: (0, 0)}).trace_stats()
    writer.packets.append(TraceWriter().actual_display(300, 310, cookie=8, token=11).compressed()[2:])
    return writer.actual_surface(200, 220, cookie=4, token=8, display_token=10, pid=1000)


DATA = rich().bytes()
EDGES = [0]
for _packet in rich().packets:
    EDGES.append(EDGES[-1] + len(blob(1, _packet)))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("damage") / "t.pftrace"


def read_or_refuse(path) -> None:
    """Read a damaged trace: it gives tables that fit together, or an error that names the file."""
    refused = None
    try:
        trace = read_trace(path)
    except InputFileError as error:
        refused = error
    if refused is not None:
        assert str(path) in refused.what
    else:
        assert len(trace.frames) == len(trace.is_buffer_stated)
        assert (trace.slices.dur_ns >= -1).all()
        assert (trace.slices.depth >= 0).all()


def test_the_whole_trace_is_healthy(path):
    path.write_bytes(DATA)
    trace = read_trace(path)
    assert trace.health.scorable, trace.health.reasons
    assert (len(trace.frames), len(trace.display), len(trace.slices)) == (2, 2, 1)
    assert EDGES[-1] == len(DATA)


def test_cut_at_any_byte_it_gives_the_packets_that_are_whole(path):
    prefix = None
    for size in range(len(DATA)):
        path.write_bytes(DATA[:size])
        if size < EDGES[1]:
            with pytest.raises(InputFileError):
                read_trace(path)
            continue
        cut = read_trace(path)
        assert cut.health.truncated == (size not in EDGES), size
        # A cut at an edge is the prefix of whole packets that the cuts behind it must give too.
        if size in EDGES:
            prefix = cut
        assert cut.frames.actual_end_ns.tolist() == prefix.frames.actual_end_ns.tolist()
        assert cut.slices.name.tolist() == prefix.slices.name.tolist()


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(DATA) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_flipped_bytes_give_a_trace_or_an_input_error(path, flips):
    damaged = bytearray(DATA)
    for at, value in flips:
        damaged[at] ^= value
    path.write_bytes(bytes(damaged))
    read_or_refuse(path)


@settings(deadline=None, max_examples=80)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_trace_or_an_input_error(path, data):
    for head in (b"", DATA[: EDGES[3]], b"\x0a\x05\x08\x01"):
        path.write_bytes(head + data)
        read_or_refuse(path)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.integers(1, 255))
def test_a_damaged_gzip_gives_a_trace_or_an_input_error(path, at, value):
    packed = bytearray(gzip.compress(DATA, mtime=0))
    packed[at % len(packed)] ^= value
    path.write_bytes(bytes(packed))
    read_or_refuse(path)


def test_bytes_that_are_no_packets_end_the_reading_and_are_told(path):
    path.write_bytes(DATA + b"\xff" * 40)
    trace = read_trace(path)
    assert len(trace.frames) == 2
    assert f"from {len(DATA)} on" in trace.health.reasons[0]


def test_a_damaged_bundle_keeps_what_stood_before_it(path):
    writer = TraceWriter()
    good = blob(2, writer.event(1, 9, 3, blob(2, "B|1|a")))
    path.write_bytes(writer.packet(blob(1, number(1, 0) + good + b"\x12\x7f\x08")).bytes())
    trace = read_trace(path)
    assert trace.slices.name.tolist() == ["a"]
    assert trace.health.damaged_packets == 1


def test_traces_of_tiny_packets_are_cut_where_plain_following_cuts_them(path):
    """Packets are found many at a time where they are tiny: bytes that look like packets must not be taken."""
    packets = []
    for i in range(6000):
        body = bytes([0x0A, i % 7, 0x0A, 0x00, i % 256]) * (i % 4) + number(8, i) + number(10, i % 3)
        packets.append(blob(1, body, 4 if i % 5 == 0 else 0))
    last = TraceWriter().actual_display(300, 310, cookie=8, token=11).bytes()
    whole = b"".join(packets) + last
    path.write_bytes(whole)
    trace = read_trace(path)
    assert (len(trace.display), trace.health.truncated) == (1, False)
    assert trace.display.present_ns.tolist() == [310]
    path.write_bytes(whole[:-3])
    assert read_trace(path).health.truncated
    path.write_bytes(b"".join(packets) + b"\x0b" + last)
    assert f"from {len(whole) - len(last)} on" in read_trace(path).health.reasons[0]


@pytest.mark.parametrize("kind", ["length", "bomb", "packed bomb", "zip bomb"])
def test_a_small_file_that_claims_much_is_refused_or_read_within_a_bound(path, kind):
    """In a process that may not have more than 1 GiB beside the interpreter's own (docs/performance.md)."""
    import io
    import subprocess
    import sys
    import zipfile
    import zlib

    many = TraceWriter().packet(number(8, 1)).bytes() * (1 << 20)
    if kind == "length":
        data = DATA + b"\x0a" + varint(1 << 62)
    elif kind == "bomb":
        data = gzip.compress(DATA + many, 9)
    elif kind == "packed bomb":
        data = blob(1, blob(50, zlib.compress(bytes(257 << 20), 1))) + DATA
    else:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("trace", DATA + many)
        data = held.getvalue()
    path.write_bytes(data)
    program = (
        "import resource, sys; from traces.perfetto import read_trace\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "trace = read_trace(sys.argv[1]); print(len(trace.frames), trace.health.reasons)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 ")
