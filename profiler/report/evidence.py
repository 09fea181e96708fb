"""Causes, worst frames and silkiness in the form that the page writes down."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from profiler.report import wording
from profiler.report.catalog import Text
from profiler.report.numbers import NULL, number, with_unit
from profiler.report.page_words import (
    CauseWords,
    cause_words,
    doing_text,
    filled,
    part_text,
    stage_text,
    sure_text,
    unit_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profiler.analysis.results import AppResult, CauseCount, Diagnosis, LateFrame, PopupResult
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
    cost: Text | None
    evidence: tuple[tuple[str, str], ...]
    """Of the pop-up where it cost most."""


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One late frame with all that is known of it."""

    where: Text
    lane: Text
    present: str
    missed: Text | None
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


def causes_of(data: ReportInput, app: AppResult) -> tuple[CauseRow, ...]:
    """Return the causes named in an app's valid pop-ups, the one that leads most often first."""
    found: dict[tuple[str, str], list[Diagnosis]] = {}
    for popup in data.valid_popups(app.app):
        for one in popup.diagnoses:
            found.setdefault((one.cause, one.driver), []).append(one)
    return tuple(_cause(one, found.get((one.cause, one.driver), []), app.popups) for one in app.causes)


def _cause(count: CauseCount, many: list[Diagnosis], popups: int) -> CauseRow:
    worst = max(many, key=lambda one: one.cost_ms or 0.0, default=None)
    said = [one.sure for one in many]
    surest = min(said, key=lambda s: ("sure", "likely", "possible", s).index(s), default="")
    return CauseRow(
        words=cause_words(count.cause),
        driver=wording.driver_text(count.driver),
        sure=sure_text(surest),
        counted=filled("of_popups", count.popups, popups),
        share=round(100.0 * count.popups / popups, 1) if popups else 0.0,
        cost=filled("mean_cost", with_unit(count.cost_ms, "ms")) if count.cost_ms is not None else None,
        evidence=worst.evidence[:MOST_EVIDENCE] if worst else (),
    )


def worst_frames(
    data: ReportInput, app: str, traces: Mapping[int, str], most: int = MOST_FRAMES
) -> tuple[FrameRow, ...]:
    """Return the late frames of an app's valid pop-ups that cost most; `traces` as `trace_paths` has them."""
    every = [(frame, popup) for popup in data.valid_popups(app) for frame in popup.late]
    every.sort(key=lambda pair: (-pair[0].missed, -(pair[0].overrun_ms or 0.0), pair[0].start_ns))
    return tuple(_frame(frame, popup, traces.get(id(popup))) for frame, popup in every[:most])


def _frame(frame: LateFrame, popup: PopupResult, trace: str | None) -> FrameRow:
    longest = max((ms for _, ms in frame.doing), default=0.0) or 1.0
    return FrameRow(
        where=wording.filled("strip_name", popup.round, popup.popup),
        lane=wording.STRIP_WORDS.get(frame.lane, part_text(frame.lane)),
        present=with_unit(frame.present_ms, "ms"),
        missed=filled("missed_n", frame.missed) if frame.missed else None,
        overrun=with_unit(frame.overrun_ms, "ms", sign=True),
        driver=wording.driver_text(frame.driver),
        owner=frame.owner,
        stage=stage_text(frame.stage),
        doing=tuple(
            (doing_text(what), with_unit(ms, "ms"), round(100 * ms / longest, 1)) for what, ms in frame.doing
        ),
        slices=tuple((name, with_unit(ms, "ms")) for name, ms in frame.slices),
        command=open_command(trace, frame.start_ns) if trace else None,
    )


def open_command(trace: str, at_ns: int) -> str:
    """Return what opens a trace at a moment, as it can be pasted into a shell."""
    return f"silky trace open {quote(trace)} --at {at_ns}"


def trace_paths(data: ReportInput) -> dict[int, str]:
    """Return the path of the trace that each pop-up was measured in, by the pop-up's `id`.

    By the object, since a warm-up and a void attempt may bear the numbers of a valid round. Empty where the
    bundle is not known.
    """
    if not data.bundle:
        return {}
    traces = {one.folder: one.trace for one in data.captures if one.trace}
    return {
        id(popup): f"{data.bundle}/rounds/{one.folder}/{traces[one.folder]}"
        for one in data.result.rounds
        if one.folder in traces
        for popup in one.popups
    }


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
                else _measured(part.value, part.unit),
                score=number(part.score, 0) if part.score is not None else NULL,
                bar=None if part.score is None else round(min(100.0, max(0.0, part.score)), 1),
                reason=wording.reason_text(part.reason) if part.reason else None,
            )
            for part in silk.parts
        ),
    )


def _measured(value: float | None, unit: str) -> Text:
    return Text(*(with_unit(value, words) for words in unit_text(unit)))
