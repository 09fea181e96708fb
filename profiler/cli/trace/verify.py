"""`silky trace verify`: silky's tables against those of a trace processor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from profiler.cli import options as common
from profiler.cli.trace import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from traces.perfetto.agreement import Agreement
    from traces.trace import Trace
    from traces.views import View

_MOST_SHOWN = 20


@click.command()
@options.file
@click.option(
    "--trace-processor",
    "program",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Your trace_processor_shell; silky downloads none.",
)
@click.option(
    "--name",
    "names",
    metavar="GLOB",
    multiple=True,
    help="Compare the slices whose name fits this pattern (default: as silky trace slices; '*': all).",
)
@common.as_json
def command(*, file: Path, program: Path, names: tuple[str, ...], as_json: bool) -> int:
    """Compare frames, display frames, slices and thread states with a trace processor, cell for cell.

    Exit code 1 when any cell differs.

    Example: silky trace verify t.perfetto-trace --trace-processor ~/bin/trace_processor_shell
    """
    from profiler.cli.main import DONE, GATE_FAILED
    from profiler.cli.output import print_json
    from profiler.cli.trace.reading import read_file
    from traces.perfetto import DEFAULT_SLICE_NAMES

    globs = names or DEFAULT_SLICE_NAMES
    trace = read_file(file, slice_names=globs, thread_states=True)
    found = list(_agreements(trace, globs, program))
    if as_json:
        print_json({"file": str(file), "trace_processor": str(program), "tables": [_plain(a) for a in found]})
    else:
        click.echo("\n".join(line for agreement in found for line in _sentences(agreement)))
    return GATE_FAILED if any(agreement.differences for agreement in found) else DONE


def _agreements(trace: Trace, globs: tuple[str, ...], program: Path) -> Iterator[Agreement]:
    from profiler.cli.output import note
    from traces.perfetto import queries
    from traces.perfetto.agreement import compare
    from traces.perfetto.csv_view import display_view, frames_view, slices_view, threads_view

    tables: list[tuple[View, str]] = [
        (frames_view(trace), queries.FRAMES),
        (display_view(trace), queries.DISPLAY),
        (slices_view(trace.slices), queries.slices(globs)),
        (threads_view(trace), queries.THREAD_STATES),
    ]
    for view, query in tables:
        note(f"Asking {program.name} for {view.name} ...")
        yield compare(view, ask(program, trace.path, query))


def ask(program: Path, file: Path, query: str) -> list[str]:
    """Return the lines that trace processor prints for a query of a file.

    Raises:
        UsageError: the program can't be run, or fails.
    """
    import subprocess
    import tempfile

    from traces.errors import UsageError

    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as sql:
        sql.write(query)
        sql.flush()
        try:
            done = subprocess.run(
                [str(program.absolute()), "-q", sql.name, str(file)], capture_output=True, check=False
            )
        except OSError as error:
            raise UsageError(
                f"{program} can't be run: {error.strerror}.",
                next_step="Give the path of a trace_processor_shell that runs on this computer.",
            ) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"{program} ended with {done.returncode}: {said[-1] if said else 'it said nothing'}",
            next_step="Run it on this file yourself; it must know -q FILE, as trace_processor_shell does.",
        )
    return done.stdout.decode("utf-8", "replace").removesuffix("\n").split("\n")


def _sentences(agreement: Agreement) -> list[str]:
    name, differences = agreement.table, agreement.differences
    if not differences:
        return [f"{name:8} {agreement.rows} rows, {agreement.cells} cells: all agree"]
    sizes = f"silky has {agreement.rows} rows, trace processor {agreement.their_rows}"
    lines = [f"{name:8} {len(differences)} differences; {sizes}"]
    for one in differences[:_MOST_SHOWN]:
        if one.column:
            lines.append(f"  {one.row}: {one.column} is {one.ours} here, {one.theirs} there")
        elif one.ours is None or one.theirs is None:
            lines.append(f"  {one.row}: only {'there' if one.ours is None else 'here'}")
        else:
            lines.append(f"  {one.row}: {one.ours} here, {one.theirs} there")
    if len(differences) > _MOST_SHOWN:
        lines.append(f"  and {len(differences) - _MOST_SHOWN} more (all of them with --json)")
    return lines


def _plain(agreement: Agreement) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(agreement)
