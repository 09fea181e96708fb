"""Jetpack Macrobenchmark's `FrameTimingMetric`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import in_window
from profiler.analysis.columns import MS, ends, matching, within
from profiler.analysis.doframes import main_thread, numbers
from profiler.standards.model import PERCENTILES
from traces.tables import NA, Ints

if TYPE_CHECKING:
    from profiler.analysis.columns import Floats
    from profiler.analysis.results import Value
    from profiler.analysis.scene import Scene
    from profiler.standards.model import JudgedWindow

_DRAW_FRAMES = re.compile(r"DrawFrames? (\d+)")


def percentiles(name: str, values: Floats) -> dict[str, Value]:
    """Return `name.P50` ... `name.P99` by linear interpolation; None without values."""
    if not len(values):
        return {f"{name}.P{p}": None for p in PERCENTILES}
    found = np.percentile(values, PERCENTILES)
    return {f"{name}.P{p}": float(v) for p, v in zip(PERCENTILES, found, strict=True)}


def overruns_ms(scene: Scene, begin_ns: int, end_ns: int) -> Floats:
    """Return actual end minus expected end of the app process' rows of the window."""
    rows = np.flatnonzero((scene.frames.pid == scene.pid) & (scene.on_screen_ns != NA))
    overrun = scene.overrun_ns[in_window(scene, rows, begin_ns, end_ns)]
    return np.asarray(overrun[overrun != NA] / MS, np.float64)


def _draws(scene: Scene) -> Ints:
    table = scene.slices
    return np.flatnonzero(
        (table.pid == scene.pid)
        & (table.thread == "RenderThread")
        & (table.dur_ns >= 0)
        & matching(table.name, lambda name: name.startswith("DrawFrame"))
    )


def cpu_durations_ms(scene: Scene, begin_ns: int, end_ns: int) -> Floats:
    """Return the end of the DrawFrame minus the start of its doFrame, for doFrames that start in the window.

    From Android 12 on both carry the vsync's number. To 11 they have none: a DrawFrame belongs to the first
    doFrame in whose time it starts.
    """
    table, rows = scene.slices, _draws(scene)
    numbered = numbers(table.name[rows], _DRAW_FRAMES)
    drawn = table.start_ns[rows] + table.dur_ns[rows]
    if (numbered != NA).any():
        at = scene.do_frames.of(numbered)
        latest = np.full(len(scene.do_frames.token), NA, np.int64)
        np.maximum.at(latest, at[at >= 0], drawn[at >= 0])
        mine = (latest != NA) & within(scene.do_frames.start_ns, begin_ns, end_ns)
        return np.asarray((latest[mine] - scene.do_frames.start_ns[mine]) / MS, np.float64)
    main = main_thread(table, scene.pid)
    frames = main.where(matching(main.name, lambda name: name.startswith("Choreographer#doFrame")))
    stops = ends(frames.start_ns, frames.dur_ns)
    took = []
    for start, end in zip(table.start_ns[rows].tolist(), drawn.tolist(), strict=True):
        holding = np.flatnonzero((frames.start_ns <= start) & (start <= stops))
        if len(holding) and begin_ns <= (begun := int(frames.start_ns[holding[0]])) <= end_ns:
            took.append((end - begun) / MS)
    return np.array(took, np.float64)


@dataclass(frozen=True)
class _Macrobenchmark:
    name: str = "macrobenchmark"
    source: str = "androidx.benchmark.macro FrameTimingQuery.kt, Metric.kt"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        scene, begin, end = window.scene, window.begin_ns, window.end_ns
        cpu = cpu_durations_ms(scene, begin, end)
        return {
            **percentiles("frameOverrunMs", overruns_ms(scene, begin, end)),
            **percentiles("frameDurationCpuMs", cpu),
            "frameCount": len(cpu) if len(cpu) or scene.view_slices else None,
        }


MACROBENCHMARK = _Macrobenchmark()
