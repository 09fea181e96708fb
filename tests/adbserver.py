"""A real adb server for tests: the program that adbutils ships, on a private port, ended with the session.

Use in a conftest: `from tests.adbserver import adb` and `__all__ = ["adb"]`; then ask for the fixture.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT_S = 60


@dataclass(frozen=True)
class Result:
    """What one run of the adb program gave."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode()


@dataclass(frozen=True)
class Adb:
    """The adb program with its own server."""

    program: str
    port: int
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "ANDROID_ADB_SERVER_PORT": str(self.port), "HOME": str(self.home)}

    def run(self, *args: str, stdin: bytes | None = None) -> Result:
        """Run adb with these arguments; stdin is closed unless given."""
        done = subprocess.run(
            [self.program, "-P", str(self.port), *args],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            env=self.environment,
            timeout=TIMEOUT_S,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def shell(self, serial: str, *args: str, stdin: bytes | None = None) -> Result:
        return self.run("-s", serial, "shell", *args, stdin=stdin)

    def connect(self, serial: str) -> None:
        """Connect and wait until the phone is online."""
        result = self.run("connect", serial)
        assert b"connected to" in result.out, result
        assert self.run("-s", serial, "wait-for-device").code == 0

    def disconnect(self, serial: str) -> None:
        self.run("disconnect", serial)


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def adb_program() -> str:
    """Return the path of the adb program that adbutils ships; skips where it ships none.

    `SILKY_TEST_ADB` names another one, e.g. Debian's, to run the same tests with.
    """
    if other := os.environ.get("SILKY_TEST_ADB"):
        return other
    adbutils = pytest.importorskip("adbutils")
    path = Path(adbutils.__file__).parent / "binaries" / "adb"
    if not path.exists():
        pytest.skip("adbutils ships no adb program for this platform")
    return str(path)


@pytest.fixture(scope="session")
def adb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adb]:
    """A private adb server, one for each test process."""
    server = Adb(adb_program(), free_port(), tmp_path_factory.mktemp("adb-home"))
    started = server.run("start-server")
    assert started.code == 0, started
    yield server
    server.run("kill-server")
