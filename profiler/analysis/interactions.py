"""Presses and the windows of a trace that belong to them: docs/metrics.md section 2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS
from traces.capture import POPUP_MARK
from traces.tables import NA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.tables import AsyncSliceTable, Ints, MarkTable, SliceTable
    from traces.trace import Clocks

_INPUT = re.compile(r"deliverInputEvent src=0x([0-9a-f]+) eventTimeNano=(\d+) id=0x([0-9a-f]+)")
TOUCHSCREEN = 0x1002
SINCE_DELIVERY = ", since delivery"
"""Behind the source of a latency that counts from when the app was handed the input (Android 10, older)."""
UNTOLD = -1
"""Source of an event of which only the delivery is known: it counts as whatever was injected."""
_DELIVERY = "deliverInputEvent"
PRESS_GAP_NS = 500 * MS
"""Touch events further apart belong to two presses."""


@dataclass(frozen=True)
class Inputs:
    """Input events as delivered to one main thread, in order; event times on MONOTONIC."""

    start_ns: Ints
    source: Ints
    event_ns: Ints
    event_id: Ints
    """By which one event is known again that was delivered more than once."""
    delivered_only: bool = False
    """Android 10 and older: only deliveries are told; `event_ns` then is the delivery, on BOOTTIME, and
    `source` is `UNTOLD`."""

    def __len__(self) -> int:
        return len(self.start_ns)


@dataclass(frozen=True, slots=True)
class Press:
    """A finger that went down and up; all times BOOTTIME."""

    down_ns: int
    up_ns: int
    """The window start t0."""
    delivery_ns: int
    """Start of the UP's `deliverInputEvent`."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One pop-up's part of the trace."""

    number: int
    begin_ns: int
    """The mark before the press."""
    end_ns: int
    """The next mark, or the next input that is not of the press: what comes after is no answer to it."""
    press: Press | None


def inputs(main: SliceTable, async_slices: AsyncSliceTable | None = None, pid: int = NA) -> Inputs:
    """Return the input events that a main thread (`doframes.main_thread`) was handed.

    Android 10 and older write no event time: there the asynchronous slices `deliverInputEvent` of the
    process, which begin at each delivery (ViewRootImpl.deliverInputEvent), are all that is told.
    """
    found = [_INPUT.fullmatch(name) if name else None for name in main.name.tolist()]
    rows = [(i, int(m[1], 16), int(m[2]), int(m[3], 16)) for i, m in enumerate(found) if m]
    if not rows and async_slices is not None:
        told = np.flatnonzero((async_slices.name == _DELIVERY) & (async_slices.pid == pid))
        starts = np.sort(async_slices.start_ns[told])
        nothing = np.full(len(starts), UNTOLD, np.int64)
        return Inputs(starts, nothing, starts, np.arange(len(starts)), delivered_only=True)
    index = np.array([row[0] for row in rows], np.int64)
    return Inputs(
        start_ns=main.start_ns[index] if len(index) else np.zeros(0, np.int64),
        source=np.array([row[1] for row in rows], np.int64),
        event_ns=np.array([row[2] for row in rows], np.int64),
        event_id=np.array([row[3] for row in rows], np.int64),
    )


def presses(events: Inputs, clocks: Clocks, begin_ns: int, end_ns: int) -> list[Press]:
    """Return the presses whose events were delivered in [begin, end)."""
    touches = (events.source == TOUCHSCREEN) | (events.source == UNTOLD)
    at = np.flatnonzero(touches & (events.start_ns >= begin_ns) & (events.start_ns < end_ns))
    groups = np.split(at, np.flatnonzero(np.diff(events.event_ns[at]) > PRESS_GAP_NS) + 1) if len(at) else []
    found = (_press(events, group, clocks) for group in groups)
    return [press for press in found if press is not None]


def _press(events: Inputs, group: Ints, clocks: Clocks) -> Press | None:
    """Return the press of one group of events; None where only one event of it was seen.

    `input tap` gives DOWN and UP the same time: then UP is the later delivery.
    """
    if len(group) < 2:
        return None
    times = events.event_ns[group]
    down, up = int(times.min()), int(times.max())
    delivery = lift_delivery(events, group)
    if events.delivered_only:
        return Press(down, up, delivery)
    try:
        return Press(clocks.monotonic_to_boottime_ns(down), clocks.monotonic_to_boottime_ns(up), delivery)
    except ValueError:
        return None


def lift_delivery(events: Inputs, group: Ints) -> int:
    """Return when the last event of a touch, its lift, was first delivered.

    A finger that moves as it lifts gives both events one time (as `input tap` gives DOWN and UP): the lift is
    the later one. An event that is delivered again keeps its id.
    """
    last = group[events.event_ns[group] == events.event_ns[group].max()]
    lift = last[events.event_id[last] == events.event_id[last[-1]]]
    return int(events.start_ns[lift[0]])


def marked(marks: MarkTable, events: Inputs, clocks: Clocks) -> list[Interaction]:
    """Return the interactions that the driver marked: from counter value k to the next mark.

    The first press after the mark is the one meant. Without input events `press` is None.
    """
    rows = np.flatnonzero((marks.name == POPUP_MARK) & (marks.value != NA))
    rows = rows[np.argsort(marks.time_ns[rows], kind="stable")]
    times, values = marks.time_ns[rows], marks.value[rows]
    forever = int(np.iinfo(np.int64).max)
    nexts = [*times[1:].tolist(), forever]
    return [
        _interaction(int(value), int(begin), int(end), events, clocks)
        for begin, value, end in zip(times, values, nexts, strict=True)
        if value > 0
    ]


def _interaction(number: int, begin: int, end: int, events: Inputs, clocks: Clocks) -> Interaction:
    found = presses(events, clocks, begin, end)
    if not found:
        return Interaction(number, begin, end, None)
    press = found[0]
    return Interaction(number, begin, _undisturbed_until(events, press, end), press)


def _undisturbed_until(events: Inputs, press: Press, end: int) -> int:
    """Return when the next input, of any kind, reached the app after the press."""
    up = events.event_ns[events.start_ns == press.delivery_ns].max()
    after = events.start_ns[(events.start_ns > press.delivery_ns) & (events.event_ns > up)]
    return min(end, int(after[0])) if len(after) else end


def unmarked(events: Inputs, clocks: Clocks) -> list[Interaction]:
    """Return the presses of a trace without marks as interactions, numbered from 1."""
    everything = (int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max))
    found = presses(events, clocks, *everything)
    return [
        Interaction(number, press.down_ns, _undisturbed_until(events, press, everything[1]), press)
        for number, press in enumerate(found, 1)
    ]


def interactions(marks: MarkTable, events: Inputs, clocks: Clocks) -> Sequence[Interaction]:
    """Return the marked interactions, or all presses where nothing is marked."""
    return marked(marks, events, clocks) if (marks.name == POPUP_MARK).any() else unmarked(events, clocks)
