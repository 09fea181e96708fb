"""FrameTimeline: pair starts with ends, and join surface frames, expectations and display frames.

The rules are SurfaceFlinger's and Perfetto's trace processor's: an end belongs to the last start with its
cookie, the expected slice is the first of (pid, token), and a frame's time on screen is the end of its
display frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.fieldscan import ABSENT
from traces.perfetto.frame_events import (
    ACTUAL_DISPLAY,
    ACTUAL_SURFACE,
    EXPECTED_SURFACE,
    FRAME_END,
    KINDS,
    FrameEvents,
)
from traces.tables import NA, Bools, DisplayTable, FrameTable, Ints

if TYPE_CHECKING:
    from traces.perfetto.frame_events import Columns, EventCollector
    from traces.perfetto.wire import Index

_NOT_A_TIME = 2**63 - 10_000_000_000
"""Times beyond this are mistakes of the writer (trace processor's limit)."""


@dataclass(frozen=True)
class Timeline:
    """The joined tables, and what did not fit."""

    frames: FrameTable
    display: DisplayTable
    is_buffer_stated: Bools
    """Per row of `frames`: whether the packet said if it has a buffer (Android 12 and later do)."""
    processes: list[tuple[int, int]]
    """(time, pid): when each process was first told of."""
    unpaired_ends: int
    unended_frames: int
    unended_displays: int
    bad_times: int


def build(collector: EventCollector) -> Timeline:
    """Pair and join; events with a time below 0 or an absurd one are left out and counted.

    Processes are left without names, which are known only when all is told.
    """
    events: dict[int, FrameEvents] = {}
    dropped, bad_times = collector.drop_ends_of_nothing(_usable)
    for kind in KINDS:
        joined = collector.take(kind)
        usable = _usable(joined.time_ns)
        bad_times += int(np.count_nonzero(~usable))
        order = np.lexsort((joined.place, joined.time_ns))
        events[kind] = _take(joined, order[usable[order]])
    processes = _processes(events)
    expected = events[EXPECTED_SURFACE]
    first = _first_of(expected.details["pid"], expected.details["token"])
    ignored = np.ones(len(expected.time_ns), np.bool_)
    ignored[first] = False
    # The expectation is the same for all layers of a token; the other starts and their ends mean nothing.
    ignored_cookies = expected.details["cookie"][ignored]
    events[EXPECTED_SURFACE] = expected = _take(expected, first)

    ends, unpaired = _pair(events, ignored_cookies)
    display = _display_table(events[ACTUAL_DISPLAY], ends[ACTUAL_DISPLAY])
    frames = _frame_table(
        events[ACTUAL_SURFACE],
        ends[ACTUAL_SURFACE],
        _Expectations(expected, ends[EXPECTED_SURFACE]),
        display,
        layers=collector.layers,
    )
    return Timeline(
        frames=frames,
        display=display,
        is_buffer_stated=events[ACTUAL_SURFACE].details["is_buffer"] != ABSENT,
        processes=processes,
        unpaired_ends=unpaired + dropped,
        unended_frames=int((frames.actual_end_ns < frames.actual_start_ns).sum()),
        unended_displays=int((display.present_ns < display.start_ns).sum()),
        bad_times=bad_times,
    )


def _usable(time_ns: Index) -> Bools:
    usable: Bools = (time_ns >= 0) & (time_ns < _NOT_A_TIME)
    return usable


def _processes(events: dict[int, FrameEvents]) -> list[tuple[int, int]]:
    told = [one for kind, one in events.items() if kind != FRAME_END]
    time_ns = np.concatenate([one.time_ns for one in told])
    pid = np.concatenate([one.details["pid"] for one in told])
    order = np.argsort(time_ns, kind="stable")
    first = order[_first_of(pid[order])]
    return list(zip(time_ns[first].tolist(), pid[first].tolist(), strict=True))


def _take(events: FrameEvents, pick: Index) -> FrameEvents:
    return FrameEvents(
        events.kind,
        events.place[pick],
        events.time_ns[pick],
        {name: column[pick] for name, column in events.details.items()},
    )


def _first_of(*keys: Index) -> Index:
    """Return the places of the first row of each distinct key, in order."""
    if not len(keys[0]):
        return np.zeros(0, np.int64)
    order = np.lexsort(keys)  # stable: equal keys stay in order
    changed = np.zeros(len(order), np.bool_)
    changed[0] = True
    for key in keys:
        changed[1:] |= key[order][1:] != key[order][:-1]
    return np.sort(order[changed])


def _pair(events: dict[int, FrameEvents], ignored_cookies: Index) -> tuple[dict[int, Index], int]:
    """Return the ends of each kind's starts (start - 1: never ended) and the count of ends of nothing."""
    cookie = np.concatenate([events[kind].details["cookie"] for kind in KINDS])
    time_ns = np.concatenate([events[kind].time_ns for kind in KINDS])
    place = np.concatenate([events[kind].place for kind in KINDS])
    is_end = np.repeat([kind == FRAME_END for kind in KINDS], [len(events[kind].time_ns) for kind in KINDS])
    order = np.lexsort((place, time_ns, cookie))
    ends = time_ns - 1
    one, other = order[:-1], order[1:]
    paired = ~is_end[one] & is_end[other] & (cookie[one] == cookie[other])
    ends[one[paired]] = time_ns[other[paired]]
    lonely = is_end.copy()
    lonely[other[paired]] = False
    unpaired = int(np.count_nonzero(lonely & ~np.isin(cookie, ignored_cookies)))
    counts = np.cumsum([len(events[kind].time_ns) for kind in KINDS])[:-1]
    return dict(zip(KINDS, np.split(ends, counts), strict=True)), unpaired


@dataclass
class _Expectations:
    """Expected slices, one for each (pid, token)."""

    events: FrameEvents
    end_ns: Index

    def of(self, pid: Index, token: Index) -> tuple[Ints, Ints]:
        """Return starts and ends for frames, `NA` where nothing was expected."""
        if not len(self.end_ns):
            nothing = np.full(len(pid), NA, np.int64)
            return nothing, nothing.copy()
        own = self.events.details
        both_pid = np.concatenate([own["pid"], pid])
        both_token = np.concatenate([own["token"], token])
        order = np.lexsort((both_token, both_pid))
        known = order < len(self.end_ns)
        # Stable: the expectation stands before the frames of its key; each frame takes the last before it.
        last = np.maximum.accumulate(np.where(known, np.arange(len(order)), -1))
        source = order[np.maximum(last, 0)]
        same = (last >= 0) & (both_pid[source] == both_pid[order]) & (both_token[source] == both_token[order])
        frames = ~known
        at = order[frames] - len(self.end_ns)
        source, same = source[frames], same[frames]
        start, end = np.full(len(pid), NA, np.int64), np.full(len(pid), NA, np.int64)
        start[at] = np.where(same, self.events.time_ns[source % len(self.end_ns)], NA)
        end[at] = np.where(same, self.end_ns[source % len(self.end_ns)], NA)
        return start, end


def _frame_table(
    events: FrameEvents,
    end_ns: Index,
    expectations: _Expectations,
    display: DisplayTable,
    *,
    layers: list[str],
) -> FrameTable:
    own = events.details
    expected_start, expected_end = expectations.of(own["pid"], own["token"])
    return FrameTable(
        pid=own["pid"],
        process=np.full(len(events.time_ns), None, np.object_),
        layer_name=_looked_up(own["layer_name"], dict(enumerate(layers))),
        token=own["token"],
        display_token=own["display_frame_token"],
        actual_start_ns=events.time_ns,
        actual_end_ns=end_ns,
        expected_start_ns=expected_start,
        expected_end_ns=expected_end,
        display_present_ns=_present(own["display_frame_token"], display),
        **_verdicts(own),
        is_buffer=own["is_buffer"] > 0,
        jank_severity_type=_severity(own),
    )


def _display_table(events: FrameEvents, end_ns: Index) -> DisplayTable:
    own = events.details
    return DisplayTable(
        pid=own["pid"],
        display_token=own["token"],
        start_ns=events.time_ns,
        present_ns=end_ns,
        **_verdicts(own),
    )


def _present(display_token: Index, display: DisplayTable) -> Ints:
    """Return the end of the first display frame of each token, `NA` where there is none."""
    if not len(display):
        return np.full(len(display_token), NA, np.int64)
    tokens, first = np.unique(display.display_token, return_index=True)
    at = np.minimum(np.searchsorted(tokens, display_token), len(tokens) - 1)
    return np.where(tokens[at] == display_token, display.present_ns[first[at]], NA)


def _looked_up(keys: Index, names: dict[int, str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    out = np.empty(len(keys), np.object_)
    out[:] = [names.get(key) for key in keys.tolist()]
    return out


def _verdicts(own: Columns) -> dict[str, np.ndarray]:
    present, prediction = own["present_type"], own["prediction_type"]
    return {
        # Values outside of the enumerations count as unspecified.
        "present_type": np.where((present >= 1) & (present <= 5), present, 0),
        "on_time_finish": own["on_time_finish"] > 0,
        "gpu_composition": own["gpu_composition"] > 0,
        "jank_type": np.where(own["jank_type"] == ABSENT, 0, own["jank_type"]),
        "prediction_type": np.where((prediction >= 1) & (prediction <= 3), prediction, 0),
    }


def _severity(own: Columns) -> Ints:
    """Before Android 15 there is no severity: none without jank, else unknown (trace processor's rule)."""
    stated = own["jank_severity_type"]
    return np.where(stated == ABSENT, (own["jank_type"] == 1).astype(np.int64), stated)
