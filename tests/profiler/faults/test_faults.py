"""Whatever goes wrong, and whenever: the run recovers or says what to do, and keeps what it has.

The phone is looked at from inside: what a run leaves on it is what was there before.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from devices.simulated.faults import KINDS
from tests.profiler.faults.table import PASSES, SPOILT_RESTORE, STAYS, STEPS
from traces.bundle import Bundle

pytestmark = pytest.mark.adb
RUN = ("run", "--app", "demo-smooth", "--no-reference", "--popups", "1", "--out", "here", "--patience", "2")
BATCHES = 4


def plan(row):
    return row.step, f"{row.fault}@{STEPS[row.step]}"


def whole(path: Path) -> Bundle:
    """Open a bundle, and hold each file of each round to its recorded checksum."""
    bundle = Bundle.open(path)
    for entry in bundle.journal:
        for name, digest in entry.files.items():
            assert sha256((path / "rounds" / entry.folder / name).read_bytes()).hexdigest() == digest
    return bundle


def reasons(bundle: Bundle, number: int) -> list[str]:
    return [" ".join(entry.void) for entry in bundle.journal if entry.round == number]


def test_every_fault_and_every_step_is_in_the_table():
    rows = (*PASSES, *SPOILT_RESTORE, *STAYS)
    assert {re.split("[=~]", row.fault)[0] for row in rows} == set(KINDS)
    assert {row.step for row in rows} == set(STEPS)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_passes_costs_attempts_and_no_round(silky, bench, at_step, batch):
    rows = dict(enumerate(PASSES[batch::BATCHES], 1))
    at_step.update({number: plan(row) for number, row in rows.items()})
    done = silky(*RUN, "--rounds", len(rows))
    assert done.code == 0, done.err
    bundle = whole(Path("here"))
    happened = [str(one.fault) for one in bench.running.happened()]
    for number, row in rows.items():
        *spoilt, last = reasons(bundle, number)
        assert f"{row.fault}@" in " ".join(happened), row
        assert last == "", (str(row), spoilt, last)
        assert bool(spoilt) == bool(row.void) or not row.sure, (str(row), spoilt)
        if spoilt and row.void:
            assert re.search(row.void, spoilt[0]), (str(row), spoilt)
    assert bench.left() == []
    told = json.loads(silky("report", "here", "--json").out)
    # Another rate of the panel shows only beside the other rounds, so it is judged at the end.
    at_the_end = sum("usual for this app" in " ".join(one["void"]) for one in told["rounds"])
    assert told["apps"][0]["rounds_valid"] == len(rows) - at_the_end
    assert at_the_end <= sum(row.fault.startswith("refresh-rate") for row in rows.values())


@pytest.mark.parametrize("row", SPOILT_RESTORE, ids=str)
def test_a_restore_that_is_disturbed_still_restores(silky, bench, at_step, row):
    at_step[1] = plan(row)
    done = silky(*RUN, "--rounds", "1")
    assert done.code == 0, done.err
    assert bench.running.happened() != []
    assert reasons(whole(Path("here")), 1) == [""]
    assert bench.left() == []


@pytest.mark.parametrize("row", STAYS, ids=str)
def test_what_stays_ends_the_run_with_what_is_to_be_done(silky, bench, at_step, row):
    at_step[1] = plan(row)
    done = silky(*RUN, "--rounds", "1", *row.options)
    assert done.code == row.code, done.err
    assert bench.running.happened() != []
    assert row.what in done.err
    assert row.next_step in done.err
    bundle = whole(Path("here"))
    assert reasons(bundle, 0)[-1] == ""
    left = bench.left()
    assert (row.left in " ".join(left)) if row.left else left == []
    if row.fault == "unplug":
        assert "silky restore" in done.err
        assert silky("analyze", "here", "--json").code == 0
        bench.calm()
        assert silky("restore").code == 0
        assert bench.left() == []
