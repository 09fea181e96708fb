"""Waits and work that befall a thread, with the sections, states and kernel events that Android writes.

GC: ART's heap.cc (`GC: Wait For Completion <cause>` on the waiting thread) and garbage_collector.cc
(`<cause> <collector> GC` on HeapTaskDaemon). Locks: ART's monitor.cc and mutex.cc. Binder: the driver's
events binder_transaction and binder_transaction_received.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.threads import Signal
from devices.simulated.model.tracer import APP, DALVIK

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from devices.simulated.model.system import System
    from devices.simulated.model.threads import ProcessState, SimThread, Work
    from devices.simulated.model.trouble import Trouble

_HOLDER = "DefaultDispatcher-worker-2"
_METHOD = "void {package}.data.MessageStore.save({package}.data.Message)(MessageStore.kt:84)"
_CALLER = "java.util.List {package}.data.MessageStore.recent(int)(MessageStore.kt:51)"


class Troubles:
    """An app's troubles: counts the passes of each stage from a press on, and lets them befall.

    Args:
        system: The shared system.
        troubles: What is to happen.
        rng: The app's noise.
    """

    def __init__(self, system: System, troubles: Sequence[Trouble], rng: random.Random) -> None:
        self._system = system
        self._troubles = tuple(troubles)
        self._rng = rng
        self._active = False
        self._passes: dict[str, int] = {}
        self._helpers: dict[tuple[int, str], SimThread] = {}

    def press(self) -> None:
        """Begin to count anew."""
        self._active = bool(self._troubles)
        self._passes = {}

    def rest(self) -> None:
        """Let nothing befall any more: the slide is over."""
        self._active = False

    def _due(self, stage: str) -> list[Trouble]:
        if not self._active:
            return []
        number = self._passes[stage] = self._passes.get(stage, 0) + 1
        return [one for one in self._troubles if one.at == stage and _comes(one, number)]

    def befall(self, stage: str, thread: SimThread) -> Work:
        """Pass a stage on a thread."""
        for one in self._due(stage):
            cost = one.cost.draw(self._rng, self._system.cpu_factor())
            began = self._system.kernel.now_ns
            yield from {
                "compute": self._compute,
                "gc": self._collect,
                "binder": self._call,
                "lock": self._contend,
                "io": self._read,
            }[one.kind](thread, cost, one)
            self._note(one, thread, began, self._system.kernel.now_ns)

    def gpu_ns(self, thread: SimThread) -> int:
        """Return the further work of the graphics processor for the frame that is queued."""
        total = 0
        for one in self._due("gpu"):
            cost = one.cost.draw(self._rng, self._system.thermal_factor())
            total += cost
            self._note(one, thread, self._system.kernel.now_ns, self._system.kernel.now_ns + cost)
        return total

    def _note(self, one: Trouble, thread: SimThread, began: int, ended: int) -> None:
        self._system.note(
            "trouble",
            kind=one.kind,
            stage=one.at,
            package=thread.process.name,
            thread=thread.name,
            start_ns=began,
            end_ns=ended,
        )

    def _compute(self, thread: SimThread, cost: int, one: Trouble) -> Work:
        if one.section:
            thread.begin(one.section, APP)
        yield cost
        if one.section:
            thread.end(APP)

    def _collect(self, thread: SimThread, cost: int, _one: Trouble) -> Work:
        done = Signal()
        collector = self._helper(thread.process, "HeapTaskDaemon")
        collector.post(lambda: _work(collector, cost, done.fire, "Background young concurrent copying GC"))
        thread.begin("GC: Wait For Completion Alloc", DALVIK)
        yield done
        thread.end(DALVIK)

    def _contend(self, thread: SimThread, cost: int, _one: Trouble) -> Work:
        done = Signal()
        holder = self._helper(thread.process, _HOLDER)
        holder.post(lambda: _work(holder, cost, done.fire))
        package = thread.process.name
        thread.begin(
            f"monitor contention with owner {_HOLDER} ({holder.tid}) at {_METHOD.format(package=package)} "
            f"waiters=0 blocking from {_CALLER.format(package=package)}",
            DALVIK,
        )
        thread.begin(f"Lock contention on a monitor lock (owner tid: {holder.tid})", DALVIK)
        yield done
        thread.end(DALVIK)
        thread.end(DALVIK)

    def _call(self, thread: SimThread, cost: int, _one: Trouble) -> Work:
        system, tracer, replied = self._system, self._system.tracer, Signal()
        server = next(p for p in system.processes.values() if p.name == "system_server")
        callee = self._helper(server, f"binder:{server.pid}_9")
        request = system.binder_id()
        answer = system.binder_id()

        def serve() -> Work:
            tracer.binder_received(callee, request)
            yield cost
            tracer.binder_call(callee, answer, thread.process.pid, thread.tid, reply=True)
            replied.fire()

        yield 8_000
        tracer.binder_call(thread, request, server.pid, 0, reply=False)
        callee.post(serve)
        yield replied
        tracer.binder_received(thread, answer)

    def _read(self, _thread: SimThread, cost: int, _one: Trouble) -> Work:
        done = Signal("D")
        self._system.kernel.after(cost, done.fire)
        yield done

    def _helper(self, process: ProcessState, name: str) -> SimThread:
        key = (process.pid, name)
        if key not in self._helpers:
            self._helpers[key] = self._system.thread(process, name)
        return self._helpers[key]


def _comes(one: Trouble, number: int) -> bool:
    """Whether a trouble comes with this pass of its stage."""
    since = number - one.first
    return since == 0 or (since > 0 and one.every > 0 and since % one.every == 0)


def _work(thread: SimThread, cost: int, done: Callable[[], None], section: str = "") -> Work:
    if section:
        thread.begin(section, DALVIK)
    yield cost
    if section:
        thread.end(DALVIK)
    done()
