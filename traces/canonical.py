"""One frame table for all sources: each row says which source, file and clock it comes from.

The sources mean different things by a frame: docs/tables.md says what each fills and what it leaves `NA`.
Nothing here is computed but joined; a source that does not tell a thing has no value for it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from traces.tables import NA, Ints, Strings, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from traces.trace import Clocks, Trace


class FrameSource(StrEnum):
    """Where a row comes from."""

    FRAMETIMELINE = "frametimeline"
    """FrameTimeline of a Perfetto trace (Android 12+): surface frames with a token."""
    FRAMETRACER = "frametracer"
    """`GraphicsFrameEvent` of a Perfetto trace (Android 11+): buffers of every layer."""
    FRAMESTATS = "framestats"
    """`dumpsys gfxinfo PACKAGE framestats`: frames of a window that HWUI drew."""
    LATENCY = "latency"
    """`dumpsys SurfaceFlinger --latency LAYER`: buffers of one layer."""
    SF_FRAMETIMELINE = "sf-frametimeline"
    """`dumpsys SurfaceFlinger --frametimeline`: surface frames, with or without a token."""


class FrameClock(StrEnum):
    """What a row's times count from."""

    BOOTTIME = "BOOTTIME"
    MONOTONIC = "MONOTONIC"
    DUMP = "DUMP"
    """The first frame of its dump: comparable within one dump only."""


@dataclass(frozen=True)
class CanonicalFrames(Table):
    """One row per frame as one source saw it; times are int64 ns on the row's `clock`, `NA` where not told.

    `token` is the app's vsync id, `frame_number` the buffer's number within its layer. `start_ns` is when
    work on the frame began, `ready_ns` when its buffer or transaction was ready (GPU done), `deadline_ns`
    until when it should have been, `present_ns` the time on screen that may be believed. `jank_type` and
    `present_type` are FrameTimeline's, `flags` HWUI's (`FrameFlag`); `NA` where the source has none.
    """

    source: Strings
    file: Strings
    clock: Strings
    pid: Ints
    process: Strings
    layer_name: Strings
    window: Strings
    token: Ints
    frame_number: Ints
    start_ns: Ints
    ready_ns: Ints
    deadline_ns: Ints
    present_ns: Ints
    present_type: Ints
    jank_type: Ints
    flags: Ints

    def on_boottime(self, clocks: Clocks) -> CanonicalFrames:
        """Return the rows with those on MONOTONIC brought to BOOTTIME.

        Raises:
            ValueError: there are such rows, and `clocks` holds no pair of the two clocks.
        """
        mine = self.clock == FrameClock.MONOTONIC.value
        if not mine.any():
            return self
        moved: dict[str, Any] = {"clock": np.where(mine, FrameClock.BOOTTIME.value, self.clock)}
        for name in TIMES:
            column = getattr(self, name)
            told = mine & (column != NA)
            column = column.copy()
            column[told] = clocks.monotonic_to_boottime_ns(column[told])
            moved[name] = column
        return replace(self, **moved)


TIMES = ("start_ns", "ready_ns", "deadline_ns", "present_ns")
"""The columns that stand on the row's clock."""


def canonical_rows(
    count: int, *, source: FrameSource, file: str, clock: FrameClock, **columns: Any
) -> CanonicalFrames:
    """Return `count` rows of one source; columns that are not given are `NA` or None.

    Args:
        count: the number of rows; a column may also be one value for all of them.
        source: where the rows come from.
        file: the file that they were read from.
        clock: what their times count from.
        columns: columns of `CanonicalFrames` by name.

    Raises:
        ValueError: a column of that name does not exist, or has another length.
    """
    unknown = set(columns) - {field.name for field in fields(CanonicalFrames)}
    if unknown:
        raise ValueError(f"no such columns: {', '.join(sorted(unknown))}")
    given: dict[str, Any] = {"source": source.value, "file": file, "clock": clock.value, **columns}
    made: dict[str, Any] = {}
    for field in fields(CanonicalFrames):
        text = str(field.type) == "Strings"
        column: Any = np.empty(count, np.object_ if text else np.int64)
        column[:] = given.get(field.name, None if text else NA)
        made[field.name] = column
    return CanonicalFrames(**made)


def joined(tables: Iterable[CanonicalFrames]) -> CanonicalFrames:
    """Return the rows of several tables one after another."""
    every = [CanonicalFrames.empty(), *tables]
    columns = {f.name: np.concatenate([getattr(t, f.name) for t in every]) for f in fields(CanonicalFrames)}
    return CanonicalFrames(**columns)


def from_frame_timeline(trace: Trace) -> CanonicalFrames:
    """Return the surface frames of a trace's FrameTimeline, in the order of their starts."""
    frames = trace.frames
    ended = frames.actual_end_ns >= frames.actual_start_ns
    hoped = frames.expected_end_ns >= frames.expected_start_ns
    return canonical_rows(
        len(frames),
        source=FrameSource.FRAMETIMELINE,
        file=str(trace.path),
        clock=FrameClock.BOOTTIME,
        pid=frames.pid,
        process=frames.process,
        layer_name=frames.layer_name,
        token=frames.token,
        start_ns=frames.actual_start_ns,
        ready_ns=np.where(ended, frames.actual_end_ns, NA),
        deadline_ns=np.where(hoped, frames.expected_end_ns, NA),
        present_ns=frames.on_screen_ns(),
        present_type=frames.present_type,
        jank_type=frames.jank_type,
    )


def from_frame_tracer(trace: Trace) -> CanonicalFrames:
    """Return the buffers of a trace, in the order of their first events.

    A buffer is ready when it is queued and its acquire fence is signalled, whichever is later.
    """
    buffers = trace.buffers
    return canonical_rows(
        len(buffers),
        source=FrameSource.FRAMETRACER,
        file=str(trace.path),
        clock=FrameClock.BOOTTIME,
        layer_name=buffers.layer_name,
        frame_number=buffers.frame_number,
        start_ns=buffers.dequeue_ns,
        # NA is the least of all numbers, so the one that is told wins.
        ready_ns=np.maximum(buffers.queue_ns, buffers.acquire_fence_ns),
        present_ns=buffers.present_ns,
    )


def from_trace(trace: Trace) -> CanonicalFrames:
    """Return all frames of a trace: those of FrameTimeline, then those of FrameTracer."""
    return joined([from_frame_timeline(trace), from_frame_tracer(trace)])
