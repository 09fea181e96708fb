"""docs/faults.md is held to the faults that there are, and to the table that is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devices.simulated.faults import KINDS
from tests.profiler.faults.table import PASSES, STAYS

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Kind -> the other cells of its row."""
    lines = [
        line.strip("|").split("|")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}


def kind(fault: str) -> str:
    return re.split("[=~]", fault)[0]


def test_each_fault_has_its_row_and_is_explained(rows):
    assert rows.keys() == KINDS.keys()
    assert all(len(cells) == 4 and all(cells) for cells in rows.values())


def test_what_passes_in_the_tests_is_said_to_go_on(rows):
    for row in PASSES:
        assert rows[kind(row.fault)][1] == "goes on", row


def test_what_stays_in_the_tests_ends_with_the_code_that_is_said(rows):
    for row in STAYS:
        assert rows[kind(row.fault)][2].endswith(f" {row.code}"), row
