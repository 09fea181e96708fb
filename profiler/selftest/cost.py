"""What the tool and its captures cost the phone: by the app's own frames, and by the CPUs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import InputFileError
from traces.text.gfxinfo import parse_gfxinfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.columns import Floats
    from traces.trace import Trace

TOOLS = ("adbd", "sh", "perfetto", "traced", "traced_probes", "com.wetest.uia2.Main", "app_process")
"""Processes that are on the phone for the measurement's sake."""


@dataclass(frozen=True, slots=True)
class FrameCost:
    """The app's own frames in rounds of one capture tier, as gfxinfo timed them."""

    tier: str
    frames: int
    median_ms: float | None
    """FrameCompleted - IntendedVsync; None without frames."""
    p90_ms: float | None


@dataclass(frozen=True, slots=True)
class CpuCost:
    """CPU time of the tool's own processes in traces of one tier, ms per second of trace."""

    tier: str
    ms_per_s: dict[str, float]
    """By process; those that never ran are left out."""
    known: bool
    """Whether the traces tell of scheduling at all."""


def frame_cost(tier: str, dumps: Iterable[str]) -> FrameCost:
    """Return what framestats dumps of one tier say together."""
    found = [durations for text in dumps if len(durations := _durations_ms(text))]
    if not found:
        return FrameCost(tier, 0, None, None)
    every = np.concatenate(found)
    return FrameCost(tier, len(every), float(np.median(every)), float(np.quantile(every, 0.9)))


def _durations_ms(text: str) -> Floats:
    try:
        frames = parse_gfxinfo(text).require_frames()
    except InputFileError:
        return np.zeros(0)
    return frames.duration_ns() / 1e6


def cpu_cost(tier: str, traces: Iterable[Trace]) -> CpuCost:
    """Return the CPU time of the tool's processes.

    Args:
        tier: of the traces.
        traces: read with thread states.
    """
    spent: dict[str, float] = {}
    seconds, known = 0.0, False
    for trace in traces:
        states = trace.thread_states
        seconds += trace.health.duration_ns / 1e9
        known = known or len(states) > 0
        running = (states.state == "Running") & (states.dur_ns > 0)
        names = {tid: _process(trace, tid) for tid in np.unique(states.tid[running]).tolist()}
        for tid, name in names.items():
            if name in TOOLS:
                own = running & (states.tid == tid)
                spent[name] = spent.get(name, 0.0) + float(states.dur_ns[own].sum()) / 1e6
    rates = {name: ms / seconds for name, ms in sorted(spent.items())} if seconds else {}
    return CpuCost(tier, rates, known)


def _process(trace: Trace, tid: int) -> str | None:
    pid, thread = trace.threads.get(tid, (tid, None))
    name = trace.processes.get(pid) or thread
    return name.rsplit("/", 1)[-1] if name else None
