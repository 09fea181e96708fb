"""Walk the events of many bundles at once: all bundles of a block step from event to event together.

A page of the kernel makes a bundle of some eighty events, and a block holds hundreds of bundles; so a few
dozen steps over short columns find what a search for tags through all bytes finds several times as slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.compiled import calls, loops

if TYPE_CHECKING:
    from traces.perfetto.wire import U64, Block, Index, Readable
    from traces.tables import Bools

# An event's tag, its length in one, two or (padded) four bytes, and the tag of the time that it begins with:
# which bits of the eight bytes matter, and what they are.
_ONE = (np.uint64(0x00FF80FF), np.uint64(0x00080012))
_TWO = (np.uint64(0xFF8080FF), np.uint64(0x08008012))
_FOUR = (np.uint64(0xFFFFFF8080FF), np.uint64(0x080080808012))
_EVENT_TAG, _TIME_TAG = 0x12, 0x08
_U8, _U9, _U7F, _U3F80 = np.uint64(8), np.uint64(9), np.uint64(0x7F), np.uint64(0x3F80)
_FEW = 24
_LONGEST_SHARE = 128
"""A bundle that is more than this part of a block would take more steps than searching it costs."""


@dataclass
class Walked:
    """Payload spans of the events, in order, and where each bundle stopped.

    A bundle that stopped before its end goes on with something that is no event of the usual form.
    """

    start: Index
    end: Index
    stopped: Index


def short_ones(first: Index, last: Index) -> Bools:
    """Return which bundles are short enough beside the others to be walked in step with them."""
    if not len(first):
        return np.zeros(0, np.bool_)
    if loops() is not None:
        return np.ones(len(first), np.bool_)
    short: Bools = (last - first) * _LONGEST_SHARE <= int((last - first).sum()) + _LONGEST_SHARE * 64
    return short


def _is(words: U64, form: tuple[np.uint64, np.uint64]) -> Bools:
    same: Bools = (words & form[0]) == form[1]
    return same


def walk(block: Block, first: Index, last: Index) -> Walked:
    """Walk bundles from `first`, where their events begin, towards `last`."""
    if loops() is not None:
        start, end, counts, stopped = calls.walk(block, first, last)
        return Walked(start, end, stopped)
    words = block.words
    stopped = last.copy()
    who, at, limit = np.arange(len(first)), first, last
    owners, starts, ends = [], [], []
    form, skip = _FOUR, 5
    while len(who) > _FEW:
        head = words[at]
        good = _is(head, form)
        length = (head >> _U8) & _U7F
        if form is _FOUR:
            length |= (head >> _U9) & _U3F80
        start = at + skip
        end = start + length.view(np.int64)
        good &= end <= limit
        if not good.all():
            start, size, good = _any_form(at, head)
            end = start + size
            good &= end <= limit
            form, skip = (_ONE, 2) if 2 * np.count_nonzero(_is(head, _ONE)) > len(head) else (_FOUR, 5)
            if not good.all():
                stopped[who[~good]] = at[~good]
                who, start, end, limit = who[good], start[good], end[good], limit[good]
        owners.append(who)
        starts.append(start)
        ends.append(end)
        at = end
    steps = np.repeat(np.arange(len(owners)), [len(part) for part in owners])
    if len(who):
        few = _walk_few(block.data, who, at, last, stopped)
        owners.append(few[0])
        steps = np.append(steps, few[1] + len(owners) - 1)
        starts.append(few[2])
        ends.append(few[3])
    none = np.zeros(0, np.int64)
    owner = np.concatenate([none, *owners])
    counts = np.bincount(owner, minlength=len(first))
    behind = np.cumsum(counts)
    place = (behind - counts)[owner]
    place += steps
    start, end = np.empty(len(owner), np.int64), np.empty(len(owner), np.int64)
    start[place] = np.concatenate([none, *starts])
    end[place] = np.concatenate([none, *ends])
    return Walked(start, end, stopped)


def _any_form(at: Index, head: U64) -> tuple[Index, Index, Bools]:
    """Return payload starts, lengths, and whose length is of a usual form."""
    one, two, four = _is(head, _ONE), _is(head, _TWO), _is(head, _FOUR)
    length = (head >> _U8) & _U7F
    length |= np.where(one, np.uint64(0), (head >> _U9) & _U3F80)
    return at + (5 - 3 * one - 2 * two), length.view(np.int64), one | two | four


def _walk_few(data: Readable, who: Index, at: Index, last: Index, stopped: Index) -> Index:
    """Walk on in the few bundles that are left, one by one: for so few, columns cost more.

    Returns rows of bundles, steps, starts and ends.
    """
    found: list[tuple[int, int, int, int]] = []
    for bundle, begin in zip(who.tolist(), at.tolist(), strict=True):
        limit, here, step = int(last[bundle]), begin, 0
        while here < limit and data[here] == _EVENT_TAG:
            length = data[here + 1]
            start = here + 2
            if length > 0x7F:
                second = data[here + 2]
                if second < 0x80:
                    start = here + 3
                elif data[here + 3] == 0x80 and data[here + 4] == 0:
                    start = here + 5
                else:
                    break
                length = (length & 0x7F) | (second & 0x7F) << 7
            here = start + length
            if data[start] != _TIME_TAG or here > limit:
                here = start
                break
            found.append((bundle, step, start, here))
            step += 1
        stopped[bundle] = found[-1][3] if step else begin
    return np.asarray(found, np.int64).reshape(-1, 4).T
