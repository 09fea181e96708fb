"""What `uinput` and `hid` share: commands in JSON, devices by id, sending times, and the end of all devices.

Sources: cmds/uinput and cmds/hid (Device.java, Event.java, Uinput.java, Hid.java, JsonStyleParser.java).
A device's commands go through a queue that is worked off by time: `delay` moves the time of what follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from devices.simulated.userland.filesystem import FileError
from devices.simulated.userland.lenient_json import MalformedError, Value, read_objects
from devices.simulated.userland.streams import BytesSource

if TYPE_CHECKING:
    from devices.simulated.userland.registry import Context
    from devices.simulated.userland.streams import Source
    from devices.simulated.world import InputSpec

Action = Callable[[], Awaitable[None]]
"""What a command does when its time has come."""

_EV_KEY, _EV_ABS, _BTN_TOUCH = 0x01, 0x03, 0x14A
_PLACES = (0x35, 0x36)
"""ABS_MT_POSITION_X and _Y."""
KILLED = 137
FIXED_BASE_SDK = 35
"""From this level on `delay` counts from the device's time base, and `updateTimeBase` sets it."""


class BadCommandError(Exception):
    """An IllegalStateException of the parser: the object is ignored."""


@dataclass(slots=True)
class VirtualDevice:
    """One registered device."""

    number: int
    base_ns: int
    """BOOTTIME from which delays count."""
    send_ns: int
    """When what comes next is sent."""
    sent: int = 0
    """Batches sent."""
    at: dict[int, int] = field(default_factory=dict)
    """Where the finger is, by axis."""
    queue: asyncio.Queue[tuple[int, Action]] = field(default_factory=asyncio.Queue)


class Kind(Protocol):
    """Which of the two programs."""

    node: str
    """Its device node."""

    def spec(self, command: dict[str, Value]) -> InputSpec:
        """Return what a `register` describes; BadCommandError if it does not."""
        ...

    def send(self, context: Context, device: VirtualDevice, command: dict[str, Value]) -> Action | None:
        """Return what a command sends when its time has come; None if it is no such command."""
        ...


async def run_virtual_device(context: Context, kind: Kind) -> int:
    """Run the program until its input ends; its devices go with it, however it ends."""
    if len(context.args) != 1:
        return 1
    await context.phone.spend("app_process_start")
    devices: dict[int, VirtualDevice] = {}
    workers: list[asyncio.Task[None]] = []
    kernel = context.phone.world.kernel_input
    try:
        async for command in read_objects(_source(context)):
            await _process(context, kind, command, devices, workers)
        for device in devices.values():
            await device.queue.join()
    except MalformedError:
        return 1
    except PermissionError:
        # nothing is printed: the runtime writes the exception to the log and kills the process
        return KILLED
    finally:
        for worker in workers:
            worker.cancel()
        for device in devices.values():
            kernel.unplug(device.number)
    return 0


def _source(context: Context) -> Source:
    name = context.args[0]
    if name == "-":
        return context.stdin
    try:
        return BytesSource(context.phone.files.read(context.path(name)))
    except FileError as error:
        raise MalformedError(error.reason) from error


async def _process(
    context: Context,
    kind: Kind,
    command: dict[str, Value],
    devices: dict[int, VirtualDevice],
    workers: list[asyncio.Task[None]],
) -> None:
    try:
        known = devices.get(number(command.get("id"), "id"))
        word = str(command.get("command", "")).lower()
        if known is None:
            if word == "register":
                device = _register(context, kind, command)
                devices[number(command["id"], "id")] = device
                workers.append(asyncio.create_task(_work(context, device)))
            return
        _queue(context, kind, word, command, known)
    except BadCommandError:
        await context.out("Error reading in object, ignoring.\n")


def _register(context: Context, kind: Kind, command: dict[str, Value]) -> VirtualDevice:
    spec = kind.spec(command)
    node = context.phone.files.find(kind.node)
    if node is None or not node.mode & 0o222:
        raise PermissionError(kind.node)
    now = context.phone.clock.now_ns
    return VirtualDevice(context.phone.world.kernel_input.plug(spec), base_ns=now, send_ns=now)


def _queue(context: Context, kind: Kind, word: str, command: dict[str, Value], device: VirtualDevice) -> None:
    now = context.phone.clock.now_ns
    fixed = context.phone.world.persona.sdk >= FIXED_BASE_SDK
    if word == "delay":
        duration = number(command.get("duration"), "duration")
        if duration <= 0:
            raise BadCommandError("Delay has missing or invalid duration")
        start = device.send_ns if fixed else max(now, device.send_ns)
        device.send_ns = start + duration * 1_000_000
    elif word == "updatetimebase" and fixed:
        device.base_ns = device.send_ns = now
    else:
        action = kind.send(context, device, command)
        if action is None:
            raise BadCommandError(f'Invalid command "{word}"')
        device.queue.put_nowait((device.send_ns, action))


def write_event(
    context: Context, device: VirtualDevice, event: tuple[int, int, int], stamp: int | None = None
) -> None:
    """Write one event (type, code, value); a finger that goes down is a step that faults may wait for."""
    kind, code, value = event
    context.phone.world.kernel_input.write(device.number, kind, code, value, stamp)
    if kind == _EV_ABS and code in _PLACES:
        device.at[code] = value
    elif (kind, code, value) == (_EV_KEY, _BTN_TOUCH, 1):
        context.phone.steps.happened("touch", " ".join(str(device.at.get(axis, 0)) for axis in _PLACES))


async def _work(context: Context, device: VirtualDevice) -> None:
    clock = context.phone.clock
    while True:
        due, action = await device.queue.get()
        await clock.sleep(due - clock.now_ns)
        await action()
        clock.poke()
        device.queue.task_done()


def number(value: Value, name: str) -> int:
    """Return an integer of a command; BadCommandError if it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadCommandError(f"Encountered malformed data: {name}")


def numbers(value: Value, name: str) -> list[int]:
    """Return the integers of a list; BadCommandError if it is none."""
    if not isinstance(value, list):
        raise BadCommandError(f"Encountered malformed data: {name}")
    return [number(one, name) for one in value]
