"""`dumpsys input`: EventHub, InputReader, InputDispatcher (services/inputflinger), as far as played."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import java_bool, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import AbsInfo, ReaderDevice

_EXTERNAL_BUSES = (0x03, 0x05)
"""EventHub::isExternalDeviceLocked: USB and Bluetooth."""
_NAMED_SOURCES_SDK = 33
_X, _Y, _SLOT, _TRACKING = 0x35, 0x36, 0x2F, 0x39


@service("input")
def dump(phone: Phone, args: list[str]) -> str:
    """Return the whole dump."""
    del args
    devices = phone.world.reader_devices()
    hub = "".join(_hub_device(one) for one in devices)
    heading = "Input Reader State"
    if phone.world.persona.sdk >= 31:
        heading += f" (Nums of device: {len(devices)})"
    return (
        "INPUT MANAGER (dumpsys input)\n\n"
        f"Input Manager State:\n  Interactive: {java_bool(phone.world.screen_on)}\n"
        "  System UI Lights Out: false\n  Pointer Speed: 0\n\n"
        f"Event Hub State:\n  BuiltInKeyboardId: -2\n  Devices:\n{hub}"
        "  Unattached video devices:\n    <none>\n\n"
        f"{heading}:\n{''.join(_reader_device(phone, one) for one in devices)}"
        "  Configuration:\n    ExcludedDeviceNames: []\n    VirtualKeyQuietTime: 0.0ms\n\n"
        f"{_dispatcher(phone)}"
    )


def _external(device: ReaderDevice) -> bool:
    return device.spec.bus in _EXTERNAL_BUSES


def _hub_device(device: ReaderDevice) -> str:
    spec = device.spec
    classes = [
        *(["KEYBOARD"] if device.keyboard else []),
        *(["TOUCH", "TOUCH_MT"] if device.touch else []),
        *(["EXTERNAL"] if _external(device) else []),
    ]
    described = hashlib.sha1(spec.name.encode(), usedforsecurity=False).hexdigest()
    return (
        f"    {device.id}: {spec.name}\n"
        f"      Classes: {' | '.join(classes)}\n"
        f"      Path: /dev/input/event{device.number}\n"
        f"      Enabled: true\n      Descriptor: {described}\n      Location: {spec.phys}\n"
        "      ControllerNumber: 0\n      UniqueId: \n"
        f"      Identifier: bus=0x{spec.bus:04x}, vendor=0x{spec.vendor:04x}, product=0x{spec.product:04x}, "
        f"version=0x{spec.version:04x}\n"
        "      KeyLayoutFile: /system/usr/keylayout/Generic.kl\n"
        "      KeyCharacterMapFile: /system/usr/keychars/Generic.kcm\n"
        "      ConfigurationFile: \n      VideoDevice: <none>\n"
    )


def _reader_device(phone: Phone, device: ReaderDevice) -> str:
    named = phone.world.persona.sdk >= _NAMED_SOURCES_SDK
    sources = (["KEYBOARD"] if device.keyboard else []) + (["TOUCHSCREEN"] if device.touch else [])
    bits = (0x101 if device.keyboard else 0) | (0x1002 if device.touch else 0)
    text = (
        f"  Device {device.id}: {device.spec.name}\n"
        f"    EventHub Devices: [ {device.id} ] \n    Generation: {device.id + 10}\n"
        f"    IsExternal: {java_bool(_external(device))}\n    AssociatedDisplayPort: <none>\n"
        f"    HasMic:     false\n    Sources: {' | '.join(sources) if named else f'0x{bits:08x}'}\n"
        f"    KeyboardType: {int(device.keyboard)}\n"
    )
    if device.keyboard:
        text += "    Keyboard Input Mapper:\n      Parameters:\n        OrientationAware: false\n"
    return text + (_touch_mapper(phone, device) if device.touch else "")


def _touch_mapper(phone: Phone, device: ReaderDevice) -> str:
    persona, axes = phone.world.persona, device.spec.axes
    turned = phone.world.rotation
    width, height = persona.width, persona.height
    logical = (height, width) if turned % 2 else (width, height)
    frame = f"[0, 0, {logical[0]}, {logical[1]}]"
    mode = "DIRECT" if persona.sdk >= 31 else "direct"
    fingers = "".join(
        f"        [{at}]: id={at}, x={x}, y={y}, pressure=1\n" for at, (x, y) in enumerate(device.fingers)
    )
    return (
        f"    Touch Input Mapper (mode - {mode}):\n      Parameters:\n        GestureMode: multi-touch\n"
        f"        DeviceType: {'TOUCH_SCREEN' if persona.sdk >= 31 else 'touchScreen'}\n"
        f"        AssociatedDisplay: hasAssociatedDisplay=true, isExternal={java_bool(_external(device))}, "
        "displayId=''\n        OrientationAware: true\n      Raw Touch Axes:\n"
        f"        X: {_axis(axes.get(_X))}\n        Y: {_axis(axes.get(_Y))}\n"
        "        Pressure: unknown range\n"
        f"        TrackingId: {_axis(axes.get(_TRACKING))}\n        Slot: {_axis(axes.get(_SLOT))}\n"
        f"      Viewport INTERNAL: displayId=0, uniqueId=local:4619827259835644672, port=0, "
        f"orientation={turned}, logicalFrame={frame}, physicalFrame={frame}, "
        f"deviceSize=[{logical[0]}, {logical[1]}], isActive=[{int(phone.world.screen_on)}]\n"
        f"      Last Raw Touch: pointerCount={len(device.fingers)}\n{fingers}"
    )


def _axis(info: AbsInfo | None) -> str:
    if info is None:
        return "unknown range"
    return (
        f"min={info.minimum}, max={info.maximum}, flat={info.flat}, fuzz={info.fuzz}, "
        f"resolution={info.resolution}"
    )


def _dispatcher(phone: Phone) -> str:
    focused = phone.world.focused_window()
    name = "<none>" if focused is None else f"displayId=0, name='{focused.token_hex} {focused.title}'"
    touch = "TouchStates" if phone.world.persona.sdk >= 34 else "TouchStatesByDisplay"
    return (
        "Input Dispatcher State:\n  DispatchEnabled: true\n  DispatchFrozen: false\n"
        "  InputFilterEnabled: false\n  FocusedDisplayId: 0\n"
        f"  FocusedWindows:\n    {name}\n  {touch}: <no displays touched>\n"
    )
