"""HWUI's own counters and histograms, as gfxinfo prints them.

Source: frameworks/base libs/hwui JankTracker.cpp and ProfileData.cpp of 8 to 16.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devices.simulated.world import HwuiFrame

_EXEMPT = 4
"""Flag SurfaceCanvas: such frames are not judged."""
_DAVEY_LIMIT_NS = 10_000_000_000
_BY_INTERVAL = 30
"""Level up to which a frame's duration decides, not its deadline."""
_COUNTS_DEADLINES = 28
"""Level from which missed swap deadlines are counted and printed."""
_GPU_TIMES = 30
"""Level from which there are times of the graphics processor."""
_DEQUEUE_NOTED_NS = 500_000
_FORGIVENESS_NS = 4_000_000
"""With equal offsets of the app's and SurfaceFlinger's vsync, as the default is."""
BUCKETS = (*range(5, 33), *range(34, 49, 2), *range(53, 134, 4), *range(150, 4951, 50))
GPU_BUCKETS = (*range(1, 26), 4950)


@dataclass(slots=True)
class JankCounts:
    """What one ProfileData holds."""

    total: int = 0
    janky: int = 0
    janky_legacy: int = 0
    missed_vsync: int = 0
    high_input_latency: int = 0
    slow_ui_thread: int = 0
    slow_uploads: int = 0
    slow_draw: int = 0
    missed_deadline: int = 0
    missed_deadline_legacy: int = 0
    frames: Counter[int] = field(default_factory=Counter)
    gpu: Counter[int] = field(default_factory=Counter)


def bucket(duration_ns: int) -> int:
    """Return the histogram bucket of a frame's duration, ms."""
    whole = duration_ns // 1_000_000
    if whole >= 134:
        return min(max(whole // 50 * 50, 150), 4950)
    return (
        max(label for label in BUCKETS if label <= max(whole, 5) or label == 5)
        if whole < 52
        else 53 + (whole - 52) // 4 * 4
    )


def gpu_bucket(duration_ns: int) -> int:
    """Return the histogram bucket of a GPU duration, ms."""
    whole = max(duration_ns // 1_000_000, 1)
    return whole if whole <= 25 else 4950


def count_jank(frames: Iterable[HwuiFrame], sdk: int) -> JankCounts:
    """Judge frames as JankTracker of an API level does when each is finished, oldest first."""
    counts = JankCounts()
    if sdk <= _BY_INTERVAL:
        judge = _IntervalJudge(counts, deadlines=sdk >= _COUNTS_DEADLINES)
        for frame in frames:
            judge.take(frame)
        return counts
    for frame in frames:
        duration = frame.frame_completed - frame.intended_vsync
        if duration < 0 or duration > _DAVEY_LIMIT_NS or not frame.sync_start:
            continue
        counts.total += 1
        counts.frames[bucket(duration)] += 1
        if frame.gpu_completed > frame.command_submission_completed > 0:
            counts.gpu[gpu_bucket(frame.gpu_completed - frame.command_submission_completed)] += 1
        if not frame.flags & _EXEMPT:
            _judge(frame, counts)
            _judge_legacy(frame, counts)
    return counts


class _IntervalJudge:
    """JankTracker up to 11: a frame is janky that takes longer than an interval, stalls aside."""

    def __init__(self, counts: JankCounts, *, deadlines: bool) -> None:
        self._counts = counts
        self._deadlines = deadlines
        self._swap_deadline = 0

    def take(self, frame: HwuiFrame) -> None:
        """Judge the next frame."""
        counts, interval = self._counts, frame.interval
        total = _duration(frame) - _forgiven(frame)
        if total <= 0 or total > _DAVEY_LIMIT_NS or not frame.sync_start:
            return
        counts.total += 1
        counts.frames[bucket(total)] += 1
        if frame.gpu_completed > frame.swap_buffers > 0:
            counts.gpu[gpu_bucket(frame.gpu_completed - frame.swap_buffers)] += 1
        if frame.flags & _EXEMPT:
            return
        janky = total > interval
        counts.janky += janky
        stuffed = self._swap_deadline - frame.intended_vsync > interval * 0.1
        self._swap_deadline = max(self._swap_deadline + interval, frame.intended_vsync + interval)
        if self._deadlines and (frame.swap_completed < self._swap_deadline or total < interval):
            counts.high_input_latency += stuffed
            return
        if not self._deadlines and not janky:
            return
        counts.missed_deadline += 1
        late = (frame.swap_completed - frame.vsync) % interval
        self._swap_deadline = frame.swap_completed - late + interval
        _stages(frame, counts, frame.swap_completed)


def _duration(frame: HwuiFrame) -> int:
    """Return the time from the intended vsync to the swap without the wait for the RenderThread."""
    return frame.swap_completed - frame.intended_vsync - max(frame.sync_start - frame.sync_queued, 0)


def _forgiven(frame: HwuiFrame) -> int:
    if frame.dequeue_duration <= _DEQUEUE_NOTED_NS:
        return 0
    return min(max(_FORGIVENESS_NS + frame.vsync - frame.issue_draw_start, 0), frame.dequeue_duration)


def _stages(frame: HwuiFrame, counts: JankCounts, completed: int) -> None:
    interval = frame.interval
    counts.missed_vsync += frame.vsync - frame.intended_vsync >= 1
    counts.slow_ui_thread += frame.sync_start - frame.vsync >= 0.5 * interval
    counts.slow_uploads += frame.issue_draw_start - frame.sync_start >= 0.2 * interval
    counts.slow_draw += completed - frame.issue_draw_start >= 0.75 * interval


def _judge(frame: HwuiFrame, counts: JankCounts) -> None:
    if frame.gpu_completed < frame.deadline:
        return
    counts.janky += 1
    counts.missed_deadline += 1
    _stages(frame, counts, frame.frame_completed)


def _judge_legacy(frame: HwuiFrame, counts: JankCounts) -> None:
    if _duration(frame) > frame.interval:
        counts.janky_legacy += 1
    if frame.swap_completed >= frame.deadline:
        counts.missed_deadline_legacy += 1


def percentile(counts: Counter[int], total: int, percent: int) -> int:
    """Return the bucket in which a percentile lies, 0 without frames (ProfileData::findPercentile)."""
    remaining = total - total * percent // 100
    for label in sorted(counts, reverse=True):
        remaining -= counts[label]
        if remaining <= 0:
            return label
    return 0


def _percent(part: int, total: int) -> str:
    return f"{part} ({100.0 * part / total if total else 0.0:.2f}%)"


def _histogram(counts: Counter[int], labels: Sequence[int]) -> str:
    return " ".join(f"{label}ms={counts[label]}" for label in labels)


def summary_lines(counts: JankCounts, sdk: int) -> list[str]:
    """Return the lines from the totals to the GPU histogram, as an API level prints them."""
    lines = _lines(counts)
    if sdk <= _BY_INTERVAL:
        lines = [line for line in lines if "(legacy)" not in line]
    if sdk < _COUNTS_DEADLINES:
        lines = [line for line in lines if "Frame deadline missed" not in line]
    if sdk < _GPU_TIMES:
        lines = [line for line in lines if "gpu" not in line.lower()]
    return lines


def _lines(counts: JankCounts) -> list[str]:
    gpu_total = sum(counts.gpu.values())
    return [
        f"Total frames rendered: {counts.total}",
        f"Janky frames: {_percent(counts.janky, counts.total)}",
        f"Janky frames (legacy): {_percent(counts.janky_legacy, counts.total)}",
        *[f"{p}th percentile: {percentile(counts.frames, counts.total, p)}ms" for p in (50, 90, 95, 99)],
        f"Number Missed Vsync: {counts.missed_vsync}",
        f"Number High input latency: {counts.high_input_latency}",
        f"Number Slow UI thread: {counts.slow_ui_thread}",
        f"Number Slow bitmap uploads: {counts.slow_uploads}",
        f"Number Slow issue draw commands: {counts.slow_draw}",
        f"Number Frame deadline missed: {counts.missed_deadline}",
        f"Number Frame deadline missed (legacy): {counts.missed_deadline_legacy}",
        f"HISTOGRAM: {_histogram(counts.frames, BUCKETS)}",
        *[f"{p}th gpu percentile: {percentile(counts.gpu, gpu_total, p)}ms" for p in (50, 90, 95, 99)],
        f"GPU HISTOGRAM: {_histogram(counts.gpu, GPU_BUCKETS)}",
    ]
