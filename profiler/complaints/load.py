"""Finds complaints by id: people's own folder first, then plug-ins', then those that come with silky."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.complaints.model import Complaint, Hearing, Said
from traces.errors import InputFileError, UsageError
from traces.yaml_file import line_of, mistakes_in, read_checked

if TYPE_CHECKING:
    from typing import Any

    from profiler.complaints.schema import BothFile, ComplaintFile

GROUP = "silky.complaints"
"""Entry-point group; each entry yields the path of a folder of YAML files."""

_BUILTIN = Path(__file__).parent / "builtin"
_EXAMPLE = f"Compare with a built-in complaint, e.g. {_BUILTIN / 'keyboard-popup-not-smooth.yaml'}."


def own_folder() -> Path:
    """Return where people's own complaints are: `$SILKY_COMPLAINTS`, else under `$XDG_CONFIG_HOME/silky`."""
    named = os.environ.get("SILKY_COMPLAINTS", "")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base else Path.home() / ".config") / "silky" / "complaints"


def list_complaints() -> dict[str, Path]:
    """Return id -> file of all complaints; own ones win, then plug-ins', then the built-in ones.

    The built-in ones keep their order, which is that of a person's hands; others follow by name.
    """
    built_in = {path.stem: path for path in sorted(_BUILTIN.glob("*.yaml"), key=_order)}
    found: dict[str, Path] = {}
    for folder in (own_folder(), *_plugin_folders()):
        if folder.is_dir():
            for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
                found.setdefault(path.stem, path)
    others = {name: path for name, path in sorted(found.items()) if name not in built_in}
    return {name: found.get(name, path) for name, path in built_in.items()} | others


_ORDER = (
    "keyboard-popup-not-smooth",
    "keyboard-slow-to-come",
    "input-bar-jumps",
    "typing-lags",
    "sending-slow",
    "reply-stutters",
    "scrolling-stutters",
    "coming-back-slow",
)


def _order(path: Path) -> int:
    return _ORDER.index(path.stem)


def _plugin_folders() -> list[Path]:
    folders = []
    for entry in importlib.metadata.entry_points(group=GROUP):
        try:
            folders.append(Path(str(entry.load())))
        except Exception as error:
            raise UsageError(
                f"The complaints of {entry.name} ({entry.value}) can't be loaded: {error}.",
                next_step="Mend or uninstall the package that brings them.",
            ) from error
    return folders


def complaint(name: str) -> Complaint:
    """Return a complaint by its id.

    Raises:
        UsageError: there is none of that id.
        InputFileError: its file has mistakes; names all of them with file and line.
    """
    known = list_complaints()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"There is no complaint '{name}'.",
            next_step=f"{hint}Known: {', '.join(known)}. Your own go into {own_folder()}.",
        )
    return load_complaint(known[name])


def load_complaint(path: Path) -> Complaint:
    """Read and check one file.

    Raises:
        InputFileError: it can't be read, is no YAML, or has mistakes; all are named with their lines.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise InputFileError(
            f"{path} can't be read: {error.strerror}.", next_step="Check the path."
        ) from error
    return _read(path, changed)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Complaint:
    from profiler.complaints.schema import ComplaintFile  # noqa: PLC0415  pydantic: 0.05 s

    file, data = read_checked(path, ComplaintFile, what="a complaint", next_step=_EXAMPLE)
    if wrong := _wrong_names(file, data, path):
        raise mistakes_in("a complaint", wrong, next_step=_EXAMPLE)
    return _complaint(file, path)


def _wrong_names(file: ComplaintFile, data: Any, path: Path) -> list[str]:
    """Return the mistakes that only show when the file's parts are seen together."""
    from profiler.complaints.lexicon import common_concepts  # noqa: PLC0415

    wrong = []
    if file.id != path.stem:
        wrong.append(f"{path}:{line_of(data, ('id',))}: id: '{file.id}' differs from the file's name")
    topics, faults = common_concepts()
    topics, faults = topics | set(file.concepts.topics), faults | set(file.concepts.faults)
    heard = file.recognised_by
    named: list[tuple[tuple[int | str, ...], str, frozenset[str]]] = [
        *(
            (("about", i, k), name, topics)
            for i, group in enumerate(heard.about)
            for k, name in enumerate(group)
        ),
        *((("faults", i), name, faults) for i, name in enumerate(heard.faults)),
        *((("perhaps", i), name, faults) for i, name in enumerate(heard.perhaps)),
        *((("unless", i), name, topics) for i, name in enumerate(heard.unless)),
        *(
            (("perhaps_about", i, "topics", k), n, topics)
            for i, p in enumerate(heard.perhaps_about)
            for k, n in enumerate(p.topics)
        ),
        *(
            (("perhaps_about", i, "faults", k), n, faults)
            for i, p in enumerate(heard.perhaps_about)
            for k, n in enumerate(p.faults)
        ),
    ]
    for where, name, known in named:
        if name not in known:
            place = ("recognised_by", *where)
            line = line_of(data, place)
            wrong.append(
                f"{path}:{line}: {'.'.join(map(str, place))}: no concept '{name}'; "
                f"there are {', '.join(sorted(known))}"
            )
    return wrong


def _complaint(file: ComplaintFile, path: Path) -> Complaint:
    from profiler.complaints.lexicon import words_of  # noqa: PLC0415  pydantic: 0.05 s

    heard = file.recognised_by
    return Complaint(
        id=file.id,
        name=_said(file.name),
        claim=_said(file.claim),
        scenario=file.scenario,
        primary_metric=file.metric,
        unit=file.unit,
        margin=file.margin if isinstance(file.margin, str) else float(file.margin),
        secondary_metrics=tuple(file.beside),
        decides=_said(file.decides),
        shows=_said(file.shows),
        cannot_show=_said(file.cannot_show),
        hearing=Hearing(
            tuple(tuple(group) for group in heard.about),
            frozenset(heard.faults),
            frozenset(heard.perhaps),
            tuple((frozenset(p.topics), frozenset(p.faults)) for p in heard.perhaps_about),
            frozenset(heard.unless),
            tuple(words_of(file.concepts)),
            tuple(heard.phrases),
        ),
        path=path,
    )


def _said(both: BothFile) -> Said:
    return Said(both.en, both.zh)
