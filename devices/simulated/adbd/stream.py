"""One multiplexed stream of an ADB connection, with ADB's flow control: one WRTE in flight until its OKAY."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from devices.simulated.adbd.packet import Command, Packet

if TYPE_CHECKING:
    from collections.abc import Callable

READ_BUFFER = 4 * 1024 * 1024
"""Bytes kept unread before the peer's OKAY is held back."""


class StreamClosedError(Exception):
    """The stream was closed, by the peer or with its connection."""


class Stream:
    """A byte stream to the host.

    Args:
        local_id: This side's id.
        remote_id: The host's id.
        send: Puts a packet on the wire.
        max_payload: Longest payload both sides agreed on, bytes.
        forget: Called once when the stream is closed.
    """

    def __init__(
        self,
        local_id: int,
        remote_id: int,
        send: Callable[[Packet], None],
        max_payload: int,
        forget: Callable[[Stream], None],
    ) -> None:
        self.local_id = local_id
        self.remote_id = remote_id
        self.max_payload = max_payload
        self.closed = asyncio.Event()
        self._send = send
        self._forget = forget
        self._chunks: deque[bytes] = deque()
        self._unread = 0
        self._readable = asyncio.Event()
        self._okay_owed = False
        self._writable = asyncio.Event()
        self._writable.set()
        self._write_lock = asyncio.Lock()

    # --- what the connection tells

    def on_write(self, payload: bytes) -> None:
        """Take a WRTE from the host; answer OKAY at once while the reader keeps up."""
        if self.closed.is_set():
            return
        self._chunks.append(payload)
        self._unread += len(payload)
        self._readable.set()
        if self._unread < READ_BUFFER:
            self._send(Packet(Command.OKAY, self.local_id, self.remote_id))
        else:
            self._okay_owed = True

    def wait_for_host(self) -> None:
        """Hold writes until the host has accepted a stream that this side opened."""
        self._writable.clear()

    def on_okay(self) -> None:
        """Take the host's OKAY: the next WRTE may go."""
        self._writable.set()

    def on_close(self) -> None:
        """Take the host's CLSE, or the end of the connection."""
        self._finish()

    # --- what the service uses

    async def read(self) -> bytes:
        """Return the next bytes, b"" once the stream is closed and everything was read."""
        while not self._chunks:
            if self.closed.is_set():
                return b""
            self._readable.clear()
            await self._readable.wait()
        chunk = self._chunks.popleft()
        self._unread -= len(chunk)
        if self._okay_owed and self._unread < READ_BUFFER and not self.closed.is_set():
            self._okay_owed = False
            self._send(Packet(Command.OKAY, self.local_id, self.remote_id))
        return chunk

    async def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, waiting for an OKAY after each packet but the last.

        Raises:
            StreamClosedError: The host closed the stream.
        """
        view = memoryview(data)
        async with self._write_lock:
            for start in range(0, len(view), self.max_payload):
                await self._writable.wait()
                if self.closed.is_set():
                    raise StreamClosedError
                self._writable.clear()
                part = bytes(view[start : start + self.max_payload])
                self._send(Packet(Command.WRTE, self.local_id, self.remote_id, part))

    async def drain(self) -> None:
        """Wait until the host took everything that was written, or closed."""
        await self._writable.wait()

    def close(self) -> None:
        """Close the stream from this side."""
        if not self.closed.is_set():
            self._send(Packet(Command.CLSE, self.local_id, self.remote_id))
            self._finish()

    def _finish(self) -> None:
        if self.closed.is_set():
            return
        self.closed.set()
        self._readable.set()
        self._writable.set()
        self._forget(self)


class StreamReader:
    """Exact and line reads over a stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    async def exactly(self, size: int) -> bytes:
        """Return exactly `size` bytes.

        Raises:
            StreamClosedError: The stream ended before.
        """
        while len(self._buffer) < size:
            chunk = await self._stream.read()
            if not chunk:
                raise StreamClosedError
            self._buffer += chunk
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    async def until(self, mark: bytes, *, limit: int = 64 * 1024) -> bytes:
        """Return the bytes up to and with `mark`.

        Raises:
            StreamClosedError: The stream ended before, or `limit` bytes held no mark.
        """
        while True:
            at = self._buffer.find(mark)
            if at >= 0:
                return await self.exactly(at + len(mark))
            if len(self._buffer) > limit:
                raise StreamClosedError
            chunk = await self._stream.read()
            if not chunk:
                raise StreamClosedError
            self._buffer += chunk
