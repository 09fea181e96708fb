"""Judge what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.errors import UsageError

if TYPE_CHECKING:
    from profiler.analysis.results import RunResult
    from profiler.cli.which_complaint import Case
    from profiler.report.inputs import ReportInput
    from traces.bundle import Bundle


def judge_bundle(opened: Bundle, case: Case, *, jobs: int) -> ReportInput:
    """Judge a complaint by a bundle, whatever complaint it was measured for.

    Raises:
        UsageError: the bundle does not hold the complaint's metric.
    """
    from profiler.run.findings import findings, measure, plan_complaint

    result = measure(opened, jobs=jobs)
    manifest, known = opened.manifest, case.complaint
    if manifest.scenario != known.scenario and not holds(result, known.primary_metric):
        raise UsageError(
            f"{opened.path} holds the scenario {manifest.scenario}, and no {known.primary_metric}: "
            f"'{known.id}' needs the scenario {known.scenario}.",
            next_step="Name a bundle of this scenario, or measure it.",
        )
    plan = plan_complaint(
        known.id,
        case.accused,
        case.against,
        period_ms=result.vsync_ms(),
        popups=manifest.popups_per_round,
        looks=manifest.complaint.looks if manifest.complaint else (),
        sources=manifest.phone.sources,
    )
    return findings(opened, result, plan)


def holds(result: RunResult, metric: str) -> bool:
    """Whether any round of a run has a value of a metric."""
    return any(app.metrics.get(metric) for app in result.apps)
