"""`silky trace threads`: thread states."""

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
    """Write one row per state of a thread: Running on a CPU, runnable, sleeping, from sched events.

    Example: silky trace threads t.perfetto-trace --process com.example.chat -o threads.parquet
    """
    import numpy as np

    from profiler.cli.output import note
    from profiler.cli.trace.picking import of_process
    from profiler.cli.trace.reading import read_file
    from profiler.cli.trace.writing import chosen_format, write_view
    from traces.perfetto.csv_view import threads_view

    chosen_format(form, out)
    trace = read_file(file, slice_names=(), thread_states=True)
    group = {tid: pid for tid, (pid, _) in trace.threads.items()}
    tids, inverse = np.unique(trace.thread_states.tid, return_inverse=True)
    pids = np.asarray([group.get(tid, tid) for tid in tids.tolist()], np.int64)[inverse]
    write_view(of_process(threads_view(trace), pids, process, trace), file, form, out)
    if not len(trace.thread_states):
        note("No thread states: the trace has no sched_switch events.")
