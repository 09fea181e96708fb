"""The summary block of `dumpsys gfxinfo`: totals, percentiles and histograms of a process or a window."""

from __future__ import annotations

import re
from dataclasses import dataclass

EMPTY_PERCENTILE_MS = 4950
"""What HWUI prints as every percentile of no frames at all: the last histogram bucket."""

_COUNTERS = {
    "Total frames rendered": "total_frames",
    "Janky frames": "janky_frames",
    "Janky frames (legacy)": "janky_frames_legacy",
    "Number Missed Vsync": "missed_vsync",
    "Number High input latency": "high_input_latency",
    "Number Slow UI thread": "slow_ui_thread",
    "Number Slow bitmap uploads": "slow_bitmap_uploads",
    "Number Slow issue draw commands": "slow_issue_draw_commands",
    "Number Frame deadline missed": "deadline_missed",
    "Number Frame deadline missed (legacy)": "deadline_missed_legacy",
}
_COUNTER = re.compile(r"([A-Z][A-Za-z ]+(?: \(legacy\))?): ([0-9]{1,18})(?: \(.*\))?$")
_PERCENTILE = re.compile(r"([0-9]{1,2})th (gpu )?percentile: ([0-9]{1,9})ms$")
_SINCE = re.compile(r"Stats since: ([0-9]{1,18})ns$")
_BUCKET = re.compile(r"([0-9]{1,9})ms=([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class GfxSummary:
    """HWUI's own counts since a process or window started, or since the last reset.

    A counter that the Android version does not print is None: `janky_frames_legacy` and
    `deadline_missed_legacy` came with 12, the GPU histogram with 11. `janky_frames` changed its meaning in
    12 (from frame interval to GPU deadline), so it is not comparable across 11/12. Percentiles are bucket
    values in ms, too coarse to compare two apps.

    Attributes:
        since_ns: MONOTONIC ns of process start or last reset.
        histogram_ms: upper edge of the bucket in ms -> frames.
        gpu_histogram_ms: the same for GPU times; empty before Android 11.
    """

    since_ns: int | None
    total_frames: int
    janky_frames: int | None
    janky_frames_legacy: int | None
    percentiles_ms: dict[int, int]
    missed_vsync: int | None
    high_input_latency: int | None
    slow_ui_thread: int | None
    slow_bitmap_uploads: int | None
    slow_issue_draw_commands: int | None
    deadline_missed: int | None
    deadline_missed_legacy: int | None
    histogram_ms: dict[int, int]
    gpu_percentiles_ms: dict[int, int]
    gpu_histogram_ms: dict[int, int]

    def disagreements(self) -> tuple[str, ...]:
        """Return where the block contradicts itself; empty for a dump that nobody cut or edited.

        Checks that the histogram adds up to the total, that every percentile follows from the histogram by
        HWUI's rule, and that no part exceeds the total.
        """
        found: list[str] = []
        if self.histogram_ms and (counted := sum(self.histogram_ms.values())) != self.total_frames:
            found.append(f"the histogram holds {counted} frames, the total says {self.total_frames}")
        for name, percentiles, histogram in (
            ("", self.percentiles_ms, self.histogram_ms),
            ("gpu ", self.gpu_percentiles_ms, self.gpu_histogram_ms),
        ):
            for percent, printed in percentiles.items():
                follows = percentile_of(histogram, percent)
                if follows is not None and follows != printed:
                    found.append(
                        f"the {percent}th {name}percentile reads {printed} ms, its histogram gives {follows}"
                    )
        for label, part in (("janky", self.janky_frames), ("legacy janky", self.janky_frames_legacy)):
            if part is not None and part > self.total_frames:
                found.append(f"{part} {label} frames of {self.total_frames}")
        return tuple(found)


def percentile_of(histogram_ms: dict[int, int], percent: int) -> int | None:
    """Return a percentile as HWUI finds it: the bucket, counted from the slow end, that holds the rank.

    Source: `ProfileData::findPercentile`. None for an empty histogram.
    """
    if not histogram_ms:
        return None
    total = sum(histogram_ms.values())
    remaining = total - percent * total // 100
    for bucket in sorted(histogram_ms, reverse=True):
        remaining -= histogram_ms[bucket]
        if remaining <= 0:
            return bucket
    return 0


class SummaryReader:
    """Collects the lines of one summary block, in any order, and makes the summary of them."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._since_ns: int | None = None
        self._percentiles: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._histograms: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def take(self, line: str) -> bool:
        """Take a stripped line if it belongs to a summary; say whether it did."""
        if line.startswith(("HISTOGRAM: ", "GPU HISTOGRAM: ")):
            which = 1 if line.startswith("GPU") else 0
            for edge, count in _BUCKET.findall(line):
                self._histograms[which].setdefault(int(edge), int(count))
            return True
        if found := _SINCE.match(line):
            self._since_ns = int(found[1])
            return True
        if found := _PERCENTILE.match(line):
            self._percentiles[1 if found[2] else 0].setdefault(int(found[1]), int(found[3]))
            return True
        if (found := _COUNTER.match(line)) and found[1] in _COUNTERS:
            self._counts.setdefault(_COUNTERS[found[1]], int(found[2]))
            return True
        return False

    def finish(self) -> GfxSummary | None:
        """Return the summary, or None if no total was seen."""
        if "total_frames" not in self._counts:
            return None
        count = self._counts.get
        return GfxSummary(
            since_ns=self._since_ns,
            total_frames=self._counts["total_frames"],
            janky_frames=count("janky_frames"),
            janky_frames_legacy=count("janky_frames_legacy"),
            percentiles_ms=self._percentiles[0],
            missed_vsync=count("missed_vsync"),
            high_input_latency=count("high_input_latency"),
            slow_ui_thread=count("slow_ui_thread"),
            slow_bitmap_uploads=count("slow_bitmap_uploads"),
            slow_issue_draw_commands=count("slow_issue_draw_commands"),
            deadline_missed=count("deadline_missed"),
            deadline_missed_legacy=count("deadline_missed_legacy"),
            histogram_ms=self._histograms[0],
            gpu_percentiles_ms=self._percentiles[1],
            gpu_histogram_ms=self._histograms[1],
        )
