"""One app against another in one metric. docs/metrics.md section 7."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.results import Comparison
from profiler.stats import mannwhitney, welch
from profiler.stats.difference import ALPHA
from profiler.verdict.effect import effect
from traces.capture import MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult
    from profiler.stats.difference import Difference

HITCH_MARGIN_MS = 8.3
"""One vsync at 120 Hz, on every phone: a person sees milliseconds, not vsyncs."""

FEWEST_TO_ACQUIT = 6
"""Rounds of each app under which means are never called "not worse": a hitch in two rounds of five is absent
from three rounds in 22 %, from five in 8 %, from six in 5 % (benchmarks/verdicts.py)."""

TIMES = "Hodges-Lehmann difference, exact Mann-Whitney bounds"
MEANS = "difference of round means, Welch's interval"

_HITCH_TIMES = ("hitch_ms", "content_hitch_ms")
_VSYNC_COUNTS = ("missed_vsyncs", "content_missed_vsyncs")


@dataclass(frozen=True, slots=True)
class Scale:
    """What is needed to judge differences on one phone."""

    period_ms: float
    """One vsync of the recorded mode."""
    popups_per_round: int


def _bare(metric: str) -> str:
    """Return a metric's name without the kind of interaction in front: `hide.hitch_ms` is a hitch too."""
    kind, dot, rest = metric.partition(".")
    return rest if dot and kind in MARKS else metric


def unit(metric: str) -> str:
    """Return a metric's unit as its name tells it; empty for counts and ratios."""
    return "ms" if metric.endswith("_ms") or "_ms." in metric else "fps" if metric.endswith("_fps") else ""


def compares_means(metric: str) -> bool:
    """Whether a metric's rounds are compared by their means: everything that counts misses.

    Medians would hide jank that comes in two rounds of five.
    """
    return _bare(metric) in _HITCH_TIMES or unit(metric) != "ms"


def default_margin(metric: str, scale: Scale) -> float:
    """Return the difference that matters, in the metric's unit: 8.3 ms of hitches, or one vsync.

    For a count of frames it is one frame.
    """
    if _bare(metric) in _HITCH_TIMES:
        return HITCH_MARGIN_MS
    if _bare(metric) in _VSYNC_COUNTS:
        return HITCH_MARGIN_MS / scale.period_ms
    return scale.period_ms if unit(metric) == "ms" else 1.0


def variance_step(metric: str, scale: Scale) -> float:
    """Return what one more missed vsync (or frame) in one pop-up adds to a round's mean."""
    return (scale.period_ms if _bare(metric) in _HITCH_TIMES else 1.0) / scale.popups_per_round


def compare(
    metric: str,
    accused: AppResult,
    competitor: AppResult,
    *,
    scale: Scale,
    margin: float | None = None,
    alpha: float = ALPHA,
    popups: tuple[Sequence[float], Sequence[float]] = ((), ()),
) -> Comparison:
    """Compare the round values of two apps.

    Args:
        metric: a name of docs/metrics.md.
        accused: A.
        competitor: B.
        scale: of the phone.
        margin: d; None: `default_margin`.
        alpha: how often each bound may miss; a quarter of 0.05 at each of four looks.
        popups: the values of A's and B's single pop-ups, for the effect in words.

    Returns:
        The comparison; without values of either app its numbers are None and it is open.
    """
    d = default_margin(metric, scale) if margin is None else margin
    a, b = accused.metrics.get(metric, []), competitor.metrics.get(metric, [])
    means = compares_means(metric)
    centre = fmean if means else median
    sure = f"one-sided {100 * (1 - alpha):g} %"
    base = (metric, accused.app, competitor.app, unit(metric))
    values = (centre(a) if a else None, centre(b) if b else None)
    method = f"{MEANS if means else TIMES}, {sure}"
    if not a or not b:
        return Comparison(*base, *values, None, None, None, d, "open", None, method, (len(a), len(b)))
    found, further = _found((a, b), d, alpha, variance_step(metric, scale) if means else None)
    outcome = found.outcome(d)
    short = FEWEST_TO_ACQUIT - min(len(a), len(b))
    if means and outcome == "not worse" and short > 0:
        outcome, further = "open", short
    size = effect(metric, found.estimate, scale.period_ms, (a, b), popups)
    return Comparison(
        *base,
        *values,
        found.estimate,
        found.lower,
        found.upper,
        d,
        outcome,
        further,
        method,
        (len(a), len(b)),
        vsyncs=size.vsyncs,
        cliffs_delta=size.cliffs_delta,
        popups_worse=size.popups_worse,
        words=(size.words.en, size.words.zh),
    )


def _found(
    samples: tuple[Sequence[float], Sequence[float]], margin: float, alpha: float, step: float | None
) -> tuple[Difference, int | None]:
    """Return the difference, and the further rounds that would settle an open one.

    `step` is that of `variance_step` where means are compared, None for times.
    """
    if step is not None:
        found = welch.welch(*samples, step, alpha)
        is_open = found.outcome(margin) == "open"
        return found, welch.further_rounds(*samples, step, margin, alpha) if is_open else None
    found = mannwhitney.hodges_lehmann(*samples, alpha)
    is_open = found.outcome(margin) == "open"
    return found, mannwhitney.further_rounds(*samples, margin, alpha) if is_open else None
