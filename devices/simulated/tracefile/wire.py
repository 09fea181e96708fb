"""Protobuf's wire format, as far as traces need it."""

from __future__ import annotations

import struct

_TABLE_BITS = 14
_TABLE = 1 << _TABLE_BITS
_SHORT = [bytes((v,)) if v < 0x80 else bytes((v & 0x7F | 0x80, v >> 7)) for v in range(_TABLE)]
"""Whole numbers of one byte or two: most of a trace."""
_MORE = [bytes((v & 0x7F | 0x80, v >> 7 | 0x80)) for v in range(_TABLE)]
"""The same 14 bits where more follow."""


def varint(value: int) -> bytes:
    """Encode an unsigned number; a negative one as 64-bit two's complement."""
    if value < 0:
        value += 1 << 64
    if value < _TABLE:
        return _SHORT[value]
    out = _MORE[value & 0x3FFF]
    value >>= _TABLE_BITS
    while value >= _TABLE:
        out += _MORE[value & 0x3FFF]
        value >>= _TABLE_BITS
    return out + _SHORT[value]


_KEYS = {(number, kind): varint(number << 3 | kind) for number in range(1, 260) for kind in (0, 1, 2)}


def number(field: int, value: int) -> bytes:
    """Encode a varint field (numbers, enums, booleans)."""
    return _KEYS[field, 0] + varint(value)


def data(field: int, value: bytes) -> bytes:
    """Encode a length-delimited field (messages, bytes)."""
    return _KEYS[field, 2] + varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """Encode a string field."""
    return data(field, value.encode("utf-8", "replace"))


def double(field: int, value: float) -> bytes:
    """Encode a double field."""
    return _KEYS[field, 1] + struct.pack("<d", value)
