"""Named standards, under their own names: docs/metrics.md section 8. None of them decides a verdict."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import in_window
from profiler.analysis.columns import MS, first_of_equal, matching, to_ms, within
from profiler.analysis.doframes import numbers
from profiler.analysis.jank import jank_names
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.columns import Floats
    from profiler.analysis.results import Value
    from profiler.analysis.scene import Scene
    from traces.tables import Ints

PERCENTILES = (50, 90, 95, 99)
_DRAW_FRAMES = re.compile(r"DrawFrames (\d+)")
SLOW_MS, FROZEN_MS = 16.0, 700.0
SMALL_JANK_MS, JANK_MS, BIG_JANK_MS = 1000 / 24, 1000 / 12, 1000 / 8
"""One, two and three frames of a film at 24 a second (PerfDog)."""
HISTORY = 3


def standards(scene: Scene, begin_ns: int, end_ns: int, hitch_ratio: float | None) -> dict[str, Value]:
    """Return the named standards of a window."""
    found: dict[str, Value] = {}
    found |= _percentiles("macrobenchmark.frameOverrunMs", overruns_ms(scene, begin_ns, end_ns))
    found |= _percentiles("macrobenchmark.frameDurationCpuMs", cpu_durations_ms(scene, begin_ns, end_ns))
    found |= jank_types(scene, begin_ns, end_ns)
    found["apple.hitch_ratio_ms_per_s"] = None if hitch_ratio is None else hitch_ratio * 1000
    found |= perfdog(present_intervals_ms(scene, begin_ns, end_ns), to_ms(end_ns - begin_ns))
    found |= vitals(scene, begin_ns, end_ns)
    return found


def _percentiles(name: str, values: Floats) -> dict[str, Value]:
    if not len(values):
        return {f"{name}.P{p}": None for p in PERCENTILES}
    found = np.percentile(values, PERCENTILES)
    return {f"{name}.P{p}": float(v) for p, v in zip(PERCENTILES, found, strict=True)}


def overruns_ms(scene: Scene, begin_ns: int, end_ns: int) -> Floats:
    """Return actual end minus expected end of the app process' rows of the window."""
    rows = np.flatnonzero((scene.frames.pid == scene.pid) & (scene.on_screen_ns != NA))
    overrun = scene.overrun_ns[in_window(scene, rows, begin_ns, end_ns)]
    return np.asarray(overrun[overrun != NA] / MS, np.float64)


def cpu_durations_ms(scene: Scene, begin_ns: int, end_ns: int) -> Floats:
    """Return the end of the last DrawFrames minus the start of the doFrame, for doFrames of the window."""
    table = scene.slices
    draws = np.flatnonzero(
        (table.pid == scene.pid)
        & (table.thread == "RenderThread")
        & (table.dur_ns >= 0)
        & matching(table.name, lambda name: name.startswith("DrawFrames "))
    )
    at = scene.do_frames.of(numbers(table.name[draws], _DRAW_FRAMES))
    latest = np.full(len(scene.do_frames.token), NA, np.int64)
    np.maximum.at(latest, at[at >= 0], (table.start_ns + table.dur_ns)[draws][at >= 0])
    mine = (latest != NA) & within(scene.do_frames.start_ns, begin_ns, end_ns)
    return np.asarray((latest[mine] - scene.do_frames.start_ns[mine]) / MS, np.float64)


def jank_types(scene: Scene, begin_ns: int, end_ns: int) -> dict[str, Value]:
    """Return how many rows that start in the window have each combination of jank types, by owner process."""
    rows = np.flatnonzero(within(scene.frames.actual_start_ns, begin_ns, end_ns))
    counts: Counter[str] = Counter()
    for row in rows.tolist():
        owner = scene.frames.process[row] or f"pid {scene.frames.pid[row]}"
        jank = jank_names(int(scene.frames.jank_type[row])) or "No Jank"
        counts[f"perfetto.jank_types.{owner}.{jank}"] += 1
    return dict(sorted(counts.items()))


def present_intervals_ms(scene: Scene, begin_ns: int, end_ns: int) -> list[float]:
    """Return the app's successive present intervals of the window."""
    times: Ints = scene.on_screen_ns[scene.app_rows]
    times = times[within(times, begin_ns, end_ns)]
    return [to_ms(b - a) for a, b in pairwise(times[first_of_equal(times)].tolist())]


def perfdog(intervals_ms: list[float], window_ms: float) -> dict[str, Value]:
    """Return PerfDog's counts: intervals over twice the mean of the three before, and over film frames.

    A Jank starts the history anew.
    """
    small = jank = big = 0
    stutter_ms = 0.0
    history: list[float] = []
    for interval in intervals_ms:
        jumped = len(history) == HISTORY and interval > 2 * sum(history) / HISTORY
        small += jumped and interval > SMALL_JANK_MS
        big += jumped and interval > BIG_JANK_MS
        if jumped and interval > JANK_MS:
            jank += 1
            stutter_ms += interval
            history = []
        else:
            history = [*history[-(HISTORY - 1) :], interval]
    return {
        "perfdog.jank": jank,
        "perfdog.big_jank": big,
        "perfdog.small_jank": small,
        "perfdog.stutter": stutter_ms / window_ms if window_ms > 0 else None,
    }


def vitals(scene: Scene, begin_ns: int, end_ns: int) -> dict[str, Value]:
    """Return Android vitals' slow and frozen frames: doFrame start to buffer ready."""
    known = scene.app_frame >= 0
    rows, at = scene.app_rows[known], scene.app_frame[known]
    start = scene.do_frames.start_ns[at]
    inside = within(start, begin_ns, end_ns)
    took = (scene.frames.actual_end_ns[rows] - start)[inside] / MS
    return {"vitals.slow": int((took > SLOW_MS).sum()), "vitals.frozen": int((took > FROZEN_MS).sum())}
