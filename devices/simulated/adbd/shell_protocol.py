"""Shell protocol v2: packets that keep stdin, stdout, stderr, the exit code and window size apart.

Source: `shell_protocol.h` of Android's adb: one byte id, four bytes little-endian length, data.
"""

from __future__ import annotations

import struct
from enum import IntEnum

_HEAD = struct.Struct("<BI")
HEAD_SIZE = _HEAD.size


class Kind(IntEnum):
    """Packet ids."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    EXIT = 3
    CLOSE_STDIN = 4
    WINDOW_SIZE_CHANGE = 5


def encode(kind: Kind, data: bytes = b"") -> bytes:
    """Return one shell packet."""
    return _HEAD.pack(kind, len(data)) + data


class Decoder:
    """Cuts a byte stream into shell packets, whatever pieces it comes in."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Take bytes and return the packets that are now whole, as (id, data)."""
        self._buffer += data
        packets: list[tuple[int, bytes]] = []
        while len(self._buffer) >= HEAD_SIZE:
            kind, length = _HEAD.unpack_from(self._buffer)
            if len(self._buffer) < HEAD_SIZE + length:
                break
            packets.append((kind, bytes(self._buffer[HEAD_SIZE : HEAD_SIZE + length])))
            del self._buffer[: HEAD_SIZE + length]
        return packets
