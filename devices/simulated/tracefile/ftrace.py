"""Kernel events: bundles per CPU with print, scheduling and task events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from devices.simulated.tracefile.wire import data, number, text, varint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FtraceRow = tuple[int, int, int, bytes]
"""Time (BOOTTIME ns), CPU, tid of the writer, encoded event field."""

_PRIO = 120


@dataclass(frozen=True, slots=True)
class Switch:
    """A context switch: (comm, tid, state) leaves the CPU, (comm, tid) gets it."""

    time_ns: int
    cpu: int
    before: tuple[str, int, int]
    after: tuple[str, int]

    def row(self) -> FtraceRow:
        """Return it as an event of its own."""
        return self.time_ns, self.cpu, self.before[1], sched_switch(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Waking:
    """A wake-up of a thread, from an interrupt."""

    time_ns: int
    cpu: int
    comm: str
    tid: int

    def row(self) -> FtraceRow:
        """Return it as an event of its own."""
        return self.time_ns, self.cpu, 0, sched_waking(self.comm, self.tid, self.cpu)


Scheduled = Switch | Waking


@lru_cache(maxsize=8192)
def print_event(line: str) -> bytes:
    """Encode a line of trace_marker, with its newline as the kernel keeps it."""
    return data(3, text(2, line + "\n"))


def sched_switch(prev: tuple[str, int, int], following: tuple[str, int]) -> bytes:
    """Encode a context switch: (comm, tid, state) to (comm, tid)."""
    comm, tid, state = prev
    body = text(1, comm) + number(2, tid) + number(3, _PRIO) + number(4, state)
    return data(4, body + text(5, following[0]) + number(6, following[1]) + number(7, _PRIO))


def sched_waking(comm: str, tid: int, cpu: int) -> bytes:
    """Encode a wake-up."""
    return data(20, text(1, comm) + number(2, tid) + number(3, _PRIO) + number(4, 1) + number(5, cpu))


def task_newtask(comm: str, tid: int, *, thread: bool) -> bytes:
    """Encode the birth of a task; `thread` tells whether it shares its parent's process."""
    flags = 0x3D0F00 if thread else 0x1200011
    return data(235, number(1, tid) + text(2, comm) + number(3, flags) + number(4, 0))


def task_rename(tid: int, old: str, new: str) -> bytes:
    """Encode the naming of a task."""
    return data(236, number(1, tid) + text(2, old) + text(3, new) + number(4, 0))


def process_exit(comm: str, tid: int, pid: int) -> bytes:
    """Encode the end of a task."""
    return data(238, text(1, comm) + number(2, tid) + number(3, pid) + number(4, _PRIO))


def binder_transaction(debug_id: int, to_proc: int, to_thread: int, reply: bool) -> bytes:
    """Encode a transaction, or the reply to one, as its sender writes it."""
    body = number(1, debug_id) + number(2, 0) + number(3, to_proc) + number(4, to_thread)
    return data(50, body + number(5, reply) + number(6, 1) + number(7, 0 if reply else 16))


def binder_received(debug_id: int) -> bytes:
    """Encode that a thread takes a transaction."""
    return data(51, number(1, debug_id))


def _packed(field: int, values: Iterable[int]) -> bytes:
    return data(field, b"".join(varint(value) for value in values))


def _deltas(times: Sequence[int]) -> list[int]:
    return [time - before for time, before in zip(times, (0, *times[:-1]), strict=True)]


def compact_sched(events: Sequence[Scheduled]) -> bytes:
    """Encode a CPU's switches and wake-ups as CompactSched: parallel lists, names in a table."""
    ordered = sorted(events, key=lambda one: one.time_ns)
    switches = [one for one in ordered if isinstance(one, Switch)]
    wakings = [one for one in ordered if isinstance(one, Waking)]
    names = list(dict.fromkeys([s.after[0] for s in switches] + [w.comm for w in wakings]))
    place = {name: at for at, name in enumerate(names)}
    body = _packed(1, _deltas([s.time_ns for s in switches]))
    body += _packed(2, (s.before[2] for s in switches)) + _packed(3, (s.after[1] for s in switches))
    body += _packed(4, (_PRIO for _ in switches)) + b"".join(text(5, name) for name in names)
    body += _packed(6, (place[s.after[0]] for s in switches))
    if wakings:
        body += _packed(7, _deltas([w.time_ns for w in wakings])) + _packed(8, (w.tid for w in wakings))
        body += _packed(9, (w.cpu for w in wakings)) + _packed(10, (_PRIO for _ in wakings))
        body += _packed(11, (place[w.comm] for w in wakings)) + _packed(12, (1 for _ in wakings))
    return data(4, body)


def bundle(
    cpu: int, rows: Sequence[FtraceRow], *, lost: bool = False, compact: Sequence[Scheduled] = ()
) -> bytes:
    """Encode a bundle of one CPU's events, in their order; `compact` go into lists of their own."""
    body = bytearray(number(1, cpu))
    for time_ns, _, tid, event in rows:
        inner = b"\x08" + varint(time_ns) + b"\x10" + varint(tid) + event
        body += b"\x12" + varint(len(inner)) + inner
    if lost:
        body += number(3, 1)
    if compact:
        body += compact_sched(compact)
    return data(1, bytes(body))
