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

from traces.perfetto.compiled import calls, loops
from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.schema import CompactSched, SchedSwitch
from traces.perfetto.wire import LENGTH, VARINT, Block, joined_varints, varint_lengths

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from traces.perfetto.memory import Scratch
    from traces.perfetto.wire import U8, U64, Index
    from traces.tables import Bools

_THREADS = Fields([(2, VARINT), (1, LENGTH), (6, VARINT), (5, LENGTH)])
_FIRST, _NEXT = 0, 2
"""Rows of `_THREADS` with an event's first thread and the one that comes next. Names are a row further."""
_TEN, _WORD = 10, 8
_U7, _U8, _U9, _U10, _U15, _U16, _U23, _U31, _U32, _U40, _U56 = (
    np.uint64(bits) for bits in (7, 8, 9, 10, 15, 16, 23, 31, 32, 40, 56)
)
_ONE, _OCTET, _PAIR = np.uint64(1), np.uint64(0xFF), np.uint64(0xFFFF)
_SEPTET, _SECOND_SEPTET, _THIRD_SEPTET = np.uint64(0x7F), np.uint64(0x3F80), np.uint64(0x1FC000)
_SWITCH_TAG, _WAKING_TAGS = np.uint64(0x22), np.uint64(0x01A2)
_NUMBER_TAG, _NEXT_TAG = np.uint64(0x10), np.uint64(0x30)
_PRIORITY_TAG = 0x38
_NAME_BITS, _NAME_TAG = np.uint64(0x80FF), np.uint64(0x0A)  # and a length of one byte
_PADDED_BITS, _PADDED = np.uint64(0xFFFF8080), np.uint64(0x00808080)  # a length padded to four bytes
_CONTINUES = np.uint64(0x80)
_ONE_BYTE_BITS, _ONE_BYTE = np.uint64(0x80FF000000000000), np.uint64(0x0038000000000000)
_SMALL = 1 << 16  # thread numbers below this are looked up in a table


def last_names_in(block: Block, lists: Index, changing: Collection[int] = ()) -> list[tuple[int, int, bytes]]:
    """Return the same as `last_names` of lists at these places (rows of starts and ends) of a block."""
    if not len(lists):
        return []
    if loops() is not None:
        rows = calls.compact_names(block, lists[:, 0], lists[:, 1], _marked(changing))
        if rows is not None:
            return [(time, tid, block.data[a:b]) for tid, time, _, _, a, b in rows.tolist()]
    return last_names([block.data[a:b] for a, b in lists.tolist()], changing)


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
    block: Block, events: PlainEvents, changing: Collection[int], scratch: Scratch
) -> list[tuple[int, int, bytes]]:
    """Return the same of single events; both begin with a thread, a switch ends with the one that comes next.

    A waking names the thread woken.
    """
    if loops() is not None:
        named = _compiled_names(block, events, changing, scratch)
        if named is not None:
            return named
    data = block.data
    head = block.words[events.tag]
    is_switch = (head & _OCTET) == _SWITCH_TAG
    usable = is_switch | ((head & _PAIR) == _WAKING_TAGS)
    if not usable.all():
        events, is_switch, head = events.take(np.flatnonzero(usable)), is_switch[usable], head[usable]
    end = events.end
    # Name and number of the first thread, in the order in which perfetto writes them.
    body, head = _bodies(block, events.tag + 2 - is_switch, head >> np.where(is_switch, _U8, _U16))
    name_end = body + 2
    name_end += ((head >> _U8) & _SEPTET).view(np.int64)
    first, width, usual = _small_numbers(block.words[np.minimum(name_end, end)], _NUMBER_TAG)
    usual &= (head & _NAME_BITS) == _NAME_TAG
    usual &= name_end + width < end
    mine, switches = np.flatnonzero(usual), np.flatnonzero(is_switch)
    next_tid, told = _next_threads(block, end[switches])
    untold = switches[~told]
    if len(untold):
        next_tid, switches = next_tid[told], switches[told]
    # Of one switch the next thread is named before the other.
    tid = np.concatenate([next_tid, first[mine]])
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
    first_ones = np.flatnonzero(~usual)
    asked = np.concatenate([source[pick[is_next]], untold, first_ones])
    whose = np.repeat([_NEXT, _FIRST], [len(asked) - len(first_ones), len(first_ones)])
    return named + _scanned(block, events.take(asked), body[asked], whose)


def _compiled_names(
    block: Block, events: PlainEvents, changing: Collection[int], scratch: Scratch
) -> list[tuple[int, int, bytes]] | None:
    columns = events.tag, events.end, events.time_ns
    found = calls.names(block, columns, _marked(changing), scratch)
    if found is None:
        return None
    last, rest = found
    rows, data = last.rows(), block.data
    first, following = rows[rows[:, 2] == 1], rows[rows[:, 2] == 0]
    named = [(time, tid, data[a:b]) for tid, time, _, _, a, b in first.tolist()]
    next_ones, first_ones = rest[rest[:, 2] != 0], rest[rest[:, 3] != 0]
    asked = np.concatenate([following[:, 3:5], next_ones[:, :2], first_ones[:, :2]])
    whose = np.repeat([_NEXT, _FIRST], [len(asked) - len(first_ones), len(first_ones)])
    return named + _scanned(block, events.take(asked[:, 0]), asked[:, 1], whose)


def _marked(threads: Collection[int]) -> U8:
    marks = np.zeros(calls.THREADS, np.uint8)
    marks[[tid for tid in threads if 0 <= tid < calls.THREADS]] = 1
    return marks


def _bodies(block: Block, at: Index, head: U64) -> tuple[Index, U64]:
    """Return where the bodies begin whose lengths are at `at`, and their first two bytes, whatever follows.

    `head` are the bytes from `at` on, at least six of them.
    """
    padded = (head & _PADDED_BITS) == _PADDED
    body = at + 1 + 3 * padded
    other = np.flatnonzero((head & _CONTINUES) > padded.view(np.uint8))
    head = head >> np.where(padded, _U32, _U8)
    other = other[~padded[other]]
    if len(other):
        body[other] = at[other] + varint_lengths(block.words[at[other]])
        head[other] = block.words[body[other]]
    return body, head


def _small_numbers(words: U64, tag: np.uint64) -> tuple[Index, Index, Bools]:
    """Return numbers of one to three bytes behind a tag at the start of words, their widths, and whose."""
    two = (words >> _U15) & _ONE
    three = (words >> _U23) & two
    value = (words >> _U8) & _SEPTET
    value |= ((words >> _U9) & _SECOND_SEPTET) * two
    value |= ((words >> _U10) & _THIRD_SEPTET) * three
    good = (words & _OCTET) == tag
    good &= ((words >> _U31) & three) == 0
    two += three
    two += _ONE
    return value.view(np.int64), two.view(np.int64), good


def _next_threads(block: Block, end: Index) -> tuple[Index, Bools]:
    """Read the number of the next thread backwards from the end of switches; and which end as usual.

    A priority ends them: of one byte, of two where the thread is nice, of ten where it has a deadline.
    """
    tail = block.words[end - _WORD]
    # The number before a priority of one byte, its last byte lowest; the tag stands before its first.
    value, told = _numbers_backwards(tail, _U40)
    told &= (tail & _ONE_BYTE_BITS) == _ONE_BYTE
    other = np.flatnonzero(~told)
    if len(other):
        octets, ends = block.octets, end[other]
        last, before = octets[ends - 1], octets[ends - 2]
        two = (before > 0x7F) & (octets[ends - 3] == _PRIORITY_TAG)
        ten = (before == 0xFF) & (octets[ends - _TEN - 1] == _PRIORITY_TAG)
        tail = block.words[np.maximum(ends - np.where(ten, _TEN + 1, 3) - _WORD, 0)]
        value[other], told[other] = _numbers_backwards(tail, _U56)
        told[other] &= (two | ten) & (last < 0x80)
    return value, told


def _numbers_backwards(words: U64, last: np.uint64) -> tuple[Index, Bools]:
    """Return numbers of one to three bytes, the last `last` bits up, and which have their tag before them."""
    two = (words >> (last - _ONE)) & _ONE
    three = (words >> (last - _U9)) & two
    value = (words >> last) & _OCTET
    good = value < 0x80
    before = (words >> (last - _U8)) & _SEPTET
    value = np.where(two == _ONE, value << _U7 | before, value)
    first = (words >> (last - _U16)) & _SEPTET
    value = np.where(three == _ONE, value << _U7 | first, value)
    tag = words >> (last - _U8 - ((two + three) << np.uint64(3)))
    good &= (tag & _OCTET) == _NEXT_TAG
    return value.view(np.int64), good


def _scanned(block: Block, events: PlainEvents, body: Index, whose: Index) -> list[tuple[int, int, bytes]]:
    """Return (time, thread, name) of events whose bodies begin there, whatever the order of their fields.

    `whose` says for each which of its threads is meant, `_FIRST` or `_NEXT`.
    """
    if not len(body):
        return []
    found = _THREADS.scan(block, body, events.end)
    all_of_them = np.arange(len(body))
    name = found.value[whose + 1, all_of_them]
    good = np.flatnonzero((name != ABSENT) & ~found.odd)
    tids, ends = found.value[whose[good], good], found.end[whose[good] + 1, good]
    rows = zip(events.time_ns[good].tolist(), tids.tolist(), name[good].tolist(), ends.tolist(), strict=True)
    named = [(time, max(tid, 0), block.data[a:b]) for time, tid, a, b in rows]
    # Priorities below 0, those of deadline tasks, take ten bytes; wakings have the fields of a first thread.
    for i in np.flatnonzero(found.odd).tolist():
        switch = SchedSwitch()
        with suppress(DecodeError):
            switch.ParseFromString(block.data[body[i] : events.end[i]])
            tid, comm = ("prev_pid", "prev_comm") if whose[i] == _FIRST else ("next_pid", "next_comm")
            if switch.HasField(comm):
                named.append((int(events.time_ns[i]), getattr(switch, tid), getattr(switch, comm)))
    return named
