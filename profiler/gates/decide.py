"""Holds a run against a budget or a baseline. docs/metrics.md section 9."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from profiler.gates.model import BESIDE, FAIL, INCOMPLETE, PASS, WARN, Check
from profiler.stats import onesample
from profiler.verdict.compare import (
    FEWEST_TO_ACQUIT,
    Scale,
    compare,
    compares_means,
    default_margin,
    unit,
    variance_step,
)
from profiler.verdict.evidence import void_evidence
from profiler.verdict.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult, RunResult
    from profiler.gates.budget import Limit
    from profiler.stats.onesample import Estimate

TIMES = "Hodges-Lehmann estimate, exact signed-rank bounds, one-sided 95 %"
MEANS = "mean of round means, Student's interval, one-sided 95 %"

BASELINE_METRICS = ("hitch_ms", "first_motion_ms", "settled_ms", "response_ms", "content_jump_share")
"""Compared with a baseline unless others are named."""


def estimate(metric: str, values: Sequence[float], scale: Scale) -> Estimate:
    """Return one app's own value with its bounds, in the family of its comparisons."""
    if compares_means(metric):
        return onesample.mean(values, variance_step(metric, scale))
    return onesample.hodges_lehmann(values)


def budget_checks(
    run: RunResult, limits: Sequence[tuple[str, Limit]], *, popups_per_round: int
) -> tuple[Check, ...]:
    """Hold a run against limits.

    Args:
        run: measured.
        limits: which limit holds for which app.
        popups_per_round: k.
    """
    scale = Scale(run.vsync_ms(), popups_per_round)
    apps = {app.app: app for app in run.apps}
    return tuple(_budget_check(run, apps.get(name), name, limit, scale) for name, limit in limits)


def _budget_check(run: RunResult, app: AppResult | None, name: str, limit: Limit, scale: Scale) -> Check:
    values = app.metrics.get(limit.metric, []) if app else []
    found = estimate(limit.metric, values, scale) if values else None
    reasons = _incomplete(run, app, name, limit)
    if found is not None and not reasons and math.isinf(found.upper):
        reasons = [
            Words(
                f"{len(values)} rounds give no bound; times need at least 5",
                f"{len(values)} 轮得不出置信界；时间类指标至少需要 5 轮",
            )
        ]
    outcome = INCOMPLETE if reasons or found is None else _held(found, limit)
    if outcome == PASS and compares_means(limit.metric) and len(values) < FEWEST_TO_ACQUIT:
        outcome, reasons = WARN, [_too_few_to_pass(len(values))]
    return Check(
        kind="budget",
        app=name,
        label=app.label if app else name,
        scenario=limit.scenario,
        metric=limit.metric,
        unit=unit(limit.metric),
        value=found.value if found else None,
        lower=found.lower if found else None,
        upper=found.upper if found else None,
        limit=limit.limit,
        at_least=limit.at_least,
        rounds=len(values),
        baseline_rounds=None,
        outcome=outcome,
        reasons=tuple(reasons),
        method=MEANS if compares_means(limit.metric) else TIMES,
        where=limit.where,
    )


def _too_few_to_pass(rounds: int) -> Words:
    return Words(
        f"within the limit, but a hitch that comes in some rounds may be absent from {rounds}; "
        f"{FEWEST_TO_ACQUIT} rounds are needed to pass",
        f"在限值之内，但只在部分轮次出现的卡顿可能没有落在这 {rounds} 轮里；"
        f"至少需要 {FEWEST_TO_ACQUIT} 轮才能通过",
    )


def _held(found: Estimate, limit: Limit) -> str:
    """Fail only where the whole one-sided interval is beyond the limit; pass only where it is within."""
    if limit.at_least:
        beyond, within = found.upper < limit.limit, found.lower >= limit.limit
    else:
        beyond, within = found.lower > limit.limit, found.upper <= limit.limit
    return FAIL if beyond else PASS if within else WARN


def _incomplete(run: RunResult, app: AppResult | None, name: str, limit: Limit) -> list[Words]:
    if app is None:
        return [Words(f"the run has no app {name}", f"该次运行没有应用 {name}")]
    reasons = void_evidence([app], limit.metric, run.rounds)
    if not reasons and app.rounds_valid < limit.rounds:
        reasons = [
            Words(
                f"{app.label}: only {app.rounds_valid} valid rounds, the budget asks for {limit.rounds}",
                f"{app.label}：只有 {app.rounds_valid} 轮有效，预算要求 {limit.rounds} 轮",
            )
        ]
    return reasons


def baseline_checks(
    now: RunResult, then: RunResult, *, popups_per_round: int, scenario: str, metrics: Sequence[str] = ()
) -> tuple[tuple[Check, ...], tuple[Words, ...]]:
    """Compare every app of a run with itself in a baseline.

    Args:
        now: the run that is judged.
        then: the baseline, made under the same conditions.
        popups_per_round: k, the same in both.
        scenario: the same in both.
        metrics: which; empty: `BASELINE_METRICS`, those apart that neither run has.

    Returns:
        The checks, and notes: what was left out, and whether the phone changed too.
    """
    scale = Scale(now.vsync_ms(), popups_per_round)
    before = {app.app: app for app in then.apps}
    checks: list[Check] = []
    notes: list[Words] = []
    for app in now.apps:
        old = before.get(app.app)
        if old is None:
            notes.append(
                Words(
                    f"{app.label} is not in the baseline and was not judged.",
                    f"基线中没有 {app.label}，未作判断。",
                )
            )
            continue
        for metric in metrics or BASELINE_METRICS:
            if not metrics and not app.metrics.get(metric) and not old.metrics.get(metric):
                continue
            reasons = (
                *void_evidence([app], metric, now.rounds),
                *_of_the_baseline(void_evidence([old], metric, then.rounds)),
            )
            checks.append(_baseline_check(app, old, metric, scale, scenario, reasons))
    gone = [app.label for app in then.apps if app.app not in {one.app for one in now.apps}]
    notes += [Words(f"{label} is only in the baseline.", f"{label} 只在基线中。") for label in gone]
    if any(
        check.outcome == BESIDE and check.lower is not None and check.lower > check.limit for check in checks
    ):
        notes.append(
            Words(
                "The reference text field got worse as well: look at the phone and its keyboard first.",
                "参照文本框也变差了：请先检查手机和输入法。",
            )
        )
    return tuple(checks), tuple(notes)


def _of_the_baseline(reasons: Sequence[Words]) -> list[Words]:
    return [Words(f"baseline: {why.en}", f"基线：{why.zh}") for why in reasons]


def _baseline_check(  # noqa: PLR0917  one comparison, with what it is told of
    now: AppResult, then: AppResult, metric: str, scale: Scale, scenario: str, reasons: tuple[Words, ...]
) -> Check:
    margin = default_margin(metric, scale)
    found = compare(metric, now, then, scale=scale, margin=margin)
    outcome = {"worse": FAIL, "not worse": PASS}.get(found.outcome, WARN)
    if reasons or found.difference is None or (found.upper is not None and math.isinf(found.upper)):
        outcome = INCOMPLETE
        reasons = reasons or (Words("too few rounds for any bound", "轮次太少，得不出置信界"),)
    return Check(
        kind="baseline",
        app=now.app,
        label=now.label,
        scenario=scenario,
        metric=metric,
        unit=unit(metric),
        value=found.difference,
        lower=found.lower,
        upper=found.upper,
        limit=margin,
        at_least=False,
        rounds=found.rounds[0],
        baseline_rounds=found.rounds[1],
        outcome=BESIDE if now.reference else outcome,
        reasons=reasons,
        method=found.method,
        where="",
    )
