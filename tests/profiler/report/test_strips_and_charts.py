"""What the page draws: strips in short numbers, charts in per cent."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from profiler.report import charts
from profiler.report.page import page
from profiler.report.strips import StripBook, axis_limit

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput


def test_a_strip_tells_every_frame_to_a_hundredth_of_a_millisecond(run: ReportInput) -> None:
    popup = run.valid_popups("heavy")[0]
    book = StripBook()
    made = book.popups[book.place(popup)]
    leash = [f for f in popup.strip if f.lane == "leash"]
    assert len(made["f"]["leash"]) == len(leash)
    names = book.names()
    for row, frame in zip(made["f"]["leash"], leash, strict=True):
        assert row[0] == pytest.approx(frame.present_ms, abs=0.005)
        assert row[0] + row[1] == pytest.approx(frame.ready_ms, abs=0.011)
        assert row[0] + row[2] == pytest.approx(frame.deadline_ms, abs=0.011)
        assert row[3] == frame.late + 2 * frame.layout
        assert row[4] == frame.missed_before
        assert names["drivers"][row[5]] == frame.driver
        assert (names["jank"][row[6]] if len(row) > 6 else "") == frame.jank


def test_a_popup_is_told_once_however_often_it_is_shown(run: ReportInput) -> None:
    book = StripBook()
    popup = run.valid_popups("heavy")[0]
    assert book.place(popup) == book.place(popup)
    assert len(book.popups) == 1


def test_what_a_strip_does_not_know_is_null(run: ReportInput) -> None:
    popup = run.valid_popups("heavy")[0]
    bare = replace(
        popup, slide_end_ms=None, strip=(replace(popup.strip[0], ready_ms=None, deadline_ms=math.nan),)
    )
    made = StripBook()
    made.place(bare)
    assert made.popups[0]["s"][1] is None
    assert made.popups[0]["f"]["leash"][0][1:3] == [None, None]
    assert "app" not in made.popups[0]["f"]


def test_the_time_axis_holds_what_belongs_to_the_popups(run: ReportInput) -> None:
    popups = run.valid_popups("lazy")
    limit = axis_limit(popups)
    assert limit % 50 == 0
    assert limit > max(f.present_ms for p in popups for f in p.strip if f.layout)
    assert axis_limit([]) == 250
    far = replace(popups[0], metrics={"settled_ms": 1990.0})
    assert axis_limit([far]) == 1200


def test_bars_of_a_metric_share_one_scale(run: ReportInput) -> None:
    chart = charts.bar_chart(run, "settled_ms")
    by_label = {row.label: row for row in chart.rows}
    heavy = next(app for app in run.result.apps if app.app == "heavy")
    assert chart.rows[0].accused
    assert by_label["Heavy 厚重"].bar == pytest.approx(heavy.means["settled_ms"] / 400 * 100, abs=0.01)
    assert chart.limit == "400 ms"
    assert len(by_label["Heavy 厚重"].dots) == 6
    assert all(0 <= dot <= 100 for row in chart.rows for dot in row.dots)


def test_a_bar_without_a_value_says_why(run: ReportInput) -> None:
    row = next(r for r in charts.bar_chart(run, "response_ms").rows if r.label == "Restless")
    assert row.value == "—"
    assert row.reason == ("app draws while idle", "应用在空闲时也不停绘制")
    assert row.bar == 0


def test_intervals_stand_right_of_the_margin_where_worse(run: ReportInput) -> None:
    first, *others = charts.forests(run)
    assert first.primary
    assert not any(forest.primary for forest in others)
    assert first.zero_at < first.margin_at
    for row in first.rows:
        assert row.outcome == "worse"
        assert first.margin_at < row.low < row.point < row.high
    assert [row.reference for row in first.rows] == [False, False, False, False, True]


def test_an_open_bound_reaches_the_edge_and_is_marked(run: ReportInput) -> None:
    one = replace(run.verdict.primary[0], lower=-math.inf, upper=math.inf, outcome="open")
    data = replace(run, verdict=replace(run.verdict, primary=(one,), secondary=()))
    row = charts.forests(data)[0].rows[0]
    assert (row.low, row.high, row.cut_low, row.cut_high) == (0.0, 100.0, True, True)
    assert row.bounds == "[−∞, +∞]"


def test_a_comparison_without_numbers_draws_nothing(run: ReportInput) -> None:
    one = replace(run.verdict.primary[0], difference=None, lower=None, upper=None, outcome="open")
    data = replace(run, verdict=replace(run.verdict, primary=(one,), secondary=()))
    row = charts.forests(data)[0].rows[0]
    assert (row.point, row.low, row.high, row.difference) == (None, None, None, "—")


def test_the_data_in_the_page_cannot_end_its_script_element(run: ReportInput) -> None:
    popup = run.result.rounds[0].popups[0]
    frames = (replace(popup.strip[0], jank="</script><!--"), *popup.strip[1:])
    rounds = (replace(run.result.rounds[0], popups=(replace(popup, strip=frames),)), *run.result.rounds[1:])
    text = page(replace(run, result=replace(run.result, rounds=rounds)))["strip_data"]
    assert "<" not in text
    assert "</script><!--" in json.loads(text)["jank"]
