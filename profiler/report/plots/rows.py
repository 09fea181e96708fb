"""Plots with one row an app: round means, every pop-up, differences to competitors, causes."""

from __future__ import annotations

import math
from statistics import median, quantiles
from typing import TYPE_CHECKING

from profiler.report import charts, wording
from profiler.report.catalog import Text, metric_of
from profiler.report.evidence import causes_of
from profiler.report.numbers import nice_limit, number, shown, with_unit
from profiler.report.page_words import PAGE, filled
from profiler.report.plots.plot import MARGIN, WIDTH, Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult
    from profiler.report.inputs import ReportInput
    from profiler.report.plots.svg import Canvas

LEFT, RIGHT = 230.0, WIDTH - 130.0
STEP = 38.0


def _at(percent: float) -> float:
    return LEFT + percent / 100.0 * (RIGHT - LEFT)


def _name(canvas: Canvas, y: float, label: str, *, accused: bool, reference: bool) -> None:
    cut = label if len(label) <= 28 else label[:27] + "…"
    canvas.text(MARGIN, y + 5, cut, "b" if accused else "")
    if accused or reference:
        canvas.text(MARGIN, y + 18, wording.UI["accused" if accused else "reference"], "soft small")


def _axis(canvas: Canvas, y: float, limit: float, unit: str) -> None:
    canvas.path("axis", [f"M{LEFT:g} {y:.1f}H{RIGHT:g}"])
    for part in range(5):
        value = limit * part / 4
        x = _at(part * 25.0)
        canvas.path("axis", [f"M{x:.1f} {y:.1f}v5"])
        decimals = 0 if limit >= 8 else 2 if limit < 2 else 1
        told = with_unit(value, unit, decimals) if part == 4 else number(value, decimals)
        canvas.text(x, y + 19, told, "soft small", "middle")


def means_plot(data: ReportInput, name: str) -> Plot:
    """Return the means of one metric with the rounds' own values and the interval of the mean."""
    chart = charts.bar_chart(data, name)

    def draw(canvas: Canvas) -> None:
        for i, row in enumerate(chart.rows):
            y = i * STEP + 16
            _name(canvas, y, row.label, accused=row.accused, reference=row.reference)
            canvas.add("rect", "track", x=LEFT, y=y - 9, width=RIGHT - LEFT, height=18.0, rx=3.0)
            if row.reason is not None:
                canvas.text(LEFT + 6, y + 5, row.reason, "soft small")
            else:
                kind = "ref" if row.reference else "main" if row.accused else "plain"
                canvas.add("rect", kind, x=LEFT, y=y - 6, width=max(_at(row.bar) - LEFT, 1.5), height=12.0)
            if row.interval is not None:
                low, high = (_at(p) for p in row.interval)
                canvas.path("ci", [f"M{low:.1f} {y - 8}v16M{high:.1f} {y - 8}v16M{low:.1f} {y}H{high:.1f}"])
            for dot in row.dots:
                canvas.add("circle", "dot", cx=_at(dot), cy=y, r=4.0)
            canvas.text(WIDTH - MARGIN, y + 5, row.value, "b" if row.accused else "", "end")
        _axis(canvas, len(chart.rows) * STEP + 4, chart.top, chart.metric.unit)

    n = filled("n_rounds", _span([app.rounds_valid for app in data.apps()]))
    unit = chart.metric.unit
    note = Text(*(f"{unit}; {words}" if unit else words for words in PAGE["interval_note"]))
    return Plot(f"means-{name}", chart.metric.label, note, n, len(chart.rows) * STEP + 34, draw)


def popups_plot(data: ReportInput, name: str) -> Plot:
    """Return every valid pop-up's value in one metric, with quartiles and median."""
    metric = metric_of(name)
    apps = data.apps()
    values = [popup_values(data, app, name) for app in apps]
    limit = nice_limit(max((max(v) for v in values if v), default=0.0))

    def draw(canvas: Canvas) -> None:
        for i, (app, mine) in enumerate(zip(apps, values, strict=True)):
            y, accused = i * STEP + 16, app.app == data.accused
            _name(canvas, y, app.label or app.app, accused=accused, reference=app.reference)
            if not mine:
                reason = data.null_reason(app.app, name)
                canvas.text(LEFT + 6, y + 5, wording.reason_text(reason or "no valid round"), "soft small")
                continue
            _cloud(canvas, [_at(100 * v / limit) for v in mine], y, "pt main" if accused else "pt")
            middle = median(mine)
            if len(mine) > 3:
                low, _, high = quantiles(mine, n=4, method="inclusive")
                x0, x1 = _at(100 * low / limit), _at(100 * high / limit)
                canvas.add("rect", "box", x=x0, y=y - 11, width=max(x1 - x0, 1.0), height=22.0, rx=2.0)
            x = _at(100 * middle / limit)
            canvas.path("mid", [f"M{x:.1f} {y - 11}v22"])
            told = with_unit(middle, metric.unit, metric.decimals)
            canvas.text(WIDTH - MARGIN, y + 5, told, "b" if accused else "", "end")
        _axis(canvas, len(apps) * STEP + 4, limit, metric.unit)

    n = filled("n_popups", _span([len(v) for v in values]))
    note = Text(*(f"{metric.unit}; {w}" if metric.unit else w for w in PAGE["popups_intro"]))
    return Plot(f"popups-{name}", metric.label, note, n, len(apps) * STEP + 34, draw)


def popup_values(data: ReportInput, app: AppResult, name: str) -> list[float]:
    """Return the numbers of an app's valid pop-ups in one metric."""
    found = (p.metrics.get(name) for p in data.valid_popups(app.app))
    return [v for one in found if isinstance(one, int | float) and (v := shown(name, one)) is not None]


def _cloud(canvas: Canvas, places: list[float], y: float, cls: str) -> None:
    """Draw dots; those that would hide each other are spread by a fixed pattern."""
    taken: dict[int, int] = {}
    for x in sorted(places):
        slot = round(x / 5)
        k = taken[slot] = taken.get(slot, -1) + 1
        off = ((k + 1) // 2) * (3 if k % 2 else -3)
        canvas.add("circle", cls, cx=x, cy=y + max(-13, min(13, off)), r=3.0)


def difference_plots(data: ReportInput) -> list[Plot]:
    """Return the comparisons of each metric: interval and margin."""
    return [_difference(forest) for forest in charts.forests(data)]


def _difference(forest: charts.Forest) -> Plot:
    def draw(canvas: Canvas) -> None:
        bottom = len(forest.rows) * STEP
        zero, margin = _at(forest.zero_at), _at(forest.margin_at)
        canvas.path("zero", [f"M{zero:.1f} 0V{bottom}"])
        canvas.path("margin", [f"M{margin:.1f} 0V{bottom}"])
        canvas.text(zero, bottom + 16, "0", "soft small", "end")
        words = Text(*(f"{w} {forest.margin}" for w in wording.UI["margin"]))
        canvas.text(margin + 3, bottom + 16, words, "soft small")
        for i, row in enumerate(forest.rows):
            y, cls = i * STEP + 16, row.outcome.replace(" ", "-")
            canvas.text(MARGIN, y + 5, "− " + row.competitor)
            if row.low is not None and row.high is not None:
                x0, x1 = _at(row.low), _at(row.high)
                canvas.add("rect", cls, x=x0, y=y - 2, width=max(x1 - x0, 1.0), height=4.0)
            if row.point is not None:
                square = row.outcome == "worse"
                canvas.add("rect", cls, x=_at(row.point) - 6, y=y - 6, width=12.0, height=12.0,
                           rx=1.0 if square else 6.0)  # fmt: skip
            told = Text(*(f"{row.mark} {w}" for w in row.outcome_text))
            canvas.text(WIDTH - MARGIN, y, told, "b small", "end")
            canvas.text(WIDTH - MARGIN, y + 15, row.difference, "soft small", "end")

    title = filled("difference_to", f"{forest.accused}")
    unit = Text(
        *(f"{w}{f', {forest.metric.unit}' if forest.metric.unit else ''}" for w in forest.metric.label)
    )
    n = filled(
        "n_pairs",
        _span([r.rounds[0] for r in forest.rows]),
        _span([r.rounds[1] for r in forest.rows]),
    )
    return Plot(f"differences-{forest.metric.name}", title, unit, n, len(forest.rows) * STEP + 24, draw)


def causes_plot(data: ReportInput, app: AppResult) -> Plot | None:
    """Return how often each cause was named for an app; None where none was."""
    rows = causes_of(data, app.app)
    if not rows:
        return None

    def draw(canvas: Canvas) -> None:
        for i, row in enumerate(rows):
            y = i * STEP + 16
            canvas.text(MARGIN, y - 1, row.words.name)
            canvas.text(MARGIN, y + 14, row.driver, "soft small")
            x0, x1 = 420.0, WIDTH - 190.0
            canvas.add("rect", "track", x=x0, y=y - 8, width=x1 - x0, height=16.0, rx=3.0)
            canvas.add("rect", "main", x=x0, y=y - 8, width=(x1 - x0) * row.share / 100, height=16.0, rx=3.0)
            told = Text(*(f"{w}{f' · {row.cost}' if row.cost else ''}" for w in row.counted))
            canvas.text(WIDTH - MARGIN, y + 5, told, "small", "end")

    title = Text(*(f"{app.label or app.app}: {w}" for w in PAGE["causes_of"]))
    popups = len(data.valid_popups(app.app))
    return Plot(f"causes-{app.app}", title, Text("", ""), filled("n_popups", popups), len(rows) * STEP, draw)


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts, default=0), max(counts, default=0)
    return str(low) if low == high else f"{low}…{high}"


def spoken_popups(data: ReportInput, name: str) -> Text:
    """Return what `popups_plot` shows in words: median and range of each app."""
    metric = metric_of(name)
    told = []
    for app in data.apps():
        mine = popup_values(data, app, name)
        if mine and all(map(math.isfinite, mine)):
            ends = (
                f"{number(min(mine), metric.decimals)} … {with_unit(max(mine), metric.unit, metric.decimals)}"
            )
            told.append(f"{app.label or app.app} {number(median(mine), metric.decimals)} ({ends})")
    return Text(
        f"{metric.label.en}, median and range: {'; '.join(told)}",
        f"{metric.label.zh}，中位数与范围：{'；'.join(told)}",
    )
