"""Thread slices from begins and ends, settled in batches so that memory stays bounded.

Ftrace is drained CPU by CPU, so edges arrive nearly in order of time. They wait until enough newer ones have
come; the older half is then sorted, nested and forgotten but for the slices that are wanted and the ones
still open. An edge that comes later than that raises `LateEdge`; the caller then reads again with more
patience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from traces.perfetto.atrace import INSTANT, Edges
from traces.perfetto.compiled import calls, loops
from traces.perfetto.crossing import Lane, Nested, by_end, untangled
from traces.perfetto.distinct import distinct
from traces.perfetto.edge_buffer import Batch, EdgeBuffer
from traces.perfetto.kernel_slices import PENDING
from traces.perfetto.memory import Kept
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


_AT_ONCE = 100_000
"""Edges that come at once, at most, in most traces."""
_MANY, _EACH = 4096, 16
_END_OF_TIME = 2**63 - 1
_SMALL = 1 << 16
"""Thread numbers below this are looked up in a table, the others in a dictionary."""


_CELLS = 6
_NEVER = np.iinfo(np.int64).max


class LateEdge(Exception):  # noqa: N818  a signal to read again, not an error
    """An edge came that is older than what was settled."""


class Rows:
    """Wanted slices: place, start, duration, thread, depth, name; `place` ranks their begins in the file."""

    _PLACE, _START = 0, 1

    def __init__(self) -> None:
        self._kept = Kept(np.int64, np.int64, np.int64, np.int32, np.int32, np.int32)

    def add(self, *columns: npt.NDArray[np.signedinteger[Any]]) -> None:
        """Append columns in this order."""
        self._kept.add(*columns)

    def joined(self) -> tuple[Index, ...]:
        """Return start, duration, thread, depth, name in the order in which slices began; let go of all."""
        order = np.lexsort((self._kept.column(self._PLACE), self._kept.column(self._START)))
        self._kept.let_go(self._PLACE)
        columns = []
        for place in range(self._START, _CELLS):
            columns.append(self._kept.column(place)[order].astype(np.int64, copy=False))
            self._kept.let_go(place)
        self._kept.clear()
        return tuple(columns)


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
        self._ended = by_end(self._kinds)
        self._waiting = EdgeBuffer(min(patience, PATIENCE) + _AT_ONCE)
        self._settled_ns: int | None = None
        self._open = Batch.room(0)
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
        place = np.arange(self._taken, self._taken + len(thread))
        self._waiting.add([edges.time_ns, place, thread, edges.step, edges.name])
        self._taken += len(thread)
        if self._waiting.count > self._patience:
            self._settle_older_half()

    def finish(self) -> tuple[Index, ...]:
        """Settle all and return start, duration (-1: never ended), thread number, depth, name number."""
        self._settle(_END_OF_TIME)
        self._waiting = EdgeBuffer()
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

    def _thread_numbers(self, edges: Edges) -> npt.NDArray[np.signedinteger]:
        tgid = stated = edges.tgid
        if loops() is not None:
            known = calls.threads(edges.tid, tgid, self._key_of, self._number_of)
            if known is not None:
                return known
        if not tgid.all():
            tgid = tgid.copy()
            tids, first = np.unique(edges.tid[tgid != 0], return_index=True)
            told = {
                **self._tgid_of,
                **dict(zip(tids.tolist(), tgid[tgid != 0][first].tolist(), strict=True)),
            }
            without = np.flatnonzero(tgid == 0)
            tgid[without] = [told.get(tid, 0) for tid in edges.tid[without].tolist()]
        # Nearly all threads are known by their number, and of the process that they were last seen in.
        tid = np.minimum(edges.tid, _SMALL - 1)
        key = (edges.tid << 32) | tgid
        fits = self._key_of[tid] == key
        if not fits.all():
            mine = np.isin(edges.tid, np.asarray(distinct(edges.tid[~fits])))
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
        time_ns = self._waiting.edges().time_ns
        if len(time_ns) > _MANY:
            time_ns = time_ns[::_EACH]  # near the middle is good enough
        middle = int(np.partition(time_ns, len(time_ns) // 2)[len(time_ns) // 2])
        self._settle(middle)
        self._waiting.drop(middle)
        self._settled_ns = middle

    def _settle(self, until_ns: int) -> None:
        """Nest the edges before a time."""
        if loops() is not None and self._settle_compiled(until_ns):
            return
        edges = self._waiting.edges()
        edges = edges.take(np.flatnonzero((edges.time_ns >= self.known_from_ns) & (edges.time_ns < until_ns)))
        if not len(edges.time_ns):
            return
        edges = self._decided(edges)
        if not len(edges.time_ns):
            return
        older = len(self._open.time_ns)
        edges = Batch.join([self._open, edges])
        # What is still open is older than all else, so it stays in front.
        edges = edges.sorted(older)
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

    def _settle_compiled(self, until_ns: int) -> bool:
        """Do the same where begins and ends are all that there is; return whether it is done."""
        count = self._waiting.count
        if not count:
            return True
        # What is still open is older than all else; it stands behind the others for a moment.
        edges = self._waiting.with_behind(self._open.columns())
        time_ns = edges.time_ns[:count]
        before = int(time_ns.min()) - 1
        layout = calls.Layout.of(
            len(edges.time_ns), min(int(time_ns.max()), until_ns) - before, len(self.threads)
        )
        if layout is None:
            return False
        from_to = self.known_from_ns, until_ns
        keys = calls.keys(layout, edges.columns(), count, from_to, before)
        if keys is None:
            return False
        settled = calls.settle(layout, keys, edges.columns(), self._ended)
        if settled is None:
            return False
        rows, still_open, unpaired = settled
        self.unpaired_ends += unpaired
        self._open = edges.take(still_open)
        self._open_level, _ = nest(self._open.thread, np.ones(len(still_open), np.int8))
        self._rows.add(*rows)
        return True

    def _decided(self, edges: Batch) -> Batch:
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
