"""One app against another in one metric. docs/metrics.md section 7."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.results import Comparison
from profiler.stats import mannwhitney, welch

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult
HITCH_MARGIN_MS = 8.3
"""One vsync at 120 Hz, on every phone: a person sees milliseconds, not vsyncs."""

TIMES = "Hodges-Lehmann difference, exact Mann-Whitney bounds, one-sided 95 %"
MEANS = "difference of round means, Welch's interval, one-sided 95 %"

_HITCH_TIMES = ("hitch_ms", "content_hitch_ms")
_VSYNC_COUNTS = ("missed_vsyncs", "content_missed_vsyncs")


@dataclass(frozen=True, slots=True)
class Scale:
    """What is needed to judge differences on one phone."""

    period_ms: float
    """One vsync of the recorded mode."""
    popups_per_round: int


def unit(metric: str) -> str:
    """Return a metric's unit as its name tells it; empty for counts and ratios."""
    return "ms" if metric.endswith("_ms") or "_ms." in metric else "fps" if metric.endswith("_fps") else ""


def compares_means(metric: str) -> bool:
    """Whether a metric's rounds are compared by their means: everything that counts misses.

    Medians would hide jank that comes in two rounds of five.
    """
    return metric in _HITCH_TIMES or unit(metric) != "ms"


def default_margin(metric: str, scale: Scale) -> float:
    """Return the difference that matters, in the metric's unit: 8.3 ms of hitches, or one vsync.

    For a count of frames it is one frame.
    """
    if metric in _HITCH_TIMES:
        return HITCH_MARGIN_MS
    if metric in _VSYNC_COUNTS:
        return HITCH_MARGIN_MS / scale.period_ms
    return scale.period_ms if unit(metric) == "ms" else 1.0


def variance_step(metric: str, scale: Scale) -> float:
    """Return what one more missed vsync (or frame) in one pop-up adds to a round's mean."""
    return (scale.period_ms if metric in _HITCH_TIMES else 1.0) / scale.popups_per_round


def compare(
    metric: str, accused: AppResult, competitor: AppResult, *, scale: Scale, margin: float | None = None
) -> Comparison:
    """Compare the round values of two apps.

    Args:
        metric: a name of docs/metrics.md.
        accused: A.
        competitor: B.
        scale: of the phone.
        margin: d; None: `default_margin`.

    Returns:
        The comparison; without values of either app its numbers are None and it is open.
    """
    d = default_margin(metric, scale) if margin is None else margin
    a, b = accused.metrics.get(metric, []), competitor.metrics.get(metric, [])
    means = compares_means(metric)
    method = MEANS if means else TIMES
    base = (metric, accused.app, competitor.app, unit(metric))
    if not a or not b:
        centre = fmean if means else median
        values = (centre(a) if a else None, centre(b) if b else None)
        return Comparison(*base, *values, None, None, None, d, "open", None, method, (len(a), len(b)))
    if means:
        step = variance_step(metric, scale)
        found = welch.welch(a, b, step)
        further = welch.further_rounds(a, b, step, d) if found.outcome(d) == "open" else None
    else:
        found = mannwhitney.hodges_lehmann(a, b)
        further = mannwhitney.further_rounds(a, b, d) if found.outcome(d) == "open" else None
    return Comparison(
        *base,
        fmean(a) if means else median(a),
        fmean(b) if means else median(b),
        found.estimate,
        found.lower,
        found.upper,
        d,
        found.outcome(d),
        further,
        method,
        (len(a), len(b)),
    )
