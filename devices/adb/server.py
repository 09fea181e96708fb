"""The adb server on this host: found by its usual environment variables, started when it is missing.

Protocol: SERVICES.TXT and protocol.txt of packages/modules/adb: a request is four hex digits of length and
its text, the answer OKAY or FAIL with a counted reason.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from dataclasses import dataclass

from devices.adb.address import Address, is_loopback, parse_address
from devices.adb.deadline import Deadline
from devices.adb.errors import ConnectionLostError, RefusedError, ServerMissingError
from devices.adb.stream import AdbStream
from traces.errors import PhoneError, UsageError

DEFAULT_PORT = 5037
NAMED = "SILKY_ADB_SERVER"
"""Environment variable behind `--adb-server`: HOST:PORT of a server that silky never starts itself."""
PROTOCOL = 41
"""Version of the host protocol that is spoken here: adb's since 2018. `host:tport` came with it."""
_START_SECONDS = 20.0
_CONNECT_SECONDS = 3.0
_HEX = re.compile(r"[0-9a-fA-F]{1,8}")
_THERE = (
    "Start it there so that other computers may use it (`adb -a nodaemon server`; anyone who reaches that "
    "port may use its phones), let firewalls pass the port or tunnel it (`ssh -L 5037:localhost:5037 HOST`), "
    "or name another server: --adb-server, ADB_SERVER_SOCKET, ANDROID_ADB_SERVER_ADDRESS."
)


def adb_program() -> str:
    """Return the path of `adb`: $ADBUTILS_ADB_PATH, then PATH, then the one that comes with adbutils."""
    import adbutils  # noqa: PLC0415  costs 0.1 s, and only a missing server needs it

    return str(adbutils.adb_path())


@dataclass(frozen=True, slots=True)
class AdbServer:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    named: bool = False
    """Whether somebody named just this server: it is never started here, wherever it is."""

    @classmethod
    def from_environment(cls) -> AdbServer:
        """Read the environment in the order of adb itself, `--adb-server` first.

        SILKY_ADB_SERVER, then ADB_SERVER_SOCKET (`tcp:` only), then ANDROID_ADB_SERVER_HOST or _ADDRESS with
        ANDROID_ADB_SERVER_PORT. UsageError names a variable that can't be understood.
        """
        if named := os.environ.get(NAMED):
            return cls.at(named)
        if socket_spec := os.environ.get("ADB_SERVER_SOCKET"):
            return cls._from_socket_spec(socket_spec)
        names = ("ANDROID_ADB_SERVER_HOST", "ANDROID_ADB_SERVER_ADDRESS")
        host = next((os.environ[n] for n in names if os.environ.get(n)), "127.0.0.1")
        port = os.environ.get("ANDROID_ADB_SERVER_PORT", "")
        if port and not (port.isdigit() and 0 < int(port) < 65536):
            raise UsageError(
                f"ANDROID_ADB_SERVER_PORT is '{port}', which is no port number.",
                next_step="Unset it, or set it to a number from 1 to 65535.",
            )
        return cls(host.strip("[]"), int(port) if port else DEFAULT_PORT)

    @classmethod
    def at(cls, text: str) -> AdbServer:
        """Return the server that somebody named: HOST or HOST:PORT, `tcp:` may stand before it."""
        address = parse_address(text.removeprefix("tcp:"), DEFAULT_PORT)
        if address is None:
            raise UsageError(
                f"'{text}' names no adb server.",
                next_step="Write HOST:PORT, e.g. 192.168.1.9:5037 or [fe80::1%eth0]:5037.",
            )
        return cls(address.host, address.port, named=True)

    @classmethod
    def _from_socket_spec(cls, spec: str) -> AdbServer:
        kind, _, rest = spec.partition(":")
        address = parse_address(rest if not rest.isdigit() else f"127.0.0.1:{rest}", DEFAULT_PORT)
        if kind != "tcp" or address is None:
            raise UsageError(
                f"ADB_SERVER_SOCKET is '{spec}', which silky can't use.",
                next_step="Set it to tcp:HOST:PORT or tcp:PORT, or unset it.",
            )
        return cls(*address)

    @property
    def name(self) -> str:
        """The server in words."""
        return f"the adb server at {self.address}"

    @property
    def address(self) -> Address:
        """Host and port."""
        return Address(self.host, self.port)

    def open(self, service: str, deadline: Deadline) -> AdbStream:
        """Open a `host:` service and return the stream after its OKAY.

        Raises ServerMissingError when nothing listens, RefusedError when the server says FAIL.
        """
        stream = self._connect(deadline)
        try:
            request(stream, service, deadline)
        except BaseException:
            stream.close()
            raise
        return stream

    def query(self, service: str, seconds: float = 5.0) -> str:
        """Return the counted answer of a `host:` service."""
        deadline = Deadline(seconds)
        with self.open(service, deadline) as stream:
            return counted_text(stream, deadline)

    def open_on_phone(self, serial: str, service: str, deadline: Deadline) -> AdbStream:
        """Open a service of one phone (`shell:`, `sync:`, `tcp:` ...)."""
        stream = self._connect(deadline)
        stream.peer = f"phone {serial}"
        try:
            request(stream, f"host:tport:serial:{serial}", deadline)
            stream.read_exact(8, deadline)  # the transport's id, which nobody needs
            request(stream, service, deadline)
        except BaseException:
            stream.close()
            raise
        return stream

    def ensure_running(self) -> None:
        """Start the server if nothing listens; PhoneError when that fails, or it is another program's port.

        A server that was named, and one on another computer, is never started from here.
        """
        try:
            self._check_version()
        except ServerMissingError as error:
            if self.named or not is_loopback(self.host):
                raise PhoneError(
                    f"{error.what.rstrip('.')}; it was named, so none is started here.", next_step=_THERE
                ) from error
            self._start()

    def _check_version(self) -> None:
        try:
            answer = self.query("host:version")
        except RefusedError:
            return  # a server that keeps its version to itself may still serve
        version = int(answer, 16) if _HEX.fullmatch(answer.strip()) else None
        if version is None or version < PROTOCOL:
            told = f"version {version}" if version is not None else f"'{answer.strip()}'"
            raise PhoneError(
                f"{self.name} speaks {told} of adb's protocol; silky needs {PROTOCOL}.",
                next_step="Update adb there (platform-tools 29 or newer), and start its server again: "
                "`adb kill-server; adb start-server`.",
            )

    def _start(self) -> None:
        command = [adb_program(), "-P", str(self.port), "start-server"]
        # adb starts none at an address that the environment names, be it 127.0.0.1
        elsewhere = {"ADB_SERVER_SOCKET", "ANDROID_ADB_SERVER_ADDRESS"}
        environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=_START_SECONDS,
                stdin=subprocess.DEVNULL,
                check=False,
                env=environment,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._no_start(str(error)) from error
        if done.returncode != 0:
            raise self._no_start(done.stderr.decode("utf-8", "replace").strip())
        self._connect(Deadline(_CONNECT_SECONDS)).close()

    def _no_start(self, reason: str) -> ServerMissingError:
        return ServerMissingError(
            f"The adb server could not be started on port {self.port}: {' '.join(reason.split())}.",
            next_step=(
                "Run `adb start-server` yourself and read what it says; another program may hold the port."
            ),
        )

    def _connect(self, deadline: Deadline) -> AdbStream:
        try:
            sock = socket.create_connection(
                (self.host or "127.0.0.1", self.port), timeout=min(_CONNECT_SECONDS, deadline.left() or 0.001)
            )
        except OSError as error:
            raise ServerMissingError(
                f"No adb server answers at {self.address}: {_why(error)}.",
                next_step="Run `adb start-server`, or look at ADB_SERVER_SOCKET, ANDROID_ADB_SERVER_ADDRESS "
                "and ANDROID_ADB_SERVER_PORT.",
            ) from error
        return AdbStream(sock, self.name)


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "no computer of that name is known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, TimeoutError):
        return f"nothing answered within {_CONNECT_SECONDS:g} s"
    return error.strerror or str(error)


def request(stream: AdbStream, service: str, deadline: Deadline) -> None:
    """Send one request and take its OKAY; RefusedError on FAIL."""
    text = service.encode()
    stream.send(b"%04x" % len(text) + text, deadline)
    status = stream.read_exact(4, deadline)
    if status == b"OKAY":
        return
    if status == b"FAIL":
        reason = counted_text(stream, deadline)
        raise RefusedError(_explain(stream.peer, reason), reason=reason, next_step=_advice(reason))
    raise ConnectionLostError(
        f"{stream.peer} answered {status!r}, which is not adb's protocol.",
        next_step="Another program may listen on that port; look at ANDROID_ADB_SERVER_PORT.",
    )


def counted_text(stream: AdbStream, deadline: Deadline) -> str:
    """Read a text that is preceded by its length in four hex digits."""
    digits = stream.read_exact(4, deadline)
    try:
        size = int(digits, 16)
    except ValueError as error:
        raise ConnectionLostError(
            f"{stream.peer} sent the length {digits!r}, which is not adb's protocol.",
            next_step="Another program may listen on that port; look at ANDROID_ADB_SERVER_PORT.",
        ) from error
    return stream.read_exact(size, deadline).decode("utf-8", "replace")


def _explain(peer: str, reason: str) -> str:
    return f"{peer} can't be used: {reason.rstrip('.')}."


def _advice(reason: str) -> str:
    if "unauthorized" in reason:
        return "Unlock the phone and accept 'Allow USB debugging?'."
    if "offline" in reason:
        return "Unplug the cable and plug it in again; then switch USB debugging off and on."
    if "not found" in reason:
        return "Check the cable and USB debugging; `silky devices` lists what is connected."
    return "`silky devices` lists what is connected."
