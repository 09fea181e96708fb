"""The handshake and the packet rules, seen by a bare TCP client."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from devices.simulated.adbd.packet import (
    HEADER_SIZE,
    MAX_PAYLOAD,
    VERSION_SKIP_CHECKSUM,
    VERSION_WITH_CHECKSUM,
    Command,
    Header,
    Packet,
    checksum,
    decode_header,
    encode,
)
from devices.simulated.server import PortTakenError, SimulatedPhone
from tests.devices.simulated.userland.fake_world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Host:
    """The other end of the wire."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, version: int) -> None:
        self.reader, self.writer, self.version = reader, writer, version

    def send(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        self.writer.write(
            encode(Packet(command, arg0, arg1, payload), with_checksum=self.version < VERSION_SKIP_CHECKSUM)
        )

    async def receive(self) -> tuple[Header, bytes]:
        header = decode_header(await self.reader.readexactly(HEADER_SIZE))
        return header, await self.reader.readexactly(header.length)

    async def connect(self) -> bytes:
        self.send(Command.CNXN, self.version, MAX_PAYLOAD, b"host::features=shell_v2\0")
        header, payload = await self.receive()
        assert header.command == Command.CNXN
        assert header.checksum == checksum(payload)
        return payload


def with_host(scenario: Callable[[Host], Awaitable[None]], version: int = VERSION_SKIP_CHECKSUM) -> None:
    async def main() -> None:
        phone = SimulatedPhone(FakeWorld(), speed=1000)
        await phone.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", phone.port)
        try:
            await asyncio.wait_for(scenario(Host(reader, writer, version)), 20)
        finally:
            writer.close()
            await phone.stop()

    asyncio.run(main())


def test_the_banner_names_the_device_and_only_features_it_has() -> None:
    async def scenario(host: Host) -> None:
        banner = (await host.connect()).decode()
        assert banner.startswith("device::ro.product.name=testphone;ro.product.model=Test Phone;")
        assert banner.endswith(
            "features=shell_v2,cmd,stat_v2,ls_v2,sendrecv_v2,fixed_push_mkdir,abb,abb_exec"
        )

    with_host(scenario)


@pytest.mark.parametrize("version", [VERSION_WITH_CHECKSUM, VERSION_SKIP_CHECKSUM])
def test_checksums_are_used_with_old_hosts_and_left_out_with_new_ones(version: int) -> None:
    async def scenario(host: Host) -> None:
        await host.connect()
        host.send(Command.OPEN, 11, 0, b"shell:echo hello\0")
        okay, _ = await host.receive()
        assert (okay.command, okay.arg1) == (Command.OKAY, 11)
        write, payload = await host.receive()
        assert (write.command, payload) == (Command.WRTE, b"hello\n")
        assert write.checksum == (checksum(payload) if version == VERSION_WITH_CHECKSUM else 0)
        host.send(Command.OKAY, 11, write.arg0)
        assert (await host.receive())[0].command == Command.CLSE

    with_host(scenario, version)


def test_a_second_write_waits_for_the_okay_of_the_first() -> None:
    async def scenario(host: Host) -> None:
        await host.connect()
        host.send(Command.OPEN, 11, 0, b"shell:echo one; sleep 1; echo two\0")
        okay, _ = await host.receive()
        assert (await host.receive())[1] == b"one\n"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(host.reader.readexactly(1), 0.1)
        host.send(Command.OKAY, 11, okay.arg0)
        assert (await host.receive())[1] == b"two\n"

    with_host(scenario)


def test_an_unknown_service_is_refused_and_the_connection_lives_on() -> None:
    async def scenario(host: Host) -> None:
        await host.connect()
        host.send(Command.OPEN, 5, 0, b"jdwp:1\0")
        refused, _ = await host.receive()
        assert (refused.command, refused.arg0, refused.arg1) == (Command.CLSE, 0, 5)
        host.send(Command.OPEN, 6, 0, b"tcp:9008\0")
        assert (await host.receive())[0].command == Command.CLSE
        host.send(Command.OPEN, 7, 0, b"shell:true\0")
        assert (await host.receive())[0].command == Command.OKAY

    with_host(scenario)


def test_closing_a_stream_kills_what_runs_in_it() -> None:
    async def scenario(host: Host) -> None:
        await host.connect()
        host.send(Command.OPEN, 5, 0, b"shell:sleep 100000; echo never\0")
        okay, _ = await host.receive()
        host.send(Command.CLSE, 5, okay.arg0)
        assert (await host.receive())[0].command == Command.CLSE
        host.send(Command.OPEN, 6, 0, b"shell:pidof sleep || echo gone\0")
        await host.receive()
        assert (await host.receive())[1] == b"gone\n"

    with_host(scenario)


@pytest.mark.parametrize(
    "raw", [b"\0" * HEADER_SIZE, encode(Packet(Command.OPEN, 1, 0, b"shell:\0"), with_checksum=True)]
)
def test_what_breaks_the_protocol_is_dropped(raw: bytes) -> None:
    async def scenario(host: Host) -> None:
        host.writer.write(raw)
        assert await host.reader.read() == b""

    with_host(scenario)


def test_a_taken_port_is_named_in_the_error() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port} .*--port"):
            asyncio.run(SimulatedPhone(FakeWorld(), port=port).start())


def test_it_listens_on_loopback_only() -> None:
    async def main() -> None:
        phone = SimulatedPhone(FakeWorld())
        await phone.start()
        server = phone._adbd._server
        assert server is not None
        assert {one.getsockname()[0] for one in server.sockets} == {"127.0.0.1"}
        await phone.stop()

    asyncio.run(main())
