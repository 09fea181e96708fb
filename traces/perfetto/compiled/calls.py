"""The functions of the library with arrays in place of addresses, to be called where `loops()` has them."""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from traces.perfetto.compiled import loops
from traces.perfetto.memory import Scratch

if TYPE_CHECKING:
    import numpy.typing as npt

    from traces.perfetto.wire import U8, U64, Block, Index
    from traces.tables import Bools

    I32 = npt.NDArray[np.int32]
    Signed = npt.NDArray[np.signedinteger[Any]]

ALONE = -(1 << 63)
"""In place of a text's number: it is longer than texts that come again."""
_SHORTEST_PACKET, _SHORTEST_EVENT = 24, 16
"""Bytes; room is made for so many at first, for all that may be if that is too little."""
THREADS = 1 << 16
"""Threads with larger numbers are left to numpy."""
_LAST, _CELLS = 6, 6
_MOST_NAMES = 1 << 13


_Argument: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[Any]] | list[Index] | int"


def _call(name: str, *arguments: _Argument) -> int:
    """Call a function with numbers, arrays, and lists of arrays; all are held until it is done."""
    functions = loops()
    assert functions is not None, "asked for before"
    return functions[name](*map(_plain, arguments))


def _plain(argument: _Argument) -> object:
    if isinstance(argument, list):
        return (ctypes.c_void_p * len(argument))(*map(_address, argument))
    return argument if isinstance(argument, int) else _address(argument)


def _address(column: np.ndarray[tuple[int, ...], np.dtype[Any]]) -> int:
    """Return where an array begins; as `column.ctypes.data` at a fraction of its cost."""
    address: int = column.__array_interface__["data"][0]
    return address


def _room(count: int, kinds: int = 1) -> list[Index]:
    """Return arrays for so many numbers; memory that is never written to costs nothing."""
    return [np.empty(count, np.int64) for _ in range(kinds)]


def _whole(column: Index) -> Index:
    return np.ascontiguousarray(column, np.int64)


def cut(block: Block, size: int) -> tuple[Index, Index, int, bool]:
    """As `framing.cut`."""
    state = np.zeros(3, np.int64)
    starts, ends = [], []
    capacity = size // _SHORTEST_PACKET + 64
    while not state[1]:
        start, end = _room(capacity, 2)
        count = _call("silky_cut", block.octets, size, int(state[0]), capacity, start, end, state)
        starts.append(start[:count])
        ends.append(end[:count])
    start, end = (one[0] if len(one) == 1 else np.concatenate(one) for one in (starts, ends))
    return start, end, int(state[0]), bool(state[2])


def scan(block: Block, start: Index, end: Index, row_of: U8, rows: int) -> tuple[Index, Index, Bools]:
    """Return values, ends and oddness as `Fields.scan` does; `row_of`: the row of each tag, of so many."""
    total = len(start)
    value, ends = np.empty((rows, total), np.int64), np.empty((rows, total), np.int64)
    odd = np.empty(total, np.bool_)
    columns = _whole(start), _whole(end), row_of, rows, value, ends, odd
    _call("silky_scan", block.octets, len(block.octets), total, *columns)
    return value, ends, odd


def walk(block: Block, first: Index, last: Index) -> tuple[Index, Index, Index, Index]:
    """Return starts, ends, how many per bundle, and where each bundle stopped: as `event_walk.walk`."""
    first, last = _whole(first), _whole(last)
    counts, stopped = _room(len(first), 2)
    size = int((last - first).sum())
    for shortest in (_SHORTEST_EVENT, 2):
        capacity = size // shortest + 64
        start, end = _room(capacity, 2)
        found = _call(
            "silky_walk", block.octets, len(first), first, last, capacity, start, end, counts, stopped
        )
        if found >= 0:
            break
    return start[:found], end[:found], counts, stopped


class Events(NamedTuple):
    """What events are, as `silky_events` has it, in the order of the file."""

    prints: list[Index]
    """Time, thread, text, and its end."""
    plain: list[Index]
    """Switches and wakings: tag, end, time."""
    tasks: list[Index]
    """Payload spans of task events, as two columns; so are those that follow."""
    kernel: list[Index]
    bad_prints: list[Index]
    unusual: list[Index]
    span: tuple[int, int]
    """The first and the last time of events of the usual form, the first above the last if there are none."""


def _room_for_events(count: int, scratch: Scratch) -> tuple[list[list[Index]], Index]:
    return [scratch.room(count, kinds) for kinds in (4, 3, 8)], np.zeros(8, np.int64)


def _told_events(room: list[list[Index]], found: Index) -> Events:
    prints, plain, spans = room
    *counts, first_ns, last_ns = found.tolist()
    lists = [prints, plain, *(spans[at : at + 2] for at in range(0, len(spans), 2))]
    prints, plain, tasks, kernel, bad_prints, unusual = (
        [column[:count] for column in of] for of, count in zip(lists, counts, strict=True)
    )
    return Events(prints, plain, tasks, kernel, bad_prints, unusual, (first_ns, last_ns))


def events(block: Block, start: Index, end: Index, width: int, rare: U8) -> Events:
    """As `ftrace._decode_events`, of events at these places, most of whose times have this width."""
    room, found = _room_for_events(len(start), Scratch())
    start, end = _whole(start), _whole(end)
    _call("silky_events", block.octets, len(start), start, end, width, rare, *room, found)
    return _told_events(room, found)


def bundles(block: Block, first: Index, last: Index, rare: U8, scratch: Scratch) -> tuple[Events, Index]:
    """Return the same of all events of bundles, as far as these have the usual form, and where each stops."""
    first, last = _whole(first), _whole(last)
    (stopped,) = scratch.room(len(first))
    size = int((last - first).sum())
    for shortest in (_SHORTEST_EVENT, 2):
        capacity = size // shortest + 64
        room, found = _room_for_events(capacity, scratch)
        where = len(first), first, last, capacity
        if _call("silky_bundles", block.octets, *where, rare, *room, stopped, found) >= 0:
            break
    return _told_events(room, found), stopped


def spans(block: Block, start: Index, end: Index) -> tuple[Index, Index, Index]:
    """As `prepared._bundle_spans`."""
    start, end = _whole(start), _whole(end)
    body, first, last = _room(len(start), 3)
    found = _call("silky_spans", block.octets, len(start), start, end, body, first, last)
    return first[:found], last[:found], body


def gather(block: Block, start: Index, end: Index) -> U8:
    """Return the bytes of messages, one behind the other."""
    start, end = _whole(start), _whole(end)
    out = np.empty(int((end - start).sum()), np.uint8)
    _call("silky_gather", block.octets, len(start), start, end, out)
    return out


def intern(
    block: Block, spans: tuple[Index, Index], table: tuple[U64, Index], used: int, globs: U8
) -> tuple[Index, list[Index], int, int]:
    """Give texts the numbers of a table.

    Returns:
        The numbers of the texts that were done; of the new ones, whose number is -1 - (their row here), the
        places in the table, which text each of them is, and if it begins a slice whose name is of none of
        the `globs` its process, else -1; how many were done; how many places are taken.
    """
    (start, end), (mixed, numbers) = spans, table
    out, *new = _room(len(start), 4)
    taken = np.array([used, 0], np.int64)
    done = _call(
        "silky_intern",
        block.octets,
        len(start),
        _whole(start),
        _whole(end),
        mixed,
        numbers,
        len(mixed),
        globs,
        len(globs),
        taken,
        out,
        *new,
    )
    return out[:done], [column[: taken[1]] for column in new], done, int(taken[0])


class Last(NamedTuple):
    """Who was named last; rows of (thread, time, 1 for an event's first thread, event, two more cells)."""

    best: Index
    """One row a thread."""
    always: Index
    """All rows of the threads of which every event counts, in order."""

    def rows(self) -> Index:
        """Return both: by thread, or where there are threads of which every event counts, by event."""
        if not len(self.always):
            return self.best[np.argsort(self.best[:, 0])]
        rows = np.concatenate([self.best, self.always])
        return rows[np.lexsort((rows[:, 2], rows[:, 3]))]


class _Nobody(threading.local):
    """The row of each thread while the library looks for who was named last; it leaves this as it was."""

    def __init__(self) -> None:
        self.row_of = np.full(THREADS, -1, np.int32)


_NOBODY = _Nobody()


def names(
    block: Block, events: tuple[Index, Index, Index], always: U8, scratch: Scratch
) -> tuple[Last, Index] | None:
    """Return what `silky_names` says; None where a thread's number is too large.

    Args:
        block: where the events are.
        events: their tags' places, ends, and times.
        always: per thread, 1 where every event counts.
        scratch: lends memory for all that is returned.

    Returns:
        Rows whose last cells are a first thread's name and its end, or the body of the event that names the
        next thread; and rows of what the schema must tell (event, body, 1 for its next thread, 1 for its
        first).
    """
    count = len(events[0])
    best, named = (one.reshape(-1, _LAST) for one in scratch.room(2 * count * _LAST, 2))
    rest, found = scratch.room(4 * count)[0].reshape(-1, 4), np.zeros(2, np.int64)
    results = best, _NOBODY.row_of, always, named, rest, found
    rows = _call("silky_names", block.octets, count, *map(_whole, events), *results)
    if rows < 0:
        return None
    return Last(best[:rows], named[: found[0]]), rest[: found[1]]


def compact_names(block: Block, start: Index, end: Index, always: U8) -> Index | None:
    """Return the rows of `silky_compact_names`, whose last cells are a name and its end; None: unusual."""
    best, found = np.empty((THREADS, _LAST), np.int64), np.zeros(1, np.int64)
    table, named = np.empty((_MOST_NAMES, 2), np.int64), np.empty((_MOST_NAMES, _LAST), np.int64)
    lists = len(start), _whole(start), _whole(end), table, _MOST_NAMES
    rows = _call("silky_compact_names", block.octets, *lists, best, _NOBODY.row_of, always, named, found)
    return None if rows < 0 else Last(best[:rows], named[: found[0]]).rows()


def spread(
    numbers: Index, time_ns: Index, tid: Index, meanings: Index, scratch: Scratch
) -> tuple[list[Index], npt.NDArray[np.int8], Index, Index, int]:
    """Spread the meanings of texts (rows of eight) to where they stand.

    Returns:
        Begins and ends as (time, tid, process, name) and their steps; rows of marks; rows of what is
        asynchronous; all in memory of the scratch; and how many texts can't be read.
    """
    count = len(numbers)
    edges, step = scratch.room(2 * count, 4), np.empty(2 * count, np.int8)
    marks, asynchronous = (one.reshape(-1, 4) for one in scratch.room(4 * count, 2))
    found = np.zeros(4, np.int64)
    columns = map(_whole, (numbers, time_ns, tid, meanings))
    _call("silky_spread", count, *columns, edges, step, marks, asynchronous, found)
    edged, marked, tracked, unreadable = found.tolist()
    return (
        [column[:edged] for column in edges],
        step[:edged],
        marks[:marked],
        asynchronous[:tracked],
        unreadable,
    )


def threads(tid: Index, process: Index, key_of: Index, number_of: I32) -> I32 | None:
    """Return the numbers of threads by tables of keys (tid << 32 | process); None: not all are known."""
    out = np.empty(len(tid), np.int32)
    columns = _whole(tid), _whole(process)
    return out if _call("silky_threads", len(tid), *columns, key_of, number_of, len(key_of), out) else None


class Layout(NamedTuple):
    """How a thread's number, a time and a row share the 64 bits of a key."""

    time_bits: int
    row_bits: int

    @classmethod
    def of(cls, rows: int, span_ns: int, count: int) -> Layout | None:
        """Return the layout for so many rows within a time, of so many threads; None: they need more bits."""
        layout = cls(max(span_ns, 0).bit_length(), rows.bit_length())
        return layout if sum(layout) + count.bit_length() <= 64 else None


def keys(
    layout: Layout, edges: list[Signed], count: int, from_to: tuple[int, int], before: int
) -> U64 | None:
    """Return the sorted keys of edges (rows of time, place, thread, step, name) within a span of time.

    Args:
        layout: of the keys.
        edges: columns; those from row `count` on are older than all others.
        count: how many there are beside those.
        from_to: the first time that counts and the first that does not.
        before: a time before all of the `count`.

    Returns:
        None where more than the step must be looked at.
    """
    time_ns, _, thread, step, name = edges
    out = np.empty(len(time_ns), np.uint64)
    found = _call("silky_keys", count, time_ns, thread, step, name, *from_to, before, *layout, out)
    if found < 0:
        return None
    older = np.arange(count, len(time_ns), dtype=np.uint64)
    older |= thread[count:].astype(np.uint64) << np.uint64(sum(layout))
    out[found : found + len(older)] = older
    out = out[: found + len(older)]
    out.sort()
    return out


def drop(until_ns: int, edges: list[Signed]) -> int:
    """Leave out edges (columns as above) before a time, in place; return how many are left."""
    return _call("silky_drop", len(edges[0]), until_ns, *edges)


def settle(
    layout: Layout, ordered: U64, edges: list[Signed], ends: Index
) -> tuple[list[Signed], Index, int] | None:
    """Nest edges (columns as above) in the order of their keys.

    Args:
        layout: of the keys.
        ordered: the keys.
        edges: columns.
        ends: per end that names what it ends, at minus its name, the name of that; -1 at others.

    Returns:
        Columns of the wanted slices that are closed: place, start, duration, thread, depth, name; the rows of
        begins that stay open; how many ends end nothing. None where slices cross.
    """
    rows, still, found = (
        np.empty((len(ordered) // 2, _CELLS), np.int64),
        *_room(len(ordered)),
        np.zeros(2, np.int64),
    )
    results = ends, len(ends), rows, still, found
    unpaired = _call("silky_settle", len(ordered), ordered, layout.row_bits, *edges, *results)
    if unpaired < 0:
        return None
    kinds = (np.int64, np.int64, np.int64, np.int32, np.int32, np.int32)
    columns = [rows[: found[0], i].astype(kind) for i, kind in enumerate(kinds)]
    return columns, still[: found[1]], unpaired
