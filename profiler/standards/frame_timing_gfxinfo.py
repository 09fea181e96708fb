"""Macrobenchmark's `FrameTimingGfxInfoMetric`: what `dumpsys gfxinfo` prints, in whole ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.standards.gfxinfo import histogram_durations_ns, hwui_counts, percentiles_ms
from profiler.standards.model import PERCENTILES
from profiler.standards.rows import inside

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow
    from traces.text.gfxinfo_summary import GfxSummary


def of_summary(summary: GfxSummary) -> dict[str, Value]:
    """Return the metric of a whole dump, as Macrobenchmark reads it."""
    found: dict[str, Value] = {
        f"gfxFrameTime{p}thPercentileMs": summary.percentiles_ms.get(p) for p in PERCENTILES
    }
    total = summary.total_frames
    found["gfxFrameTotalCount"] = total
    known = summary.janky_frames is not None and total > 0
    found["gfxFrameJankPercent"] = 100 * (summary.janky_frames or 0) / total if known else None
    return found


@dataclass(frozen=True)
class _FrameTimingGfxInfo:
    name: str = "frameTimingGfxInfo"
    source: str = "androidx.benchmark.macro Metric.kt"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        """Return it for the window's frames, as gfxinfo would print them alone."""
        mine = inside(window)
        if window.framestats is None or not mine.any():
            names = (*(f"gfxFrameTime{p}thPercentileMs" for p in PERCENTILES), "gfxFrameTotalCount")
            return dict.fromkeys((*names, "gfxFrameJankPercent"))
        rows, total = window.framestats.where(mine), int(mine.sum())
        found = percentiles_ms(histogram_durations_ns(rows))
        counts = hwui_counts(window.framestats, round(window.scene.periods.active_ns)).named(mine)
        janky = counts["janky_legacy"] if counts["janky"] is None else counts["janky"]
        return {
            **{f"gfxFrameTime{p}thPercentileMs": found.get(p) for p in PERCENTILES},
            "gfxFrameTotalCount": total,
            "gfxFrameJankPercent": 100 * (janky or 0) / total,
        }


FRAME_TIMING_GFXINFO = _FrameTimingGfxInfo()
