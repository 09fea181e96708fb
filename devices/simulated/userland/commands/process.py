"""ps, pidof, kill, sh, nohup, setsid, timeout."""

from __future__ import annotations

import asyncio

from devices.simulated.userland.filesystem import FileError
from devices.simulated.userland.options import UsageError, split
from devices.simulated.userland.processes import SIGNALS, Session, signal_number
from devices.simulated.userland.registry import Context, installed, program
from devices.simulated.userland.shell.interpreter import Shell
from devices.simulated.userland.shell.reader import run_lines
from devices.simulated.userland.shell.redirection import Descriptors


def _user(uid: int) -> str:
    names = {0: "root", 1000: "system", 1001: "radio", 2000: "shell", 9999: "nobody"}
    return names.get(uid) or (f"u0_a{uid - 10000}" if uid >= 10000 else str(uid))


def _rows(context: Context) -> list[tuple[str, int, int, str]]:
    """Return (user, pid, parent, name) of every process."""
    rows = [
        (_user(one.uid), one.pid, 1, one.name.rsplit("/", 1)[-1] if one.name.startswith("/") else one.name)
        for one in context.phone.world.processes()
    ]
    rows += [("shell", one.pid, one.parent, one.name) for one in context.phone.processes.all()]
    return sorted(rows, key=lambda row: row[1])


@program("ps")
async def ps(context: Context) -> int:
    """List processes: -A, -e, -p PID, -o LIST; without -A only shell's own."""
    options, _ = split(context.args, "AefTlw", "op")
    rows = _rows(context)
    if "p" in options:
        wanted = {int(text) for text in options["p"].split(",") if text.isdigit()}
        rows = [row for row in rows if row[1] in wanted]
    elif not {"A", "e"} & options.keys():
        rows = [row for row in rows if row[0] == "shell"]
    if "o" in options:
        await _chosen_columns(context, options["o"], rows)
    else:
        lines = [
            "USER           PID  PPID        VSZ    RSS WCHAN            ADDR S NAME                       "
        ]
        lines += [f"{user:<12} {pid:>5} {parent:>5}          0      0 0                   0 S {name}"
                  for user, pid, parent, name in rows]  # fmt: skip
        await context.out("\n".join(lines) + "\n")
    return 0 if rows else 1


async def _chosen_columns(context: Context, spec: str, rows: list[tuple[str, int, int, str]]) -> None:
    names = [name.split("=")[0].upper() for name in spec.split(",")]
    header = "" if "=" in spec else " ".join(names) + "\n"
    body = ""
    lines = {one.pid: " ".join(one.argv) or one.name for one in context.phone.processes.all()}
    for user, pid, parent, name in rows:
        line = lines.get(pid, name)
        values = {"USER": user, "PID": str(pid), "PPID": str(parent), "S": "S", "ARGS": line, "CMDLINE": line}
        body += " ".join(values.get(column, name) for column in names) + "\n"
    await context.out(header + body)


@program("pidof", "pgrep")
async def pidof(context: Context) -> int:
    """Print the pids of processes with this exact name."""
    _, operands = split(context.args, "sxf", "o")
    found = [pid for _, pid, _, name in _rows(context) if name in operands]
    if not found:
        return 1
    separator = "\n" if context.name == "pgrep" else " "
    await context.out(separator.join(map(str, found)) + "\n")
    return 0


@program("kill")
async def kill(context: Context) -> int:
    """Send a signal."""
    number, operands = SIGNALS["TERM"], list(context.args)
    if operands and operands[0].startswith("-"):
        parsed = signal_number(operands.pop(0)[1:])
        if parsed is None:
            raise UsageError("bad signal")
        number = parsed
    status = 0
    for text in operands:
        process = context.phone.processes.get(int(text)) if text.isdigit() else None
        if process is not None:
            process.signal(number)
            continue
        foreign = any(text == str(other.pid) for other in context.phone.world.processes())
        await context.err(f"kill: {text}: {'Operation not permitted' if foreign else 'No such process'}\n")
        status = 1
    return status


@program("sh")
async def sh(context: Context) -> int:
    """Run a shell: -c TEXT [name args], a script file, or stdin."""
    shell = Shell.create(context.phone, Session(), context.process)
    shell.variables.values.update(context.env)
    shell.cwd = context.cwd
    descriptors = Descriptors(context.stdin, context.stdout, context.stderr)
    args = [arg for arg in context.args if arg not in ("-e", "-x", "-i", "-l", "-")]
    if args[:1] == ["-c"] and len(args) > 1:
        if len(args) > 2:
            shell.variables.name = args[2]
        shell.variables.arguments = args[3:]
        return await shell.run_text(args[1], descriptors)
    if args:
        try:
            text = context.phone.files.read(context.path(args[0])).decode("utf-8", "replace")
        except FileError as error:
            await context.err(f"/system/bin/sh: {args[0]}: {error.reason}\n")
            return 127
        shell.variables.name, shell.variables.arguments = args[0], args[1:]
        return await shell.run_text(text, descriptors)
    return await run_lines(shell, descriptors)


@program("nohup", "setsid", "nice", "time")
async def wrapper(context: Context) -> int:
    """Run a program; nohup and setsid keep it alive when the session ends."""
    args = [arg for arg in context.args if not arg.startswith("-")]
    found = installed(context.phone, args[0]) if args else None
    if found is None:
        await context.err(f"{context.name}: exec {args[0] if args else ''}: No such file or directory\n")
        return 127
    if context.name in ("nohup", "setsid"):
        context.process.ignores_hangup = True
    context.argv = args
    context.process.name = args[0]
    return await found(context)


@program("timeout")
async def timeout(context: Context) -> int:
    """Run a program for at most so many seconds of the phone's clock."""
    options, operands = split(context.args[:1], "i", "ks")
    del options
    args = context.args[1:]
    found = installed(context.phone, args[0]) if args else None
    if found is None:
        await context.err(f"timeout: exec {args[0] if args else ''}: No such file or directory\n")
        return 127
    seconds = float(operands[0].rstrip("s"))
    context.argv = args
    work = asyncio.ensure_future(found(context))
    alarm = asyncio.ensure_future(context.phone.clock.sleep(round(seconds * 1e9)))
    try:
        await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        handler = context.process.on_signal
        if handler is not None and handler(SIGNALS["TERM"]):
            return await work
        return 124
    finally:
        work.cancel()
        alarm.cancel()
