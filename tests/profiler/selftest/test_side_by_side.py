"""FrameTimeline's times on screen beside those of --latency."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from profiler.selftest.side_by_side import timeline_against_latency
from traces.tables import FrameTable
from traces.trace import Clocks, Trace

LAYER = "com.pkg/com.pkg.Main#5"
PERIOD = 8_333_333
AHEAD = 5_000_000_000
"""BOOTTIME before MONOTONIC."""


def trace(presents: list[int], layer: str = LAYER) -> Trace:
    n = len(presents)
    columns = {name: np.zeros(n, np.int64) for name in FrameTable.__dataclass_fields__}
    columns |= {
        "process": np.full(n, "com.pkg", object),
        "layer_name": np.full(n, f"TX - {layer}", object),
        "display_token": np.arange(1, n + 1),
        "display_present_ns": np.array(presents) + AHEAD,
        "actual_start_ns": np.array(presents) + AHEAD - 20_000_000,
        "actual_end_ns": np.array(presents) + AHEAD - 10_000_000,
        "is_buffer": np.ones(n, bool),
        "on_time_finish": np.ones(n, bool),
        "gpu_composition": np.zeros(n, bool),
    }
    clocks = Clocks(np.array([AHEAD + 10]), np.array([10]), np.array([0]))
    return Trace(Path("t"), frames=FrameTable.from_columns(columns), clocks=clocks)


def latency(presents: list[int]) -> dict[str, str]:
    rows = "".join(f"{p - 1000}\t{p}\t{p - 500}\n" for p in presents)
    return {LAYER: f"{PERIOD}\n{rows}\n"}


def grid(n: int) -> list[int]:
    return [10_000_000_000 + i * PERIOD for i in range(n)]


def test_equal_times_agree_whatever_clock_they_are_on() -> None:
    [found] = timeline_against_latency(trace(grid(30)), latency(grid(30)), PERIOD)
    assert (found.matched, found.agreeing) == (30, 1.0)


def test_frames_beyond_what_both_cover_do_not_count() -> None:
    [found] = timeline_against_latency(trace(grid(30)), latency(grid(60)), PERIOD)
    assert (found.matched, found.agreeing) == (30, 1.0)


def test_times_that_are_a_vsync_off_do_not_agree() -> None:
    shifted = [p + PERIOD * (1 if i % 2 else 0) for i, p in enumerate(grid(31)[::2])]
    [found] = timeline_against_latency(trace(grid(31)[::2]), latency(shifted), PERIOD)
    assert found.agreeing is not None
    assert found.agreeing < 0.6


def test_what_cannot_be_compared_says_why() -> None:
    [other] = timeline_against_latency(trace(grid(5), layer="else#1"), latency(grid(5)), PERIOD)
    assert other.reason == "FrameTimeline has no frames of this layer"
    [empty] = timeline_against_latency(trace(grid(5)), {LAYER: f"{PERIOD}\n"}, PERIOD)
    assert empty.reason == "--latency has no frames"
    [apart] = timeline_against_latency(trace(grid(5)), latency([p + 10**12 for p in grid(5)]), PERIOD)
    assert apart.reason == "the two cover no common time"
