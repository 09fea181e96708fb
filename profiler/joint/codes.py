"""Exit codes of one run, and of several phones together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.report.inputs import ReportInput

DONE, GATE_FAILED, NO_EVIDENCE, USAGE, PHONE = range(5)

WORST_FIRST = (GATE_FAILED, PHONE, USAGE, NO_EVIDENCE, DONE)
"""A complaint that is reproduced on one phone stands, whatever becomes of the others; a phone that failed
comes before one that measured and can't tell, because there something is to be done."""


def run_code(data: ReportInput, *, fail_if_reproduced: bool = False) -> int:
    """Return the exit code of one bundle: 2 where nothing may be concluded, 1 where a gate failed, else 0."""
    if data.verdict is not None:
        if data.verdict.outcome == "cannot tell":
            return NO_EVIDENCE
        return GATE_FAILED if fail_if_reproduced and data.verdict.outcome == "reproduced" else DONE
    return NO_EVIDENCE if without_valid_round(data) or not data.result.apps else DONE


def without_valid_round(data: ReportInput) -> list[str]:
    """Return the apps whose rounds are all void or missing."""
    return [app.label or app.app for app in data.result.apps if app.rounds_valid == 0]


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of several phones together, by `WORST_FIRST`; 0 for none."""
    there = set(codes)
    return next((code for code in WORST_FIRST if code in there), DONE)
