"""Kernel events: bundles per CPU with print, scheduling and task events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.tracefile.wire import data, number, text, varint

if TYPE_CHECKING:
    from collections.abc import Sequence

FtraceRow = tuple[int, int, int, bytes]
"""Time (BOOTTIME ns), CPU, tid of the writer, encoded event field."""

_PRIO = 120


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


def bundle(cpu: int, rows: Sequence[FtraceRow], *, lost: bool = False) -> bytes:
    """Encode a bundle of one CPU's events, in their order."""
    body = bytearray(number(1, cpu))
    for time_ns, _, tid, event in rows:
        inner = b"\x08" + varint(time_ns) + b"\x10" + varint(tid) + event
        body += b"\x12" + varint(len(inner)) + inner
    if lost:
        body += number(3, 1)
    return data(1, bytes(body))
