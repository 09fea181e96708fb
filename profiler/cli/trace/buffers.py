"""`silky trace buffers`: buffers of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.trace import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.file
@options.layer
@options.output_format
@options.out
def command(*, file: Path, layer: str | None, form: str | None, out: Path) -> None:
    """Write one row per buffer, also of layers that FrameTimeline does not see: SurfaceView, Flutter.

    Example: silky trace buffers t.perfetto-trace --layer '*SurfaceView*'
    """
    from profiler.cli.output import note
    from profiler.cli.trace.picking import of_layer
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import chosen_format, write_view
    from traces.perfetto.csv_view import buffers_view

    chosen_format(form, out)
    trace = read_file(file, slice_names=(), ftrace=False)
    write_view(of_layer(buffers_view(trace), layer, file), file, form, out)
    if not len(trace.buffers):
        note("No buffers: the trace has no FrameTracer (Android 11+, android.surfaceflinger.frame).")
