"""Values of two sources are not compared: one ends when a frame is finished, another when it is seen.

`--latency` alone and joined with framestats end alike, on the screen: they are one source here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profiler.analysis.scored import scored_sources, seen_by
from profiler.verdict.words import Words, both

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, Comparison, RunResult


def unlike_sources(run: RunResult, metric: str, apps: tuple[AppResult, ...]) -> Words | None:
    """Return why the values that apps have of a metric can't be compared; None: all come from one source."""
    told = [(app.label or app.app, scored_sources(run.rounds, app.app, metric)) for app in apps]
    if len({seen_by(source) for _, sources in told for source in sources}) < 2:
        return None
    each = [f"{label} {both(sources).en}" for label, sources in told if sources]
    every = [f"{label}：{both(sources).zh}" for label, sources in told if sources]
    return Words(
        f"the values of {metric} come from different sources and are not compared: {'; '.join(each)}",
        f"{metric} 的测量值来自不同的数据来源，不作比较：{'；'.join(every)}",
    )


def refused(comparison: Comparison, why: Words) -> Comparison:
    """Return a comparison without what was computed from unlike values: open, with the reason."""
    return replace(
        comparison,
        difference=None,
        lower=None,
        upper=None,
        outcome="open",
        further_rounds=None,
        method="not compared",
        vsyncs=None,
        cliffs_delta=None,
        popups_worse=None,
        words=(why.en, why.zh),
        stalls=None,
    )
