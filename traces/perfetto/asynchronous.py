"""Asynchronous slices: begins and ends of one track and cookie, wherever they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traces.tables import AsyncSliceTable

if TYPE_CHECKING:
    from traces.perfetto.atrace import Markers


def pair_async(markers: Markers, process_names: dict[int, str], known_from_ns: int) -> AsyncSliceTable:
    """Pair by (pid, track, cookie) in order of time, from the time on that all CPUs are known.

    As trace processor does: a second begin of what is already open is ignored, and so is an end of nothing.
    """
    rows: list[list[Any]] = []
    begun: dict[tuple[int, bytes, int], list[Any]] = {}
    for time_ns, number, cookie, begins in markers.joined(markers.asynchronous, known_from_ns).tolist():
        pid, track, name = markers.tracks[number]
        key = (pid, track, cookie)
        if not begins:
            row = begun.pop(key, None)
            if row is not None:
                row[4] = time_ns - row[3]
        elif key not in begun:
            row = [pid, process_names.get(pid), cookie, time_ns, -1, name.decode("utf-8", "replace")]
            begun[key] = row
            rows.append(row)
    names = ("pid", "process", "cookie", "start_ns", "dur_ns", "name")
    return AsyncSliceTable.from_columns({name: [row[i] for row in rows] for i, name in enumerate(names)})
