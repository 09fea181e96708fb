"""An app against itself: how large a difference this phone shows where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.analysis.results import AppResult
from profiler.analysis.run import app_result
from profiler.verdict.compare import Scale, compare
from traces.capture import AppFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import Comparison, RoundResult

METRICS = ("hitch_ms", "first_motion_ms", "settled_ms", "response_ms")
"""What complaints are decided by."""


@dataclass(frozen=True, slots=True)
class Noise:
    """One metric of the reference field, its rounds dealt out to two sides in turns."""

    comparison: Comparison
    """A against B; both are the same app."""

    @property
    def metric(self) -> str:
        """Which metric."""
        return self.comparison.metric

    @property
    def outcome(self) -> str:
        """`equal` (both bounds within the margin), `differs` (beyond it: something is wrong) or `open`.

        Not the verdict's outcome: a verdict of fewer than 6 rounds acquits nobody, since rare hitches may be
        absent from them; here only this phone's noise is asked about.
        """
        lower, upper, margin = self.comparison.lower, self.comparison.upper, self.comparison.margin
        if lower is None or upper is None:
            return "open"
        if lower > margin or upper < -margin:
            return "differs"
        return "equal" if lower > -margin and upper < margin else "open"

    @property
    def resolution(self) -> float | None:
        """The smallest difference that so many rounds can tell from none, in the metric's unit."""
        lower, upper = self.comparison.lower, self.comparison.upper
        return None if lower is None or upper is None else max(abs(lower), abs(upper))


def a_against_a(rounds: Sequence[RoundResult], scale: Scale) -> tuple[Noise, ...]:
    """Deal valid rounds out as A B B A A B ..., and compare the sides in every metric.

    Args:
        rounds: of one app, in the order in which they were captured.
        scale: of the phone and the rounds.
    """
    valid = [one for one in rounds if not one.void]
    a = [one for i, one in enumerate(valid) if i % 4 in (0, 3)]
    b = [one for i, one in enumerate(valid) if i % 4 in (1, 2)]
    left, right = _side("A", a), _side("B", b)
    return tuple(Noise(compare(name, left, right, scale=scale)) for name in METRICS)


def _side(name: str, rounds: Sequence[RoundResult]) -> AppResult:
    app = rounds[0].app if rounds else name
    facts = AppFacts(app, app, name, None, None, None, reference=False)
    found = app_result(facts, rounds)
    return AppResult(**{**{f: getattr(found, f) for f in found.__dataclass_fields__}, "app": name})
