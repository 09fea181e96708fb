"""One app against another in one metric. docs/metrics.md section 7."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.metric_names import PER_SECOND, SHARE, metric_name
from profiler.analysis.results import Comparison
from profiler.stats import mannwhitney, welch
from profiler.stats.difference import ALPHA
from profiler.verdict.effect import effect
from profiler.verdict.stalls import METRICS as STALL_METRICS
from profiler.verdict.stalls import PART_OF_ERROR, accuses, stalled_rounds
from profiler.verdict.stalls import further_rounds as further_by_stalls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult, StalledRounds
    from profiler.stats.difference import Difference

HITCH_MARGIN_MS = 8.3
"""One vsync at 120 Hz, on every phone: a person sees milliseconds, not vsyncs."""

FEWEST_TO_ACQUIT = 6
"""Rounds of each app under which means are never called "not worse": a hitch in two rounds of five is absent
from three rounds in 22 %, from five in 8 %, from six in 5 % (benchmarks/verdicts.py)."""

TIMES = "Hodges-Lehmann difference, exact Mann-Whitney bounds"
MEANS = "difference of round means, Welch's interval"
STALLS = "share of stalled rounds, Boschloo's exact test"

HITCH_MARGIN_MS_PER_S = 10.0
"""Of a hitch ratio: Apple's bound between good and noticeable, for long animations."""
SHARE_MARGIN = 0.2
"""One interaction in five."""
SLIDE_MS, MOTION_MS = 285.0, 1000.0
"""How long the motion takes of which a hitch ratio is the ratio, at least: a keyboard's slide
(`InsetsController.ANIMATION_DURATION_SYNC_IME_MS`); a fling, or a reply that grows."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What is needed to judge differences on one phone."""

    period_ms: float
    """One vsync of the recorded mode."""
    popups_per_round: int


def unit(metric: str) -> str:
    """Return a metric's unit as its name tells it; empty for counts and for `hitch_ratio`."""
    return metric_name(metric).unit


def compares_means(metric: str) -> bool:
    """Whether a metric's rounds are compared by their means: everything that counts misses.

    Medians would hide jank that comes in two rounds of five.
    """
    name = metric_name(metric)
    return name.counts_hitches or name.unit != "ms"


def default_margin(metric: str, scale: Scale) -> float:
    """Return the difference that matters, in the metric's unit.

    8.3 ms of hitches, as a count too; 10 ms/s of a hitch ratio; one interaction in five of a share; one
    vsync of a time; of another count one frame.
    """
    name = metric_name(metric)
    if name.counts_hitches:
        return HITCH_MARGIN_MS
    if name.counts_vsyncs:
        return HITCH_MARGIN_MS / scale.period_ms
    if name.is_hitch_ratio:
        return HITCH_MARGIN_MS_PER_S / 1000
    by_unit = {"ms": scale.period_ms, PER_SECOND: HITCH_MARGIN_MS_PER_S, SHARE: SHARE_MARGIN}
    return by_unit.get(name.unit, 1.0)


def variance_step(metric: str, scale: Scale) -> float:
    """Return what one more missed vsync (or frame, or jump) in one interaction adds to a round's mean."""
    name = metric_name(metric)
    motion_ms = SLIDE_MS if name.kind in {"show", "hide"} else MOTION_MS
    step = 1.0
    if name.counts_hitches:
        step = scale.period_ms
    elif name.is_hitch_ratio:
        step = scale.period_ms / motion_ms
    elif name.unit == PER_SECOND:
        step = 1000 * scale.period_ms / motion_ms
    return step / scale.popups_per_round


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
    if metric in STALL_METRICS:
        method += f" above and {100 * (1 - (1 - PART_OF_ERROR) * alpha):g} % below; {STALLS}"
    if not a or not b:
        return Comparison(*base, *values, None, None, None, d, "open", None, method, (len(a), len(b)))
    stalls = stalled_rounds(a, b, d) if metric in STALL_METRICS else None
    found, further = _found((a, b), d, alpha, variance_step(metric, scale) if means else None, stalls)
    outcome = found.outcome(d)
    if stalls is not None and accuses(stalls, found.estimate, d, alpha):
        outcome, further = "worse", None
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
        stalls=stalls,
    )


def _found(
    samples: tuple[Sequence[float], Sequence[float]],
    margin: float,
    alpha: float,
    step: float | None,
    stalls: StalledRounds | None,
) -> tuple[Difference, int | None]:
    """Return the difference, and the further rounds that would settle an open one.

    `step` is that of `variance_step` where means are compared, None for times. `stalls` is given where they
    may accuse as well, and the lower bound has only its part of the error.
    """
    if step is not None:
        lower = alpha if stalls is None else (1 - PART_OF_ERROR) * alpha
        found = welch.welch(*samples, step, alpha, lower_alpha=lower)
        if found.outcome(margin) != "open":
            return found, None
        ways = [welch.further_rounds(*samples, step, margin, alpha, lower_alpha=lower)]
        if stalls is not None and found.estimate > margin:
            ways.append(further_by_stalls(stalls, (len(samples[0]), len(samples[1])), alpha))
        return found, min((way for way in ways if way is not None), default=None)
    found = mannwhitney.hodges_lehmann(*samples, alpha)
    is_open = found.outcome(margin) == "open"
    return found, mannwhitney.further_rounds(*samples, margin, alpha) if is_open else None
