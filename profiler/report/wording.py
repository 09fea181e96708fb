"""What the records' own terms are called for people, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.reasons import chinese
from profiler.report.catalog import WORDS, Text, metric_of, texts
from traces.errors import SilkyError

if TYPE_CHECKING:
    from profiler.analysis.results import Verdict

OUTCOMES = texts("outcomes")
MODES = texts("modes")
MODES_EXPLAINED = texts("modes_explained")
DRIVERS = texts("drivers")
UI = texts("ui")
CONDITIONS = texts("conditions")
STRIP_WORDS = texts("strip")
METHOD = tuple(Text(**pair) for pair in WORDS["method"])

MARKS: dict[str, str] = {"worse": "▲", "not worse": "●", "open": "?"}
"""Beside the colour, so that nothing rests on colour alone."""


def _named(known: dict[str, Text], term: str) -> Text:
    return known.get(term, Text(term, term))


def filled(key: str, *values: object) -> Text:
    """Return words of the page with values put in."""
    return Text(*(text.format(*values) for text in UI[key]))


def outcome_text(outcome: str) -> Text:
    """Return a verdict's or a pair's outcome for people."""
    return _named(OUTCOMES, outcome)


def mode_text(mode: str) -> Text:
    """Return a driver mode or a kind of content motion for people."""
    return _named(MODES, mode)


def driver_text(driver: str) -> Text:
    """Return the name of a driver for people."""
    return _named(DRIVERS, driver)


def complaint_text(complaint: str) -> Text:
    """Return a complaint in a person's words; an unknown one by its id."""
    from profiler.complaints import complaint as find  # noqa: PLC0415  reads files, only where one is named

    try:
        known = find(complaint)
    except SilkyError:  # a bundle may come from where somebody's own complaint is
        return Text(complaint, complaint)
    return Text(f"“{known.claim.en}”", f"“{known.claim.zh}”")


def verdict_text(verdict: Verdict) -> Text:
    """Return the verdict's sentence without the outcome at its head, which every report shows by itself."""
    en, zh = outcome_text(verdict.outcome)
    return Text(verdict.sentence_en.removeprefix(f"{en}: "), verdict.sentence_zh.removeprefix(f"{zh}："))


def verdict_reasons(verdict: Verdict) -> tuple[Text, ...]:
    """Return the reasons that the verdict's sentence does not already hold."""
    return tuple(reason_text(reason) for reason in verdict.reasons if reason not in verdict.sentence_en)


def reason_text(reason: str) -> Text:
    """Return a reason or a warning in both languages; one that has no Chinese stays English."""
    return Text(reason, chinese(reason))


def label_text(metric: str) -> Text:
    """Return a metric's name for people."""
    return metric_of(metric).label


def modes_text(counts: dict[str, int]) -> Text:
    """Return how often each mode came: its name alone if always the same."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if len(ordered) == 1:
        return mode_text(ordered[0][0])
    return Text(
        ", ".join(f"{mode_text(mode).en} {count}" for mode, count in ordered),
        "，".join(f"{mode_text(mode).zh} {count}" for mode, count in ordered),
    )
