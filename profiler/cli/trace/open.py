"""`silky trace open`: a trace in the Perfetto UI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli.trace import options
from profiler.cli.trace.serving import PERFETTO_PORT, PERFETTO_UI

if TYPE_CHECKING:
    from pathlib import Path

    from traces.trace import Trace

_SHOWN_NS = 100_000_000


@click.command()
@options.file
@click.option("--at", "at_ns", metavar="NS", type=int, help="Show this time, in ns on BOOTTIME.")
@click.option("--no-browser", is_flag=True, help="Only print the address; open it yourself.")
@click.option("--keep", is_flag=True, help="Serve until Ctrl-C, not only once.")
@click.option("--ui", metavar="URL", default=PERFETTO_UI, show_default=True, help="The Perfetto UI to open.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PERFETTO_PORT,
    show_default=True,
    help="Port to serve on; Perfetto's own UI reads only from 9001.",
)
def command(*, file: Path, at_ns: int | None, no_browser: bool, keep: bool, ui: str, port: int) -> None:
    """Serve a trace on loopback and open it in the Perfetto UI, which runs in your browser.

    The trace goes from this computer to your browser and nowhere else. Ends when the UI has fetched it.

    Example: silky trace open t.perfetto-trace --at 261191575272856
    """
    import webbrowser

    from profiler.cli.output import note
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.serving import FileServer, ui_address

    trace = read_file(file, slice_names=None if at_ns is not None else (), ftrace=at_ns is not None)
    window = None if at_ns is None else window_around(trace, at_ns)
    with FileServer(file, ui, port) as server:
        address = ui_address(server, ui, window)
        click.echo(address)
        if not no_browser and not webbrowser.open_new_tab(address):
            note("No browser could be started: open the address yourself.")
        note("Serving until " + ("Ctrl-C." if keep else "the UI has fetched the trace; Ctrl-C ends it."))
        while keep or not server.served:
            server.handle_request()


def window_around(trace: Trace, at_ns: int) -> tuple[int, int]:
    """Return the 100 ms around a time, cut to the trace: the UI ignores what reaches beyond.

    Raises:
        UsageError: the time is not within the trace.
    """
    import numpy as np

    from traces.errors import UsageError

    slices, display = trace.slices, trace.display
    times = np.concatenate(
        [
            trace.frames.actual_start_ns,
            display.start_ns,
            display.present_ns,
            slices.start_ns,
            slices.start_ns + slices.dur_ns.clip(0),
        ]
    )
    if not len(times):
        raise UsageError(
            f"{trace.path}: it holds no frames and slices, so no time can be shown.",
            next_step="Leave out --at.",
        )
    first, last = int(times.min()), int(times.max())
    if not first <= at_ns <= last:
        raise UsageError(
            f"{trace.path}: {at_ns} is not within it: its frames and slices lie from {first} to {last}.",
            next_step="Give a time in ns on BOOTTIME, as silky's reports and tables have it.",
        )
    start = max(first, min(at_ns - _SHOWN_NS // 2, last - _SHOWN_NS))
    return start, min(last, start + _SHOWN_NS)
