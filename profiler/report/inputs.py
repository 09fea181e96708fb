"""What every report is made from, and the order in which it shows the apps."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from profiler.analysis.scored import null_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.analysis.results import AppResult, Comparison, PopupResult, RoundResult, RunResult, Verdict
    from traces.capture import AppFacts, Manifest, PhoneState, RoundCapture


@dataclass(frozen=True, slots=True)
class ReportInput:
    """The records of one run, as capture, analysis and verdict left them.

    `verdict` is None where nothing was complained about; `comparisons` then holds what was compared.
    """

    manifest: Manifest
    captures: tuple[RoundCapture, ...]
    result: RunResult
    verdict: Verdict | None = None
    comparisons: tuple[Comparison, ...] = ()
    bundle: str = ""
    """Folder of the bundle as the reader should be told of it; empty: not known."""

    @property
    def accused(self) -> str | None:
        """Name of the app that the complaint is about."""
        if self.verdict is not None:
            return self.verdict.accused
        return self.manifest.complaint.accused if self.manifest.complaint else None

    def apps(self) -> tuple[AppResult, ...]:
        """Return the accused first, references last, the others in the manifest's order."""
        planned = {facts.profile: i for i, facts in enumerate(self.manifest.apps)}
        accused = self.accused

        def rank(app: AppResult) -> tuple[bool, bool, int, str]:
            return app.reference, app.app != accused, planned.get(app.app, len(planned)), app.app

        return tuple(sorted(self.result.apps, key=rank))

    def facts(self, app: str) -> AppFacts | None:
        """Return the facts of an app, None if the manifest does not have it."""
        return next((facts for facts in self.manifest.apps if facts.profile == app), None)

    def label(self, app: str) -> str:
        """Return the name of an app for people."""
        return next((r.label or r.app for r in self.result.apps if r.app == app), app)

    def is_reference(self, app: str) -> bool:
        """Return whether an app is a reference, not a competitor."""
        return any(result.reference for result in self.result.apps if result.app == app)

    def rounds(self, app: str) -> tuple[RoundResult, ...]:
        """Return all attempts at an app's rounds, warm-ups last, else by round and attempt."""
        mine = [r for r in self.result.rounds if r.app == app]
        return tuple(sorted(mine, key=lambda r: (r.warm_up, r.round, r.attempt)))

    def valid_popups(self, app: str) -> tuple[PopupResult, ...]:
        """Return the pop-ups of an app's valid rounds."""
        return tuple(p for r in self.rounds(app) if not r.warm_up and not r.void for p in r.popups)

    def capture_of(self, round_result: RoundResult) -> RoundCapture | None:
        """Return what the driver wrote about a round."""
        return next((c for c in self.captures if c.folder == round_result.folder), None)

    def all_comparisons(self) -> tuple[Comparison, ...]:
        """Return every comparison that there is, the deciding ones first."""
        if self.verdict is None:
            return self.comparisons
        return self.verdict.primary + self.verdict.secondary + self.comparisons

    def states(self) -> Iterator[PhoneState]:
        """Yield the phone's recorded states in order."""
        yield self.manifest.state_before
        for capture in self.captures:
            yield capture.before
            yield capture.after

    def warnings(self) -> tuple[str, ...]:
        """Return the run's warnings, each once, then those of single rounds with the round's folder."""
        general = dict.fromkeys((*self.manifest.warnings, *self.result.warnings))
        single: dict[str, list[str]] = {}
        for round_result in self.result.rounds:
            for warning in dict.fromkeys(round_result.warnings):
                single.setdefault(warning, []).append(round_result.folder)
        rounds = (
            f"{warning} ({_folders(folders)})"
            for warning, folders in single.items()
            if warning not in general
        )
        return (*general, *rounds)

    def null_reason(self, app: str, metric: str) -> str | None:
        """Return why an app has no number in a metric: the commonest reason of its interactions."""
        return null_reason(self.result.rounds, app, metric)


def typical_popup(data: ReportInput, app: str, metric: str) -> PopupResult | None:
    """Return the valid pop-up whose value in `metric` is nearest the app's mean; the first of equals.

    None where the app has no valid pop-up. Pop-ups without a number come only if there are no others.
    """
    popups = data.valid_popups(app)
    scored = [(float(v), p) for p in popups if isinstance(v := p.metrics.get(metric), int | float)]
    if not scored:
        return popups[0] if popups else None
    mean = fmean(value for value, _ in scored)
    return min(scored, key=lambda pair: abs(pair[0] - mean))[1]


def worst_popup(data: ReportInput, app: str, metric: str) -> PopupResult | None:
    """Return the valid pop-up with the largest value in `metric`; the first of equals."""
    popups = data.valid_popups(app)
    scored = [(float(v), p) for p in popups if isinstance(v := p.metrics.get(metric), int | float)]
    if not scored:
        return popups[0] if popups else None
    return max(scored, key=lambda pair: pair[0])[1]


def _folders(folders: list[str]) -> str:
    shown = ", ".join(folders[:3])
    return shown if len(folders) <= 3 else f"{shown} and {len(folders) - 3} more"
