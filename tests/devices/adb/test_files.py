"""The sync service: sizes checked, half files never left under their name, reasons passed on."""

from __future__ import annotations

import socket
import struct

import pytest

from devices.adb import files
from traces.errors import PhoneError


def head(kind: bytes, number: int) -> bytes:
    return kind + struct.pack("<I", number)


def take(sock: socket.socket) -> tuple[bytes, bytes]:
    kind, size = struct.unpack("<4sI", sock.recv(8, socket.MSG_WAITALL))
    data = sock.recv(size, socket.MSG_WAITALL) if size and kind != b"DONE" else b""
    return kind, data


def stat(mode: int, size: int) -> bytes:
    return b"STAT" + struct.pack("<III", mode, size, 0)


def sending(data: bytes, told: int, end: bytes = head(b"DONE", 0)):
    def serve(sock: socket.socket) -> None:
        assert take(sock)[0] == b"STAT"
        sock.sendall(stat(0o100600, told))
        assert take(sock) == (b"RECV", b"/data/t")
        for start in range(0, len(data), 1000):
            part = data[start : start + 1000]
            sock.sendall(head(b"DATA", len(part)) + part)
        sock.sendall(end)

    return serve


def test_a_pulled_file_is_whole(adb, tmp_path):
    data = bytes(range(256)) * 50
    adb.phones["S"] = {"sync:": sending(data, len(data))}
    assert files.pull(adb.address, "S", "/data/t", tmp_path / "t", seconds=5) == len(data)
    assert (tmp_path / "t").read_bytes() == data
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


def test_a_file_of_another_size_than_told_is_an_error(adb, tmp_path):
    adb.phones["S"] = {"sync:": sending(b"abc", 5)}
    with pytest.raises(PhoneError, match="3 bytes, not 5"):
        files.pull(adb.address, "S", "/data/t", tmp_path / "t", seconds=5)
    assert not (tmp_path / "t").exists()


def test_a_missing_file_is_named(adb, tmp_path):
    def serve(sock: socket.socket) -> None:
        take(sock)
        sock.sendall(stat(0, 0))

    adb.phones["S"] = {"sync:": serve}
    with pytest.raises(PhoneError, match="/data/t is not there on phone S"):
        files.pull(adb.address, "S", "/data/t", tmp_path / "t", seconds=5)


def test_the_phones_reason_is_passed_on(adb, tmp_path):
    reason = b"read failed: Permission denied"
    adb.phones["S"] = {"sync:": sending(b"", 4, head(b"FAIL", len(reason)) + reason)}
    with pytest.raises(PhoneError, match="Permission denied"):
        files.pull(adb.address, "S", "/data/t", tmp_path / "t", seconds=5)


def receiving(into: list[bytes], answer: bytes = head(b"OKAY", 0), size: int | None = None):
    def serve(sock: socket.socket) -> None:
        kind, name = take(sock)
        assert kind == b"SEND"
        into.append(name)
        body = bytearray()
        while True:
            kind, data = take(sock)
            if kind == b"DONE":
                break
            body += data
        into.append(bytes(body))
        sock.sendall(answer)
        if answer.startswith(b"OKAY"):
            take(sock)
            sock.sendall(stat(0o100644, len(body) if size is None else size))

    return serve


def test_a_pushed_file_arrives_with_its_mode(adb):
    seen: list[bytes] = []
    adb.phones["S"] = {"sync:": receiving(seen)}
    data = b"x" * 200_000
    files.push(adb.address, "S", data, "/data/local/tmp/u2.jar", seconds=5)
    assert seen == [b"/data/local/tmp/u2.jar,33188", data]


def test_a_push_that_fills_the_storage_is_an_error(adb):
    adb.phones["S"] = {"sync:": receiving([], size=10)}
    with pytest.raises(PhoneError, match="10 bytes on phone S, not 20"):
        files.push(adb.address, "S", b"y" * 20, "/sdcard/f", seconds=5)


def test_a_refused_push_tells_why(adb):
    adb.phones["S"] = {"sync:": receiving([], head(b"FAIL", 9) + b"read-only")}
    with pytest.raises(PhoneError, match="read-only"):
        files.push(adb.address, "S", b"y", "/system/f", seconds=5)
