"""What the reports are made from."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

from profiler.report.inputs import ReportInput, typical_popup, worst_popup
from tests.profiler.report.factory import FIELD, HEAVY, RESTLESS, SMOOTH, report_input


def test_the_accused_comes_first_and_the_reference_last() -> None:
    data = report_input((FIELD, HEAVY, SMOOTH), rounds=3, popups=2)
    data = replace(data, verdict=replace(data.verdict, accused="smooth"))
    assert [app.app for app in data.apps()] == ["smooth", "heavy", "text-field"]


def test_void_rounds_and_warm_ups_give_no_popups(run: ReportInput) -> None:
    heavy = run.rounds("heavy")
    assert len(heavy) == 7
    assert len(run.valid_popups("heavy")) == 30
    warm = replace(heavy[1], warm_up=True, round=0)
    again = replace(run, result=replace(run.result, rounds=(*run.result.rounds, warm)))
    assert len(again.valid_popups("heavy")) == 30
    assert again.rounds("heavy")[-1] == warm


def test_a_missing_number_is_explained_by_its_commonest_reason() -> None:
    data = report_input((RESTLESS, SMOOTH), rounds=3, popups=2, voids=0)
    assert data.null_reason("restless", "response_ms") == "app draws while idle"
    assert data.null_reason("smooth", "response_ms") is None
    assert data.null_reason("not there", "response_ms") == "no valid round"


def test_the_typical_popup_is_nearest_the_mean_and_the_worst_is_largest(run: ReportInput) -> None:
    values = [float(p.metrics["hitch_ms"]) for p in run.valid_popups("heavy")]
    typical, worst = typical_popup(run, "heavy", "hitch_ms"), worst_popup(run, "heavy", "hitch_ms")
    nearest = min(abs(v - fmean(values)) for v in values)
    assert abs(float(typical.metrics["hitch_ms"]) - fmean(values)) == nearest
    assert worst.metrics["hitch_ms"] == max(values)
    assert typical_popup(run, "nobody", "hitch_ms") is None
    # without a number any pop-up serves
    assert typical_popup(run, "restless", "response_ms") == run.valid_popups("restless")[0]


def test_warnings_come_once_and_name_the_rounds(run: ReportInput) -> None:
    rounds = tuple(replace(r, warnings=("Hot.", "Battery is charging.")) for r in run.result.rounds)
    data = replace(run, result=replace(run.result, rounds=rounds))
    warnings = data.warnings()
    assert warnings[:2] == ("The screen's brightness is automatic.", "Battery is charging.")
    assert len(warnings) == 3
    assert warnings[2].startswith("Hot. (01-heavy, ")
    assert warnings[2].endswith(f" and {len(rounds) - 3} more)")
