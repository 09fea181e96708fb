"""Wrapped, compressed, joined, cut and wrong files."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib

import pytest
from perfetto_writer import TraceWriter, blob, number

from traces.errors import InputFileError
from traces.perfetto import containers, decoder, is_perfetto_trace, read_trace
from traces.perfetto.csv_view import frames_csv, slices_csv


def small() -> TraceWriter:
    writer = TraceWriter().processes({1000: "com.example.chat"})
    for i in range(6):
        ids = {"token": 7 + i, "display_token": 90 + i}
        writer.actual_surface(100 * i + 2, 100 * i + 20, cookie=2 * i + 1, pid=1000, **ids)
        writer.actual_display(100 * i + 18, 100 * i + 33, cookie=2 * i + 2, token=90 + i)
        writer.prints((100 * i, 9, "B|1000|draw"), (100 * i + 7, 9, "E|1000"))
    return writer


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    import pyarrow as pa

    return pa.compress(data, "zstd", asbytes=True)


def test_every_wrapping_gives_the_same_trace(read):
    writer = small()
    plain = read(writer.bytes())
    expected = frames_csv(plain), slices_csv(plain.slices)
    assert expected[0].count("\n") == 7
    wrapped = {
        "gzip": gzip.compress(writer.bytes()),
        "gzip in two members": gzip.compress(writer.bytes()[:300]) + gzip.compress(writer.bytes()[300:]),
        "zip": zipped(("trace", writer.bytes()), ("readme.txt", b"hello")),
        "zstd": zstd(writer.bytes()),
        "deflated packets": writer.compressed(),
        "zstd packets": writer.zstd(),
        "gzip of deflated packets": gzip.compress(writer.compressed()),
    }
    for name, data in wrapped.items():
        trace = read(data, name.replace(" ", "-"))
        assert (frames_csv(trace), slices_csv(trace.slices)) == expected, name
        assert trace.health.scorable, name
        assert is_perfetto_trace(data[:4096]), name


def test_pieces_of_any_size_give_the_same_trace(read, monkeypatch):
    data = small().bytes()
    expected = read(data)
    for size in (1, 2, 3, 7, 64, 100):
        monkeypatch.setattr(containers.pieces_of, "__defaults__", (size,))
        trace = read(data)
        assert frames_csv(trace) == frames_csv(expected)
        assert slices_csv(trace.slices) == slices_csv(expected.slices)
        assert trace.health == expected.health


def test_joined_traces_read_as_one(read):
    first, second = (
        small(),
        TraceWriter().actual_surface(5000, 5010, cookie=99, token=1, display_token=2, pid=1),
    )
    assert len(read(first.bytes() + second.bytes()).frames) == 7


def test_a_large_packet_that_spans_pieces(read, monkeypatch):
    monkeypatch.setattr(containers.pieces_of, "__defaults__", (50,))
    data = TraceWriter().packet(blob(900, bytes(1000))).bytes() + small().bytes()
    assert len(read(data).frames) == 6


@pytest.mark.parametrize("wrap", [gzip.compress, zstd])
def test_a_wrapped_file_cut_short_gives_what_came_before(read, wrap):
    import os

    # Noise that does not compress, so that the cut falls behind the frames.
    data = wrap(small().bytes() + TraceWriter().packet(blob(900, os.urandom(400_000))).bytes())
    trace = read(data[: len(data) // 2])
    assert len(trace.frames) == 6
    assert trace.health.truncated
    assert not trace.health.scorable


def test_a_damaged_compressed_packet_is_told_and_the_rest_is_read(read):
    writer = small()
    broken = zlib.compress(writer.bytes())[:-20]
    trace = read(blob(1, blob(50, broken)) + writer.bytes())
    assert len(trace.frames) == 6
    assert any("can't be unpacked" in reason for reason in trace.health.reasons)


def test_a_packet_that_unpacks_to_too_much_is_refused(read, monkeypatch):
    monkeypatch.setattr(decoder, "UNPACKED_PACKET_LIMIT", 100_000)
    for bomb in (blob(50, zlib.compress(bytes(1_000_000))), blob(133, zstd(bytes(1_000_000)))):
        trace = read(blob(1, bomb) + small().bytes())
        assert len(trace.frames) == 6
        assert not trace.health.scorable


@pytest.mark.parametrize("wrap", [gzip.compress, zstd, lambda data: zipped(("t", data))])
def test_a_file_that_unwraps_to_too_much_is_refused(read, monkeypatch, wrap):
    monkeypatch.setattr(containers, "UNWRAPPED_LIMIT", 100_000)
    data = small().bytes() + TraceWriter().packet(blob(900, bytes(1_000_000))).bytes()
    with pytest.raises(InputFileError, match="unwraps to more than"):
        read(wrap(data))


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b"", "an empty file"),
        (b"Applications Graphics Acceleration Info:\nUptime: 1 Realtime: 2\n", "a text file"),
        (b'{"traceEvents": []}', "JSON"),
        (b"# tracer: nop\n#\n", "systrace"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x7fELF\x02\x01\x01", "a program"),
        (b"\0\0\0\x18ftypmp42", "an MP4 video"),
        (b"\x00\x01\x02\x03\xff\xfe" * 9, "unknown binary data"),
        (gzip.compress(b"hello", mtime=0), "a gzip file"),
        (zipped(("a.txt", b"hello")), "a zip file"),
    ],
)
def test_a_wrong_file_is_named_and_described(read, data, looks):
    assert not is_perfetto_trace(data) or not data
    with pytest.raises(InputFileError, match=looks) as caught:
        read(data, "wrong.bin")
    assert "wrong.bin" in caught.value.what
    assert caught.value.next_step


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "none.pftrace", tmp_path):
        with pytest.raises(InputFileError, match="can't be read") as caught:
            read_trace(path)
        assert str(path) in caught.value.what


def test_a_zip_without_its_directory_is_told(read):
    with pytest.raises(InputFileError, match="cut short"):
        read(zipped(("t", small().bytes()))[:-30])


@pytest.mark.parametrize("name", ["../../etc/trace", "/etc/trace", "a/../../trace", "..\\trace", "C:/trace"])
def test_a_zip_whose_members_leave_its_folder_is_refused_by_name(read, name):
    with pytest.raises(InputFileError, match="leaves the folder") as caught:
        read(zipped(("t", small().bytes()), (name, small().bytes())))
    assert name in str(caught.value)


def test_losses_are_told(read):
    writer = small().ftrace_stats(1, {0: (5, 0), 1: (0, 0)}).ftrace_stats(2, {0: (12, 0), 1: (0, 3)})
    writer.trace_stats(overwritten=4, discarded=1, packet_loss=2, final_flush=2)
    writer.packet(number(8, 1), tail=number(42, 1)).packet(number(8, 1), sequence=77, tail=number(42, 1))
    writer.bundle(more=number(3, 1))
    health = read(writer.bytes()).health
    assert health.ftrace_overruns == {0: 7, 1: 3}
    assert (health.buffer_chunks_lost, health.writer_packet_losses) == (5, 2)
    assert health.dropped_packets == 1, "the first packet of a sequence has lost nothing"
    assert health.lost_event_bundles == 1
    assert len(health.reasons) == 6
    assert not health.scorable
    assert set(health.reasons) <= set(health.warnings)


def test_what_the_service_counts_over_all_sessions_is_no_loss(read):
    assert read(small().trace_stats().bytes()).health.scorable


def test_a_trace_may_begin_with_packets_without_a_byte(read):
    data = small().bytes()
    led = b"\x0a\x00\x0a\x00" + data
    assert is_perfetto_trace(led[:4096])
    assert frames_csv(read(led, "led")) == frames_csv(read(data, "plain"))
    assert not is_perfetto_trace(b"\x0a\x00" * 40)
