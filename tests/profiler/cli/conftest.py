from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from profiler.cli.main import run_cli
from tests.profiler.run.fakes import FakeClock, FakeSession, measured, profile

HITCHES = {"a": 25.0, "b": 0.0, "c": 0.0, "settings-search": 0.0}


class Outcome:
    """Exit code and both outputs of one command line."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def silky(capsys):
    """Run a command line in this process."""

    def run(*args: str) -> Outcome:
        code = run_cli([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def silky_process():
    """Run a command line in a process of its own."""

    def run(*args: str, **options) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "profiler.cli", *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)

    return run


@pytest.fixture
def runner():
    return CliRunner()


@pytest.fixture
def phone(monkeypatch, tmp_path):
    """A fake phone with apps a, b, c; traces are measured by a stand-in. The working folder is `tmp_path`."""
    session = FakeSession(FakeClock())

    def load(name):
        return profile(name, reference=name == "settings-search")

    def analyze(capture, path, **_):
        return measured(capture, HITCHES[capture.app])

    monkeypatch.setattr("devices.driver.session.open_session", lambda serial=None, tier="light": session)
    monkeypatch.setattr("devices.profiles.load_profile", load)
    monkeypatch.setattr("profiler.analysis.run.analyze_capture", analyze)
    monkeypatch.setattr("profiler.run.findings.analyze_capture", analyze)
    monkeypatch.setattr(
        "profiler.run.findings.analyze_rounds",
        lambda bundle, jobs=1: [analyze(c, bundle.trace_path(c)) for c in bundle.captures],
    )
    monkeypatch.chdir(tmp_path)
    return session
