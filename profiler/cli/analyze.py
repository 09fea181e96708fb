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
    from concurrent.futures import Future

    from profiler.analysis.overview import Overview
    from traces.capture import PhoneFacts

    View = tuple[Callable[[], str], Callable[[], None], bool]

_HEAD = 4096
"""Bytes by which a trace is told from a text."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--cross-check", is_flag=True, help="Lay several sources of the same moment side by side, in vsyncs."
)
@options.jobs
@options.language
@options.as_json
def command(*, paths: tuple[Path, ...], cross_check: bool, jobs: int, lang: str, as_json: bool) -> int:
    """Tell what a recording holds: a bundle, a trace or a text dump.

    Text dumps: getprop, getevent, logcat of ImeTracker, and dumpsys of gfxinfo (framestats), SurfaceFlinger
    (--latency, --list, --timestats), input_method, window, display, battery, thermalservice. The kind is told
    by what stands in the file, never by its name. A file that can't be read or is empty does not hide the
    others (exit code 3); a trace that lost data can't be scored (exit code 2).

    Example: silky analyze trace.perfetto-trace framestats.txt
    """
    if cross_check:
        from profiler.cli.crosschecking import run_cross_check

        return run_cross_check(paths, as_json=as_json)
    from profiler.cli.main import DONE, NO_EVIDENCE, USAGE, describe
    from profiler.cli.output import note, print_json
    from traces.errors import InputFileError

    documents, code = [], DONE
    overviews = _overviews(paths, jobs)
    for number, path in enumerate(paths):
        if number and not as_json:
            click.echo()
        try:
            document, show, whole = _view(path, jobs, lang, overviews.pop(number, None))
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


def _overviews(paths: tuple[Path, ...], jobs: int) -> dict[int, Future[Overview]]:
    """Begin to read several traces in processes; nothing where one trace, or one process, is all."""
    traces = [number for number, path in enumerate(paths) if _is_trace(path)]
    if len(traces) < 2:
        return {}
    from profiler.analysis.run import jobs_that_pay_off

    jobs = min(jobs or jobs_that_pay_off(paths[number] for number in traces), len(traces))
    if jobs < 2:
        return {}
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    begun = {number: pool.submit(_overview, paths[number]) for number in traces}
    pool.shutdown(wait=False)
    return begun


def _is_trace(path: Path) -> bool:
    from traces.perfetto import is_trace

    try:
        with path.open("rb") as file:
            return is_trace(file.read(_HEAD))
    except OSError:
        return False  # told where its turn comes


def _view(path: Path, jobs: int, lang: str, begun: Future[Overview] | None) -> View:
    """Return how to make a recording's JSON, how to print it, and whether numbers may be taken of it.

    Raises:
        InputFileError: it can't be read, or there is nothing in it.
    """
    if path.is_dir():
        return _bundle(path, jobs, lang)
    from traces.errors import InputFileError
    from traces.perfetto import is_trace

    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputFileError(
            f"{path} can't be read: {error.strerror}.", next_step="Check the name and the permissions."
        ) from error
    if not head:
        raise InputFileError(f"{path} is empty.", next_step="Record it again.")
    if head[:1] == b"\t":  # how every Winscope file begins; cheaper than importing its reader
        from traces.winscope import is_winscope_file

        if is_winscope_file(head):
            return _winscope(path)
    if not is_trace(head):
        return _dump(path)
    return _trace(path, _overview(path) if begun is None else begun.result(), lang)


def _winscope(path: Path) -> View:
    from profiler.cli.output import stdout_console
    from profiler.report.analyze_view import dump_json, render_dump
    from profiler.report.dumps.winscope import view_winscope

    view = view_winscope(path)
    return lambda: dump_json(view), lambda: render_dump(view, stdout_console()), True


def _bundle(path: Path, jobs: int, lang: str) -> View:
    from profiler.cli.output import stdout_console
    from profiler.report.json_report import to_json
    from profiler.report.terminal import render_run
    from profiler.run.findings import findings, measure
    from traces.bundle import Bundle

    opened = Bundle.open(path)
    data = findings(opened, measure(opened, jobs=jobs))
    return lambda: to_json(data), lambda: render_run(data, stdout_console(), lang=lang), True


def _trace(path: Path, seen: Overview, lang: str) -> View:
    from profiler.cli.output import stdout_console
    from profiler.report.analyze_view import overview_json, render_overview

    if not seen.display.frames and not seen.layers and (recording := _winscope_packets(path, seen)):
        return recording
    show = lambda: render_overview(seen, stdout_console(), lang=lang)  # noqa: E731
    return lambda: overview_json(seen), show, seen.scorable


def _overview(path: Path) -> Overview:
    from profiler.analysis.overview import overview
    from profiler.analysis.scene import SLICE_NAMES
    from traces.perfetto import read_trace

    trace = read_trace(path, slice_names=SLICE_NAMES)
    phone = _phone_of(path)
    if phone is None:
        return overview(trace)
    seen = overview(trace, modes_hz=phone.modes_hz, active_hz=phone.active_hz)
    return replace(seen, simulated=seen.simulated or phone.simulated)


def _winscope_packets(path: Path, seen: Overview) -> View | None:
    """Return the view of a trace that holds no frames, but the keyboard's state, layers or input events."""
    from profiler.cli.output import stdout_console
    from profiler.report.analyze_view import dump_json, render_dump
    from profiler.report.dumps.winscope import winscope_view
    from traces.systrace import is_systrace
    from traces.winscope import read_winscope

    with path.open("rb") as file:
        if is_systrace(file.read(_HEAD)):  # a text of Android 8 holds no packets to look into
            return None
    found = read_winscope(path)
    if not found:
        return None
    view = winscope_view(found, lost=seen.reasons)
    return lambda: dump_json(view), lambda: render_dump(view, stdout_console()), seen.scorable


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
