"""Interactions of each kind for a terminal: apps side by side, in as many tables as the width asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text as Rich

from profiler.report import wording
from profiler.report.elsewhere import all_tables
from profiler.report.kinds import METRIC, SOURCE, TITLE, heading, source_notes
from profiler.report.missing import COLON, LIST
from profiler.report.numbers import NULL
from profiler.report.wording import UI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from profiler.analysis.results import AppResult
    from profiler.report.inputs import ReportInput
    from profiler.report.kinds import KindTable

_LABEL, _APP = 24, 11
"""Columns that a metric's label and an app's values take at least, to be read at ease."""


def kinds_tables(data: ReportInput, width: int, lang: str) -> list[RenderableType]:
    """Return the tables of each kind of interaction but the pop-up, with the reasons of what is missing."""
    made: list[RenderableType] = []
    for one in all_tables(data):
        made.extend(_tables(data, one, width, lang))
        named = source_notes(one.rows)
        for source, labels in named:
            each = LIST[lang].join(label.get(lang) for label in labels)
            what = SOURCE.get(lang) if len(named) == 1 else each
            made.append(Rich(f"{what}{COLON[lang]}{source}", overflow="fold"))
        notes = (
            f"{NULL} {what.get(lang)}: {wording.reason_text(why).get(lang)}" for what, why in one.reasons
        )
        made += [Rich(note, overflow="fold") for note in notes]
    return made


def _tables(data: ReportInput, one: KindTable, width: int, lang: str) -> Iterator[Table]:
    apps = data.apps()
    most = max(1, (width - _LABEL) // _APP)
    tables = -(-len(apps) // most)
    beside = -(-len(apps) // tables)
    for first in range(0, len(apps), beside):
        table = Table(
            title=None if first else f"{TITLE.get(lang)}: {one.kind.get(lang)}",
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
        )
        table.add_column(METRIC.get(lang), overflow="fold")
        for app in apps[first : first + beside]:
            table.add_column(app_name(data, app, lang), justify="right", overflow="fold")
        for row in one.rows:
            table.add_row(heading(row, lang), *row.cells[first : first + beside])
        yield table


def app_name(data: ReportInput, app: AppResult, lang: str) -> str:
    """Return an app's name with what it is in the complaint."""
    mark = UI["accused"] if app.app == data.accused else UI["reference"] if app.reference else None
    name = app.label or app.app
    return f"{name} ({mark.get(lang)})" if mark else name
