"""A small reader of Perfetto traces, written from perfetto's .proto files; shares nothing with the writer."""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass, field

Fields = dict[int, list]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data: bytes) -> Fields:
    """Decode one message: field number -> values (int, bytes or float)."""
    found: Fields = defaultdict(list)
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
        elif kind == 1:
            (value,) = struct.unpack_from("<d", data, at)
            at += 8
        elif kind == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        found[key >> 3].append(value)
    if at != len(data):
        raise ValueError("truncated")
    return found


def one(message: Fields, number: int, default=None):
    return message[number][0] if number in message else default


def text(message: Fields, number: int) -> str:
    return one(message, number, b"").decode()


@dataclass
class Frame:
    """A FrameTimeline slice: kind as in FrameTimelineEvent's oneof (1-4)."""

    kind: int
    start: int
    end: int | None
    message: Fields

    @property
    def token(self) -> int:
        return one(self.message, 2)

    @property
    def display_token(self) -> int:
        return one(self.message, 3)

    @property
    def layer(self) -> str:
        return text(self.message, 5)


@dataclass
class Slice:
    pid: int
    tid: int
    name: str
    start: int
    end: int
    depth: int
    parent: str | None


@dataclass
class Trace:
    packets: list[Fields]
    prints: list[tuple[int, int, str]] = field(default_factory=list)
    """Time, tid, line."""
    switches: list[tuple[int, int, Fields]] = field(default_factory=list)
    """Time, CPU, sched_switch."""
    frames: list[Frame] = field(default_factory=list)
    lost: bool = False

    @property
    def kinds(self) -> set[int]:
        """The payload fields that occur in any packet."""
        framing = {3, 8, 10, 58, 79, 41, 42}
        return {number for packet in self.packets for number in packet if number not in framing}

    def of(self, number: int) -> list[Fields]:
        return [fields(one(packet, number)) for packet in self.packets if number in packet]

    def slices(self) -> list[Slice]:
        """Thread slices, all of which must nest properly."""
        stacks: dict[int, list[tuple[str, int]]] = defaultdict(list)
        found = []
        for time, tid, line in self.prints:
            parts = line.split("|", 2)
            stack = stacks[tid]
            if parts[0] == "B":
                stack.append((parts[2], time))
            elif parts[0] == "E" and stack:
                name, start = stack.pop()
                parent = stack[-1][0] if stack else None
                found.append(Slice(int(parts[1]), tid, name, start, time, len(stack), parent))
        return found

    def asyncs(self, name: str) -> list[tuple[int, int, int]]:
        """Begin, end and pid of the async slices of this name."""
        begun: dict[str, int] = {}
        found = []
        for time, _, line in self.prints:
            kind, pid, *rest = line.split("|")
            if rest and rest[0] == name and kind in "SF":
                if kind == "S":
                    begun[pid] = time
                elif pid in begun:
                    found.append((begun.pop(pid), time, int(pid)))
        return found


def read(data: bytes) -> Trace:
    trace = Trace([fields(packet) for packet in fields(data)[1]])
    open_frames: dict[int, Frame] = {}
    for packet in trace.packets:
        if 1 in packet:
            _bundle(trace, fields(one(packet, 1)))
        if 76 in packet:
            _frame(trace, packet, open_frames)
    trace.prints.sort(key=lambda row: row[0])
    trace.switches.sort(key=lambda row: row[0])
    return trace


def _bundle(trace: Trace, bundle: Fields) -> None:
    trace.lost = trace.lost or bool(one(bundle, 3, 0))
    for raw in bundle[2]:
        event = fields(raw)
        if 3 in event:
            trace.prints.append((one(event, 1), one(event, 2), text(fields(one(event, 3)), 2).rstrip("\n")))
        if 4 in event:
            trace.switches.append((one(event, 1), one(bundle, 1), fields(one(event, 4))))


def _frame(trace: Trace, packet: Fields, open_frames: dict[int, Frame]) -> None:
    time = one(packet, 8)
    ((kind, (raw,)),) = fields(one(packet, 76)).items()
    message = fields(raw)
    cookie = one(message, 1)
    if kind == 5:
        open_frames.pop(cookie).end = time
    else:
        frame = Frame(kind, time, None, message)
        assert cookie not in open_frames, "a cookie stands for one slice"
        open_frames[cookie] = frame
        trace.frames.append(frame)
