"""`silky trace health`: what a recording lost."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from profiler.cli.trace import options

if TYPE_CHECKING:
    from pathlib import Path

    from traces.health import TraceHealth
    from traces.views import View


@click.command()
@options.file
@options.output_format
@options.out
def command(*, file: Path, form: str | None, out: Path) -> int:
    """Tell what the recording lost and whether it may be scored: exit code 2 if not.

    Sentences for people by default; with --format the counts.

    Example: silky trace health t.perfetto-trace --format json
    """
    from profiler.cli.main import DONE, NO_EVIDENCE
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import STDOUT, chosen_format, opened, write_view

    for_people = form is None and out == STDOUT
    chosen = None if for_people else chosen_format(form, out)
    health = read_file(file, slice_names=()).health
    if chosen is None:
        click.echo("\n".join(_sentences(file, health)))
    elif chosen == "json":
        with opened(out) as stream:
            stream.write(_document(file, health).encode())
    else:
        write_view(_view(health), file, form, out)
    return DONE if health.scorable else NO_EVIDENCE


def _sentences(file: Path, health: TraceHealth) -> list[str]:
    judged = (
        "may be scored" if health.scorable else "must not be scored: data of the recorded time is missing"
    )
    notices = [text for text in health.warnings if text not in health.reasons]
    return [
        f"{file}: {health.duration_ns / 1e9:.3f} s, {judged}.",
        *(f"lost     {text}" for text in health.reasons),
        *(f"notice   {text}" for text in notices),
    ]


def _document(file: Path, health: TraceHealth) -> str:
    from traces.views import SCHEMA, VERSION

    head = {"schema": SCHEMA, "version": VERSION, "table": "health", "file": str(file)}
    body = {"scorable": health.scorable, **_plain(health)}
    return json.dumps({**head, **body}, ensure_ascii=False, indent=2) + "\n"


def _plain(health: TraceHealth) -> dict[str, Any]:
    plain = asdict(health)
    overruns = plain["ftrace_overruns"] or {}
    return {**plain, "ftrace_overruns": {str(cpu): count for cpu, count in overruns.items()}}


def _view(health: TraceHealth) -> View:
    import numpy as np

    from traces.views import Column, View

    plain = {"scorable": health.scorable, **_plain(health)}
    plain["ftrace_overruns"] = sum(plain["ftrace_overruns"].values())
    counts = {name: int(value) for name, value in plain.items() if isinstance(value, int)}
    names = np.empty(len(counts), np.object_)
    names[:] = list(counts)
    values = np.asarray(list(counts.values()), np.int64)
    return View(
        "health",
        "TraceHealth",
        (Column("name", names, "what is counted"), Column("value", values, "the count")),
    )
