"""The adb server on this host: found by its usual environment variables, started when it is missing.

Protocol: SERVICES.TXT and protocol.txt of packages/modules/adb: a request is four hex digits of length and
its text, the answer OKAY or FAIL with a counted reason.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass

from devices.adb.deadline import Deadline
from devices.adb.errors import ConnectionLostError, RefusedError, ServerMissingError
from devices.adb.stream import AdbStream
from traces.errors import PhoneError, UsageError

DEFAULT_PORT = 5037
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_START_SECONDS = 20.0
_CONNECT_SECONDS = 3.0


def adb_program() -> str:
    """Return the path of `adb`: $ADBUTILS_ADB_PATH, then PATH, then the one that comes with adbutils."""
    import adbutils  # noqa: PLC0415  costs 0.1 s, and only a missing server needs it

    return str(adbutils.adb_path())


@dataclass(frozen=True, slots=True)
class AdbServer:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT

    @classmethod
    def from_environment(cls) -> AdbServer:
        """Read ANDROID_ADB_SERVER_HOST (or _ADDRESS) and ANDROID_ADB_SERVER_PORT."""
        names = ("ANDROID_ADB_SERVER_HOST", "ANDROID_ADB_SERVER_ADDRESS")
        host = next((os.environ[n] for n in names if os.environ.get(n)), "127.0.0.1")
        port = os.environ.get("ANDROID_ADB_SERVER_PORT", "")
        if port and not (port.isdigit() and 0 < int(port) < 65536):
            raise UsageError(
                f"ANDROID_ADB_SERVER_PORT is '{port}', which is no port number.",
                next_step="Unset it, or set it to a number from 1 to 65535.",
            )
        return cls(host, int(port) if port else DEFAULT_PORT)

    @property
    def name(self) -> str:
        """The server in words."""
        return f"the adb server at {self.host}:{self.port}"

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
        """Start the server if nothing listens; PhoneError when that fails too."""
        try:
            self._connect(Deadline(_CONNECT_SECONDS)).close()
        except ServerMissingError as error:
            if self.host not in _LOCAL:
                raise PhoneError(
                    f"Nothing listens at {self.host}:{self.port}, and adb can't be started from here.",
                    next_step="Start adb there (`adb -a nodaemon server`), or unset ANDROID_ADB_SERVER_HOST.",
                ) from error
            self._start()

    def _start(self) -> None:
        command = [adb_program(), "-P", str(self.port), "start-server"]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_START_SECONDS, stdin=subprocess.DEVNULL, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._no_start(str(error)) from error
        if done.returncode != 0:
            raise self._no_start(done.stderr.decode("utf-8", "replace").strip())
        self._connect(Deadline(_CONNECT_SECONDS)).close()

    def _no_start(self, reason: str) -> PhoneError:
        return PhoneError(
            f"The adb server could not be started on port {self.port}: {reason}",
            next_step=(
                "Run `adb start-server` yourself and read what it says; another program may hold the port."
            ),
        )

    def _connect(self, deadline: Deadline) -> AdbStream:
        try:
            sock = socket.create_connection(
                (self.host, self.port), timeout=min(_CONNECT_SECONDS, deadline.left() or 0.001)
            )
        except OSError as error:
            raise ServerMissingError(
                f"Nothing listens at {self.host}:{self.port}, where the adb server should be.",
                next_step=(
                    "Run `adb start-server`, or look at ANDROID_ADB_SERVER_HOST and ANDROID_ADB_SERVER_PORT."
                ),
            ) from error
        return AdbStream(sock, self.name)


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
