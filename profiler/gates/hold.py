"""From bundles on the disk to a gate."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from profiler.gates.budget import EVERY, Limit, check_metrics, limits_of, read_budget
from profiler.gates.decide import baseline_checks, budget_checks
from profiler.gates.model import Check, Gate
from profiler.report.catalog import BY_NAME
from profiler.report.wording import reason_text
from profiler.run.findings import measure
from profiler.verdict.fingerprint import differing
from profiler.verdict.words import Words
from traces.bundle import Bundle
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from profiler.analysis.results import RunResult


def hold(
    path: Path,
    budget: Path | None,
    baseline: Path | None,
    metrics: Sequence[str] = (),
    *,
    jobs: int = 1,
    lang: str = "en",
) -> Gate:
    """Measure a bundle and hold it against a budget, a baseline, or both.

    Args:
        path: the bundle that is judged.
        budget: a YAML file.
        baseline: a bundle made under the same conditions.
        metrics: what is compared with the baseline; empty: the usual ones.
        jobs: processes that decode traces.
        lang: of the refusal of a baseline.

    Raises:
        UsageError: the budget has nothing for this run, or the baseline was made under other conditions.
        InputFileError: a file with mistakes, or a bundle that can't be read.
    """
    opened = Bundle.open(path)
    limits = _limits(opened, budget) if budget else []
    old = _baseline(opened, baseline, lang) if baseline else None
    result = measure(opened, jobs=jobs)
    manifest = opened.manifest
    checks: list[Check] = []
    notes = [Words(*reason_text(warning)) for warning in opened.warnings]
    if budget:
        check_metrics([limit for _, limit in limits], _known(result))
        checks += budget_checks(result, limits, popups_per_round=manifest.popups_per_round)
        notes += _unlimited(opened, limits)
    if old is not None:
        found, said = _against(opened, result, old, metrics, jobs=jobs)
        checks += found
        notes += said
    return Gate(
        run_id=manifest.run_id,
        bundle=str(path),
        scenario=manifest.scenario,
        created=manifest.created,
        phone=f"{manifest.phone.model}, Android {manifest.phone.android}",
        simulated=manifest.phone.simulated,
        checks=tuple(checks),
        notes=tuple(dict.fromkeys(notes)),
        budget=str(budget) if budget else None,
        baseline=str(baseline) if baseline else None,
    )


def _limits(opened: Bundle, budget: Path) -> list[tuple[str, Limit]]:
    manifest = opened.manifest
    every = read_budget(budget)
    found = limits_of(every, [(app.profile, app.reference) for app in manifest.apps], manifest.scenario)
    if found:
        return found
    scenarios = ", ".join(dict.fromkeys(limit.scenario for limit in every))
    raise UsageError(
        f"{budget} has no limit for this run: it measured the scenario {manifest.scenario}, and the budget "
        f"is for {scenarios}.",
        next_step="Add a row for the run's scenario and apps.",
    )


def _known(result: RunResult) -> set[str]:
    """Return the metrics that a budget may name: those of the run, and those that reports know."""
    return {*BY_NAME, *(name for app in result.apps for name in app.metrics)}


def _unlimited(opened: Bundle, limits: Sequence[tuple[str, Limit]]) -> list[Words]:
    """Say which apps of the run the budget does not speak of; where it names none at all, that is meant."""
    named = {app for app, _ in limits}
    if any(limit.app == EVERY for _, limit in limits):
        return []
    return [
        Words(f"The budget has no limit for {app.label}.", f"预算中没有 {app.label} 的限值。")
        for app in opened.manifest.apps
        if not app.reference and app.profile not in named
    ]


def _baseline(opened: Bundle, baseline: Path, lang: str) -> Bundle:
    """Open a baseline and make sure that it can be compared with.

    Raises:
        UsageError: it is the same run, or was made under other conditions; names every differing key.
    """
    old = Bundle.open(baseline)
    now, then = opened.manifest, old.manifest
    if now.run_id == then.run_id:
        same = Words(
            f"{opened.path} and {baseline} are the same run.", f"{opened.path} 与 {baseline} 是同一次运行。"
        )
        raise _refused(
            same, Words("Name an earlier run as the baseline.", "请指定更早的一次运行作为基线。"), lang
        )
    references = [app.profile for app in now.apps if app.reference and app.profile in _profiles(old)]
    differs = differing(then, now, references)
    if differs:
        keys = ", ".join(one.key for one in differs)
        what = Words(
            f"{baseline} can't be the baseline of {opened.path}: what differs is "
            f"{', '.join(one.words.en for one in differs)}. Keys: {keys}.",
            f"{baseline} 不能作为 {opened.path} 的基线：以下条件不同："
            f"{'、'.join(one.words.zh for one in differs)}。键：{keys}。",
        )
        step = Words(
            "Measure a baseline under the conditions of this run; numbers from different set-ups must not be "
            "compared.",
            "请在与本次运行相同的条件下重新测量基线；不同条件下的数值不可比较。",
        )
        raise _refused(what, step, lang)
    if not _profiles(old) & _profiles(opened):
        theirs, ours = (", ".join(sorted(_profiles(one))) for one in (old, opened))
        what = Words(
            f"{baseline} and {opened.path} have no app in common.",
            f"{baseline} 与 {opened.path} 没有相同的应用。",
        )
        step = Words(f"The one has {theirs}, the other {ours}.", f"前者有 {theirs}，后者有 {ours}。")
        raise _refused(what, step, lang)
    return old


def _refused(what: Words, step: Words, lang: str) -> UsageError:
    return UsageError(what.zh, next_step=step.zh) if lang == "zh" else UsageError(what.en, next_step=step.en)


def _profiles(bundle: Bundle) -> set[str]:
    return {app.profile for app in bundle.manifest.apps}


def _against(
    opened: Bundle, result: RunResult, old: Bundle, metrics: Sequence[str], *, jobs: int
) -> tuple[tuple[Check, ...], tuple[Words, ...]]:
    known = _known(result)
    if unknown := [name for name in metrics if name not in known]:
        near = difflib.get_close_matches(unknown[0], sorted(known), n=2)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"There is no metric {unknown[0]}.", next_step=f"{hint}Known: {', '.join(sorted(known))}."
        )
    return baseline_checks(
        result,
        measure(old, jobs=jobs),
        popups_per_round=opened.manifest.popups_per_round,
        scenario=opened.manifest.scenario,
        metrics=tuple(dict.fromkeys(metrics)),
    )
