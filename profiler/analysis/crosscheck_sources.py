"""The series of a cross-check, made from what each decoder gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS
from profiler.analysis.crosscheck import DROPPED, Series
from traces.tables import NA, Ints, JankType, PresentType
from traces.text.gfxinfo import RING_FRAMES
from traces.text.latency import PresentState
from traces.text.layers import layer_of_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.tables import BufferTable, FrameTable
    from traces.text.gfxinfo import Gfxinfo
    from traces.text.latency import LatencyBlock, LatencyDump
    from traces.text.sf_frametimeline import SfFrameTimeline
    from traces.trace import Clocks, Trace

LATENCY_RING = 127
TIMELINE_RING = 64
_UPTIME_ERROR_NS = MS
"""Uptime and Realtime of a dump are each cut to whole ms."""
_STATES = {
    PresentState.PRESENTED: "",
    PresentState.PENDING: "pending",
    PresentState.FENCE_ERROR: "bad fence",
    PresentState.NOT_PRESENTED: DROPPED,
}


class ToBoottime:
    """Converts MONOTONIC times with what the recording itself tells of the clocks."""

    def __init__(self, clocks: Clocks | None = None, dumps: Sequence[Gfxinfo] = ()) -> None:
        pairs = [dump.clocks for info in dumps for dump in info.dumps if dump.clocks]
        self._clocks = clocks if clocks is not None and len(clocks.monotonic_ns) else None
        self._offset = pairs[0].boottime_ns - pairs[0].monotonic_ns if pairs else None
        if self._clocks is not None:
            self.error_ns = self._clocks.monotonic_error_ns
        else:
            self.error_ns = _UPTIME_ERROR_NS if pairs else 0

    @property
    def known(self) -> bool:
        """Whether there is any reading of both clocks."""
        return self._clocks is not None or self._offset is not None

    @property
    def clock(self) -> str:
        """What clock converted times stand on: their own where nothing converts them."""
        return "boottime" if self.known else "monotonic"

    def __call__(self, times: Ints) -> Ints:
        """Return the times on `clock`; `NA` stays."""
        if not self.known:
            return times
        told = times != NA
        zeroed = np.where(told, times, 0)
        if self._clocks is not None:
            return np.where(told, self._clocks.monotonic_to_boottime_ns(zeroed), NA)
        return np.where(told, zeroed + (self._offset or 0), NA)


def of_trace(trace: Trace, file: str) -> list[Series]:
    """Return a series per layer of FrameTimeline (buffers only) and of FrameTracer."""
    return [*_of_timeline(trace.frames, file), *_of_tracer(trace.buffers, file)]


def _of_timeline(frames: FrameTable, file: str) -> list[Series]:
    made = []
    for name in dict.fromkeys(frames.layer_name.tolist()):
        own = frames.where((frames.layer_name == name) & frames.is_buffer)
        if name is None or not len(own):
            continue
        bad = int(JankType.DISPLAY_HAL | JankType.UNKNOWN)
        present = own.on_screen_ns()
        reasons = np.where(
            own.present_type == PresentType.DROPPED,
            DROPPED,
            np.where((own.jank_type & bad) == bad, "bad fence", "never ended"),
        )
        made.append(
            Series(
                source="frame-timeline",
                file=file,
                layer=name,
                title=_title(name),
                clock="boottime",
                native="boottime",
                token=own.token,
                ready_ns=np.where(own.actual_end_ns >= own.actual_start_ns, own.actual_end_ns, NA),
                present_ns=present,
                why_not=_reasons(present, reasons.tolist()),
            )
        )
    return made


def _of_tracer(buffers: BufferTable, file: str) -> list[Series]:
    made = []
    for name in dict.fromkeys(buffers.layer_name.tolist()):
        own = buffers.where(buffers.layer_name == name)
        if name is None or not len(own):
            continue
        order = np.argsort(own.frame_number, kind="stable")
        own = own.where(order)
        ready = np.maximum(own.queue_ns, own.acquire_fence_ns)
        made.append(
            Series(
                source="frame-tracer",
                file=file,
                layer=name,
                title=_title(name),
                clock="boottime",
                native="boottime",
                token=np.full(len(own), NA, np.int64),
                ready_ns=ready,
                present_ns=own.present_ns,
                why_not=_reasons(own.present_ns, ["no present event"] * len(own)),
            )
        )
    return made


def of_latency(dumps: Sequence[LatencyDump], file: str, convert: ToBoottime) -> list[Series]:
    """Return a series per block of the last dump that has frames; `--latency` does not name its layer."""
    made = []
    for number, block in enumerate(_best_blocks(dumps)):
        frames = block.frames
        made.append(
            Series(
                source="latency",
                file=file if number == 0 else f"{file}, block {number + 1}",
                layer="",
                title="",
                clock=convert.clock,
                native="monotonic",
                token=np.full(len(frames), NA, np.int64),
                ready_ns=convert(np.where(frames.ready_ns != frames.desired_ns, frames.ready_ns, NA)),
                present_ns=convert(frames.actual_ns),
                why_not=tuple(_STATES[PresentState(state)] for state in frames.state.tolist()),
                clock_error_ns=convert.error_ns,
                made_up=block.evenly_spaced(dumps[-1].period_ns),
                ring=LATENCY_RING,
            )
        )
    return made


def _best_blocks(dumps: Sequence[LatencyDump]) -> Sequence[LatencyBlock]:
    with_frames = [dump for dump in dumps if any(len(block.frames) for block in dump.blocks)]
    return with_frames[-1].blocks if with_frames else ()


def of_gfxinfo(info: Gfxinfo, file: str, convert: ToBoottime) -> list[Series]:
    """Return a series per window and process: when its buffers were complete; rarely when they were seen."""
    made = []
    counted = info.frames.counted()
    members: dict[tuple[int, str, str], list[int]] = {}
    for index, window in enumerate(info.windows):
        members.setdefault((window.pid, window.title, window.root), []).append(index)
    for (_, title, _), indices in members.items():
        own = counted.where(np.isin(counted.window, indices))
        if not len(own):
            continue
        own = own.where(np.argsort(own.intended_vsync_ns, kind="stable"))
        # to 11 there is no swap completion: FrameCompleted is the end of the swap, then
        ready = np.where(own.gpu_completed_ns != NA, own.gpu_completed_ns, own.completed_ns)
        present = convert(own.present_ns)
        made.append(
            Series(
                source="framestats",
                file=file,
                layer=title,
                title=_title(title),
                clock=convert.clock,
                native="monotonic",
                token=own.vsync_id,
                ready_ns=convert(ready),
                present_ns=present,
                why_not=_reasons(present, ["not told"] * len(own)),
                clock_error_ns=convert.error_ns,
                ring=RING_FRAMES,
            )
        )
    return made


def of_sf_frametimeline(dumps: Sequence[SfFrameTimeline], file: str) -> list[Series]:
    """Return a series per layer of the last dump; its times stand on no clock."""
    made: list[Series] = []
    if not dumps:
        return made
    frames = dumps[-1].frames
    for name in dict.fromkeys(frames.layer_name.tolist()):
        own = frames.where((frames.layer_name == name) & frames.is_buffer)
        if not len(own):
            continue
        dropped = own.present_type == PresentType.DROPPED
        made.append(
            Series(
                source="sf-frametimeline",
                file=file,
                layer=name,
                title=_title(name),
                clock="relative",
                native="relative",
                token=own.token,
                ready_ns=own.end_ns,
                present_ns=own.present_ns,
                why_not=_reasons(own.present_ns, np.where(dropped, DROPPED, "bad fence").tolist()),
                ring=TIMELINE_RING,
            )
        )
    return made


def _title(name: str) -> str:
    return layer_of_name(name).title


def _reasons(present: Ints, reasons: Sequence[str]) -> tuple[str, ...]:
    missing = (present == NA).tolist()
    return tuple(reason if gone else "" for reason, gone in zip(reasons, missing, strict=True))
