"""Causes, worst frames and silkiness in the form that the page writes down."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from statistics import fmean
from typing import TYPE_CHECKING

from profiler.report import wording
from profiler.report.numbers import NULL, number, with_unit
from profiler.report.page_words import (
    CauseWords,
    cause_words,
    doing_text,
    filled,
    part_text,
    stage_text,
    sure_text,
)

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, Diagnosis, LateFrame, PopupResult
    from profiler.report.catalog import Text
    from profiler.report.inputs import ReportInput

MOST_FRAMES = 5
"""Worst frames shown of each app."""
MOST_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause in one app's valid pop-ups."""

    words: CauseWords
    driver: Text
    sure: Text
    counted: Text
    share: float
    """Of the valid pop-ups, in per cent."""
    cost: str | None
    evidence: tuple[tuple[str, str], ...]
    """Of the pop-up where it cost most."""


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One late frame with all that is known of it."""

    where: Text
    lane: Text
    present: str
    missed: int
    overrun: str
    driver: Text
    owner: str
    stage: Text
    doing: tuple[tuple[Text, str, float], ...]
    """What, how long, and its share of the longest in per cent."""
    slices: tuple[tuple[str, str], ...]
    command: str | None


@dataclass(frozen=True, slots=True)
class SilkPart:
    """One part of an app's silkiness."""

    name: Text
    value: str | Text
    score: str
    bar: float | None
    reason: Text | None


@dataclass(frozen=True, slots=True)
class SilkRow:
    """One app's silkiness; `score` None: incomplete."""

    score: str | None
    least: Text | None
    parts: tuple[SilkPart, ...]


def causes_of(data: ReportInput, app: str) -> tuple[CauseRow, ...]:
    """Return the causes named in an app's valid pop-ups, the one that leads most often first."""
    popups = data.valid_popups(app)
    found: dict[tuple[str, str], list[Diagnosis]] = {}
    leads: dict[tuple[str, str], int] = {}
    for popup in popups:
        for place, one in enumerate(popup.diagnoses):
            found.setdefault((one.cause, one.driver), []).append(one)
            leads[one.cause, one.driver] = leads.get((one.cause, one.driver), 0) + (place == 0)
    order = sorted(found, key=lambda key: (-leads[key], -len(found[key]), key))
    return tuple(_cause(found[key], len(popups)) for key in order)


def _cause(many: list[Diagnosis], popups: int) -> CauseRow:
    costs = [one.cost_ms for one in many if one.cost_ms is not None]
    worst = max(many, key=lambda one: one.cost_ms or 0.0)
    surest = min((one.sure for one in many), key=lambda s: ("sure", "likely", "possible", s).index(s))
    return CauseRow(
        words=cause_words(worst.cause),
        driver=wording.driver_text(worst.driver),
        sure=sure_text(surest),
        counted=filled("of_popups", len(many), popups),
        share=round(100.0 * len(many) / popups, 1) if popups else 0.0,
        cost=with_unit(fmean(costs), "ms") if costs else None,
        evidence=worst.evidence[:MOST_EVIDENCE],
    )


def worst_frames(data: ReportInput, app: str, most: int = MOST_FRAMES) -> tuple[FrameRow, ...]:
    """Return the late frames of an app's valid pop-ups that cost most."""
    every = [(frame, popup) for popup in data.valid_popups(app) for frame in popup.late]
    every.sort(key=lambda pair: (-pair[0].missed, -(pair[0].overrun_ms or 0.0), pair[0].start_ns))
    return tuple(_frame(data, frame, popup) for frame, popup in every[:most])


def _frame(data: ReportInput, frame: LateFrame, popup: PopupResult) -> FrameRow:
    longest = max((ms for _, ms in frame.doing), default=0.0) or 1.0
    trace = trace_path(data, popup)
    return FrameRow(
        where=wording.filled("strip_name", popup.round, popup.popup),
        lane=wording.STRIP_WORDS.get(frame.lane, part_text(frame.lane)),
        present=with_unit(frame.present_ms, "ms"),
        missed=frame.missed,
        overrun=with_unit(frame.overrun_ms, "ms", sign=True),
        driver=wording.driver_text(frame.driver),
        owner=frame.owner,
        stage=stage_text(frame.stage),
        doing=tuple(
            (doing_text(what), with_unit(ms, "ms"), round(100 * ms / longest, 1)) for what, ms in frame.doing
        ),
        slices=tuple((name, with_unit(ms, "ms")) for name, ms in frame.slices),
        command=f"silky trace open {quote(trace)} --at {frame.start_ns}" if trace else None,
    )


def trace_path(data: ReportInput, popup: PopupResult) -> str | None:
    """Return the path of the trace that a pop-up was measured in, None where there is none."""
    if not data.bundle:
        return None
    for one in data.result.rounds:
        if (one.app, one.round, one.attempt) == (popup.app, popup.round, popup.attempt) and not one.warm_up:
            capture = data.capture_of(one)
            return f"{data.bundle}/rounds/{one.folder}/{capture.trace}" if capture and capture.trace else None
    return None


def silk_of(app: AppResult) -> SilkRow | None:
    """Return an app's silkiness, None where it was not computed."""
    silk = app.silkiness
    if silk is None:
        return None
    scored = [(part.score, part.name) for part in silk.parts if part.score is not None]
    return SilkRow(
        score=None if silk.score is None else number(silk.score, 0),
        least=part_text(min(scored)[1]) if scored and silk.score is not None and silk.score < 100 else None,
        parts=tuple(
            SilkPart(
                name=part_text(part.name),
                value=wording.mode_text(part.value)
                if isinstance(part.value, str)
                else with_unit(part.value, part.unit),
                score=number(part.score, 0) if part.score is not None else NULL,
                bar=None if part.score is None else round(min(100.0, max(0.0, part.score)), 1),
                reason=wording.reason_text(part.reason) if part.reason else None,
            )
            for part in silk.parts
        ),
    )
