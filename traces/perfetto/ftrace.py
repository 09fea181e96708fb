"""Ftrace bundles: find the events of many bundles at once, and of them the prints and the task events.

A bundle (`FtraceEventBundle`) is a list of events of one CPU; an event (`FtraceEvent`) is a time, a thread
and one payload. Perfetto writes them in that order, and that form is decoded in columns. Everything else
(other order, no thread, very long numbers) takes the slow path through the schema, so the result is the same.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.bundle_heads import NO_CPU, KnownFrom, cpus
from traces.perfetto.sched_events import CompactList, compact_events, single_events
from traces.perfetto.schema import FtraceEvent
from traces.perfetto.wire import (
    LENGTH,
    PADDING,
    VARINT,
    Block,
    WireError,
    read_varint,
    varint_lengths,
    varints,
    walk_fields,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.thread_states import ThreadStates
    from traces.perfetto.wire import Index

_EVENT_TAG = 0x12  # FtraceEventBundle.event
_TIME_TAG = 0x08  # FtraceEvent.timestamp
_PID_TAG = 0x10  # FtraceEvent.pid
_PRINT_TAG = 0x1A  # FtraceEvent.print
_NEWTASK_TAG = 0x0EDA  # FtraceEvent.task_newtask, the two bytes of its tag as a little-endian number
_RENAME_TAG = 0x0EE2  # FtraceEvent.task_rename
_IP_TAG = 0x08  # PrintFtraceEvent.ip
_BUF_TAG = 0x12  # PrintFtraceEvent.buf

_CPU_TAG = 0x08  # FtraceEventBundle.cpu
_NOT_A_TIME = 1 << 62

# Fields of FtraceEventBundle
_EVENT = 2
_LOST_EVENTS = 3
_COMPACT_SCHED = 4
_FTRACE_CLOCK = 5


@dataclass
class Prints:
    """Texts written to trace_marker: `block.data[start:end]`, by thread `tid`, at `time_ns`."""

    block: Block
    time_ns: Index
    tid: Index
    start: Index
    end: Index


@dataclass
class Bundled:
    """What bundles hold: prints, the bytes of task events, and the bytes of compact scheduling lists."""

    prints: list[Prints] = field(default_factory=list)
    tasks: list[bytes] = field(default_factory=list)
    sched: list[bytes] = field(default_factory=list)


@dataclass
class BundleNotes:
    """What bundles say beside their events."""

    lost_events: int = 0
    other_clock: int = 0
    damaged: int = 0
    first_ns: int | None = None
    last_ns: int | None = None
    bundles: int = 0
    known_from: KnownFrom = field(default_factory=KnownFrom)

    def see_edges(self, block: Block, found: _Candidates) -> None:
        """See the first and the last event of each run: a CPU's events are in order of time."""
        edges = [index for first, behind in found.runs for index in (first, behind - 1)]
        times, width = varints(block.words[found.start[edges] + 1])
        times = times[width > 0]
        if len(times):
            self.see(int(times.min()), int(times.max()))

    def see(self, first_ns: int, last_ns: int) -> None:
        """Widen the span of time that was seen."""
        self.first_ns = first_ns if self.first_ns is None else min(self.first_ns, first_ns)
        self.last_ns = last_ns if self.last_ns is None else max(self.last_ns, last_ns)


@dataclass
class _Candidates:
    """Places that look like an event: its tag, its payload; and `breaks`, where the chain jumps."""

    tag: Index
    start: Index
    end: Index
    breaks: list[int]
    runs: list[tuple[int, int]] = field(default_factory=list)
    odd: list[tuple[int, int]] = field(default_factory=list)
    sched: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def find(cls, block: Block, spans: Sequence[tuple[int, int]]) -> _Candidates:
        low, high = spans[0][0], max(end for _, end in spans)
        octets = block.octets
        tag = np.flatnonzero(octets[low:high] == _EVENT_TAG) + low
        # Most places that hold the tag's byte are ruled out by the bytes where a time's tag would stand.
        time_tag = octets[tag + 2] == _TIME_TAG
        for width_of_length in (2, 3, 4):
            time_tag |= octets[tag + 1 + width_of_length] == _TIME_TAG
        tag = tag[time_tag]
        words = block.words[tag + 1]
        length, width = varints(words)
        start = tag + 1 + width
        keep = np.flatnonzero((width > 0) & (width <= 4) & (octets[start] == _TIME_TAG))
        tag, start = tag[keep], start[keep]
        end = start + length[keep].astype(np.int64)
        breaks = np.flatnonzero(end[:-1] != tag[1:]).tolist()
        if len(tag):
            breaks.append(len(tag) - 1)
        return cls(tag, start, end, breaks)

    def take_plain(self, block: Block, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Take the bundles that are a CPU and one run of candidates; return the others."""
        if not self.breaks:
            return list(spans)
        table = np.asarray(spans, np.int64)
        first, last = table[:, 0], table[:, 1]
        has_cpu = (block.octets[first] == _CPU_TAG) & (block.octets[first + 1] < 0x80)
        first = first + 2 * has_cpu
        index = np.minimum(np.searchsorted(self.tag, first), len(self.tag) - 1)
        breaks = np.asarray(self.breaks)
        run_end = breaks[np.minimum(np.searchsorted(breaks, index), len(breaks) - 1)]
        plain = (self.tag[index] == first) & (self.end[run_end] == last) & (first < last)
        self.runs += zip(index[plain].tolist(), (run_end[plain] + 1).tolist(), strict=True)
        return [span for span, done in zip(spans, plain.tolist(), strict=True) if not done]

    def follow(self, data: bytes, at: int, bundle_end: int, notes: BundleNotes) -> None:
        """Follow one bundle from field to field, whole runs of candidates at a time."""
        while at < bundle_end:
            index = -1
            if data[at] == _EVENT_TAG:
                index = int(np.searchsorted(self.tag, at))
                if index == len(self.tag) or self.tag[index] != at:
                    index = -1
            if index >= 0:
                last = self.breaks[bisect_left(self.breaks, index)]
                if self.end[last] > bundle_end:
                    last = int(np.searchsorted(self.end[index : last + 1], bundle_end, "right")) + index - 1
                    if last < index:
                        raise WireError("an event runs past its bundle")
                self.runs.append((index, last + 1))
                at = int(self.end[last])
            else:
                at = self._other_field(data, at, bundle_end, notes)

    def _other_field(self, data: bytes, at: int, bundle_end: int, notes: BundleNotes) -> int:
        number, wire, start, end = next(walk_fields(data, at, bundle_end))
        if number == _EVENT and wire == LENGTH:
            self.odd.append((start, end))
        elif number == _LOST_EVENTS and wire == VARINT:
            notes.lost_events += read_varint(data, start, end)[0] != 0
        elif number == _FTRACE_CLOCK and wire == VARINT:
            notes.other_clock += read_varint(data, start, end)[0] != 0
        elif number == _COMPACT_SCHED and wire == LENGTH:
            self.sched.append((start, end))
        return end

    def chosen(self) -> tuple[Index, Index]:
        """Return payload starts and ends of the candidates that the bundles really hold."""
        edge = np.zeros(len(self.tag) + 1, np.int64)
        runs = np.asarray(self.runs, np.int64).reshape(-1, 2)
        np.add.at(edge, runs[:, 0], 1)
        np.add.at(edge, runs[:, 1], -1)
        mask = np.cumsum(edge[:-1]) > 0
        return self.start[mask], self.end[mask]


def decode_bundles(
    block: Block, spans: Sequence[tuple[int, int]], notes: BundleNotes, states: ThreadStates | None = None
) -> Bundled:
    """Return what silky reads of the bundles at `spans`, which are in order.

    A bundle that can't be read counts as damaged in `notes`; what it held before the damage is kept.
    Scheduling events go to `states` where it is given.
    """
    if not spans:
        return Bundled()
    table = np.asarray(spans, np.int64)
    cpu = cpus(block, table[:, 0], table[:, 1])
    notes.known_from.see(block, table[:, 0], table[:, 1], cpu)
    found = _Candidates.find(block, spans)
    for first, last in found.take_plain(block, spans):
        try:
            found.follow(block.data, first, last, notes)
        except WireError:
            notes.damaged += 1
    start, end = found.chosen()
    notes.see_edges(block, found)
    prints, tasks, left = _decode_events(block, start, end)
    bundled = Bundled([prints], tasks, [block.data[a:b] for a, b in found.sched])
    odd = found.odd + left
    if odd:
        slow, slow_tasks = _decode_slowly(block.data, odd, notes)
        bundled.prints.append(slow)
        bundled.tasks += slow_tasks
    if states is not None:
        _take_scheduling(block, _Bundles(table[:, 0], cpu, notes.bundles), found, states)
    notes.bundles += len(spans)
    return bundled


@dataclass
class _Bundles:
    """Where bundles begin, their CPUs, and how many bundles stood before them in the trace."""

    start: Index
    cpu: Index
    before: int


def _take_scheduling(block: Block, bundles: _Bundles, found: _Candidates, states: ThreadStates) -> None:
    """Hand over the scheduling events of bundles that tell their CPU."""
    bundle, cpu = bundles.start, bundles.cpu
    lists = np.asarray(found.sched, np.int64).reshape(-1, 2)
    owner = np.searchsorted(bundle, lists[:, 0], "right") - 1
    # Trace processor takes a bundle's lists before its events: three ranks each.
    rank = 3 * (bundles.before + np.arange(len(bundle)))
    known = (i for i in range(len(owner)) if cpu[owner[i]] != NO_CPU)
    compact = [
        CompactList(
            int(cpu[owner[i]]), int(rank[owner[i]]), block.data[found.sched[i][0] : found.sched[i][1]]
        )
        for i in known
    ]
    for part in compact_events(compact):
        states.add(part)
    start, end = found.chosen()
    spans = np.asarray(found.odd, np.int64).reshape(-1, 2)
    start, end = np.concatenate([start, spans[:, 0]]), np.concatenate([end, spans[:, 1]])
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    owner = np.searchsorted(bundle, start, "right") - 1
    told = cpu[owner] != NO_CPU
    start, end, owner = start[told], end[told], owner[told]
    states.add(single_events(block, start, end, cpu[owner], rank[owner] + 2))


def _decode_events(
    block: Block, start: Index, end: Index
) -> tuple[Prints, list[bytes], list[tuple[int, int]]]:
    """Decode events that begin with a time; return prints, task events, and spans left to the slow path."""
    if not len(start):
        none = np.zeros(0, np.int64)
        return Prints(block, none, none, none, none), [], []
    octets, words = block.octets, block.words
    width = varint_lengths(words[start + 1])
    at = start + 1 + width
    plain = (width > 0) & (octets[at] == _PID_TAG)
    at += 1
    pid_width = varint_lengths(words[at])
    payload = at + pid_width
    plain &= (pid_width > 0) & (payload <= end)
    tag = words[payload] & np.uint64(0xFFFF)
    inside = plain & (payload < end)
    is_print = inside & ((tag & np.uint64(0xFF)) == _PRINT_TAG)
    is_task = inside & ((tag == _NEWTASK_TAG) | (tag == _RENAME_TAG))

    picked = np.flatnonzero(is_print)
    text_start, text_end, good = _print_texts(block, payload[picked], end[picked])
    good_ones = picked[good]
    tid, _ = varints(words[at[good_ones]])
    time_ns, _ = varints(words[start[good_ones] + 1])
    prints = Prints(block, time_ns.astype(np.int64), tid.astype(np.int64), text_start[good], text_end[good])
    task_spans = np.flatnonzero(is_task)
    tasks = [block.data[a:b] for a, b in zip(start[task_spans], end[task_spans], strict=True)]
    left = np.concatenate([picked[~good], np.flatnonzero(~plain)])
    return prints, tasks, list(zip(start[left].tolist(), end[left].tolist(), strict=True))


def _print_texts(block: Block, payload: Index, end: Index) -> tuple[Index, Index, Index]:
    """Return text starts, text ends, and the mask of prints of the usual form."""
    octets, words = block.octets, block.words
    length, width = varints(words[payload + 1])
    at = payload + 1 + width
    good = (width > 0) & (at + length.astype(np.int64) == end)
    has_ip = octets[at] == _IP_TAG
    if has_ip.any():
        ip_width = varint_lengths(words[at + 1])
        # A kernel address takes ten bytes: more than one word shows.
        ip_width = np.where(ip_width == 0, 8 + varint_lengths(words[at + 9]), ip_width)
        at = np.where(has_ip, at + 1 + ip_width, at)
    good &= octets[at] == _BUF_TAG
    text_length, text_width = varints(words[at + 1])
    text = at + 1 + text_width
    good &= (text_width > 0) & (text + text_length.astype(np.int64) == end)
    return text, end, good


def _decode_slowly(
    data: bytes, spans: list[tuple[int, int]], notes: BundleNotes
) -> tuple[Prints, list[bytes]]:
    texts, tasks = bytearray(), []
    rows: list[tuple[int, int, int, int]] = []
    for start, end in spans:
        event = FtraceEvent()
        try:
            event.ParseFromString(data[start:end])
        except DecodeError:
            notes.damaged += 1
            continue
        if event.timestamp >= _NOT_A_TIME:
            notes.damaged += 1
            continue
        notes.see(event.timestamp, event.timestamp)
        if event.HasField("print"):
            rows.append((event.timestamp, event.pid, len(texts), len(texts) + len(event.print.buf)))
            texts += event.print.buf
        elif event.HasField("task_newtask") or event.HasField("task_rename"):
            tasks.append(data[start:end])
    table = np.asarray(rows, np.int64).reshape(-1, 4)
    block = Block(bytes(texts) + bytes(PADDING))
    return Prints(block, table[:, 0], table[:, 1], table[:, 2], table[:, 3]), tasks
