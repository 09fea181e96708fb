"""The panel's vsync period at a moment: docs/metrics.md section 3."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, Floats
from profiler.analysis.rates import NEAREST_HZ, ToldRates
from traces.tables import NA, Bools, DisplayTable, Ints, JankType, PresentType

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL_HZ = (60.0, 72.0, 90.0, 120.0, 144.0)
"""Rates that panels have, where `dumpsys display` did not tell this one's."""

REACH_NS = 100 * MS
BRACKET_NS = 500 * MS
TOLERANCE = 0.15
FEWEST_GAPS = 3
LOW_RANK = 0.20
SETTLE_NS = 34 * MS
"""Time around a told change (two vsyncs at 60 Hz) in which the panel may still run at the slower rate."""
OFF_GRID = 0.25
"""Part of a period by which a present is off the grid of a slower mode."""
FEWEST_OFF_GRID = 2
DIVIDED_FROM_HZ = 90.0
"""Panels from this rate on may show frames at a half, a third or a quarter of it (ARR, render rate)."""
MOST_DIVIDED = 4


def believed_displays(display: DisplayTable) -> Bools:
    """Return which display frames have a time on screen to be believed.

    The rule is that of rows (section 1): not dropped, token not 0, ended, present fence good.
    """
    bad_fence = JankType.DISPLAY_HAL | JankType.UNKNOWN
    believed = (
        (display.present_type != PresentType.DROPPED)
        & (display.display_token != 0)
        & (display.present_ns != NA)
        & (display.present_ns >= display.start_ns)
        & ((display.jank_type & bad_fence) != bad_fence)
    )
    return np.asarray(believed, np.bool_)


def display_presents(display: DisplayTable) -> Ints:
    """Return the times on screen of the display frames, ascending, each once."""
    return np.unique(display.present_ns[believed_displays(display)])


def low_percentile(gaps: Floats) -> float:
    """Return the 20th percentile, linear between ranks."""
    ordered = np.sort(gaps)
    rank = LOW_RANK * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (rank - below) * (ordered[above] - ordered[below]))


@dataclass(frozen=True)
class GapPeriods:
    """The period of each gap between successive times on screen; the first stands for the time p_0 alone."""

    period_ns: Floats
    """The reading that charges: the faster one where two are possible."""
    slow_ns: Floats
    """The reading that forgives; equal to `period_ns` where the recording tells."""


@dataclass(frozen=True)
class Periods:
    """Answers which vsync period the panel had at a time.

    Args:
        present_ns: times on screen of the display frames, ascending (`display_presents`).
        modes_hz: rates of the panel's modes; empty: `USUAL_HZ`.
        active_hz: rate of the active mode; None: the one nearest to the whole trace's gaps.
        steady_hz: rate that the phone told both before and after the recording; T is never slower. None: it
            changed, or nobody asked.
        told: what SurfaceFlinger wrote of the panel's rate; None: nobody looked.
        before_hz: rate that the phone told just before the recording, for the time before the first change.
    """

    present_ns: Ints
    modes_hz: tuple[float, ...] = ()
    active_hz: float | None = None
    steady_hz: float | None = None
    told: ToldRates | None = None
    before_hz: float | None = None
    _by_range: dict[tuple[int, int], float] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _modes_ns(self) -> Floats:
        """Periods of the modes in ns, the fastest first."""
        return np.sort(1e9 / np.asarray(sorted(set(self.modes_hz or USUAL_HZ)), np.float64))

    @cached_property
    def _gaps(self) -> Floats:
        return np.diff(self.present_ns).astype(np.float64)

    @cached_property
    def active_ns(self) -> float:
        """Period of the active mode, ns."""
        if self.active_hz:
            return 1e9 / self.active_hz
        return self._nearest(low_percentile(self._gaps)) if len(self._gaps) else float(self._modes_ns[-1])

    @cached_property
    def _mode_gaps(self) -> tuple[tuple[float, Ints, Ints], ...]:
        """For each mode, fastest first: its period, and the begins and ends of the gaps that show it.

        A gap shows a mode when it is within 15 % of its period and no other mode is nearer.
        """
        if not len(self._gaps):
            return ()
        nearest = np.abs(self._gaps[:, None] - self._modes_ns[None, :]).argmin(axis=1)
        close = np.abs(self._gaps - self._modes_ns[nearest]) <= TOLERANCE * self._modes_ns[nearest]
        shows = [close & (nearest == i) for i in range(len(self._modes_ns))]
        return tuple(
            (float(period), self.present_ns[:-1][mask], self.present_ns[1:][mask])
            for period, mask in zip(self._modes_ns, shows, strict=True)
        )

    def _nearest(self, gap_ns: float) -> float:
        return float(self._modes_ns[np.abs(self._modes_ns - gap_ns).argmin()])

    def at(self, times_ns: Iterable[int] | Ints) -> Floats:
        """Return T at each time, in ns."""
        times = np.asarray(times_ns, np.int64).reshape(-1)
        if self._track is not None:
            starts, periods = self._track
            return self._not_slower(times, periods[np.searchsorted(starts, times, "right") - 1])
        found = self._bracketed(times, self._locals(times))
        return np.minimum(found, 1e9 / self.steady_hz) if self.steady_hz else found

    @cached_property
    def _track(self) -> tuple[Ints, Floats] | None:
        """Begins and periods of the panel's rates, where the trace and the readings tell them all."""
        told = self.told
        if told is None or not told.complete:
            return None
        first = self.before_hz if len(told.hz) else self.steady_hz
        if first is None and not len(told.hz):
            return None
        rates = [first or float(told.hz[0]), *told.hz.tolist()]
        starts = np.concatenate([[np.iinfo(np.int64).min], told.time_ns]).astype(np.int64)
        return starts, np.array([self._told_period(rate) for rate in rates], np.float64)

    def _told_period(self, rate_hz: float) -> float:
        """Return the exact period behind a whole number of Hz: a mode's, or a whole part of one."""
        modes = 1e9 / self._modes_ns if self.modes_hz else np.array([rate_hz])
        exact = [hz / n for hz in modes for n in range(1, MOST_DIVIDED + 1)]
        nearest = min(exact, key=lambda hz: abs(hz - rate_hz))
        return 1e9 / (nearest if abs(nearest - rate_hz) <= NEAREST_HZ else rate_hz)

    def gaps(self, times_ns: Ints) -> GapPeriods:
        """Return the period that each gap between successive times is judged by, in both readings.

        Args:
            times_ns: p_0 ... p_n, ascending.
        """
        if self._track is not None:
            exact = self._tracked_gaps(times_ns)
            return GapPeriods(exact, exact)
        fast = self.at(times_ns)
        slow = self._slow(times_ns, fast)
        return GapPeriods(fast, slow)

    def _tracked_gaps(self, times_ns: Ints) -> Floats:
        """Return the slowest told period from 34 ms before each gap to 34 ms after it."""
        assert self._track is not None
        starts, periods = self._track
        begins = np.concatenate([times_ns[:1], times_ns[:-1]])
        low = np.searchsorted(starts, begins - SETTLE_NS, "right") - 1
        high = np.searchsorted(starts, times_ns + SETTLE_NS, "right") - 1
        slowest = np.array([periods[a : b + 1].max() for a, b in zip(low, high, strict=True)], np.float64)
        return self._not_slower(times_ns, slowest)

    def _not_slower(self, times: Ints, told: Floats) -> Floats:
        """Let presents that come faster than the told rate refute it, away from any told change."""
        assert self._track is not None
        changes = self._track[0][1:]
        near = np.searchsorted(changes, times + 2 * REACH_NS, "right") > np.searchsorted(
            changes, times - 2 * REACH_NS, "left"
        )
        return np.where(near, told, np.minimum(told, self._locals(times, divided=True)))

    def _slow(self, times_ns: Ints, fast: Floats) -> Floats:
        """Return the slower period that the presents around each time would allow, if they do."""
        slow = np.maximum(self._locals(times_ns, divided=True), fast)
        gaps = np.diff(times_ns)
        vsyncs = gaps / slow[1:]
        off = (np.abs(vsyncs - np.floor(vsyncs + 0.5)) > OFF_GRID) & (slow[1:] > fast[1:])
        if int(off.sum()) >= FEWEST_OFF_GRID:
            slow = fast
        return np.maximum(slow, self._runs(gaps, fast))

    def _runs(self, gaps: Ints, fast: Floats) -> Floats:
        """Return the slower modes that runs of three or more gaps alike look like."""
        found = fast.copy()
        for period in self._slower:
            alike = (np.abs(gaps - period) <= TOLERANCE * period) & (period > fast[1:] * (1 + TOLERANCE))
            edges = np.flatnonzero(np.diff(np.concatenate([[False], alike, [False]]).astype(np.int8)))
            for begin, end in zip(edges[::2], edges[1::2], strict=True):
                if end - begin >= FEWEST_GAPS:
                    found[begin + 1 : end + 1] = np.maximum(found[begin + 1 : end + 1], period)
        return found

    @cached_property
    def _slower(self) -> Floats:
        """Every period at which frames may be shown: the modes, and whole parts of the fast ones."""
        limit = 1e9 / DIVIDED_FROM_HZ * 1.01
        parts = [p * n for p in self._modes_ns if p <= limit for n in range(1, MOST_DIVIDED + 1)]
        return np.array(sorted({*self._modes_ns.tolist(), *parts}), np.float64)

    def _locals(self, times: Ints, *, divided: bool = False) -> Floats:
        """Return the rule of the 20th percentile at each time."""
        low = np.searchsorted(self.present_ns, times - REACH_NS, side="left")
        high = np.searchsorted(self.present_ns, times + REACH_NS, side="right")
        return np.array(
            [self._local(int(a), int(b), divided=divided) for a, b in zip(low, high, strict=True)], np.float64
        )

    def one(self, time_ns: int) -> float:
        """Return T at one time, in ns."""
        return float(self.at([time_ns])[0])

    def _local(self, low: int, high: int, *, divided: bool) -> float:
        """Return the mode nearest the 20th percentile of the gaps between frames low ... high - 1."""
        if high - low - 1 < FEWEST_GAPS:
            return self.active_ns
        key = (low, high if not divided else -high)
        known = self._by_range.get(key)
        if known is None:
            gap = low_percentile(self._gaps[low : high - 1])
            known = self._by_range[key] = self._divided(gap) if divided else self._nearest(gap)
        return known

    def _divided(self, gap_ns: float) -> float:
        """Return the period at which frames may be shown that is nearest to a gap."""
        return float(self._slower[np.abs(self._slower - gap_ns).argmin()])

    def _bracketed(self, times: Ints, local: Floats) -> Floats:
        """Apply the bracket rule: a faster mode shown on both sides makes the slow stretch one of misses."""
        result = local
        for period, begins, end in reversed(self._mode_gaps):
            before = np.searchsorted(end, times, "right") > np.searchsorted(end, times - BRACKET_NS, "left")
            after = np.searchsorted(begins, times + BRACKET_NS, "right") > np.searchsorted(
                begins, times, "left"
            )
            result = np.where(before & after & (period < result), period, result)
        return result
