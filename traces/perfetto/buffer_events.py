"""FrameTracer's events (`GraphicsFrameEvent`, Android 11+): what happened to each buffer of each layer.

SurfaceFlinger writes one event for each step of a buffer. The fences' events are written when the fence is
looked at, which may be frames later, but bear the time at which it was signalled. Times are on MONOTONIC in
all versions of Android; the packets say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.wire import LENGTH, VARINT
from traces.tables import NA, BufferTable

if TYPE_CHECKING:
    from traces.perfetto.wire import Block, Index

_DEQUEUE, _QUEUE, _ACQUIRE_FENCE, _LATCH, _PRESENT_FENCE = 1, 2, 4, 5, 8
_STEPS = {
    _DEQUEUE: "dequeue_ns",
    _QUEUE: "queue_ns",
    _ACQUIRE_FENCE: "acquire_fence_ns",
    _LATCH: "latch_ns",
    _PRESENT_FENCE: "present_ns",
}
_NOT_A_TIME = 1 << 62

_EVENT = Fields([(1, LENGTH)])
_NAMES = ("frame_number", "type", "layer_name", "duration_ns", "buffer_id")
_BUFFER_EVENT = Fields([(1, VARINT), (2, VARINT), (3, LENGTH), (4, VARINT), (5, VARINT)])
_UINT32 = 1 << 32


@dataclass
class _Batch:
    """Events in the order of the file: `place` ranks them in the trace; rows of `values` are `_NAMES`."""

    place: Index
    time_ns: Index
    values: Index


@dataclass
class _Life:
    """One buffer on its way: the frame that it holds, and when it took each step."""

    layer: int
    frame_number: int
    steps: dict[int, int] = field(default_factory=dict)


@dataclass
class BufferCollector:
    """Collects events; those without a buffer's number or a kind tell nothing and are counted."""

    incomplete: int = 0
    layers: list[str] = field(default_factory=list)
    _batches: list[_Batch] = field(default_factory=list)
    _layer_numbers: dict[bytes, int] = field(default_factory=dict)

    def add_block(self, block: Block, start: Index, end: Index, place: Index, time_ns: Index) -> Index:
        """Take the `GraphicsFrameEvent`s at `start` .. `end`; return which are left for `add_message`."""
        outer = _EVENT.scan(block, start, end)
        empty = (outer.value[0] == ABSENT) & ~outer.odd
        self.incomplete += int(np.count_nonzero(empty))
        inner = _BUFFER_EVENT.scan(block, np.where(empty, end, outer.value[0]), np.maximum(outer.end[0], 0))
        values = inner.value
        odd = (outer.odd | inner.odd | (values[[0, 1, 4]] >= _UINT32).any(axis=0)) & ~empty
        keep = np.flatnonzero(~odd & ~empty)
        spans = zip(values[2, keep].tolist(), inner.end[2, keep].tolist(), strict=True)
        values = values[:, keep]
        values[2] = [ABSENT if a == ABSENT else self._layer(block.data[a:b]) for a, b in spans]
        self._batches.append(_Batch(place[keep], time_ns[keep], values))
        return np.flatnonzero(odd)

    def add_message(self, event: Any, place: int, time_ns: int) -> None:
        """Take one `GraphicsFrameEvent` of the schema."""
        if not event.HasField("buffer_event"):
            self.incomplete += 1
            return
        buffer = event.buffer_event
        row = []
        for name in _NAMES:
            value = ABSENT
            if buffer.HasField(name):
                raw = getattr(buffer, name)
                value = self._layer(raw) if name == "layer_name" else min(int(raw), _NOT_A_TIME)
            row.append([value])
        self._batches.append(_Batch(np.array([place]), np.array([time_ns]), np.array(row, np.int64)))

    def set_times(self, place: Index, time_ns: Index) -> None:
        """Replace the times of the events of some packets; `place` is in order."""
        for batch in self._batches:
            at = np.minimum(np.searchsorted(place, batch.place), len(place) - 1)
            batch.time_ns = np.where(place[at] == batch.place, time_ns[at], batch.time_ns)

    def build(self) -> BufferTable:
        """Return one row per buffer and frame, in the order of their first events."""
        lives = self._lives()
        numbered = dict(enumerate(self.layers))
        return BufferTable.from_columns(
            {
                "layer_name": [numbered.get(life.layer) for life in lives],
                "frame_number": [NA if life.frame_number == ABSENT else life.frame_number for life in lives],
                **{name: [life.steps.get(kind, NA) for life in lives] for kind, name in _STEPS.items()},
            }
        )

    def _layer(self, raw: bytes) -> int:
        number = self._layer_numbers.get(raw)
        if number is None:
            number = self._layer_numbers[raw] = len(self.layers)
            self.layers.append(raw.decode("utf-8", "replace"))
        return number

    def _lives(self) -> list[_Life]:
        none = np.zeros(0, np.int64)
        place = np.concatenate([none, *(batch.place for batch in self._batches)])
        time_ns = np.concatenate([none, *(batch.time_ns for batch in self._batches)])
        values = np.concatenate([np.zeros((5, 0), np.int64), *(b.values for b in self._batches)], axis=1)
        number, kind, layer, duration, buffer = values
        duration = np.where(np.isin(kind, (_ACQUIRE_FENCE, _PRESENT_FENCE)), np.maximum(duration, 0), 0)
        whole = (kind != ABSENT) & (buffer != ABSENT)
        usable = whole & (time_ns >= 0) & (time_ns < _NOT_A_TIME) & (duration < _NOT_A_TIME)
        self.incomplete += int(np.count_nonzero(~usable))
        order = np.lexsort((place, time_ns))
        order = order[usable[order] & np.isin(kind, list(_STEPS))[order]]
        gathered = _Lives()
        # A fence that was looked at late is signalled its duration after the event's time.
        columns = (layer, buffer, number, kind, time_ns + duration)
        for row in zip(*(column[order].tolist() for column in columns), strict=True):
            gathered.add(*row)
        return gathered.rows


class _Lives:
    """Puts each event to the buffer's life that it belongs to.

    A life is named by layer, buffer and frame number, as one buffer may stand in several layers. Before its
    queueing a buffer may have no number yet: it gets that of its next event.
    """

    def __init__(self) -> None:
        self.rows: list[_Life] = []
        self._numbered: dict[tuple[int, int, int], _Life] = {}
        self._unnumbered: dict[tuple[int, int], _Life] = {}

    def add(self, layer: int, buffer: int, number: int, kind: int, time_ns: int) -> None:
        """Add an event; events come in order of time."""
        life = self._of(layer, buffer, number)
        if life is None or _begins_anew(life, kind):
            life = _Life(layer, number)
            self.rows.append(life)
            if number > 0:
                self._numbered[layer, buffer, number] = life
            else:
                life.frame_number = ABSENT
                self._unnumbered[layer, buffer] = life
        life.steps.setdefault(kind, time_ns)

    def _of(self, layer: int, buffer: int, number: int) -> _Life | None:
        if number <= 0:
            return self._unnumbered.get((layer, buffer))
        life = self._numbered.get((layer, buffer, number))
        if life is None:
            life = self._unnumbered.pop((layer, buffer), None)
            if life is not None:
                life.frame_number = number
                self._numbered[layer, buffer, number] = life
        return life


def _begins_anew(life: _Life, kind: int) -> bool:
    """Whether an event starts another life under the same name: a layer made anew counts from 1 again."""
    shown = _LATCH in life.steps or _PRESENT_FENCE in life.steps
    return (kind == _DEQUEUE and (shown or _DEQUEUE in life.steps)) or (kind == _QUEUE and shown)
