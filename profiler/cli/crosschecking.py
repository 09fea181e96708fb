"""`silky analyze --cross-check`: which files are of one moment, and what comes out."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from profiler.report.dumps.view import DumpView


def run_cross_check(paths: Sequence[Path], *, as_json: bool) -> int:
    """Print how the sources of each moment agree; 2 where nothing could be compared."""
    from profiler.cli.main import DONE, describe
    from profiler.cli.output import note, print_json, stdout_console
    from profiler.report.analyze_view import dump_json, render_dump
    from traces.errors import EvidenceError, InputFileError

    views: list[DumpView] = []
    failed = 0
    for name, files, modes in _moments(paths):
        try:
            views.append(_view(name, files, modes))
        except InputFileError as error:
            note(describe(error))
            failed = error.exit_code
    if as_json:
        documents = [json.loads(dump_json(view)) for view in views]
        print_json(documents[0] if len(documents) == 1 else documents)
    else:
        often = _told_often(views)
        for number, view in enumerate(views):
            if number:
                click.echo()
            render_dump(view, stdout_console(), told=often)
        for text, count in often.items():
            click.echo(f"{'' if count == len(views) else f'{count} of {len(views)}: '}{text}")
    if failed:
        return failed
    return DONE if any(view.problem is None for view in views) else EvidenceError.exit_code


def _told_often(views: Sequence[DumpView]) -> dict[str, int]:
    """Return the notes of more than one moment, and how many have each; they are told once, at the end."""
    counts = Counter(note for view in views for note in view.notes)
    return {note: count for note, count in counts.items() if count > 1}


def _moments(paths: Sequence[Path]) -> Iterator[tuple[str, list[Path], tuple[float, ...]]]:
    """Yield each moment's name, files and panel rates: a bundle's rounds, a folder, all files together."""
    from traces.bundle import ROUNDS, Bundle, is_bundle

    loose: list[Path] = []
    for path in paths:
        if path.is_dir() and is_bundle(path):
            bundle = Bundle.open(path)
            for capture in bundle.captures:
                folder = path / ROUNDS / capture.folder
                yield str(folder), _files(folder), bundle.manifest.phone.modes_hz
        elif path.is_dir():
            yield str(path), _files(path), ()
        else:
            loose.append(path)
    if loose:
        yield ", ".join(path.name for path in loose), loose, ()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".json")


def _view(name: str, files: Sequence[Path], modes: tuple[float, ...]) -> DumpView:
    from profiler.analysis.crosscheck import cross_check
    from profiler.analysis.crosscheck_files import read_moment
    from profiler.report.dumps.crosscheck import view_crosscheck

    moment = read_moment(files, modes)
    agreements = cross_check(moment.series, moment.period_ns) if moment.period_ns else ()
    return view_crosscheck(name, moment, agreements)
