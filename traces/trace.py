"""A decoded system trace: the canonical tables with names, clocks and health."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003  the type of a public field
from typing import overload

import numpy as np

from traces.health import TraceHealth
from traces.tables import (
    AsyncSliceTable,
    BinderTable,
    Bools,
    BufferTable,
    DisplayTable,
    FrameTable,
    Ints,
    MarkTable,
    SliceTable,
    ThreadStateTable,
)


def _no_times() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Clocks:
    """Pairs of the phone's clocks, read at the same moments, in ns and in order of BOOTTIME.

    BOOTTIME runs on in suspend, MONOTONIC stands still then, REALTIME may be set.
    """

    boottime_ns: Ints = field(default_factory=_no_times)
    monotonic_ns: Ints = field(default_factory=_no_times)
    realtime_ns: Ints = field(default_factory=_no_times)

    @overload
    def monotonic_to_boottime_ns(self, ns: int) -> int: ...
    @overload
    def monotonic_to_boottime_ns(self, ns: Ints) -> Ints: ...
    def monotonic_to_boottime_ns(self, ns: int | Ints) -> int | Ints:
        """Convert by the last pair before each time (the first pair for earlier times).

        Raises:
            ValueError: the trace holds no pair of the two clocks.
        """
        return _convert(self.monotonic_ns, self.boottime_ns, ns)

    @overload
    def realtime_to_boottime_ns(self, ns: int) -> int: ...
    @overload
    def realtime_to_boottime_ns(self, ns: Ints) -> Ints: ...
    def realtime_to_boottime_ns(self, ns: int | Ints) -> int | Ints:
        """Convert wall-clock times the same way; wrong across a set of the wall clock."""
        return _convert(self.realtime_ns, self.boottime_ns, ns)

    @property
    def monotonic_error_ns(self) -> int:
        """Bound of the conversion's error: the largest change of the offset between neighbouring pairs.

        0 with a single pair: no change was seen. A suspend within the trace shows as a large bound.
        """
        offset = self.boottime_ns - self.monotonic_ns
        return int(np.abs(np.diff(offset)).max(initial=0))


def _convert(source: Ints, target: Ints, ns: int | Ints) -> int | Ints:
    if not len(source):
        raise ValueError("the trace holds no reading of these clocks")
    order = np.argsort(source, kind="stable")
    at = np.maximum(np.searchsorted(source[order], ns, "right") - 1, 0)
    offset = (target - source)[order][at]
    return int(ns + offset) if isinstance(ns, int) else ns + offset


@dataclass(frozen=True)
class Trace:
    """Everything that silky takes from one trace file. All times are ns on BOOTTIME.

    `processes` maps pid -> name and `threads` tid -> (pid, thread name), as last known in the trace; names
    are None where it never tells them.
    """

    path: Path
    frames: FrameTable = field(default_factory=FrameTable.empty)
    display: DisplayTable = field(default_factory=DisplayTable.empty)
    slices: SliceTable = field(default_factory=SliceTable.empty)
    async_slices: AsyncSliceTable = field(default_factory=AsyncSliceTable.empty)
    marks: MarkTable = field(default_factory=MarkTable.empty)
    thread_states: ThreadStateTable = field(default_factory=ThreadStateTable.empty)
    """Filled only where the reader was asked for it: scheduling is most of a trace."""
    buffers: BufferTable = field(default_factory=BufferTable.empty)
    binder: BinderTable = field(default_factory=BinderTable.empty)
    """Filled only where somebody asked for it (`traces.perfetto.binder`)."""
    processes: dict[int, str] = field(default_factory=dict)
    threads: dict[int, tuple[int, str | None]] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
    health: TraceHealth = field(default_factory=TraceHealth)
    simulated: bool = False
    """Whether the trace says itself that a phone in software recorded it."""
    is_buffer_stated: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Per row of `frames`, whether the packet said if the frame has a buffer; older phones do not say."""
