"""From a bundle on the disk to everything that reports show; tables and results are written beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from profiler.analysis.rounds import analyze_round
from profiler.analysis.run import analyze_capture, analyze_rounds, summarize
from profiler.complaints.model import VSYNC
from profiler.report.inputs import ReportInput
from profiler.run.judge import TRACE_UNREADABLE
from profiler.verdict.compare import Scale, compare, default_margin
from profiler.verdict.complaints import complaint
from profiler.verdict.conditions import unlike
from profiler.verdict.drift import warming
from profiler.verdict.judge import judge
from profiler.verdict.same_source import refused, unlike_sources
from profiler.verdict.stand_in import stand_in
from traces.capture import ComplaintPlan
from traces.errors import InputFileError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from profiler.analysis.results import Comparison, RoundResult, RunResult
    from traces.bundle import Bundle
    from traces.capture import RoundCapture

_SAME_MARGIN = 1e-3
"""Share by which two margins may differ through rounding."""

NAMED_LATER = (
    "The complaint was named after the run, not before it: take the verdict as a hint, and repeat the run."
)


def measure(bundle: Bundle, known: Mapping[str, RoundResult] | None = None, *, jobs: int = 1) -> RunResult:
    """Measure all rounds of a bundle.

    Args:
        bundle: open.
        known: rounds already measured, by folder.
        jobs: processes to use when there is more to do.

    Raises:
        InputFileError: a trace is missing or was changed.
    """
    try:
        rounds = None if known else list(analyze_rounds(bundle, jobs=jobs))
    except InputFileError:
        rounds = None  # one by one, so that a trace that can't be decoded voids its round only
    if rounds is None:
        rounds = [(known or {}).get(c.folder) or _measure_one(bundle, c) for c in bundle.captures]
    return summarize(bundle.manifest, rounds, warnings=bundle.warnings)


def _measure_one(bundle: Bundle, capture: RoundCapture) -> RoundResult:
    phone, path = bundle.manifest.phone, bundle.trace_path(capture)
    try:
        return analyze_capture(
            capture,
            path,
            modes_hz=phone.modes_hz,
            active_hz=phone.active_hz,
            folder=bundle.folder(capture),
        )
    except InputFileError as error:
        unreadable = replace(capture, void=(*capture.void, f"{TRACE_UNREADABLE}: {error.what}"))
        return analyze_round(unreadable, None)


def plan_complaint(
    name: str,
    accused: str,
    against: Sequence[str],
    *,
    period_ms: float,
    popups: int,
    looks: tuple[int, ...] = (),
    sources: Collection[str] = (),
) -> ComplaintPlan:
    """Bind a complaint to apps, with the margin that counts on this phone.

    Args:
        name: the complaint's id.
        accused: profile name of the app that is complained about.
        against: profile names of its competitors.
        period_ms: one vsync of the phone's mode.
        popups: per round.
        looks: rounds after which the run is looked at; empty: once, at its end.
        sources: those of the phone; where they do not tell the complaint's metric, another may stand in.
    """
    known = complaint(name)
    margin = usual_margin(known.id, period_ms, popups)
    metric = stand_in(known.primary_metric, sources)
    return ComplaintPlan(known.id, accused, tuple(against), metric, margin, looks)


def usual_margin(name: str, period_ms: float, popups: int) -> float:
    """Return the margin that a complaint is judged by on a phone, unless a run's plan names another."""
    known = complaint(name)
    if known.margin == VSYNC:
        return default_margin(known.primary_metric, Scale(period_ms, popups))
    return known.margin_on(period_ms)


def findings(bundle: Bundle, result: RunResult, plan: ComplaintPlan | None = None) -> ReportInput:
    """Judge a measured bundle.

    Args:
        bundle: open.
        result: what `measure` found in it.
        plan: the complaint; None: the one that was named before the run, if any. Another one is judged too,
            with a warning.
    """
    manifest = bundle.manifest
    named = manifest.complaint
    if plan is not None and plan != named:
        result = replace(result, warnings=(*result.warnings, NAMED_LATER))
    asked = plan or named
    if asked is not None:
        usual = usual_margin(asked.id, result.vsync_ms(), manifest.popups_per_round)
        if abs(asked.margin - usual) > _SAME_MARGIN * usual:
            unusual = f"The margin of {asked.margin:g} for {asked.primary_metric} is not the usual {usual:g}."
            result = replace(result, warnings=(*result.warnings, unusual))
    verdict = None
    if asked is not None:
        conditions = unlike(manifest, bundle.captures, (asked.accused, *asked.against))
        verdict = judge(result, asked, popups_per_round=manifest.popups_per_round, unlike=conditions.void)
        warm = warming(bundle.captures)
        said = (*conditions.warnings, *((warm,) if warm else ()))
        verdict = replace(verdict, observations=(*verdict.observations, *((w.en, w.zh) for w in said)))
    return ReportInput(manifest, bundle.captures, result, verdict, bundle=str(bundle.path))


def comparisons(
    bundle: Bundle, result: RunResult, accused: str, against: Sequence[str], metrics: Sequence[str]
) -> tuple[Comparison, ...]:
    """Compare one app with others, metric by metric, without a verdict.

    Raises:
        UsageError: the bundle does not have one of the apps.
    """
    apps = {app.app: app for app in result.apps}
    for name in (accused, *against):
        if name not in apps:
            raise UsageError(f"{bundle.path} has no app {name}.", next_step=f"It has: {', '.join(apps)}.")
    if accused in against:
        raise UsageError(f"{accused} can't be compared with itself.", next_step="Leave it out of --against.")
    scale = Scale(result.vsync_ms(), bundle.manifest.popups_per_round)
    found = []
    for metric in metrics:
        for other in against:
            made = compare(metric, apps[accused], apps[other], scale=scale)
            why = unlike_sources(result, metric, (apps[accused], apps[other]))
            found.append(made if why is None else refused(made, why))
    return tuple(found)


def write_derived(bundle: Bundle, data: ReportInput) -> None:
    """Write tables/ and results/ of a bundle; what was there is replaced."""
    from profiler.run.tables import frame_columns, popup_columns  # noqa: PLC0415

    bundle.write_table("popups", popup_columns(data.result))
    bundle.write_table("frames", frame_columns(data.result))
    records: dict[str, Any] = {"rounds": data.result, "verdict": data.verdict}
    for name, record in records.items():
        if record is not None:
            bundle.write_result(name, record)
