"""The words of the reports, and the metrics as people read them. All texts are in templates/words.toml."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, NamedTuple

from profiler.analysis.metric_names import metric_name


class Text(NamedTuple):
    """The same words in English and in Chinese."""

    en: str
    zh: str

    def get(self, lang: str) -> str:
        """Return the words in `lang`, `en` or `zh`."""
        return self.zh if lang == "zh" else self.en


class Metric(NamedTuple):
    """How one metric is shown. Lower is better in all of them."""

    name: str
    unit: str
    label: Text
    explain: Text
    """One sentence for someone who has not read docs/metrics.md."""
    decimals: int = 1


def resource(name: str) -> str:
    """Return the text of a file in the package's folder of templates."""
    return resources.files("profiler.report").joinpath("templates", name).read_text(encoding="utf-8")


WORDS: dict[str, Any] = tomllib.loads(resource("words.toml"))


def texts(section: str) -> dict[str, Text]:
    """Return the texts of one section of the words."""
    return {key: Text(**pair) for key, pair in WORDS[section].items()}


BY_NAME: dict[str, Metric] = {
    name: Metric(name, m["unit"], Text(**m["label"]), Text(**m["explain"]))
    for name, m in WORDS["metrics"].items()
}

HEADLINE = ("hitch_ms", "missed_vsyncs", "first_motion_ms", "settled_ms", "response_ms")
"""The metrics that every report shows first, in this order."""

DRIVERS = ("app", "insets", "keyboard")
"""Drivers with late frames of their own."""


def metric_of(name: str) -> Metric:
    """Return how a metric is shown; an unknown one goes under its own name."""
    known = BY_NAME.get(name)
    if known is not None:
        return known
    return Metric(name, metric_name(name).unit, Text(name, name), texts("ui")["see_metrics"])
