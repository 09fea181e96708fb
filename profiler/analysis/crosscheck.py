"""Several sources of the same moments laid side by side: whether they agree on when each frame was seen.

Frames are paired by vsync id where both sources have it, else by when their buffer was ready (no grid, so
neighbours are not confused), else by the time on screen itself. Then the times are compared in vsyncs. What a
source can't know is told apart from what it contradicts: rings that begin later, fences that had not
signalled, clocks that were read to the millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, to_ms
from traces.tables import NA, Bools, Ints

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUST = ("frame-timeline", "frame-tracer", "latency", "sf-frametimeline", "framestats")
"""Sources in the order in which the others are held against them."""
CLOCKS = ("boottime", "monotonic", "relative")
DROPPED = "dropped"
"""The reason of `Series.why_not` for a frame that never was to be on screen."""
FEWEST_PAIRS = 3
ENOUGH = 0.5
"""Part of the frames of the shorter source that must pair before times are compared."""
_READY_TOLERANCE = 0.25
_PRESENT_TOLERANCE = 1.5


@dataclass(frozen=True)
class Series:
    """The frames of one layer (or window) as one source tells them, in order.

    Attributes:
        source: one of `TRUST`.
        file: which file.
        layer: its name in that source; "" where the source does not say (`--latency`).
        title: the layer's name without id, hash and prefixes; "" likewise.
        clock: one of `CLOCKS`, of the times below.
        native: the clock that the source itself tells; sources of one native clock share the error of its
            conversion.
        token: vsync id of the app, `NA` without.
        ready_ns: when the buffer was ready, `NA` without.
        present_ns: the time on screen, `NA` without.
        why_not: per row why `present_ns` is `NA`: "dropped", "pending", "bad fence", ...; "" where it is not.
        clock_error_ns: bound of the error with which `clock` was converted.
        made_up: whether the times on screen look like a vsync grid instead of fences.
        ring: how many frames the source can hold at most; None: no limit that matters.
    """

    source: str
    file: str
    layer: str
    title: str
    clock: str
    native: str
    token: Ints
    ready_ns: Ints
    present_ns: Ints
    why_not: tuple[str, ...]
    clock_error_ns: int = 0
    made_up: bool = False
    ring: int | None = None

    def __len__(self) -> int:
        return len(self.token)

    @property
    def tells_present(self) -> bool:
        """Whether it tells any time on screen."""
        return bool((self.present_ns != NA).any())


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two sources of one layer.

    Attributes:
        layer: title of the layer.
        reference, other: `source (file)` of the more and the less trusted one.
        paired_by: `vsync id`, `ready time`, `time on screen`.
        compared: `time on screen`, or `ready time` where one of them tells no time on screen.
        pairs: frames that both have; `compared_pairs` those with the compared time in both.
        missing: why paired frames have no time on screen, per side: `{"other: pending": 2}`.
        only_reference, only_other: frames that only one has, inside the stretch that both cover. A frame that
            its own source calls dropped is not among them: the other had nothing to show.
        outside_reference, outside_other: frames outside that stretch: a ring that has forgotten them, or a
            recording that began later.
        vsyncs: difference other - reference in whole vsyncs -> frames, after `bias_vsyncs` was taken off.
        bias_ms: median difference.
        bias_vsyncs: the same in whole vsyncs.
        explained: why there is such a bias; None where there is none worth explaining, or no explanation.
        problem: why nothing could be compared; None where it could.
    """

    layer: str
    reference: str
    other: str
    paired_by: str = ""
    compared: str = ""
    pairs: int = 0
    compared_pairs: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    only_reference: int = 0
    only_other: int = 0
    outside_reference: int = 0
    outside_other: int = 0
    vsyncs: dict[int, int] = field(default_factory=dict)
    bias_ms: float | None = None
    bias_vsyncs: int = 0
    explained: str | None = None
    problem: str | None = None

    @property
    def same_vsync(self) -> float | None:
        """Part of the compared frames that both put into the same vsync, bias taken off."""
        return self.vsyncs.get(0, 0) / self.compared_pairs if self.compared_pairs else None

    @property
    def agrees(self) -> bool:
        """Whether every compared frame stands in the same vsync, none is missing, and no bias is open."""
        return (
            self.problem is None
            and self.same_vsync == 1.0
            and not (self.only_reference or self.only_other)
            and (self.bias_vsyncs == 0 or self.explained is not None)
        )


def cross_check(series: Sequence[Series], period_ns: float) -> tuple[Agreement, ...]:
    """Hold every source of every layer against the most trusted one of that layer.

    Args:
        series: all that was found; those on other clocks than BOOTTIME are only compared among themselves.
        period_ns: the panel's vsync period.

    Returns:
        One per layer and source beside the layer's first.
    """
    made: list[Agreement] = []
    ranked = sorted((one for one in series if len(one)), key=lambda one: TRUST.index(one.source))
    groups: dict[str, list[Series]] = {}
    for one in ranked:
        if one.title:
            groups.setdefault(one.title, []).append(one)
    for one in (one for one in ranked if not one.title):
        title = _title_by_times(one, groups, period_ns)
        if title is not None:
            groups[title].append(one)
        elif groups:
            title, members = next(iter(groups.items()))
            made.append(compare(title, members[0], one, period_ns))
    for title, members in groups.items():
        members.sort(key=lambda one: TRUST.index(one.source))
        made.extend(compare(title, members[0], other, period_ns) for other in members[1:])
    return tuple(made)


def _title_by_times(one: Series, groups: dict[str, list[Series]], period_ns: float) -> str | None:
    """Return the layer whose frames a source without a name holds: the one with the most pairs."""
    best, most = None, 0
    for title, members in groups.items():
        pairs = max(len(_pair(member, one, period_ns)[1]) for member in members)
        if pairs > most:
            best, most = title, pairs
    return best


def _label(one: Series) -> str:
    return f"{one.source} ({one.file})"


def compare(title: str, reference: Series, other: Series, period_ns: float) -> Agreement:
    """Compare two sources of one layer; differences are other - reference."""
    base = Agreement(title, _label(reference), _label(other))
    how, left, right = _pair(reference, other, period_ns)
    if len(left) < FEWEST_PAIRS:
        return replace(base, problem=_why_no_pairs(reference, other, len(left)))
    compared = "time on screen"
    a, b = reference.present_ns[left], other.present_ns[right]
    if not (reference.tells_present and other.tells_present):
        compared, a, b = "ready time", reference.ready_ns[left], other.ready_ns[right]
    both = (a != NA) & (b != NA)
    if both.sum() < FEWEST_PAIRS:
        return replace(
            base, paired_by=how, pairs=len(left), problem="they have no time in common that both tell"
        )
    differences = (b[both] - a[both]).astype(np.float64)
    bias = float(np.median(differences))
    fitted = "relative" in {reference.clock, other.clock} and reference.clock != other.clock
    whole = 0 if fitted else _round(bias / period_ns)
    rest = differences - (bias if fitted else whole * period_ns)
    steps = np.floor(rest / period_ns + 0.5).astype(np.int64)
    values, counts = np.unique(steps, return_counts=True)
    only_a, outside_a, only_b, outside_b = _unpaired(how, reference, other, left, right)
    return replace(
        base,
        paired_by=how,
        compared=compared,
        pairs=len(left),
        compared_pairs=int(both.sum()),
        missing=_missing(reference, other, left, right) if compared == "time on screen" else {},
        only_reference=only_a,
        only_other=only_b,
        outside_reference=outside_a,
        outside_other=outside_b,
        vsyncs=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        bias_ms=None if fitted else to_ms(bias),
        bias_vsyncs=whole,
        explained=_explain(reference, other, bias, whole, fitted=fitted),
    )


def _round(value: float) -> int:
    return int(np.floor(value + 0.5))


def _pair(a: Series, b: Series, period_ns: float) -> tuple[str, Ints, Ints]:
    """Return how, and the rows of both that are the same frame."""
    left, right = _by_token(a.token, b.token)
    if len(left) >= FEWEST_PAIRS:
        return "vsync id", left, right
    if a.clock == b.clock:
        for how, x, y, tolerance in (
            ("ready time", a.ready_ns, b.ready_ns, _READY_TOLERANCE),
            ("time on screen", a.present_ns, b.present_ns, _PRESENT_TOLERANCE),
        ):
            slack = tolerance * period_ns + _clock_error(a, b)
            left, right = _by_time(x, y, slack)
            if len(left) >= max(FEWEST_PAIRS, ENOUGH * min(_in_common(x, y), _in_common(y, x))):
                return how, left, right
    return "", np.zeros(0, np.int64), np.zeros(0, np.int64)


def _clock_error(a: Series, b: Series) -> int:
    return 0 if a.native == b.native else a.clock_error_ns + b.clock_error_ns


def _in_common(x: Ints, y: Ints) -> int:
    """Return how many times of x lie in the stretch of y."""
    known = y[y != NA]
    return int(((x != NA) & (x >= known.min()) & (x <= known.max())).sum()) if len(known) else 0


def _by_token(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the rows with the same vsync id, where it names one row on each side."""
    rows = []
    for tokens in (a, b):
        values, first, counts = np.unique(tokens, return_index=True, return_counts=True)
        good = (counts == 1) & (values > 0)
        rows.append((values[good], first[good]))
    _, left, right = np.intersect1d(rows[0][0], rows[1][0], assume_unique=True, return_indices=True)
    return rows[0][1][left], rows[1][1][right]


def _by_time(a: Ints, b: Ints, slack: float) -> tuple[Ints, Ints]:
    """Return the rows that are each other's nearest in time, and no further than `slack`."""
    ia, ib = np.flatnonzero(a != NA), np.flatnonzero(b != NA)
    if not len(ia) or not len(ib):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ia, ib = ia[np.argsort(a[ia], kind="stable")], ib[np.argsort(b[ib], kind="stable")]
    to_b, to_a = _nearest(b[ib], a[ia]), _nearest(a[ia], b[ib])
    mutual = to_a[to_b] == np.arange(len(ia))
    close = np.abs(a[ia] - b[ib[to_b]]) <= slack
    kept = mutual & close
    return ia[kept], ib[to_b[kept]]


def _nearest(sorted_times: Ints, times: Ints) -> Ints:
    after = np.clip(np.searchsorted(sorted_times, times), 1, max(1, len(sorted_times) - 1))
    after = np.minimum(after, len(sorted_times) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(sorted_times[before] - times) <= np.abs(sorted_times[after] - times)
    return np.where(nearer, before, after)


def _unpaired(how: str, a: Series, b: Series, left: Ints, right: Ints) -> tuple[int, int, int, int]:
    """Return frames of a alone inside and outside the stretch that both cover, and the same of b."""
    counts: list[int] = []
    for one, rows in ((a, left), (b, right)):
        inside = np.zeros(len(one), np.bool_)
        inside[rows.min() : rows.max() + 1] = True
        alone = np.ones(len(one), np.bool_)
        alone[rows] = False
        alone &= np.asarray(one.why_not) != DROPPED
        if how != "vsync id":
            alone &= _comparable(how, one)
        counts += [int((alone & inside).sum()), int((alone & ~inside).sum())]
    return counts[0], counts[1], counts[2], counts[3]


def _comparable(how: str, one: Series) -> Bools:
    """Return the rows that could have been paired at all."""
    return np.asarray((one.ready_ns if how == "ready time" else one.present_ns) != NA, np.bool_)


def _missing(a: Series, b: Series, left: Ints, right: Ints) -> dict[str, int]:
    counts: dict[str, int] = {}
    for side, one, rows in (("reference", a, left), ("other", b, right)):
        for row in rows[one.present_ns[rows] == NA].tolist():
            key = f"{side}: {one.why_not[row] or 'no time told'}"
            counts[key] = counts.get(key, 0) + 1
    return counts


def _why_no_pairs(a: Series, b: Series, pairs: int) -> str:
    if a.clock != b.clock:
        return f"{a.source} stands on {a.clock}, {b.source} on {b.clock}: no readings of both clocks"
    return f"only {pairs} frames are the same in both: another moment, or another layer"


def _explain(a: Series, b: Series, bias: float, whole: int, *, fitted: bool) -> str | None:
    if fitted:
        return "its times stand on no clock: laid over the other by the median of the paired frames"
    if whole == 0:
        error = _clock_error(a, b)
        if abs(bias) <= error and abs(bias) >= MS / 10:
            return f"within the clocks' readings (to {to_ms(error):g} ms)"
        return None
    if a.made_up or b.made_up:
        return "times made up from the vsync grid, where the composer has no present fence"
    return None
