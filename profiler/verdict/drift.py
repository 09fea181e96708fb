"""Whether the run itself went astray: order, warming, outlier rounds. Said; decides nothing.

Rounds are interleaved and rotated, so that a drift is the same for all apps; it widens the intervals, and
a person should know of it. docs/metrics.md section 7.
"""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from profiler.verdict.words import Words, amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import RunResult
    from traces.capture import RoundCapture

SURE = 0.01
"""A drift is said when chance alone makes one as large this seldom, and it is larger than the margin."""
FEWEST_ROUNDS = 6
OUTLIER_DEVIATIONS = 5.0
_NORMAL_MAD = 1.4826
WARMER_C = 3.0


class _Point(NamedTuple):
    app: str
    round: int
    position: int
    """Place of the app among those of its round, from 0."""
    value: float


def drift(run: RunResult, metric: str, margin: float, unit: str) -> tuple[Words, ...]:
    """Return what is to be said of a run's order, trend and outlier rounds in one metric."""
    points = _points(run, metric)
    labels = {app.app: app.label or app.app for app in run.apps}
    found = [_trend(points, margin, unit), _order(points, margin, unit)]
    return tuple(w for w in (*found, *_outliers(points, labels, margin, unit)) if w is not None)


def warming(captures: Sequence[RoundCapture]) -> Words | None:
    """Return that the battery got warmer over a run, if it did by 3 degrees or more."""
    told = [t for c in captures if (t := c.before.battery_temperature_c) is not None]
    if len(told) < 2 or max(told[-3:]) - told[0] < WARMER_C:
        return None
    rise = max(told[-3:]) - told[0]
    return Words(
        f"The phone's battery warmed by {rise:.0f} °C during the run (from {told[0]:.0f} °C).",
        f"测试期间电池升温 {rise:.0f} °C（起始 {told[0]:.0f} °C）。",
    )


def _points(run: RunResult, metric: str) -> list[_Point]:
    valid = [one for one in run.rounds if not one.void and not one.warm_up]
    by_round: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for one in valid:
        by_round[one.round].append((_sequence(one.folder), one.app))
    places = {
        (number, app): place
        for number, apps in by_round.items()
        for place, (_, app) in enumerate(sorted(apps))
    }
    return [
        _Point(one.app, one.round, places[one.round, one.app], value)
        for one in valid
        if (value := one.metrics.get(metric)) is not None
    ]


def _sequence(folder: str) -> int:
    found = re.match(r"\d+", folder)
    return int(found[0]) if found else 0


def _residuals(points: Sequence[_Point]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return each value less the mean of its app."""
    means = {app: fmean(p.value for p in points if p.app == app) for app in {p.app for p in points}}
    return np.array([p.value - means[p.app] for p in points], np.float64)


def _trend(points: Sequence[_Point], margin: float, unit: str) -> Words | None:
    """Fit a straight line through all apps' residuals over the rounds."""
    rounds = np.array([p.round for p in points], np.float64)
    if len(set(rounds.tolist())) < FEWEST_ROUNDS:
        return None
    rest, x = _residuals(points), rounds - rounds.mean()
    slope = float((x * rest).sum() / (x * x).sum())
    freedom = len(points) - len({p.app for p in points}) - 1
    over = slope * float(rounds.max() - rounds.min())
    if freedom < 1 or abs(over) <= margin:
        return None
    noise = float(((rest - slope * x) ** 2).sum()) / freedom
    error = (noise / float((x * x).sum())) ** 0.5
    if error > 0 and _two_sided(abs(slope) / error, freedom) > SURE:
        return None
    size = amount(abs(over), unit)
    way = Words("rose", "上升") if over > 0 else Words("fell", "下降")
    return Words(
        f"The values of all apps {way.en} by {size.en} from the first round to the last, as on a phone that "
        "warms or settles; every app had its turn in every part of the run.",
        f"从第一轮到最后一轮，各应用的数值共{way.zh} {size.zh}，像是手机升温或趋稳；"
        "各应用轮流测试，影响均等。",
    )


def _order(points: Sequence[_Point], margin: float, unit: str) -> Words | None:
    """Whether the place in the rotation matters: one-way analysis of the residuals."""
    rest = _residuals(points) if points else np.zeros(0)
    groups = defaultdict(list)
    for point, value in zip(points, rest.tolist(), strict=True):
        groups[point.position].append(value)
    sizes = [values for values in groups.values() if len(values) >= FEWEST_ROUNDS // 2]
    if len(sizes) < 2 or len(points) < 2 * FEWEST_ROUNDS:
        return None
    means = {place: fmean(values) for place, values in groups.items() if len(values) >= FEWEST_ROUNDS // 2}
    worst, best = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    apart = means[worst] - means[best]
    every = [value for values in sizes for value in values]
    between = sum(len(values) * (fmean(values) - fmean(every)) ** 2 for values in sizes)
    within = sum((value - fmean(values)) ** 2 for values in sizes for value in values)
    freedom = len(every) - len(sizes) - len({p.app for p in points}) + 1
    if apart <= margin or freedom < 1:
        return None
    if (
        within > 0
        and _beyond(between / (len(sizes) - 1) / (within / freedom), len(sizes) - 1, freedom) > SURE
    ):
        return None
    size = amount(apart, unit)
    return Words(
        f"The place in the rotation matters: place {worst + 1} is {size.en} worse than place {best + 1}; "
        "every app had every place as often.",
        f"测试次序有影响：第 {worst + 1} 位比第 {best + 1} 位差 {size.zh}；各应用在每个次序上的次数相同。",
    )


def _outliers(points: Sequence[_Point], labels: dict[str, str], margin: float, unit: str) -> list[Words]:
    found = []
    for app in dict.fromkeys(p.app for p in points):
        mine = [p for p in points if p.app == app]
        if len(mine) < FEWEST_ROUNDS:
            continue
        usual = median(p.value for p in mine)
        spread = _NORMAL_MAD * median(abs(p.value - usual) for p in mine)
        odd = [p for p in mine if abs(p.value - usual) > max(OUTLIER_DEVIATIONS * spread, 2 * margin)]
        if odd and len(odd) <= len(mine) // 4:
            where = ", ".join(str(p.round) for p in odd)
            high, middle = (
                amount(max(odd, key=lambda p: abs(p.value - usual)).value, unit),
                amount(usual, unit),
            )
            name = labels.get(app, app)
            found.append(
                Words(
                    f"{name}: round {where} stands apart ({high.en}, usually {middle.en}). "
                    "It counts like the others: look at its trace.",
                    f"{name}：第 {where} 轮明显偏离（{high.zh}，通常为 {middle.zh}）。"
                    "该轮照常计入，请查看其 trace。",
                )
            )
    return found


def _two_sided(t: float, freedom: int) -> float:
    from scipy.special import stdtr  # noqa: PLC0415  costs 0.2 s, and only verdicts need it

    return 2 * (1 - float(stdtr(freedom, t)))


def _beyond(f: float, above: int, below: int) -> float:
    from scipy.special import fdtrc  # noqa: PLC0415

    return float(fdtrc(above, below, f))
