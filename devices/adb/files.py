"""Files to and from a phone over adb's sync service, with deadlines and sizes checked.

Protocol: SYNC.TXT of packages/modules/adb: four letters, a little-endian number, data.
"""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

from devices.adb.deadline import Deadline
from devices.adb.errors import CABLE, ConnectionLostError
from traces.errors import PhoneError

if TYPE_CHECKING:
    from pathlib import Path

    from devices.adb.server import AdbServer
    from devices.adb.stream import AdbStream

_HEAD = struct.Struct("<4sI")
_STAT = struct.Struct("<4sIII")
_MAX_DATA = 1 << 16


def pull(server: AdbServer, serial: str, remote: str, local: Path, *, seconds: float) -> int:
    """Copy a file of the phone to `local` and return its size in bytes.

    The file appears under its name only when it is whole. Raises PhoneError: missing, refused, cut short.
    """
    deadline = Deadline(seconds)
    partial = local.with_name(local.name + ".part")
    with server.open_on_phone(serial, "sync:", deadline) as stream:
        expected = _size(stream, remote, deadline)
        _ask(stream, b"RECV", remote.encode(), deadline)
        with partial.open("wb") as file:
            got = _receive(stream, remote, file.write, deadline)
    # STAT counts in 32 bits
    if expected != got & 0xFFFFFFFF:
        raise PhoneError(
            f"{remote} of phone {serial} came with {got} bytes, not {expected}.",
            next_step="Something still writes it, or the connection failed; run the command again.",
        )
    partial.replace(local)
    return got


def push(
    server: AdbServer, serial: str, data: bytes, remote: str, *, mode: int = 0o644, seconds: float
) -> None:
    """Write `data` to a file of the phone and check its size there."""
    deadline = Deadline(seconds)
    with server.open_on_phone(serial, "sync:", deadline) as stream:
        _ask(stream, b"SEND", f"{remote},{0o100000 | mode}".encode(), deadline)
        for start in range(0, len(data), _MAX_DATA):
            part = data[start : start + _MAX_DATA]
            stream.send(_HEAD.pack(b"DATA", len(part)) + part, deadline)
        stream.send(_HEAD.pack(b"DONE", int(time.time())), deadline)
        kind, size = _HEAD.unpack(stream.read_exact(_HEAD.size, deadline))
        if kind != b"OKAY":
            raise _failed(stream, remote, kind, size, deadline)
        there = _size(stream, remote, deadline)
    if there != len(data):
        raise PhoneError(
            f"{remote} has {there} bytes on phone {serial}, not {len(data)}.",
            next_step="Free some storage on the phone, then run the command again.",
        )


def _size(stream: AdbStream, remote: str, deadline: Deadline) -> int:
    _ask(stream, b"STAT", remote.encode(), deadline)
    kind, mode, size, _ = _STAT.unpack(stream.read_exact(_STAT.size, deadline))
    if kind != b"STAT" or mode == 0:
        raise PhoneError(
            f"{remote} is not there on {stream.peer}, or may not be read.",
            next_step="If it should be, look at the messages above it in the log of the run.",
        )
    return int(size)


def _receive(stream: AdbStream, remote: str, write: object, deadline: Deadline) -> int:
    assert callable(write)
    got = 0
    while True:
        kind, size = _HEAD.unpack(stream.read_exact(_HEAD.size, deadline))
        if kind == b"DONE":
            return got
        if kind != b"DATA":
            raise _failed(stream, remote, kind, size, deadline)
        while size:
            chunk = stream.read(size, deadline)
            if not chunk:
                raise ConnectionLostError(f"The connection to {stream.peer} broke.", next_step=CABLE)
            write(chunk)
            got += len(chunk)
            size -= len(chunk)


def _ask(stream: AdbStream, kind: bytes, data: bytes, deadline: Deadline) -> None:
    stream.send(_HEAD.pack(kind, len(data)) + data, deadline)


def _failed(stream: AdbStream, remote: str, kind: bytes, size: int, deadline: Deadline) -> PhoneError:
    reason = f"answer {kind!r}"
    if kind == b"FAIL":
        reason = stream.read_exact(size, deadline).decode("utf-8", "replace")
    step = "Check the phone's storage and that path's rights."
    if "No space left" in reason:
        step = "The phone's storage is full: free some (Settings, Storage), then run again."
    return PhoneError(f"{remote} on {stream.peer}: {reason}.", next_step=step)
