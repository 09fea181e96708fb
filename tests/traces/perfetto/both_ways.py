"""What a trace holds, to be compared between the compiled loops and numpy: tables, health, or the error."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from traces.errors import InputFileError
from traces.perfetto import compiled, read_trace

if TYPE_CHECKING:
    from pathlib import Path

NUMPY = compiled.Loaded(None, "left to numpy by a test")


def plain(value: Any) -> Any:
    """Any result in lists and plain values, to be compared as it is; arrays with their types."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if dataclasses.is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def whole(path: Path, **options: Any) -> Any:
    """A trace with all that it holds, or the error that it is refused with.

    It is read with thread states and without them (`alone`): then nothing tells where each event is.
    """
    try:
        both = [
            plain(read_trace(path, **{"thread_states": states, **options}))
            for states in ((True, False) if options.get("ftrace", True) else (False,))
        ]
    except InputFileError as error:
        return {"refused": error.what}
    return {**both[0], "alone": both[-1]}


def differing(path: Path, library: compiled.Loaded, **options: Any) -> list[str]:
    """Return what the loops and numpy read differently: one line a table's column, a note, or the error."""
    told = []
    try:
        for loaded in (library, NUMPY):
            compiled.use(loaded)
            told.append(whole(path, **options))
    finally:
        compiled.use(None)
    return list(_differing("", *told))


def _differing(where: str, ours: Any, numpys: Any) -> list[str]:
    if isinstance(ours, dict) and isinstance(numpys, dict):
        names = [*ours, *(name for name in numpys if name not in ours)]
        return [
            line
            for name in names
            for line in _differing(f"{where}.{name}".lstrip("."), ours.get(name), numpys.get(name))
        ]
    return [] if ours == numpys else [f"{where}: compiled {ours!r}, numpy {numpys!r}"]
