"""Which source the values of an app were scored by, and why it has none: docs/metrics/sources.md."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from profiler.analysis.frames_shown import AND_DO_FRAME
from profiler.analysis.metric_names import SHOW, metric_name
from traces.capture import FRAMESTATS, LATENCY, TIMELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from profiler.analysis.results import RoundResult, Value


def scored_sources(rounds: Iterable[RoundResult], app: str, metric: str) -> tuple[str, ...]:
    """Return the sources of an app's values of a metric in its valid scored rounds, by name; empty: no value.

    What stands in brackets behind a source tells how it was read, and is no other source.
    """
    name = metric_name(metric)
    valid = _scored(rounds, app)
    found: set[str] = set()
    for one in valid:
        if name.kind == SHOW:
            for popup in one.popups:
                _add(found, popup.metrics, popup.sources, name.bare, TIMELINE)
        else:
            for each in one.interactions:
                if each.kind == name.kind:
                    bare = name.bare if name.bare in each.metrics else name.bare.rpartition(".")[0]
                    _add(found, each.metrics, each.sources, bare, None)
    return tuple(sorted(found))


def _scored(rounds: Iterable[RoundResult], app: str) -> list[RoundResult]:
    return [one for one in rounds if one.app == app and not one.void and not one.warm_up]


def null_reason(rounds: Iterable[RoundResult], app: str, metric: str) -> str | None:
    """Return why an app has no number in a metric: the commonest reason in its valid rounds."""
    name = metric_name(metric)
    valid = _scored(rounds, app)
    if not valid:
        return "no valid round"
    if name.kind == SHOW:
        told = [popup.reasons.get(metric) for one in valid for popup in one.popups]
    else:
        every = [each for one in valid for each in one.interactions if each.kind == name.kind]
        told = [each.reasons.get(name.bare) for each in every]
    counts = Counter(why for why in told if why is not None)
    return counts.most_common(1)[0][0] if counts else None


def seen_by(source: str) -> str:
    """Return the source of the times at which frames were on screen, of a source that joins two.

    A value is the same, whichever other source told when its frame began.
    """
    for joined in (f"{FRAMESTATS} and {LATENCY}", f"{LATENCY}{AND_DO_FRAME}"):
        if source.startswith(joined):
            return source.replace(joined, LATENCY)
    return source


def _add(
    found: set[str],
    metrics: Mapping[str, Value],
    sources: Mapping[str, str],
    name: str,
    usual: str | None,
) -> None:
    source = sources.get(name, usual)
    if isinstance(metrics.get(name), int | float) and source:
        found.add(source.partition(" (")[0])
