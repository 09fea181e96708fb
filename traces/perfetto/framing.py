"""Cut a trace into packets: a `Trace` message is a list of length-delimited packets, field 1.

The file is read in pieces; a packet that is not whole waits for the next piece. Nothing but the current piece
is in memory. https://perfetto.dev/docs/reference/trace-packet-proto
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.perfetto.wire import PADDING, Block, WireError, read_varint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def cut(data: bytes, size: int) -> tuple[list[int], list[int], int, bool]:
    """Return packet starts and ends, the place after the last whole packet, and whether what follows is bad.

    `data` must go on for `PADDING` zero bytes beyond `size`.
    """
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    add_start, add_end = starts.append, ends.append
    while at < size:
        if data[at] != _PACKET_TAG:
            return starts, ends, at, True
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
                    return starts, ends, at, size - at > 11
        end = start + length
        if end > size:
            return starts, ends, at, False
        add_start(start)
        add_end(end)
        at = end
    return starts, ends, at, False


def packets(
    pieces: Iterable[bytes], damage: Damage, whole: int | None
) -> Iterator[tuple[Block, list[int], list[int]]]:
    """Yield blocks with the spans of the packets in them.

    Args:
        pieces: the trace's bytes in order.
        damage: filled with what could not be cut.
        whole: the trace's size in bytes if known; a packet that claims to run past it ends the cutting at
        once.
    """
    left, position = b"", 0
    padding = bytes(PADDING)
    wanted = 0
    for piece in pieces:
        if len(left) + len(piece) < wanted:
            left += piece
            continue
        data = b"".join((left, piece, padding))
        size = len(data) - PADDING
        starts, ends, at, bad = cut(data, size)
        if starts:
            yield Block(data), starts, ends
        position += at
        left = data[at:size]
        if bad:
            damage.stopped_at = position
            return
        wanted = _wanted(left)
        if whole is not None and position + wanted > whole:
            damage.left_bytes = whole - position
            return
    damage.left_bytes = len(left)


def _wanted(left: bytes) -> int:
    """Return how many bytes the packet at the start of `left` takes, as far as can be told."""
    try:
        length, start = read_varint(left, 1, len(left))
    except WireError:
        return 0
    return start + length
