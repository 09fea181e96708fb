from __future__ import annotations

import dataclasses

import pytest

from profiler.run.findings import NAMED_LATER, comparisons, findings, measure, plan_complaint, write_derived
from profiler.run.judge import AnalysisJudge
from profiler.run.loop import RunLoop
from tests.profiler.run.fakes import FACTS, measured
from traces.bundle import Bundle
from traces.capture import ComplaintPlan
from traces.errors import InputFileError, UsageError

HITCHES = {"a": 25.0, "b": 0.0, "field": 0.0}
COMPLAINT = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3)


@pytest.fixture
def analysis(monkeypatch):
    """Stands in for the decoding of traces; counts how often it is asked."""
    asked: list[str] = []

    def analyze_capture(capture, path, *, folder, **phone):
        assert path is not None
        assert path.parent == folder
        assert phone == {"modes_hz": FACTS.modes_hz, "active_hz": FACTS.active_hz}
        asked.append(capture.folder)
        return measured(capture, HITCHES[capture.app])

    monkeypatch.setattr("profiler.analysis.run.analyze_capture", analyze_capture)
    monkeypatch.setattr("profiler.run.findings.analyze_capture", analyze_capture)
    return asked


@pytest.fixture
def bundle(session, plan, tmp_path, analysis):
    plan = dataclasses.replace(plan, rounds=6, complaint=COMPLAINT)
    RunLoop(session, plan, tmp_path / "run", AnalysisJudge(FACTS)).run()
    return Bundle.open(tmp_path / "run")


def test_a_round_that_the_judge_measured_is_not_measured_again(session, plan, tmp_path, analysis):
    judge = AnalysisJudge(FACTS)
    RunLoop(session, plan, tmp_path / "run", judge).run()
    before = list(analysis)

    result = measure(Bundle.open(tmp_path / "run"), judge.results)

    assert analysis == before
    assert [r.folder for r in result.rounds] == before
    assert [app.rounds_valid for app in result.apps] == [2, 2, 2]


def test_a_trace_that_cannot_be_read_voids_its_round_only(session, plan, tmp_path):
    judge = AnalysisJudge(FACTS)
    outcome = RunLoop(session, dataclasses.replace(plan, attempts=1), tmp_path / "run", judge).run()
    assert outcome.valid == {"a": 0, "b": 0, "field": 0}

    result = measure(Bundle.open(tmp_path / "run"))

    assert len(result.rounds) == 9
    assert all(r.void[0].startswith("the trace can't be read") for r in result.rounds)


def test_a_trace_that_was_changed_stops_everything(session, plan, tmp_path):
    RunLoop(session, plan, tmp_path / "run", lambda capture, folder: ()).run()
    (tmp_path / "run" / "rounds" / "004-a-r1-a1" / "trace.perfetto-trace").write_bytes(b"other")
    with pytest.raises(InputFileError, match="changed after the run"):
        measure(Bundle.open(tmp_path / "run"))


def test_the_complaint_named_before_the_run_is_judged(bundle, analysis):
    data = findings(bundle, measure(bundle, {"none": None}))
    assert data.verdict is not None
    assert data.verdict.outcome == "reproduced"
    assert NAMED_LATER not in data.result.warnings


def test_a_complaint_named_after_the_run_is_judged_with_a_warning(bundle):
    later = dataclasses.replace(COMPLAINT, accused="b", against=("a",))
    data = findings(bundle, measure(bundle, {"none": None}), later)
    assert data.verdict is not None
    assert data.verdict.outcome == "not reproduced"
    assert NAMED_LATER in data.result.warnings


def test_a_margin_that_is_not_the_usual_one_is_told(bundle):
    generous = dataclasses.replace(COMPLAINT, margin=100.0)
    warned = findings(bundle, measure(bundle, {"none": None}), generous).result.warnings
    assert any("margin of 100 for hitch_ms is not the usual 8.3" in warning for warning in warned)
    usual = findings(bundle, measure(bundle, {"none": None})).result.warnings
    assert not any("margin" in warning for warning in usual)


def test_the_default_margin_of_hitches_is_the_same_on_every_phone():
    at_60 = plan_complaint("keyboard-popup-not-smooth", "a", ["b"], period_ms=1000 / 60, popups=5)
    at_120 = plan_complaint("keyboard-popup-not-smooth", "a", ["b"], period_ms=1000 / 120, popups=5)
    assert at_60 == at_120 == COMPLAINT


def test_comparisons_need_apps_that_were_measured(bundle):
    result = measure(bundle, {"none": None})
    found = comparisons(bundle, result, "a", ["b", "field"], ["hitch_ms", "settled_ms"])
    assert [(c.metric, c.competitor) for c in found] == [
        ("hitch_ms", "b"), ("hitch_ms", "field"), ("settled_ms", "b"), ("settled_ms", "field"),
    ]  # fmt: skip
    assert found[0].outcome == "worse"
    with pytest.raises(UsageError, match="has no app zzz"):
        comparisons(bundle, result, "a", ["zzz"], ["hitch_ms"])


def test_the_derived_tables_hold_every_popup_and_frame(bundle):
    data = findings(bundle, measure(bundle, {"none": None}))
    write_derived(bundle, data)

    popups, frames = bundle.read_table("popups"), bundle.read_table("frames")
    assert len(popups["app"]) == len(bundle.captures) * 5
    assert popups["valid"].count(False) == 3 * 5  # the warm-ups
    row = popups["folder"].index("004-a-r1-a1")
    expected = {"app": "a", "round": 1, "popup": 1, "t0_ns": 10**9, "hitch_ms": 25.0, "driver_mode": "sync"}
    assert {name: popups[name][row] for name in expected} == expected
    assert len(frames["lane"]) == 2 * len(popups["app"])
    assert frames["missed_before"][:2] == [0, 1]
    assert sorted(p.name for p in (bundle.path / "results").iterdir()) == ["rounds.json", "verdict.json"]
