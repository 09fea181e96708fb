"""Names of processes and threads: what a trace tells of them, told again in order of time when it is whole.

Rows are called what the instance of their process or thread is called in the end, by the rules of trace
processor (`traces.perfetto.process_tracker`): processes by the first word of the command line in a process
tree, by the name that they were forked with, or by the new name of their main thread, whichever came last;
threads by the process tree, else by the latest name that the kernel told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from traces.perfetto.process_tracker import FTRACE, TREE, Process, ProcessTracker, Thread
from traces.perfetto.schema import FtraceEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLONE_THREAD = 0x00010000
_KTHREADD = 2
_UNSIGNED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is meant by a number at a time: a thread (of a process, 0: of any), or a process (`tid` None)."""

    time_ns: int
    pid: int
    tid: int | None = None


@dataclass(frozen=True)
class Told:
    """Who is who: the answers to what was asked, and all instances in the order in which they appeared."""

    answers: list[Process | Thread]
    tracker: ProcessTracker

    def process_names(self) -> dict[int, str]:
        """Return pid -> name of the last process of each number; nameless ones go by their main thread's."""
        names: dict[int, str] = {}
        for thread in self.tracker.threads:
            if thread.name and thread.tid and (thread.process is None or thread.process.pid == thread.tid):
                names[thread.tid] = thread.name
        names.update((process.pid, process.name) for process in self.tracker.processes if process.name)
        return names

    def threads(self) -> dict[int, tuple[int, str | None]]:
        """Return tid -> (pid, thread name) of the last thread of each number whose process is known."""
        known = {
            thread.tid: (thread.process.pid, thread.name)
            for thread in self.tracker.threads
            if thread.process is not None and thread.tid
        }
        return dict(sorted(known.items()))


class ProcessNames:
    """Collects what a trace tells of processes and threads, each with its time."""

    def __init__(self) -> None:
        self.changes: dict[int, list[int]] = {}
        """Per number, the times at which a task event says that it began or ended."""
        self._trees: list[tuple[int, Any]] = []
        self._tasks: list[Any] = []
        self._names: list[tuple[int, int, bytes]] = []
        self._latest: dict[int, tuple[int, bytes]] = {}

    def add_tree(self, tree: Any, time_ns: int) -> None:
        """Take one `ProcessTree`."""
        self._trees.append((time_ns, tree))

    def add_task(self, raw: bytes) -> None:
        """Take one ftrace event `task_newtask`, `task_rename` or `sched_process_free`.

        Raises:
            DecodeError: the bytes are no event.
        """
        event = FtraceEvent()
        event.ParseFromString(raw)
        if event.HasField("task_newtask"):
            self.changes.setdefault(event.task_newtask.pid, []).append(event.timestamp)
        elif event.HasField("sched_process_free"):
            self.changes.setdefault(event.sched_process_free.pid, []).append(event.timestamp)
        elif not event.HasField("task_rename"):
            return
        self._tasks.append(event)

    def name_thread(self, tid: int, comm: bytes, time_ns: int) -> None:
        """Take note of a thread's name in the kernel."""
        if tid in self.changes:
            self._names.append((time_ns, tid, comm))
        elif time_ns >= self._latest.get(tid, (0, b""))[0]:
            self._latest[tid] = time_ns, comm

    def tell(
        self,
        *,
        known_from_ns: int,
        begun_ns: int,
        seen: Iterable[tuple[int, int, int]],
        asked: Iterable[Asked],
        processes: Iterable[tuple[int, int]] = (),
    ) -> Told:
        """Tell it all in order of time.

        Args:
            known_from_ns: time before which task events count for nothing.
            begun_ns: time before which names of switches count for nothing.
            seen: (time, tid, pid) of threads that wrote as part of a process.
            asked: questions; each is answered by who is meant at its time.
            processes: (time, pid) of processes that frames, counters, asynchronous slices are booked under.
        """
        tracker = ProcessTracker()
        questions = list(asked)
        answers: list[Process | Thread] = []
        steps: list[tuple[int, int, Any]] = [(time, 0, tree) for time, tree in self._trees]
        steps += [(e.timestamp, 1, e) for e in self._tasks if e.timestamp >= known_from_ns]
        steps += [(time, 2, (tid, pid)) for time, tid, pid in seen]
        steps += [(time, 5, pid) for time, pid in processes]
        names = [(time, tid, comm) for tid, (time, comm) in self._latest.items()] + self._names
        steps += [(time, 3, (tid, comm)) for time, tid, comm in names if time >= begun_ns]
        steps += [(question.time_ns, 4, number) for number, question in enumerate(questions)]
        answers = [tracker.processes[0]] * len(questions)
        for _, kind, said in sorted(steps, key=lambda step: step[:2]):
            if kind == 0:
                _tell_tree(tracker, said)
            elif kind == 1:
                _tell_task(tracker, said)
            elif kind == 2:
                tracker.thread_of(*said)
            elif kind == 5:
                tracker.process(said)
            elif kind == 3:
                tracker.thread(said[0] & _UNSIGNED).call(_text(said[1]), FTRACE)
            else:
                answers[said] = _answer(tracker, questions[said])
        return Told(answers, tracker)


def _answer(tracker: ProcessTracker, question: Asked) -> Process | Thread:
    if question.tid is None:
        return tracker.process(question.pid)
    if not question.pid:
        return tracker.thread(question.tid)
    return tracker.thread_of(question.tid, question.pid)


def _tell_task(tracker: ProcessTracker, event: Any) -> None:
    if event.HasField("task_newtask"):
        new = event.task_newtask
        name = _text(new.comm) if new.HasField("comm") else None
        if not new.pid:
            return  # the kernel makes its idle threads when it boots
        if new.clone_flags & _CLONE_THREAD:
            tracker.clone(new.pid, event.pid, name)
        else:
            tracker.fork(new.pid, name)
    elif event.HasField("task_rename"):
        said = event.task_rename
        tracker.rename(said.pid, _text(said.newcomm) if said.HasField("newcomm") else None)
    else:
        tracker.free(event.sched_process_free.pid)


def _tell_tree(tracker: ProcessTracker, tree: Any) -> None:
    kernel_threads: set[int] = set()
    for said in tree.processes:
        if not said.cmdline:
            continue
        words = [_text(word) for word in said.cmdline]
        name = words[0] if words else None
        whole = " ".join(words)
        if said.ppid == _KTHREADD:
            kernel_threads.add(said.pid)
            if name is not None and _without_queue(name) != name:
                name = whole = _without_queue(name)
        # Some programs write their command line as one word, with spaces between.
        if len(words) == 1 and name is not None and " " in name:
            name = name.split(" ", 1)[0]
        tracker.process(said.ppid)
        process = tracker.process(said.pid)
        if name is not None:
            process.name = name
        if said.cmdline_is_comm:
            tracker.thread(said.pid).call(whole, TREE)
    for said in tree.threads:
        thread = tracker.thread_of(said.tid, said.tgid)
        if said.HasField("name"):
            name = _text(said.name)
            if said.tid == said.tgid and said.tid in kernel_threads:
                name = _without_queue(name)
            thread.call(name, TREE)


def _without_queue(name: str) -> str:
    """Cut off what the kernel appends to a worker's name: the queue that it happened to work on."""
    if not name.startswith("kworker/"):
        return name
    return min(name.split(sign, 1)[0] for sign in "+-")


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")
