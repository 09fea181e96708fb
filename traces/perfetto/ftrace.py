"""Ftrace bundles: find the events of many bundles at once, and of them the prints and the task events.

A bundle (`FtraceEventBundle`) is a list of events of one CPU; an event (`FtraceEvent`) is a time, a thread
and one payload. Perfetto writes them in that order, and that form is decoded in columns. Everything else
(other order, no thread, very long numbers) takes the slow path through the schema, so the result is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError

from traces.perfetto.bundle_heads import NO_CPU, cpus
from traces.perfetto.compiled import calls, loops
from traces.perfetto.event_walk import short_ones, walk
from traces.perfetto.kernel_marks import TAGS as MARK_TAGS
from traces.perfetto.kernel_marks import text_of
from traces.perfetto.kernel_slices import TAGS as SLICE_TAGS
from traces.perfetto.sched import PlainEvents
from traces.perfetto.sched_events import CompactList, compact_events, single_events
from traces.perfetto.schema import FtraceEvent
from traces.perfetto.wire import (
    LENGTH,
    PADDING,
    U64,
    VARINT,
    Block,
    WireError,
    fixed_varints,
    read_varint,
    varint_lengths,
    varints,
    walk_fields,
)

if TYPE_CHECKING:
    from traces.perfetto.memory import Scratch
    from traces.perfetto.thread_states import ThreadStates
    from traces.perfetto.wire import Index, Readable
    from traces.tables import Bools

_EVENT_TAG = 0x12  # FtraceEventBundle.event
_TIME_TAG = 0x08  # FtraceEvent.timestamp
_PID_TAG = 0x10  # FtraceEvent.pid
_PRINT_TAG = 0x1A  # FtraceEvent.print
_NEWTASK_TAG = 0x0EDA  # FtraceEvent.task_newtask, the two bytes of its tag as a little-endian number
_RENAME_TAG = 0x0EE2  # FtraceEvent.task_rename
_FREE_TAG = 0x0F82  # FtraceEvent.sched_process_free
_SWITCH_TAG, _WAKING_TAG = 0x22, 0xA2  # FtraceEvent.sched_switch; the first byte of sched_waking
# Marks of the kernel's drivers go the way of task events: both are rare.
_TASK, _SLICE = 1, 2
_RARE = np.zeros(1 << 16, np.uint8)
_RARE[[_NEWTASK_TAG, _RENAME_TAG, _FREE_TAG, *MARK_TAGS]] = _TASK
_RARE[list(SLICE_TAGS)] = _SLICE
_RARE_FIRST: npt.NDArray[np.bool_] = np.asarray(_RARE.reshape(256, 256).any(axis=0))
_IP_TAG = 0x08  # PrintFtraceEvent.ip
_BUF_TAG = 0x12  # PrintFtraceEvent.buf

_CPU_TAG = 0x08  # FtraceEventBundle.cpu
_SCHED_TAG = 0x22  # FtraceEventBundle.compact_sched
_LAST_READ_TAG, _PREVIOUS_END_TAG = 0x48, 0x50
_NOT_A_TIME = 1 << 62
_TASKS = ("task_newtask", "task_rename", "sched_process_free")
_CONTINUATION = np.uint64(0x8080808080808080)

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


def _none() -> Index:
    return np.zeros(0, np.int64)


def _no_spans() -> Index:
    return np.zeros((0, 2), np.int64)


@dataclass
class Found:
    """Payload spans of the events of bundles, in order, and the rest."""

    start: Index = field(default_factory=_none)
    end: Index = field(default_factory=_none)
    odd: list[tuple[int, int]] = field(default_factory=list)
    sched: Index = field(default_factory=_no_spans)
    """Rows of where compact lists begin and end, in order."""


@dataclass
class BundleNotes:
    """What bundles say beside their events."""

    lost_events: int = 0
    other_clock: int = 0
    damaged: int = 0
    first_ns: int | None = None
    last_ns: int | None = None
    bundles: int = 0

    def add(self, more: BundleNotes) -> None:
        """Add what further bundles say."""
        self.lost_events += more.lost_events
        self.other_clock += more.other_clock
        self.damaged += more.damaged
        self.bundles += more.bundles
        if more.first_ns is not None and more.last_ns is not None:
            self.see(more.first_ns, more.last_ns)

    def see(self, first_ns: int, last_ns: int) -> None:
        """Widen the span of time that was seen; by nothing where the first is above the last."""
        if first_ns > last_ns:
            return
        self.first_ns = first_ns if self.first_ns is None else min(self.first_ns, first_ns)
        self.last_ns = last_ns if self.last_ns is None else max(self.last_ns, last_ns)


@dataclass
class Bundled:
    """What bundles hold: prints, the bytes of task events, and where scheduling events are."""

    prints: list[Prints] = field(default_factory=list)
    tasks: list[bytes] = field(default_factory=list)
    plain: PlainEvents | None = None
    slices: tuple[Index, Index] | None = None
    """Starts and ends of events that `traces.perfetto.kernel_slices` reads."""
    named: list[tuple[int, int, bytes]] = field(default_factory=list)
    """(time, thread, name) of switches and wakings of unusual form."""
    found: Found = field(default_factory=Found)
    first: Index = field(default_factory=_none)
    last: Index = field(default_factory=_none)
    """Where the bundles themselves begin and end."""
    cpu: Index = field(default_factory=_none)
    notes: BundleNotes = field(default_factory=BundleNotes)


@dataclass
class _Candidates:
    """Places that look like an event: its tag, its payload; and `breaks`, where the chain jumps."""

    tag: Index
    start: Index
    end: Index
    breaks: Index
    odd: list[tuple[int, int]] = field(default_factory=list)
    sched: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def find(cls, block: Block, low: int, high: int) -> _Candidates:
        octets = block.octets
        tag = np.flatnonzero(octets[low:high] == _EVENT_TAG)
        tag += low
        # Most places that hold the tag's byte are ruled out by the bytes where a time's tag would stand.
        length = octets[tag + 1].astype(np.int64)
        long = length > 0x7F
        one = ~long & (octets[tag + 2] == _TIME_TAG)
        four = long & (octets[tag + 5] == _TIME_TAG)
        more = long & ((octets[tag + 3] == _TIME_TAG) | (octets[tag + 4] == _TIME_TAG))
        keep = np.flatnonzero(one | four | more)
        tag, length = tag[keep], length[keep]
        start = tag + 2
        wide = np.flatnonzero(length > 0x7F)
        if len(wide):
            value, width = varints(block.words[tag[wide] + 1])
            start[wide] += width - 1
            length[wide] = value
            good = (width > 1) & (width <= 4)
            good[good] = octets[start[wide[good]]] == _TIME_TAG
            if not good.all():
                real = np.ones(len(tag), np.bool_)
                real[wide[~good]] = False
                tag, start, length = tag[real], start[real], length[real]
        end = start + length
        breaks = np.flatnonzero(end[:-1] != tag[1:])
        if len(tag):
            breaks = np.append(breaks, len(tag) - 1)
        return cls(tag, start, end, breaks)

    def follow(self, data: Readable, at: int, bundle_end: int, notes: BundleNotes) -> list[tuple[int, int]]:
        """Follow one bundle from field to field, whole runs of candidates at a time; return the runs.

        Ends at damage, which it counts.
        """
        runs: list[tuple[int, int]] = []
        while at < bundle_end:
            index = int(np.searchsorted(self.tag, at))
            if index < len(self.tag) and self.tag[index] == at:
                last = int(self.breaks[np.searchsorted(self.breaks, index)])
                if self.end[last] > bundle_end:
                    inside = int(np.searchsorted(self.end[index : last + 1], bundle_end, "right"))
                    if not inside:  # the event runs past its bundle
                        notes.damaged += 1
                        break
                    last = index + inside - 1
                runs.append((index, last + 1))
                at = int(self.end[last])
            else:
                try:
                    at = self._other_field(data, at, bundle_end, notes)
                except WireError:
                    notes.damaged += 1
                    break
        return runs

    def _other_field(self, data: Readable, at: int, bundle_end: int, notes: BundleNotes) -> int:
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


def _past_times(block: Block, at: Index, last: Index) -> Index:
    """Skip the times that stand before the first event of each CPU."""
    for _ in range(2):
        timed = np.flatnonzero((block.octets[at] == _LAST_READ_TAG) | (block.octets[at] == _PREVIOUS_END_TAG))
        if not len(timed):
            return at
        width = varint_lengths(block.words[at[timed] + 1])
        at[timed] += np.where((width > 0) & (at[timed] + 1 + width <= last[timed]), 1 + width, 0)
    return at


def _find(block: Block, first: Index, last: Index, notes: BundleNotes) -> Found:
    """Find the events of bundles: the usual ones in step, what is left of the others one by one."""
    octets = block.octets
    at = first + 2 * ((octets[first] == _CPU_TAG) & (octets[first + 1] < 0x80) & (first + 2 <= last))
    at = _past_times(block, at, last)
    short = np.flatnonzero(short_ones(at, last))
    walked = walk(block, at[short], last[short])
    at[short] = walked.stopped
    # What follows the events may be a compact list, up to the end.
    left = np.flatnonzero(at < last)
    sched, listed = _compact_lists(block, at[left], last[left])
    left = left[~listed]
    found = Found(walked.start, walked.end, [], sched)
    if len(left):
        _follow_rest(block, at[left], last[left], found, notes)
    return found


def _compact_lists(block: Block, at: Index, last: Index) -> tuple[Index, Bools]:
    """Return rows of where compact lists begin and end, and which places have one up to the bundle's end."""
    length, width = varints(block.words[at + 1])
    body = at + 1 + width
    listed = (block.octets[at] == _SCHED_TAG) & (width > 0) & (body + length.astype(np.int64) == last)
    return np.column_stack((body[listed], last[listed])), listed


def _follow_rest(block: Block, at: Index, last: Index, found: Found, notes: BundleNotes) -> None:
    """Follow bundles from `at` on one by one, among all places there that look like an event."""
    candidates = _Candidates.find(block, int(at.min()), int(last.max()))
    runs: list[tuple[int, int]] = []
    for a, b in zip(at.tolist(), last.tolist(), strict=True):
        runs += candidates.follow(block.data, a, b, notes)
    found.odd = candidates.odd
    if candidates.sched:
        sched = np.concatenate([found.sched, np.asarray(candidates.sched, np.int64)])
        found.sched = sched[np.argsort(sched[:, 0], kind="stable")]
    if not runs:
        return
    ends = np.asarray(runs, np.int64)
    picked = np.repeat(ends[:, 1] - np.cumsum(ends[:, 1] - ends[:, 0]), ends[:, 1] - ends[:, 0])
    picked += np.arange(len(picked))
    start = np.concatenate([found.start, candidates.start[picked]])
    order = np.argsort(start, kind="stable")
    found.start, found.end = start[order], np.concatenate([found.end, candidates.end[picked]])[order]


def read_bundles(block: Block, first: Index, last: Index, scratch: Scratch, *, spans: bool) -> Bundled:
    """Return what silky reads of the bundles at `first` .. `last`, which are in order.

    Nothing that came before is needed for it. A bundle that can't be read counts as damaged in the notes;
    what it held before the damage is kept.

    Args:
        block: where they are.
        first: where each begins.
        last: where each ends.
        scratch: lends memory for what is returned.
        spans: whether `Bundled.found` tells where the events are.
    """
    bundled = Bundled()
    if not len(first):
        return bundled
    notes = bundled.notes
    cpu = cpus(block, first, last)
    if not (cpu != NO_CPU).all():
        # Nobody writes such bundles, and trace processor takes none.
        told = np.flatnonzero(cpu != NO_CPU)
        notes.damaged += len(cpu) - len(told)
        first, last, cpu = first[told], last[told], cpu[told]
    notes.bundles = len(first)
    bundled.first, bundled.last, bundled.cpu = first, last, cpu
    read = None if spans or loops() is None else _read_at_once(block, first, last, scratch, notes)
    if read is None:
        bundled.found = found = _find(block, first, last, notes)
        read = _decode_events(block, found.start, found.end, notes)
    else:
        bundled.found = found = Found(sched=read.sched)
    odd = found.odd + read.left
    bundled.prints, bundled.tasks, bundled.plain = [read.prints], read.tasks, read.plain
    bundled.slices = _with(odd, *read.kernel)
    if odd:
        slow, slow_tasks, bundled.named = _decode_slowly(block.data, odd, notes)
        bundled.prints.append(slow)
        bundled.tasks += slow_tasks
    return bundled


def _read_at_once(
    block: Block, first: Index, last: Index, scratch: Scratch, notes: BundleNotes
) -> _Events | None:
    """Decode all events of bundles without noting where each of them is.

    None: a bundle goes on with what is neither an event of the usual form nor a compact list.
    """
    told, stopped = calls.bundles(block, first, last, _RARE, scratch)
    left = np.flatnonzero(stopped < last)
    events = _told(block, told)
    if len(left):
        sched, listed = _compact_lists(block, stopped[left], last[left])
        if not listed.all():
            return None
        events.sched = sched
    notes.see(*told.span)
    return events


def _with(odd: list[tuple[int, int]], start: Index, end: Index) -> tuple[Index, Index]:
    """Return the spans of events with odd ones among them, in order; what those are is seen later."""
    if not odd:
        return start, end
    spans = np.asarray(odd, np.int64)
    start, end = np.concatenate([start, spans[:, 0]]), np.concatenate([end, spans[:, 1]])
    order = np.argsort(start, kind="stable")
    return start[order], end[order]


def take_scheduling(block: Block, bundled: Bundled, before: int, states: ThreadStates) -> None:
    """Hand over the scheduling events of bundles; `before`: how many stood before them in the trace."""
    bundle, cpu, found = bundled.first, bundled.cpu, bundled.found
    lists = found.sched
    owner = np.searchsorted(bundle, lists[:, 0], "right") - 1
    # Trace processor takes a bundle's lists before its events: three ranks each.
    rank = 3 * (before + np.arange(len(bundle)))
    known = (i for i in range(len(owner)) if cpu[owner[i]] != NO_CPU)
    compact = [
        CompactList(int(cpu[owner[i]]), int(rank[owner[i]]), block.data[int(lists[i, 0]) : int(lists[i, 1])])
        for i in known
    ]
    for part in compact_events(compact):
        states.add(part)
    start, end = found.start, found.end
    spans = np.asarray(found.odd, np.int64).reshape(-1, 2)
    start, end = np.concatenate([start, spans[:, 0]]), np.concatenate([end, spans[:, 1]])
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    owner = np.searchsorted(bundle, start, "right") - 1
    told = cpu[owner] != NO_CPU
    start, end, owner = start[told], end[told], owner[told]
    states.add(single_events(block, start, end, cpu[owner], rank[owner] + 2))


@dataclass
class _Events:
    """Decoded events."""

    prints: Prints
    tasks: list[bytes]
    left: list[tuple[int, int]]
    """Spans left to the slow path, which may be switches or wakings."""
    plain: PlainEvents
    kernel: tuple[Index, Index]
    """Starts and ends of slices of the kernel."""
    sched: Index = field(default_factory=_no_spans)


def _decode_events(block: Block, start: Index, end: Index, notes: BundleNotes) -> _Events:
    """Decode events that begin with a time."""
    if not len(start):
        none = np.zeros(0, np.int64)
        return _Events(
            Prints(block, none, none, none, none), [], [], PlainEvents(none, none, none), (none, none)
        )
    octets = block.octets
    if loops() is not None:
        width, _ = _common_width(block.words[start[:1] + 1])
        told = calls.events(block, start, end, width, _RARE)
        notes.see(*told.span)
        return _told(block, told)
    words = block.words[start + 1]
    width, plain = _common_width(words)
    # Thread numbers take one to four bytes; the tag of what happened stands behind.
    at = start + (1 + width)
    plain &= octets[at] == _PID_TAG
    payload = at + 1
    one = octets[payload]
    payload += 1
    two = octets[payload]
    longer = one > 0x7F
    payload += longer
    longer &= two > 0x7F
    wide = np.flatnonzero(longer)
    if len(wide):
        three = octets[payload[wide]]
        payload[wide] += 1
        wide = wide[three > 0x7F]
        plain[wide] &= octets[payload[wide]] < 0x80
        payload[wide] += 1
    plain &= payload <= end
    if plain.any():
        times = fixed_varints(words[plain], width)
        notes.see(int(times.min()), int(times.max()))
    kind = octets[payload]
    inside = plain & (payload < end)
    picked = np.flatnonzero(inside & (kind == _PRINT_TAG))
    task = np.flatnonzero(inside & _RARE_FIRST[kind])
    code = _RARE[octets[payload[task]].astype(np.uint16) | octets[payload[task] + 1].astype(np.uint16) << 8]
    task, kernel = task[code == _TASK], task[code == _SLICE]

    text_end = end[picked]
    text_start, good = _print_texts(block, payload[picked], text_end)
    left = np.flatnonzero(~plain)
    if not good.all():
        left = np.concatenate([picked[~good], left])
        picked, text_start, text_end = picked[good], text_start[good], text_end[good]
    one = one[picked]
    tid = (one & np.uint8(0x7F)).astype(np.int64)
    tid |= np.where(one > 0x7F, two[picked] & np.uint8(0x7F), np.uint8(0)).astype(np.int64) << 7
    wide = np.flatnonzero(longer[picked])
    if len(wide):
        tid[wide], _ = varints(block.words[at[picked[wide]] + 1])
    time_ns = fixed_varints(words[picked], width).astype(np.int64)
    tasks = [block.data[a:b] for a, b in zip(start[task], end[task], strict=True)]
    prints = Prints(block, time_ns, tid, text_start, text_end)
    plainly = np.flatnonzero(inside & ((kind == _SWITCH_TAG) | (kind == _WAKING_TAG)))
    plain_ns = fixed_varints(words[plainly], width).astype(np.int64)
    single = PlainEvents(payload[plainly], end[plainly], plain_ns)
    return _Events(prints, tasks, _listed(start[left], end[left]), single, (start[kernel], end[kernel]))


def _told(block: Block, told: calls.Events) -> _Events:
    return _Events(
        Prints(block, *told.prints),
        [block.data[a:b] for a, b in _listed(*told.tasks)],
        _listed(*told.bad_prints) + _listed(*told.unusual),
        PlainEvents(*told.plain),
        (told.kernel[0], told.kernel[1]),
    )


def _listed(start: Index, end: Index) -> list[tuple[int, int]]:
    return list(zip(start.tolist(), end.tolist(), strict=True))


def _common_width(words: U64) -> tuple[int, Bools]:
    """Return the width of the first varint at the start of words, and whose it is: times hardly differ."""
    width = int(varint_lengths(words[:1])[0]) or 8
    mask = np.uint64((1 << 8 * width) - 1) & _CONTINUATION
    return width, (words & mask) == (mask & np.uint64((1 << 8 * (width - 1)) - 1))


def _print_texts(block: Block, payload: Index, end: Index) -> tuple[Index, Bools]:
    """Return text starts, and the mask of prints of the usual form."""
    text, good = _alike_texts(block, payload, end)
    rest = np.flatnonzero(~good)
    if len(rest):
        # A writer that shortens lengths makes two layouts.
        text[rest], good[rest] = _alike_texts(block, payload[rest], end[rest])
        rest = rest[~good[rest]]
        text[rest], good[rest] = _any_texts(block, payload[rest], end[rest])
    return text, good


def _alike_texts(block: Block, payload: Index, end: Index) -> tuple[Index, Bools]:
    """Return text starts, and which prints are laid out as the middle one is: most are."""
    if not len(payload):
        return payload, np.zeros(0, np.bool_)
    octets, words = block.octets, block.words
    middle = payload[len(payload) // 2]
    padded = bool(octets[middle + 1] > 0x7F)
    at = payload + (5 if padded else 2)
    length = (end - at).view(np.uint64)
    if padded:
        # Two bytes of length and two of padding.
        told = (words[payload] >> np.uint64(8)) & np.uint64(0xFFFFFFFF)
        good = told == length + (length & np.uint64(0x3F80)) + np.uint64(0x00808080)
        good &= length < np.uint64(1 << 14)
    else:
        good = octets[payload + 1] == length
        good &= length < np.uint64(0x80)
    if octets[at[len(at) // 2]] == _IP_TAG:
        # A kernel address takes ten bytes; behind it the text's tag and its length of one byte.
        good &= (words[at] & np.uint64(0x80808080808080FF)) == np.uint64(0x8080808080808008)
        rest = words[at + 8]
        good &= (rest & np.uint64(0xFF808080)) == np.uint64(0x12008080)
        told = (rest >> np.uint64(32)) & np.uint64(0xFF)
        text = at + 13
    else:
        head = words[at]
        good &= (head & np.uint64(0xFF)) == np.uint64(_BUF_TAG)
        told = (head >> np.uint64(8)) & np.uint64(0xFF)
        text = at + 2
    good &= told == (end - text).view(np.uint64)
    good &= told < np.uint64(0x80)
    return text, good


def _any_texts(block: Block, payload: Index, end: Index) -> tuple[Index, Bools]:
    """Return text starts, and which prints can be read at all without the schema."""
    octets, words = block.octets, block.words
    length = octets[payload + 1].astype(np.int64)
    at = payload + 2
    good = np.ones(len(payload), np.bool_)
    wide = np.flatnonzero(length > 0x7F)
    if len(wide):
        value, width = varints(words[payload[wide] + 1])
        good[wide] = width > 0
        at[wide] += np.where(width > 0, width - 1, 0)
        length[wide] = value
    good &= at + length == end
    has_ip = np.flatnonzero(octets[at] == _IP_TAG)
    if len(has_ip):
        ip = at[has_ip]
        # A kernel address takes ten bytes: more than one word shows.
        low = words[ip + 1] & _CONTINUATION
        width = np.where(low == _CONTINUATION, 10, 0)
        rest = np.flatnonzero((low != _CONTINUATION) | (octets[ip + 9] < 0x80) | (octets[ip + 10] > 0x7F))
        width[rest] = _any_width(words, ip[rest] + 1)
        at[has_ip] += 1 + width
    good &= octets[at] == _BUF_TAG
    length = octets[at + 1].astype(np.int64)
    text = at + 2
    wide = np.flatnonzero(length > 0x7F)
    if len(wide):
        value, width = varints(words[at[wide] + 1])
        good[wide] &= width > 0
        text[wide] += np.where(width > 0, width - 1, 0)
        length[wide] = value
    good &= text + length == end
    return text, good


def _any_width(words: U64, at: Index) -> Index:
    width = varint_lengths(words[at])
    return np.where(width == 0, 8 + varint_lengths(words[at + 8]), width)


def _decode_slowly(
    data: Readable, spans: list[tuple[int, int]], notes: BundleNotes
) -> tuple[Prints, list[bytes], list[tuple[int, int, bytes]]]:
    texts, tasks, named = bytearray(), [], []
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
        elif event.HasField("sched_switch"):
            said = event.sched_switch
            for tid, comm in ((said.next_pid, said.next_comm), (said.prev_pid, said.prev_comm)):
                named.append((event.timestamp, tid, comm))
        elif event.HasField("sched_waking"):
            named.append((event.timestamp, event.sched_waking.pid, event.sched_waking.comm))
        elif any(event.HasField(name) for name in _TASKS) or text_of(event) is not None:
            tasks.append(data[start:end])
    table = np.asarray(rows, np.int64).reshape(-1, 4)
    block = Block(bytes(texts) + bytes(PADDING))
    return Prints(block, table[:, 0], table[:, 1], table[:, 2], table[:, 3]), tasks, named
