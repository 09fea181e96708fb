"""One phone, spoken to in shell commands; whether it is real or simulated makes no difference here."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from devices.adb.errors import GarbledError
from traces.errors import InputFileError, PhoneError
from traces.text.getprop import BuildFacts, build_facts, parse_getprop

if TYPE_CHECKING:
    from pathlib import Path

    from devices.adb.shell import OnLine, ShellResult
    from devices.driver.injectors.base import Injector
    from devices.driver.link import Link

SHELL_SECONDS = 20.0
_READS = 3
"""How often a reading that came garbled is asked for."""


class Phone:
    """A phone behind a link.

    Args:
        link: the connection.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self.hand: Injector | None = None
        """What touches outside measured windows where plain `input` may not; None: plain `input` does."""

    def by_hand(self, script: str) -> str:
        """Return a script with `input` lines as it must be run for them to work outside measured windows."""
        return script if self.hand is None else self.hand.wrap(script)

    @property
    def link(self) -> Link:
        """The connection."""
        return self._link

    @property
    def serial(self) -> str:
        """Serial number, for messages; never written into results."""
        return self._link.serial

    @property
    def serial_hash(self) -> str:
        """First 12 hex digits of SHA-256 of the serial number."""
        return serial_hash(self.serial)

    @property
    def name(self) -> str:
        """The phone in words."""
        return f"phone {self.serial}"

    def shell(
        self,
        command: str,
        *,
        seconds: float = SHELL_SECONDS,
        stdin: bytes = b"",
        on_line: OnLine | None = None,
    ) -> ShellResult:
        """Run a command line, whatever its exit code."""
        return self._link.shell(command, seconds=seconds, stdin=stdin, on_line=on_line)

    def ask(self, command: str, *, seconds: float = SHELL_SECONDS) -> str:
        """Run a command line and return its stdout; PhoneError if it fails."""
        result = self.shell(command, seconds=seconds)
        if not result.ok:
            said = (result.error_text.strip() or result.text.strip() or "nothing").splitlines()[0]
            raise PhoneError(
                f"`{command}` failed on {self.name} with code {result.exit_code}: {said}",
                next_step=f"Try it yourself: adb -s {self.serial} shell '{command}'",
            )
        return result.text

    def sections(self, commands: dict[str, str], *, seconds: float = SHELL_SECONDS) -> dict[str, str]:
        """Run several commands in one round trip and return the stdout of each by name."""
        line = "; ".join(f"echo; echo '@@silky {name}'; {command}" for name, command in commands.items())
        for turn in range(_READS):
            try:
                return self._sections(line, dict.fromkeys(commands, ""), seconds)
            except GarbledError:
                # all of these only read
                if turn == _READS - 1:
                    raise
        raise AssertionError("unreachable")

    def _sections(self, line: str, found: dict[str, str], seconds: float) -> dict[str, str]:
        for part in ("\n" + self.shell(line, seconds=seconds).text).split("\n@@silky ")[1:]:
            name, _, body = part.partition("\n")
            if name in found:
                found[name] = body
        return found

    def pull(self, remote: str, local: Path, *, seconds: float = 120.0) -> int:
        """Copy a file from the phone and return its size."""
        return self._link.pull(remote, local, seconds=seconds)

    def push(self, data: bytes, remote: str, *, seconds: float = 60.0) -> None:
        """Write a file on the phone."""
        self._link.push(data, remote, seconds=seconds)

    @cached_property
    def properties(self) -> dict[str, str]:
        """All that `getprop` shows."""
        return parse_getprop(self.ask("getprop"), f"getprop of {self.name}")

    @cached_property
    def build(self) -> BuildFacts:
        """Model and Android version; PhoneError when the phone doesn't tell its API level."""
        try:
            return build_facts(self.properties, f"getprop of {self.name}")
        except InputFileError as error:
            raise PhoneError(
                error.what, next_step="Is it an Android device? Restart it and try again."
            ) from error

    @property
    def sdk(self) -> int:
        """API level."""
        return self.build.sdk

    @property
    def simulated(self) -> bool:
        """Whether this is a simulated phone (it says so itself)."""
        return self.properties.get("ro.silky.simulated", "") in {"1", "true"}

    @property
    def speed(self) -> float | None:
        """How much faster than real time a simulated phone runs; None on a real one."""
        if not self.simulated:
            return None
        try:
            return float(self.properties.get("ro.silky.speed", "1"))
        except ValueError:
            return 1.0


def serial_hash(serial: str) -> str:
    """Return the first 12 hex digits of SHA-256 of a serial number."""
    return hashlib.sha256(serial.encode()).hexdigest()[:12]
