"""The functions of the library with arrays in place of addresses; only to be called where `loops()` has them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.compiled import loops

if TYPE_CHECKING:
    from traces.perfetto.wire import U8, U64, Block, Index

ALONE = -(1 << 63)
"""In place of a text's number: it is longer than texts that come again."""
_SHORTEST_PACKET, _SHORTEST_EVENT = 24, 16
"""Bytes; room is made for so many at first, for all that may be if that is too little."""
THREADS = 1 << 16
"""Threads with larger numbers are left to numpy."""


def _call(name: str, *arguments: np.ndarray[tuple[int, ...], np.dtype[np.generic]] | int) -> int:
    functions = loops()
    assert functions is not None, "asked for before"
    return functions[name](*(one if isinstance(one, int) else one.ctypes.data for one in arguments))


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
        starts.append(start[:count].copy())
        ends.append(end[:count].copy())
    return np.concatenate(starts), np.concatenate(ends), int(state[0]), bool(state[2])


def scan(
    block: Block, start: Index, end: Index, row_of: U8, rows: int, found: tuple[Index, Index, U8]
) -> None:
    """Fill values, ends and oddness as `Fields.scan` does."""
    size = len(block.octets)
    _call("silky_scan", block.octets, size, len(start), _whole(start), _whole(end), row_of, rows, *found)


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
    return start[:found].copy(), end[:found].copy(), counts, stopped


def events(block: Block, start: Index, end: Index, width: int, rare: U8) -> list[list[Index]]:
    """Return the columns of `ftrace._decode_events`: of prints, of switches and wakings, and four of numbers."""
    columns = [_room(len(start), kinds) for kinds in (4, 3, 1, 1, 1, 1)]
    found = np.zeros(len(columns), np.int64)
    addresses = [(ctypes.c_void_p * len(of))(*(column.ctypes.data for column in of)) for of in columns[:2]]
    functions = loops()
    assert functions is not None, "asked for before"
    functions["silky_events"](
        block.octets.ctypes.data,
        len(start),
        _whole(start).ctypes.data,
        _whole(end).ctypes.data,
        width,
        rare.ctypes.data,
        *addresses,
        *(of[0].ctypes.data for of in columns[2:]),
        found.ctypes.data,
    )
    return [
        [column[:count].copy() for column in of] for of, count in zip(columns, found.tolist(), strict=True)
    ]


def intern(
    block: Block, start: Index, end: Index, table: tuple[U64, Index], used: int
) -> tuple[Index, Index, Index, int, int]:
    """Give texts the numbers of a table.

    Returns:
        The numbers of the texts that were done; the places in the table of new ones, whose number is
        -1 - (their row here), and which text each of them is; how many were done; how many places are taken.
    """
    keys, numbers = table
    out, fresh, first = _room(len(start), 3)
    taken = np.array([used, 0], np.int64)
    done = _call(
        "silky_intern",
        block.octets,
        len(start),
        _whole(start),
        _whole(end),
        keys,
        numbers,
        len(keys),
        taken,
        out,
        fresh,
        first,
    )
    count = int(taken[1])
    return out[:done], fresh[:count], first[:count], done, int(taken[0])


def names(
    block: Block, tag: Index, end: Index, time_ns: Index, from_ns: int, always: U8
) -> tuple[Index, Index, Index] | None:
    """Return which events name a thread last, as `silky_names` says; None where a number is too large."""
    best = np.empty((THREADS, 4), np.int64)
    best[:, 0] = -1
    named, following, rest = (np.empty((len(tag), columns), np.int64) for columns in (4, 2, 4))
    found = np.zeros(3, np.int64)
    failed = _call(
        "silky_names",
        block.octets,
        len(tag),
        _whole(tag),
        _whole(end),
        _whole(time_ns),
        from_ns,
        best,
        always,
        named,
        following,
        rest,
        found,
    )
    if failed:
        return None
    return named[: found[0]], following[: found[1]], rest[: found[2]]
