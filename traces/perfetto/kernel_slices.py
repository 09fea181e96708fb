"""Slices that events of the kernel put on threads, among which atrace's slices nest.

Trace processor makes slices of many kernel events on the track of the thread that ran; they count for the
depth of atrace's slices there. Most are plain begins and ends; binder's depend on what other threads did.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.atrace import INSTANT, NOT_KEPT, Edges
from traces.perfetto.binder_slices import (
    END,
    END_HELD,
    LOCK_HELD,
    NAMES,
    ONE_WAY_SENT,
    ONE_WAY_TAKEN,
    BinderSlices,
    Step,
)
from traces.perfetto.crossing import HELD, HELD_END, KSWAPD, KSWAPD_END, WORK, WORK_END
from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.wire import LENGTH, VARINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.atrace import Names
    from traces.perfetto.crossing import Kinds
    from traces.perfetto.task_state import Kernel
    from traces.perfetto.wire import Block, Index

PENDING = 2
"""Step of an edge that only `KernelSlices.decide` can tell; its name is the number of a binder event."""

_SENT, _TAKEN, _LOCK, _LOCKED, _UNLOCK, _COMMAND, _RETURN = BINDER = 50, 51, 53, 54, 55, 485, 486
_WORK_START, _WORK_END = 58, 57
_KSWAPD_START, _KSWAPD_END = 538, 539
_EFFICIENCY = b"kswapd_efficiency"
_CMA_START, _CMA_INFO, _CMA_FINISH = 465, 466, 576
_SCM_START, _SIGNAL_SENT, _VICTIM = 338, 325, 334
BEGINS: dict[int, bytes | None] = {
    46: b"mm_vmscan_direct_reclaim",
    _WORK_START: None,  # workqueue_execute_start: named by a kernel symbol
    _SCM_START: None,
    417: b"dma_fence_wait",
    443: b"mm_vmscan_shrink_slab",
    _CMA_START: b"mm_cma_alloc",
    _KSWAPD_START: _EFFICIENCY,
    607: b"mm_vmscan_memcg_reclaim",
}
"""Fields of FtraceEvent that begin a slice, and its name."""
ENDS = (47, _WORK_END, 339, 418, 444, _CMA_INFO, _CMA_FINISH, _KSWAPD_END, 608)
_NAMED_ENDS = {_WORK_END: WORK_END, _KSWAPD_END: KSWAPD_END}
INSTANTS = {324: b"signal_deliver", _SIGNAL_SENT: b"signal_generate", _VICTIM: b"mem.oom_kill"}
"""Slices of no length. The last two lie on the thread that they name, not on the one that wrote them."""
FIELDS = (*BINDER, *BEGINS, *ENDS, *INSTANTS)
TAGS = tuple(
    (number << 3 & 0x7F | LENGTH | 0x80) | (number >> 4) << 8 for number in FIELDS
)  # all above 15: two bytes
"""The two bytes of their tags as little-endian numbers."""

_ROW = {number: row for row, number in enumerate(FIELDS, 2)}
_EVENT = Fields([(1, VARINT), (2, VARINT), *((number, LENGTH) for number in FIELDS)])
_TRANSACTION = Fields([(1, VARINT), (5, VARINT), (7, VARINT)])
_FIRST = Fields([(1, VARINT)])
_SECOND = Fields([(2, VARINT)])
_FOURTH = Fields([(4, VARINT)])
_PLAIN_STEPS = {_TAKEN: Step.TAKEN, _COMMAND: Step.COMMAND, _RETURN: Step.RETURN}
_LOCK_STEPS = {_LOCK: Step.LOCK, _LOCKED: Step.LOCKED, _UNLOCK: Step.UNLOCK}
_NUMBER_BITS = 32

KERNEL_NAMES = frozenset(
    text.decode() for text in (*NAMES, *BEGINS.values(), *INSTANTS.values()) if text is not None
)
"""Names of slices that no program wrote, but for those of SCM calls, which begin with `SCM_PREFIX`."""
SCM_PREFIX = "scm id="


def is_kernels(name: str | None) -> bool:
    """Whether a slice of this name comes from an event of the kernel."""
    return name is not None and (name in KERNEL_NAMES or name.startswith(SCM_PREFIX))


class KernelSlices:
    """Turns kernel events into edges of thread slices."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._binder = BinderSlices()
        self._events = array("q")  # per binder event: step, thread (24 bits), number or command (32 bits)

    def kinds(self) -> Kinds:
        """Return which ends name what they end, and the name of that."""
        held, kswapd = (self._names.number(text) for text in (LOCK_HELD, _EFFICIENCY))
        return {
            HELD_END: HELD if held == NOT_KEPT else held,
            KSWAPD_END: KSWAPD if kswapd == NOT_KEPT else kswapd,
            WORK_END: WORK,
        }

    def edges(self, block: Block, start: Index, end: Index, kernel: Kernel | None) -> Edges:
        """Return the edges of the events at `start` .. `end`, in their order."""
        scanned = _EVENT.scan(block, start, end)
        present = scanned.value[2:] != ABSENT
        usable = ~scanned.odd & (present.sum(axis=0) == 1) & (scanned.value[:2] >= 0).all(axis=0)
        parts: list[tuple[Index, Index, Index, Index]] = []  # place, thread, step, name
        for number in FIELDS:
            mine = np.flatnonzero(present[_ROW[number] - 2] & usable)
            if len(mine) and _counts(number, kernel):
                span = scanned.value[_ROW[number], mine], scanned.end[_ROW[number], mine]
                parts += self._of(number, block, mine, scanned.value[1, mine], span)
        none = np.zeros(0, np.int64)
        place, tid, step, name = (
            np.concatenate([none, *column]) for column in (zip(*parts, strict=True) if parts else ((),) * 4)
        )
        order = np.argsort(place, kind="stable")
        place = place[order]
        return Edges(
            scanned.value[0, place], tid[order], np.zeros(len(place), np.int64), step[order], name[order]
        )

    def _of(
        self, number: int, block: Block, place: Index, tid: Index, span: tuple[Index, Index]
    ) -> list[tuple[Index, Index, Index, Index]]:
        count = len(place)
        if number in BINDER:
            return [(place, tid, np.full(count, PENDING), self._remember(number, block, tid, span))]
        ends = np.full(count, -1), np.full(count, _NAMED_ENDS.get(number, NOT_KEPT))
        if number in ENDS:
            return [(place, tid, *ends)]
        if number in INSTANTS:
            if number != 324:
                tid = _column(_FOURTH if number == _SIGNAL_SENT else _FIRST, block, span)
            name = self._names.number(INSTANTS[number])
            end = place, tid, ends[0], np.full(count, INSTANT)
            return [(place, tid, np.full(count, 1), np.full(count, name)), end]
        text = BEGINS[number]
        names = np.full(count, WORK if text is None else self._names.number(text))
        if number == _KSWAPD_START:
            names[names == NOT_KEPT] = KSWAPD
        if number == _SCM_START:
            called = _column(_SECOND, block, span).tolist()
            names = np.asarray([self._names.number(b"scm id=%s" % _hex(one)) for one in called], np.int64)
        return [(place, tid, np.full(count, 1), names)]

    def _remember(self, number: int, block: Block, tid: Index, span: tuple[Index, Index]) -> Index:
        """Keep binder events for `decide`; return their numbers."""
        value = np.zeros(len(tid), np.int64)
        if number == _SENT:
            value, reply, flags = np.maximum(_TRANSACTION.scan(block, *span).value, 0)
            step = (flags & 1) | ((reply == 1).astype(np.int64) << 1)
        elif number in _PLAIN_STEPS:
            value = _column(_FIRST, block, span)
            step = np.full(len(tid), _PLAIN_STEPS[number], np.int64)
        else:
            step = np.full(len(tid), _LOCK_STEPS[number], np.int64)
        first = len(self._events)
        packed = (step << 56) | ((tid & 0xFFFFFF) << _NUMBER_BITS) | (value & 0xFFFFFFFF)
        self._events.frombytes(packed.astype(np.int64).tobytes())
        return np.arange(first, len(self._events))

    def decide(self, events: Sequence[int]) -> list[list[tuple[int, int]]]:
        """Return per binder event, given by number in order of time, the (step, name) of its edges."""
        names = {text: (1, self._names.number(text)) for text in NAMES}
        names[END] = (-1, NOT_KEPT)
        names[END_HELD] = (-1, HELD_END)
        if names[LOCK_HELD][1] == NOT_KEPT:
            names[LOCK_HELD] = (1, HELD)
        at_once = {text: [names[text], (-1, INSTANT)] for text in (ONE_WAY_SENT, ONE_WAY_TAKEN)}
        out = []
        packed, take = self._events, self._binder.take
        for event in events:
            one = packed[event]
            texts = take(one >> 56, one >> _NUMBER_BITS & 0xFFFFFF, one & 0xFFFFFFFF)
            out.append(at_once.get(texts[0] if texts else END) or [names[text] for text in texts])
        return out


def _counts(number: int, kernel: Kernel | None) -> bool:
    """Whether an event means something in a kernel: CMA's say what they do now since 5.10 and 6.1."""
    if number not in (_CMA_START, _CMA_INFO, _CMA_FINISH):
        return True
    if kernel is None or kernel < (5, 10):
        return False
    return number == _CMA_START or (number == _CMA_FINISH) == (kernel >= (6, 1))


def _column(fields: Fields, block: Block, span: tuple[Index, Index]) -> Index:
    values: Index = np.maximum(fields.scan(block, *span).value[0], 0)
    return values


def _hex(value: int) -> bytes:
    return b"0x%x" % value if value else b"0"
