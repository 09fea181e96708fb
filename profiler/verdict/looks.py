"""Looking at a run while it goes on, without paying for it in errors. docs/metrics.md section 7.

Looks are planned before the run. Each look spends an equal part of the error, for "worse" and for "not worse"
alike (Bonferroni over the looks), so that all looks together err no more often than one. The first look that
decides ends the run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profiler.analysis.results import Look, RunResult, Verdict
from profiler.analysis.run import first_rounds
from profiler.run.plan import UNDECIDED
from profiler.stats.difference import ALPHA
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOOKS = (12, 18, 24, 30)
"""Rounds after which is looked, at most four times."""


def planned_looks(most: int | None = None) -> tuple[int, ...]:
    """Return the rounds after which is looked, up to a largest number of rounds.

    Raises:
        UsageError: not even the first look would be reached.
    """
    looks = tuple(look for look in LOOKS if most is None or look <= most)
    if not looks:
        raise UsageError(
            f"--until-decided looks for the first time after {LOOKS[0]} rounds.",
            next_step=f"Give --max-rounds {LOOKS[0]} or more.",
        )
    return looks


def alpha_of(looks: Sequence[int]) -> float:
    """Return how often each bound may miss at one look; with no looks planned, at the end."""
    return ALPHA / len(LOOKS) if looks else ALPHA


def rounds_done(run: RunResult) -> int:
    """Return the largest number of a scored round that is in a run."""
    return max((one.round for one in run.rounds), default=0)


def sequential(run: RunResult, looks: Sequence[int], judge_one: Callable[[RunResult], Verdict]) -> Verdict:
    """Judge at each planned look that the run reached; the first one that decides counts.

    A run that was cut off before its first look is judged by what there is, as undecided at best.
    """
    reached = [look for look in looks if look <= rounds_done(run)]
    taken: list[Look] = []
    for look in reached:
        verdict = judge_one(first_rounds(run, look))
        taken.append(Look(look, verdict.outcome))
        if verdict.outcome != UNDECIDED:
            break
    else:
        verdict = judge_one(run) if not reached else verdict
        if not reached:
            why = f"the run has {rounds_done(run)} rounds; its first planned look is after {looks[0]}"
            verdict = replace(verdict, outcome=UNDECIDED, reasons=(why, *verdict.reasons))
    return replace(verdict, looks=tuple(taken))
