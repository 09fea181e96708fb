"""Silkiness 0 ... 100: the least over its parts. docs/metrics/silkiness.md. Decides no verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profiler.analysis.results import AppResult, Silkiness, SilkinessPart
from profiler.scoring.thresholds import CONTENT, THRESHOLDS, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_REFERENCE = "no system text field was measured along"
NO_VALUE = "no valid round has a value"
MOST_UNKNOWN = "most pop-ups do not show how the content moves"


def points(value: float, threshold: Threshold) -> float:
    """Return 100 x (1 - clip((x - good) / (bad - good), 0, 1))."""
    part = (value - threshold.good) / (threshold.bad - threshold.good)
    return 100.0 * (1.0 - min(1.0, max(0.0, part)))


def silkiness(
    *,
    response_ms: float | None,
    settled_ms: float | None,
    reference_settled_ms: float | None,
    hitch_ratio: float | None,
    content: dict[str, int],
) -> Silkiness:
    """Return the silkiness of an app.

    Args:
        response_ms: mean over its rounds, as the next two.
        settled_ms: ms.
        reference_settled_ms: that of the system text field on the same phone in the same run.
        hitch_ratio: hitch per time in motion, 1.
        content: `content_motion` -> how many pop-ups had it; `unknown` counts as missing.
    """
    beyond = None
    if settled_ms is not None and reference_settled_ms is not None:
        beyond = settled_ms - reference_settled_ms
    values = {
        "response": response_ms,
        "settling": beyond,
        "motion cadence": None if hitch_ratio is None else hitch_ratio * 1000,
    }
    why = dict.fromkeys(values, NO_VALUE)
    if reference_settled_ms is None:
        why["settling"] = NO_REFERENCE
    parts = [_number(t, values[t.part], why[t.part]) for t in THRESHOLDS]
    parts.append(_content(content))
    scores = [part.score for part in parts]
    known = [score for score in scores if score is not None]
    return Silkiness(min(known) if len(known) == len(scores) else None, tuple(parts))


def _number(threshold: Threshold, value: float | None, why: str) -> SilkinessPart:
    score = None if value is None else points(value, threshold)
    return SilkinessPart(threshold.part, value, threshold.unit, score, why if value is None else None)


def _content(counts: dict[str, int]) -> SilkinessPart:
    """Return the mean over the pop-ups whose kind is known, named by the most frequent one.

    Missing where more pop-ups are unknown than known: a few known ones would speak for the many.
    """
    known = {kind: count for kind, count in counts.items() if kind in CONTENT and count > 0}
    total = sum(known.values())
    if not total or total * 2 < sum(counts.values()):
        return SilkinessPart("content motion", None, "", None, MOST_UNKNOWN)
    score = sum(CONTENT[kind] * count for kind, count in known.items()) / total
    return SilkinessPart("content motion", max(sorted(known), key=known.__getitem__), "", score, None)


def with_silkiness(apps: Iterable[AppResult]) -> tuple[AppResult, ...]:
    """Return the apps of a run, each with its silkiness against the run's reference.

    An app without any pop-up has none: its scenario is another one.
    """
    every = tuple(apps)
    settled = [app.means.get("settled_ms") for app in every if app.reference]
    reference = next((value for value in settled if value is not None), None)
    return tuple(_scored(app, reference) for app in every)


def _scored(app: AppResult, reference: float | None) -> AppResult:
    if "settled_ms" not in app.means:
        return app
    return replace(
        app,
        silkiness=silkiness(
            response_ms=app.means.get("response_ms"),
            settled_ms=app.means.get("settled_ms"),
            reference_settled_ms=reference,
            hitch_ratio=app.means.get("hitch_ratio"),
            content=app.modes.get("content_motion", {}),
        ),
    )
