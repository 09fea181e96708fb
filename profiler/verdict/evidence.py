"""Whether the rounds are enough to judge by. docs/metrics.md section 7."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from profiler.analysis.scored import null_reason
from profiler.reasons import chinese
from profiler.verdict.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult, RoundResult

FEWEST_ROUNDS = 3
MOST_VOID = 0.20
MOST_VOID_DIFFERENCE = 0.15
_ROUNDING = 1e-9


def void_rate(app: AppResult) -> float:
    """Return the part of an app's attempts at rounds that were void, warm-ups apart."""
    attempts = app.rounds_valid + app.rounds_void
    return app.rounds_void / attempts if attempts else 0.0


def lost_rate(app: AppResult, metric: str) -> float:
    """Return the part of an app's attempts that gave no value of a metric: void, or valid without it."""
    attempts = app.rounds_valid + app.rounds_void
    return (attempts - len(app.metrics.get(metric, ()))) / attempts if attempts else 0.0


def void_evidence(apps: Sequence[AppResult], metric: str, rounds: Sequence[RoundResult] = ()) -> list[Words]:
    """Return why the rounds of the apps that are judged allow no verdict; empty if they do.

    Args:
        apps: those that are judged.
        metric: by which.
        rounds: those of the run, which say why a value is missing.
    """
    found: list[Words] = []
    for app in apps:
        rate, valid = void_rate(app), app.rounds_valid
        known = len(app.metrics.get(metric, ()))
        attempts = valid + app.rounds_void
        if rate > MOST_VOID + _ROUNDING:
            found.append(
                Words(
                    f"{app.label}: {app.rounds_void} of {attempts} rounds are void (more than 20 %)",
                    f"{app.label}：{attempts} 轮中有 {app.rounds_void} 轮作废（超过 20%）",
                )
            )
        if valid < FEWEST_ROUNDS:
            found.append(
                Words(
                    f"{app.label}: only {valid} valid rounds, at least 3 are needed",
                    f"{app.label}：只有 {valid} 轮有效，至少需要 3 轮",
                )
            )
        elif known < FEWEST_ROUNDS or (valid - known) / valid > MOST_VOID + _ROUNDING:
            why = _in_brackets(null_reason(rounds, app.app, metric) if rounds else None)
            # the worst slides are the likeliest to lose their value: leaving them out would acquit them
            found.append(
                Words(
                    f"{app.label}: only {known} of {valid} valid rounds have a value of {metric}{why.en}",
                    f"{app.label}：{valid} 轮有效数据中只有 {known} 轮测得 {metric}{why.zh}",
                )
            )
    apart = [
        pair for pair in combinations(apps, 2) if _apart(*pair, metric) > MOST_VOID_DIFFERENCE + _ROUNDING
    ]
    if apart:
        named = [app for app in apps if any(app in pair for pair in apart)]
        rates = [f"{app.label} {lost_rate(app, metric):.0%}" for app in named]
        found.append(
            Words(
                "the parts of the rounds that are void or without a value differ by more than 15 points: "
                + ", ".join(rates),
                "作废或无测量值的轮次比例相差超过 15 个百分点：" + "，".join(rates),
            )
        )
    return found


def _in_brackets(reason: str | None) -> Words:
    return Words("", "") if reason is None else Words(f" ({reason})", f"（{chinese(reason)}）")


def _apart(one: AppResult, other: AppResult, metric: str) -> float:
    lost = abs(lost_rate(one, metric) - lost_rate(other, metric))
    return max(abs(void_rate(one) - void_rate(other)), lost)
