"""The rows of `framestats` as columns: any layout by its header, sentinels made NA, bad rows tagged.

Columns by Android version, the mislabelled FrameInterval/FrameStartTime pair and the rules for usable rows:
`libs/hwui/FrameInfo.cpp`, `FrameInfo.h`, `JankTracker.cpp` of AOSP.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from traces.tables import NA, Bools, Ints, Table

LONG_MAX = 2**63 - 1
INTERVAL_LIMIT_NS = 1_000_000_000
"""Of FrameInterval and FrameStartTime, the value below this is the interval, whatever the headings say."""
ANR_NS = 10_000_000_000
"""HWUI itself discards frames longer than this."""


class FrameFlag(IntFlag):
    """`Flags` of a row (FrameInfoFlags)."""

    WINDOW_VISIBILITY_CHANGED = 1
    """First frame after a change of layout (to 11) or visibility (12+): kept, it is what a pop-up shows."""
    RT_ANIMATION = 2
    """Drawn by the RenderThread alone."""
    SURFACE_CANVAS = 4
    SKIPPED = 8


class Unusable(IntFlag):
    """Why a row can't be used as a finished frame; bits of `unusable`."""

    SKIPPED = 1
    """The frame was skipped: the flag says so."""
    UNFINISHED = 2
    """Not `FrameCompleted > IntendedVsync > 0`: not finished yet, or stale times of an older frame."""
    TOO_LONG = 4
    """Ten seconds or more."""
    NO_SYNC = 8
    """The RenderThread never took it over."""


COLUMNS: dict[str, str] = {
    "Flags": "flags",
    "FrameTimelineVsyncId": "vsync_id",
    "IntendedVsync": "intended_vsync_ns",
    "Vsync": "vsync_ns",
    "OldestInputEvent": "oldest_input_ns",
    "NewestInputEvent": "newest_input_ns",
    "InputEventId": "input_event_id",
    "HandleInputStart": "handle_input_start_ns",
    "AnimationStart": "animation_start_ns",
    "PerformTraversalsStart": "perform_traversals_start_ns",
    "DrawStart": "draw_start_ns",
    "FrameDeadline": "deadline_ns",
    "FrameInterval": "interval_ns",
    "FrameStartTime": "start_ns",
    "WorkloadTarget": "workload_target_ns",
    "AnimationTime": "animation_time_ns",
    "SyncQueued": "sync_queued_ns",
    "SyncStart": "sync_start_ns",
    "IssueDrawCommandsStart": "issue_draw_start_ns",
    "SwapBuffers": "swap_buffers_ns",
    "FrameCompleted": "completed_ns",
    "DequeueBufferDuration": "dequeue_duration_ns",
    "QueueBufferDuration": "queue_duration_ns",
    "GpuCompleted": "gpu_completed_ns",
    "SwapBuffersCompleted": "swap_completed_ns",
    "DisplayPresentTime": "present_ns",
    "CommandSubmissionCompleted": "command_submission_completed_ns",
}
"""Heading in the dump -> column here."""

NEEDED = ("Flags", "IntendedVsync", "SyncStart", "FrameCompleted")
"""Headings without which no row can be judged."""


@dataclass(frozen=True)
class FrameStatsTable(Table):
    """One row per frame of a HWUI window, in the order of the file. Times are int64 ns on MONOTONIC.

    `NA` stands for what the layout does not have and for sentinels: 0 or INT64_MAX as a time, -1 as vsync id.
    `window` indexes `Gfxinfo.windows`. Durations and `interval_ns` are lengths in ns. `deadline_ns` already
    contains the extra interval that HWUI grants with triple buffering. `present_ns` is filled only where the
    app itself watches its frame metrics, or by vendors: the time on screen comes from elsewhere.

    `unusable` holds `Unusable` bits, `usable` is their absence; `duplicate` marks rows that another dump of
    the same file holds again. Count rows that are usable and not duplicate: `counted()`.
    """

    dump: Ints
    pid: Ints
    window: Ints
    flags: Ints
    vsync_id: Ints
    intended_vsync_ns: Ints
    vsync_ns: Ints
    oldest_input_ns: Ints
    newest_input_ns: Ints
    input_event_id: Ints
    handle_input_start_ns: Ints
    animation_start_ns: Ints
    perform_traversals_start_ns: Ints
    draw_start_ns: Ints
    deadline_ns: Ints
    interval_ns: Ints
    start_ns: Ints
    workload_target_ns: Ints
    animation_time_ns: Ints
    sync_queued_ns: Ints
    sync_start_ns: Ints
    issue_draw_start_ns: Ints
    swap_buffers_ns: Ints
    completed_ns: Ints
    dequeue_duration_ns: Ints
    queue_duration_ns: Ints
    gpu_completed_ns: Ints
    swap_completed_ns: Ints
    present_ns: Ints
    command_submission_completed_ns: Ints
    unusable: Ints
    usable: Bools
    duplicate: Bools

    def counted(self) -> FrameStatsTable:
        """Return the rows that stand for one finished frame each."""
        return self.where(self.usable & ~self.duplicate)

    def duration_ns(self) -> Ints:
        """Return FrameCompleted minus IntendedVsync, `NA` for rows that are not usable."""
        return np.where(self.usable, self.completed_ns - self.intended_vsync_ns, NA)

    def overrun_ns(self) -> Ints:
        """Return FrameCompleted minus FrameDeadline (> 0: late), `NA` without a deadline (to Android 11)."""
        known = self.usable & (self.deadline_ns != NA)
        return np.where(known, self.completed_ns - np.where(known, self.deadline_ns, 0), NA)

    def unusable_counts(self) -> dict[Unusable, int]:
        """Return how many rows carry each reason; a row may carry several."""
        return {reason: int(np.count_nonzero(self.unusable & reason)) for reason in Unusable}
