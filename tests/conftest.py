"""Fixtures that every test may use."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings that lies beside the checkout; a plain clone has none.

    CI always has it: there its absence is a failure, not a skip.
    """
    if not RECORDINGS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no real recordings at {RECORDINGS}, and CI must have them")
        pytest.skip("no folder of real recordings beside this checkout (../shared/data)")
    return RECORDINGS


def pytest_configure() -> None:
    """Let what tests start hear Ctrl-C: what a shell starts in the background ignores SIGINT, and so would its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_NEVER_SKIPPED_IN_CI = ("adb", "browser", "data")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that reads recordings is a `data` test, without having to say so."""
    for item in items:
        if "recordings" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.data)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """In CI a skipped adb, browser or recordings test is a failure: there, all of them can run."""
    report = yield
    marked = [name for name in _NEVER_SKIPPED_IN_CI if item.get_closest_marker(name)]
    if report.skipped and marked and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a test marked {', '.join(marked)} was skipped, and CI must run it ({report.longrepr})"
    return report
