"""`silky check`: the gate for CI."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from profiler.cli import options
from profiler.cli.lazy import ManyCommand
from traces.errors import UsageError

if TYPE_CHECKING:
    from profiler.gates.model import Gate

FILE = click.Path(dir_okay=False, path_type=Path)
EXAMPLE_FILE = Path("silky-budget.yaml")


@click.command(cls=ManyCommand)
@click.argument("bundle", type=options.BUNDLE, required=False)
@click.option("--budget", type=FILE, metavar="FILE", help="Limits per app, scenario and metric (YAML).")
@click.option(
    "--baseline", type=options.BUNDLE, metavar="BUNDLE", help="An earlier run under the same conditions."
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME...",
    help="What is compared with the baseline (default: the usual ones); several may follow.",
)
@click.option("--init", is_flag=True, help=f"Write a commented example of a budget to {EXAMPLE_FILE}.")
@click.option("--junit", type=FILE, metavar="FILE", help="Write JUnit XML.")
@click.option("--markdown", type=FILE, metavar="FILE", help="Write Markdown for a merge request.")
@click.option(
    "--github", is_flag=True, help="Print GitHub annotations on standard error, append to the step's summary."
)
@options.jobs
@options.language
@options.as_json
def command(
    *,
    bundle: Path | None,
    budget: Path | None,
    baseline: Path | None,
    metrics: tuple[str, ...],
    init: bool,
    junit: Path | None,
    markdown: Path | None,
    github: bool,
    jobs: int,
    lang: str,
    as_json: bool,
) -> int:
    """Hold a run against a budget or a baseline: the gate for CI.

    A check fails only when the whole interval is beyond the limit, and warns when it straddles it. Exit
    codes: 0 pass or warn, 1 fail, 2 incomplete, 3 usage, or a baseline made under other conditions.

    Example: silky check silky-runs/... --budget silky-budget.yaml --junit silky.xml
    """
    if init:
        return _init(bundle)
    if bundle is None:
        raise UsageError(
            "No bundle is named.", next_step="Name the folder that `silky run` wrote, or use --init."
        )
    if budget is None and baseline is None:
        raise UsageError(
            "There is nothing to hold the run against.",
            next_step="Add --budget FILE (`silky check --init` writes an example) or --baseline BUNDLE.",
        )
    if metrics and baseline is None:
        raise UsageError(
            "--metric does nothing without --baseline.", next_step="A budget names its own metrics."
        )
    from profiler.cli.output import note, print_json, stdout_console
    from profiler.gates.document import to_document
    from profiler.gates.hold import hold
    from profiler.gates.terminal import render_gate

    gate = hold(bundle, budget, baseline, metrics, jobs=jobs, lang=lang)
    written = write_files(gate, junit=junit, markdown=markdown, github=github, lang=lang)
    if as_json:
        print_json(to_document(gate))
    else:
        render_gate(gate, stdout_console(), lang=lang)
    for text in written:
        note(text)
    return gate.exit_code


def write_files(
    gate: Gate, *, junit: Path | None, markdown: Path | None, github: bool, lang: str
) -> list[str]:
    """Write what was asked for; return what to tell on standard error."""
    from profiler.gates.github import SUMMARY, commands
    from profiler.gates.junit import to_junit
    from profiler.gates.markdown import to_markdown

    told: list[str] = []
    for path, name, text in (
        (junit, "JUnit", to_junit(gate, lang=lang)),
        (markdown, "Markdown", to_markdown(gate, lang=lang)),
    ):
        if path is not None:
            _write(path, text)
            told.append(f"{name}: {path}")
    if github:
        told += commands(gate, lang=lang)
        summary = os.environ.get(SUMMARY)
        if summary:
            _append(Path(summary), to_markdown(gate, lang=lang))
        else:
            told.append(f"{SUMMARY} is not set: this is no GitHub step, so that no summary was written.")
    return told


def _init(bundle: Path | None) -> int:
    from profiler.cli.output import note
    from profiler.gates.budget import EXAMPLE

    if bundle is not None:
        raise UsageError("--init takes no bundle.", next_step="Type: silky check --init")
    try:
        with EXAMPLE_FILE.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE)
    except FileExistsError as error:
        raise UsageError(
            f"{EXAMPLE_FILE} exists already and was left as it is.", next_step="Move it away first."
        ) from error
    except OSError as error:
        raise UsageError(
            f"{EXAMPLE_FILE} can't be written: {error.strerror}.", next_step="Go to another folder."
        ) from error
    note(f"Wrote {EXAMPLE_FILE}. Now: silky check BUNDLE --budget {EXAMPLE_FILE}")
    return 0


def _write(path: Path, text: str) -> None:
    from traces.disk import replace_file

    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise _unwritable(path, error) from error


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} can't be written: {error.strerror}.", next_step="Name another file.")
