"""Cut a trace into packets: a `Trace` message is a list of length-delimited packets, field 1.

The file is read in pieces; a packet that is not whole waits for the next piece. Nothing but the current piece
is in memory. https://perfetto.dev/docs/reference/trace-packet-proto
"""

from __future__ import annotations

from dataclasses import dataclass
from mmap import ACCESS_COPY, mmap
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.compiled import calls, loops
from traces.perfetto.wire import PADDING, Block, WireError, read_varint, varints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from traces.perfetto.containers import FilePiece
    from traces.perfetto.wire import U8, Index, Readable

_PACKET_TAG = 0x0A


@dataclass
class Damage:
    """Where the cutting stopped: bytes left over at the end, or bytes that are no packet."""

    left_bytes: int = 0
    stopped_at: int | None = None

    @property
    def truncated(self) -> bool:
        """Whether anything was left uncut."""
        return self.left_bytes > 0 or self.stopped_at is not None


def cut(block: Block, size: int) -> tuple[Index, Index, int, bool]:
    """Return packet starts and ends, the place after the last whole packet, and whether what follows is bad.

    The block's data must go on for `PADDING` zero bytes beyond `size`. Packets are followed one by one; where
    they turn out to be tiny, many at a time.
    """
    if loops() is not None:
        return calls.cut(block, size)
    data = block.data
    starts: list[Index] = []
    ends: list[Index] = []
    at, bad, done = 0, False, False
    while not done:
        few = [at]
        behind: list[int] = []
        stop = min(size, at + _FEW * _TINY)
        at, done, bad = _follow(data, few, behind, stop, size)
        few.pop()
        starts.append(np.asarray(few, np.int64))
        ends.append(np.asarray(behind, np.int64))
        if not done and len(few) > _FEW:
            start, end = _many(block, at, min(size, at + _MANY))
            if len(start):
                starts.append(start)
                ends.append(end)
                at = int(end[-1])
                done = at >= size
    return np.concatenate(starts), np.concatenate(ends), at, bad


_FEW, _TINY, _MANY = 512, 128, 1 << 20
"""So many packets are followed one by one before, at this many bytes each or less, many are at a time, in
so many bytes at once."""


def _follow(
    data: Readable, starts: list[int], ends: list[int], stop: int, size: int
) -> tuple[int, bool, bool]:
    """Follow packets up to `stop`; return the place after them, if that is all, if what follows is bad."""
    at = starts.pop()
    add_start, add_end = starts.append, ends.append
    done = bad = False
    while at < stop:
        if data[at] != _PACKET_TAG:
            done = bad = True
            break
        length = data[at + 1]
        start = at + 2
        if length > 0x7F:
            second = data[at + 2]
            if second < 0x80:
                # Two bytes: the usual size of a packet, so read in place.
                length = (length & 0x7F) | second << 7
                start = at + 3
            else:
                try:
                    length, start = read_varint(data, at + 1, size)
                except WireError:
                    # Ten bytes without an end are bad; fewer may go on in the next piece.
                    done, bad = True, size - at > 11
                    break
        end = start + length
        if end > size:
            done = True
            break
        add_start(start)
        add_end(end)
        at = end
    starts.append(at)
    return at, done or at >= size, bad


def _many(block: Block, at: int, size: int) -> tuple[Index, Index]:
    """Return starts and ends of the packets from `at` on, as far as each is followed by another's tag."""
    octets = block.octets
    tag = np.flatnonzero(octets[at:size] == _PACKET_TAG)
    tag += at
    length = octets[tag + 1].astype(np.int64)
    start = tag + 2
    wide = np.flatnonzero(length > 0x7F)
    value, width = varints(block.words[tag[wide] + 1])
    start[wide] += np.maximum(width - 1, 0)
    length[wide] = np.where((width > 0) & (value < size), value, size).astype(np.int64)
    end = start + length
    likely = np.flatnonzero((octets[np.minimum(end, size)] == _PACKET_TAG) & (end <= size))
    tag, start, end = tag[likely], start[likely], end[likely]
    if not len(tag) or tag[0] != at:
        return tag[:0], tag[:0]
    breaks = np.flatnonzero(end[:-1] != tag[1:])
    if len(breaks) * 64 > len(tag):
        # Most that are none are the end of no other.
        ended = np.zeros(size + 1, np.bool_)
        for _ in range(3):
            ended[at] = True
            ended[end] = True
            real = np.flatnonzero(ended[tag])
            if len(real) == len(tag):
                break
            ended[end] = False
            tag, start, end = tag[real], start[real], end[real]
        breaks = np.flatnonzero(end[:-1] != tag[1:])
    # Most candidates stand one behind the other; at each break the chain is taken up where it goes on.
    breaks = np.append(breaks, len(tag) - 1)
    onward = np.searchsorted(tag, end[breaks])
    found = tag[np.minimum(onward, len(tag) - 1)] == end[breaks]
    following = np.where(found, np.searchsorted(breaks, onward), len(breaks)).tolist()
    onward_list, break_list = onward.tolist(), breaks.tolist()
    edge = np.zeros(len(tag) + 1, np.int8)
    first, which = 0, 0
    while which < len(break_list):
        edge[first] += 1
        edge[break_list[which] + 1] -= 1
        first, which = onward_list[which], following[which]
    picked = np.flatnonzero(np.cumsum(edge[:-1], dtype=np.int8))
    return start[picked], end[picked]


def packets(
    pieces: Iterable[bytes | FilePiece], damage: Damage, whole: int | None, windows: int = 1
) -> Iterator[tuple[Block, Index, Index]]:
    """Yield blocks with the spans of the packets in them.

    Args:
        pieces: the trace's bytes in order.
        damage: filled with what could not be cut.
        whole: the trace's size in bytes if known; a packet that claims to run past it ends the cutting at
            once.
        windows: how many blocks are good at one time: with 1, one is until the next is asked for.
    """
    turn = 0
    used = [_Window() for _ in range(windows)]
    position = wanted = 0
    for piece in pieces:
        window = used[turn % windows]
        window.add(piece)
        if window.size < wanted:
            continue
        block = window.block()
        starts, ends, at, bad = cut(block, window.size)
        if len(starts):
            yield block, starts, ends
            turn += 1
        position += at
        window = window.hand_over(at, used[turn % windows])
        if bad:
            damage.stopped_at = position
            return
        wanted = window.wanted()
        if whole is not None and position + wanted > whole:
            damage.left_bytes = whole - position
            return
    damage.left_bytes = used[turn % windows].size


class _Window:
    """The part of a trace that is looked at: memory that is used again for each piece.

    New memory for each piece would cost as much time as reading it.
    """

    def __init__(self) -> None:
        self.size = 0
        self._memory = mmap(-1, PADDING + 1, access=ACCESS_COPY)
        self._octets = np.frombuffer(self._memory, np.uint8)

    def add(self, piece: bytes | FilePiece) -> None:
        """Put bytes behind those that are there."""
        if isinstance(piece, bytes):
            self._put(np.frombuffer(piece, np.uint8))
            return
        self._make_room(self.size + piece.most)
        self._end_at(self.size + piece.into(self._octets[self.size : self.size + piece.most].data))

    def _put(self, octets: U8) -> None:
        size = self.size + len(octets)
        self._make_room(size)
        self._octets[self.size : size] = octets
        self._end_at(size)

    def _make_room(self, size: int) -> None:
        if size + PADDING > len(self._memory):
            more = mmap(-1, 2 * (size + PADDING), access=ACCESS_COPY)
            more[: self.size] = self._memory[: self.size]
            self._memory, self._octets = more, np.frombuffer(more, np.uint8)

    def _end_at(self, size: int) -> None:
        self._octets[size : size + PADDING] = 0
        self.size = size

    def block(self) -> Block:
        """Return what is there."""
        return Block(self._memory, self.size + PADDING)

    def hand_over(self, done: int, other: _Window) -> _Window:
        """Let go of the first bytes; the rest goes to the beginning of another window, which is returned."""
        left = self.size - done
        if other is self:
            self._memory.move(0, done, left)
            self.size = left
        else:
            other.size = 0
            other._put(self._octets[done : self.size])
        return other

    def wanted(self) -> int:
        """Return how many bytes the packet at the start takes, as far as can be told."""
        return _wanted(self._memory, self.size)


def _wanted(data: Readable, size: int) -> int:
    """Return how many bytes the packet at the start of the data takes, as far as can be told."""
    try:
        length, start = read_varint(data, 1, size)
    except WireError:
        return 0
    return start + length
