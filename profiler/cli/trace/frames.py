"""`silky trace frames`: surface frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.trace import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.file
@options.process
@options.layer
@options.output_format
@options.out
def command(*, file: Path, process: str | None, layer: str | None, form: str | None, out: Path) -> None:
    """Write one row per surface frame: token, deadline, end, time on screen, jank.

    Example: silky trace frames t.perfetto-trace --process 'com.example.*' -o frames.csv
    """
    from profiler.cli.output import note
    from profiler.cli.trace.picking import of_layer, of_process
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import chosen_format, write_view
    from traces.perfetto.csv_view import frames_view

    chosen_format(form, out)
    trace = read_file(file, slice_names=())
    view = frames_view(trace)
    view = of_layer(of_process(view, view.column("pid"), process, trace), layer, file)
    write_view(view, file, form, out)
    if not len(trace.frames):
        note("No frames: the trace has no FrameTimeline (Android 12+, android.surfaceflinger.frametimeline).")
