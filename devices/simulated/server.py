"""The simulated phone as a program: a world behind ADB on a loopback port.

async with / await: SimulatedPhone(world).start(), .stop()
in a thread:        with running_phone(world) as phone: ...
"""

from __future__ import annotations

import asyncio
import secrets
import shlex
import signal
import threading
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from devices.simulated.adbd.auth import Authorizer, Policy
from devices.simulated.adbd.daemon import LOOPBACK, Adbd, PortTakenError
from devices.simulated.adbd.reverse import ReverseForwards
from devices.simulated.adbd.stream import StreamClosedError
from devices.simulated.adbd.sync import SyncService
from devices.simulated.faults import FaultInjector, parse_fault
from devices.simulated.uiservice import program as uiservice_program
from devices.simulated.userland import commands
from devices.simulated.userland.clock import PhoneClock
from devices.simulated.userland.commands.properties import properties
from devices.simulated.userland.phone import Phone
from devices.simulated.userland.sessions import ShellService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devices.simulated.adbd.connection import Connection, Handler
    from devices.simulated.adbd.stream import Stream
    from devices.simulated.faults import RandomFaults
    from devices.simulated.faults.host import AdbOnHost
    from devices.simulated.faults.injector import Happened
    from devices.simulated.world import World

__all__ = ["PortTakenError", "SimulatedPhone", "running_phone"]

FEATURES = {
    "shell_v2": 24, "cmd": 24, "stat_v2": 26, "ls_v2": 30, "sendrecv_v2": 30, "fixed_push_mkdir": 28,
    "abb": 29, "abb_exec": 30,
}  # fmt: skip
"""API level from which adbd names each (transport.cpp); only what is implemented, as the host uses it."""

_DARK = 0.7
"""Part of a reboot after which adbd accepts connections; the system needs the rest."""

# Importing these packages fills the table of programs.
_PROGRAM_PACKAGES = (commands, uiservice_program)


class SimulatedPhone:
    """A phone in software that any ADB client can use.

    Args:
        world: The inside of the phone.
        port: Loopback port of its adbd; 0 takes a free one.
        speed: Phone seconds per host second.
        policy: How computers are treated that it does not know.
    """

    def __init__(
        self, world: World, *, port: int = 0, speed: float = 1.0, policy: Policy = Policy.OPEN
    ) -> None:
        self.world = world
        world.properties["ro.silky.speed"] = f"{speed:g}"
        self.clock = PhoneClock(world, speed=speed)
        self.phone = Phone(world, self.clock)
        self.phone.on_reboot = self._reboot
        self._adbd = Adbd(self, port=port)
        self._shells = ShellService(self.phone)
        self.authorizer = Authorizer(policy, secrets.token_bytes)
        self._reverse = ReverseForwards(self.phone.ports)
        self.phone.connect = self._connect_inside
        self._sync = SyncService(self.phone.files, self.clock.touch, self.phone.steps)
        self.faults = FaultInjector(self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rebooting: asyncio.Task[None] | None = None

    # --- life

    async def start(self) -> None:
        """Let the phone's time run and listen for ADB.

        Raises:
            PortTakenError: The port is in use.
        """
        self._loop = asyncio.get_running_loop()
        await self._adbd.listen()
        self.clock.start()

    async def stop(self) -> None:
        """Hang up and stop time."""
        if self._rebooting is not None:
            self._rebooting.cancel()
        await self._adbd.hang_up()
        for process in self.phone.processes.all():
            process.signal(9)
        await asyncio.sleep(0)
        self.clock.stop()

    @property
    def port(self) -> int:
        """The port of its adbd."""
        return self._adbd.port

    @property
    def serial(self) -> str:
        """The serial that `adb connect` gives it."""
        return f"{LOOPBACK}:{self.port}"

    async def unplug(self) -> None:
        """Pull the cable: all connections break, none is accepted. The phone runs on."""
        await self._adbd.hang_up()

    async def replug(self) -> None:
        """Put the cable back: the same port accepts connections again."""
        if not self._adbd.listening:
            await self._adbd.listen()

    async def sleep(self, duration_ns: int) -> None:
        """Sleep on the phone's clock."""
        await self.clock.sleep(duration_ns)

    def drop_connections(self) -> None:
        """Break all connections, as when the computer's adb server ends; new ones are accepted."""
        self._adbd.drop()

    def restart(self, seconds: float | None = None) -> None:
        """Reboot: everything that runs ends; adbd is back after most of the time, the system after all of it.

        Args:
            seconds: On the phone's clock; None: as the persona has it.
        """
        total = self.phone.cost_ns("reboot") if seconds is None else round(seconds * 1e9)
        dark = round(total * _DARK)

        async def reboot() -> None:
            await self.unplug()
            for process in self.phone.processes.all():
                process.signal(9)
            self.world.trouble("reboot")
            self.phone.booting = True
            self.phone.restarted()
            await self.clock.sleep(dark)
            await self.replug()
            await self.clock.sleep(total - dark)
            self.phone.booting = False

        self._rebooting = asyncio.get_running_loop().create_task(reboot())

    def _reboot(self) -> None:
        self.restart()

    # --- what adbd offers

    def banner(self) -> str:
        """Return the identity for CNXN: a computer has just connected."""
        self.phone.steps.happened("connect")
        table = properties(self.phone)
        names = ("ro.product.name", "ro.product.model", "ro.product.device")
        identity = "".join(f"{name}={table[name]};" for name in names)
        level = self.world.persona.sdk
        features = ",".join(name for name, since in FEATURES.items() if level >= since)
        return f"device::{identity}features={features}"

    def disconnected(self, connection: Connection) -> None:
        """Take that a connection is gone: its reverse forwards go with it."""
        self._reverse.end(connection)

    def open(self, name: str, connection: Connection) -> Handler | None:
        """Return what serves a service name, None if there is no such service."""
        service, _, rest = name.partition(":")
        kind, *options = service.split(",")
        if kind in ("abb", "abb_exec"):
            # the binder bridge runs `cmd` without a shell; its arguments are parted by NULs
            rest = "cmd " + " ".join(map(shlex.quote, rest.split("\0")))
            kind, options = "exec", ["v2"] if kind == "abb" else []
        if kind in ("shell", "exec"):
            if "v2" in options:
                return lambda stream: self._shells.serve_v2(stream, rest)
            return lambda stream: self._shells.serve_raw(stream, rest)
        if kind == "tcp":
            return self._connect(rest)
        if kind == "localabstract":
            return self.phone.sockets.get(rest)
        if kind == "reverse":
            return self._reverse.serve(rest, connection)
        plain = {"sync": self._sync.serve, "reboot": self._serve_reboot}
        plain["unroot"] = _not_root
        return plain.get(kind, _refuse_root if kind in ("root", "remount") else None)

    def _connect(self, rest: str) -> Handler | None:
        port = rest.split(":", maxsplit=1)[0]
        return self.phone.ports.get(int(port)) if port.isdigit() else None

    def _connect_inside(self, port: int) -> Stream | None:
        """Open a stream from a program on the phone to a port that leads to the host; None: nothing there."""
        target = self._reverse.target(port)
        if target is None:
            return None
        connection, name = target
        try:
            return connection.open_on_host(name)
        except StreamClosedError:
            return None

    async def _serve_reboot(self, stream: Stream) -> None:
        del stream
        self._reboot()


async def _refuse_root(stream: Stream) -> None:
    await stream.write(b"adbd cannot run as root in production builds\n")


async def _not_root(stream: Stream) -> None:
    await stream.write(b"adbd not running as root\n")


_Result = TypeVar("_Result")


class RunningPhone:
    """A phone in a thread of its own, with calls that may come from any other thread."""

    def __init__(self, phone: SimulatedPhone, loop: asyncio.AbstractEventLoop) -> None:
        self.phone = phone
        self._loop = loop

    @property
    def port(self) -> int:
        """The port of its adbd."""
        return self.phone.port

    @property
    def serial(self) -> str:
        """The serial that `adb connect` gives it."""
        return self.phone.serial

    @property
    def world(self) -> World:
        """The inside of the phone; touch it only through `call`."""
        return self.phone.world

    def unplug(self) -> None:
        """Pull the cable."""
        asyncio.run_coroutine_threadsafe(self.phone.unplug(), self._loop).result(10)

    def allow(self) -> int:
        """Say yes to the dialogs that ask about a computer; return how many there were."""

        async def yes() -> int:
            return self.phone.authorizer.allow()

        return asyncio.run_coroutine_threadsafe(yes(), self._loop).result(10)

    def replug(self) -> None:
        """Put the cable back."""
        asyncio.run_coroutine_threadsafe(self.phone.replug(), self._loop).result(10)

    def do(self, act: Callable[[SimulatedPhone], _Result]) -> _Result:
        """Call a function with the phone, in its thread, and return what it returns."""

        async def run() -> _Result:
            self.phone.clock.touch()
            return act(self.phone)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def load_faults(self, *faults: str, host: AdbOnHost | None = None) -> None:
        """Let these faults happen, written as in `devices.simulated.faults.plan`; counts begin now."""
        planned = [parse_fault(text) for text in faults]

        def load(phone: SimulatedPhone) -> None:
            phone.faults.host = host or phone.faults.host
            phone.faults.load(planned)

        self.do(load)

    def faults_by_chance(self, faults: RandomFaults | None, *, host: AdbOnHost | None = None) -> None:
        """Draw faults from now on; None: no more."""

        def load(phone: SimulatedPhone) -> None:
            phone.faults.host = host or phone.faults.host
            phone.faults.by_chance(faults)

        self.do(load)

    def happened(self) -> list[Happened]:
        """Return the faults that came until now."""
        return self.do(lambda phone: list(phone.faults.happened))


def _serve(phone: SimulatedPhone, started: Future[asyncio.AbstractEventLoop], stop: Future[None]) -> None:
    async def main() -> None:
        try:
            await phone.start()
        except OSError as error:
            started.set_exception(error)
            return
        except PortTakenError as error:
            started.set_exception(error)
            return
        started.set_result(asyncio.get_running_loop())
        with suppress(asyncio.CancelledError):
            await asyncio.wrap_future(stop)
        await phone.stop()

    asyncio.run(main())


@contextmanager
def running_phone(
    world: World, *, port: int = 0, speed: float = 1.0, policy: Policy = Policy.OPEN
) -> Iterator[RunningPhone]:
    """Run a phone in a thread of its own until the block ends.

    Raises:
        PortTakenError: The port is in use.
    """
    phone = SimulatedPhone(world, port=port, speed=speed, policy=policy)
    started: Future[asyncio.AbstractEventLoop] = Future()
    stop: Future[None] = Future()
    thread = threading.Thread(target=_serve, args=(phone, started, stop), name="simulated phone", daemon=True)
    thread.start()
    try:
        yield RunningPhone(phone, started.result(10))
    finally:
        if not stop.done():
            stop.set_result(None)
        thread.join(15)


def serve_until_signal(
    world: World, *, port: int = 0, speed: float = 1.0, announce: Callable[[str], None] = print
) -> None:
    """Run a phone in this thread until SIGINT or SIGTERM.

    Args:
        world: The inside of the phone.
        port: Loopback port, 0 for any free one.
        speed: Phone seconds per host second.
        announce: Called with the phone's serial once it accepts connections.

    Raises:
        PortTakenError: The port is in use.
    """

    async def main() -> None:
        phone = SimulatedPhone(world, port=port, speed=speed)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await phone.start()
        announce(phone.serial)
        await stop.wait()
        await phone.stop()

    asyncio.run(main())
