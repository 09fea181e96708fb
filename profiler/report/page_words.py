"""The words of the HTML page and the plots, from templates/page.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from profiler.report.catalog import BY_NAME, Text, resource

_WORDS = tomllib.loads(resource("page.toml"))


def _section(name: str) -> dict[str, Text]:
    return {key: Text(**pair) for key, pair in _WORDS[name].items()}


PAGE = _section("page")
PARTS = _section("parts")
STAGES = _section("stages")
DOING = _section("doing")


def filled(key: str, *values: object) -> Text:
    """Return words of the page with values put in; a `Text` among them goes in by language."""
    en, zh = PAGE[key]
    return Text(
        en.format(*(v.en if isinstance(v, Text) else v for v in values)),
        zh.format(*(v.zh if isinstance(v, Text) else v for v in values)),
    )


def part_text(name: str) -> Text:
    """Return the name of a part of the silkiness; an unknown one's under its own name."""
    if name in PARTS:
        return PARTS[name]
    return BY_NAME[name].label if name in BY_NAME else Text(name.replace("_", " "), name)


def stage_text(stage: str) -> Text:
    """Return the name of a frame's stage."""
    return STAGES.get(stage, Text(stage, stage))


def doing_text(doing: str) -> Text:
    """Return what a thread was doing."""
    return DOING.get(doing, Text(doing, doing))


def sure_text(sure: str) -> Text:
    """Return how sure a diagnosis is."""
    return PAGE.get(sure, Text(sure, sure))


class CauseWords(NamedTuple):
    """A cause as people read it."""

    name: Text
    means: Text | None
    todo: Text | None


def cause_words(cause: str) -> CauseWords:
    """Return the words of a cause; its id where the catalogue does not know it."""
    known = _catalogue().get(cause)
    if known is None:
        spoken = cause.replace("-", " ")
        return CauseWords(Text(spoken, spoken), None, None)
    return CauseWords(*(Text(**known[key]) if key in known else None for key in ("name", "means", "todo")))  # type: ignore[arg-type]


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Return the catalogue of causes, empty where none is installed."""
    file = resources.files("profiler").joinpath("causes", "catalogue.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
