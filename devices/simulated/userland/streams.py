"""What a process reads from and writes to: pipes, files, the host."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.userland.filesystem import FileSystem

PIPE_CAPACITY = 64 * 1024


class BrokenPipe(Exception):  # noqa: N818 - named after the signal it stands for
    """Nobody reads any more; the writer dies of SIGPIPE."""


class Source(ABC):
    """Where bytes come from."""

    def __init__(self) -> None:
        self._rest = b""

    @abstractmethod
    async def _more(self) -> bytes:
        """Return the next bytes, b"" at the end."""

    async def read(self) -> bytes:
        """Return some bytes, b"" at the end."""
        if self._rest:
            data, self._rest = self._rest, b""
            return data
        return await self._more()

    async def read_all(self) -> bytes:
        """Return everything up to the end."""
        parts = bytearray()
        while chunk := await self.read():
            parts += chunk
        return bytes(parts)

    async def read_line(self) -> bytes:
        """Return one line with its newline; the rest without one at the end; b"" after it."""
        line = bytearray()
        while chunk := await self.read():
            head, mark, self._rest = chunk.partition(b"\n")
            line += head + mark
            if mark:
                break
        return bytes(line)

    def close(self) -> None:
        """Say that nobody reads any more."""
        return


class Sink(ABC):
    """Where bytes go."""

    holds_session = False
    """True if the host sees what is written: a background process that has it keeps the session open."""

    @abstractmethod
    async def write(self, data: bytes) -> None:
        """Write bytes.

        Raises:
            BrokenPipe: The reader is gone.
        """

    def close(self) -> None:
        """Say that nothing follows."""
        return


class BytesSource(Source):
    """Fixed bytes: a file's content, or nothing."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__()
        self._rest = data

    async def _more(self) -> bytes:
        return b""


class NullSink(Sink):
    """/dev/null."""

    async def write(self, data: bytes) -> None:
        """Forget the bytes."""
        del data


class BufferSink(Sink):
    """Keeps what is written, for `$(...)`."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def write(self, data: bytes) -> None:
        """Keep the bytes."""
        self.data += data


class FileSink(Sink):
    """An opened file; a device such as trace_marker gets each write as it comes."""

    def __init__(self, files: FileSystem, path: str, *, append: bool, pid: int) -> None:
        self._files = files
        self._path = path
        self._pid = pid
        if not append or files.find(path) is None:
            files.write(path, b"", pid=pid)
        else:
            files.check_writable(path)

    async def write(self, data: bytes) -> None:
        """Append the bytes."""
        self._files.write(self._path, data, append=True, pid=self._pid)


class Pipe:
    """A pipe between two processes: `reader` and `writer` are its ends."""

    def __init__(self) -> None:
        self.reader = _PipeReader(self)
        self.writer = _PipeWriter(self)
        self._buffer = bytearray()
        self._readable = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._ended = False
        self._broken = False

    async def take(self) -> bytes:
        """Return what is in the pipe, waiting for something; b"" after the end."""
        await self._readable.wait()
        data = bytes(self._buffer)
        self._buffer.clear()
        self._writable.set()
        if not self._ended:
            self._readable.clear()
        return data

    async def put(self, data: bytes) -> None:
        """Add bytes, waiting while the pipe is full.

        Raises:
            BrokenPipe: The reader is gone.
        """
        await self._writable.wait()
        if self._broken:
            raise BrokenPipe
        self._buffer += data
        self._readable.set()
        if len(self._buffer) >= PIPE_CAPACITY:
            self._writable.clear()

    def end(self) -> None:
        """Nothing follows: the reader sees the end."""
        self._ended = True
        self._readable.set()

    def break_off(self) -> None:
        """Nobody reads any more: the writer breaks."""
        self._broken = True
        self._writable.set()


class _PipeReader(Source):
    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe

    async def _more(self) -> bytes:
        return await self._pipe.take()

    def close(self) -> None:
        self._pipe.break_off()


class _PipeWriter(Sink):
    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    async def write(self, data: bytes) -> None:
        if data:
            await self._pipe.put(data)

    def close(self) -> None:
        self._pipe.end()
