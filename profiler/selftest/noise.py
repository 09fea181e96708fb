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
    reverse: Comparison

    @property
    def metric(self) -> str:
        """Which metric."""
        return self.comparison.metric

    @property
    def outcome(self) -> str:
        """`equal`, `differs` (one side is worse: something is wrong) or `open`.

        Equal: both one-sided bounds lie within the margin. That speaks of the noise of these rounds, and
        acquits nobody: a verdict asks for more rounds (`FEWEST_TO_ACQUIT`), as rare jank may be absent from
        a few.
        """
        if "worse" in {self.comparison.outcome, self.reverse.outcome}:
            return "differs"
        resolution = self.resolution
        return "equal" if resolution is not None and resolution < self.comparison.margin else "open"

    @property
    def resolution(self) -> float | None:
        """The smallest difference that so many rounds can tell from none, in the metric's unit."""
        upper, other = self.comparison.upper, self.reverse.upper
        return None if upper is None or other is None else max(upper, other)


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
    return tuple(
        Noise(compare(name, left, right, scale=scale), compare(name, right, left, scale=scale))
        for name in METRICS
    )


def _side(name: str, rounds: Sequence[RoundResult]) -> AppResult:
    app = rounds[0].app if rounds else name
    facts = AppFacts(app, app, name, None, None, None, reference=False)
    found = app_result(facts, rounds)
    return AppResult(**{**{f: getattr(found, f) for f in found.__dataclass_fields__}, "app": name})
