from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from profiler.cli.main import run_cli
from profiler.cli.progress import LineObserver

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from faulty_phone import faulty_phone

SPEED = 60
HOME_KEY = 3


@dataclass
class Done:
    """Exit code and both outputs of one command line."""

    code: int
    out: str
    err: str


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A phone of its own for each test; the working folder is `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    with faulty_phone(tmp_path / "home", speed=SPEED, seed=5) as phone:
        yield phone


@pytest.fixture
def silky():
    """Run a command line in this process."""

    def run(*args: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_cli([str(arg) for arg in args])
        return Done(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def at_step(bench, monkeypatch):
    """Load faults when their rounds begin: a mapping of round -> (step, fault); restoring: of the last round."""
    planned: dict[int, tuple[str, str]] = {}

    def attempt(self, step, number):
        name, fault = planned.get(step.round, ("", ""))
        if name in ("", "restoring") or number != 1:
            return
        bench.settle()
        if name == "opening":
            # somebody pressed Home: the app has to be opened anew
            bench.running.do(lambda phone: phone.world.inject_key(HOME_KEY, lambda: None))
        bench.load(fault)

    def step_done(self, step, *, valid):
        name, fault = planned.get(step.round, ("", ""))
        if name == "restoring":
            bench.load(fault)

    monkeypatch.setattr(LineObserver, "attempt", attempt)
    monkeypatch.setattr(LineObserver, "step_done", step_done)
    return planned
