"""`silky trace display`: display frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.trace import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.file
@options.process
@options.output_format
@options.out
def command(*, file: Path, process: str | None, form: str | None, out: Path) -> None:
    """Write one row per display frame: when SurfaceFlinger woke, when the screen showed it, why it was late.

    Example: silky trace display t.perfetto-trace
    """
    from profiler.cli.output import note
    from profiler.cli.trace.picking import of_process
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import chosen_format, write_view
    from traces.perfetto.csv_view import display_view

    chosen_format(form, out)
    trace = read_file(file, slice_names=())
    view = of_process(display_view(trace), trace.display.pid, process, trace)
    write_view(view, file, form, out)
    if not len(trace.display):
        note("No frames: the trace has no FrameTimeline (Android 12+, android.surfaceflinger.frametimeline).")
