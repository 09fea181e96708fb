"""Protobuf's wire format: a scalar walk over fields, and varints of many places at once with numpy.

https://protobuf.dev/programming-guides/encoding. Perfetto writes lengths of nested messages as padded
four-byte varints, newer versions as short ones; both are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]

Readable: TypeAlias = "bytes | mmap"
"""What is read from: slices of it are bytes."""

PADDING = 64
"""Bytes that must follow the data of a `Block`: columns are read before it is known if they are there."""

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5

_CONTINUATION = np.uint64(0x8080808080808080)
_ONE = np.uint64(1)


class WireError(ValueError):
    """Bytes that are not protobuf."""


def read_varint(data: Readable, at: int, end: int) -> tuple[int, int]:
    """Return (value, next place); raise `WireError` where it runs past `end` or ten bytes."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise WireError(f"varint without an end at byte {at}")


def walk_fields(data: Readable, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (field number, wire type, value start, value end) of a message's fields.

    For a varint the span is that of its bytes. Raises `WireError` at the first field that is not whole.
    """
    while at < end:
        tag, at = read_varint(data, at, end)
        wire = tag & 7
        start = at
        if wire == VARINT:
            _, at = read_varint(data, at, end)
        elif wire == LENGTH:
            length, start = read_varint(data, at, end)
            at = start + length
        elif wire == FIXED64:
            at += 8
        elif wire == FIXED32:
            at += 4
        else:
            raise WireError(f"wire type {wire} at byte {start}")
        if at > end or tag < 8:
            raise WireError(f"field {tag >> 3} is not whole at byte {start}")
        yield tag >> 3, wire, start, at


class Block:
    """Bytes, seen as an array of bytes and as (overlapping) little-endian words at every place.

    `data` (its first `size` bytes, if given) must end in `PADDING` bytes that belong to no message.
    """

    __slots__ = ("data", "octets", "words")

    def __init__(self, data: Readable, size: int | None = None) -> None:
        size = len(data) if size is None else size
        self.data = data
        self.octets: U8 = np.frombuffer(data, np.uint8, size)
        self.words: U64 = np.ndarray((size - 7,), "<u8", data, 0, (1,))


def varint_lengths(words: U64) -> Index:
    """Return how many bytes the varint at the start of each word takes, 0 where more than 8."""
    stop = ~words & _CONTINUATION
    lowest = stop & (np.uint64(0) - stop)
    return np.where(stop == 0, 0, (np.bitwise_count(lowest - _ONE).astype(np.int64) + 1) >> 3)


def varints(words: U64) -> tuple[U64, Index]:
    """Return values and byte lengths (0: more than 8 bytes) of the varints at the start of words."""
    stop = ~words & _CONTINUATION
    lowest = stop & (np.uint64(0) - stop)
    below = lowest - _ONE
    length = np.where(stop == 0, 0, (np.bitwise_count(below).astype(np.int64) + 1) >> 3)
    return _joined_septets(words & (below ^ lowest)), length


def fixed_varints(words: U64, width: int) -> U64:
    """Return the values of varints of one width (up to 8 bytes) at the start of words."""
    return _joined_septets(words & np.uint64((1 << 8 * width) - 1))


def _joined_septets(words: U64) -> U64:
    """Join the lower seven bits of the eight bytes of words."""
    value = words & np.uint64(0x7F7F7F7F7F7F7F7F)
    value = (value & np.uint64(0x007F007F007F007F)) | ((value & np.uint64(0x7F007F007F007F00)) >> _ONE)
    value = (value & np.uint64(0x00003FFF00003FFF)) | (
        (value & np.uint64(0x3FFF00003FFF0000)) >> np.uint64(2)
    )
    joined: U64 = (value & np.uint64(0x000000000FFFFFFF)) | (
        (value & np.uint64(0x0FFFFFFF00000000)) >> np.uint64(4)
    )
    return joined


def packed_varints(data: bytes) -> U64:
    """Return the values of a packed list of varints, without a last one that is not whole.

    Those of nine and ten bytes (negative ones) are whole too; longer ones come out as they may.
    """
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) < 0x80)
    starts = np.zeros(len(ends), np.int64)
    starts[1:] = ends[:-1] + 1
    words = Block(data + bytes(PADDING)).words
    values, width = varints(words[starts])
    long = np.flatnonzero(width == 0)
    if len(long):
        values[long] = _long_varints(words, starts[long])
    return values


def _long_varints(words: U64, at: Index) -> U64:
    """Return the values of varints of nine or ten bytes."""
    low, _ = varints(words[at] & np.uint64(0x7FFFFFFFFFFFFFFF))
    high = words[at + 8]
    last: U64 = np.where(high & np.uint64(0x80), high >> np.uint64(8), np.uint64(0))
    value: U64 = low | (high & np.uint64(0x7F)) << np.uint64(56) | (last & _ONE) << np.uint64(63)
    return value


_UNFINISHED = bytes(range(0x80, 0x100))


def joined_varints(packed: list[bytes]) -> tuple[Index, Index]:
    """Return the values of packed lists one after another, and the places where each begins and ends.

    A last varint that is not whole is left out.
    """
    whole = [raw.rstrip(_UNFINISHED) if raw and raw[-1] >= 0x80 else raw for raw in packed]
    data = b"".join(whole)
    lengths = np.cumsum(np.asarray([0, *map(len, whole)], np.int64))
    closed = np.append(0, np.cumsum(np.frombuffer(data, np.uint8) < 0x80))
    return packed_varints(data).view(np.int64), closed[lengths]
