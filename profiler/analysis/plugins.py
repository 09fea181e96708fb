"""Metrics that other packages bring: entry points of the group `silky.metrics`. docs/architecture.md."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from profiler.analysis.metric_names import metric_name
from traces.capture import MARKS
from traces.errors import UsageError

if TYPE_CHECKING:
    from profiler.analysis.results import InteractionResult, PopupResult, Value
    from profiler.analysis.scene import Scene

GROUP = "silky.metrics"
"""Entry-point group; each entry is a class that is called without arguments and gives a `Metric`."""


class Metric(Protocol):
    """A metric of one kind of interaction; stateless, a function of the trace alone."""

    @property
    def name(self) -> str:
        """Its name without the kind; begins with the package's own word, as in `acme_cursor_ms`.

        Its ending tells its unit (`profiler.analysis.metric_names`); more must be worse.
        """

    @property
    def kind(self) -> str:
        """The kind of interaction, as in `traces.capture.MARKS`."""

    def measure(self, scene: Scene, begin_ns: int, end_ns: int) -> tuple[Value, str]:
        """Return the value of one interaction from begin to end (BOOTTIME), and its source.

        With None for a value, which is never guessed, the reason stands in the source's place.
        """


@lru_cache(maxsize=1)
def list_metrics() -> tuple[Metric, ...]:
    """Return the metrics of all packages.

    Raises:
        UsageError: one can't be loaded, or is of no kind that there is.
    """
    found: list[Metric] = []
    for entry in entry_points(group=GROUP):
        try:
            metric: Metric = entry.load()()
            kind, name = metric.kind, metric.name
        except Exception as error:
            raise UsageError(
                f"The metric {entry.name} ({entry.value}) can't be loaded: {error}.",
                next_step="Mend or uninstall the package that brings it.",
            ) from error
        if kind not in MARKS or metric_name(name).bare != name:
            raise UsageError(
                f"The metric {entry.name} ({entry.value}) is of the kind '{kind}' and called '{name}'.",
                next_step=f"Kinds are {', '.join(MARKS)}; a name holds no kind.",
            )
        found.append(metric)
    return tuple(found)


def add_metrics(
    one: PopupResult | InteractionResult, kind: str, scene: Scene, begin_ns: int | None, end_ns: int | None
) -> None:
    """Put what packages measure of an interaction beside its own metrics, which can't be replaced."""
    if begin_ns is None or end_ns is None:
        return
    for metric in list_metrics():
        if metric.kind != kind or metric.name in one.metrics:
            continue
        value, told = metric.measure(scene, begin_ns, end_ns)
        one.metrics[metric.name] = value
        (one.reasons if value is None else one.sources)[metric.name] = told
