"""Writes synthetic Perfetto traces, field by field: what a test puts in is what stands in the file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

BOOTTIME, MONOTONIC, REALTIME = 6, 3, 1


def varint(value: int, width: int = 0) -> bytes:
    """Encode a number (negative: ten bytes), padded to `width` bytes."""
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    while len(out) < width:
        out[-1] |= 0x80
        out.append(0)
    return bytes(out)


def number(field_number: int, value: int | None) -> bytes:
    """A varint field, nothing for None."""
    return b"" if value is None else varint(field_number << 3) + varint(value)


def blob(field_number: int, value: bytes | str | None, width: int = 0) -> bytes:
    """A length-delimited field, nothing for None."""
    if value is None:
        return b""
    raw = value.encode() if isinstance(value, str) else value
    return varint(field_number << 3 | 2) + varint(len(raw), width) + raw


@dataclass
class TraceWriter:
    """Packets in the order in which they are added.

    `width` 4 writes lengths of nested messages padded, as perfetto does on phones.
    """

    width: int = 4
    clock: int | None = None
    sequence: int = 1
    packets: list[bytes] = field(default_factory=list)

    def packet(self, body: bytes, *, sequence: int | None = None, tail: bytes = b"") -> TraceWriter:
        """Add a packet; the service's own fields stand behind the producer's."""
        own = number(3, 1000) + number(10, self.sequence if sequence is None else sequence)
        self.packets.append(body + own + tail)
        return self

    def timed(self, ts: int, body: bytes, clock: int | None = None, tail: bytes = b"") -> TraceWriter:
        clock = self.clock if clock is None else clock
        return self.packet(number(8, ts) + number(58, clock) + body, tail=tail)

    def frame_event(self, ts: int, kind: int, body: bytes, clock: int | None = None) -> TraceWriter:
        return self.timed(ts, blob(76, blob(kind, body, self.width), self.width), clock)

    def buffer_event(
        self, ts, kind, *, frame=None, buffer=1, layer="layer", duration=None, clock=None
    ) -> TraceWriter:  # fmt: skip
        """An event of FrameTracer: 1 dequeue, 2 queue, 4 acquire fence, 5 latch, 8 present fence."""
        body = number(1, frame) + number(2, kind) + blob(3, layer) + number(4, duration) + number(5, buffer)
        return self.timed(ts, blob(57, blob(1, body, self.width), self.width), clock)

    def end(self, ts: int, cookie: int) -> TraceWriter:
        return self.frame_event(ts, 5, number(1, cookie))

    def expected_surface(
        self, start, end, *, cookie, token, display_token, pid, layer="layer"
    ) -> TraceWriter:
        body = (
            number(1, cookie) + number(2, token) + number(3, display_token) + number(4, pid) + blob(5, layer)
        )
        self.frame_event(start, 3, body)
        return self if end is None else self.end(end, cookie)

    def actual_surface(
        self, start, end, *, cookie, token, display_token, pid, layer="layer", present=1, on_time=1, gpu=0,
        jank=1, prediction=1, is_buffer=1, severity=None,
    ) -> TraceWriter:  # fmt: skip
        body = (
            number(1, cookie) + number(2, token) + number(3, display_token) + number(4, pid) + blob(5, layer)
        )
        body += number(6, present) + number(7, on_time) + number(8, gpu) + number(9, jank)
        body += number(10, prediction) + number(11, is_buffer) + number(12, severity)
        self.frame_event(start, 4, body)
        return self if end is None else self.end(end, cookie)

    def expected_display(self, start, end, *, cookie, token, pid=500) -> TraceWriter:
        self.frame_event(start, 1, number(1, cookie) + number(2, token) + number(3, pid))
        return self if end is None else self.end(end, cookie)

    def actual_display(
        self,
        start,
        end,
        *,
        cookie,
        token,
        pid=500,
        present=1,
        on_time=1,
        gpu=0,
        jank=1,
        prediction=1,
        severity=None,
    ) -> TraceWriter:
        body = number(1, cookie) + number(2, token) + number(3, pid) + number(4, present) + number(5, on_time)
        body += number(6, gpu) + number(7, jank) + number(8, prediction) + number(9, severity)
        self.frame_event(start, 2, body)
        return self if end is None else self.end(end, cookie)

    def clocks(
        self, readings: dict[int, int], primary: int | None = None, sequence: int | None = None
    ) -> TraceWriter:
        body = b"".join(blob(1, number(1, c) + number(2, t), self.width) for c, t in readings.items())
        return self.packet(blob(6, body + number(2, primary), self.width), sequence=sequence)

    def default_clock(self, clock: int, sequence: int | None = None) -> TraceWriter:
        return self.packet(blob(59, number(58, clock)), sequence=sequence)

    def event(self, ts: int, tid: int, number_: int, body: bytes) -> bytes:
        """An ftrace event."""
        return number(1, ts) + number(2, tid) + blob(number_, body, self.width)

    def bundle(self, *events: bytes, cpu: int = 0, more: bytes = b"", tail: bytes = b"") -> TraceWriter:
        body = number(1, cpu) + b"".join(blob(2, event, self.width) for event in events) + more
        return self.packet(blob(1, body, self.width), tail=tail)

    def prints(self, *lines: tuple[int, int, str], cpu: int = 0) -> TraceWriter:
        """A bundle of texts written to trace_marker: (time, thread, text)."""
        return self.bundle(*(self.event(ts, tid, 3, blob(2, text)) for ts, tid, text in lines), cpu=cpu)

    def processes(
        self, names: dict[int, str], threads: dict[int, tuple[int, str | None]] | None = None
    ) -> TraceWriter:
        body = b"".join(blob(1, number(1, pid) + number(2, 1) + blob(3, name)) for pid, name in names.items())
        for tid, (pid, name) in (threads or {}).items():
            body += blob(2, number(1, tid) + blob(2, name) + number(3, pid))
        return self.packet(blob(2, body))

    def ftrace_stats(self, phase: int, cpus: dict[int, tuple[int, int]]) -> TraceWriter:
        """Statistics: cpu -> (overruns, dropped events)."""
        body = number(1, phase)
        for cpu, (overrun, dropped) in cpus.items():
            body += blob(2, number(1, cpu) + number(3, overrun) + number(4, 0) + number(8, dropped))
        return self.packet(blob(34, body))

    def trace_stats(self, *, overwritten=0, discarded=0, packet_loss=0, final_flush=1) -> TraceWriter:
        buffer = number(3, overwritten) + number(18, discarded) + number(19, packet_loss)
        return self.packet(blob(35, blob(1, buffer) + number(8, 492_428) + number(15, final_flush)))

    def bytes(self) -> bytes:
        return b"".join(blob(1, packet) for packet in self.packets)

    def compressed(self) -> bytes:
        """A trace whose packets all stand in one deflated packet."""
        return blob(1, blob(50, zlib.compress(self.bytes())) + number(10, 1))

    def zstd(self) -> bytes:
        """A trace whose packets all stand in one packet of zstd."""
        import pyarrow as pa

        return blob(1, blob(133, pa.compress(self.bytes(), "zstd", asbytes=True)) + number(10, 1))
