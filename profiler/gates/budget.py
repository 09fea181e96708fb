"""Budgets: limits per app, scenario and metric, as a YAML file that is checked strictly."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from profiler.complaints.schema import MetricName, Strict, Text
from profiler.verdict.evidence import FEWEST_ROUNDS
from traces.yaml_file import line_of, mistakes_in, read_checked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EVERY = "*"
"""As an app: all of the run but the reference."""

Number = Annotated[float, Field(allow_inf_nan=False)] | int


class LimitFile(Strict):
    """One limit: at most, or at least."""

    max: Number | None = None
    min: Number | None = None

    @model_validator(mode="after")
    def _one_side(self) -> LimitFile:
        if (self.max is None) == (self.min is None):
            raise ValueError("give max or min, and only one of them")
        return self


class RowFile(Strict):
    """Limits of one app in one scenario."""

    app: Text
    scenario: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")] = "keyboard-popup"
    rounds: Annotated[int, Field(ge=FEWEST_ROUNDS, le=200)] = FEWEST_ROUNDS
    """Fewest valid rounds."""
    metrics: Annotated[dict[MetricName, LimitFile], Field(min_length=1)]


class BudgetFile(Strict):
    """A budget."""

    version: Literal[1]
    budgets: Annotated[list[RowFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a budget."""

    app: str
    """Profile, or `EVERY`."""
    scenario: str
    metric: str
    limit: float
    at_least: bool
    """False: the value may be at most the limit."""
    rounds: int
    where: str
    """file:line."""


EXAMPLE = """\
# A silky budget: what a run may be at most. `silky check BUNDLE --budget FILE`
# Every limit is held against a one-sided 95 % interval of the rounds' values (docs/metrics.md, section 9):
#   fail        the whole interval is beyond the limit          exit 1
#   warn        the interval straddles the limit                exit 0
#   pass        the whole interval is within                    exit 0
#   incomplete  too few valid rounds to say                     exit 2
version: 1
budgets:
  # A profile's name (`silky apps`), or "*" for every app of the run but the reference text field.
  - app: "*"
    # The scenario that the run measured; limits of another one are passed over.
    scenario: keyboard-popup
    # With fewer valid rounds the gate is incomplete. Below 6, times may have no bound and hitches can't pass.
    rounds: 6
    metrics:
      hitch_ms: {max: 16.7}         # standstill in each slide of the keyboard: two vsyncs at 120 Hz
      settled_ms: {max: 450}        # from the finger's lift until the keyboard stands
      first_motion_ms: {max: 150}   # from the finger's lift until the keyboard moves
  # A stricter row for one app: it wins over "*" for the metrics that it names.
  # - app: qwen
  #   metrics:
  #     hitch_ms: {max: 8.3}
  #     content_jump_share: {max: 0.2}   # at most one pop-up in five whose content jumps
"""
_NEXT = "Compare with the example that `silky check --init` writes."


def read_budget(path: Path) -> tuple[Limit, ...]:
    """Read and check a budget.

    Raises:
        InputFileError: it can't be read or has mistakes; all are named with their lines.
    """
    file, data = read_checked(path, BudgetFile, what="a budget", next_step=_NEXT)
    limits: list[Limit] = []
    seen: dict[tuple[str, str, str], str] = {}
    wrong: list[str] = []
    for number, row in enumerate(file.budgets):
        for metric, side in row.metrics.items():
            where = f"{path}:{line_of(data, ('budgets', number, 'metrics', metric))}"
            key = (row.app, row.scenario, metric)
            if key in seen:
                wrong.append(f"{where}: {metric} of {row.app} is limited twice (before in {seen[key]})")
                continue
            seen[key] = where
            value = side.min if side.max is None else side.max
            assert value is not None
            limits.append(
                Limit(row.app, row.scenario, metric, float(value), side.max is None, row.rounds, where)
            )
    if wrong:
        raise mistakes_in("a budget", wrong, next_step=_NEXT)
    return tuple(limits)


def check_metrics(limits: Iterable[Limit], known: Iterable[str]) -> None:
    """Refuse metrics that no run can have.

    Raises:
        InputFileError: names all of them with their lines.
    """
    names = sorted(set(known))
    wrong = []
    for one in limits:
        if one.metric not in names:
            near = difflib.get_close_matches(one.metric, names, n=2, cutoff=0.6)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            wrong.append(f"{one.where}: there is no metric {one.metric}{hint}")
    if wrong:
        raise mistakes_in("a budget", wrong, next_step=f"Known: {', '.join(names)}.")


def limits_of(
    limits: Iterable[Limit], apps: Iterable[tuple[str, bool]], scenario: str
) -> list[tuple[str, Limit]]:
    """Return which limit holds for which app: a row that names the app wins over one for `EVERY`.

    Args:
        limits: of the budget.
        apps: name and whether it is a reference, of the run.
        scenario: of the run.
    """
    mine = [one for one in limits if one.scenario == scenario]
    named = {(one.app, one.metric) for one in mine}
    found: list[tuple[str, Limit]] = []
    present = list(apps)
    for one in mine:
        if one.app != EVERY:
            found.append((one.app, one))
            continue
        found += [
            (app, one) for app, reference in present if not reference and (app, one.metric) not in named
        ]
    return found
