"""Packets of the tracing service and of traced_probes. Field numbers as in perfetto's trace_packet.proto."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.tracefile.wire import data, double, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SERVICE_UID = 9999
SERVICE_SEQUENCE = 1
SYNC_MARKER = bytes.fromhex("82477a76b28d42ba81dc33326d57a079")

BOOTTIME_CLOCK = 6
MONOTONIC_CLOCK = 3

ALL_STARTED, TRACING_STARTED, ALL_FLUSHED, READ_COMPLETED, DISABLED = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class ProcessEntry:
    """A process of the process tree."""

    pid: int
    parent: int
    name: str
    uid: int
    tids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """An installed package."""

    name: str
    uid: int
    version_code: int


@dataclass(frozen=True, slots=True)
class Source:
    """A data source of the configuration."""

    name: str
    ftrace_events: tuple[str, ...]
    atrace_categories: tuple[str, ...]
    atrace_apps: tuple[str, ...]
    scan_all_processes_on_start: bool


def packet(
    body: bytes, *, sequence: int, uid: int = SERVICE_UID, pid: int = 0, time_ns: int | None = None
) -> bytes:
    """Frame one TracePacket of the trace."""
    head = number(3, uid)
    if time_ns is not None:
        head += number(8, time_ns)
    tail = number(10, sequence)
    if pid:
        tail += number(79, pid)
    return data(1, head + body + tail)


def first(body: bytes) -> bytes:
    """Mark a packet's body as the first of its sequence, as services do."""
    return body + number(42, 1)


def clock_snapshot(boottime: int, monotonic: int, realtime: int, coarse_ns: int) -> bytes:
    """Encode a ClockSnapshot with the six clocks; the coarse ones lag by `coarse_ns`."""
    clocks = (
        (6, boottime),
        (2, realtime - coarse_ns),
        (4, monotonic - coarse_ns),
        (1, realtime),
        (3, monotonic),
        (5, monotonic + 120),
    )
    body = b"".join(data(1, number(1, clock) + number(2, time)) for clock, time in clocks)
    return data(6, body + number(2, BOOTTIME_CLOCK))


def sync_marker() -> bytes:
    """Encode the marker that separates the parts of a streamed trace."""
    return data(36, SYNC_MARKER)


def trace_config(sources: Sequence[Source], *, duration_ms: int, buffer_kb: int, session: str) -> bytes:
    """Encode the configuration as the service echoes it."""
    body = data(1, number(1, buffer_kb) + number(4, 1))
    for source in sources:
        config = text(1, source.name)
        ftrace = b"".join(text(1, event) for event in source.ftrace_events)
        ftrace += b"".join(text(2, category) for category in source.atrace_categories)
        ftrace += b"".join(text(3, app) for app in source.atrace_apps)
        if ftrace:
            config += data(100, ftrace)
        if source.scan_all_processes_on_start:
            config += data(103, number(2, 1))
        body += data(2, data(1, config))
    if duration_ms:
        body += number(3, duration_ms)
    if session:
        body += text(22, session)
    return data(33, body)


def system_info(fingerprint: str, sdk: int, release: str) -> bytes:
    """Encode SystemInfo of the phone."""
    utsname = text(1, "Linux") + text(2, "#1 SMP PREEMPT simulated") + text(3, release) + text(4, "aarch64")
    return data(
        45,
        data(1, utsname)
        + text(2, fingerprint)
        + number(3, 100)
        + text(4, "Perfetto (simulated phone)")
        + number(5, sdk),
    )


def service_event(kind: int) -> bytes:
    """Encode one event of the tracing service."""
    return data(69, number(kind, 1))


def process_tree(processes: Iterable[ProcessEntry], end_ns: int) -> bytes:
    """Encode processes and their threads; these without names, as traced_probes does by default."""
    body, threads = b"", b""
    for process in processes:
        body += data(
            1,
            number(1, process.pid)
            + number(2, process.parent)
            + text(3, process.name)
            + number(5, process.uid),
        )
        threads += b"".join(
            data(2, number(1, tid) + number(3, process.pid)) for tid in process.tids if tid != process.pid
        )
    return data(2, body + threads + number(3, end_ns))


def packages_list(packages: Iterable[PackageEntry]) -> bytes:
    """Encode the installed packages."""
    body = b"".join(
        data(
            1,
            text(1, one.name)
            + number(2, one.uid)
            + number(3, 0)
            + number(4, 0)
            + number(5, one.version_code),
        )
        for one in packages
    )
    return data(47, body)


def ftrace_stats(
    *, end: bool, now_ns: int, read: Sequence[int], overrun: Sequence[int], oldest_ns: Sequence[int]
) -> bytes:
    """Encode counters of the kernel's buffers, one entry per CPU."""
    body = number(1, 2 if end else 1)
    for cpu, count in enumerate(read):
        body += data(
            2,
            number(1, cpu)
            + number(2, 0)
            + number(3, overrun[cpu])
            + number(4, 0)
            + number(5, count * 62)
            + double(6, oldest_ns[cpu] / 1e9)
            + double(7, now_ns / 1e9)
            + number(8, 0)
            + number(9, count),
        )
    return data(34, body)


def trace_stats(*, buffer_kb: int, written: int, overwritten_chunks: int = 0) -> bytes:
    """Encode counters of the service's buffers."""
    chunks = max(1, written // 32768)
    buffer = number(1, written) + number(2, chunks)
    if overwritten_chunks:
        buffer += number(3, overwritten_chunks)
    buffer += number(12, buffer_kb * 1024) + number(14, written) + number(17, chunks)
    body = (
        data(1, buffer)
        + number(2, 6)
        + number(3, 212)
        + number(4, 22)
        + number(5, 312)
        + number(6, 1)
        + number(7, 1)
    )
    body += (
        number(8, 0)
        + number(9, 0)
        + number(10, 0)
        + number(12, 1)
        + number(13, 1)
        + number(14, 0)
        + number(15, 0)
    )
    return data(35, body)
