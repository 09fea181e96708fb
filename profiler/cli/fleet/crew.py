"""Starts one process a phone, listens to all, and ends all.

Each has a session of its own, so that Ctrl-C reaches only this process, which asks each to end by closing its
standard input; that also happens when this process is killed. A second Ctrl-C ends them at once.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Protocol

from profiler.joint.codes import NO_EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WORKER = "profiler.cli.fleet.worker"
_POLL_SECONDS = 0.5
STOPPING = (
    "Stopping: every phone is put back as it was, and what was captured is kept. Ctrl-C again ends at once; "
    "`silky restore` then puts the phones back."
)
_LAST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is to do."""

    key: str
    serial: str
    order: Mapping[str, Any]
    """What the worker reads."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How one process ended."""

    code: int
    what: str = ""
    next_step: str = ""


class View(Protocol):
    """Shows what the phones do."""

    def event(self, key: str, event: Mapping[str, Any]) -> None:
        """Hear what a phone's process tells."""

    def ended(self, key: str, ending: Ending) -> None:
        """Hear that a phone is through."""

    def note(self, text: str) -> None:
        """Hear something about all of them."""


@dataclass(slots=True)
class _Worker:
    job: Job
    process: subprocess.Popen[bytes]
    stderr: IO[bytes]
    told: Ending | None = None
    threads: list[threading.Thread] = field(default_factory=list)


class Crew:
    """One process for each job.

    Args:
        jobs: what is to be done, one phone each.
        view: told of everything.
        on_end: told of each ending, at once, so that it can be written down.
    """

    def __init__(self, jobs: Sequence[Job], view: View, on_end: Callable[[str, Ending], None]) -> None:
        self._jobs = jobs
        self._view = view
        self._on_end = on_end
        self._events: queue.Queue[tuple[str, dict[str, Any] | None]] = queue.Queue()
        self._workers: dict[str, _Worker] = {}

    def run(self) -> bool:
        """Do all jobs; return whether it went through, False when it was stopped by Ctrl-C."""
        try:
            for job in self._jobs:
                self._start(job)
            self._listen()
        except KeyboardInterrupt:
            self._view.note(STOPPING)
            self._stop()
            return False
        finally:
            self._end_all()
        return True

    def _start(self, job: Job) -> None:
        stderr = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        process = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr.fileno(),
            start_new_session=True,
        )
        worker = _Worker(job, process, stderr)
        self._workers[job.key] = worker
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # one that died at once is told by its end
            process.stdin.write(json.dumps(dict(job.order), ensure_ascii=False).encode() + b"\n")
            process.stdin.flush()
        thread = threading.Thread(target=self._read, args=(worker,), daemon=True)
        thread.start()

    def _read(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        for line in worker.process.stdout:
            with contextlib.suppress(ValueError):
                self._events.put((worker.job.key, json.loads(line)))
        self._events.put((worker.job.key, None))

    def _listen(self) -> None:
        while self._workers:
            try:
                key, event = self._events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            worker = self._workers.get(key)
            if worker is None:
                continue
            if event is None:
                self._ended(worker)
            elif event.get("event") == "ended":
                worker.told = Ending(event["code"], event["what"], event["next_step"])
            else:
                self._view.event(key, event)

    def _ended(self, worker: _Worker) -> None:
        worker.process.wait()
        ending = worker.told or self._without_a_word(worker)
        self._close(worker)
        del self._workers[worker.job.key]
        self._on_end(worker.job.key, ending)
        self._view.ended(worker.job.key, ending)

    def _without_a_word(self, worker: _Worker) -> Ending:
        worker.stderr.seek(0)
        said = " ".join(worker.stderr.read().decode("utf-8", "replace").split())[-_LAST_WORDS:]
        code = worker.process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        return Ending(
            NO_EVIDENCE,
            f"The process that measured phone {worker.job.serial} {how}" + (f": {said}" if said else "."),
            "Run `silky restore`, then go on with --resume.",
        )

    def _stop(self) -> None:
        """Ask all to end and wait for them; once more Ctrl-C kills."""
        try:
            for worker in self._workers.values():
                assert worker.process.stdin is not None
                with contextlib.suppress(OSError):
                    worker.process.stdin.close()
            self._listen()
        except KeyboardInterrupt:
            self._end_all()
            self._listen()

    def _end_all(self) -> None:
        for worker in self._workers.values():
            if worker.process.poll() is None:
                worker.process.kill()

    def _close(self, worker: _Worker) -> None:
        for stream in (worker.process.stdin, worker.process.stdout, worker.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
