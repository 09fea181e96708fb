"""What a report cannot tell: each reason once, with the metrics and the apps that it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.metric_names import SHOW, metric_name
from profiler.report import wording
from profiler.report.catalog import HEADLINE, Text, metric_of
from profiler.report.kinds import without_popups
from profiler.report.numbers import NULL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult
    from profiler.report.inputs import ReportInput

LIST = {"en": ", ", "zh": "、"}
COLON = {"en": ": ", "zh": "："}
COMMA = {"en": ", ", "zh": "，"}
ALL_APPS = Text("all apps", "所有应用")


def told_metrics(apps: Sequence[AppResult]) -> frozenset[str]:
    """Return the headline metrics of which any app has a value; all of them where no app has any round."""
    told = {name for name in HEADLINE for app in apps if app.means.get(name) is not None}
    return frozenset(told if any(app.rounds_valid for app in apps) else HEADLINE)


def shown_metrics(data: ReportInput, names: Sequence[str], primary: str) -> list[str]:
    """Return which metrics of pop-ups a report shows: what decides, and of `names` those that any app has.

    All of them where no app has a valid round: what would have been measured is seen then.
    """
    apps = data.apps()
    if not any(app.rounds_valid for app in apps):
        return list(names)
    first = [primary] if primary not in names and metric_name(primary).kind == SHOW else []
    return first + [name for name in names if any(app.means.get(name) is not None for app in apps)]


def null_notes(data: ReportInput, lang: str) -> list[str]:
    """Return why headline metrics are missing: a line for each reason and the apps that it holds for."""
    if without_popups(data):
        return []
    apps, separator = data.apps(), LIST[lang]
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name in HEADLINE:
        reasons: dict[str, list[str]] = {}
        for app in apps:
            reason = data.null_reason(app.app, name) if app.means.get(name) is None else None
            if reason:
                reasons.setdefault(reason, []).append(app.label or app.app)
        for reason, who in reasons.items():
            found.setdefault((reason, tuple(who)), []).append(metric_of(name).label.get(lang))
    return [
        f"{NULL} {ALL_APPS.get(lang) if len(who) == len(apps) > 1 else separator.join(who)}{COMMA[lang]}"
        f"{separator.join(metrics)}{COLON[lang]}{wording.reason_text(reason).get(lang)}"
        for (reason, who), metrics in found.items()
    ]
