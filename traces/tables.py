"""The canonical tables that every decoder fills: typed numpy columns of equal length.

All times are int64 ns on the phone's BOOTTIME clock, unless a table says MONOTONIC (those of text dumps).
`NA` marks a time or number that the source does not have. Strings are object columns of `str`, with `None`
for unknown. Rows keep the order of the source's start events, in which Perfetto's trace processor lists them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Strings = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_] | npt.NDArray[np.int64]

NA: int = int(np.iinfo(np.int64).min)
"""Stands in int64 columns for a value that the source does not have."""


class JankType(IntFlag):
    """`jank_type` bits of FrameTimeline (perfetto `FrameTimelineEvent.JankType`)."""

    UNSPECIFIED = 0
    NONE = 1
    SF_SCHEDULING = 2
    PREDICTION_ERROR = 4
    DISPLAY_HAL = 8
    SF_CPU_DEADLINE_MISSED = 16
    SF_GPU_DEADLINE_MISSED = 32
    APP_DEADLINE_MISSED = 64
    BUFFER_STUFFING = 128
    UNKNOWN = 256
    SF_STUFFING = 512
    DROPPED = 1024
    NON_ANIMATING = 2048
    APP_RESYNCED_JITTER = 4096
    DISPLAY_NOT_ON = 8192
    MODE_CHANGE = 16384
    POWER_MODE_CHANGE = 32768


class PresentType(IntEnum):
    """`present_type` of FrameTimeline."""

    UNSPECIFIED = 0
    ON_TIME = 1
    LATE = 2
    EARLY = 3
    DROPPED = 4
    UNKNOWN = 5


class PredictionType(IntEnum):
    """`prediction_type` of FrameTimeline."""

    UNSPECIFIED = 0
    VALID = 1
    EXPIRED = 2
    UNKNOWN = 3


@dataclass(frozen=True)
class Table:
    """Columns of equal length."""

    def __len__(self) -> int:
        return len(cast("Ints", getattr(self, fields(self)[0].name)))

    def where(self, mask: Mask) -> Self:
        """Return the rows that a boolean mask or an index array picks."""
        return type(self)(**{f.name: getattr(self, f.name)[mask] for f in fields(self)})

    def to_pandas(self) -> pd.DataFrame:
        """Return the columns as a DataFrame; `NA` stays the sentinel."""
        import pandas as pd  # noqa: PLC0415  pandas costs 0.4 s, and only some callers need it

        return pd.DataFrame({f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def from_columns(cls, columns: dict[str, Any]) -> Self:
        """Build from sequences, with the dtype that each field's annotation names."""
        made: dict[str, Any] = {}
        for field in fields(cls):
            dtype: Any = {"Ints": np.int64, "Bools": np.bool_, "Strings": np.object_}[str(field.type)]
            made[field.name] = np.asarray(columns[field.name], dtype=dtype)
        return cls(**made)

    @classmethod
    def empty(cls) -> Self:
        """Return a table without rows."""
        return cls.from_columns({f.name: [] for f in fields(cls)})


@dataclass(frozen=True)
class FrameTable(Table):
    """One row per *actual surface frame* of FrameTimeline, identified by (pid, token, layer_name).

    `expected_*` is the first expected slice of the same (pid, token), whatever the layer. `actual_end_ns` is
    when the buffer or transaction was ready, not when it was shown (start - 1 where the frame never ended).
    `display_present_ns` is the end of the first display frame with that `display_token`: the time on screen
    as the trace says it. Use `on_screen_ns` for the time that may be believed.
    """

    pid: Ints
    process: Strings
    layer_name: Strings
    token: Ints
    display_token: Ints
    actual_start_ns: Ints
    actual_end_ns: Ints
    expected_start_ns: Ints
    expected_end_ns: Ints
    display_present_ns: Ints
    present_type: Ints
    on_time_finish: Bools
    gpu_composition: Bools
    jank_type: Ints
    prediction_type: Ints
    is_buffer: Bools
    jank_severity_type: Ints

    def on_screen_ns(self) -> Ints:
        """Return the times on screen, `NA` where there is none to be believed.

        None for: dropped frames, display token 0, frames that never ended, and bad present fences
        (DISPLAY_HAL together with UNKNOWN, Android 14+).
        """
        bad_fence = JankType.DISPLAY_HAL | JankType.UNKNOWN
        believed = (
            (self.present_type != PresentType.DROPPED)
            & (self.display_token != 0)
            & (self.actual_end_ns >= self.actual_start_ns)
            & ((self.jank_type & bad_fence) != bad_fence)
        )
        return np.where(believed, self.display_present_ns, NA)

    def overrun_ns(self) -> Ints:
        """Return actual end minus expected end (> 0: late), `NA` without an expected slice or an end."""
        known = (self.expected_end_ns != NA) & (self.actual_end_ns >= self.actual_start_ns)
        return np.where(known, self.actual_end_ns - np.where(known, self.expected_end_ns, 0), NA)


@dataclass(frozen=True)
class DisplayTable(Table):
    """One row per *actual display frame* of FrameTimeline; `present_ns` is its end, the present fence."""

    pid: Ints
    display_token: Ints
    start_ns: Ints
    present_ns: Ints
    present_type: Ints
    on_time_finish: Bools
    gpu_composition: Bools
    jank_type: Ints
    prediction_type: Ints


@dataclass(frozen=True)
class SliceTable(Table):
    """Thread slices from atrace prints and kernel events. `dur_ns` is -1 where the slice never ended.

    `depth` is the nesting among all slices of the thread, also the kernel's, 0 outermost. `pid` is `NA` where
    the thread's process is not known.
    """

    pid: Ints
    process: Strings
    tid: Ints
    thread: Strings
    start_ns: Ints
    dur_ns: Ints
    depth: Ints
    name: Strings


@dataclass(frozen=True)
class AsyncSliceTable(Table):
    """Process-wide asynchronous slices (`S|` ... `F|`), e.g. `InsetsAnimation: ime`; -1: never ended."""

    pid: Ints
    process: Strings
    cookie: Ints
    start_ns: Ints
    dur_ns: Ints
    name: Strings


@dataclass(frozen=True)
class MarkTable(Table):
    """Instants and counters written to trace_marker (`I|`, `C|`); `value` is `NA` for instants."""

    pid: Ints
    time_ns: Ints
    name: Strings
    value: Ints


@dataclass(frozen=True)
class ThreadStateTable(Table):
    """What each thread was doing, from `sched_switch` (also compact) and `sched_waking`, in order of start.

    `state` is spelled as Perfetto's trace processor spells it: `Running`, else the kernel's letters (`R`,
    `R+`, `S`, `D`, `I`, ...). `cpu` is `NA` where the thread was on none. `dur_ns` is -1 for a state that was
    still going on when the trace ended.
    """

    tid: Ints
    start_ns: Ints
    dur_ns: Ints
    state: Strings
    cpu: Ints


@dataclass(frozen=True)
class BufferTable(Table):
    """One row per buffer that FrameTracer (`GraphicsFrameEvent`, Android 11+) saw, of any layer.

    Also of layers that FrameTimeline does not see: SurfaceView, Flutter, video. Times are `NA` where no event
    told them; `present_ns` is the signal time of the present fence.
    """

    layer_name: Strings
    frame_number: Ints
    dequeue_ns: Ints
    queue_ns: Ints
    acquire_fence_ns: Ints
    latch_ns: Ints
    present_ns: Ints


@dataclass(frozen=True)
class BinderTable(Table):
    """Calls into other processes that a thread waited for, from the binder driver's events.

    From the request to the reply's arrival; calls whose reply is not in the trace are left out, and so are
    one-way calls, for which nobody waits.
    """

    tid: Ints
    start_ns: Ints
    end_ns: Ints
    server_pid: Ints
    """The process called."""
    server_tid: Ints
    """The thread that served it."""
