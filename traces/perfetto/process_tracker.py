"""Instances of processes and threads, as trace processor's `ProcessTracker` keeps them.

The kernel uses numbers again: a number stands for another instance after a `task_newtask` or the
`sched_process_free` of its owner. Names belong to instances, and what an instance is called in the end is
what all its rows are called. A thread's name from a process tree outranks the kernel's short ones; of equal
rank the latest counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FTRACE, TREE, CONSTANT = 1, 2, 5
"""Ranks of the sources of thread names."""


@dataclass(slots=True, eq=False)
class Process:
    """One life of a process number."""

    pid: int
    name: str | None = None
    ended: bool = False
    threads: list[Thread] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Thread:
    """One life of a thread number."""

    tid: int
    name: str | None = None
    rank: int = 0
    process: Process | None = None
    ended: bool = False

    def call(self, name: str | None, rank: int) -> None:
        """Take a name, unless a source of higher rank gave one; None says nothing."""
        if name is not None and rank >= self.rank:
            self.name, self.rank = name, rank


class ProcessTracker:
    """Who is who at the time of the last event told; tell events in order of time."""

    def __init__(self) -> None:
        idle = Process(0)
        swapper = Thread(0, "swapper", CONSTANT, idle)
        idle.threads.append(swapper)
        self._lives: dict[int, list[Thread]] = {0: [swapper]}
        self._live: dict[int, Thread] = {0: swapper}
        self._processes: dict[int, Process] = {0: idle}
        self._together: dict[Thread, list[Thread]] = {}
        self.threads: list[Thread] = [swapper]
        self.processes: list[Process] = [idle]

    def thread(self, tid: int) -> Thread:
        """Return the living thread of a number, whatever its process; a new one where there is none."""
        return self._live.get(tid) or self._start_thread(tid)

    def thread_of(self, tid: int, pid: int) -> Thread:
        """Return the thread of a number in a process: a thread that no process is known of joins it."""
        process = self.process(pid)
        thread = self._living(tid, pid)
        if thread is None:
            thread = self._start_thread(tid)
        else:
            self._live[tid] = thread
            lives = self._lives.get(tid)
            if lives is not None and lives[-1] is not thread:
                lives.remove(thread)
                lives.append(thread)
        if thread.process is None:
            self._join(thread, process)
        self._resolve(thread)
        return thread

    def process(self, pid: int) -> Process:
        """Return the living process of a number, with its main thread; a new one where there is none."""
        process = self._processes.get(pid)
        if process is None:
            process = self._processes[pid] = Process(pid)
            self.processes.append(process)
            self.thread_of(pid, pid)
        return process

    def fork(self, pid: int, name: str | None) -> None:
        """Begin a process: whoever had its number before, as process or thread, is gone."""
        before = self._processes.pop(pid, None)
        self._lives.pop(pid, None)
        self._live.pop(pid, None)
        self._start_thread(pid).call(name, FTRACE)
        process = self.process(pid)
        if name is not None:
            process.name = name
        if before is not None:
            self._forget_threads_of(before)

    def clone(self, tid: int, source: int, name: str | None) -> None:
        """Begin a thread in the process of the one that made it, which may become known later."""
        maker = self.thread(source)
        thread = self._start_thread(tid)
        thread.call(name, FTRACE)
        if maker.process is not None and thread.process is None:
            self._join(thread, maker.process)
            self._resolve(thread)
        elif maker.process is None:
            self._together.setdefault(maker, []).append(thread)
            self._together.setdefault(thread, []).append(maker)

    def rename(self, tid: int, name: str | None) -> None:
        """Rename a thread; a main thread's process too, if that is known."""
        thread = self.thread(tid)
        thread.call(name, FTRACE)
        process = thread.process
        if process is not None and process.pid == tid and name is not None:
            process.name = name

    def free(self, tid: int) -> None:
        """End a thread, and with a main thread its process."""
        thread = self._live.get(tid)
        if thread is None:
            return
        thread.ended = True
        lives = self._lives.get(tid, [])
        if thread in lives:
            lives.remove(thread)
        self._refresh(tid)
        process = thread.process
        if process is None or process.pid != tid:
            return
        process.ended = True
        self._processes.pop(tid, None)
        self._forget_threads_of(process)

    def _start_thread(self, tid: int) -> Thread:
        thread = Thread(tid)
        self.threads.append(thread)
        self._lives.setdefault(tid, []).append(thread)
        self._live[tid] = thread
        return thread

    def _alive(self, thread: Thread) -> bool:
        if thread.ended:
            return False
        process = thread.process
        if process is None:
            return True
        return not process.ended and self._processes.get(process.pid, process) is process

    def _living(self, tid: int, pid: int) -> Thread | None:
        for thread in reversed(self._lives.get(tid, [])):
            if self._alive(thread) and (thread.process is None or thread.process.pid == pid):
                return thread
        return None

    def _refresh(self, tid: int) -> None:
        for thread in reversed(self._lives.get(tid, [])):
            if self._alive(thread):
                self._live[tid] = thread
                return
        self._live.pop(tid, None)

    def _forget_threads_of(self, process: Process) -> None:
        for thread in process.threads:
            self._refresh(thread.tid)

    @staticmethod
    def _join(thread: Thread, process: Process) -> None:
        thread.process = process
        process.threads.append(thread)

    def _resolve(self, thread: Thread) -> None:
        """Bring along the threads that wait to be told this one's process, and those that wait for them."""
        known = [thread]
        while known:
            one = known.pop()
            for other in self._together.pop(one, ()):
                if other.process is None and one.process is not None:
                    self._join(other, one.process)
                    known.append(other)
