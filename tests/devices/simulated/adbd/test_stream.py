"""Flow control: one WRTE under way until its OKAY, and no OKAY while nobody reads."""

from __future__ import annotations

import asyncio

import pytest

from devices.simulated.adbd.packet import Command, Packet
from devices.simulated.adbd.stream import READ_BUFFER, Stream, StreamClosedError, StreamReader


class Wire:
    def __init__(self, max_payload: int = 10) -> None:
        self.sent: list[Packet] = []
        self.forgotten: list[Stream] = []
        self.stream = Stream(1, 50, self.sent.append, max_payload, self.forgotten.append)

    def commands(self) -> list[int]:
        return [packet.command for packet in self.sent]


def test_a_long_write_goes_in_pieces_each_after_the_last_ones_okay() -> None:
    async def scenario() -> None:
        wire = Wire(max_payload=10)
        task = asyncio.create_task(wire.stream.write(b"0123456789abcdefghijXYZ"))
        for count in (1, 2, 3):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(wire.sent) == count
            wire.stream.on_okay()
        await task
        assert [packet.payload for packet in wire.sent] == [b"0123456789", b"abcdefghij", b"XYZ"]
        assert all((packet.arg0, packet.arg1) == (1, 50) for packet in wire.sent)

    asyncio.run(scenario())


def test_each_wrte_is_answered_until_the_reader_falls_behind() -> None:
    async def scenario() -> None:
        wire = Wire()
        half = bytes(READ_BUFFER // 2)
        wire.stream.on_write(half)
        assert wire.commands() == [Command.OKAY]
        wire.stream.on_write(half)
        assert wire.commands() == [Command.OKAY]
        assert await wire.stream.read() == half
        assert wire.commands() == [Command.OKAY, Command.OKAY]

    asyncio.run(scenario())


def test_what_was_received_can_still_be_read_after_the_host_closed() -> None:
    async def scenario() -> None:
        wire = Wire()
        wire.stream.on_write(b"last words")
        wire.stream.on_close()
        assert await wire.stream.read() == b"last words"
        assert await wire.stream.read() == b""
        assert wire.forgotten == [wire.stream]

    asyncio.run(scenario())


def test_a_write_that_waits_ends_when_the_stream_closes() -> None:
    async def scenario() -> None:
        wire = Wire()
        await wire.stream.write(b"one")
        task = asyncio.create_task(wire.stream.write(b"two"))
        await asyncio.sleep(0)
        wire.stream.on_close()
        with pytest.raises(StreamClosedError):
            await task

    asyncio.run(scenario())


def test_closing_says_so_once() -> None:
    async def scenario() -> None:
        wire = Wire()
        wire.stream.close()
        wire.stream.close()
        wire.stream.on_write(b"too late")
        assert wire.commands() == [Command.CLSE]

    asyncio.run(scenario())


def test_exact_and_marked_reads_cross_packet_borders() -> None:
    async def scenario() -> None:
        wire = Wire()
        for part in (b"GET / HT", b"TP/1.1\r\n\r\nbo", b"dy+rest"):
            wire.stream.on_write(part)
        reader = StreamReader(wire.stream)
        assert await reader.until(b"\r\n\r\n") == b"GET / HTTP/1.1\r\n\r\n"
        assert await reader.exactly(0) == b""
        assert await reader.exactly(4) == b"body"
        wire.stream.on_close()
        with pytest.raises(StreamClosedError):
            await reader.exactly(6)

    asyncio.run(scenario())
