"""What stands around the events of ftrace bundles: their CPU, and from when on its events are known.

A kernel buffer that is full loses its oldest events, CPU by CPU. Each CPU's first bundle tells the last time
before it (`previous_bundle_end_timestamp`, formerly `last_read_event_timestamp`); before the latest of these
the trace does not know all CPUs, and trace processor makes no slices and no states there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.distinct import distinct
from traces.perfetto.wire import VARINT, WireError, read_varint, walk_fields

if TYPE_CHECKING:
    from traces.perfetto.wire import Block, Index, Readable

_CPU_TAG = 0x08
_CPU, _LAST_READ, _PREVIOUS_END = 1, 9, 10
NO_CPU = -1
_MOST_CPUS = 1024
_NOT_A_TIME = 1 << 62


@dataclass
class KnownFrom:
    """The time from which on the events of all CPUs are known, 0 where the trace does not tell."""

    ns: int = 0
    _seen: set[int] = field(default_factory=set)

    def see(self, block: Block, start: Index, end: Index, cpu: Index) -> None:
        """See bundles; the first of each CPU counts."""
        for number in distinct(cpu):
            if number != NO_CPU and number not in self._seen:
                self._seen.add(number)
                first = int(np.argmax(cpu == number))
                self.ns = max(self.ns, _known_from(block.data, int(start[first]), int(end[first])))


def _known_from(data: Readable, at: int, end: int) -> int:
    last_read = previous_end = None
    try:
        for number, wire, a, b in walk_fields(data, at, end):
            if wire == VARINT and number == _LAST_READ:
                last_read, _ = read_varint(data, a, b)
            elif wire == VARINT and number == _PREVIOUS_END:
                previous_end, _ = read_varint(data, a, b)
    except WireError:
        pass
    told = (last_read or 0) if previous_end is None else previous_end
    return told if told < _NOT_A_TIME else 0


def cpus(block: Block, start: Index, end: Index) -> Index:
    """Return the CPU of each bundle, `NO_CPU` where it tells none."""
    if not len(start):
        return np.zeros(0, np.int64)
    octets = block.octets
    number = octets[start + 1].astype(np.int64)
    # The writer puts the CPU first; what comes in another order is walked.
    plain = (octets[start] == _CPU_TAG) & (number < 0x80) & (start + 2 <= end)
    number[~plain] = [_walked(block.data, int(start[i]), int(end[i])) for i in np.flatnonzero(~plain)]
    return number


def _walked(data: Readable, at: int, end: int) -> int:
    try:
        for number, wire, a, b in walk_fields(data, at, end):
            if number == _CPU and wire == VARINT:
                cpu, _ = read_varint(data, a, b)
                return cpu if cpu < _MOST_CPUS else NO_CPU
    except WireError:
        pass
    return NO_CPU
