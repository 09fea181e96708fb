"""Numbers for texts that come again and again: each distinct one is looked at once, the others in columns.

A recording of a minute holds hundreds of thousands of texts, but only thousands of distinct ones. Their bytes
are mixed into one number each, eight bytes at a time for all texts together. By chance two texts mix to the
same 64 bits once in 10^19 pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.compiled import calls, loops

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.perfetto.wire import U64, Block, Index

_SLOT_BITS = 15
_LONGEST = 128
"""Longer texts, which hardly come twice, go to the reader one by one."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_TO_SLOT = np.uint64(64 - _SLOT_BITS)
_HALF, _TOP = np.uint64(32), np.uint64(56)
_WORD = 8
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)


class Interner:
    """Gives the texts of a block the numbers that `read` gives them.

    Args:
        read: returns the number of one text, always the same for the same text.
        unwanted: returns the number of all begins (`B|process|name`) in a process of slices that nobody asked
            for.
        globs: patterns of the names that are asked for, each with its length (one byte) before it; without
            any, every text is read.
    """

    def __init__(
        self,
        read: Callable[[bytes], int],
        unwanted: Callable[[int], int] | None = None,
        globs: bytes = b"",
    ) -> None:
        self.held = 0
        """Bytes of the texts that are known."""
        self._read, self._unwanted = read, unwanted
        self._globs = np.frombuffer(globs if unwanted is not None else b"", np.uint8)
        # Where most are found: one place for each, the latest of several texts that share it.
        self._slot_mixed = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._slot_number = np.zeros(1 << _SLOT_BITS, np.int64)
        # All of them, in order.
        self._mixed = np.zeros(0, np.uint64)
        self._number = np.zeros(0, np.int64)
        # The same for the compiled loops: open addressing, at most half full.
        self._table = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        self._used = 0

    def forget(self) -> None:
        """Ask the reader again for every text."""
        self._slot_mixed[:] = 0
        self._mixed, self._number = self._mixed[:0], self._number[:0]
        self._table[0][:] = 0
        self._used = 0
        self.held = 0

    def numbers(self, block: Block, start: Index, end: Index) -> Index:
        """Return the numbers of the texts at `block.data[start:end]`."""
        if loops() is not None:
            return self._compiled_numbers(block, start, end)
        mixed = _mixed(block, start, end - start)
        slots = (mixed >> _TO_SLOT).view(np.int64)
        numbers: Index = self._slot_number[slots]
        missed = np.flatnonzero(self._slot_mixed[slots] != mixed)
        if len(missed):
            numbers[missed] = self._looked_up(block, start[missed], end[missed], mixed[missed])
            self._slot_mixed[slots[missed]] = mixed[missed]
            self._slot_number[slots[missed]] = numbers[missed]
        alone = np.flatnonzero(mixed == 0)
        if len(alone):
            numbers[alone] = self._asked(block, start[alone], end[alone])
        return numbers

    def _compiled_numbers(self, block: Block, start: Index, end: Index) -> Index:
        parts: list[Index] = []
        while len(start):
            if 2 * (self._used + 1) > len(self._table[0]):
                self._grow()
            table = self._table
            numbers, new_ones, done, self._used = calls.intern(
                block, (start, end), table, self._used, self._globs
            )
            fresh, first, process = new_ones
            answers = self._answers(block, start[first], end[first], process)
            table[1][fresh] = answers
            alone = np.flatnonzero(numbers == calls.ALONE)
            new = np.flatnonzero(numbers < 0) if len(fresh) else fresh
            if len(alone):
                new = new[numbers[new] != calls.ALONE]
                numbers[alone] = self._asked(block, start[alone], end[alone])
            numbers[new] = answers[-1 - numbers[new]]
            parts.append(numbers)
            start, end = start[done:], end[done:]
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.int64), *parts])

    def _answers(self, block: Block, start: Index, end: Index, process: Index) -> Index:
        """Ask the reader for what is not told to be unwanted."""
        asked = np.flatnonzero(process < 0)
        if len(asked) == len(start):
            return self._asked(block, start, end)
        assert self._unwanted is not None, "no globs without it"
        self.held += int((end - start).sum())
        pids, inverse = np.unique(process, return_inverse=True)
        answers: Index = np.asarray([self._unwanted(pid) if pid >= 0 else 0 for pid in pids.tolist()])[
            inverse
        ]
        answers[asked] = self._asked(block, start[asked], end[asked])
        return answers

    def _grow(self) -> None:
        """Make the compiled loops' table four times as large, and put all into its new place."""
        keys, numbers = self._table
        size = max(1 << _SLOT_BITS, 4 * len(keys))
        self._table = np.zeros(size, np.uint64), np.zeros(size, np.int64)
        taken = np.flatnonzero(keys)
        mask = np.uint64(size - 1)
        left, slots = taken, (keys[taken] >> _HALF) & mask
        while len(left):
            free = np.flatnonzero(self._table[0][slots] == 0)
            self._table[0][slots[free]] = keys[left[free]]
            # of several that want one place, the last has it
            placed = self._table[0][slots] == keys[left]
            self._table[1][slots[placed]] = numbers[left[placed]]
            left, slots = left[~placed], (slots[~placed] + np.uint64(1)) & mask

    def _looked_up(self, block: Block, start: Index, end: Index, mixed: U64) -> Index:
        place = np.searchsorted(self._mixed, mixed)
        known = np.zeros(len(mixed), np.bool_)
        if len(self._mixed):
            known = self._mixed[np.minimum(place, len(self._mixed) - 1)] == mixed
        numbers = np.zeros(len(mixed), np.int64)
        numbers[known] = self._number[place[known]]
        new = np.flatnonzero(~known)
        if len(new):
            added, first, inverse = np.unique(mixed[new], return_index=True, return_inverse=True)
            answers = self._asked(block, start[new[first]], end[new[first]])
            numbers[new] = answers[inverse]
            self._mixed, self._number = _merged(self._mixed, self._number, added, answers)
        return numbers

    def _asked(self, block: Block, start: Index, end: Index) -> Index:
        data, read = block.data, self._read
        return np.asarray(
            [read(data[a:b]) for a, b in zip(start.tolist(), end.tolist(), strict=True)], np.int64
        )


def _merged(mixed: U64, number: Index, more: U64, numbers: Index) -> tuple[U64, Index]:
    place = np.searchsorted(mixed, more)
    return np.insert(mixed, place, more), np.insert(number, place, numbers)


def _mixed(block: Block, start: Index, length: Index) -> U64:
    """Return one number for the bytes and the length of each text, 0 for those that are looked at alone."""
    words = block.words
    mixed = words[start]
    mixed &= _MASKS[np.minimum(length, _WORD)]
    mixed ^= (length + 1).view(np.uint64) << _TOP
    mixed *= _MIX
    mixed ^= mixed >> _HALF
    longer = np.flatnonzero((length > _WORD) & (length <= _LONGEST))
    at, left = start[longer] + _WORD, length[longer] - _WORD
    so_far = mixed[longer]
    while len(longer):
        word = words[at]
        word &= _MASKS[np.minimum(left, _WORD)]
        so_far ^= word
        so_far *= _MIX
        so_far ^= so_far >> _HALF
        more = left > _WORD
        if not more.all():
            done = ~more
            mixed[longer[done]] = so_far[done]
            longer, at, left, so_far = longer[more], at[more], left[more], so_far[more]
        at = at + _WORD
        left = left - _WORD
    mixed[length > _LONGEST] = 0
    return mixed
