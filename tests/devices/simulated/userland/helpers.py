"""Running shell text on a phone without ADB and without waiting for real time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from devices.simulated.uiservice import program as uiservice_program
from devices.simulated.userland import commands
from devices.simulated.userland.clock import PhoneClock
from devices.simulated.userland.phone import Phone
from devices.simulated.userland.processes import Session, ShellProcess
from devices.simulated.userland.shell.interpreter import Shell
from devices.simulated.userland.shell.redirection import Descriptors
from devices.simulated.userland.streams import BufferSink, BytesSource
from tests.devices.simulated.userland.fake_world import FakeWorld

PROGRAM_PACKAGES = (commands, uiservice_program)


@dataclass
class Ran:
    """What a script printed and how it ended."""

    code: int
    out: str
    err: str
    phone: Phone
    raw: bytes = b""


@dataclass
class Device:
    """A phone over a fake world; scripts run one after the other, the phone's state stays."""

    world: FakeWorld = field(default_factory=FakeWorld)

    def __post_init__(self) -> None:
        # So fast that every event is due at once: only the phone's own costs and sleeps order things.
        self.clock = PhoneClock(self.world, speed=1e6)
        self.phone = Phone(self.world, self.clock)

    def run(self, script: str, stdin: bytes = b"") -> Ran:
        return asyncio.run(self._run(script, stdin))

    async def _run(self, script: str, stdin: bytes) -> Ran:
        self.clock.start()
        process = ShellProcess(self.world.new_pid(), 1, "sh", ())
        shell = Shell.create(self.phone, Session(), process)
        out, err = BufferSink(), BufferSink()
        code = await asyncio.wait_for(shell.run_text(script, Descriptors(BytesSource(stdin), out, err)), 30)
        self.clock.stop()
        text = bytes(out.data).decode("utf-8", "replace")
        return Ran(code, text, bytes(err.data).decode("utf-8", "replace"), self.phone, bytes(out.data))


def sh(script: str, world: FakeWorld | None = None, stdin: bytes = b"") -> Ran:
    """Run a script on a fresh phone."""
    return Device(world or FakeWorld()).run(script, stdin)
