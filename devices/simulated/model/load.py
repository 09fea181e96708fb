"""Other processes that keep all CPUs busy: threads then wait for a CPU, and are preempted while they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.model.threads import CPUS, Tenant

if TYPE_CHECKING:
    import random

    from devices.simulated.model.system import System
    from devices.simulated.model.trouble import Load

_UNTOUCHED = ("surfaceflinger", "InputDispatcher", "InputReader")
"""Threads that run in real-time classes or with a raised priority."""


@dataclass(slots=True)
class RunningLoad:
    """A load that runs now."""

    load: Load
    rng: random.Random

    def touches(self, thread_name: str) -> bool:
        """Whether a thread must share its CPU with the load."""
        return not thread_name.startswith(_UNTOUCHED)

    def quantum_ns(self) -> int:
        """Draw how long a thread runs until it is preempted."""
        return max(200_000, self.load.quantum.draw(self.rng))

    def wait_ns(self) -> int:
        """Draw how long a thread waits for its CPU."""
        return self.load.wait.draw(self.rng)


class Loads:
    """Begins and ends loads.

    Args:
        system: The shared system.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._rng = system.stream("load")
        self._turn = 0

    def start(self, load: Load) -> None:
        """Begin a load; one that runs already goes on for the new one's time."""
        system, machine = self._system, self._system.machine
        self._turn += 1
        turn = self._turn
        if machine.load is None:
            process, _ = system.spawn(load.name, 1000)
            tenants = [Tenant(load.name[:15], system.thread(process, load.name).tid) for _ in range(CPUS)]
            machine.load = RunningLoad(load, self._rng)
            machine.cpus.let(tenants, system.tracer)
            system.note("load", name=load.name, start_ns=system.kernel.now_ns)
            pid = process.pid
        else:
            pid = -1
        system.kernel.after(int(load.for_ms * 1e6), lambda: self._end(turn, pid))

    def _end(self, turn: int, pid: int) -> None:
        machine = self._system.machine
        if turn == self._turn and machine.load is not None:
            machine.load = None
            machine.cpus.let(None, self._system.tracer)
            self._system.note("load-end", time_ns=self._system.kernel.now_ns)
        process = self._system.processes.get(pid)
        if process is not None:
            self._system.kill(process)
