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
    from collections.abc import Sequence

    from devices.simulated.model.kernel import Action, Kernel
    from devices.simulated.model.load import RunningLoad
    from devices.simulated.model.tracer import Tracer

CPUS = 8


class Signal:
    """Something a job can wait for, in a scheduler state: S (sleeping) or D (uninterruptible, on a disk)."""

    __slots__ = ("_waiters", "fired", "state")

    def __init__(self, state: str = "S") -> None:
        self.fired = False
        self.state = state
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


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who has a CPU while no thread of the model runs there: the idle task, or a thread of a load."""

    name: str
    tid: int


class Cpus:
    """Who runs where; only as far as traces show it."""

    __slots__ = ("busy", "tenants")

    def __init__(self) -> None:
        self.busy = [False] * CPUS
        self.tenants = [Tenant(f"swapper/{cpu}", 0) for cpu in range(CPUS)]

    def let(self, tenants: Sequence[Tenant] | None, tracer: Tracer) -> None:
        """Give all CPUs to a load's threads, or back to their idle tasks (None)."""
        for cpu in range(CPUS):
            before = self.tenants[cpu]
            after = tenants[cpu] if tenants is not None else Tenant(f"swapper/{cpu}", 0)
            self.tenants[cpu] = after
            if not self.busy[cpu]:
                tracer.switch(cpu, before, "S" if before.tid else "R", after)

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
    cpu_ns: int = 0
    """CPU time that its threads have used."""


@dataclass(slots=True)
class Machine:
    """What all threads share."""

    kernel: Kernel
    tracer: Tracer
    cpus: Cpus
    rng: random.Random
    wake_ns: float
    load: RunningLoad | None = None

    def wake_latency(self, thread: SimThread) -> int:
        """Draw how long a woken thread waits for its CPU, ns."""
        spread: float = math.exp(0.5 * self.rng.gauss(0.0, 1.0))
        latency = int(self.wake_ns * spread)
        if self.load is not None and self.load.touches(thread.name):
            latency += self.load.wait_ns()
        return latency


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
            machine.kernel.after(machine.wake_latency(self), self._begin)

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
        machine.kernel.after(machine.wake_latency(self), self._resumed)

    def _resumed(self) -> None:
        if self.process.alive:
            self._on_cpu()
            self._step()

    def _step(self) -> None:
        if not self.process.alive:
            self._work = None
            self._off_cpu("X")
            return
        while self._work is not None:
            request = next(self._work, None)
            if request is None:
                self._work = self._queue.popleft()() if self._queue else None
            elif isinstance(request, Signal):
                if not request.fired:
                    self._off_cpu(request.state)
                    request.wait(self._resume)
                    return
            elif request > 0:
                self._run(request)
                return
        self._off_cpu("S")

    def _run(self, left_ns: int) -> None:
        """Use CPU time; under a load in pieces, with waits for the CPU between them."""
        machine = self._machine
        load = machine.load
        if load is not None and load.touches(self.name):
            piece = load.quantum_ns()
            if piece < left_ns:
                self.process.cpu_ns += piece
                machine.kernel.after(piece, lambda: self._preempted(left_ns - piece))
                return
        self.process.cpu_ns += left_ns
        machine.kernel.after(left_ns, self._step)

    def _preempted(self, left_ns: int) -> None:
        machine = self._machine
        load = machine.load
        if not self.process.alive or load is None:
            self._run(left_ns)
            return
        self._off_cpu("R+")
        machine.kernel.after(load.wait_ns(), lambda: self._again(left_ns))

    def _again(self, left_ns: int) -> None:
        if self.process.alive:
            self._on_cpu()
        self._run(left_ns)

    def _on_cpu(self) -> None:
        if not self.running:
            self.running = True
            cpus = self._machine.cpus
            self.cpu = cpus.take(self.cpu)
            tenant = cpus.tenants[self.cpu]
            self._machine.tracer.switch(self.cpu, tenant, "R", self)

    def _off_cpu(self, state: str) -> None:
        if self.running:
            self.running = False
            cpus = self._machine.cpus
            cpus.release(self.cpu)
            self._machine.tracer.switch(self.cpu, self, state, cpus.tenants[self.cpu])
