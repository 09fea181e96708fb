"""The table of programs in /system/bin, and what a program gets when it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import normalize

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.userland.processes import ShellProcess
    from devices.simulated.userland.streams import Sink, Source


@dataclass(slots=True)
class Context:
    """A running program: the phone, its arguments, its streams."""

    phone: Phone
    argv: list[str]
    stdin: Source
    stdout: Sink
    stderr: Sink
    process: ShellProcess
    cwd: str = "/"
    env: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name the program was called by."""
        return self.argv[0].rsplit("/", 1)[-1]

    @property
    def args(self) -> list[str]:
        """The arguments after the name."""
        return self.argv[1:]

    async def out(self, text: str) -> None:
        """Write text to stdout."""
        await self.stdout.write(text.encode("utf-8", "surrogateescape"))

    async def err(self, text: str) -> None:
        """Write text to stderr."""
        await self.stderr.write(text.encode("utf-8", "surrogateescape"))

    def path(self, argument: str) -> str:
        """Return an argument as absolute path."""
        return normalize(argument, self.cwd)


Program = Callable[[Context], Awaitable[int]]

PROGRAMS: dict[str, Program] = {}
_SINCE: dict[str, int] = {}
"""API level from which a phone has a program, where it is not all."""
_BIN = ("/system/bin/", "/bin/", "/vendor/bin/")


def program(*names: str, since: int = 0) -> Callable[[Program], Program]:
    """Put a function into the table under these names; phones below API level `since` are without it."""

    def register(function: Program) -> Program:
        for name in names:
            PROGRAMS[name] = function
            _SINCE[name] = since
        return function

    return register


def installed(phone: Phone, name: str) -> Program | None:
    """Return the program that a command word names on this phone, None if it has none."""
    short, persona = name.rsplit("/", 1)[-1], phone.world.persona
    fault = phone.tracing_fault
    missing = "perfetto" in persona.lacks or (fault is not None and fault.value == "missing")
    lacks = (short == "perfetto" and missing) or persona.sdk < _SINCE.get(short, 0)
    return None if lacks else find_program(name)


def find_program(name: str) -> Program | None:
    """Return the program that a command word names, None if there is none."""
    for folder in _BIN:
        if name.startswith(folder):
            return PROGRAMS.get(name.removeprefix(folder))
    return PROGRAMS.get(name)
