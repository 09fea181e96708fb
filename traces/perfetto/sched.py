"""Scheduling lists of bundles (`CompactSched`), of which silky takes the names of threads so far.

Perfetto packs a CPU's switches into parallel lists: times as differences, next threads, and indices into a
table of names that each bundle brings along.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.schema import CompactSched
from traces.perfetto.wire import joined_varints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.wire import Index

_SMALL = 1 << 16  # thread numbers below this are looked up in a table


def last_names(lists: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """Return (time ns, tid, name) of the last switch to each thread.

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
