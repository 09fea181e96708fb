"""Where traced things go while tracing sessions run; costs nothing when none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from devices.simulated.model.frametimeline import DisplayFrame
    from devices.simulated.model.kernel import Kernel
    from devices.simulated.model.threads import SimThread

GFX = 1
INPUT = 2
VIEW = 4
WM = 8
AM = 16
DALVIK = 32
APP = 64

DEQUEUE, QUEUE, ACQUIRE_FENCE, LATCH, PRESENT_FENCE = 1, 2, 4, 5, 8
"""BufferEventType of FrameTracer."""

_WAKE_NS = 300
"""A wake-up follows what led to it; no two events of a thread share a time."""
_WRITE_NS = 600
"""Lines of one thread follow each other by at least this, since writing one takes time."""


@dataclass(frozen=True, slots=True)
class BufferEvent:
    """One event of a layer's buffer; BOOTTIME ns."""

    time_ns: int
    kind: int
    layer: str
    frame_number: int
    buffer: int


class Task(Protocol):
    """A thread as the scheduler knows it."""

    @property
    def name(self) -> str:
        """Its name, of at most 15 characters."""
        ...

    @property
    def tid(self) -> int:
        """Its id, 0 for the idle tasks."""
        ...


@dataclass(frozen=True, slots=True)
class BinderEvent:
    """A transaction that a thread sends, or (`to_proc` None) one that it takes."""

    debug_id: int
    to_proc: int | None = None
    to_thread: int = 0
    reply: bool = False


class Recorder(Protocol):
    """A tracing session as the tracer sees it."""

    sched: bool

    def print(self, time_ns: int, thread: SimThread, tag: int, text: str) -> None:
        """Take one line of trace_marker."""
        ...

    def waking(self, time_ns: int, thread: SimThread) -> None:
        """Take a wake-up of a thread."""
        ...

    def switch(self, time_ns: int, cpu: int, before: Task, state: str, after: Task) -> None:
        """Take a context switch: who left the CPU in which state, and who got it."""
        ...

    def binder(self, time_ns: int, thread: SimThread, event: BinderEvent) -> None:
        """Take an event of the binder driver."""
        ...

    def task(self, time_ns: int, pid: int, tid: int, name: str, event: str) -> None:
        """Take the birth (`newtask`), naming (`rename`) or end (`exit`) of a thread."""
        ...

    def marker(self, time_ns: int, pid: int, text: str) -> None:
        """Take a line that a shell process wrote."""
        ...

    def display_frame(self, frame: DisplayFrame) -> None:
        """Take a display frame whose present fence has signalled, at the time SurfaceFlinger traces it."""
        ...

    def buffer_event(self, event: BufferEvent) -> None:
        """Take one event of FrameTracer."""
        ...


class Tracer:
    """Hands traced things to all running sessions."""

    __slots__ = ("active", "kernel", "sched")

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.active: list[Recorder] = []
        self.sched = False

    def add(self, recorder: Recorder) -> None:
        """Start handing things to this session."""
        self.active.append(recorder)
        self.sched = any(one.sched for one in self.active)

    def remove(self, recorder: Recorder) -> None:
        """Stop handing things to this session."""
        self.active.remove(recorder)
        self.sched = any(one.sched for one in self.active)

    def begin(self, thread: SimThread, name: str, tag: int, time_ns: int | None = None) -> None:
        """Open a slice."""
        self.line(thread, f"B|{thread.process.pid}|{name}", tag, time_ns)

    def end(self, thread: SimThread, tag: int, time_ns: int | None = None) -> None:
        """Close a slice."""
        self.line(thread, f"E|{thread.process.pid}", tag, time_ns)

    def async_begin(self, thread: SimThread, name: str, cookie: int, tag: int) -> None:
        """Open an async slice."""
        if self.active:
            self.line(thread, f"S|{thread.process.pid}|{name}|{cookie}", tag)

    def async_end(self, thread: SimThread, name: str, cookie: int, tag: int) -> None:
        """Close an async slice."""
        if self.active:
            self.line(thread, f"F|{thread.process.pid}|{name}|{cookie}", tag)

    def counter(self, thread: SimThread, name: str, value: int, tag: int) -> None:
        """Set a counter."""
        if self.active:
            self.line(thread, f"C|{thread.process.pid}|{name}|{value}", tag)

    def line(self, thread: SimThread, text: str, tag: int, time_ns: int | None = None) -> None:
        """Write one line of trace_marker."""
        time = max(self.kernel.now_ns if time_ns is None else time_ns, thread.traced_ns + _WRITE_NS)
        thread.traced_ns = time
        for recorder in self.active:
            recorder.print(time, thread, tag, text)

    def marker(self, pid: int, text: str) -> None:
        """Write a line as a shell process does."""
        for recorder in self.active:
            recorder.marker(self.kernel.now_ns, pid, text)

    def waking(self, thread: SimThread) -> None:
        """Hand on that a thread was woken."""
        if self.sched:
            for recorder in self.active:
                recorder.waking(self.kernel.now_ns + _WAKE_NS, thread)

    def switch(self, cpu: int, before: Task, state: str, after: Task) -> None:
        """Hand on a context switch; who left: S sleeping, D on a disk, R+ preempted, R idle task, X dead."""
        if self.sched:
            for recorder in self.active:
                recorder.switch(self.kernel.now_ns, cpu, before, state, after)

    def binder_call(
        self, thread: SimThread, debug_id: int, to_proc: int, to_thread: int, *, reply: bool
    ) -> None:
        """Hand on that a thread sends a transaction or a reply."""
        for recorder in self.active:
            recorder.binder(self.kernel.now_ns, thread, BinderEvent(debug_id, to_proc, to_thread, reply))

    def binder_received(self, thread: SimThread, debug_id: int) -> None:
        """Hand on that a thread takes a transaction or a reply."""
        for recorder in self.active:
            recorder.binder(self.kernel.now_ns, thread, BinderEvent(debug_id))

    def task(self, pid: int, tid: int, name: str, event: str) -> None:
        """Hand on that a thread was born, named or ended."""
        for recorder in self.active:
            recorder.task(self.kernel.now_ns, pid, tid, name, event)

    def display_frame(self, frame: DisplayFrame) -> None:
        """SurfaceFlinger traces a display frame."""
        for recorder in self.active:
            recorder.display_frame(frame)

    def buffer_event(self, event: BufferEvent) -> None:
        """Hand on one event of a buffer, as SurfaceFlinger's FrameTracer does."""
        for recorder in self.active:
            recorder.buffer_event(event)
