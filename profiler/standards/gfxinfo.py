"""What `dumpsys gfxinfo` itself would count over framestats rows, frame by frame.

Source: HWUI `JankTracker.cpp` and `FrameInfo::duration` (one rule to Android 11, two side by side from 12).
Both rules remember the frames before, so they need the rows of a window in order, from its first on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA, Bools, Ints
from traces.text.gfxinfo_summary import percentile_of

if TYPE_CHECKING:
    from traces.text.framestats_table import FrameStatsTable

SLOW_UI, SLOW_BITMAP, SLOW_DRAW = 0.5, 0.2, 0.75
"""Parts of the frame interval."""
STUFFED = 0.1
"""A frame that starts earlier than expected by more than this part of the interval is triple buffered."""
IGNORED_NS = 10_000_000_000
FORGIVEN_FROM_NS = 500_000
"""Waits for a buffer up to this are never forgiven."""


@dataclass(frozen=True)
class HwuiCounts:
    """Which of the counted rows HWUI would count as what."""

    janky: Bools | None
    """"Janky frames" and "Frame deadline missed" of 12+; None: rows without deadlines."""
    janky_legacy: Bools
    """"Janky frames (legacy)"; to 11 the only "Janky frames"."""
    deadline_missed_legacy: Bools
    """"Frame deadline missed (legacy)"; to 11 "Frame deadline missed"."""
    high_input_latency: Ints
    """How often each frame counts as "High input latency": from 12 either rule may count it."""
    missed_vsync: Bools
    slow_ui_thread: Bools
    slow_bitmap_uploads: Bools
    slow_issue_draw_commands: Bools

    def named(self, inside: Bools | slice = slice(None)) -> dict[str, int | None]:
        """Return the counts of some of the rows under gfxinfo's names."""
        return {
            "janky": None if self.janky is None else int(self.janky[inside].sum()),
            "janky_legacy": int(self.janky_legacy[inside].sum()),
            "deadline_missed_legacy": int(self.deadline_missed_legacy[inside].sum()),
            "high_input_latency": int(self.high_input_latency[inside].sum()),
            "missed_vsync": int(self.missed_vsync[inside].sum()),
            "slow_ui_thread": int(self.slow_ui_thread[inside].sum()),
            "slow_bitmap_uploads": int(self.slow_bitmap_uploads[inside].sum()),
            "slow_issue_draw_commands": int(self.slow_issue_draw_commands[inside].sum()),
        }


def hwui_counts(used: FrameStatsTable, period_ns: int, forgiveness_ns: int = 0) -> HwuiCounts:
    """Judge the rows of one window as HWUI does.

    Args:
        used: `counted()` rows of one window, in order.
        period_ns: what HWUI takes for the device's vsync period: that of the panel's nominal mode. It
            stands in no row; the interval of a row is that of its own frame.
        forgiveness_ns: how long a wait for a buffer the legacy rule forgives: 4 ms and the distance of
            SurfaceFlinger's vsync phase from the app's, where that is 0 ... 4 ms; else, or unknown, 0.
    """
    took = _took(used, forgiveness_ns)
    missed, latent = _legacy(used, took, period_ns)
    known = (used.deadline_ns != NA) & (used.gpu_completed_ns != NA)
    if known.any():
        late, stuffed = _by_deadline(used, known, period_ns)
        latent = latent + stuffed
        blamed, interval = late, np.where(used.interval_ns != NA, used.interval_ns, period_ns)
    else:
        late, blamed = None, missed
        interval = np.full(len(used), period_ns, np.int64)

    def over(begin: Ints, end: Ints, part: float, *, across_sync: bool = False) -> Bools:
        span = _duration(used, begin, end, across_sync=across_sync)
        limit = np.maximum(1, (part * interval).astype(np.int64))
        return np.asarray(blamed & (span >= limit) & (span < IGNORED_NS), np.bool_)

    return HwuiCounts(
        janky=late,
        janky_legacy=np.asarray(took > period_ns, np.bool_),
        deadline_missed_legacy=missed,
        high_input_latency=latent,
        missed_vsync=over(used.intended_vsync_ns, used.vsync_ns, 0.0),
        slow_ui_thread=over(used.vsync_ns, used.sync_start_ns, SLOW_UI, across_sync=True),
        slow_bitmap_uploads=over(used.sync_start_ns, used.issue_draw_start_ns, SLOW_BITMAP),
        slow_issue_draw_commands=over(used.issue_draw_start_ns, used.completed_ns, SLOW_DRAW),
    )


def _duration(used: FrameStatsTable, begin: Ints, end: Ints, *, across_sync: bool) -> Ints:
    """Return `FrameInfo::duration`: without the wait for the frame before, and never below 0."""
    known = (begin != NA) & (end != NA)
    span = np.where(known, np.where(known, end, 0) - np.where(known, begin, 0), 0)
    if across_sync:
        waited = (used.sync_queued_ns != NA) & (used.sync_start_ns != NA)
        stall = np.where(waited, used.sync_start_ns, 0) - np.where(waited, used.sync_queued_ns, 0)
        span = span - np.maximum(stall, 0)
    return np.maximum(span, 0)


def _took(used: FrameStatsTable, forgiveness_ns: int) -> Ints:
    """Return the legacy rule's duration: to SwapBuffersCompleted (to 11: FrameCompleted)."""
    done = np.where(used.swap_completed_ns != NA, used.swap_completed_ns, used.completed_ns)
    took = _duration(used, used.intended_vsync_ns, done, across_sync=True)
    known = (used.dequeue_duration_ns > FORGIVEN_FROM_NS) & (used.issue_draw_start_ns != NA)
    if not forgiveness_ns:
        return took
    begun = np.where(known, used.vsync_ns - np.where(known, used.issue_draw_start_ns, 0), -forgiveness_ns)
    granted = np.minimum(forgiveness_ns + begun, used.dequeue_duration_ns)
    return took - np.where(known & (granted > 0), granted, 0)


def _legacy(used: FrameStatsTable, took: Ints, period: int) -> tuple[Bools, Ints]:
    """Return which frames missed the running swap deadline, and which were in time by a third buffer."""
    missed, latent = np.zeros(len(used), np.bool_), np.zeros(len(used), np.int64)
    deadline: int | None = None
    rows = zip(
        used.intended_vsync_ns.tolist(),
        used.vsync_ns.tolist(),
        used.completed_ns.tolist(),
        took.tolist(),
        strict=True,
    )
    for i, (intended, vsync, completed, duration) in enumerate(rows):
        if duration <= 0:
            continue
        due = intended + period if deadline is None else deadline
        buffered = due - intended > STUFFED * period
        deadline = max(due + period, intended + period)
        if completed < deadline or duration < period:
            latent[i] = buffered
        else:
            missed[i] = True
            deadline = completed - (completed - vsync) % period + period
    return missed, latent


def _by_deadline(used: FrameStatsTable, known: Bools, period: int) -> tuple[Bools, Ints]:
    """Return which frames missed their deadline (12+), and which were in time by a third buffer.

    The deadline of a row already holds the interval that triple buffering grants.
    """
    late, latent = np.zeros(len(used), np.bool_), np.zeros(len(used), np.int64)
    unstuffed: int | None = None
    rows = zip(
        used.intended_vsync_ns.tolist(),
        used.vsync_ns.tolist(),
        used.gpu_completed_ns.tolist(),
        used.deadline_ns.tolist(),
        used.interval_ns.tolist(),
        known.tolist(),
        strict=True,
    )
    for i, (intended, vsync, done, due, told, judged) in enumerate(rows):
        if not judged:
            continue
        interval = period if told == NA or told <= 0 else told
        buffered = unstuffed is not None and unstuffed - intended > STUFFED * interval
        if done >= due:
            late[i] = True
            unstuffed = done - (done - vsync) % interval + interval
        elif buffered and unstuffed is not None:
            latent[i] = 1
            unstuffed += interval
    return late, latent


_LEAST, _BY_TWO, _BY_FOUR, _SLOW, _BY_FIFTY, _LAST = 5, 32, 48, 150, 50, 4950
"""Buckets of 1 ms from 5 ms on, of 2 from 32, of 4 from 48, of 50 from 150 to 4950 (`ProfileData`)."""
_FINE = 57
"""How many buckets there are below 150 ms."""


def bucket_ms(duration_ns: int) -> int:
    """Return the bucket of gfxinfo's histogram that a frame falls into, named by its ms as printed."""
    ms = duration_ns // 1_000_000
    folded = _BY_FOUR + (ms - _BY_FOUR) // 2 if ms > _BY_FOUR else ms
    folded = _BY_TWO + (folded - _BY_TWO) // 2 if folded > _BY_TWO else folded
    if folded - _LEAST >= _FINE:
        return min(_SLOW + max(0, ms - _SLOW) // _BY_FIFTY * _BY_FIFTY, _LAST)
    folded = max(_LEAST, folded)
    edge = folded if folded <= _BY_TWO else 2 * folded - _BY_TWO
    return edge if edge <= _BY_FOUR else 2 * edge - _BY_FOUR + 1  # the middle of the bucket


def histogram_durations_ns(used: FrameStatsTable) -> Ints:
    """Return what gfxinfo's histogram and percentiles are made of: IntendedVsync to FrameCompleted."""
    return _duration(used, used.intended_vsync_ns, used.completed_ns, across_sync=True)


def histogram_ms(durations_ns: Ints) -> dict[int, int]:
    """Return bucket -> frames, without the empty ones."""
    return dict(sorted(Counter(bucket_ms(duration) for duration in durations_ns.tolist()).items()))


def percentiles_ms(durations_ns: Ints) -> dict[int, int]:
    """Return 50th, 90th, 95th and 99th percentile of frames as gfxinfo prints them; empty without frames."""
    histogram = histogram_ms(durations_ns)
    found = {p: percentile_of(histogram, p) for p in (50, 90, 95, 99)}
    return {p: value for p, value in found.items() if value is not None}
