"""Processes and threads: each thread runs jobs one after another, as a looper does."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from devices.simulated.model.kernel import Action, Kernel
    from devices.simulated.model.tracer import Tracer

CPUS = 8


class Signal:
    """Something a job can wait for."""

    __slots__ = ("_waiters", "fired")

    def __init__(self) -> None:
        self.fired = False
        self._waiters: list[Action] = []

    def fire(self) -> None:
        """Wake all that wait; later waiters do not wait."""
        self.fired = True
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter()

    def wait(self, waiter: Action) -> None:
        """Call `waiter` when fired."""
        self._waiters.append(waiter)


Work = Generator[int | Signal, None, None]
"""A job: yields ns of CPU time that it uses, or a signal that it waits for."""
Job = Callable[[], Work]


class Cpus:
    """Who runs where; only as far as traces show it."""

    __slots__ = ("busy",)

    def __init__(self) -> None:
        self.busy = [False] * CPUS

    def take(self, preferred: int) -> int:
        """Occupy a CPU, the preferred one if it is free."""
        for cpu in chain((preferred,), range(CPUS)):
            if not self.busy[cpu]:
                self.busy[cpu] = True
                return cpu
        return preferred

    def release(self, cpu: int) -> None:
        """Free a CPU."""
        self.busy[cpu] = False


@dataclass(slots=True)
class ProcessState:
    """A process of the model."""

    pid: int
    uid: int
    name: str
    threads: dict[int, str] = field(default_factory=dict)
    alive: bool = True


@dataclass(slots=True)
class Machine:
    """What all threads share."""

    kernel: Kernel
    tracer: Tracer
    cpus: Cpus
    rng: random.Random
    wake_ns: float

    def wake_latency(self) -> int:
        """Draw how long a woken thread waits for its CPU, ns."""
        spread: float = math.exp(0.5 * self.rng.gauss(0.0, 1.0))
        return int(self.wake_ns * spread)


class SimThread:
    """One thread with its queue of jobs."""

    __slots__ = ("_machine", "_queue", "_work", "cpu", "name", "process", "running", "tid", "traced_ns")

    def __init__(self, machine: Machine, process: ProcessState, tid: int, name: str) -> None:
        self._machine = machine
        self.process = process
        self.tid = tid
        self.name = name[:15]
        self.cpu = tid % CPUS
        self.running = False
        self.traced_ns = 0
        self._queue: deque[Job] = deque()
        self._work: Work | None = None
        process.threads[tid] = self.name

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing waits to run."""
        return self._work is None and not self._queue

    def post(self, job: Job) -> None:
        """Run a job when all earlier ones are done."""
        if not self.process.alive:
            return
        was_idle = self.idle
        self._queue.append(job)
        if was_idle:
            machine = self._machine
            machine.tracer.waking(self)
            machine.kernel.after(machine.wake_latency(), self._begin)

    def post_at(self, time_ns: int, job: Job) -> None:
        """Post a job at a later time."""
        self._machine.kernel.at(time_ns, lambda: self.post(job))

    def begin(self, name: str, tag: int) -> None:
        """Open an atrace slice now."""
        tracer = self._machine.tracer
        if tracer.active:
            tracer.begin(self, name, tag)

    def end(self, tag: int) -> None:
        """Close the innermost atrace slice now."""
        tracer = self._machine.tracer
        if tracer.active:
            tracer.end(self, tag)

    def slice(self, name: str, tag: int, start_ns: int, end_ns: int) -> None:
        """Record a whole slice whose times are known; it must lie inside the work that runs."""
        tracer = self._machine.tracer
        if tracer.active:
            tracer.begin(self, name, tag, start_ns)
            tracer.end(self, tag, end_ns)

    def _begin(self) -> None:
        if self._work is None and self._queue and self.process.alive:
            self._on_cpu()
            self._work = self._queue.popleft()()
            self._step()

    def _resume(self) -> None:
        machine = self._machine
        machine.tracer.waking(self)
        machine.kernel.after(machine.wake_latency(), self._resumed)

    def _resumed(self) -> None:
        if self.process.alive:
            self._on_cpu()
            self._step()

    def _step(self) -> None:
        if not self.process.alive:
            self._work = None
            self._off_cpu("X")
            return
        kernel = self._machine.kernel
        while self._work is not None:
            request = next(self._work, None)
            if request is None:
                self._work = self._queue.popleft()() if self._queue else None
            elif isinstance(request, Signal):
                if not request.fired:
                    self._off_cpu("S")
                    request.wait(self._resume)
                    return
            elif request > 0:
                kernel.at(kernel.now_ns + request, self._step)
                return
        self._off_cpu("S")

    def _on_cpu(self) -> None:
        if not self.running:
            self.running = True
            self.cpu = self._machine.cpus.take(self.cpu)
            self._machine.tracer.switch_in(self)

    def _off_cpu(self, state: str) -> None:
        if self.running:
            self.running = False
            self._machine.cpus.release(self.cpu)
            self._machine.tracer.switch_out(self, state)
