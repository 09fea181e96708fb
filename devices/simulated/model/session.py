"""A tracing session: takes what the tracer hands on, and makes the trace file when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.model.threads import CPUS, SimThread
from devices.simulated.model.timelinepackets import display_packet
from devices.simulated.model.tracer import (
    AM,
    APP,
    DALVIK,
    GFX,
    INPUT,
    PRESENT_FENCE,
    VIEW,
    WM,
    BinderEvent,
    BufferEvent,
    Task,
)
from devices.simulated.tracefile import ftrace, graphics, service

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.frametimeline import DisplayFrame
    from devices.simulated.model.system import System
    from devices.simulated.world import Clocks, TraceConfig

_CATEGORIES = {"gfx": GFX, "input": INPUT, "view": VIEW, "wm": WM, "am": AM, "dalvik": DALVIK}
_STATES = {"R": 0, "S": 1, "D": 2, "X": 32, "R+": 256}
"""prev_state of sched_switch: since Linux 4.14 a preempted task reads TASK_REPORT_MAX."""
_DRAIN_NS = 250_000_000
_FTRACE, _TIMELINE, _FRAMES, _TREE, _PACKAGES = 2, 3, 4, 5, 6
_SYSTEM_UID = 1000
_SOURCE_LACKS = {
    "linux.ftrace": "ftrace",
    "android.surfaceflinger.frame": "frametracer",
    "android.surfaceflinger.frametimeline": "frametimeline",
}


@dataclass(frozen=True, slots=True)
class SessionHost:
    """What a session asks of the phone."""

    system: System
    clocks: Callable[[], Clocks]
    surfaceflinger_pid: int
    probes_pid: int
    processes: Callable[[], list[service.ProcessEntry]]
    packages: Callable[[], list[service.PackageEntry]]
    next_cookie: Callable[[int], int]
    """Reserves this many cookies; returns the first."""


class Session:
    """One tracing session.

    Args:
        host: The phone.
        config: What was asked for; only that is recorded.
        lost: Kernel events that this trace loses (a fault).
    """

    def __init__(self, host: SessionHost, config: TraceConfig, lost: int = 0) -> None:
        self._host = host
        self._config = config
        self._lost = lost
        lacks = host.system.persona.lacks
        names = {source.name for source in config.data_sources}
        names -= {source for source, lack in _SOURCE_LACKS.items() if lack in lacks}
        probes = [source for source in config.data_sources if source.name in names & {"linux.ftrace"}]
        events = {event.rpartition("/")[2] for source in probes for event in source.ftrace_events}
        categories = {name for source in probes for name in source.atrace_categories}
        self._apps = frozenset(name for source in probes for name in source.atrace_apps)
        if categories & {"sched"}:
            events |= {"sched_switch", "sched_waking", "task_newtask", "task_rename", "sched_process_exit"}
        if categories & {"binder_driver"}:
            events |= {"binder_transaction", "binder_transaction_received"}
        self._compact = any(source.compact_sched for source in probes)
        self._sched: list[ftrace.Scheduled] = []
        if "sched" in lacks:
            events -= {"sched_switch", "sched_waking"}
        if "sections" in lacks:
            categories -= {"view", "input"}
        self._events = frozenset(events)
        atrace = bool(categories or self._apps)
        self._prints = "print" in events or atrace
        self._mask = sum(_CATEGORIES.get(name, 0) for name in categories) if self._prints else 0
        self.sched = bool(events & {"sched_switch", "sched_waking"})
        self._has = names
        self._timeline = "android.surfaceflinger.frametimeline" in names
        self._buffers = "android.surfaceflinger.frame" in names
        self._rows: list[ftrace.FtraceRow] = []
        self._lines: list[tuple[int, int, int, str]] = []
        self._frames: list[DisplayFrame] = []
        self._buffer_events: list[BufferEvent] = []
        self._fences: dict[tuple[str, int], BufferEvent] = {}
        self._started = host.clocks()
        self._tree = host.processes()
        self._result: bytes | None = None
        self._begin_ns = self._started.boottime_ns
        host.system.tracer.add(self)

    # what the tracer hands on
    def print(self, time_ns: int, thread: SimThread, tag: int, text: str) -> None:
        """Take one line of trace_marker if its category is recorded."""
        if tag & self._mask or (tag == APP and self._app(thread.process.name)):
            self._lines.append((time_ns, thread.cpu, thread.tid, text))

    def _app(self, name: str) -> bool:
        return bool(self._apps) and (name in self._apps or "*" in self._apps)

    def marker(self, time_ns: int, pid: int, text: str) -> None:
        """Take a line that a shell process wrote."""
        if self._prints:
            self._lines.append((time_ns, pid % CPUS, pid, text))

    def waking(self, time_ns: int, thread: SimThread) -> None:
        """Take a wake-up."""
        if "sched_waking" in self._events:
            self._sched.append(ftrace.Waking(time_ns, thread.cpu, thread.name, thread.tid))

    def switch(self, time_ns: int, cpu: int, before: Task, state: str, after: Task) -> None:
        """Take a context switch."""
        if "sched_switch" in self._events:
            left = (before.name, before.tid, _STATES[state])
            self._sched.append(ftrace.Switch(time_ns, cpu, left, (after.name, after.tid)))

    def binder(self, time_ns: int, thread: SimThread, event: BinderEvent) -> None:
        """Take an event of the binder driver."""
        if event.to_proc is None:
            if "binder_transaction_received" in self._events:
                body = ftrace.binder_received(event.debug_id)
                self._rows.append((time_ns, thread.cpu, thread.tid, body))
        elif "binder_transaction" in self._events:
            body = ftrace.binder_transaction(event.debug_id, event.to_proc, event.to_thread, event.reply)
            self._rows.append((time_ns, thread.cpu, thread.tid, body))

    def task(self, time_ns: int, pid: int, tid: int, name: str, event: str) -> None:
        """Take the birth, naming or end of a thread."""
        if f"{'sched_process_' if event == 'exit' else 'task_'}{event}" not in self._events:
            return
        if event == "newtask":
            parent = pid if tid != pid else 1
            self._rows.append(
                (time_ns, tid % CPUS, parent, ftrace.task_newtask(name, tid, thread=tid != pid))
            )
        elif event == "rename":
            self._rows.append((time_ns, tid % CPUS, tid, ftrace.task_rename(tid, "main", name)))
        else:
            self._rows.append((time_ns, tid % CPUS, tid, ftrace.process_exit(name, tid, pid)))

    def display_frame(self, frame: DisplayFrame) -> None:
        """Take a display frame that SurfaceFlinger traces now."""
        if self._timeline:
            self._frames.append(frame)

    def buffer_event(self, event: BufferEvent) -> None:
        """Take one event of FrameTracer.

        A present fence is written at the same buffer's next event only, as in FrameTracer.cpp.
        """
        if not self._buffers:
            return
        key = (event.layer, event.buffer)
        waiting = self._fences.pop(key, None)
        if waiting is not None:
            self._buffer_events.append(waiting)
        if event.kind == PRESENT_FENCE:
            self._fences[key] = event
        else:
            self._buffer_events.append(event)

    # the file
    def stop(self) -> bytes:
        """End the session and return the trace file's bytes."""
        if self._result is None:
            self._host.system.tracer.remove(self)
            self._result = self._write()
        return self._result

    def _write(self) -> bytes:
        end = self._host.clocks()
        parts = self._service_head(end)
        if "linux.ftrace" in self._has:
            parts += self._ftrace(end.boottime_ns)
        parts += self._graphics(end.boottime_ns)
        parts += self._lists(end.boottime_ns)
        parts.append(self._service_packet(service.service_event(service.READ_COMPLETED), end.boottime_ns))
        written = sum(map(len, parts))
        stats = service.trace_stats(buffer_kb=self._config.buffer_kb or 65536, written=written)
        parts.append(self._service_packet(stats))
        return b"".join(parts)

    def _service_packet(self, body: bytes, time_ns: int | None = None) -> bytes:
        return service.packet(body, sequence=service.SERVICE_SEQUENCE, time_ns=time_ns)

    def _snapshot(self, clocks: Clocks) -> bytes:
        coarse = clocks.monotonic_ns % 4_000_000
        return service.clock_snapshot(clocks.boottime_ns, clocks.monotonic_ns, clocks.realtime_ns, coarse)

    def _service_head(self, end: Clocks) -> list[bytes]:
        config, persona, begin = self._config, self._host.system.persona, self._begin_ns
        sources = [
            service.Source(
                s.name, s.ftrace_events, s.atrace_categories, s.atrace_apps, s.scan_processes_on_start
            )
            for s in config.data_sources
        ]
        echo = service.trace_config(
            sources,
            duration_ms=config.duration_ms,
            buffer_kb=config.buffer_kb or 65536,
            session=config.unique_session_name,
        )
        bodies: list[tuple[bytes, int | None]] = [
            (self._snapshot(self._started), None),
            (self._snapshot(end), None),
            (service.sync_marker(), None),
            (echo, None),
            (service.system_info(persona.fingerprint, persona.sdk, "5.15.0-simulated"), None),
            (service.service_event(service.TRACING_STARTED), begin),
            (service.service_event(service.ALL_STARTED), begin),
            (service.service_event(service.ALL_FLUSHED), end.boottime_ns),
            (service.service_event(service.DISABLED), end.boottime_ns),
        ]
        return [self._service_packet(body, time) for body, time in bodies]

    def _probe(self, body: bytes, sequence: int, time_ns: int | None = None) -> bytes:
        return service.packet(body, sequence=sequence, pid=self._host.probes_pid, time_ns=time_ns)

    def _ftrace(self, end_ns: int) -> list[bytes]:
        begin = self._begin_ns
        rows = [(time, cpu, tid, ftrace.print_event(line)) for time, cpu, tid, line in self._lines]
        compact: dict[tuple[int, int], list[ftrace.Scheduled]] = {}
        if self._compact:
            for one in self._sched:
                if begin <= one.time_ns <= end_ns:
                    compact.setdefault(((one.time_ns - begin) // _DRAIN_NS, one.cpu), []).append(one)
        else:
            rows += [one.row() for one in self._sched]
        rows = [row for row in rows + self._rows if begin <= row[0] <= end_ns]
        rows.sort(key=lambda row: row[0])
        rows, lost_cpu, lost_ns = self._lose(rows)
        read, oldest, zeros, overrun = [0] * CPUS, [0] * CPUS, [0] * CPUS, [0] * CPUS
        overrun[lost_cpu] = self._lost
        chunks: dict[tuple[int, int], list[ftrace.FtraceRow]] = {}
        for row in rows:
            cpu = row[1]
            read[cpu] += 1
            oldest[cpu] = oldest[cpu] or row[0]
            chunks.setdefault(((row[0] - begin) // _DRAIN_NS, cpu), []).append(row)
        for key, some in compact.items():
            chunks.setdefault(key, [])
            read[key[1]] += len(some)
            oldest[key[1]] = min(oldest[key[1]] or some[0].time_ns, some[0].time_ns)
        stats = service.ftrace_stats(end=False, now_ns=begin, read=zeros, overrun=zeros, oldest_ns=zeros)
        parts = [self._probe(service.first(stats), _FTRACE)]
        for key, chunk in sorted(chunks.items(), key=lambda item: item[0]):
            cpu = key[1]
            lost = bool(self._lost) and cpu == lost_cpu and bool(chunk) and chunk[-1][0] >= lost_ns
            if lost:
                lost_cpu = -1
            packed = compact.get(key, ())
            parts.append(self._probe(ftrace.bundle(cpu, chunk, lost=lost, compact=packed), _FTRACE))
        stats = service.ftrace_stats(end=True, now_ns=end_ns, read=read, overrun=overrun, oldest_ns=oldest)
        parts.append(self._probe(stats, _FTRACE))
        return parts

    def _lose(self, rows: list[ftrace.FtraceRow]) -> tuple[list[ftrace.FtraceRow], int, int]:
        """Take out the events of one CPU that are lost; return the rest, the CPU and the first lost time."""
        if not self._lost or not rows:
            return rows, 0, 0
        middle = len(rows) // 2
        cpu = rows[middle][1]
        gone = {i for i in range(middle, len(rows)) if rows[i][1] == cpu}
        gone = set(sorted(gone)[: self._lost])
        return [row for i, row in enumerate(rows) if i not in gone], cpu, rows[middle][0]

    def _graphics(self, end_ns: int) -> list[bytes]:
        pid, persona = self._host.surfaceflinger_pid, self._host.system.persona
        release = self._host.system.release
        clock = service.BOOTTIME_CLOCK if release.boottime_packets else service.MONOTONIC_CLOCK
        behind = 0 if release.boottime_packets else persona.suspended_ns
        parts = []
        for frame in self._frames:
            display = display_packet(frame, pid, release)
            cookies = 2 + 2 * len(display.surfaces) + (display.skipped is not None)
            events, _ = graphics.display_events(display, self._host.next_cookie(cookies))
            for time, body in events:
                parts.append(
                    graphics.timeline_packet(
                        (time - behind, body),
                        clock=clock,
                        uid=_SYSTEM_UID,
                        sequence=_TIMELINE,
                        pid=pid,
                    )
                )
        for event in self._buffer_events:
            if event.time_ns <= end_ns:
                row = graphics.Buffer(
                    event.time_ns - persona.suspended_ns,
                    event.kind,
                    event.layer,
                    event.frame_number,
                    event.buffer,
                )
                parts.append(
                    graphics.buffer_packet(
                        row, clock=service.MONOTONIC_CLOCK, uid=_SYSTEM_UID, sequence=_FRAMES, pid=pid
                    )
                )
        return parts

    def _lists(self, end_ns: int) -> list[bytes]:
        parts = []
        scans = [s for s in self._config.data_sources if s.name == "linux.process_stats"]
        if scans:
            known = {process.pid: process for process in self._tree}
            if any(source.scan_processes_on_start for source in scans):
                body = service.process_tree(self._tree, self._begin_ns)
                parts.append(self._probe(service.first(body), _TREE, self._begin_ns))
            fresh = [p for p in self._host.processes() if known.get(p.pid) != p]
            if fresh:
                parts.append(self._probe(service.process_tree(fresh, end_ns), _TREE, end_ns))
        if "android.packages_list" in self._has:
            parts.append(self._probe(service.first(service.packages_list(self._host.packages())), _PACKAGES))
        return parts
