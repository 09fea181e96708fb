"""Walk the events of many bundles at once: all bundles of a block step from event to event together.

A page of the kernel makes a bundle of some eighty events, and a block holds hundreds of bundles; so a few
dozen steps over short columns find what a search for tags through all bytes finds several times as slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from traces.perfetto.wire import U64, Block, Index
    from traces.tables import Bools

# An event's tag, its length in one, two or (padded) four bytes, and the tag of the time that it begins with:
# which bits of the eight bytes matter, and what they are.
_ONE = (np.uint64(0x00FF80FF), np.uint64(0x00080012))
_TWO = (np.uint64(0xFF8080FF), np.uint64(0x08008012))
_FOUR = (np.uint64(0xFFFFFF8080FF), np.uint64(0x080080808012))
_LONGEST_SHARE = 128
"""A bundle that is more than this part of a block would take more steps than searching it costs."""


@dataclass
class Walked:
    """Payload spans of the events, in order; per bundle the first and the last of them and where it stopped.

    A bundle that stopped before its end goes on with something that is no event of the usual form.
    """

    start: Index
    end: Index
    edges: Index
    stopped: Index


def short_ones(first: Index, last: Index) -> Bools:
    """Return which bundles are short enough beside the others to be walked in step with them."""
    if not len(first):
        return np.zeros(0, np.bool_)
    short: Bools = (last - first) * _LONGEST_SHARE <= int((last - first).sum()) + _LONGEST_SHARE * 64
    return short


def _is(words: U64, form: tuple[np.uint64, np.uint64]) -> Bools:
    same: Bools = (words & form[0]) == form[1]
    return same


def walk(block: Block, first: Index, last: Index) -> Walked:
    """Walk bundles from `first`, where their events begin, towards `last`."""
    words = block.words
    stopped = last.copy()
    who, at, limit = np.arange(len(first)), first, last
    owners, starts, ends = [], [], []
    while len(who):
        head = words[at]
        one = _is(head, _ONE)
        low = (head >> np.uint64(8)) & np.uint64(0x7F)
        if one.all():
            good = at < limit
            start = at + 2
            end = start + low.view(np.int64)
        else:
            low |= np.where(one, np.uint64(0), (head >> np.uint64(9)) & np.uint64(0x3F80))
            four = _is(head, _FOUR)
            good = one | four
            if good.all():
                start = at + (5 - 3 * one)
            else:
                two = _is(head, _TWO)
                good |= two
                start = at + (5 - 3 * one - 2 * two)
            good &= at < limit
            end = start + low.view(np.int64)
        good &= end <= limit
        if not good.all():
            stopped[who[~good]] = at[~good]
            who, start, end, limit = who[good], start[good], end[good], limit[good]
        owners.append(who)
        starts.append(start)
        ends.append(end)
        at = end
    return _in_order(owners, starts, ends, stopped)


def _in_order(owners: list[Index], starts: list[Index], ends: list[Index], stopped: Index) -> Walked:
    """Put what was found step by step into the order of the bundles."""
    none = np.zeros(0, np.int64)
    owner = np.concatenate([none, *owners])
    step = np.repeat(np.arange(len(owners)), [len(part) for part in owners])
    counts = np.bincount(owner, minlength=len(stopped))
    behind = np.cumsum(counts)
    place = (behind - counts)[owner] + step
    start, end = np.empty(len(owner), np.int64), np.empty(len(owner), np.int64)
    start[place] = np.concatenate([none, *starts])
    end[place] = np.concatenate([none, *ends])
    some = np.flatnonzero(counts)
    edges = np.concatenate([(behind - counts)[some], behind[some] - 1])
    return Walked(start, end, start[edges], stopped)
