"""Where commands print: reports on standard output, everything else on standard error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from profiler.report.inputs import ReportInput


def stdout_console() -> Console:
    """Return the console for reports."""
    return _console(stderr=False)


def stderr_console() -> Console:
    """Return the console for progress and notes."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    class PipeConsole(Console):
        """A console that leaves a broken pipe to `profiler.cli.main`; rich would exit with 1."""

        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704  rich calls this while it handles the error

    return PipeConsole(stderr=stderr, highlight=False)


def print_json(document: Any) -> None:
    """Print plain data as JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def note(text: str) -> None:
    """Print a sentence beside the report."""
    click.echo(text, err=True)


def print_report(data: ReportInput, *, as_json: bool, lang: str, html: str | None = None) -> None:
    """Print a run's report."""
    if as_json:
        from profiler.report.json_report import to_json

        click.echo(to_json(data), nl=False)
        return
    from profiler.report.terminal import render_run

    render_run(data, stdout_console(), lang=lang, report_path=html)
