"""Names of threads in scheduling events, alone or packed into lists (`CompactSched`).

Perfetto packs a CPU's switches into parallel lists: times as differences, next threads, and indices into a
table of names that each bundle brings along.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.schema import CompactSched
from traces.perfetto.wire import LENGTH, VARINT, joined_varints

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from traces.perfetto.wire import Block, Index

_EVENT = Fields([(1, VARINT), (4, LENGTH), (20, LENGTH)])
_SWITCH = Fields([(2, VARINT), (1, LENGTH), (6, VARINT), (5, LENGTH)])
_WAKING = Fields([(2, VARINT), (1, LENGTH)])
_SMALL = 1 << 16  # thread numbers below this are looked up in a table


def last_names(lists: Sequence[bytes], changing: Collection[int] = ()) -> list[tuple[int, int, bytes]]:
    """Return (time ns, tid, name) of the last switch to each thread, and of every one to those `changing`.

    Lists of unequal length are skipped, with all that came along with them.
    """
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


def last_plain_names(
    block: Block, start: Index, end: Index, changing: Collection[int], known_from_ns: int
) -> list[tuple[int, int, bytes]]:
    """Return the same of single events, `sched_switch` and `sched_waking`, at `start` .. `end`.

    Unlike packed ones they count for nothing before all CPUs are known. A waking names the thread woken.
    """
    event = _EVENT.scan(block, start, end)
    times: list[Index] = []
    tids: list[Index] = []
    spans: list[Index] = []
    for row, fields in ((1, _SWITCH), (2, _WAKING)):
        mine = np.flatnonzero((event.value[row] != ABSENT) & (event.value[0] >= known_from_ns) & ~event.odd)
        inner = fields.scan(block, event.value[row, mine], event.end[row, mine])
        for tid, comm in ((0, 1), (2, 3))[: 2 if row == 1 else 1]:
            named = np.flatnonzero((inner.value[comm] != ABSENT) & ~inner.odd)
            times.append(event.value[0, mine[named]])
            tids.append(np.maximum(inner.value[tid, named], 0))
            spans.append(np.stack([inner.value[comm, named], inner.end[comm, named]]))
    time, tid_of = np.concatenate(times), np.concatenate(tids)
    first, last = np.concatenate(spans, axis=1)
    pick = _last_of_each(tid_of, time)
    if len(changing):
        pick = np.union1d(pick, np.flatnonzero(np.isin(tid_of, np.asarray(sorted(changing), np.int64))))
    data = block.data
    return [(int(time[i]), int(tid_of[i]), data[first[i] : last[i]]) for i in pick.tolist()]
