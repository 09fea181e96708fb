"""Silkiness in words, always with its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text as Rich

from profiler.report.catalog import Text
from profiler.report.numbers import number
from profiler.report.page_words import part_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.results import AppResult, SilkinessPart

TITLE = Text(
    "silkiness (0-100, the least of its parts; decides nothing)",
    "丝滑度（0-100，取各分项最低；不参与判定）",
)
INCOMPLETE = Text("incomplete", "不完整")


def silkiness_lines(apps: Iterable[AppResult], lang: str) -> list[Rich]:
    """Return a heading and a line per app that has a silkiness; nothing where none has a part of one."""
    apps = tuple(apps)
    if all(part.score is None for app in apps if app.silkiness for part in app.silkiness.parts):
        return []
    lines = [
        Rich(
            f"  {app.label or app.app}: "
            f"{INCOMPLETE.get(lang) if app.silkiness.score is None else number(app.silkiness.score, 0)} "
            f"({', '.join(_part(part, lang) for part in app.silkiness.parts)})",
            overflow="fold",
        )
        for app in apps
        if app.silkiness is not None
    ]
    return [Rich(TITLE.get(lang), style="bold"), *lines] if lines else []


def _part(part: SilkinessPart, lang: str) -> str:
    name = part_text(part.name).get(lang)
    return f"{name} {'-' if part.score is None else number(part.score, 0)}"
