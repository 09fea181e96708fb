"""The catalogue of causes, from catalogue.toml: what each means and what to do about it. docs/causes.md."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Pair = tuple[str, str]
"""English, Chinese."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause."""

    id: str
    name: Pair
    means: Pair
    todo: Pair
    """What can be done about it."""
    drivers: tuple[str, ...]
    """Whom it may lie with."""
    needs: tuple[str, ...]
    """What a recording must hold before it may be named."""
    excludes: tuple[str, ...]
    """What speaks against it."""


@cache
def catalogue() -> dict[str, Cause]:
    """Return all causes by id, in the order of the file."""
    text = files("profiler.causes").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        name: Cause(
            id=name,
            name=(one["name"]["en"], one["name"]["zh"]),
            means=(one["means"]["en"], one["means"]["zh"]),
            todo=(one["todo"]["en"], one["todo"]["zh"]),
            drivers=tuple(one["drivers"]),
            needs=tuple(one["needs"]),
            excludes=tuple(one["excludes"]),
        )
        for name, one in tomllib.loads(text).items()
    }


def name_of(cause: str) -> Pair:
    """Return a cause's name; its id where the catalogue does not know it."""
    known = catalogue().get(cause)
    return known.name if known is not None else (cause, cause)
