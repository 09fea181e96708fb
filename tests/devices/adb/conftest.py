"""A scripted adb server on a loopback port: the host protocol in a thread, answers by table."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from devices.adb.server import AdbServer

Serve = Callable[[socket.socket], None]


class ScriptedServer:
    """`texts` answers host services; `phones` maps serial -> service prefix -> what serves it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {"host:version": "0029"}
        self.refused: dict[str, str] = {}
        self.phones: dict[str, dict[str, Serve]] = {}
        self.asked: list[str] = []
        self._listen = socket.create_server(("127.0.0.1", 0))
        self.port = self._listen.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._main = threading.Thread(target=self._accept, daemon=True)
        self._main.start()

    @property
    def address(self) -> AdbServer:
        return AdbServer("127.0.0.1", self.port)

    def close(self) -> None:
        self._listen.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listen.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._guarded, args=(sock,), daemon=True)
            thread.start()

    def _guarded(self, sock: socket.socket) -> None:
        with sock:
            try:
                self._serve(sock)
            except (OSError, EOFError):
                return

    def _serve(self, sock: socket.socket) -> None:
        service = read_counted(sock)
        self.asked.append(service)
        if service.startswith("host:tport:serial:"):
            serial = service.removeprefix("host:tport:serial:")
            if serial not in self.phones:
                fail(sock, f"device '{serial}' not found")
                return
            sock.sendall(b"OKAY" + struct.pack("<Q", 1))
            inner = read_counted(sock)
            self.asked.append(inner)
            for prefix, serve in self.phones[serial].items():
                if inner.startswith(prefix):
                    sock.sendall(b"OKAY")
                    serve(sock)
                    return
            fail(sock, "unknown service")
        elif service in self.refused:
            fail(sock, self.refused[service])
        elif service in self.texts:
            text = self.texts[service].encode()
            sock.sendall(b"OKAY%04x" % len(text) + text)
        else:
            fail(sock, "unknown host service")


def read_exact(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = sock.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def read_counted(sock: socket.socket) -> str:
    return read_exact(sock, int(read_exact(sock, 4), 16)).decode()


def fail(sock: socket.socket, reason: str) -> None:
    sock.sendall(b"FAIL%04x" % len(reason) + reason.encode())


@pytest.fixture
def adb() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()
