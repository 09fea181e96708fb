"""Asynchronous slices: begins and ends of one track and cookie, wherever they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traces.perfetto.atrace import NESTING
from traces.perfetto.readable import readable
from traces.tables import AsyncSliceTable

if TYPE_CHECKING:
    from traces.perfetto.atrace import Texts


def pair_async(texts: Texts, process_names: dict[int, str], known_from_ns: int) -> AsyncSliceTable:
    """Pair by (pid, track, cookie) in order of time, from the time on that all CPUs are known.

    As trace processor does: a second `S` of what is already open is ignored, a second `G` nests in the first
    and ends before it; an end of nothing is ignored.
    """
    rows: list[list[Any]] = []
    begun: dict[tuple[int, bytes, int], list[list[Any]]] = {}
    columns = [column.tolist() for column in texts.in_order(texts.asynchronous, known_from_ns)]
    for time_ns, number, cookie, begins in zip(*columns, strict=True):
        pid, track, name = texts.tracks[number]
        key = (pid, track, cookie)
        still = begun.setdefault(key, [])
        if not begins:
            if still:
                row = still.pop()
                row[4] = time_ns - row[3]
        elif not still or track.startswith(NESTING):
            row = [pid, process_names.get(pid), cookie, time_ns, -1, readable(name)]
            still.append(row)
            rows.append(row)
    names = ("pid", "process", "cookie", "start_ns", "dur_ns", "name")
    return AsyncSliceTable.from_columns({name: [row[i] for row in rows] for i, name in enumerate(names)})
