"""One host's connection: handshake, then packets to and from its streams."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from devices.simulated.adbd.auth import AuthKind, Authorizer, Policy, parse_public_key
from devices.simulated.adbd.packet import (
    HEADER_SIZE,
    MAX_PAYLOAD,
    MAX_PAYLOAD_V1,
    VERSION_SKIP_CHECKSUM,
    VERSION_WITH_CHECKSUM,
    Command,
    Packet,
    ProtocolError,
    decode_header,
    decode_payload,
    encode,
)
from devices.simulated.adbd.stream import Stream, StreamClosedError

Handler = Callable[[Stream], Awaitable[None]]


class Services(Protocol):
    """What the phone offers behind ADB."""

    def banner(self) -> str:
        """Return the identity that CNXN carries: `device::key=value;...;features=a,b`."""
        ...

    def open(self, name: str, connection: Connection) -> Handler | None:
        """Return what serves this service name on a connection; None refuses the OPEN."""
        ...

    @property
    def authorizer(self) -> Authorizer:
        """Which hosts may do anything."""
        ...

    def disconnected(self, connection: Connection) -> None:
        """Take that a connection is gone."""
        ...


class Connection:
    """One TCP connection from an adb server.

    Args:
        reader: Where packets come from.
        writer: Where packets go.
        services: What can be opened.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, services: Services
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._services = services
        self._version = VERSION_WITH_CHECKSUM
        self._max_payload = MAX_PAYLOAD_V1
        self._online = False
        self._token = b""
        self._streams: dict[int, Stream] = {}
        self._next_id = 1
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve packets until the host goes away or breaks the protocol; all streams end with it."""
        try:
            while True:
                self._dispatch(await self._read_packet())
        except (asyncio.IncompleteReadError, ConnectionError, ProtocolError):
            return
        finally:
            self._services.disconnected(self)
            await self._end()

    def open_on_host(self, name: str) -> Stream:
        """Open a stream to a service of the host, as `adb reverse` needs; it may still be refused.

        Raises:
            StreamClosedError: The host is not online.
        """
        if not self._online:
            raise StreamClosedError
        stream = Stream(self._next_id, 0, self._send, self._max_payload, self._forget)
        self._streams[stream.local_id] = stream
        self._next_id += 1
        stream.wait_for_host()
        self._send(Packet(Command.OPEN, stream.local_id, 0, name.encode() + b"\0"))
        return stream

    def drop(self) -> None:
        """Cut the connection as a pulled cable does."""
        transport = self._writer.transport
        transport.abort()

    async def _end(self) -> None:
        for stream in list(self._streams.values()):
            stream.on_close()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        for task in self._tasks:
            task.cancel()

    async def _read_packet(self) -> Packet:
        header = decode_header(await self._reader.readexactly(HEADER_SIZE), max_payload=MAX_PAYLOAD)
        payload = await self._reader.readexactly(header.length) if header.length else b""
        return decode_payload(header, payload, with_checksum=self._checked(header.command))

    def _checked(self, command: int) -> bool:
        return self._version < VERSION_SKIP_CHECKSUM and command != Command.CNXN

    def _send(self, packet: Packet) -> None:
        if self._writer.is_closing():
            return
        with_checksum = self._version < VERSION_SKIP_CHECKSUM
        self._writer.write(encode(packet, with_checksum=with_checksum))

    def _dispatch(self, packet: Packet) -> None:
        if packet.command == Command.CNXN:
            self._on_connect(packet)
        elif packet.command == Command.AUTH:
            self._on_auth(packet)
        elif not self._online:
            if self._token:
                return  # a host that is not allowed yet is not heard
            raise ProtocolError("a packet before CNXN")
        elif packet.command == Command.OPEN:
            self._on_open(packet)
        elif packet.command in (Command.WRTE, Command.OKAY, Command.CLSE):
            self._on_stream(packet)

    def _on_connect(self, packet: Packet) -> None:
        for stream in list(self._streams.values()):
            stream.on_close()
        self._version = min(packet.arg0, VERSION_SKIP_CHECKSUM)
        self._max_payload = min(packet.arg1, MAX_PAYLOAD)
        self._online = False
        if self._services.authorizer.policy is Policy.OPEN:
            self._go_online()
        else:
            self._send_token()

    def _send_token(self) -> None:
        self._token = self._services.authorizer.token()
        packet = Packet(Command.AUTH, AuthKind.TOKEN, 0, self._token)
        self._writer.write(encode(packet, with_checksum=True))

    def _on_auth(self, packet: Packet) -> None:
        authorizer = self._services.authorizer
        if self._online or not self._token:
            return
        if packet.arg0 == AuthKind.SIGNATURE:
            if authorizer.knows(self._token, packet.payload):
                self._go_online()
            else:
                self._send_token()
        elif packet.arg0 == AuthKind.RSA_PUBLIC_KEY:
            key = parse_public_key(packet.payload)
            if key is not None:
                authorizer.ask(key, self._go_online)

    def _go_online(self) -> None:
        if self._writer.is_closing():
            return
        banner = self._services.banner().encode()
        answer = Packet(Command.CNXN, VERSION_SKIP_CHECKSUM, MAX_PAYLOAD, banner)
        # The host checks the first packet, whatever version comes out of it.
        self._writer.write(encode(answer, with_checksum=True))
        self._online = True

    def _on_open(self, packet: Packet) -> None:
        # only trailing NULs are stripped (adb.cpp, StripTrailingNulls): abb's arguments are parted by others
        name = packet.payload.rstrip(b"\0").decode("utf-8", "replace")
        handler = self._services.open(name, self)
        if handler is None or packet.arg0 == 0:
            self._send(Packet(Command.CLSE, 0, packet.arg0))
            return
        stream = Stream(self._next_id, packet.arg0, self._send, self._max_payload, self._forget)
        self._streams[stream.local_id] = stream
        self._next_id += 1
        self._send(Packet(Command.OKAY, stream.local_id, stream.remote_id))
        task = asyncio.create_task(_serve(handler, stream), name=f"adbd {name[:60]}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_stream(self, packet: Packet) -> None:
        stream = self._streams.get(packet.arg1)
        if stream is not None and not stream.remote_id and packet.command == Command.OKAY:
            stream.remote_id = packet.arg0
        if stream is None or (packet.arg0 and stream.remote_id != packet.arg0):
            if packet.command == Command.WRTE:
                self._send(Packet(Command.CLSE, 0, packet.arg0))
            return
        if packet.command == Command.WRTE:
            stream.on_write(packet.payload)
        elif packet.command == Command.OKAY:
            stream.on_okay()
        else:
            if stream.remote_id:
                self._send(Packet(Command.CLSE, stream.local_id, stream.remote_id))
            stream.on_close()

    def _forget(self, stream: Stream) -> None:
        self._streams.pop(stream.local_id, None)


async def _serve(handler: Handler, stream: Stream) -> None:
    try:
        await handler(stream)
        await stream.drain()
    except StreamClosedError:
        return
    finally:
        stream.close()
