"""Commands that mksh runs itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import Directory, normalize
from devices.simulated.userland.processes import finish, signal_number
from devices.simulated.userland.registry import installed
from devices.simulated.userland.shell.conditions import evaluate_test
from devices.simulated.userland.text import unescape

if TYPE_CHECKING:
    from devices.simulated.userland.shell.interpreter import Shell
    from devices.simulated.userland.shell.redirection import Descriptors


class ShellExit(Exception):  # noqa: N818 - control flow, no error
    """`exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class FunctionReturn(Exception):  # noqa: N818 - control flow, no error
    """`return`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LoopControl(Exception):  # noqa: N818 - control flow, no error
    """`break` or `continue`, out of `levels` loops."""

    def __init__(self, kind: str, levels: int) -> None:
        super().__init__(kind)
        self.kind = kind
        self.levels = levels


@dataclass(frozen=True, slots=True)
class BuiltinContext:
    """A builtin's call."""

    shell: Shell
    args: list[str]
    descriptors: Descriptors

    async def out(self, text: str) -> None:
        """Write to stdout."""
        await self.descriptors.stdout.write(text.encode("utf-8", "surrogateescape"))

    async def err(self, text: str) -> None:
        """Write to stderr, with the shell's name."""
        await self.descriptors.stderr.write(f"/system/bin/sh: {text}\n".encode("utf-8", "surrogateescape"))


Builtin = Callable[[BuiltinContext], Awaitable[int]]


async def _echo(call: BuiltinContext) -> int:
    args = list(call.args)
    newline, escapes = True, True
    while args and args[0] in ("-n", "-e", "-E", "-ne", "-en"):
        newline = newline and "n" not in args[0]
        escapes = "E" not in args[0]
        args.pop(0)
    text = " ".join(args)
    if escapes:
        text, stop, _ = text.partition("\\c")
        text = unescape(text)
        newline = newline and not stop
    await call.out(text + ("\n" if newline else ""))
    return 0


async def _true(call: BuiltinContext) -> int:
    del call
    return 0


async def _false(call: BuiltinContext) -> int:
    del call
    return 1


async def _test(call: BuiltinContext) -> int:
    return await _evaluate(call, "test", call.args)


async def _bracket(call: BuiltinContext) -> int:
    if not call.args or call.args[-1] != "]":
        await call.err("[: missing ]")
        return 2
    return await _evaluate(call, "[", call.args[:-1])


async def _evaluate(call: BuiltinContext, name: str, args: list[str]) -> int:
    try:
        return int(not evaluate_test(args, call.shell.phone.files, call.shell.cwd))
    except ValueError as error:
        await call.err(f"{name}: {error}")
        return 2


async def _cd(call: BuiltinContext) -> int:
    target = call.args[0] if call.args else call.shell.variables.values.get("HOME", "/")
    path = normalize(target, call.shell.cwd)
    node = call.shell.phone.files.find(path)
    if not isinstance(node, Directory):
        reason = "No such file or directory" if node is None else "Not a directory"
        await call.err(f"cd: {target}: {reason}")
        return 2
    call.shell.cwd = path
    return 0


async def _pwd(call: BuiltinContext) -> int:
    await call.out(call.shell.cwd + "\n")
    return 0


async def _exit(call: BuiltinContext) -> int:
    text = call.args[0] if call.args else ""
    raise ShellExit(int(text) & 0xFF if text.isdigit() else call.shell.variables.status)


async def _return(call: BuiltinContext) -> int:
    text = call.args[0] if call.args else ""
    raise FunctionReturn(int(text) & 0xFF if text.isdigit() else call.shell.variables.status)


async def _export(call: BuiltinContext) -> int:
    variables = call.shell.variables
    for argument in call.args:
        name, mark, value = argument.partition("=")
        variables.exported.add(name)
        if mark:
            variables.values[name] = value
    return 0


async def _unset(call: BuiltinContext) -> int:
    for name in call.args:
        call.shell.variables.values.pop(name, None)
    return 0


async def _set(call: BuiltinContext) -> int:
    if call.args[:1] == ["--"]:
        call.shell.variables.arguments = call.args[1:]
    elif not call.args:
        values = call.shell.variables.values
        await call.out("".join(f"{name}={values[name]}\n" for name in sorted(values)))
    return 0


async def _shift(call: BuiltinContext) -> int:
    count = int(call.args[0]) if call.args and call.args[0].isdigit() else 1
    del call.shell.variables.arguments[:count]
    return 0


async def _loop_control(kind: str, call: BuiltinContext) -> int:
    raise LoopControl(kind, int(call.args[0]) if call.args and call.args[0].isdigit() else 1)


async def _break(call: BuiltinContext) -> int:
    return await _loop_control("break", call)


async def _continue(call: BuiltinContext) -> int:
    return await _loop_control("continue", call)


async def _wait(call: BuiltinContext) -> int:
    jobs = list(call.shell.session.jobs)
    if not call.args:
        tasks = [job.task for job in jobs if job.task is not None and job.task is not asyncio.current_task()]
        if tasks:
            await asyncio.wait(tasks)
        return 0
    status = 127
    for text in call.args:
        process = call.shell.phone.processes.get(int(text)) if text.isdigit() else None
        if process is not None and process.task is not None:
            status = await finish(process)
        elif text.isdigit():
            status = call.shell.session.statuses.get(int(text), 127)
    return status


async def _kill(call: BuiltinContext) -> int:
    args = list(call.args)
    number: int | None = 15
    if args and args[0] == "-l":
        await call.out(" HUP INT QUIT KILL USR1 USR2 PIPE TERM CONT STOP\n")
        return 0
    if args and args[0] == "-s":
        number, args = signal_number(args[1]) if len(args) > 1 else None, args[2:]
    elif args and args[0].startswith("-") and len(args) > 1:
        number, args = signal_number(args[0][1:]), args[1:]
    if number is None:
        await call.err("kill: bad signal")
        return 1
    status = 0
    for text in args:
        status |= await _kill_one(call, text, number)
    return status


async def _kill_one(call: BuiltinContext, text: str, number: int) -> int:
    phone = call.shell.phone
    if not text.isdigit():
        await call.err(f"kill: {text}: arguments must be jobs or process IDs")
        return 1
    process = phone.processes.get(int(text))
    if process is not None:
        process.signal(number)
        return 0
    foreign = any(int(text) == other.pid for other in phone.world.processes())
    await call.err(f"kill: {text}: {'Operation not permitted' if foreign else 'No such process'}")
    return 1


async def _eval(call: BuiltinContext) -> int:
    return await call.shell.run_text(" ".join(call.args), call.descriptors)


async def _read(call: BuiltinContext) -> int:
    names = [arg for arg in call.args if not arg.startswith("-")] or ["REPLY"]
    line = await call.descriptors.stdin.read_line()
    fields = line.decode("utf-8", "replace").strip().split(None, len(names) - 1)
    for index, name in enumerate(names):
        call.shell.variables.values[name] = fields[index] if index < len(fields) else ""
    return 0 if line.endswith(b"\n") else 1


async def _command(call: BuiltinContext) -> int:
    if call.args[:1] == ["-v"] and len(call.args) > 1:
        name = call.args[1]
        if name in BUILTINS or name in call.shell.functions:
            await call.out(f"{name}\n")
        elif installed(call.shell.phone, name) is not None:
            await call.out(f"{name if '/' in name else '/system/bin/' + name}\n")
        else:
            return 1
        return 0
    if call.args:
        return await call.shell.execute(call.args, {}, call.descriptors, functions=False)
    return 0


async def _exec(call: BuiltinContext) -> int:
    if not call.args:
        return 0
    raise ShellExit(await call.shell.execute(call.args, {}, call.descriptors))


async def _umask(call: BuiltinContext) -> int:
    if not call.args:
        await call.out("0077\n")
    return 0


BUILTINS: dict[str, Builtin] = {
    "echo": _echo, "true": _true, ":": _true, "false": _false, "test": _test, "[": _bracket, "cd": _cd,
    "pwd": _pwd, "exit": _exit, "return": _return, "export": _export,
    "unset": _unset, "set": _set, "shift": _shift,
    "break": _break, "continue": _continue, "wait": _wait, "kill": _kill, "eval": _eval, "read": _read,
    "command": _command, "exec": _exec, "umask": _umask, "trap": _true,
}  # fmt: skip
