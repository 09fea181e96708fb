"""The report for a terminal: verdict, apps side by side, comparisons, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Rich

from profiler.causes.catalogue import name_of
from profiler.report import wording
from profiler.report.catalog import DRIVERS, metric_of
from profiler.report.kinds import without_popups
from profiler.report.missing import null_notes, told_metrics
from profiler.report.numbers import NULL, number, shown, with_unit
from profiler.report.silkiness import silkiness_lines
from profiler.report.terminal_kinds import app_name, kinds_tables
from profiler.report.wording import UI

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console, RenderableType

    from profiler.analysis.results import AppResult, Comparison
    from profiler.report.inputs import ReportInput

WIDE = 110
"""Columns from which the apps fit in one table."""

_STYLES = {
    "reproduced": "red",
    "partly": "yellow",
    "not reproduced": "green",
    "cannot tell": "yellow",
    "worse": "red",
    "not worse": "green",
    "open": "yellow",
}

MOST_CAUSES = 3
"""Causes shown of each app."""

SPEED = (
    ("hitch_ms", "hitch\nms", "卡顿\nms"),
    ("missed_vsyncs", "missed\nvsyncs", "丢失\nvsync"),
    ("first_motion_ms", "first\nmotion", "首次\n移动"),
    ("settled_ms", "\nsettled", "完全\n就位"),
    ("response_ms", "app's\nresponse", "应用\n响应"),
)


def render_run(
    data: ReportInput, console: Console, *, lang: str = "en", report_path: str | None = None
) -> None:
    """Print the run's report.

    Args:
        data: the records of the run.
        console: where to; its width and colour decide the look.
        lang: `en` or `zh`.
        report_path: where the HTML report lies, told at the end.
    """
    for part in parts(data, width=console.width, lang=lang, report_path=report_path):
        console.print(part)


def parts(
    data: ReportInput, *, width: int, lang: str = "en", report_path: str | None = None
) -> list[RenderableType]:
    """Return the report's pieces from top to bottom."""
    made: list[RenderableType] = []
    if data.manifest.phone.simulated:
        made.append(_simulated(data, lang))
    made.append(_verdict(data, lang))
    if not without_popups(data):
        made.extend(_apps(data, width, lang))
    made.extend(kinds_tables(data, width, lang))
    made.extend(_causes(data, lang))
    if not without_popups(data):
        made.extend(silkiness_lines(data.apps(), lang))
    comparisons = data.all_comparisons()
    if comparisons:
        made.append(_comparisons(data, comparisons, lang))
    made.extend(_notes(data, lang))
    if report_path:
        made.append(Rich(f"{UI['report_at'].get(lang)}: {report_path}", overflow="fold"))
    return made


def _simulated(data: ReportInput, lang: str) -> RenderableType:
    speed = data.manifest.phone.simulated_speed
    title = UI["simulated"].get(lang)
    if speed is not None:
        title += f" ({UI['speed'].get(lang)} {number(speed, 0)}x)"
    return Panel(UI["simulated_long"].get(lang), title=title, border_style="magenta", box=box.HEAVY)


def _verdict(data: ReportInput, lang: str) -> RenderableType:
    verdict = data.verdict
    if verdict is None:
        return Panel(UI["no_verdict"].get(lang), title=UI["verdict"].get(lang))
    style = _STYLES.get(verdict.outcome, "")
    lines = [
        Rich(wording.complaint_text(verdict.complaint).get(lang), style="italic"),
        Rich(wording.outcome_text(verdict.outcome).get(lang), style=f"bold {style}"),
        Rich(wording.verdict_text(verdict).get(lang)),
    ]
    lines += [Rich(f"- {reason.get(lang)}") for reason in wording.verdict_reasons(verdict)]
    if verdict.observations:
        lines.append(Rich(f"{UI['also'].get(lang)}:"))
        lines += [Rich(f"- {zh if lang == 'zh' else en}") for en, zh in verdict.observations]
    accused = f"{UI['verdict'].get(lang)}: {data.label(verdict.accused)}"
    return Panel(Group(*lines), title=accused, border_style=style)


def _apps(data: ReportInput, width: int, lang: str) -> list[RenderableType]:
    apps = data.apps()
    told = told_metrics(apps)
    if width >= WIDE:
        table = _table(UI["apps"].get(lang), lang)
        _speed_columns(table, told, lang)
        _behaviour_columns(table, lang)
        _rounds_column(table, lang)
        for app in apps:
            table.add_row(
                app_name(data, app, lang),
                *_speed(app, told),
                *_behaviour(app, lang),
                _rounds(app),
                style=_row(data, app),
            )
        return [table]
    speed, behaviour = _table(UI["apps"].get(lang), lang), _table("", lang)
    _speed_columns(speed, told, lang)
    _rounds_column(speed, lang)
    _behaviour_columns(behaviour, lang)
    for app in apps:
        speed.add_row(app_name(data, app, lang), *_speed(app, told), _rounds(app), style=_row(data, app))
        behaviour.add_row(app_name(data, app, lang), *_behaviour(app, lang), style=_row(data, app))
    return [speed, behaviour] if any(map(_behaves, apps)) else [speed]


def _causes(data: ReportInput, lang: str) -> list[RenderableType]:
    """Return what was named as the cause of slow or uneven pop-ups, app by app; nothing where nothing was."""
    apps = [app for app in data.apps() if app.causes]
    if not apps:
        return []
    table = _table(UI["causes"].get(lang), lang)
    table.add_column(UI["cause"].get(lang), overflow="fold")
    table.add_column(UI["lies_with"].get(lang), overflow="fold")
    for key in ("cause_popups", "cause_cost"):
        table.add_column(UI[key].get(lang), justify="right", no_wrap=True)
    for app in apps:
        for i, one in enumerate(app.causes[:MOST_CAUSES]):
            name = name_of(one.cause)[lang == "zh"]
            with_whom = wording.driver_text(one.driver).get(lang)
            counted, cost = f"{one.popups} / {app.popups}", with_unit(one.cost_ms, "ms", 0)
            table.add_row("" if i else app_name(data, app, lang), name, with_whom, counted, cost)
    return [table]


def _table(title: str, lang: str) -> Table:
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.add_column(UI["app"].get(lang), overflow="fold", min_width=12)
    return table


def _speed_columns(table: Table, told: Collection[str], lang: str) -> None:
    for name, english, chinese in SPEED:
        if name not in told:
            continue
        table.add_column(chinese if lang == "zh" else english, justify="right", no_wrap=True)


def _behaviour_columns(table: Table, lang: str) -> None:
    table.add_column(UI["driver"].get(lang), max_width=22)
    table.add_column(UI["content"].get(lang), max_width=22)
    table.add_column(
        f"{UI['late_short'].get(lang)}\n{UI['late_key'].get(lang)}", justify="right", no_wrap=True
    )


def _rounds_column(table: Table, lang: str) -> None:
    table.add_column(f"{UI['rounds'].get(lang)}\n{UI['rounds_key'].get(lang)}", justify="right", no_wrap=True)


def _row(data: ReportInput, app: AppResult) -> str:
    return "bold" if app.app == data.accused else "dim" if app.reference else ""


def _speed(app: AppResult, told: Collection[str]) -> list[str]:
    return [number(app.means.get(name), metric_of(name).decimals) for name, _, _ in SPEED if name in told]


def _behaves(app: AppResult) -> bool:
    """Whether anything is known of how an app moves."""
    kinds = {one for kind in ("driver_mode", "content_motion") for one in app.modes.get(kind, {})}
    late = any(app.means.get(f"late_frames.{driver}") is not None for driver in DRIVERS)
    return late or bool(kinds - {"unknown"})


def _behaviour(app: AppResult, lang: str) -> list[str]:
    late = [number(app.means.get(f"late_frames.{driver}")) for driver in DRIVERS]
    kinds = [app.modes.get(kind, {}) for kind in ("driver_mode", "content_motion")]
    return [*(wording.modes_text(k).get(lang) if k else NULL for k in kinds), "/".join(late)]


def _rounds(app: AppResult) -> str:
    return f"{app.rounds_valid} / {app.rounds_void}"


def _comparisons(data: ReportInput, comparisons: tuple[Comparison, ...], lang: str) -> RenderableType:
    table = Table(
        title=f"{data.label(comparisons[0].accused)}: {UI['comparisons'].get(lang)}",
        title_justify="left",
        title_style="bold",
        caption=f"* {UI['primary'].get(lang)}" if data.verdict and data.verdict.primary else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column(
        f"{UI['metric'].get(lang)} / {UI['competitor'].get(lang)}", overflow="fold", min_width=18
    )
    for key in ("difference", "bounds", "margin"):
        table.add_column(UI[key].get(lang), justify="right", no_wrap=True)
    table.add_column(UI["outcome"].get(lang))
    before: str | None = None
    known = {one.metric for one in comparisons if one.difference is not None or _primary(data, one)}
    for comparison in comparisons:
        if comparison.metric not in known:
            continue
        if comparison.metric != before:
            table.add_row(Rich(_heading(data, comparison, lang), style="bold"))
        before = comparison.metric
        table.add_row(*_comparison(data, comparison, lang))
    return table


def _primary(data: ReportInput, comparison: Comparison) -> bool:
    return data.verdict is not None and comparison in data.verdict.primary


def _heading(data: ReportInput, comparison: Comparison, lang: str) -> str:
    return metric_of(comparison.metric).label.get(lang) + ("*" if _primary(data, comparison) else "")


def _comparison(data: ReportInput, comparison: Comparison, lang: str) -> list[str | Rich]:
    metric = metric_of(comparison.metric)
    low, high = (shown(metric.name, v) for v in (comparison.lower, comparison.upper))
    bounds = NULL if low is None or high is None else f"[{number(low, sign=True)}, {number(high, sign=True)}]"
    outcome = wording.outcome_text(comparison.outcome).get(lang)
    if comparison.further_rounds is not None:
        outcome += f", +{comparison.further_rounds} {UI['rounds'].get(lang)}"
    mark = wording.MARKS.get(comparison.outcome, "")
    beside = f" ({UI['reference'].get(lang)})" if data.is_reference(comparison.competitor) else ""
    return [
        f"  {data.label(comparison.competitor)}{beside}",
        with_unit(shown(metric.name, comparison.difference), metric.unit, sign=True),
        bounds,
        with_unit(shown(metric.name, comparison.margin), metric.unit),
        Rich(f"{mark} {outcome}", style=_STYLES.get(comparison.outcome, "")),
    ]


def _notes(data: ReportInput, lang: str) -> list[RenderableType]:
    lines: list[str] = []
    if not data.manifest.finished:
        lines.append(UI["unfinished"].get(lang))
    if data.manifest.phone.is_emulator and not data.manifest.phone.simulated:
        lines.append(UI["emulator"].get(lang))
    lines += null_notes(data, lang)
    lines += [
        f"{UI['warnings'].get(lang)}: {wording.reason_text(warning).get(lang)}" for warning in data.warnings()
    ]
    return [Rich(line, overflow="fold") for line in lines]
