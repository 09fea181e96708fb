"""ADB packets survive the wire, and what is not a packet is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.adbd.packet import (
    HEADER_SIZE,
    Command,
    Packet,
    ProtocolError,
    checksum,
    decode_header,
    decode_payload,
    encode,
)

WORDS = st.integers(0, 2**32 - 1)
PACKETS = st.builds(
    Packet, st.sampled_from([int(one) for one in Command]), WORDS, WORDS, st.binary(max_size=300)
)


@given(PACKETS, st.booleans())
def test_a_packet_comes_back_as_it_went(packet: Packet, with_checksum: bool) -> None:
    raw = encode(packet, with_checksum=with_checksum)
    header = decode_header(raw[:HEADER_SIZE])
    assert decode_payload(header, raw[HEADER_SIZE:], with_checksum=with_checksum) == packet


@given(PACKETS)
def test_the_checksum_is_the_sum_of_the_bytes_or_zero(packet: Packet) -> None:
    checked = decode_header(encode(packet, with_checksum=True)[:HEADER_SIZE])
    unchecked = decode_header(encode(packet, with_checksum=False)[:HEADER_SIZE])
    assert checked.checksum == sum(packet.payload) == checksum(packet.payload)
    assert unchecked.checksum == 0


@given(PACKETS, st.integers(0, HEADER_SIZE - 1), st.integers(1, 255))
def test_a_broken_command_or_magic_is_refused(packet: Packet, at: int, flip: int) -> None:
    raw = bytearray(encode(packet, with_checksum=False)[:HEADER_SIZE])
    raw[at] ^= flip
    if at < 4 or at >= 20:
        with pytest.raises(ProtocolError, match="magic"):
            decode_header(bytes(raw), max_payload=2**32)
    else:
        assert decode_header(bytes(raw), max_payload=2**32).command == packet.command


def test_a_payload_longer_than_agreed_is_refused() -> None:
    raw = encode(Packet(Command.WRTE, 1, 2, b"x" * 11), with_checksum=False)
    with pytest.raises(ProtocolError, match="at most 10"):
        decode_header(raw[:HEADER_SIZE], max_payload=10)


def test_a_wrong_checksum_is_refused_only_where_checksums_are_in_use() -> None:
    raw = encode(Packet(Command.WRTE, 1, 2, b"abc"), with_checksum=True)
    header = decode_header(raw[:HEADER_SIZE])
    with pytest.raises(ProtocolError, match="checksum"):
        decode_payload(header, b"abd", with_checksum=True)
    assert decode_payload(header, b"abd", with_checksum=False).payload == b"abd"


def test_the_words_are_those_of_the_protocol() -> None:
    raw = encode(Packet(Command.OKAY, 7, 9), with_checksum=True)
    assert raw == b"OKAY" + bytes([7, 0, 0, 0, 9, 0, 0, 0]) + bytes(8) + bytes(0xFF ^ one for one in b"OKAY")
