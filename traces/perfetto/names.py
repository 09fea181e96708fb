"""Names of processes and threads, from process trees, task events and the process numbers of atrace texts."""

from __future__ import annotations

from typing import Any

from traces.perfetto.schema import FtraceEvent

_CLONE_THREAD = 0x00010000


class ProcessNames:
    """What the trace tells about processes and threads; the latest counts, process trees before all."""

    def __init__(self) -> None:
        self.processes: dict[int, str] = {}
        self._group: dict[int, int] = {}
        self._comm: dict[int, str] = {}
        self._named_ns: dict[int, int] = {}
        self._tree_names: dict[int, str] = {}

    def add_tree(self, tree: Any) -> None:
        """Take one `ProcessTree`."""
        for process in tree.processes:
            self._group[process.pid] = process.pid
            if process.cmdline:
                name = process.cmdline[0].split(b"\0")[0].decode("utf-8", "replace")
                if name:
                    self.processes[process.pid] = name
        for thread in tree.threads:
            self._group[thread.tid] = thread.tgid
            if thread.HasField("name"):
                self._tree_names[thread.tid] = thread.name.decode("utf-8", "replace")

    def add_task(self, raw: bytes) -> None:
        """Take one ftrace event `task_newtask` or `task_rename`.

        Raises:
            DecodeError: the bytes are no such event.
        """
        event = FtraceEvent()
        event.ParseFromString(raw)
        if event.HasField("task_newtask"):
            new = event.task_newtask
            thread = bool(new.clone_flags & _CLONE_THREAD)
            self._group[new.pid] = self._group.get(event.pid, event.pid) if thread else new.pid
            self._tree_names.pop(new.pid, None)
            self.name_thread(new.pid, new.comm, event.timestamp)
        elif event.HasField("task_rename"):
            self.name_thread(event.task_rename.pid, event.task_rename.newcomm, event.timestamp)

    def name_thread(self, tid: int, comm: bytes, time_ns: int) -> None:
        """Take note of a thread's name in the kernel; the latest counts."""
        if time_ns >= self._named_ns.get(tid, 0):
            self._named_ns[tid] = time_ns
            self._comm[tid] = comm.decode("utf-8", "replace")

    def see(self, tid: int, tgid: int) -> None:
        """Take note that a thread wrote as part of a process."""
        if tgid:
            self._group[tid] = tgid

    def thread_name(self, tid: int) -> str | None:
        """Return a thread's name."""
        return self._tree_names.get(tid, self._comm.get(tid))

    def process_names(self) -> dict[int, str]:
        """Return pid -> name; a process without a command line goes by its main thread's name."""
        names = {
            tid: name
            for tid, name in self._comm.items()
            if self._group.get(tid) == tid or tid not in self._group
        }
        return {**names, **self.processes}

    def threads(self) -> dict[int, tuple[int, str | None]]:
        """Return tid -> (pid, thread name)."""
        return {tid: (pid, self.thread_name(tid)) for tid, pid in sorted(self._group.items())}
