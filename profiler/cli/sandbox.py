"""A simulated phone behind an adb server of its own: both are gone when the block ends, however it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from devices.adb.server import AdbServer

_START_SECONDS = 30.0
_END_SECONDS = 5.0

_BY_HAND = ("setprop persist.traced.enable 1", "setprop debug.silky.hand 'security-settings on'")
"""The tracing service of Android 9 and 10, the developer options of Xiaomi's phones."""
_END_WITH_US = """trap 'kill "$child" 2>/dev/null' EXIT TERM; "$0" "$@" & child=$!; cat >/dev/null"""
"""Runs a program that must not outlive silky, even a killed one: `cat` ends when our end of the pipe does."""


@contextmanager
def simulated_phone(
    *,
    speed: float,
    seed: int,
    persona: str = "pixel-a14-120",
    apps: str = "demo",
    without: Sequence[str] = (),
    truth: Path | None = None,
) -> Iterator[str]:
    """Yield the serial of a simulated phone that a private adb server is connected to.

    The phone and the server are child processes. In the block, the environment names the server, so that
    everything that speaks ADB uses it; the user's own server on port 5037 is never touched.

    Raises:
        PhoneError: one of them doesn't start.
    """
    from devices.adb.inventory import connect
    from devices.adb.server import AdbServer

    with ExitStack() as stack:
        serial = stack.enter_context(_phone(speed, seed, persona, apps, without, truth))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="silky-adb-"))
        server = AdbServer("127.0.0.1", _free_port())
        stack.enter_context(_adb_server(server, folder))
        stack.enter_context(_only_this(server))
        stack.enter_context(_environment(ANDROID_SERIAL=serial))
        connect(server, serial)
        yield serial


def made_ready(serial: str) -> None:
    """Do on the simulated phone what a person does by hand, once, on phones that need it."""
    from devices.adb.server import AdbServer
    from devices.driver.link import AdbLink

    link = AdbLink(AdbServer.from_environment(), serial)
    for command in _BY_HAND:
        link.shell(command, seconds=_START_SECONDS)


@contextmanager
def _phone(  # noqa: PLR0917  the options of `silky simulate`, in its order
    speed: float, seed: int, persona: str, apps: str, without: Sequence[str], truth: Path | None
) -> Iterator[str]:
    words = ["simulate", "--json", "--while-stdin", "--speed", str(speed), "--seed", str(seed)]
    command = [sys.executable, "-m", "profiler.cli", *words, "--persona", persona, "--apps", apps]
    command += [word for name in without for word in ("--without", name)]
    command += [] if truth is None else ["--truth", str(truth)]
    with (
        tempfile.TemporaryFile() as said,
        _child(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=said.fileno()) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.wait(_END_SECONDS)
            said.seek(0)
            reason = said.read().decode("utf-8", "replace").strip() or f"it ended with {process.returncode}"
            raise PhoneError(
                f"The simulated phone did not start: {reason}", next_step="Try it by itself: silky simulate"
            )
        yield str(json.loads(line)["serial"])


@contextmanager
def _adb_server(server: AdbServer, folder: str) -> Iterator[None]:
    from devices.adb.server import adb_program

    environment = {
        **os.environ,
        # its keys and its log stay out of the user's home; real phones stay with the user's own server
        "HOME": folder,
        "TMPDIR": folder,
        "ADB_USB": "0",
        "ADB_EMU": "0",
        "ADB_MDNS": "0",
        "ADB_MDNS_AUTO_CONNECT": "0",
    }
    command = ["/bin/sh", "-c", _END_WITH_US, adb_program(), "-P", str(server.port), "nodaemon", "server"]
    with _child(command, stdout=subprocess.DEVNULL, stdin=subprocess.PIPE, env=environment) as process:
        _wait_for(server, process)
        yield


def _wait_for(server: AdbServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((server.host, server.port)) == 0:
                return
        time.sleep(0.02)
    raise PhoneError(
        f"The adb server of the demo did not start on port {server.port}.",
        next_step=f"Try it yourself: {process.args[0] if isinstance(process.args, list) else 'adb'} version",
    )


@contextmanager
def _child(
    command: Sequence[str],
    *,
    stdout: int,
    stdin: int,
    stderr: int = subprocess.DEVNULL,
    env: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a child in a process group of its own, so that Ctrl-C reaches only us; end it in any case."""
    process = subprocess.Popen(
        list(command), stdout=stdout, stdin=stdin, stderr=stderr, env=env, start_new_session=True
    )
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(number)
                try:
                    process.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    continue


def _only_this(server: AdbServer) -> AbstractContextManager[None]:
    """Make the environment name this server, whatever other one it named."""
    return _environment(
        SILKY_ADB_SERVER=None,
        ADB_SERVER_SOCKET=None,
        ANDROID_ADB_SERVER_HOST=None,
        ANDROID_ADB_SERVER_ADDRESS=None,
        ANDROID_ADB_SERVER_PORT=str(server.port),
    )


@contextmanager
def _environment(**values: str | None) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
