"""The `sync:` service: STAT, LIST, SEND, RECV, QUIT, and version 2 of each (stat_v2, ls_v2, sendrecv_v2).

Source: `SYNC.TXT`, `file_sync_protocol.h` and `file_sync_service.cpp` of Android's adb.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from typing import TYPE_CHECKING

from devices.simulated.adbd.stream import Stream, StreamClosedError, StreamReader
from devices.simulated.userland.filesystem import (
    Directory,
    FileError,
    FileSystem,
    Node,
    normalize,
    size_of,
    st_mode,
)
from devices.simulated.userland.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = struct.Struct("<I")
_STAT = struct.Struct("<4s3I")
_DENT = struct.Struct("<4s4I")
_STAT_V2 = struct.Struct("<4sI2Q4IQ3q")
"""id, error; dev, ino; mode, nlink, uid, gid; size; atime, mtime, ctime."""
_SETUP_SEND = struct.Struct("<4s2I")
_SETUP_RECV = struct.Struct("<4sI")
_COMPRESSION = 0x7
"""Flags of brotli, lz4 and zstd; the phone names none of them as a feature."""
_DRY_RUN = 0x80000000
_ERRORS = {"No such file or directory": 2, "Permission denied": 13, "Not a directory": 20}
_SHELL_ID, _DEVICE = 2000, 66309
_MAX_CHUNK = 64 * 1024
_MAX_PATH = 1024
_BATCH = 1024 * 1024
_TYPE_MASK = 0o170000
_SYMLINK = 0o120000


def _stat_fields(node: Node, path: str) -> tuple[int, ...]:
    """Return dev, ino, mode, nlink, uid, gid, size, atime, mtime, ctime."""
    owner = _SHELL_ID if node.owner == "shell" else 0
    inode = zlib.crc32(normalize(path).encode())
    size, time = size_of(node), node.mtime
    return (_DEVICE, inode, st_mode(node), 1, owner, owner, size, time, time, time)


class SyncService:
    """Serves one `sync:` stream over the phone's files.

    Args:
        files: The phone's file system.
        touch: Brings the phone's clock up to date before a request.
        steps: Told of every file that is copied.
    """

    def __init__(self, files: FileSystem, touch: Callable[[], None], steps: Steps | None = None) -> None:
        self._files = files
        self._touch = touch
        self._steps = steps or Steps()

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
            if not await self._answer(stream, reader, request, path):
                return

    async def _answer(self, stream: Stream, reader: StreamReader, request: bytes, path: str) -> bool:
        """Serve one request; False ends the session."""
        if request == b"STAT":
            await self._stat(stream, path)
        elif request in (b"STA2", b"LST2"):
            await stream.write(self._stat_v2(request, path))
        elif request == b"LIST":
            await self._list(stream, path)
        elif request == b"LIS2":
            await self._list_v2(stream, path)
        elif request == b"RECV":
            await self._recv(stream, path)
        elif request == b"RCV2":
            _, flags = _SETUP_RECV.unpack(await reader.exactly(_SETUP_RECV.size))
            if flags & _COMPRESSION:
                await self._fail(stream, "unsupported compression")
                return False
            await self._recv(stream, path)
        elif request == b"SEND":
            return await self._send(stream, reader, path)
        elif request == b"SND2":
            return await self._send_v2(stream, reader, path)
        else:
            await self._fail(stream, f"unknown command {request.decode('latin-1')}")
            return False
        return True

    def _stat_v2(self, request: bytes, path: str) -> bytes:
        try:
            node = self._files.get(normalize(path))
        except FileError as error:
            return _STAT_V2.pack(request, _ERRORS.get(error.reason, 2), *[0] * 10)
        return _STAT_V2.pack(request, 0, *_stat_fields(node, path))

    async def _list_v2(self, stream: Stream, path: str) -> None:
        out = bytearray()
        try:
            for name, node in self._files.list(normalize(path)):
                raw = name.encode()
                entry = _STAT_V2.pack(b"DNT2", 0, *_stat_fields(node, f"{path}/{name}"))
                out += entry + _WORD.pack(len(raw)) + raw
        except FileError:
            out.clear()
        out += _STAT_V2.pack(b"DONE", 0, *[0] * 10) + _WORD.pack(0)
        await stream.write(out)

    async def _send_v2(self, stream: Stream, reader: StreamReader, path: str) -> bool:
        _, mode, flags = _SETUP_SEND.unpack(await reader.exactly(_SETUP_SEND.size))
        if flags & _COMPRESSION:
            await self._fail(stream, "unsupported compression")
            return False
        return await self._receive(stream, reader, path, mode, dry_run=bool(flags & _DRY_RUN))

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
        self._steps.happened("pull", path)
        cut = self._steps.take_cut()
        for start in range(0, len(data), _MAX_CHUNK):
            part = data[start : start + _MAX_CHUNK]
            if cut is not None and start + len(part) > cut[0]:
                through = max(0, cut[0] - start)
                await stream.write(out + b"DATA" + _WORD.pack(len(part)) + part[:through])
                cut[1]()
                await asyncio.sleep(0)  # what was called may cut the connection here
                out, cut = bytearray(part[through:]), None
                continue
            out += b"DATA" + _WORD.pack(len(part))
            out += part
            if len(out) >= _BATCH:
                await stream.write(out)
                out = bytearray()
        if cut is not None:
            cut[1]()
            await asyncio.sleep(0)
        out += b"DONE" + _WORD.pack(0)
        await stream.write(out)

    async def _send(self, stream: Stream, reader: StreamReader, spec: str) -> bool:
        path, _, mode_text = spec.rpartition(",")
        mode = int(mode_text) if mode_text.isdigit() else 0
        if not path:
            path, mode = spec, 0o644
        return await self._receive(stream, reader, path, mode)

    async def _receive(
        self, stream: Stream, reader: StreamReader, path: str, mode: int, *, dry_run: bool = False
    ) -> bool:
        """Take a file's data and store it; False where the host broke the rules."""
        content = bytearray()
        self._steps.happened("push", path)
        cut = self._steps.take_cut()
        while True:
            kind, value = struct.unpack("<4sI", await reader.exactly(8))
            if kind == b"DONE":
                break
            if kind != b"DATA" or value > _MAX_CHUNK:
                await self._fail(
                    stream, "invalid data message" if kind != b"DATA" else "oversize data message"
                )
                return False
            content += await reader.exactly(value)
            if cut is not None and len(content) >= cut[0]:
                cut[1]()
                cut = None
        try:
            if dry_run:
                self._files.check_writable(normalize(path))
            else:
                self._store(normalize(path), bytes(content), mode, value)
        except FileError as error:
            await self._fail(stream, f"couldn't create file: {error.reason}")
            return True
        await stream.write(b"OKAY" + _WORD.pack(0))
        return True

    def _store(self, path: str, content: bytes, mode: int, mtime: int) -> None:
        if mode & _TYPE_MASK == _SYMLINK:
            raise FileError(path, "Operation not permitted")
        folder = path.rsplit("/", 1)[0]
        if not isinstance(self._files.find(folder), Directory):
            self._files.make_directory(folder, parents=True)
        self._files.write(path, content, mode=mode & 0o777 or 0o644, mtime=mtime)
