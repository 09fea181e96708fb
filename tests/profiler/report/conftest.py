"""The runs that most tests of the reports look at, and pages opened in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from profiler.report.html import render_html
from tests.browser import Opened, chromium, open_file
from tests.profiler.report.factory import FIELD, HEAVY, RESTLESS, SMOOTH, report_input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from profiler.report.inputs import ReportInput
    from tests.profiler.report.browsing import Open

__all__ = ["chromium"]


@pytest.fixture(scope="session")
def run() -> ReportInput:
    """Six apps, six rounds, five pop-ups, one void round, with causes of the first app."""
    return report_input()


@pytest.fixture(scope="session")
def small() -> ReportInput:
    """Four of the apps with two pop-ups a round, which a browser opens faster."""
    return report_input((HEAVY, SMOOTH, RESTLESS, FIELD), popups=2)


@pytest.fixture(scope="session")
def report(small: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small run."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_html(small), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def large(run: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the usual run."""
    path = tmp_path_factory.mktemp("large") / "report.html"
    path.write_text(render_html(run), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium: Any, report: Path) -> Iterator[Open]:
    """Opens a page, the small run's if no other is named, in a context of its own."""
    pages: list[Opened] = []

    def make(path: Path = report, **options: Any) -> Opened:
        pages.append(open_file(chromium, path, **options))
        return pages[-1]

    yield make
    for one in pages:
        one.page.context.close()
