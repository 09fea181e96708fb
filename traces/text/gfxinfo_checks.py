"""The rows of framestats held against the dump's own summary.

Where the ring still holds every frame of a window, its counts follow from its rows: the total, the janky
frames by Android 12's rule (`GpuCompleted >= FrameDeadline`), and the GPU histogram (`GpuCompleted -
CommandSubmissionCompleted`, up to the next whole ms). The main histogram and the counts before 12 do not
follow: HWUI subtracts stalls and a running forgiveness that it does not print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA

if TYPE_CHECKING:
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.gfxinfo import Gfxinfo, WindowStats

_MS = 1_000_000
_LAST_GPU_MS = 25
_BEYOND_MS = 4950


@dataclass(frozen=True, slots=True)
class Recount:
    """What the rows of one complete window give, beside what its summary prints.

    Attributes:
        window: index into `Gfxinfo.windows`.
        frames: (by the rows, printed).
        janky: the same by Android 12's rule; None before 12.
        gpu_histogram_agrees: whether the GPU histogram follows; None where the rows lack a column (to 12).
    """

    window: int
    frames: tuple[int, int]
    janky: tuple[int, int] | None
    gpu_histogram_agrees: bool | None

    @property
    def agrees(self) -> bool:
        """Whether everything that can be counted again comes out as printed."""
        janky = self.janky is None or self.janky[0] == self.janky[1]
        return self.frames[0] == self.frames[1] and janky and self.gpu_histogram_agrees is not False


def recounts(info: Gfxinfo) -> tuple[Recount, ...]:
    """Count again every window whose ring holds all its frames.

    Windows that lost frames, or whose first dump was preceded by others, are left out: nothing can be said.
    """
    made = []
    for index, window in enumerate(info.windows):
        if window.summary is None or not window.rows or window.lost_frames != 0 or window.malformed_rows:
            continue
        rows = info.frames.where(info.frames.window == index)
        if len(rows) == window.summary.total_frames:  # fewer: a later dump after a reset, say
            made.append(_recount(index, rows, window))
    return tuple(made)


def _recount(index: int, rows: FrameStatsTable, window: WindowStats) -> Recount:
    summary = window.summary
    assert summary is not None
    janky = None
    known = (rows.gpu_completed_ns != NA) & (rows.deadline_ns != NA)
    if known.all() and summary.janky_frames is not None and summary.janky_frames_legacy is not None:
        janky = (int(np.count_nonzero(rows.gpu_completed_ns >= rows.deadline_ns)), summary.janky_frames)
    return Recount(index, (len(rows), summary.total_frames), janky, _gpu(rows, summary.gpu_histogram_ms))


def gpu_histogram(rows: FrameStatsTable) -> dict[int, int] | None:
    """Return HWUI's GPU histogram of rows, bucket in ms -> frames, without empty buckets.

    None where a row lacks `GpuCompleted` or `CommandSubmissionCompleted` (to Android 12).
    """
    told = (rows.gpu_completed_ns != NA) & (rows.command_submission_completed_ns != NA)
    if not len(rows) or not told.all():
        return None
    bucket = (rows.gpu_completed_ns - rows.command_submission_completed_ns) // _MS + 1
    bucket = np.where(bucket > _LAST_GPU_MS, _BEYOND_MS, bucket)
    values, counts = np.unique(bucket, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _gpu(rows: FrameStatsTable, printed: dict[int, int]) -> bool | None:
    counted = gpu_histogram(rows)
    if counted is None or not printed:
        return None
    return counted == {edge: count for edge, count in printed.items() if count}
