"""`silky trace slices`: thread slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.trace import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.file
@options.process
@click.option(
    "--name",
    "names",
    metavar="GLOB",
    multiple=True,
    help="Slices whose name fits this shell pattern; may be given more than once (default: frame, input, "
    "insets and keyboard work).",
)
@options.output_format
@options.out
def command(*, file: Path, process: str | None, names: tuple[str, ...], form: str | None, out: Path) -> None:
    """Write one row per thread slice; depth counts all slices of the thread, also those not written.

    By default: Choreographer#doFrame*, DrawFrame*, deliverInputEvent*, Insets*, *IME*, and traversal,
    measure, layout, draw, input, animation.

    Example: silky trace slices t.perfetto-trace --name 'Choreographer#doFrame*' --name 'DrawFrame*'
    """
    from profiler.cli.output import note
    from profiler.cli.trace.picking import of_process
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import chosen_format, write_view
    from traces.perfetto import DEFAULT_SLICE_NAMES
    from traces.perfetto.csv_view import slices_view

    chosen_format(form, out)
    trace = read_file(file, slice_names=names or DEFAULT_SLICE_NAMES)
    view = of_process(slices_view(trace.slices), trace.slices.pid, process, trace)
    write_view(view, file, form, out)
    if not len(view):
        note("No slice fits. Slices come from atrace categories: gfx, view, input, wm.")
