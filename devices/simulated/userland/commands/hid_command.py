"""hid (Android 8.1 and newer): a HID device that is described and driven by JSON commands, through /dev/uhid.

The kernel's hid-multitouch stands behind it: a touch screen's reports become events with the kernel's time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.commands.virtual_device import (
    BadCommandError,
    VirtualDevice,
    number,
    numbers,
    run_virtual_device,
    write_event,
)
from devices.simulated.userland.hid_descriptor import (
    CONTACT,
    TIP,
    BadDescriptorError,
    Field,
    Report,
    X,
    Y,
    parse_descriptor,
)
from devices.simulated.userland.registry import Context, program
from devices.simulated.world import AbsInfo, InputSpec

if TYPE_CHECKING:
    from devices.simulated.userland.commands.virtual_device import Action
    from devices.simulated.userland.lenient_json import Value

FIRST_SDK = 27
_BUS_USB, _DIRECT, _BTN_TOUCH = 3, 1, 0x14A
_EV_SYN, _EV_KEY, _EV_ABS = 0, 1, 3
_SLOT, _MT_X, _MT_Y, _TRACKING, _ABS_X, _ABS_Y = 0x2F, 0x35, 0x36, 0x39, 0x00, 0x01
_CONTACTS = 10
"""MT_DEFAULT_MAXCONTACT: how many, where the device names no maximum."""


class Hid:
    """The parts of the program that `uinput` does otherwise."""

    node = "/dev/uhid"

    def __init__(self) -> None:
        self._reports: dict[int, Report] = {}
        self._tracking = 0
        self._down = False

    def spec(self, command: dict[str, Value]) -> InputSpec:
        """Return what the kernel makes of a `register`."""
        raw = _bytes(command.get("descriptor"), "descriptor")
        vendor, product = number(command.get("vid", 0), "vid"), number(command.get("pid", 0), "pid")
        try:
            report = parse_descriptor(raw)
        except BadDescriptorError as error:
            raise BadCommandError(str(error)) from error
        self._reports[number(command.get("id"), "id")] = report
        touch = report.touch_screen
        return InputSpec(
            name=str(command.get("name", f"{command.get('id')}:{vendor}:{product}")),
            bus=_BUS_USB,
            vendor=vendor,
            product=product,
            version=0,
            phys="",
            keys=frozenset({_BTN_TOUCH}) if touch else frozenset(),
            axes=_axes(report) if touch else {},
            properties=frozenset({_DIRECT}) if touch else frozenset(),
        )

    def send(self, context: Context, device: VirtualDevice, command: dict[str, Value]) -> Action | None:
        """Return what a `report` does when its time has come."""
        if command.get("command") != "report":
            return None
        data = _bytes(command.get("report"), "report")
        report = self._reports[number(command.get("id"), "id")]

        async def inject() -> None:
            for event in self._events(report, data):
                write_event(context, device, event)

        return inject

    def _events(self, report: Report, data: bytes) -> list[tuple[int, int, int]]:
        tip, contact = report.value(TIP, data), report.value(CONTACT, data)
        x, y = report.value(X, data), report.value(Y, data)
        if not report.touch_screen or tip is None or contact is None or x is None or y is None:
            return []
        events = [(_EV_ABS, _SLOT, contact)]
        if tip:
            if not self._down:
                self._tracking = (self._tracking + 1) & 0xFFFF
            events.append((_EV_ABS, _TRACKING, self._tracking))
            for code, value in ((_MT_X, x), (_MT_Y, y), (_ABS_X, x), (_ABS_Y, y)):
                events.append((_EV_ABS, code, value))
        else:
            events.append((_EV_ABS, _TRACKING, -1))
        self._down = bool(tip)
        return [*events, (_EV_KEY, _BTN_TOUCH, tip), (_EV_SYN, 0, 0)]


def _axes(report: Report) -> dict[int, AbsInfo]:
    x, y = (_range(report.fields[usage]) for usage in (X, Y))
    return {
        _ABS_X: x,
        _ABS_Y: y,
        _SLOT: AbsInfo(0, _CONTACTS - 1),
        _MT_X: x,
        _MT_Y: y,
        _TRACKING: AbsInfo(0, 0xFFFF),
    }


def _range(one: Field) -> AbsInfo:
    return AbsInfo(one.minimum, one.maximum)


def _bytes(value: Value, name: str) -> bytes:
    try:
        return bytes(numbers(value, name))
    except ValueError as error:
        raise BadCommandError("Invalid data, all values must be byte-sized") from error


@program("hid", since=FIRST_SDK)
async def hid(context: Context) -> int:
    """Make and drive a HID device."""
    return await run_virtual_device(context, Hid())
