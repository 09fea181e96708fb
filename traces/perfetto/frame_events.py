"""FrameTimeline's events, read in columns from many packets at once, or one by one through the schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.narrow import Narrow, narrow
from traces.perfetto.wire import LENGTH, VARINT

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.perfetto.wire import Block, Index
    from traces.tables import Bools

EXPECTED_DISPLAY, ACTUAL_DISPLAY, EXPECTED_SURFACE, ACTUAL_SURFACE, FRAME_END = KINDS = range(1, 6)
KIND_FIELDS = {
    EXPECTED_DISPLAY: "expected_display_frame_start",
    ACTUAL_DISPLAY: "actual_display_frame_start",
    EXPECTED_SURFACE: "expected_surface_frame_start",
    ACTUAL_SURFACE: "actual_surface_frame_start",
    FRAME_END: "frame_end",
}

DETAILS = (
    "cookie",
    "pid",
    "token",
    "display_frame_token",
    "present_type",
    "on_time_finish",
    "gpu_composition",
    "jank_type",
    "prediction_type",
    "is_buffer",
    "jank_severity_type",
    "layer_name",
)
"""Columns of an event: numbers as the packet has them, `ABSENT` where it has none; the layer as its
number.
"""

_IDENTITY = {
    EXPECTED_DISPLAY: ("cookie", "token", "pid"),
    ACTUAL_DISPLAY: ("cookie", "token", "pid"),
    EXPECTED_SURFACE: ("cookie", "token", "display_frame_token", "pid"),
    ACTUAL_SURFACE: ("cookie", "token", "display_frame_token", "pid"),
    FRAME_END: ("cookie",),
}
_NUMBERS: dict[int, dict[str, int]] = {
    EXPECTED_DISPLAY: {"cookie": 1, "token": 2, "pid": 3},
    ACTUAL_DISPLAY: {
        "cookie": 1,
        "token": 2,
        "pid": 3,
        "present_type": 4,
        "on_time_finish": 5,
        "gpu_composition": 6,
        "jank_type": 7,
        "prediction_type": 8,
        "jank_severity_type": 9,
    },
    EXPECTED_SURFACE: {"cookie": 1, "token": 2, "display_frame_token": 3, "pid": 4},
    ACTUAL_SURFACE: {
        "cookie": 1,
        "token": 2,
        "display_frame_token": 3,
        "pid": 4,
        "layer_name": 5,
        "present_type": 6,
        "on_time_finish": 7,
        "gpu_composition": 8,
        "jank_type": 9,
        "prediction_type": 10,
        "is_buffer": 11,
        "jank_severity_type": 12,
    },
    FRAME_END: {"cookie": 1},
}
_ORDER = {kind: list(numbers) for kind, numbers in _NUMBERS.items()}
_SCANS = {
    kind: Fields([(number, LENGTH if name == "layer_name" else VARINT) for name, number in numbers.items()])
    for kind, numbers in _NUMBERS.items()
}
_EVENT_KINDS = Fields([(kind, LENGTH) for kind in KINDS])
_INT32 = 1 << 31

Columns = dict[str, npt.NDArray[np.int64]]


@dataclass
class FrameEvents:
    """Events of one kind, in the order of the file. `place` ranks them in the whole trace."""

    kind: int
    place: Index
    time_ns: Index
    details: Columns


@dataclass
class _Batch:
    """Events of one kind and one block, as they are kept: there may be millions of ends."""

    kind: int
    place: Narrow
    time_ns: Narrow
    details: dict[str, Narrow]


@dataclass
class EventCollector:
    """Collects events, and the layers' names once each."""

    batches: list[_Batch] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    incomplete: int = 0
    _layer_numbers: dict[bytes, int] = field(default_factory=dict)

    def layer(self, raw: bytes) -> int:
        """Return the number of a layer's name."""
        number = self._layer_numbers.get(raw)
        if number is None:
            number = self._layer_numbers[raw] = len(self.layers)
            self.layers.append(raw.decode("utf-8", "replace"))
        return number

    def add_message(self, event: Any, place: int, time_ns: int) -> None:
        """Take one `FrameTimelineEvent` of the schema."""
        for kind in (EXPECTED_DISPLAY, ACTUAL_DISPLAY, EXPECTED_SURFACE, ACTUAL_SURFACE, FRAME_END):
            if event.HasField(KIND_FIELDS[kind]):
                break
        else:
            self.incomplete += 1
            return
        frame = getattr(event, KIND_FIELDS[kind])
        if not all(frame.HasField(name) for name in _IDENTITY[kind]):
            self.incomplete += 1
            return
        details: Columns = {}
        for name in _ORDER[kind]:
            value: int = ABSENT
            if frame.HasField(name):
                raw = getattr(frame, name)
                value = self.layer(raw) if name == "layer_name" else int(raw)
            details[name] = np.array([value], np.int64)
        self._keep(kind, np.array([place]), np.array([time_ns]), details)

    def _keep(self, kind: int, place: Index, time_ns: Index, details: Columns) -> None:
        kept = {name: narrow(column) for name, column in details.items()}
        self.batches.append(_Batch(kind, narrow(place), narrow(time_ns), kept))

    def add_block(self, block: Block, start: Index, end: Index, place: Index, time_ns: Index) -> Index:
        """Take the `FrameTimelineEvent`s at `start` .. `end`; return which are left for `add_message`."""
        outer = _EVENT_KINDS.scan(block, start, end)
        present = outer.value != ABSENT
        left = outer.odd | (present.sum(axis=0) != 1)
        for row, kind in enumerate(KINDS):
            mine = np.flatnonzero(present[row] & ~left)
            if len(mine):
                inner_left = self._add_kind(
                    block,
                    kind,
                    outer.value[row, mine],
                    outer.end[row, mine],
                    place=place[mine],
                    time_ns=time_ns[mine],
                )
                left[mine[inner_left]] = True
        return np.flatnonzero(left)

    def _add_kind(
        self, block: Block, kind: int, start: Index, end: Index, *, place: Index, time_ns: Index
    ) -> Index:
        scanned = _SCANS[kind].scan(block, start, end)
        names = _ORDER[kind]
        odd = scanned.odd.copy()
        identity = np.ones(len(start), np.bool_)
        for row, name in enumerate(names):
            column = scanned.value[row]
            if name in _IDENTITY[kind]:
                identity &= column != ABSENT
            if name not in {"cookie", "token", "display_frame_token", "layer_name"}:
                odd |= column >= _INT32
        self.incomplete += int(np.count_nonzero(~identity & ~odd))
        keep = np.flatnonzero(identity & ~odd)
        details = {name: scanned.value[row, keep] for row, name in enumerate(names)}
        if kind == ACTUAL_SURFACE:
            row = names.index("layer_name")
            spans = zip(details["layer_name"].tolist(), scanned.end[row, keep].tolist(), strict=True)
            data, layer = block.data, self.layer
            details["layer_name"] = np.asarray(
                [ABSENT if a == ABSENT else layer(data[a:b]) for a, b in spans], np.int64
            )
        self._keep(kind, place[keep], time_ns[keep], details)
        return np.flatnonzero(odd)

    def set_times(self, place: Index, time_ns: Index) -> None:
        """Replace the times of the events of some packets; `place` is in order."""
        for batch in self.batches:
            own = batch.place.wide()
            at = np.minimum(np.searchsorted(place, own), len(place) - 1)
            waited = place[at] == own
            if waited.any():
                batch.time_ns = narrow(np.where(waited, time_ns[at], batch.time_ns.wide()))

    def drop_ends_of_nothing(self, usable: Callable[[Index], Bools]) -> tuple[int, int]:
        """Let go of the ends whose cookie no start has: there may be millions of them.

        Args:
            usable: whose times can be.

        Returns:
            How many of them have such times, and how many have not.
        """
        starts = [batch.details["cookie"].wide() for batch in self.batches if batch.kind != FRAME_END]
        cookies = np.unique(np.concatenate([np.zeros(0, np.int64), *starts]))
        told = untold = 0
        for batch in self.batches:
            if batch.kind == FRAME_END:
                place, time_ns, cookie = (
                    one.wide() for one in (batch.place, batch.time_ns, batch.details["cookie"])
                )
                known = np.isin(cookie, cookies)
                good = int(np.count_nonzero(usable(time_ns[~known])))
                told, untold = told + good, untold + len(known) - int(np.count_nonzero(known)) - good
                batch.place, batch.time_ns = narrow(place[known]), narrow(time_ns[known])
                batch.details["cookie"] = narrow(cookie[known])
        return told, untold

    def take(self, kind: int) -> FrameEvents:
        """Return all events of a kind, and let go of them."""
        mine = [batch for batch in self.batches if batch.kind == kind]
        self.batches = [batch for batch in self.batches if batch.kind != kind]
        none = np.zeros(0, np.int64)
        details: Columns = {}
        for name in _ORDER[kind]:
            details[name] = np.concatenate([none, *(batch.details.pop(name).wide() for batch in mine)])
        return FrameEvents(
            kind,
            np.concatenate([none, *(batch.place.wide() for batch in mine)]),
            np.concatenate([none, *(batch.time_ns.wide() for batch in mine)]),
            details,
        )
