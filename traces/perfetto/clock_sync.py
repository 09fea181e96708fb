"""Bring times of any clock to BOOTTIME by the clock snapshots of the trace.

As trace processor does: a time is converted by the last snapshot at or before it, of those that stood before
it in the file. Clocks 64 to 127 belong to one packet sequence.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from traces.perfetto.distinct import distinct
from traces.perfetto.fieldscan import ABSENT
from traces.trace import Clocks

if TYPE_CHECKING:
    from traces.perfetto.wire import Index

Known = npt.NDArray[np.bool_]

REALTIME, MONOTONIC, BOOTTIME = 1, 3, 6
_FIRST_SEQUENCE_CLOCK, _LAST_SEQUENCE_CLOCK = 64, 127


@dataclass
class _Readings:
    source: list[int] = field(default_factory=list)
    boottime: list[int] = field(default_factory=list)

    def add(self, source: int, boottime: int) -> None:
        at = bisect_right(self.source, source)
        self.source.insert(at, source)
        self.boottime.insert(at, boottime)

    def convert(self, times: Index) -> Index:
        source, boottime = np.asarray(self.source, np.int64), np.asarray(self.boottime, np.int64)
        at = np.maximum(np.searchsorted(source, times, "right") - 1, 0)
        return times + (boottime - source)[at]


class ClockSync:
    """The snapshots seen so far."""

    def __init__(self) -> None:
        self.primary = BOOTTIME
        self._readings: dict[tuple[int, int], _Readings] = {}
        self._defaults: dict[int, int] = {}
        self._snapshots: list[tuple[int, int | None, int | None]] = []

    def add(self, packet: Any) -> None:
        """Take a packet with a `ClockSnapshot`, with defaults for its sequence, or with both."""
        sequence = packet.trusted_packet_sequence_id
        if packet.HasField("clock_snapshot"):
            self._add_snapshot(packet.clock_snapshot, sequence)
        if packet.trace_packet_defaults.HasField("timestamp_clock_id"):
            self._defaults[sequence] = packet.trace_packet_defaults.timestamp_clock_id

    def _add_snapshot(self, snapshot: Any, sequence: int) -> None:
        # A snapshot without BOOTTIME ties its clocks to nothing.
        readings = {clock.clock_id: clock for clock in snapshot.clocks}
        if snapshot.primary_trace_clock:
            self.primary = snapshot.primary_trace_clock
        boot = readings.get(BOOTTIME)
        if boot is None or boot.timestamp >= 1 << 62:
            return
        for clock_id, clock in readings.items():
            ns = clock.timestamp * (clock.unit_multiplier_ns or 1)
            if ns < 1 << 62:
                self._readings.setdefault(_key(clock_id, sequence), _Readings()).add(ns, boot.timestamp)
        times = [readings[i].timestamp if i in readings else None for i in (MONOTONIC, REALTIME)]
        self._snapshots.append((boot.timestamp, times[0], times[1]))

    def clocks_of(self, clock: Index, sequence: Index) -> Index:
        """Return the clocks of packets' times: those they name, else their sequence's, else the trace's."""
        out = np.where(clock == ABSENT, self.primary, clock)
        for number, default in self._defaults.items():
            out[(clock == ABSENT) & (sequence == number)] = default
        return out

    def convert_many(self, times: Index, clock: Index, sequence: Index) -> tuple[Index, Known]:
        """Return times on BOOTTIME, and which of them a snapshot explains; the others stay as they are."""
        out = times.copy()
        known = np.ones(len(times), np.bool_)
        for clock_id in distinct(clock):
            if clock_id == BOOTTIME:
                continue
            local = _FIRST_SEQUENCE_CLOCK <= clock_id <= _LAST_SEQUENCE_CLOCK
            mine = clock == clock_id
            for number in distinct(sequence[mine]) if local else [0]:
                these = mine & (sequence == number) if local else mine
                readings = self._readings.get((clock_id, number))
                if readings is None:
                    known[these] = False
                else:
                    out[these] = readings.convert(times[these])
        return out, known

    def clocks(self) -> Clocks:
        """Return the pairs that hold all of the three clocks that silky uses."""
        whole = [
            (boot, monotonic, realtime)
            for boot, monotonic, realtime in self._snapshots
            if monotonic is not None and realtime is not None and max(monotonic, realtime) < 1 << 62
        ]
        table = np.asarray(sorted(whole), np.int64).reshape(-1, 3)
        return Clocks(boottime_ns=table[:, 0], monotonic_ns=table[:, 1], realtime_ns=table[:, 2])


def _key(clock_id: int, sequence: int) -> tuple[int, int]:
    local = _FIRST_SEQUENCE_CLOCK <= clock_id <= _LAST_SEQUENCE_CLOCK
    return (clock_id, sequence if local else 0)
