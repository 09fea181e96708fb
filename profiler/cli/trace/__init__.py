"""`silky trace`: the tables of one recording for other people's pipelines."""

from __future__ import annotations

import click

from profiler.cli.lazy import LazyGroup

COMMANDS = {
    "frames": "Surface frames of FrameTimeline, with deadlines and times on screen.",
    "display": "Display frames of FrameTimeline.",
    "slices": "Thread slices: frame, input, insets and keyboard work, or the names you choose.",
    "threads": "What each thread was doing: running, runnable, sleeping.",
    "buffers": "Buffers of every layer, as FrameTracer saw them.",
    "health": "What the recording lost, and whether it may be scored.",
    "open": "Open a trace in the Perfetto UI, at one moment.",
    "verify": "Compare every cell with a trace processor that you have.",
}


@click.group(
    cls=LazyGroup,
    lazy={name: (f"profiler.cli.trace.{name}", text) for name, text in COMMANDS.items()},
)
def command() -> None:
    """Tables of a trace as CSV, JSON or Parquet; open it, verify it.

    All times are ns on BOOTTIME. frames, display and slices have the columns and spellings of Perfetto's
    trace processor, so that anyone can diff.

    Example: silky trace frames trace.perfetto-trace --process com.example.chat -o frames.parquet
    """
