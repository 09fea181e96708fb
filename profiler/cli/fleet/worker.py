"""The process that measures one phone of several: `python -m profiler.cli.fleet.worker`.

It reads one JSON line, the job, and writes events (see `events`). When its standard input ends, because
whoever started it asked for that or is gone, it ends as by Ctrl-C: the phone is put back as it was, and the
rounds are kept.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.cli.fleet.events import Teller, TellingObserver
from profiler.joint.codes import NO_EVIDENCE, run_code
from traces.errors import SilkyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.cli.measuring import Wish
    from profiler.report.inputs import ReportInput
    from profiler.run.observer import Observer

FAULT = "silky itself failed ({}). This is a fault of silky; nothing may be concluded."


def main() -> int:
    """Do the job; return its exit code."""
    # what else prints goes to standard error: only events may stand on standard output
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    teller = Teller(events)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        job = _read_job()
        threading.Thread(target=_end_with_parent, daemon=True).start()
        code = _done(_measure(job, teller), job)
        teller.ended(code)
    except SilkyError as error:
        teller.ended(error.exit_code, error.what, error.next_step)
        code = error.exit_code
    except KeyboardInterrupt:
        teller.ended(NO_EVIDENCE, "Stopped by Ctrl-C.")
        code = NO_EVIDENCE
    except Exception as error:  # noqa: BLE001  the last resort: other phones go on, and this one is told
        fault = f"{type(error).__name__}: {error}".strip(": ")
        teller.ended(
            NO_EVIDENCE, FAULT.format(fault), "Run this phone alone with --traceback, and report it."
        )
        code = NO_EVIDENCE
    return code


def _read_job() -> dict[str, Any]:
    import json

    line = bytearray()
    while not line.endswith(b"\n"):
        chunk = os.read(0, 1)
        if not chunk:
            raise KeyboardInterrupt
        line += chunk
    job: dict[str, Any] = json.loads(line)
    return job


def _measure(job: dict[str, Any], teller: Teller) -> ReportInput:
    from contextlib import contextmanager

    from profiler.cli.measuring import Watch, measure_wish, resume_bundle

    @contextmanager
    def observe() -> Iterator[Observer]:
        yield TellingObserver(teller)

    watch = Watch(observe, teller.line)
    wish = _wish(job)
    if job["resume"]:
        return resume_bundle(
            Path(job["bundle"]),
            job["serial"],
            yes_send=wish.yes_send,
            patience=wish.patience,
            state=wish.state,
            watch=watch,
        )
    return measure_wish(wish, watch)


def _wish(job: dict[str, Any]) -> Wish:
    from profiler.cli.measuring import Wish
    from profiler.cli.state_options import StateWish

    # JSON has lists where a wish has tuples
    asked: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in job["wish"].items()}
    state = asked.get("state") or {}
    asked["state"] = StateWish(**{**state, "leave": tuple(state.get("leave", ()))})
    if asked.get("messages") is not None:
        asked["messages"] = Path(asked["messages"])
    return Wish(**{**asked, "device": job["serial"], "out": Path(job["bundle"])})


def _done(data: ReportInput, job: dict[str, Any]) -> int:
    from profiler.cli.measuring import write_reports
    from traces.bundle import Bundle

    write_reports(data, Bundle.open(Path(data.bundle)), job["lang"])
    return run_code(data, fail_if_reproduced=job["fail_if_reproduced"])


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    while os.read(0, 1 << 12):
        pass
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
