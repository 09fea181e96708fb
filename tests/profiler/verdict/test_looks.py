"""docs/metrics.md section 7: looks that were planned before the run."""

from __future__ import annotations

import pytest

from profiler.analysis.results import RoundResult, RunResult
from profiler.analysis.run import first_rounds
from profiler.verdict.judge import judge
from profiler.verdict.looks import alpha_of, planned_looks
from tests.profiler.manifests import app
from traces.capture import ComplaintPlan
from traces.errors import UsageError


def measured(**hitches: list[float]) -> RunResult:
    """A run of some apps, round by round."""
    rounds = tuple(
        RoundResult(name, k, 1, f"{k:03d}-{name}", False, (), (), {"hitch_ms": value}, ())
        for name, values in hitches.items()
        for k, value in enumerate(values, 1)
    )
    empty = RunResult("run", tuple(app(name) for name in hitches), rounds, 1000 / 120, ())
    return first_rounds(empty, 10**6)


def verdict(run: RunResult, looks: tuple[int, ...] = (12, 18, 24, 30)):
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3, looks)
    return judge(run, plan, popups_per_round=5)


def test_the_first_look_that_decides_is_the_verdict():
    found = verdict(measured(a=[30.0, 28.0] * 15, b=[0.0] * 30))
    assert found.outcome == "reproduced"
    assert [(look.rounds, look.outcome) for look in found.looks] == [(12, "reproduced")]
    assert found.primary[0].rounds == (12, 12), "what came after the look is no evidence"


def test_an_open_run_goes_on_to_the_next_look():
    shaky = [0.0, 0.0, 40.0, 0.0, 0.0, 40.0] * 2
    found = verdict(measured(a=[*shaky, *([0.0] * 6), *([1.0] * 12)], b=[0.0] * 30))
    assert found.looks[0].outcome == "cannot tell"
    assert len(found.looks) > 1
    assert found.looks[-1].outcome == found.outcome


def test_each_look_has_a_quarter_of_the_error():
    assert alpha_of((12, 18)) == pytest.approx(0.05 / 4)
    assert alpha_of(()) == pytest.approx(0.05)
    one, at_looks = (
        verdict(measured(a=[30.0, 20.0] * 6, b=[0.0] * 12), ()),
        verdict(measured(a=[30.0, 20.0] * 6, b=[0.0] * 12)),
    )
    assert at_looks.primary[0].lower < one.primary[0].lower
    assert "98.75 %" in at_looks.primary[0].method


def test_before_the_first_look_nothing_is_told():
    found = verdict(measured(a=[30.0, 28.0] * 4, b=[0.0] * 8))
    assert found.outcome == "cannot tell"
    assert found.looks == ()
    assert found.reasons[0] == "the run has 8 rounds; its first planned look is after 12"


def test_looks_up_to_the_most_rounds_are_planned():
    assert planned_looks() == (12, 18, 24, 30)
    assert planned_looks(20) == (12, 18)
    with pytest.raises(UsageError, match="first time after 12 rounds"):
        planned_looks(11)
