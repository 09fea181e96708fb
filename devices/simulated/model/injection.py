"""Input: the dispatcher brings injected events to the main thread of the window that they hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devices.simulated.model.noise import Cost
from devices.simulated.model.tracer import INPUT, VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work
    from devices.simulated.model.truth import Truth
    from devices.simulated.world import Done

TOUCH_SOURCE = 0x1002
KEY_SOURCE = 0x101

_FINISH_NS = 180_000


class Receiver(Protocol):
    """A window that input goes to."""

    @property
    def package(self) -> str:
        """Its package."""
        ...

    @property
    def main(self) -> SimThread:
        """The main thread of its process."""
        ...

    @property
    def window_title(self) -> str:
        """Its title."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """What InputReader gave an event of a device."""

    time_ns: int
    """BOOTTIME of the kernel's time, whole us."""
    id: int


@dataclass(frozen=True, slots=True)
class _Event:
    """An event on its way."""

    receiver: Receiver
    action: str
    source: int
    time_ns: int
    id: int
    handle: Callable[[int], Work]
    done: Done


class Dispatcher:
    """InputDispatcher.

    Args:
        system: The shared system.
        thread: The InputDispatcher thread.
        truth: The truth file.
    """

    def __init__(self, system: System, thread: SimThread, truth: Truth) -> None:
        self._system = system
        self._thread = thread
        self._truth = truth
        self._rng = system.stream("input")
        self._dispatch = Cost(median_ms=system.timings["touch_dispatch_ms"], sigma=0.35)

    def send(
        self,
        receiver: Receiver,
        action: str,
        source: int,
        handle: Callable[[int], Work],
        done: Done,
        *,
        stamp: Stamp | None = None,
    ) -> None:
        """Dispatch an event.

        Args:
            receiver: The window.
            action: DOWN, UP, MOVE or CANCEL, for the truth.
            source: The event's source as `deliverInputEvent` prints it.
            handle: What the app's main thread does with it; gets the event's id.
            done: Runs when the app has finished it.
            stamp: Of a device's event; None: injected, stamped now.
        """
        if stamp is None:
            stamp = Stamp(self._event_time(), self._rng.randrange(1 << 28, 1 << 31))
        event = _Event(receiver, action, source, stamp.time_ns, stamp.id, handle, done)
        self._thread.post(lambda: self._dispatch_work(event))

    def _event_time(self) -> int:
        """Return the event's BOOTTIME: injectors stamp uptimeMillis, whole milliseconds of MONOTONIC."""
        suspended = self._system.persona.suspended_ns
        return (self._system.kernel.now_ns - suspended) // 1_000_000 * 1_000_000 + suspended

    def _dispatch_work(self, event: _Event) -> Work:
        thread, tracer, title = self._thread, self._system.tracer, event.receiver.window_title
        tracer.counter(thread, "iq", 1, INPUT)
        thread.begin(f"prepareDispatchCycleLocked(inputChannel={title}, id=0x{event.id:x})", INPUT)
        yield self._dispatch.draw(self._rng, self._system.cpu_factor())
        tracer.counter(thread, "iq", 0, INPUT)
        publish = self._system.release.names_publish
        if publish:
            thread.begin(f"publishMotionEvent(inputChannel={title}, action={event.action})", INPUT)
        yield 40_000
        if publish:
            thread.end(INPUT)
        thread.end(INPUT)
        tracer.counter(thread, f"wq:{title}", 1, INPUT)
        if event.receiver.main.process.alive:
            event.receiver.main.post(lambda: self._deliver(event))
        else:
            event.done()

    def _deliver(self, event: _Event) -> Work:
        kernel, tracer, main = self._system.kernel, self._system.tracer, event.receiver.main
        self._truth.write(
            "input",
            action=event.action,
            source="touch" if event.source == TOUCH_SOURCE else "key",
            time_ns=event.time_ns,
            delivered_ns=kernel.now_ns,
            package=event.receiver.package,
            pid=main.process.pid,
        )
        stamp = event.time_ns - self._system.persona.suspended_ns
        tracer.async_begin(main, "deliverInputEvent", event.id, VIEW)
        named = self._system.release.names_input
        if named:
            text = f"deliverInputEvent src=0x{event.source:x} eventTimeNano={stamp} id=0x{event.id:x}"
            main.begin(text, VIEW)
        yield from event.handle(event.id)
        if named:
            main.end(VIEW)
        tracer.async_end(main, "deliverInputEvent", event.id, VIEW)
        kernel.after(_FINISH_NS, lambda: self._finished(event))

    def _finished(self, event: _Event) -> None:
        self._system.tracer.counter(self._thread, f"wq:{event.receiver.window_title}", 0, INPUT)
        event.done()
