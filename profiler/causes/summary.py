"""What an app's causes were over all its valid pop-ups."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from profiler.analysis.results import CauseCount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.results import Diagnosis, PopupResult


def count_causes(popups: Iterable[PopupResult]) -> tuple[CauseCount, ...]:
    """Return how often each cause was named, the one that leads most often first."""
    found: dict[tuple[str, str], list[Diagnosis]] = {}
    first: dict[tuple[str, str], int] = {}
    for popup in popups:
        for place, one in enumerate(popup.diagnoses):
            key = (one.cause, one.driver)
            found.setdefault(key, []).append(one)
            first[key] = first.get(key, 0) + (place == 0)
    counts = [
        CauseCount(
            cause=cause,
            driver=driver,
            popups=len(members),
            first=first[cause, driver],
            cost_ms=fmean(costs)
            if (costs := [m.cost_ms for m in members if m.cost_ms is not None])
            else None,
        )
        for (cause, driver), members in found.items()
    ]
    return tuple(sorted(counts, key=lambda one: (-one.first, -one.popups, -(one.cost_ms or 0.0))))
