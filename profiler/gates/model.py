"""What a gate found: plain frozen records that all its reports read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.verdict.words import Words

FAIL, WARN, PASS, INCOMPLETE, BESIDE = "fail", "warn", "pass", "incomplete", "beside"

ORDER = (FAIL, INCOMPLETE, WARN, PASS, BESIDE)
"""Worst first. `BESIDE` decides nothing: how the reference text field changed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One app's metric against one limit, or against its baseline."""

    kind: str
    """budget or baseline."""
    app: str
    label: str
    scenario: str
    metric: str
    unit: str
    value: float | None
    """Budget: the app's value. Baseline: the difference, current minus baseline."""
    lower: float | None
    """One-sided 95 % bounds; infinite where too few rounds give none."""
    upper: float | None
    limit: float
    """Budget: the limit. Baseline: the margin."""
    at_least: bool
    """The value must be at least the limit, not at most."""
    rounds: int
    baseline_rounds: int | None
    outcome: str
    reasons: tuple[Words, ...]
    """Why it is incomplete, or what to know beside it."""
    method: str
    where: str
    """file:line of the limit; empty for a baseline."""


@dataclass(frozen=True, slots=True)
class Gate:
    """All checks of one run."""

    run_id: str
    bundle: str
    scenario: str
    created: str
    """When the run was made, ISO 8601."""
    phone: str
    simulated: bool
    checks: tuple[Check, ...]
    notes: tuple[Words, ...]
    budget: str | None
    baseline: str | None

    @property
    def outcome(self) -> str:
        """The worst: fail, incomplete, warn or pass. A failure stands, whatever else is incomplete."""
        found = {check.outcome for check in self.checks}
        return next((name for name in ORDER if name in found and name != BESIDE), INCOMPLETE)

    @property
    def exit_code(self) -> int:
        """0 pass or warn, 1 fail, 2 incomplete."""
        return {FAIL: 1, INCOMPLETE: 2}.get(self.outcome, 0)

    def count(self, outcome: str) -> int:
        """Return how many checks came out so."""
        return sum(check.outcome == outcome for check in self.checks)

    def sorted_checks(self) -> tuple[Check, ...]:
        """Return the checks, worst first, else in their order."""
        return tuple(sorted(self.checks, key=lambda check: ORDER.index(check.outcome)))
