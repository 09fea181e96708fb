"""Names of threads in scheduling events, alone or packed into lists (`CompactSched`).

Perfetto packs a CPU's switches into parallel lists: times as differences, next threads, and indices into a
table of names that each bundle brings along.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.schema import CompactSched, SchedSwitch
from traces.perfetto.wire import LENGTH, VARINT, joined_varints, varint_lengths, varints

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from traces.perfetto.wire import Block, Index
    from traces.tables import Bools

_FIRST, _NEXT = Fields([(2, VARINT), (1, LENGTH)]), Fields([(6, VARINT), (5, LENGTH)])
_SWITCH_TAG, _WAKING_SECOND = 0x22, 0x01
_TEN = 10
_NAME_TAG, _NUMBER_TAG, _NEXT_TAG, _PRIORITY_TAG = 0x0A, 0x10, 0x30, 0x38
_SMALL = 1 << 16  # thread numbers below this are looked up in a table


def last_names(lists: Sequence[bytes], changing: Collection[int] = ()) -> list[tuple[int, int, bytes]]:
    """Return (time ns, tid, name) of the last switch to each thread, and of every one to those `changing`.

    Lists of unequal length are skipped, with all that came along with them.
    """
    if not lists:
        return []
    parsed = []
    for raw in lists:
        sched = CompactSched()
        with suppress(DecodeError):
            sched.ParseFromString(raw)
            parsed.append(sched)
    times, time_edges = joined_varints([sched.switch_timestamp for sched in parsed])
    tids, tid_edges = joined_varints([sched.switch_next_pid for sched in parsed])
    names, name_edges = joined_varints([sched.switch_next_comm_index for sched in parsed])
    if not np.array_equal(time_edges, tid_edges) or not np.array_equal(time_edges, name_edges):
        return []
    tables = [sched.intern_table for sched in parsed]
    sizes = np.asarray([len(table) for table in tables], np.int64)
    owner = np.repeat(np.arange(len(parsed)), np.diff(time_edges))
    # Times are differences within each list.
    run = np.cumsum(np.append(0, times))
    time = run[1:] - run[time_edges[:-1]][owner]
    inside = names < sizes[owner]
    if not inside.all():
        time, tids, names, owner = time[inside], tids[inside], names[inside], owner[inside]
    last = _last_of_each(tids, time)
    if len(changing):
        last = np.union1d(last, np.flatnonzero(np.isin(tids, np.asarray(sorted(changing), np.int64))))
    return [(int(time[i]), int(tids[i]), tables[owner[i]][names[i]]) for i in last.tolist()]


def _last_of_each(tids: Index, time: Index) -> Index:
    """Return the place of the latest time of each thread (of equal times the last), by thread."""
    if not len(tids):
        return np.zeros(0, np.int64)
    first, bits = int(time.min()), len(time).bit_length()
    wide = int(tids.max()) >= _SMALL or int(tids.min()) < 0
    if wide or (int(time.max()) - first).bit_length() + bits > 62:
        order = np.lexsort((time, tids))
        return order[np.flatnonzero(np.diff(tids[order], append=-1))]
    best = np.full(_SMALL, -1, np.int64)
    np.maximum.at(best, tids, ((time - first) << bits) | np.arange(len(time)))
    return best[np.flatnonzero(best >= 0)] & ((1 << bits) - 1)


@dataclass
class PlainEvents:
    """Single events that may be `sched_switch` or `sched_waking`: where their payload's tag and end are."""

    tag: Index
    end: Index
    time_ns: Index

    def take(self, pick: Index) -> PlainEvents:
        """Return the events that an index picks."""
        return PlainEvents(self.tag[pick], self.end[pick], self.time_ns[pick])


def last_plain_names(
    block: Block, events: PlainEvents, changing: Collection[int], known_from_ns: int
) -> list[tuple[int, int, bytes]]:
    """Return the same of single events; both begin with a thread, a switch ends with the one that comes next.

    Unlike packed ones they count for nothing before all CPUs are known. A waking names the thread woken.
    """
    octets, data = block.octets, block.data
    is_switch = octets[events.tag] == _SWITCH_TAG
    usable = (events.time_ns >= known_from_ns) & (is_switch | (octets[events.tag + 1] == _WAKING_SECOND))
    events, is_switch = events.take(np.flatnonzero(usable)), is_switch[usable]
    body = events.tag + 2 - is_switch
    body += varint_lengths(block.words[body])
    end = events.end
    # Name and number of the first thread, in the order in which perfetto writes them.
    name_end = body + 2 + octets[body + 1]
    at = np.minimum(name_end, end)
    first, width = varints(block.words[at + 1])
    usual = (
        (octets[body] == _NAME_TAG) & (octets[body + 1] < 0x80) & (octets[at] == _NUMBER_TAG) & (width > 0)
    )
    next_tid, told = _next_threads(block, end)
    usual &= at + 1 + width <= end
    mine, switches = np.flatnonzero(usual), np.flatnonzero(told & is_switch)
    # Of one switch the next thread is named before the other.
    tid = np.concatenate([next_tid[switches], first[mine].astype(np.int64)])
    source = np.concatenate([switches, mine])
    pick = _last_of_each(tid, events.time_ns[source])
    if len(changing):
        pick = np.union1d(pick, np.flatnonzero(np.isin(tid, np.asarray(sorted(changing), np.int64))))
    is_next = pick < len(switches)
    at = source[pick[~is_next]]
    named = [
        (int(events.time_ns[i]), number, data[body[i] + 2 : name_end[i]])
        for i, number in zip(at.tolist(), tid[pick[~is_next]].tolist(), strict=True)
    ]
    named += _scanned(block, events, body, source[pick[is_next]], _NEXT)
    named += _scanned(block, events, body, np.flatnonzero(is_switch & ~told), _NEXT)
    named += _scanned(block, events, body, np.flatnonzero(~usual), _FIRST)
    return named


def _next_threads(block: Block, end: Index) -> tuple[Index, Bools]:
    """Read the number of the next thread backwards from the end of switches; and which end as usual.

    A priority ends them: of one byte, of two where the thread is nice, of ten where it has a deadline.
    """
    octets = block.octets
    last, before = octets[end - 1], octets[end - 2]
    one, two = before == _PRIORITY_TAG, (before > 0x7F) & (octets[end - 3] == _PRIORITY_TAG)
    ten = (before == 0xFF) & (octets[end - _TEN - 1] == _PRIORITY_TAG)
    told = (one | two | ten) & (last < 0x80)
    tag = end - 1 - np.where(one, 1, np.where(two, 2, _TEN))
    more_two = octets[tag - 2] >> 7
    more_three = more_two & (octets[tag - 3] >> 7)
    told &= (octets[tag - 1] < 0x80) & ((more_three & (octets[tag - 4] >> 7)) == 0)
    start = tag - 1 - more_two - more_three
    told &= octets[start - 1] == _NEXT_TAG
    value, _ = varints(block.words[start])
    return value.astype(np.int64), told


def _scanned(
    block: Block, events: PlainEvents, body: Index, pick: Index, fields: Fields
) -> list[tuple[int, int, bytes]]:
    """Return (time, thread, name) of the payloads that an index picks, whatever the order of their fields."""
    found = fields.scan(block, body[pick], events.end[pick])
    good = np.flatnonzero((found.value[1] != ABSENT) & ~found.odd)
    tids, starts, ends = found.value[0, good], found.value[1, good], found.end[1, good]
    rows = zip(
        events.time_ns[pick[good]].tolist(), tids.tolist(), starts.tolist(), ends.tolist(), strict=True
    )
    named = [(time, max(tid, 0), block.data[a:b]) for time, tid, a, b in rows]
    # Priorities below 0, those of deadline tasks, take ten bytes; wakings have the fields of a first thread.
    for i in pick[found.odd].tolist():
        switch = SchedSwitch()
        with suppress(DecodeError):
            switch.ParseFromString(block.data[body[i] : events.end[i]])
            tid, comm = ("prev_pid", "prev_comm") if fields is _FIRST else ("next_pid", "next_comm")
            if switch.HasField(comm):
                named.append((int(events.time_ns[i]), getattr(switch, tid), getattr(switch, comm)))
    return named
