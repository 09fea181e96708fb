"""uinput (Android 12 and newer): input devices that are described and driven by JSON commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from devices.simulated.userland.commands.virtual_device import (
    BadCommandError,
    VirtualDevice,
    number,
    numbers,
    run_virtual_device,
    write_event,
)
from devices.simulated.userland.registry import Context, program
from devices.simulated.world import AbsInfo, InputSpec

if TYPE_CHECKING:
    from devices.simulated.userland.commands.virtual_device import Action
    from devices.simulated.userland.lenient_json import Value

FIRST_SDK = 31
_KEYBIT, _ABSBIT, _PROPBIT = 101, 103, 110
_CODES = {
    "UI_SET_EVBIT": 100,
    "UI_SET_KEYBIT": _KEYBIT,
    "UI_SET_RELBIT": 102,
    "UI_SET_ABSBIT": _ABSBIT,
    "UI_SET_PROPBIT": _PROPBIT,
}
"""Names that newer releases take in place of numbers."""
_BUSES = {"usb": 3, "bluetooth": 5, "virtual": 6, "i2c": 0x18, "host": 0x19, "spi": 0x1C}
_NAMED_BUSES_SDK = 34
_STAMPS_SDK = 35
"""From this level on the program tells the kernel when an event was sent."""
_BASE_STAMP_SDK = 36
"""From this level on a device's first batch carries the time of its time base."""


class Uinput:
    """The parts of the program that `hid` does otherwise.

    Args:
        sdk: API level; formats and times differ.
    """

    node = "/dev/uinput"

    def __init__(self, sdk: int) -> None:
        self._sdk = sdk

    def spec(self, command: dict[str, Value]) -> InputSpec:
        """Return what a `register` describes."""
        bits = self._bits(command.get("configuration"))
        ranges = dict(_axis(one) for one in _objects(command.get("abs_info", [])))
        vendor, product = number(command.get("vid", 0), "vid"), number(command.get("pid", 0), "pid")
        own = f"uinput:{command.get('id')}:{vendor}:{product}"
        return InputSpec(
            name=str(command.get("name", own)),
            bus=self._bus(str(command.get("bus", "usb"))),
            vendor=vendor,
            product=product,
            version=1,
            phys=str(command.get("port", own)),
            keys=frozenset(bits.get(_KEYBIT, [])),
            axes={code: ranges.get(code, AbsInfo(0, 0)) for code in bits.get(_ABSBIT, [])},
            properties=frozenset(bits.get(_PROPBIT, [])),
        )

    def _bits(self, value: Value) -> dict[int, list[int]]:
        if value is None:
            raise BadCommandError("Device registration is missing configuration")
        found: dict[int, list[int]] = {}
        for one in _objects(value):
            kind = one.get("type")
            code = _CODES.get(kind, -1) if isinstance(kind, str) else number(kind, "type")
            found.setdefault(code, []).extend(numbers(one.get("data"), "data"))
        return found

    def _bus(self, name: str) -> int:
        if self._sdk < _NAMED_BUSES_SDK:
            return _BUSES["bluetooth" if name == "bluetooth" else "usb"]
        if name.lower() not in _BUSES:
            raise BadCommandError(f"Invalid bus ID {name}")
        return _BUSES[name.lower()]

    def send(self, context: Context, device: VirtualDevice, command: dict[str, Value]) -> Action | None:
        """Return what an `inject` or a `sync` does when its time has come."""
        word = command.get("command")
        if word == "sync" and self._sdk >= _NAMED_BUSES_SDK:
            told = {"reason": "sync", "id": command.get("id"), "syncToken": command.get("syncToken")}
            return lambda: context.out(json.dumps(told, separators=(",", ":")))
        if word != "inject":
            return None
        events = numbers(command.get("events"), "events")
        queued_ns = context.phone.world.clocks().monotonic_ns

        async def inject() -> None:
            stamp = self._stamp(context, device, queued_ns)
            for at in range(0, len(events) - 2, 3):
                write_event(context, device, (events[at], events[at + 1], events[at + 2]), stamp)

        return inject

    def _stamp(self, context: Context, device: VirtualDevice, queued_ns: int) -> int | None:
        """Return the time that the program gives a batch (Device.java); None: the kernel's own."""
        first = device.sent == 0
        device.sent += 1
        if self._sdk < _STAMPS_SDK:
            return None
        if self._sdk < _BASE_STAMP_SDK:
            return queued_ns
        clocks = context.phone.world.clocks()
        asleep = clocks.boottime_ns - clocks.monotonic_ns
        return device.base_ns - asleep if first else clocks.monotonic_ns


def _objects(value: Value) -> list[dict[str, Value]]:
    if not isinstance(value, list):
        raise BadCommandError("Encountered malformed data.")
    return [one for one in value if isinstance(one, dict)]


def _axis(one: dict[str, Value]) -> tuple[int, AbsInfo]:
    info = one.get("info")
    if not isinstance(info, dict):
        raise BadCommandError("Encountered malformed data.")
    names = ("minimum", "maximum", "value", "fuzz", "flat", "resolution")
    return number(one.get("code"), "code"), AbsInfo(*(number(info.get(name, 0), name) for name in names))


@program("uinput", since=FIRST_SDK)
async def uinput(context: Context) -> int:
    """Make and drive input devices."""
    return await run_virtual_device(context, Uinput(context.phone.world.persona.sdk))
