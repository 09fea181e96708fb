"""Protobuf's wire format, as far as traces need it."""

from __future__ import annotations

import struct


def varint(value: int) -> bytes:
    """Encode an unsigned number; a negative one as 64-bit two's complement."""
    if value < 0:
        value += 1 << 64
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


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
