"""What other sources than FrameTimeline told of pop-ups. docs/android-versions.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.scored import scored_sources, seen_by
from profiler.report.catalog import Text, metric_of
from profiler.report.kinds import KindTable, Row, kind_tables, labelled
from profiler.report.numbers import number
from traces.capture import TIMELINE

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput

TITLE = Text("pop-ups, by other sources than FrameTimeline", "键盘弹出（FrameTimeline 以外的来源）")
METRICS = (
    *("response_ms", "driver_start_ms", "driver_end_ms", "frames.app", "late_frames.app"),
    *("worst_overrun_ms.app", "content_hitch_ms", "content_missed_vsyncs", "app_hitch_ms"),
    *("app_missed_vsyncs", "app_longest_hole_ms", "app_moving_ms"),
)


def elsewhere_table(data: ReportInput) -> KindTable | None:
    """Return the metrics of pop-ups that another source told, each with its source; None: none."""
    apps, rows = data.apps(), []
    for name in METRICS:
        told = {source for app in apps for source in scored_sources(data.result.rounds, app.app, name)}
        if not told - {TIMELINE}:
            continue
        metric = metric_of(name)
        label = labelled(name) or metric.label
        cells = tuple(number(app.means.get(name), metric.decimals) for app in apps)
        rows.append(Row(label, metric.unit, cells, ", ".join(sorted({seen_by(one) for one in told}))))
    return KindTable(TITLE, tuple(rows), ()) if rows else None


def all_tables(data: ReportInput) -> tuple[KindTable, ...]:
    """Return the table of pop-ups by other sources, if any, and one for each kind that the run holds."""
    first = elsewhere_table(data)
    return (*(() if first is None else (first,)), *kind_tables(data))
