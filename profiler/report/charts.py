"""Charts as positions in per cent of their width: the template only writes them down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.report import wording
from profiler.report.catalog import Metric, Text, metric_of
from profiler.report.numbers import NULL, nice_limit, number, shown, with_unit
from profiler.stats.meaninterval import mean_interval

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, Comparison
    from profiler.report.inputs import ReportInput


@dataclass(frozen=True, slots=True)
class BarRow:
    """One app in a bar chart."""

    label: str
    accused: bool
    reference: bool
    value: str
    reason: Text | None
    """Why there is no value."""
    bar: float
    dots: tuple[float, ...]
    median: float | None
    interval: tuple[float, float] | None
    """95 % interval of the mean, in per cent of the width."""
    spoken: Text
    """The rounds' values in words, for who cannot see the dots."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """One metric of all apps on one scale from 0."""

    metric: Metric
    limit: str
    rows: tuple[BarRow, ...]
    top: float
    """The scale's end."""


def bar_chart(data: ReportInput, name: str) -> BarChart:
    """Return the bars of one metric."""
    metric = metric_of(name)
    apps = data.apps()
    values = [
        shown(name, v) or 0.0 for app in apps for v in (*app.metrics.get(name, ()), app.means.get(name))
    ]
    limit = nice_limit(max(values, default=0.0))
    rows = tuple(_bar(data, app, metric, limit) for app in apps)
    return BarChart(metric, with_unit(limit, metric.unit, 0 if limit >= 5 else metric.decimals), rows, limit)


def _bar(data: ReportInput, app: AppResult, metric: Metric, limit: float) -> BarRow:
    name = metric.name
    rounds = [v for one in app.metrics.get(name, ()) if (v := shown(name, one)) is not None]
    mean, median = shown(name, app.means.get(name)), shown(name, app.medians.get(name))
    reason = data.null_reason(app.app, name) if mean is None else None
    interval = mean_interval(rounds)
    listed = ", ".join(number(v, metric.decimals) for v in rounds)
    middle = with_unit(median, metric.unit, metric.decimals)
    return BarRow(
        label=app.label or app.app,
        accused=app.app == data.accused,
        reference=app.reference,
        value=with_unit(mean, metric.unit, metric.decimals),
        reason=wording.reason_text(reason) if reason else None,
        bar=_percent(mean or 0.0, 0.0, limit),
        dots=tuple(_percent(v, 0.0, limit) for v in rounds),
        median=None if median is None else _percent(median, 0.0, limit),
        interval=None
        if interval is None
        else (_percent(interval[0], 0.0, limit), _percent(interval[1], 0.0, limit)),
        spoken=Text(f"rounds: {listed}; median {middle}", f"各轮：{listed}；中位数 {middle}"),
    )


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One comparison: an interval against the margin."""

    competitor: str
    reference: bool
    outcome: str
    outcome_text: Text
    mark: str
    difference: str
    bounds: str
    rounds: tuple[int, int]
    further: int | None
    method: str
    point: float | None
    low: float | None
    high: float | None
    cut_low: bool
    cut_high: bool


@dataclass(frozen=True, slots=True)
class Forest:
    """All comparisons of one metric on one scale."""

    metric: Metric
    primary: bool
    accused: str
    margin: str
    zero_at: float
    margin_at: float
    rows: tuple[ForestRow, ...]


def forests(data: ReportInput) -> tuple[Forest, ...]:
    """Return the comparisons by metric, the deciding metric first."""
    by_metric: dict[str, list[Comparison]] = {}
    for comparison in data.all_comparisons():
        by_metric.setdefault(comparison.metric, []).append(comparison)
    return tuple(_forest(data, name, many) for name, many in by_metric.items())


def _forest(data: ReportInput, name: str, many: list[Comparison]) -> Forest:
    metric = metric_of(name)
    margin = shown(name, many[0].margin) or 0.0
    ends = [0.0, margin]
    for c in many:
        found = (shown(name, v) for v in (c.lower, c.upper, c.difference))
        ends += [v for v in found if v is not None and math.isfinite(v)]
    pad = (max(ends) - min(ends)) * 0.06 or 1.0
    start, end = min(ends) - pad, max(ends) + pad
    return Forest(
        metric=metric,
        primary=data.verdict is not None and many[0] in data.verdict.primary,
        accused=data.label(many[0].accused),
        margin=with_unit(margin, metric.unit, metric.decimals),
        zero_at=_percent(0.0, start, end),
        margin_at=_percent(margin, start, end),
        rows=tuple(_forest_row(data, c, metric, start, end) for c in many),
    )


def _forest_row(data: ReportInput, c: Comparison, metric: Metric, start: float, end: float) -> ForestRow:
    difference, low, high = (shown(metric.name, v) for v in (c.difference, c.lower, c.upper))
    known = low is not None and high is not None
    bounds = f"[{number(low, sign=True)}, {number(high, sign=True)}]" if known else NULL
    return ForestRow(
        competitor=data.label(c.competitor),
        reference=data.is_reference(c.competitor),
        outcome=c.outcome,
        outcome_text=wording.outcome_text(c.outcome),
        mark=wording.MARKS.get(c.outcome, ""),
        difference=with_unit(difference, metric.unit, metric.decimals, sign=True),
        bounds=bounds,
        rounds=c.rounds,
        further=c.further_rounds,
        method=c.method,
        point=None if difference is None else _percent(difference, start, end),
        low=None if low is None else _percent(low, start, end),
        high=None if high is None else _percent(high, start, end),
        cut_low=low is not None and math.isinf(low),
        cut_high=high is not None and math.isinf(high),
    )


def _percent(value: float, start: float, end: float) -> float:
    """Return where a value lies between start and end, in per cent, held within 0 and 100."""
    return round(min(100.0, max(0.0, (value - start) / (end - start) * 100.0)), 2)
