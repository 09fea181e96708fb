"""The answer to a complaint. docs/metrics.md section 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.metric_names import SHOW, metric_name
from profiler.analysis.results import AppResult, Comparison, RunResult, Verdict
from profiler.verdict.compare import Scale, compare, unit
from profiler.verdict.complaints import complaint
from profiler.verdict.drift import drift
from profiler.verdict.evidence import void_evidence
from profiler.verdict.looks import alpha_of, sequential
from profiler.verdict.observations import observations
from profiler.verdict.same_source import refused, unlike_sources
from profiler.verdict.sentences import sentence
from profiler.verdict.stand_in import stand_in_words
from profiler.verdict.words import Words, both
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.capture import ComplaintPlan


def judge(
    run: RunResult, plan: ComplaintPlan, *, popups_per_round: int, unlike: Sequence[Words] = ()
) -> Verdict:
    """Judge a complaint by a run, at its planned looks where it has any.

    Args:
        run: the measured run; its `period_ms` is the vsync of the recorded mode.
        plan: who is accused, against whom, metric and margin, as named before the run.
        popups_per_round: k.
        unlike: conditions that were not the same for all apps and allow no verdict.

    Returns:
        The verdict. A reference app is compared too, and shown in `secondary`; it is no competitor.

    Raises:
        UsageError: the plan names an app that the run does not have, no competitor, or the accused itself.
    """

    def at(reached: RunResult) -> Verdict:
        return _judge(reached, plan, popups_per_round, unlike)

    return sequential(run, plan.looks, at) if plan.looks else at(run)


def _judge(run: RunResult, plan: ComplaintPlan, popups_per_round: int, unlike: Sequence[Words]) -> Verdict:
    known = complaint(plan.id)
    accused, competitors = _parties(run, plan)
    references = [app for app in run.apps if app.reference and app is not accused]
    scale = Scale(run.vsync_ms(), popups_per_round)
    alpha = alpha_of(plan.looks)

    def against(metric: str, other: AppResult, margin: float | None) -> Comparison:
        singles = _popups(run, accused, metric), _popups(run, other, metric)
        made = compare(metric, accused, other, scale=scale, margin=margin, alpha=alpha, popups=singles)
        why = unlike_sources(run, metric, (accused, other))
        return made if why is None else refused(made, why)

    primary = tuple(against(plan.primary_metric, other, plan.margin) for other in competitors)
    beside = tuple(against(plan.primary_metric, other, plan.margin) for other in references)
    secondary = tuple(
        against(metric, other, None)
        for metric in known.secondary_metrics
        for other in (*competitors, *references)
    )
    mixed = unlike_sources(run, plan.primary_metric, (accused, *competitors))
    reasons = [*unlike, *([] if mixed is None else [mixed])]
    reasons += void_evidence((accused, *competitors), plan.primary_metric, run.rounds)
    other_metric = stand_in_words(known.primary_metric, plan.primary_metric)
    outcome = "cannot tell" if reasons else decide([one.outcome for one in primary])
    if outcome == "cannot tell" and not reasons:
        reasons = [_open_reason([one for one in primary if one.outcome == "open"], run)]
    said = sentence(outcome, accused, primary=primary, references=beside, names=labels(run), reasons=reasons)
    return Verdict(
        complaint=plan.id,
        accused=accused.app,
        outcome=outcome,
        primary=primary,
        secondary=(*beside, *secondary),
        reasons=tuple(reason.en for reason in reasons),
        sentence_en=said.en,
        sentence_zh=said.zh,
        observations=tuple(
            (o.en, o.zh)
            for o in (
                *(() if other_metric is None else (other_metric,)),
                *observations(accused, competitors, references),
                *drift(run, plan.primary_metric, plan.margin, unit(plan.primary_metric)),
            )
        ),
    )


def _popups(run: RunResult, app: AppResult, metric: str) -> list[float]:
    """Return the values of an app's single pop-ups, or interactions of another kind, in its valid rounds."""
    name = metric_name(metric)
    rounds = [one for one in run.rounds if one.app == app.app and not one.void and not one.warm_up]
    if name.kind == SHOW:
        told = [popup.metrics.get(metric) for one in rounds for popup in one.popups]
    else:
        every = [each for one in rounds for each in one.interactions if each.kind == name.kind]
        told = [each.metrics.get(name.bare) for each in every]
    return [float(value) for value in told if isinstance(value, int | float)]


def decide(outcomes: Sequence[str]) -> str:
    """Return the verdict over the outcomes against all named competitors."""
    if not outcomes or "open" in outcomes:
        return "cannot tell"
    if set(outcomes) == {"worse"}:
        return "reproduced"
    return "not reproduced" if set(outcomes) == {"not worse"} else "partly"


def labels(run: RunResult) -> dict[str, str]:
    """Return the names of a run's apps for people."""
    return {app.app: app.label or app.app for app in run.apps}


def _parties(run: RunResult, plan: ComplaintPlan) -> tuple[AppResult, list[AppResult]]:
    by_name = {app.app: app for app in run.apps}
    missing = [name for name in (plan.accused, *plan.against) if name not in by_name]
    if missing:
        raise UsageError(
            f"The run {run.run_id} has no app {missing[0]!r}.",
            next_step=f"It has: {', '.join(by_name)}.",
        )
    named = dict.fromkeys(plan.against)
    if plan.accused in named:
        raise UsageError(
            f"{plan.accused} is both the accused and a competitor.",
            next_step="Leave it out of --against.",
        )
    if not named:
        raise UsageError(
            f"The complaint about {plan.accused} names no other app to compare with.",
            next_step="Name at least one competitor with --against.",
        )
    return by_name[plan.accused], [by_name[name] for name in named]


def _open_reason(undecided: Sequence[Comparison], run: RunResult) -> Words:
    names = labels(run)
    against = both([names[one.competitor] for one in undecided])
    further = [one.further_rounds for one in undecided]
    known = [rounds for rounds in further if rounds is not None]
    if len(known) < len(further):
        advice = Words(
            "more than 200 further rounds would be needed if the difference stays as it is",
            "如果差异保持不变，还需要超过 200 轮",
        )
    else:
        rounds = max(known)
        advice = Words(
            f"about {rounds} further round{'s' if rounds > 1 else ''} of each app would settle it if the "
            "difference stays as it is",
            f"如果差异保持不变，每个应用再测约 {rounds} 轮即可判断",
        )
    return Words(
        f"the comparison with {against.en} is open: {advice.en}", f"与{against.zh}的比较尚无定论：{advice.zh}"
    )
