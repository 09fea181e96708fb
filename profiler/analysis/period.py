"""The panel's vsync period at a moment: docs/metrics.md section 3."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, Floats
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
class Periods:
    """Answers which vsync period the panel had at a time.

    Args:
        present_ns: times on screen of the display frames, ascending (`display_presents`).
        modes_hz: rates of the panel's modes; empty: `USUAL_HZ`.
        active_hz: rate of the active mode; None: the one nearest to the whole trace's gaps.
        steady_hz: rate that the phone told both before and after the recording; T is never slower. None: it
            changed, or nobody asked.
    """

    present_ns: Ints
    modes_hz: tuple[float, ...] = ()
    active_hz: float | None = None
    steady_hz: float | None = None
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
        low = np.searchsorted(self.present_ns, times - REACH_NS, side="left")
        high = np.searchsorted(self.present_ns, times + REACH_NS, side="right")
        local = np.array([self._local(int(a), int(b)) for a, b in zip(low, high, strict=True)], np.float64)
        found = self._bracketed(times, local)
        return np.minimum(found, 1e9 / self.steady_hz) if self.steady_hz else found

    def one(self, time_ns: int) -> float:
        """Return T at one time, in ns."""
        return float(self.at([time_ns])[0])

    def _local(self, low: int, high: int) -> float:
        """Return the mode nearest the 20th percentile of the gaps between frames low ... high - 1."""
        if high - low - 1 < FEWEST_GAPS:
            return self.active_ns
        known = self._by_range.get((low, high))
        if known is None:
            known = self._by_range[low, high] = self._nearest(low_percentile(self._gaps[low : high - 1]))
        return known

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
