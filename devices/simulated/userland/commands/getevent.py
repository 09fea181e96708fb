"""getevent: which input devices there are, what they can do and send. Source: toolbox/getevent.c."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from devices.simulated.userland.evdev_names import (
    AXES,
    CODES,
    KEY_VALUES,
    KEYS,
    PROPERTIES,
    SHORT_TYPES,
    TYPES,
)
from devices.simulated.userland.options import split
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devices.simulated.world import EvdevEvent, InputSpec

_PATH = "/dev/input/event"
_EV_KEY, _EV_ABS = 1, 3


@program("getevent")
async def getevent(context: Context) -> int:
    """List devices, and print events until killed: -t times, -l labels, -p abilities and end, -c COUNT."""
    options, operands = split(context.args, "tnpilqSdrh", "sc")
    kernel = context.phone.world.kernel_input
    chosen = operands[0] if operands else None
    devices = {
        number: spec for number, spec in kernel.devices().items() if chosen in (None, f"{_PATH}{number}")
    }
    if chosen is not None and not devices:
        await context.err(f"could not open {chosen}, No such file or directory\n")
        return 1
    labels = "l" in options
    if "p" in options or (chosen is None and "q" not in options):
        for order, (number, spec) in enumerate(reversed(list(devices.items())), 1):
            values = kernel.values(number)
            text = f'add device {order}: {_PATH}{number}\n  name:     "{spec.name}"\n'
            await context.out(text + (_abilities(spec, values, labels=labels) if "p" in options else ""))
    if "p" in options:
        return 0
    count = int(options["c"]) if options.get("c", "").isdigit() else 0
    return await _follow(context, chosen, times="t" in options, labels=labels, count=count)


async def _follow(context: Context, chosen: str | None, *, times: bool, labels: bool, count: int) -> int:
    queue: asyncio.Queue[str] = asyncio.Queue()

    def hear(number: int, event: EvdevEvent) -> None:
        path = f"{_PATH}{number}"
        if chosen in (None, path):
            where = "" if chosen is not None else f"{path}: "
            queue.put_nowait(f"{_time(event) if times else ''}{where}{_event(event, labels=labels)}\n")

    end = context.phone.world.kernel_input.listen(hear)
    printed = 0
    try:
        while not count or printed < count:
            await context.out(await queue.get())
            printed += 1
    finally:
        end()
    return 0


def _time(event: EvdevEvent) -> str:
    return f"[{event.time_ns // 1_000_000_000:8d}.{event.time_ns // 1000 % 1_000_000:06d}] "


def _event(event: EvdevEvent, *, labels: bool) -> str:
    value = event.value & 0xFFFFFFFF
    if not labels:
        return f"{event.type:04x} {event.code:04x} {value:08x}"
    kind = TYPES.get(event.type, f"{event.type:04x}")
    code = CODES.get(event.type, {}).get(event.code, f"{event.code:04x}")
    named = KEY_VALUES.get(event.value) if event.type == _EV_KEY else None
    return f"{kind[:12]:<12} {code[:20]:<20} {(named or f'{value:08x}')[:20]:<20}"


def _abilities(spec: InputSpec, values: Mapping[int, int], *, labels: bool) -> str:
    text = "  events:\n"
    if spec.keys:
        text += _bits(_EV_KEY, [_code(KEYS, key, labels=labels) for key in sorted(spec.keys)], labels=labels)
    if spec.axes:
        axes = []
        for code, info in sorted(spec.axes.items()):
            axes.append(
                f"{_code(AXES, code, labels=labels)} : value {values.get(code, info.value)}, "
                f"min {info.minimum}, max {info.maximum}, fuzz {info.fuzz}, flat {info.flat}, "
                f"resolution {info.resolution}"
            )
        text += _bits(_EV_ABS, axes, labels=labels)
    names = [PROPERTIES.get(one, f"{one:04x}") if labels else f"{one:04x}" for one in sorted(spec.properties)]
    text += "  input props:\n" + "".join(f"    {name}\n" for name in names)
    return text if names else text + "    <none>\n"


def _code(names: Mapping[int, str], code: int, *, labels: bool) -> str:
    if not labels:
        return f"{code:04x} "
    return f"{names[code][:20]:<20} " if code in names else f"{code:04x}                 "


def _bits(kind: int, entries: list[str], *, labels: bool) -> str:
    each = 1 if kind == _EV_ABS else 4 if labels else 8
    lines = [" ".join(entries[at : at + each]) for at in range(0, len(entries), each)]
    return f"    {SHORT_TYPES[kind]} ({kind:04x}): " + "\n                ".join(lines) + "\n"
