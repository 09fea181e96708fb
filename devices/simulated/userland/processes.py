"""Processes that shells start: pids, signals, sessions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "KILL": 9,
    "USR1": 10,
    "USR2": 12,
    "PIPE": 13,
    "TERM": 15,
    "CONT": 18,
    "STOP": 19,
}


@dataclass(slots=True, eq=False)
class ShellProcess:
    """A process started from a shell."""

    pid: int
    parent: int
    name: str
    argv: tuple[str, ...]
    task: asyncio.Task[int] | None = None
    on_signal: Callable[[int], bool] | None = None
    """Called with a signal's number; True if it was handled and the process lives on."""
    ignores_hangup: bool = False
    killed_by: int = 0

    def signal(self, number: int) -> None:
        """Deliver a signal; without a handler it ends the process."""
        if number == 0 or (number == SIGNALS["HUP"] and self.ignores_hangup):
            return
        if number != SIGNALS["KILL"] and self.on_signal is not None and self.on_signal(number):
            return
        self.killed_by = number
        if self.task is not None:
            self.task.cancel()


@dataclass(slots=True)
class Session:
    """One ADB shell session: what its background jobs keep open, and what a hang-up ends."""

    background: set[ShellProcess] = field(default_factory=set)
    """Jobs that still have the session's output."""
    jobs: set[ShellProcess] = field(default_factory=set)
    """All background jobs started here."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Exit codes of ended jobs, by pid."""

    def hang_up(self) -> None:
        """Send SIGHUP to the session's jobs."""
        for process in list(self.jobs):
            process.signal(SIGNALS["HUP"])


class ProcessTable:
    """All processes that shells started and that still run."""

    def __init__(self) -> None:
        self._processes: dict[int, ShellProcess] = {}

    def add(self, process: ShellProcess) -> None:
        """Take a process in."""
        self._processes[process.pid] = process

    def remove(self, process: ShellProcess) -> None:
        """Let a process go."""
        self._processes.pop(process.pid, None)

    def get(self, pid: int) -> ShellProcess | None:
        """Return the process with this pid, None if there is none."""
        return self._processes.get(pid)

    def all(self) -> list[ShellProcess]:
        """Return the processes by pid."""
        return [self._processes[pid] for pid in sorted(self._processes)]


def signal_number(text: str) -> int | None:
    """Return the number of a signal given by name (with or without SIG) or number, None if unknown."""
    if text.isdigit():
        return int(text)
    return SIGNALS.get(text.upper().removeprefix("SIG"))


async def finish(process: ShellProcess) -> int:
    """Wait for a process and return its exit code; if the waiter is cancelled, the process ends too."""
    task = process.task
    assert task is not None
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        raise
    if task.cancelled():
        return 128 + (process.killed_by or SIGNALS["TERM"])
    return task.result()
