"""Thread slices from begins and ends, settled in batches so that memory stays bounded.

Ftrace is drained CPU by CPU, so edges arrive nearly in order of time. They wait until enough newer ones have
come; the older half is then sorted, nested and forgotten but for the slices that are wanted and the ones
still open. An edge that comes later than that raises `LateEdge`; the caller then reads again with more
patience.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from traces.perfetto.atrace import INSTANT, Edges
from traces.perfetto.compiled import calls, loops
from traces.perfetto.crossing import Lane, Nested, untangled
from traces.perfetto.kernel_slices import PENDING
from traces.perfetto.nesting import nest, pair, stacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.perfetto.crossing import Kinds
    from traces.perfetto.wire import Index
    from traces.tables import Bools

    Decide = Callable[[list[int]], list[list[tuple[int, int]]]]
    """Takes numbers of undecided edges in order of time, returns the (step, name) that each stands for."""

PATIENCE = 200_000
"""Edges that wait before the older half is settled."""


_SMALL = 1 << 16
"""Thread numbers below this are looked up in a table, the others in a dictionary."""


_NEVER = np.iinfo(np.int64).max


class LateEdge(Exception):  # noqa: N818  a signal to read again, not an error
    """An edge came that is older than what was settled."""


@dataclass
class Rows:
    """Wanted slices: parallel lists of arrays, to be joined once; `place` ranks their begins in the file."""

    place: list[Index] = field(default_factory=list)
    start_ns: list[Index] = field(default_factory=list)
    dur_ns: list[Index] = field(default_factory=list)
    thread: list[Index] = field(default_factory=list)
    depth: list[Index] = field(default_factory=list)
    name: list[Index] = field(default_factory=list)

    def add(self, *columns: npt.NDArray[np.signedinteger[Any]]) -> None:
        """Append columns in the order of the fields."""
        for mine, new in zip(vars(self).values(), columns, strict=True):
            mine.append(new)

    def joined(self) -> tuple[Index, ...]:
        """Return start, duration, thread, depth, name in the order in which the slices began."""
        empty = np.zeros(0, np.int32)
        order = np.lexsort((np.concatenate([empty, *self.place]), np.concatenate([empty, *self.start_ns])))
        columns = []
        self.place.clear()
        for column in (self.start_ns, self.dur_ns, self.thread, self.depth, self.name):
            columns.append(np.concatenate([empty, *column])[order].astype(np.int64, copy=False))
            column.clear()
        return tuple(columns)


@dataclass
class _Batch:
    """Edges with their threads as small numbers; `place` ranks them in the file."""

    time_ns: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    thread: npt.NDArray[np.int32]
    step: npt.NDArray[np.int8]
    name: npt.NDArray[np.int32]

    def take(self, pick: Index) -> _Batch:
        return _Batch(**{f.name: getattr(self, f.name)[pick] for f in fields(self)})

    @classmethod
    def none(cls) -> _Batch:
        none = np.zeros(0, np.int64)
        return cls(none, none, none.astype(np.int32), none.astype(np.int8), none.astype(np.int32))

    @classmethod
    def join(cls, batches: list[_Batch]) -> _Batch:
        return cls(**{f.name: np.concatenate([getattr(b, f.name) for b in batches]) for f in fields(cls)})

    def sorted(self, older: int) -> _Batch:
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


class ThreadSlices:
    """Collects edges of all threads and gives the wanted slices.

    A thread is known by (tid, tgid), as a tid may be used again by another process. An end without a process
    number belongs to the process that the thread was last seen in.
    """

    def __init__(
        self, patience: int = PATIENCE, decide: Decide | None = None, kinds: Kinds | None = None
    ) -> None:
        self.threads: list[tuple[int, int]] = []
        self.seen_ns: list[int] = []
        """When each of them was first seen to be of its process."""
        self.unpaired_ends = 0
        self.unended = 0
        self._number: dict[int, int] = {}
        self._tgid_of: dict[int, int] = {}
        self._key_of = np.full(_SMALL, -1, np.int64)
        self._number_of = np.zeros(_SMALL, np.int32)
        self._patience = patience
        self._decide = decide
        self._kinds = kinds or {}
        self._waiting: list[_Batch] = []
        self._count = 0
        self._settled_ns: int | None = None
        self._open = _Batch.none()
        self._open_level = np.zeros(0, np.int64)
        self._taken = 0
        self.known_from_ns = 0
        self._rows = Rows()

    def begin_at(self, known_from_ns: int) -> None:
        """Leave out edges before a time; it may only become later before the first edges are settled."""
        if known_from_ns > self.known_from_ns:
            if self._settled_ns is not None:
                raise LateEdge
            self.known_from_ns = known_from_ns

    def add(self, edges: Edges) -> None:
        """Take edges in the order of the file."""
        if not len(edges.time_ns):
            return
        if self._settled_ns is not None and int(edges.time_ns.min()) < self._settled_ns:
            raise LateEdge
        thread = self._thread_numbers(edges)
        self._waiting.append(
            _Batch(
                edges.time_ns,
                np.arange(self._taken, self._taken + len(thread)),
                thread.astype(np.int32),
                edges.step.astype(np.int8),
                edges.name.astype(np.int32),
            )
        )
        self._count += len(thread)
        self._taken += len(thread)
        if self._count > self._patience:
            self._settle_older_half()

    def finish(self) -> tuple[Index, ...]:
        """Settle all and return start, duration (-1: never ended), thread number, depth, name number."""
        waiting = _Batch.join([_Batch.none(), *self._waiting])
        self._waiting, self._count = [], 0
        self._settle(waiting)
        still = self._open
        self.unended = len(still.time_ns)
        wanted = still.name >= 0
        self._rows.add(
            still.place[wanted],
            still.time_ns[wanted],
            np.full(int(wanted.sum()), -1),
            still.thread[wanted],
            self._open_level[wanted].astype(np.int32),
            still.name[wanted],
        )
        return self._rows.joined()

    def _thread_numbers(self, edges: Edges) -> Index:
        tgid = stated = edges.tgid
        if not tgid.all():
            tgid = tgid.copy()
            tids, first = np.unique(edges.tid[tgid != 0], return_index=True)
            known = {
                **self._tgid_of,
                **dict(zip(tids.tolist(), tgid[tgid != 0][first].tolist(), strict=True)),
            }
            without = np.flatnonzero(tgid == 0)
            tgid[without] = [known.get(tid, 0) for tid in edges.tid[without].tolist()]
        # Nearly all threads are known by their number, and of the process that they were last seen in.
        tid = np.minimum(edges.tid, _SMALL - 1)
        key = (edges.tid << 32) | tgid
        fits = self._key_of[tid] == key
        if not fits.all():
            mine = np.isin(edges.tid, np.unique(edges.tid[~fits]))
            self._learn(key[mine], edges.time_ns[mine], stated[mine] != 0)
            fits = self._key_of[tid] == key
        numbers = self._number_of[tid].astype(np.int64)
        if not fits.all():
            rest = np.flatnonzero(~fits)
            keys, inverse = np.unique(key[rest], return_inverse=True)
            numbers[rest] = np.asarray([self._number[k] for k in keys.tolist()], np.int64)[inverse]
        return numbers

    def _learn(self, key: Index, time_ns: Index, stated: Bools) -> None:
        keys, which = np.unique(key, return_inverse=True)
        first_ns = np.full(len(keys), _NEVER)
        np.minimum.at(first_ns, which[stated], time_ns[stated])
        for of, seen_ns in zip(keys.tolist(), first_ns.tolist(), strict=True):
            tid, tgid = of >> 32, of & 0xFFFFFFFF
            number = self._number.get(of)
            if number is None and tgid and tid not in self._tgid_of and (tid << 32) in self._number:
                # Seen before its process was known: it is the same thread.
                number = self._number[of] = self._number[tid << 32]
                self.threads[number] = (tid, tgid)
                self.seen_ns[number] = seen_ns
            if number is None:
                number = self._number[of] = len(self.threads)
                self.threads.append((tid, tgid))
                self.seen_ns.append(seen_ns)
            if tgid:
                self._tgid_of[tid] = tgid
            if tid < _SMALL - 1:
                self._key_of[tid], self._number_of[tid] = of, number

    def _settle_older_half(self) -> None:
        waiting = _Batch.join(self._waiting)
        self._waiting.clear()  # not two of them at once: memory has a bound
        middle = int(np.partition(waiting.time_ns, len(waiting.time_ns) // 2)[len(waiting.time_ns) // 2])
        old = waiting.time_ns < middle
        newer, older = waiting.take(np.flatnonzero(~old)), waiting.take(np.flatnonzero(old))
        del waiting, old
        self._waiting, self._count = [newer], len(newer.time_ns)
        self._settle(older)
        self._settled_ns = middle

    def _settle(self, edges: _Batch) -> None:
        known = edges.time_ns >= self.known_from_ns
        if not known.all():
            edges = edges.take(np.flatnonzero(known))
        if not len(edges.time_ns):
            return
        edges = self._decided(edges)
        if not len(edges.time_ns):
            return
        older = len(self._open.time_ns)
        edges = _Batch.join([self._open, edges])
        # What is still open is older than all else, so it stays in front.
        edges = edges.sorted(older)
        if loops() is not None:
            level, begin, end, still_open, unpaired = calls.nest(edges.thread, edges.step)
            self.unpaired_ends += unpaired
        else:
            level, closing_nothing = nest(edges.thread, edges.step)
            self.unpaired_ends += int(closing_nothing.sum())
            begin, end, still_open = pair(edges.thread, edges.step, level, closing_nothing)
        instant = np.flatnonzero(edges.name == INSTANT)
        if len(instant):
            level[instant - 1] += stacked(edges.thread, edges.time_ns, instant)
        nested, more = untangled(
            Lane(edges.time_ns, edges.thread, edges.step, edges.name, self._kinds),
            Nested(level, begin, end, still_open),
        )
        level, begin, end, still_open = nested
        self.unpaired_ends += more
        self._open, self._open_level = edges.take(still_open), level[still_open]
        wanted = edges.name[begin] >= 0
        begin, end = begin[wanted], end[wanted]
        self._rows.add(
            edges.place[begin],
            edges.time_ns[begin],
            edges.time_ns[end] - edges.time_ns[begin],
            edges.thread[begin],
            level[begin].astype(np.int32),
            edges.name[begin],
        )

    def _decided(self, edges: _Batch) -> _Batch:
        """Put the edges of binder events in their place: what each does is told by those before it."""
        pending = np.flatnonzero(edges.step == PENDING)
        if not len(pending) or self._decide is None:
            return edges
        in_time = pending[np.lexsort((edges.place[pending], edges.time_ns[pending]))]
        done = self._decide(edges.name[in_time].tolist())
        count = np.ones(len(edges.time_ns), np.int64)
        count[in_time] = [len(each) for each in done]
        source = np.repeat(np.arange(len(count)), count)
        edges = edges.take(source)
        first = np.cumsum(count) - count
        for place, each in zip(first[in_time].tolist(), done, strict=True):
            for i, (step, name) in enumerate(each, place):
                edges.step[i], edges.name[i] = step, name
        return edges
