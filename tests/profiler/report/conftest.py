"""The run that most tests of the reports look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.profiler.report.factory import report_input

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput


@pytest.fixture(scope="session")
def run() -> ReportInput:
    """Six apps, six rounds, five pop-ups, one void round, from the simulated phone."""
    return report_input()
