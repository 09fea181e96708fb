"""A run that is cut goes on: other scenarios than the pop-up, cut in the warm-up, between rounds, in a pull."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiler.faults.table import STEPS
from traces.bundle import Bundle

pytestmark = pytest.mark.adb


@pytest.mark.parametrize(
    ("scenario", "popups", "number", "step"),
    [("typing", 3, 0, "tracing"), ("scroll", 2, 2, "between"), ("reply-stream", 1, 1, "pulling")],
)
def test_a_run_that_is_cut_goes_on_as_it_was_planned(bench, silky, at_step, scenario, popups, number, step):
    at_step[number] = step, f"unplug@{STEPS[step]}"
    words = ("run", "--scenario", scenario, "--app", "demo-smooth", "--no-reference", "--rounds", "2")
    cut = silky(*words, "--popups", popups, "--out", "here", "--patience", "1")
    assert cut.code == 4, cut.err
    assert ("silky run --resume here" in cut.err) == (number > 0)
    at_step.clear()
    bench.calm()
    before = Bundle.open(Path("here"))
    kept = {entry.folder: entry for entry in before.journal}
    assert [entry.round for entry in kept.values()] == list(range(number))

    done = silky("run", "--resume", "here")

    assert done.code == 0, done.err
    bundle = Bundle.open(Path("here"))
    assert bundle.manifest.finished
    assert [e.round for e in bundle.journal if not e.void] == [0, 1, 2]
    assert {e.folder: e for e in bundle.journal if e.folder in kept} == kept
    assert {capture.kind for capture in bundle.captures} == {before.captures[0].kind if kept else "key"}
    assert bench.left() == []
