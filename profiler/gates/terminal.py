"""A gate for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from profiler.gates import words

if TYPE_CHECKING:
    from rich.console import Console

    from profiler.gates.model import Check, Gate

_STYLES = {"fail": "red", "incomplete": "yellow", "warn": "yellow", "pass": "green", "beside": "dim"}


def render_gate(gate: Gate, console: Console, *, lang: str = "en") -> None:
    """Print a gate."""
    if gate.simulated:
        console.print(Panel(words.pick(words.SIMULATED, lang), border_style="magenta", box=box.HEAVY))
    console.print(Text(words.headline(gate, lang), style=f"bold {_STYLES[gate.outcome]}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(
        f"{words.pick(words.HEADS['app'], lang)} / {words.pick(words.HEADS['metric'], lang)}", overflow="fold"
    )
    for name in ("value", "bounds", "limit", "rounds"):
        table.add_column(words.pick(words.HEADS[name], lang), justify="right", no_wrap=True)
    table.add_column(words.pick(words.HEADS["outcome"], lang), no_wrap=True)
    for (_, kind), checks in _by_metric(gate).items():
        head = words.metric_name(checks[0], lang)
        against = words.pick(words.KINDS[kind], lang) if gate.budget and gate.baseline else ""
        table.add_row(Text(f"{head} {against}".strip(), style="bold"))
        for check in checks:
            mark = f"{words.MARKS[check.outcome]} {words.pick(words.OUTCOMES[check.outcome], lang)}"
            table.add_row(
                f"  {check.label}",
                words.value(check),
                words.bounds(check),
                words.limit(check),
                words.rounds(check),
                Text(mark, style=_STYLES[check.outcome]),
            )
    console.print(table)
    for check in gate.sorted_checks():
        if check.reasons:
            console.print(Text(words.said(check, lang), overflow="fold"))
    for note in gate.notes:
        console.print(Text(words.pick(note, lang), overflow="fold"))


def _by_metric(gate: Gate) -> dict[tuple[str, str], list[Check]]:
    """Return the checks by metric and kind, those of a metric worst first."""
    found: dict[tuple[str, str], list[Check]] = {}
    for check in gate.sorted_checks():
        found.setdefault((check.metric, check.kind), []).append(check)
    return found
