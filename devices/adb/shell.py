"""Shell commands on a phone: separate stdout and stderr, the exit code, a deadline.

The shell protocol (v2) frames everything as id, little-endian length, data (packages/modules/adb
shell_protocol.h). Phones without the feature get the old service, where stderr is part of stdout. With both,
the command line itself prints its exit code at the end: output that comes without it is not whole.
"""

from __future__ import annotations

import contextlib
import re
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.adb.deadline import Deadline
from devices.adb.errors import CABLE, ConnectionLostError, GarbledError
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.adb.server import AdbServer
    from devices.adb.stream import AdbStream

OnLine = Callable[[str], None]

_STDIN, _STDOUT, _STDERR, _EXIT, _CLOSE_STDIN = range(5)
_HEAD = struct.Struct("<BI")
_EXIT_MARK = "silky-exit:"
_END = re.compile(rb"silky-exit:(\d+)\s*\Z")
_NO_TEXT = re.compile(rb"[\x00\x1b]")
_AGAIN = "Run again. If it comes again, try another cable or USB port, and restart the phone."


@dataclass(frozen=True, slots=True)
class ShellResult:
    """What a command left. `exit_code` is None where the phone did not tell it."""

    command: str
    stdout: bytes
    stderr: bytes
    exit_code: int | None

    @property
    def text(self) -> str:
        """Stdout as text, line ends normalised.

        Raises:
            GarbledError: bytes are in it that no program writes into a text.
        """
        if _NO_TEXT.search(self.stdout):
            raise GarbledError(
                f"The output of `{self.command.strip()[:60]}` holds bytes that are no text.",
                next_step=_AGAIN,
            )
        return _text(self.stdout)

    @property
    def error_text(self) -> str:
        """Stderr as text, line ends normalised."""
        return _text(self.stderr)

    @property
    def ok(self) -> bool:
        """Whether the exit code is 0 (or unknown)."""
        return self.exit_code in (0, None)


def run_shell(
    server: AdbServer,
    serial: str,
    command: str,
    *,
    seconds: float,
    v2: bool,
    stdin: bytes = b"",
    on_line: OnLine | None = None,
) -> ShellResult:
    """Run one command line on the phone.

    Args:
        server: the adb server.
        serial: which phone.
        command: for the phone's `sh -c`.
        seconds: deadline for all of it.
        v2: whether the phone has the shell protocol.
        stdin: given to the command, then closed; needs v2.
        on_line: called with each line of stdout as it comes.

    Raises:
        PhoneError: broken connection, no answer in time; what came until then has gone to `on_line`.
    """
    deadline = Deadline(seconds)
    lines = _Lines(on_line)
    line = f"(\n{command}\n); echo {_EXIT_MARK}$?"
    if not v2:
        if stdin:
            raise UsageError(
                f"Phone {serial} has no shell protocol, so nothing can be sent to a command's input.",
                next_step="Use a phone with Android 7 or newer.",
            )
        with server.open_on_phone(serial, f"shell:{line}", deadline) as stream:
            return _collect_v1(stream, command, lines, deadline)
    with server.open_on_phone(serial, f"shell,v2,raw:{line}", deadline) as stream:
        for start in range(0, len(stdin), 1 << 15):
            part = stdin[start : start + (1 << 15)]
            stream.send(_HEAD.pack(_STDIN, len(part)) + part, deadline)
        stream.send(_HEAD.pack(_CLOSE_STDIN, 0), deadline)
        return _collect_v2(stream, command, lines, deadline)


class BackgroundShell:
    """A command that runs until it ends or is closed; its output is kept, both streams together.

    Args:
        stream: the open shell service, owned from now on.
        v2: whether it speaks the shell protocol.
    """

    _FOR_EVER = 7 * 24 * 3600.0

    def __init__(self, stream: AdbStream, *, v2: bool) -> None:
        self._stream = stream
        self._v2 = v2
        self._output = bytearray()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name="background shell", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the phone has closed the stream."""
        return self._ended.is_set()

    @property
    def output(self) -> str:
        """What it has said until now."""
        return _text(bytes(self._output))

    def close(self) -> None:
        """Close the stream, on which the phone ends the command. Safe to call twice."""
        self._stream.close()

    def _read(self) -> None:
        deadline = Deadline(self._FOR_EVER)
        with contextlib.suppress(PhoneError, OSError):
            while True:
                size = 1 << 16
                if self._v2:
                    kind, size = _HEAD.unpack(self._stream.read_exact(_HEAD.size, deadline))
                    data = self._stream.read_exact(size, deadline)
                    if kind == _EXIT:
                        break
                else:
                    data = self._stream.read(size, deadline)
                    if not data:
                        break
                self._output += data
        self._ended.set()


def start_shell(
    server: AdbServer, serial: str, command: str, *, v2: bool, seconds: float = 10.0
) -> BackgroundShell:
    """Start a command and leave it running. Raises PhoneError when the phone can't be reached."""
    service = f"shell,v2,raw:{command}" if v2 else f"shell:{command}"
    return BackgroundShell(server.open_on_phone(serial, service, Deadline(seconds)), v2=v2)


def _collect_v2(stream: AdbStream, command: str, lines: _Lines, deadline: Deadline) -> ShellResult:
    out, err = bytearray(), bytearray()
    while True:
        kind, size = _HEAD.unpack(stream.read_exact(_HEAD.size, deadline))
        data = stream.read_exact(size, deadline)
        if kind == _STDOUT:
            out += data
            lines.feed(data)
        elif kind == _STDERR:
            err += data
        elif kind == _EXIT:
            lines.end()
            return _whole(stream, command, bytes(out), bytes(err), data[0] if data else None)
        else:
            raise ConnectionLostError(
                f"{stream.peer} sent a shell packet of unknown kind {kind}.", next_step=CABLE
            )


def _whole(stream: AdbStream, command: str, out: bytes, err: bytes, code: int | None) -> ShellResult:
    """Return the result; GarbledError where the output lacks its end though the shell went through."""
    found = _END.search(out, max(0, len(out) - 64))
    if found is not None:
        return ShellResult(command, out[: found.start()], err, int(found[1]))
    if code in (0, None):
        raise GarbledError(
            f"The output of a command on {stream.peer} did not come whole: its end is missing.",
            next_step=_AGAIN,
        )
    return ShellResult(command, out, err, code)


def _collect_v1(stream: AdbStream, command: str, lines: _Lines, deadline: Deadline) -> ShellResult:
    out = bytearray()
    while chunk := stream.read(1 << 18, deadline):
        out += chunk
        lines.feed(chunk)
    lines.end()
    found = _END.search(out, max(0, len(out) - 64))
    if found is None:
        raise ConnectionLostError(f"The connection to {stream.peer} broke during a command.", next_step=CABLE)
    return ShellResult(command, bytes(out[: found.start()]), b"", int(found[1]))


class _Lines:
    """Cuts chunks into lines and hands each on as soon as it is whole."""

    def __init__(self, on_line: OnLine | None) -> None:
        self._on_line = on_line
        self._rest = b""

    def feed(self, data: bytes) -> None:
        if self._on_line is None:
            return
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._tell(line)

    def end(self) -> None:
        if self._on_line is not None and self._rest:
            self._tell(self._rest)
            self._rest = b""

    def _tell(self, line: bytes) -> None:
        assert self._on_line is not None
        text = line.decode("utf-8", "replace").rstrip("\r")
        # the end may stand behind a last line without a line's end
        said, mark, _ = text.rpartition(_EXIT_MARK)
        if not mark:
            self._on_line(text)
        elif said:
            self._on_line(said)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\r\n", "\n").replace("\r\n", "\n")
