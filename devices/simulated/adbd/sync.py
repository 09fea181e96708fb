"""The `sync:` service, version 1: STAT, LIST, SEND, RECV, QUIT.

Source: `SYNC.TXT` and `file_sync_service.cpp` of Android's adb.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from devices.simulated.adbd.stream import Stream, StreamClosedError, StreamReader
from devices.simulated.userland.filesystem import (
    Directory,
    FileError,
    FileSystem,
    normalize,
    size_of,
    st_mode,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = struct.Struct("<I")
_STAT = struct.Struct("<4s3I")
_DENT = struct.Struct("<4s4I")
_MAX_CHUNK = 64 * 1024
_MAX_PATH = 1024
_BATCH = 1024 * 1024
_TYPE_MASK = 0o170000
_SYMLINK = 0o120000


class SyncService:
    """Serves one `sync:` stream over the phone's files.

    Args:
        files: The phone's file system.
        touch: Brings the phone's clock up to date before a request.
    """

    def __init__(self, files: FileSystem, touch: Callable[[], None]) -> None:
        self._files = files
        self._touch = touch

    async def serve(self, stream: Stream) -> None:
        """Answer requests until QUIT or the stream's end."""
        reader = StreamReader(stream)
        while True:
            try:
                request, length = struct.unpack("<4sI", await reader.exactly(8))
            except StreamClosedError:
                return
            if request == b"QUIT":
                return
            if length > _MAX_PATH:
                await self._fail(stream, "path too long")
                return
            path = (await reader.exactly(length)).decode("utf-8", "replace")
            self._touch()
            if request == b"STAT":
                await self._stat(stream, path)
            elif request == b"LIST":
                await self._list(stream, path)
            elif request == b"RECV":
                await self._recv(stream, path)
            elif request == b"SEND":
                await self._send(stream, reader, path)
            else:
                await self._fail(stream, f"unknown command {request.decode('latin-1')}")
                return

    async def _fail(self, stream: Stream, message: str) -> None:
        raw = message.encode()
        await stream.write(b"FAIL" + _WORD.pack(len(raw)) + raw)

    async def _stat(self, stream: Stream, path: str) -> None:
        try:
            node = self._files.get(normalize(path))
        except FileError:
            await stream.write(_STAT.pack(b"STAT", 0, 0, 0))
            return
        await stream.write(_STAT.pack(b"STAT", st_mode(node), size_of(node) & 0xFFFFFFFF, node.mtime))

    async def _list(self, stream: Stream, path: str) -> None:
        out = bytearray()
        try:
            for name, node in self._files.list(normalize(path)):
                raw = name.encode()
                out += (
                    _DENT.pack(b"DENT", st_mode(node), size_of(node) & 0xFFFFFFFF, node.mtime, len(raw)) + raw
                )
        except FileError:
            out.clear()
        out += _DENT.pack(b"DONE", 0, 0, 0, 0)
        await stream.write(out)

    async def _recv(self, stream: Stream, path: str) -> None:
        try:
            data = memoryview(self._files.read(normalize(path)))
        except FileError as error:
            prefix = "read failed" if error.reason == "Is a directory" else "open failed"
            await self._fail(stream, f"{prefix}: {error.reason}")
            return
        out = bytearray()
        for start in range(0, len(data), _MAX_CHUNK):
            part = data[start : start + _MAX_CHUNK]
            out += b"DATA" + _WORD.pack(len(part))
            out += part
            if len(out) >= _BATCH:
                await stream.write(out)
                out = bytearray()
        out += b"DONE" + _WORD.pack(0)
        await stream.write(out)

    async def _send(self, stream: Stream, reader: StreamReader, spec: str) -> None:
        path, _, mode_text = spec.rpartition(",")
        mode = int(mode_text) if mode_text.isdigit() else 0
        if not path:
            path, mode = spec, 0o644
        content = bytearray()
        while True:
            kind, value = struct.unpack("<4sI", await reader.exactly(8))
            if kind == b"DONE":
                break
            if kind != b"DATA" or value > _MAX_CHUNK:
                await self._fail(
                    stream, "invalid data message" if kind != b"DATA" else "oversize data message"
                )
                return
            content += await reader.exactly(value)
        try:
            self._store(normalize(path), bytes(content), mode, value)
        except FileError as error:
            await self._fail(stream, f"couldn't create file: {error.reason}")
            return
        await stream.write(b"OKAY" + _WORD.pack(0))

    def _store(self, path: str, content: bytes, mode: int, mtime: int) -> None:
        if mode & _TYPE_MASK == _SYMLINK:
            raise FileError(path, "Operation not permitted")
        folder = path.rsplit("/", 1)[0]
        if not isinstance(self._files.find(folder), Directory):
            self._files.make_directory(folder, parents=True)
        self._files.write(path, content, mode=mode & 0o777 or 0o644, mtime=mtime)
