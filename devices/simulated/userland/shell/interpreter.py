"""Runs a parsed program: builtins, programs, pipelines, redirections, background jobs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import Directory, FileError, normalize
from devices.simulated.userland.options import UsageError
from devices.simulated.userland.processes import SIGNALS, Session, ShellProcess, finish
from devices.simulated.userland.registry import Context, Program, installed
from devices.simulated.userland.shell.arithmetic import ExpressionError
from devices.simulated.userland.shell.builtins import (
    BUILTINS,
    BuiltinContext,
    FunctionReturn,
    LoopControl,
    ShellExit,
)
from devices.simulated.userland.shell.expand import Expander, ExpansionError, Variables
from devices.simulated.userland.shell.grammar import parse
from devices.simulated.userland.shell.redirection import (
    Descriptors,
    Opener,
    RedirectError,
    apply_redirect,
)
from devices.simulated.userland.shell.tree import (
    AndOr,
    Command,
    Compound,
    For,
    Function,
    If,
    Loop,
    Pipeline,
    Redirect,
    Sequence,
    Simple,
)
from devices.simulated.userland.shell.words import ShellSyntaxError
from devices.simulated.userland.streams import BrokenPipe, BufferSink, BytesSource, Pipe

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

SHELL = "/system/bin/sh"
_NEED_SERVICES = frozenset(
    {
        "am",
        "cmd",
        "dumpsys",
        "ime",
        "input",
        "pm",
        "screencap",
        "service",
        "settings",
        "svc",
        "uiautomator",
        "wm",
    }
)
"""Programs that talk to system_server."""
_PATH = "/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin:/vendor/bin"


@dataclass(slots=True)
class Shell:
    """One shell process, or a subshell of it."""

    phone: Phone
    session: Session
    variables: Variables
    process: ShellProcess
    cwd: str = "/"
    adopt: ShellProcess | None = None
    """A process made beforehand for the one program that this subshell runs (so `$!` names it)."""
    functions: dict[str, Command] = field(default_factory=dict)

    @classmethod
    def create(cls, phone: Phone, session: Session, process: ShellProcess) -> Shell:
        """Return a fresh shell with adbd's environment."""
        values = {
            "PATH": _PATH, "HOME": "/", "USER": "shell", "LOGNAME": "shell", "SHELL": "/bin/sh",
            "TERM": "dumb",
            "TMPDIR": "/data/local/tmp", "ANDROID_DATA": "/data", "ANDROID_ROOT": "/system",
            "EXTERNAL_STORAGE": "/sdcard",
            "HOSTNAME": phone.world.persona.properties.get("ro.product.device", "phone"),
        }  # fmt: skip
        variables = Variables(values, set(values))
        variables.pid = process.pid
        variables.name = SHELL
        return cls(phone, session, variables, process)

    # --- programs

    async def run_text(self, text: str, descriptors: Descriptors) -> int:
        """Run a program's text and return its exit code."""
        try:
            return await self.run(parse(text), descriptors)
        except ShellSyntaxError as error:
            await descriptors.stderr.write(f"{SHELL}: {error}\n".encode())
            return 1
        except (ShellExit, FunctionReturn) as ended:
            return ended.code
        except LoopControl:
            return 0

    async def run(self, node: Command, descriptors: Descriptors) -> int:
        """Run one node and return its exit code, which `$?` then is."""
        status = await self._dispatch(node, descriptors)
        self.variables.status = status
        return status

    async def _dispatch(self, node: Command, descriptors: Descriptors) -> int:
        if isinstance(node, Simple):
            return await self._simple(node, descriptors)
        if isinstance(node, Sequence):
            return await self._sequence(node, descriptors)
        if isinstance(node, AndOr):
            status = await self.run(node.left, descriptors)
            wanted = node.operator == "&&"
            return await self.run(node.right, descriptors) if (status == 0) == wanted else status
        if isinstance(node, Pipeline):
            status = await self._pipeline(node, descriptors)
            return int(status == 0) if node.negated else status
        if isinstance(node, Function):
            self.functions[node.name] = node.body
            return 0
        return await self._compound(node, descriptors)

    async def _sequence(self, node: Sequence, descriptors: Descriptors) -> int:
        status = 0
        for command, background in node.items:
            if background:
                self._start_background(command, descriptors)
                status = self.variables.status = 0
            else:
                status = await self.run(command, descriptors)
        return status

    async def _compound(self, node: Compound | If | Loop | For, descriptors: Descriptors) -> int:
        try:
            inner = await self._redirect(node.redirects, descriptors)
        except RedirectError as error:
            await descriptors.stderr.write(f"{SHELL}: {error}\n".encode())
            return 1
        if isinstance(node, Compound):
            if node.subshell:
                return await self._guarded(self.subshell(), node.body, inner)
            return await self.run(node.body, inner)
        if isinstance(node, If):
            return await self._if(node, inner)
        if isinstance(node, Loop):
            return await self._loop(node, inner)
        return await self._for(node, inner)

    async def _if(self, node: If, descriptors: Descriptors) -> int:
        for condition, body in node.branches:
            if await self.run(condition, descriptors) == 0:
                return await self.run(body, descriptors)
        return await self.run(node.otherwise, descriptors) if node.otherwise else 0

    async def _loop(self, node: Loop, descriptors: Descriptors) -> int:
        status = 0
        while (await self.run(node.condition, descriptors) == 0) != node.until:
            # A loop of builtins must not lock the phone's other work out.
            await asyncio.sleep(0)
            try:
                status = await self.run(node.body, descriptors)
            except LoopControl as control:
                if control.levels > 1:
                    raise LoopControl(control.kind, control.levels - 1) from control
                if control.kind == "break":
                    break
        return status

    async def _for(self, node: For, descriptors: Descriptors) -> int:
        status = 0
        for value in await self._expander(descriptors).fields(node.words, self.cwd):
            self.variables.values[node.name] = value
            await asyncio.sleep(0)
            try:
                status = await self.run(node.body, descriptors)
            except LoopControl as control:
                if control.levels > 1:
                    raise LoopControl(control.kind, control.levels - 1) from control
                if control.kind == "break":
                    break
        return status

    # --- pipelines and jobs

    def subshell(self, adopt: ShellProcess | None = None) -> Shell:
        """Return a copy whose changes stay its own."""
        return replace(self, variables=self.variables.copy(), adopt=adopt, functions=dict(self.functions))

    async def _guarded(self, shell: Shell, node: Command, descriptors: Descriptors) -> int:
        try:
            return await shell.run(node, descriptors)
        except (ShellExit, FunctionReturn) as ended:
            return ended.code
        except BrokenPipe:
            return 141
        except LoopControl:
            return 0

    async def _pipeline(self, node: Pipeline, descriptors: Descriptors) -> int:
        if len(node.parts) == 1:
            return await self.run(node.parts[0], descriptors)
        tasks: list[asyncio.Task[int]] = []
        stdin = descriptors.stdin
        for index, part in enumerate(node.parts):
            last = index == len(node.parts) - 1
            pipe = None if last else Pipe()
            ends = replace(
                descriptors, stdin=stdin, stdout=descriptors.stdout if pipe is None else pipe.writer
            )
            tasks.append(asyncio.create_task(self._member(part, ends, first=index == 0, last=last)))
            if pipe is not None:
                stdin = pipe.reader
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        return tasks[-1].result()

    async def _member(self, node: Command, descriptors: Descriptors, *, first: bool, last: bool) -> int:
        try:
            return await self._guarded(self.subshell(), node, descriptors)
        finally:
            if not last:
                descriptors.stdout.close()
            if not first:
                descriptors.stdin.close()

    def _start_background(self, node: Command, descriptors: Descriptors) -> None:
        pid = self.phone.world.new_pid()
        process = ShellProcess(pid, self.process.pid, "sh", (SHELL,))
        inner = replace(descriptors, stdin=BytesSource())
        shell = self.subshell(process if isinstance(node, Simple) else None)
        process.task = asyncio.create_task(self._guarded(shell, node, inner))
        # A callback, as a job that is killed before its first step runs no code of its own.
        process.task.add_done_callback(lambda task: self._job_ended(process, task))
        self.phone.processes.add(process)
        self.session.jobs.add(process)
        self.session.background.add(process)
        self.variables.last_background = pid

    def _job_ended(self, process: ShellProcess, task: asyncio.Task[int]) -> None:
        code = 128 + (process.killed_by or SIGNALS["TERM"]) if task.cancelled() else task.result()
        self.session.statuses[process.pid] = code
        self.phone.processes.remove(process)
        self.session.jobs.discard(process)
        self.session.background.discard(process)

    # --- simple commands

    def _expander(self, descriptors: Descriptors) -> Expander:
        async def substitute(source: str) -> str:
            sink = BufferSink()
            inner = self.subshell()
            self.variables.status = await inner.run_text(source, replace(descriptors, stdout=sink))
            return sink.data.decode("utf-8", "surrogateescape").rstrip("\n")

        return Expander(self.variables, self.phone.files, substitute)

    async def _simple(self, node: Simple, descriptors: Descriptors) -> int:
        expander = self._expander(descriptors)
        try:
            argv = await expander.fields(node.words, self.cwd)
            values = {name: await expander.text(word) for name, word in node.assignments}
            inner = await self._redirect(node.redirects, descriptors)
        except (ExpansionError, ExpressionError, ShellSyntaxError, RedirectError) as error:
            await descriptors.stderr.write(f"{SHELL}: {error}\n".encode())
            return 1
        if not argv:
            self.variables.values.update(values)
            return self.variables.status if node.words else 0
        return await self.execute(argv, values, inner)

    async def execute(
        self, argv: list[str], values: dict[str, str], descriptors: Descriptors, *, functions: bool = True
    ) -> int:
        """Run a function, a builtin or a program by its arguments."""
        if functions and argv[0] in self.functions:
            self.variables.values.update(values)
            return await self._call(self.functions[argv[0]], argv[1:], descriptors)
        builtin = BUILTINS.get(argv[0])
        if builtin is not None:
            if self.adopt is not None:
                self.adopt.name = argv[0]
            self.variables.values.update(values)
            try:
                return await builtin(BuiltinContext(self, argv[1:], descriptors))
            except FileError as error:
                await descriptors.stderr.write(f"{SHELL}: {argv[0]}: {error.reason}\n".encode())
                return 1
        found = installed(self.phone, argv[0])
        self.phone.steps.happened("command", " ".join(argv))
        if found is None:
            return await self._not_found(argv[0], descriptors)
        return await self._program(found, argv, values, descriptors)

    async def _call(self, body: Command, args: list[str], descriptors: Descriptors) -> int:
        before, self.variables.arguments = self.variables.arguments, args
        try:
            return await self.run(body, descriptors)
        except FunctionReturn as ended:
            return ended.code
        finally:
            self.variables.arguments = before

    async def _not_found(self, name: str, descriptors: Descriptors) -> int:
        node = self.phone.files.find(normalize(name, self.cwd)) if "/" in name else None
        reason = "inaccessible or not found" if node is None else "can't execute: Permission denied"
        if isinstance(node, Directory):
            reason = "can't execute: Is a directory"
        await descriptors.stderr.write(f"{SHELL}: {name}: {reason}\n".encode())
        return 127 if node is None else 126

    async def _program(
        self, found: Program, argv: list[str], values: dict[str, str], descriptors: Descriptors
    ) -> int:
        adopted, self.adopt = self.adopt, None
        process = adopted or ShellProcess(self.phone.world.new_pid(), self.process.pid, "", ())
        process.name = argv[0].rsplit("/", 1)[-1]
        process.argv = tuple(argv)
        if adopted is not None and not descriptors.hold_session:
            self.session.background.discard(process)
        context = Context(
            self.phone, argv, descriptors.stdin, descriptors.stdout, descriptors.stderr, process,
            self.cwd, {**self.variables.environment(), **values},
        )  # fmt: skip
        if adopted is not None:
            return await _run_program(found, context)
        process.task = asyncio.create_task(_run_program(found, context))
        self.phone.processes.add(process)
        try:
            return await finish(process)
        finally:
            self.phone.processes.remove(process)

    def _opener(self) -> Opener:
        return Opener(self.phone.files, self.cwd, self.variables.pid)

    async def _redirect(self, redirects: tuple[Redirect, ...], descriptors: Descriptors) -> Descriptors:
        for redirect in redirects:
            text = await self._expander(descriptors).text(redirect.target)
            descriptors = apply_redirect(redirect, text, descriptors, self._opener())
        return descriptors


async def _run_program(found: Program, context: Context) -> int:
    try:
        phone = context.phone
        await phone.clock.sleep(phone.cost_ns("process_start") + phone.steps.delay_ns)
        if phone.booting and context.name in _NEED_SERVICES:
            await context.err(f"cmd: Can't find service: {(context.args or [context.name])[0]}\n")
            return 20
        return await found(context)
    except BrokenPipe:
        return 141
    except FileError as error:
        await context.err(f"{context.name}: write error: {error.reason}\n")
        return 1
    except UsageError as fault:
        await context.err(f'{context.name}: {fault} (see "{context.name} --help")\n')
        return 1
    finally:
        context.phone.clock.poke()
