"""Begins and ends of slices that wait to be nested, in columns that are used again and again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from traces.perfetto.compiled import calls, loops

if TYPE_CHECKING:
    from traces.perfetto.compiled.calls import Signed
    from traces.perfetto.wire import Index


@dataclass
class Batch:
    """Edges with their threads as small numbers; `place` ranks them in the file."""

    time_ns: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    thread: npt.NDArray[np.int32]
    step: npt.NDArray[np.int8]
    name: npt.NDArray[np.int32]

    @classmethod
    def room(cls, count: int) -> Batch:
        """Return columns of so many edges, which say nothing yet."""
        wide, narrow = (np.empty((2, count), kind) for kind in (np.int64, np.int32))
        return cls(wide[0], wide[1], narrow[0], np.empty(count, np.int8), narrow[1])

    @classmethod
    def join(cls, batches: list[Batch]) -> Batch:
        """Return edges one batch after another."""
        return cls(**{f.name: np.concatenate([getattr(b, f.name) for b in batches]) for f in fields(cls)})

    def columns(self) -> list[Signed]:
        """Return the columns in the order of the fields."""
        return [self.time_ns, self.place, self.thread, self.step, self.name]

    def take(self, pick: Index | slice) -> Batch:
        """Return the edges that an index or a slice picks; a slice gives views."""
        return Batch(*(column[pick] for column in self.columns()))

    def put(self, at: int, more: list[Signed]) -> None:
        """Write edges (columns of any width) over those from row `at` on."""
        for mine, theirs in zip(self.columns(), more, strict=True):
            mine[at : at + len(theirs)] = theirs

    def sorted(self, older: int) -> Batch:
        """Return the edges by thread, time and place; the first `older` are older than the others."""
        count = len(self.time_ns)
        first = int(self.time_ns[older:].min())
        bits = count.bit_length()
        span = (int(self.time_ns[older:].max()) - first + 1).bit_length()
        threads = int(self.thread.max()).bit_length()
        if threads + span + bits > 64:
            return self.take(np.lexsort((self.time_ns, self.thread)))
        # All three in one number: sorting numbers is many times as fast as sorting places by them.
        key = self.time_ns - (first - 1)
        key[:older] = 0
        packed = (self.thread.astype(np.uint64) << np.uint64(span + bits)) | (
            key.astype(np.uint64) << np.uint64(bits)
        )
        packed |= np.arange(count, dtype=np.uint64)
        packed.sort()
        packed &= np.uint64((1 << bits) - 1)
        return self.take(packed.astype(np.int64))


class EdgeBuffer:
    """Edges in the order of the file.

    Args:
        room: how many are expected; memory that nothing was written to costs nothing.
    """

    def __init__(self, room: int = 0) -> None:
        self.count = 0
        self._room = Batch.room(room)

    def add(self, more: list[Signed]) -> None:
        """Put edges, as columns, behind the others."""
        self._put(more)
        self.count += len(more[0])

    def edges(self) -> Batch:
        """Return views of the edges, good until the next change."""
        return self._room.take(slice(self.count))

    def with_behind(self, more: list[Signed]) -> Batch:
        """Return the same with other edges behind them that are not added."""
        self._put(more)
        return self._room.take(slice(self.count + len(more[0])))

    def drop(self, until_ns: int) -> None:
        """Leave out edges before a time."""
        edges = self.edges()
        if loops() is not None:
            self.count = calls.drop(until_ns, edges.columns())
            return
        kept = edges.take(np.flatnonzero(edges.time_ns >= until_ns))
        self._room.put(0, kept.columns())
        self.count = len(kept.time_ns)

    def _put(self, more: list[Signed]) -> None:
        count = self.count + len(more[0])
        if count > len(self._room.time_ns):
            room = Batch.room(2 * count)
            room.put(0, self.edges().columns())
            self._room = room
        self._room.put(self.count, more)
