"""Ends that name what they end, where slices of the kernel cross those of programs.

Trace processor ends the innermost open slice, but for three events of the kernel: the end of a workqueue's
work, the unlocking of binder's lock, and kswapd's going to sleep. These end the innermost open slice of their
own kind; where another lies in it, that one stays open until the next event of the thread, which cuts it off
where what it lay in ended (`SliceTracker::MaybeCloseStack`). It is rare, so only threads where it happens are
walked. What crosses where a batch of edges ends is nested as usual in the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from traces.perfetto.atrace import INSTANT, NOT_KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from traces.perfetto.wire import Index

HELD, HELD_END, WORK, WORK_END, KSWAPD, KSWAPD_END = -3, -4, -5, -6, -7, -8
"""In place of names: slices of the three kinds where they are not wanted, and their ends."""

Kinds: TypeAlias = "Mapping[int, int]"
"""What stands for the name of an end that names what it ends -> the name of what it ends."""


def by_end(kinds: Kinds) -> Index:
    """Return the same as a table: at minus the name of an end the name of what it ends, -1: it names none."""
    table = np.full(1 - min(kinds, default=NOT_KEPT), NOT_KEPT, np.int64)
    for end, name in kinds.items():
        table[-end] = name
    return table


class Nested(NamedTuple):
    """How edges nest: the level of each begin, places of begins, of their ends, and of open ones."""

    level: Index
    begin: Index
    end: Index
    still_open: Index


class Lane(NamedTuple):
    """Edges, thread by thread in order of time, and which ends name what they end."""

    time_ns: Index
    thread: npt.NDArray[np.int32]
    step: npt.NDArray[np.int8]
    name: npt.NDArray[np.int32]
    kinds: Kinds


def untangled(edges: Lane, nested: Nested) -> tuple[Nested, int]:
    """Return how edges nest with ends that name what they end, and how many more ends end nothing."""
    crossed = _crossed(edges, nested)
    if not len(crossed):
        return nested, 0
    mine = np.isin(edges.thread, crossed)
    walks = [_Walk(edges, np.flatnonzero(edges.thread == thread)) for thread in crossed.tolist()]
    level = nested.level.copy()
    for walk in walks:
        level[walk.begun] = walk.levels
    others = ~mine[nested.begin]
    still_open = nested.still_open[~mine[nested.still_open]]
    told = Nested(
        level,
        np.concatenate([nested.begin[others], *(np.asarray(walk.closed, np.int64) for walk in walks)]),
        np.concatenate([nested.end[others], *(np.asarray(walk.ends, np.int64) for walk in walks)]),
        np.sort(np.concatenate([still_open, *(walk.still_open() for walk in walks)])),
    )
    before = np.count_nonzero(edges.step[mine] < 0) - np.count_nonzero(~others)
    return told, sum(walk.unpaired for walk in walks) - int(before)


def _crossed(edges: Lane, nested: Nested) -> npt.NDArray[np.int32]:
    """Return the threads where the end of one kind would end a slice of another."""
    if not len(edges.name) or int(edges.name.min()) > INSTANT - 1:
        return np.zeros(0, np.int32)
    what, begun = edges.name[nested.end], edges.name[nested.begin]
    wrong = np.zeros(len(what), np.bool_)
    for end, name in edges.kinds.items():
        wrong |= (what == end) & (begun != name)
    return np.unique(edges.thread[nested.begin[wrong]])


class _Walk:
    """The edges of one thread, one after another, as trace processor's `SliceTracker` takes them."""

    def __init__(self, edges: Lane, places: Index) -> None:
        self.begun: list[int] = []
        self.levels: list[int] = []
        self.closed: list[int] = []
        self.ends: list[int] = []
        self.unpaired = 0
        # (place of the begin, its time, its name, place of the end or None), also of ended ones below others
        self._stack: list[tuple[int, int, int, int | None]] = []
        self._edges = edges
        places_, time, step, name = (
            column.tolist()
            for column in (places, edges.time_ns[places], edges.step[places], edges.name[places])
        )
        for i, (place, at, direction, what) in enumerate(zip(places_, time, step, name, strict=True)):
            if direction > 0:
                instant = i + 1 < len(name) and name[i + 1] == INSTANT
                self._close(at, instant=instant)
                self.begun.append(place)
                self.levels.append(len(self._stack))
                self._stack.append((place, at, what, places_[i + 1] if instant else None))
                if instant:
                    self._pair(place, places_[i + 1])
            elif what != INSTANT:
                self._close(at, instant=False)
                self._end(place, what)

    def still_open(self) -> Index:
        """Return the places of begins that nothing ended."""
        return np.asarray([begin for begin, _, _, end in self._stack if end is None], np.int64)

    def _pair(self, begin: int, end: int) -> None:
        self.closed.append(begin)
        self.ends.append(end)

    def _end(self, place: int, what: int) -> None:
        for i in reversed(range(len(self._stack))):
            begin, at, name, end = self._stack[i]
            if end is None and self._ends(what, name):
                self._pair(begin, place)
                self._stack[i] = begin, at, name, place
                if i == len(self._stack) - 1:
                    self._stack.pop()
                return
        self.unpaired += 1

    def _ends(self, what: int, name: int) -> bool:
        return self._edges.kinds.get(what, name) == name

    def _close(self, now: int, *, instant: bool) -> None:
        """Take ended slices off the stack, and cut off what lies open in one that ended before."""
        open_within = False
        for i in reversed(range(len(self._stack))):
            _, begun, _, end = self._stack[i]
            if end is None:
                open_within = True
                continue
            ended = int(self._edges.time_ns[end])
            if open_within:
                if now > ended:
                    for inner in self._stack[i + 1 :]:
                        self._pair(inner[0], end)
                    del self._stack[i:]
                    open_within = False
            elif ended < now or (ended == now and not (begun == ended and instant)):
                self._stack.pop()
