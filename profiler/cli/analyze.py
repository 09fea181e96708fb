"""`silky analyze`: what a recording holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.capture import PhoneFacts

    View = tuple[Callable[[], str], Callable[[], None], bool]

_HEAD = 4096
"""Bytes by which a trace is told from a text."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.jobs
@options.language
@options.as_json
def command(*, paths: tuple[Path, ...], jobs: int, lang: str, as_json: bool) -> int:
    """Tell what a recording holds: a bundle, a trace or a text dump.

    Text dumps: getprop, getevent, logcat of ImeTracker, and dumpsys of gfxinfo (framestats), SurfaceFlinger
    (--latency, --list, --timestats), input_method, window, display, battery, thermalservice. The kind is told
    by what stands in the file, never by its name. A file that can't be read or is empty does not hide the
    others (exit code 3); a trace that lost data can't be scored (exit code 2).

    Example: silky analyze trace.perfetto-trace framestats.txt
    """
    from profiler.cli.main import DONE, NO_EVIDENCE, USAGE, describe
    from profiler.cli.output import note, print_json
    from traces.errors import InputFileError

    documents, code = [], DONE
    for number, path in enumerate(paths):
        if number and not as_json:
            click.echo()
        try:
            document, show, whole = _view(path, jobs, lang)
        except InputFileError as error:
            note(describe(error))
            documents.append({"source": str(path), "error": error.what, "next_step": error.next_step})
            code = USAGE
            continue
        code = code if whole else max(code, NO_EVIDENCE)
        if as_json:
            documents.append(json.loads(document()))
        else:
            show()
    if as_json:
        print_json(documents[0] if len(documents) == 1 else documents)
    return code


def _view(path: Path, jobs: int, lang: str) -> View:
    """Return how to make a recording's JSON, how to print it, and whether numbers may be taken of it.

    Raises:
        InputFileError: it can't be read, or there is nothing in it.
    """
    if path.is_dir():
        return _bundle(path, jobs, lang)
    from traces.errors import InputFileError
    from traces.perfetto import is_perfetto_trace

    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputFileError(
            f"{path} can't be read: {error.strerror}.", next_step="Check the name and the permissions."
        ) from error
    if not head:
        raise InputFileError(f"{path} is empty.", next_step="Record it again.")
    return _trace(path, lang) if is_perfetto_trace(head) else _dump(path)


def _bundle(path: Path, jobs: int, lang: str) -> View:
    from profiler.cli.output import stdout_console
    from profiler.report.json_report import to_json
    from profiler.report.terminal import render_run
    from profiler.run.findings import findings, measure
    from traces.bundle import Bundle

    opened = Bundle.open(path)
    data = findings(opened, measure(opened, jobs=jobs))
    return lambda: to_json(data), lambda: render_run(data, stdout_console(), lang=lang), True


def _trace(path: Path, lang: str) -> View:
    from profiler.analysis.overview import overview
    from profiler.analysis.scene import SLICE_NAMES
    from profiler.cli.output import stdout_console
    from profiler.report.analyze_view import overview_json, render_overview
    from traces.perfetto import read_trace

    trace = read_trace(path, slice_names=SLICE_NAMES)
    phone = _phone_of(path)
    if phone is None:
        seen = overview(trace)
    else:
        seen = overview(trace, modes_hz=phone.modes_hz, active_hz=phone.active_hz)
        seen = replace(seen, simulated=phone.simulated)
    show = lambda: render_overview(seen, stdout_console(), lang=lang)  # noqa: E731
    return lambda: overview_json(seen), show, seen.scorable


def _phone_of(path: Path) -> PhoneFacts | None:
    """Return the phone of the run in whose bundle a trace lies; None: it lies elsewhere."""
    from traces.bundle import Bundle
    from traces.errors import InputFileError

    place = path.resolve().parents
    if len(place) < 3 or place[1].name != "rounds":
        return None
    try:
        return Bundle.open(place[2]).manifest.phone
    except InputFileError:
        return None


def _dump(path: Path) -> View:
    from profiler.cli.output import stdout_console
    from profiler.report.analyze_view import dump_json, render_dump
    from profiler.report.dumps.pick import view_dump

    view: Any = view_dump(path.read_bytes(), str(path))
    return lambda: dump_json(view), lambda: render_dump(view, stdout_console()), True
