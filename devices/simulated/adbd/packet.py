"""ADB's wire packets: a header of six little-endian words, then the payload.

Source: `protocol.txt` and `adb.h` of Android's platform/packages/modules/adb.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION_WITH_CHECKSUM = 0x01000000
VERSION_SKIP_CHECKSUM = 0x01000001
"""From this version on both sides leave the checksum 0 once the handshake is done."""
MAX_PAYLOAD = 1024 * 1024
MAX_PAYLOAD_V1 = 4 * 1024
HEADER = struct.Struct("<6I")
HEADER_SIZE = HEADER.size


class Command(IntEnum):
    """The command words."""

    SYNC = 0x434E5953
    CNXN = 0x4E584E43
    OPEN = 0x4E45504F
    OKAY = 0x59414B4F
    CLSE = 0x45534C43
    WRTE = 0x45545257
    AUTH = 0x48545541
    STLS = 0x534C5453


class ProtocolError(Exception):
    """The peer broke ADB's packet rules; the connection must be dropped."""


@dataclass(frozen=True, slots=True)
class Header:
    """The fixed part of a packet."""

    command: int
    arg0: int
    arg1: int
    length: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet."""

    command: int
    arg0: int
    arg1: int
    payload: bytes = b""


def checksum(payload: bytes) -> int:
    """Return the sum of the payload's bytes, modulo 2**32."""
    return sum(payload) & 0xFFFFFFFF


def encode(packet: Packet, *, with_checksum: bool) -> bytes:
    """Return the packet's bytes; the checksum word is 0 unless `with_checksum`."""
    check = checksum(packet.payload) if with_checksum else 0
    command = packet.command
    header = HEADER.pack(command, packet.arg0, packet.arg1, len(packet.payload), check, command ^ 0xFFFFFFFF)
    return header + packet.payload


def decode_header(raw: bytes, *, max_payload: int = MAX_PAYLOAD) -> Header:
    """Read a header.

    Raises:
        ProtocolError: Wrong size, wrong magic, or a payload longer than was agreed.
    """
    if len(raw) != HEADER_SIZE:
        raise ProtocolError(f"a header has {HEADER_SIZE} bytes, got {len(raw)}")
    command, arg0, arg1, length, check, magic = HEADER.unpack(raw)
    if command ^ 0xFFFFFFFF != magic:
        raise ProtocolError(f"magic {magic:#010x} does not belong to command {command:#010x}")
    if length > max_payload:
        raise ProtocolError(f"payload of {length} bytes, agreed were at most {max_payload}")
    return Header(command, arg0, arg1, length, check)


def decode_payload(header: Header, payload: bytes, *, with_checksum: bool) -> Packet:
    """Join header and payload to a packet.

    Raises:
        ProtocolError: The payload's length or checksum differs from the header's.
    """
    if len(payload) != header.length:
        raise ProtocolError(f"payload of {len(payload)} bytes, header says {header.length}")
    if with_checksum and checksum(payload) != header.checksum:
        raise ProtocolError("payload checksum mismatch")
    return Packet(header.command, header.arg0, header.arg1, payload)
