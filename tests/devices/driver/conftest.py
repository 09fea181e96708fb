"""A scripted phone: answers by command, settings that really change, and a cable that can be pulled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from devices.adb.errors import ConnectionLostError
from devices.adb.shell import ShellResult
from devices.driver.phone import Phone
from tests.devices.driver.state_shell import StateShell

if TYPE_CHECKING:
    import socket
    from pathlib import Path

Answer = str | tuple[str, str, int] | Callable[[str], str]

GETPROP = """[ro.build.version.sdk]: [34]
[ro.build.version.release]: [14]
[ro.product.manufacturer]: [Xiaomi]
[ro.product.model]: [Test 1]
[ro.build.type]: [user]
[ro.build.fingerprint]: [a/b/c:14/X/1:user/release-keys]
"""


class ScriptedLink:
    """A Link whose shell answers from `answers` (first pattern that matches the whole command)."""

    def __init__(self, serial: str = "SERIAL1") -> None:
        self._serial = serial
        self.state = StateShell()
        self.answers: list[tuple[str, Answer]] = [
            ("getprop", GETPROP),
            ("command -v perfetto", "/system/bin/perfetto\n"),
        ]
        self.commands: list[str] = []
        self.stdin: list[bytes] = []
        self.calls_until_unplugged: int | None = None

    @property
    def serial(self) -> str:
        return self._serial

    @property
    def settings(self) -> dict[tuple[str, str], str]:
        return self.state.settings

    @settings.setter
    def settings(self, held: dict[tuple[str, str], str]) -> None:
        self.state.settings = held

    @property
    def files(self) -> dict[str, bytes]:
        return self.state.files

    def shell(self, command, *, seconds, stdin=b"", on_line=None) -> ShellResult:
        self._cable()
        self.commands.append(command)
        self.stdin.append(stdin)
        out, err, code = self._answer(command, stdin)
        if on_line:
            for line in out.splitlines():
                on_line(line)
        return ShellResult(command, out.encode(), err.encode(), code)

    def pull(self, remote, local: Path, *, seconds) -> int:
        self._cable()
        local.write_bytes(self.files[remote])
        return len(self.files[remote])

    def push(self, data, remote, *, seconds) -> None:
        self._cable()
        self.files[remote] = data

    def open_tcp(self, port, *, seconds) -> socket.socket:
        self._cable()
        raise ConnectionLostError("nothing listens", next_step="")

    def _cable(self) -> None:
        if self.calls_until_unplugged is not None:
            if self.calls_until_unplugged <= 0:
                raise ConnectionLostError("the cable is out", next_step="plug it in")
            self.calls_until_unplugged -= 1

    def _answer(self, command: str, stdin: bytes = b"") -> tuple[str, str, int]:
        for pattern, answer in self.answers:
            if re.fullmatch(pattern, command, re.DOTALL):
                given = answer(command) if callable(answer) else answer
                return (given, "", 0) if isinstance(given, str) else given
        said = self.state.run(command, stdin) if "\n" not in command else None
        return (said or "", "", 0)


@pytest.fixture
def link() -> ScriptedLink:
    return ScriptedLink()


@pytest.fixture
def phone(link: ScriptedLink) -> Phone:
    return Phone(link)


@pytest.fixture(autouse=True)
def state_home(tmp_path_factory, monkeypatch) -> Path:
    """Nothing of a test goes into the home folder."""
    home = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    return home
