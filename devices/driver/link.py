"""What the driver asks of a connection to one phone; the adb server is one, tests script another."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from devices.adb import files
from devices.adb.address import is_network
from devices.adb.deadline import Deadline
from devices.adb.errors import CABLE, ConnectionLostError, RefusedError, ServerMissingError
from devices.adb.inventory import reconnect
from devices.adb.shell import OnLine, ShellResult, run_shell, start_shell
from traces.errors import PhoneError

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from devices.adb.server import AdbServer

_LOOK_SECONDS = 0.25
_ECHO_SECONDS = 5.0


class Background(Protocol):
    """A command that runs on the phone."""

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        ...

    @property
    def output(self) -> str:
        """What it has said until now."""
        ...

    def close(self) -> None:
        """End it. Safe to call twice."""
        ...


class Link(Protocol):
    """A connection to one phone. Every call has a deadline, and raises PhoneError when it fails."""

    @property
    def serial(self) -> str:
        """The phone's serial number."""
        ...

    def shell(
        self, command: str, *, seconds: float, stdin: bytes = b"", on_line: OnLine | None = None
    ) -> ShellResult:
        """Run one command line."""
        ...

    def start(self, command: str) -> Background:
        """Start one command line and leave it running."""
        ...

    def pull(self, remote: str, local: Path, *, seconds: float) -> int:
        """Copy a file from the phone; bytes copied."""
        ...

    def push(self, data: bytes, remote: str, *, seconds: float) -> None:
        """Write a file on the phone."""
        ...

    def open_tcp(self, port: int, *, seconds: float) -> socket.socket:
        """Open a TCP port of the phone, with TCP_NODELAY and `seconds` as the socket's timeout."""
        ...

    def wait_back(self, seconds: float) -> None:
        """Wait for a phone that has gone, at most so long; PhoneError with the last reason if in vain."""
        ...


class AdbLink:
    """A phone behind the adb server.

    A missing server is started, and a phone on the network connected, once more before an error is raised;
    nothing that has already been sent to the phone is sent twice.
    """

    def __init__(self, server: AdbServer, serial: str) -> None:
        self.server = server
        self._serial = serial
        self._v2: bool | None = None

    @property
    def serial(self) -> str:
        """The phone's serial number."""
        return self._serial

    def shell(
        self, command: str, *, seconds: float, stdin: bytes = b"", on_line: OnLine | None = None
    ) -> ShellResult:
        """Run one command line."""
        self._ready()
        return run_shell(
            self.server,
            self._serial,
            command,
            seconds=seconds,
            v2=bool(self._v2),
            stdin=stdin,
            on_line=on_line,
        )

    def start(self, command: str) -> Background:
        """Start one command line and leave it running."""
        self._ready()
        return start_shell(self.server, self._serial, command, v2=bool(self._v2))

    def pull(self, remote: str, local: Path, *, seconds: float) -> int:
        """Copy a file from the phone; bytes copied."""
        self._ready()
        return files.pull(self.server, self._serial, remote, local, seconds=seconds)

    def push(self, data: bytes, remote: str, *, seconds: float) -> None:
        """Write a file on the phone."""
        self._ready()
        files.push(self.server, self._serial, data, remote, seconds=seconds)

    def open_tcp(self, port: int, *, seconds: float) -> socket.socket:
        """Open a TCP port of the phone."""
        self._ready()
        stream = self.server.open_on_phone(self._serial, f"tcp:{port}", Deadline(seconds))
        sock = stream.detach()
        sock.settimeout(seconds)
        return sock

    def wait_back(self, seconds: float) -> None:
        """Wait until the phone answers again: plugged in, allowed, its adb server there (started if need be).

        Raises:
            PhoneError: it did not come back in time; says what was wrong last.
        """
        deadline = Deadline(seconds)
        while True:
            try:
                self._come_back()
            except PhoneError as error:
                if deadline.passed:
                    raise PhoneError(
                        f"Phone {self._serial} did not come back within {seconds:g} s: {error.what}",
                        next_step=error.next_step,
                    ) from error
            else:
                return
            time.sleep(min(_LOOK_SECONDS, deadline.left()))

    def _come_back(self) -> None:
        self._ready()
        if self.shell("echo back", seconds=_ECHO_SECONDS).text.strip() != "back":
            raise ConnectionLostError(f"Phone {self._serial} does not answer.", next_step=CABLE)

    def _ready(self) -> None:
        """Learn the phone's features; if the server is gone, start it and connect again, once."""
        try:
            self._ask_features()
        except (ServerMissingError, ConnectionLostError):
            self._again()
        except RefusedError as error:
            if "not found" not in error.reason and "offline" not in error.reason:
                raise
            self._again(error)

    def _again(self, error: RefusedError | None = None) -> None:
        if error is not None and not is_network(self._serial):
            raise error
        self.server.ensure_running()
        if is_network(self._serial):
            offline = error is not None and "offline" in error.reason
            reconnect(self.server, self._serial, offline=offline)
        self._ask_features()

    def _ask_features(self) -> None:
        answer = self.server.query(f"host-serial:{self._serial}:features")
        self._v2 = "shell_v2" in answer.split(",")
