"""How large a difference is, in sizes that people can picture. docs/metrics.md section 7; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.metric_names import PER_SECOND, metric_name
from profiler.verdict.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

HALF_A_VSYNC = 0.5

NEGLIGIBLE, SMALL, MEDIUM = 0.147, 0.33, 0.474
"""Cliff's delta under which a difference is called negligible, small, medium (Romano et al. 2006)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A minus B in several sizes."""

    vsyncs: float | None
    """Vsyncs a pop-up; None for what is no time and no count of vsyncs."""
    cliffs_delta: float
    """P(A > B) - P(A < B) over pairs of rounds: -1 ... 1."""
    popups_worse: float | None
    """Part of the pairs of one pop-up of A and one of B in which A's is worse by half a vsync or more."""
    words: Words


def cliffs_delta(a: Sequence[float], b: Sequence[float]) -> float:
    """Return how much more often a value of A is above one of B than below it; 1: always."""
    return float(np.sign(np.subtract.outer(np.asarray(a, float), np.asarray(b, float))).mean())


def effect(
    metric: str,
    difference: float,
    period_ms: float,
    rounds: tuple[Sequence[float], Sequence[float]],
    popups: tuple[Sequence[float], Sequence[float]] = ((), ()),
) -> Effect:
    """Return the sizes of a difference.

    Args:
        metric: a name of docs/metrics.md.
        difference: the estimate of A - B, in the metric's unit.
        period_ms: one vsync.
        rounds: round values of A and of B, at least one each.
        popups: values of A's and of B's single pop-ups, if known.
    """
    name = metric_name(metric)
    is_time, counts_vsyncs = name.unit == "ms", name.counts_vsyncs
    vsyncs = difference / period_ms if is_time else difference if counts_vsyncs else None
    delta = cliffs_delta(*rounds)
    worse = None
    if name.unit != PER_SECOND and all(len(values) for values in popups):
        half = HALF_A_VSYNC * (period_ms if is_time else 1.0)
        worse = float((np.subtract.outer(*(np.asarray(values, float) for values in popups)) >= half).mean())
    return Effect(vsyncs, delta, worse, _words(vsyncs, delta, worse))


def _words(vsyncs: float | None, delta: float, worse: float | None) -> Words:
    size = abs(delta)
    name = (
        Words("negligible", "可忽略")
        if size < NEGLIGIBLE
        else Words("small", "小")
        if size < SMALL
        else Words("medium", "中等")
        if size < MEDIUM
        else Words("large", "大")
    )
    parts = [
        Words(
            f"a {name.en} difference (Cliff's delta {delta:.2f})", f"差异{name.zh}（Cliff's δ {delta:.2f}）"
        )
    ]
    if vsyncs is not None:
        way = Words("more", "多") if vsyncs >= 0 else Words("less", "少")
        parts.append(
            Words(
                f"{abs(vsyncs):.1f} vsyncs {way.en} a pop-up",
                f"每次弹出{way.zh} {abs(vsyncs):.1f} 个刷新周期",
            )
        )
    if worse is not None:
        parts.append(
            Words(
                f"worse in {worse:.0%} of the pairs of pop-ups laid side by side",
                f"两两对照中有 {worse:.0%} 的弹出更差",
            )
        )
    return Words("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))
