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


def last_names(lists: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """Return (time ns, tid, name) of the last switch to each thread.

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
    inside = np.flatnonzero(names < sizes[owner])
    order = inside[np.lexsort((time[inside], tids[inside]))]
    last = order[np.flatnonzero(np.diff(tids[order], append=-1))]
    return [(int(time[i]), int(tids[i]), tables[owner[i]][names[i]]) for i in last.tolist()]
