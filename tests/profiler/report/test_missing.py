"""Reports of phones that can't tell of the keyboard: what is left out, what is said instead."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from profiler.report.catalog import HEADLINE
from profiler.report.html import render_html
from profiler.report.missing import null_notes, shown_metrics, told_metrics
from profiler.report.terminal import render_run
from tests.profiler.report.factory import report_input
from traces.capture import FRAMESTATS, LATENCY

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, PopupResult, RoundResult
    from profiler.report.inputs import ReportInput

UNTOLD = "no source of this phone tells of the keyboard's slide"
NO_INPUT = "input time unknown"
REASONS = dict.fromkeys(("hitch_ms", "missed_vsyncs"), UNTOLD) | dict.fromkeys(
    ("first_motion_ms", "settled_ms", "response_ms"), NO_INPUT
)


@pytest.fixture(scope="module")
def rings_alone() -> ReportInput:
    """A run of which only the app's own frames are known, by --latency with and without framestats."""

    def popup(one: PopupResult) -> PopupResult:
        by = LATENCY if one.popup % 2 else f"{FRAMESTATS} and {LATENCY}"
        return replace(
            one, metrics={"app_hitch_ms": 4.0}, reasons=dict(REASONS), sources={"app_hitch_ms": by}
        )

    def attempt(one: RoundResult) -> RoundResult:
        return replace(one, popups=tuple(map(popup, one.popups)))

    def app(one: AppResult) -> AppResult:
        return replace(one, means={"app_hitch_ms": 4.0}, modes={}, silkiness=None, causes=())

    data = report_input(rounds=3)
    result = replace(
        data.result,
        rounds=tuple(map(attempt, data.result.rounds)),
        apps=tuple(map(app, data.result.apps)),
    )
    return replace(data, result=result)


def printed(data: ReportInput, width: int) -> str:
    out = io.StringIO()
    render_run(data, Console(width=width, file=out))
    return out.getvalue()


def test_a_reason_that_holds_for_all_is_said_once(rings_alone: ReportInput) -> None:
    hitch, first = "standstill (hitch) per slide", "first motion"
    assert null_notes(rings_alone, "en") == [
        f"— all apps, {hitch}, missed vsyncs per slide: {UNTOLD}",
        f"— all apps, {first}, settled, app's response: {NO_INPUT}",
    ]
    assert null_notes(rings_alone, "zh")[1] == "— 所有应用，首次移动、完全就位、应用响应：输入时间未知"


def test_apps_that_share_a_reason_are_named_together(run: ReportInput) -> None:
    assert null_notes(run, "en") == ["— Restless, app's response: app draws while idle"]


def test_columns_that_hold_nothing_are_left_out(rings_alone: ReportInput, run: ReportInput) -> None:
    assert told_metrics(rings_alone.apps()) == frozenset()
    whole = printed(run, 80).partition("Apps side by side")[2]
    assert "settled" in whole
    assert "who moves" in whole
    side_by_side = printed(rings_alone, 80).partition("Apps side by side")[2].partition("Interactions")[0]
    assert "valid / void" in side_by_side
    assert "—" not in side_by_side
    assert "who moves" not in side_by_side


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_app_stands_in_the_table_and_the_source_below_it(rings_alone: ReportInput, width: int) -> None:
    text = printed(rings_alone, width)
    table = text.partition("by other sources than")[2].partition("Source of the frames")[0]
    assert table.count("4.0") == len(rings_alone.apps())
    assert "Source of the frames: --latency\n" in "\n".join(line.rstrip() for line in text.splitlines())
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_what_decides_stands_first_and_what_no_app_has_is_not_shown(
    rings_alone: ReportInput, run: ReportInput
) -> None:
    assert shown_metrics(rings_alone, HEADLINE, "app_hitch_ms") == ["app_hitch_ms"]
    assert shown_metrics(run, HEADLINE, "hitch_ms") == list(HEADLINE)
    assert shown_metrics(run, HEADLINE, "send.bubble_ms") == list(HEADLINE)
    page = render_html(rings_alone)
    assert f"all apps, standstill (hitch) per slide, missed vsyncs per slide: {UNTOLD}".replace(
        "'", "&#39;"
    ) in page.replace("&#x27;", "&#39;")
