"""A shell that reads its program line by line, from a script's stream or a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.shell.builtins import ShellExit
from devices.simulated.userland.shell.grammar import parse
from devices.simulated.userland.shell.interpreter import SHELL, Shell
from devices.simulated.userland.shell.words import IncompleteError, ShellSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.userland.shell.redirection import Descriptors


async def run_lines(shell: Shell, descriptors: Descriptors, prompt: Callable[[], str] | None = None) -> int:
    """Read and run commands from stdin until its end or `exit`; returns the last exit code."""
    pending = ""
    while True:
        if prompt is not None:
            await descriptors.stdout.write((prompt() if not pending else "> ").encode())
        line = await descriptors.stdin.read_line()
        if not line and not pending:
            return shell.variables.status
        pending += line.decode("utf-8", "surrogateescape")
        try:
            program = parse(pending)
        except IncompleteError as error:
            if line:
                continue
            await descriptors.stderr.write(f"{SHELL}: {error}\n".encode())
            return 1
        except ShellSyntaxError as error:
            pending = ""
            await descriptors.stderr.write(f"{SHELL}: {error}\n".encode())
            shell.variables.status = 1
            continue
        pending = ""
        try:
            await shell.run(program, descriptors)
        except ShellExit as ended:
            return ended.code
