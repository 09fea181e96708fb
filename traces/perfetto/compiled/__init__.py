"""The loops of the decoder in C, where they are installed; each has a twin in numpy that gives the same.

The library is compiled when silky is installed on a machine with a C compiler. It is never needed:
`SILKY_COMPILED=off` in the environment, a platform without a compiler, or a library that was built from
another source than the one beside it leave the work to numpy.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, NamedTuple

from traces.perfetto.compiled.build import LIBRARY, source_mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SWITCH = "SILKY_COMPILED"
_SIGNATURES = {
    # p: an array or the bytes of a block; i: a whole number
    "silky_cut": ("piii ppp", "i"),
    "silky_scan": ("pii ppp i ppp", ""),
    "silky_walk": ("pi pp i pppp", "i"),
    "silky_gather": ("pi pp p", ""),
    "silky_spans": ("pi pp ppp", "i"),
    "silky_events": ("pi pp i p ppp p", ""),
    "silky_bundles": ("pi pp i p ppp pp", "i"),
    "silky_intern": ("pi pp pp i pi ppppp", "i"),
    "silky_names": ("pi ppp pppppp", "i"),
    "silky_compact_names": ("pi pp pi ppppp", "i"),
    "silky_spread": ("i pppp ppppp", ""),
    "silky_threads": ("i pppp i p", "i"),
    "silky_keys": ("i pppp iiiii p", "i"),
    "silky_drop": ("ii ppppp", "i"),
    "silky_settle": ("i p i ppppp pi ppp", "i"),
}


class Loaded(NamedTuple):
    """The library, or why there is none."""

    functions: dict[str, Callable[..., int]] | None
    why_not: str


def load(path: Path = LIBRARY) -> Loaded:
    """Load a library anew."""
    if os.environ.get(SWITCH, "").lower() in {"off", "0", "no"}:
        return Loaded(None, f"{SWITCH}=off")
    try:
        library = ctypes.CDLL(str(path))
        library.silky_source_mark.restype = ctypes.c_uint64
        if library.silky_source_mark() != source_mark():
            return Loaded(None, "it was compiled from another source; install silky again")
        functions: dict[str, Callable[..., int]] = {}
        for name, (takes, gives) in _SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes = [
                ctypes.c_void_p if one == "p" else ctypes.c_int64 for one in takes.replace(" ", "")
            ]
            function.restype = ctypes.c_int64 if gives else None
            functions[name] = function
    except (OSError, AttributeError) as error:
        missing = isinstance(error, OSError) and not path.exists()
        return Loaded(None, "it was not compiled at installation" if missing else f"{error}")
    return Loaded(functions, "")


_loaded: Loaded | None = None


def loops() -> dict[str, Callable[..., int]] | None:
    """Return the functions of the library by name; None where numpy does their work. Looked for once."""
    global _loaded  # noqa: PLW0603  one library a process
    if _loaded is None:
        _loaded = load()
    return _loaded.functions


def use(loaded: Loaded | None) -> None:
    """Use this library from now on, or look for one again: for tests, and to measure what it brings."""
    global _loaded  # noqa: PLW0603  one library a process
    _loaded = loaded


def why_not() -> str:
    """Return why numpy does the work, empty where the library does it."""
    loops()
    return _loaded.why_not if _loaded is not None else ""
