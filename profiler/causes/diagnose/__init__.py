"""Rules from what a pop-up shows to named causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.results import Diagnosis
from profiler.causes import who
from profiler.causes.diagnose.answer import slow_keyboard, slow_main_thread, slow_services
from profiler.causes.diagnose.around import WORK, refresh_ramp, thermal
from profiler.causes.diagnose.content import height_hack, out_of_sync, unsynchronised
from profiler.causes.diagnose.slide import late_slide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.causes.diagnose.facts import Facts, Finding

RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    slow_main_thread,
    slow_keyboard,
    slow_services,
    late_slide,
    unsynchronised,
    height_hack,
    out_of_sync,
    refresh_ramp,
)
_SURENESS = (who.SURE, who.LIKELY, who.POSSIBLE)


def diagnose(facts: Facts) -> tuple[Diagnosis, ...]:
    """Return the causes of what a pop-up did badly, the most costly first.

    On a hot phone late work becomes evidence of the heat and accuses nobody: how the same work would have
    gone on a cool phone is not in the recording.
    """
    found = [finding for rule in RULES for finding in rule(facts)]
    hot = list(thermal(facts, found))
    if hot:
        found = [one for one in found if one.cause not in WORK]
    merged: dict[tuple[str, str], list[Finding]] = {}
    for finding in (*hot, *found):
        merged.setdefault((finding.cause, finding.driver), []).append(finding)
    diagnoses = [_joined(members) for members in merged.values()]
    return tuple(sorted(diagnoses, key=lambda one: -(one.cost_ms or 0.0)))


def _joined(members: list[Finding]) -> Diagnosis:
    first = members[0]
    costs = [one.cost_ms for one in members if one.cost_ms is not None]
    sure = min((one.sure for one in members), key=_SURENESS.index)
    return Diagnosis(
        cause=first.cause,
        sure=sure,
        driver=first.driver,
        cost_ms=sum(costs) if costs else None,
        evidence=tuple((one.en, one.zh) for one in members),
    )
