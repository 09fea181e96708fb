"""`silky trace verify`: silky's tables against those of a trace processor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from profiler.cli import options as common
from profiler.cli.trace import options

if TYPE_CHECKING:
    from traces.perfetto.agreement import Agreement

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
    """Compare frames, display frames, slices, thread states, buffers with a trace processor, cell for cell.

    Exit code 1 when any cell differs.

    Example: silky trace verify t.perfetto-trace --trace-processor ~/bin/trace_processor_shell
    """
    from profiler.cli.main import DONE, GATE_FAILED
    from profiler.cli.output import note, print_json
    from profiler.cli.trace.asking import agreements
    from profiler.cli.trace.reading import read_file
    from traces.perfetto import DEFAULT_SLICE_NAMES

    globs = names or DEFAULT_SLICE_NAMES
    trace = read_file(file, slice_names=globs, thread_states=True)
    note(f"Asking {program.name} ...")
    found = list(agreements(trace, globs, program))
    if as_json:
        print_json({"file": str(file), "trace_processor": str(program), "tables": [_plain(a) for a in found]})
    else:
        click.echo("\n".join(line for agreement in found for line in _sentences(agreement)))
    return GATE_FAILED if any(agreement.differences for agreement in found) else DONE


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
