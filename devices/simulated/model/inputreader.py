"""InputReader: takes devices in after a while, and makes touches and keys of their packets.

Sources: EventHub.cpp (which device is a touch screen, which is external), InputReader.cpp,
MultiTouchInputMapper, TouchInputMapper (raw axes onto the display, turned by its rotation),
KeyboardInputMapper with Generic.kl. One finger is followed; further ones are not played.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from devices.simulated.model.evdev import ABS_MT_SLOT, ABS_MT_TRACKING_ID, EV_ABS, EV_KEY, EV_SYN
from devices.simulated.model.injection import Stamp
from devices.simulated.model.tracer import INPUT
from devices.simulated.world import AbsInfo, InputSpec, MotionAction, ReaderDevice

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work
    from devices.simulated.world import Done, EvdevEvent

BTN_TOUCH, PROP_DIRECT = 0x14A, 1
BUS_USB, BUS_BLUETOOTH, BUS_VIRTUAL = 3, 5, 6
X, Y = 0x35, 0x36
KEYCODES = {1: 111, 14: 67, 28: 66, 102: 122, 114: 25, 115: 24, 116: 26, 142: 223, 143: 224, 158: 4, 172: 3}
"""Scan codes of Generic.kl that a phone or a driver of it uses, with their key codes."""
_READ_NS = 60_000


def built_in(width: int, height: int) -> tuple[InputSpec, InputSpec]:
    """Return the phone's own buttons and touch screen."""
    buttons = InputSpec("gpio-keys", 0x19, 1, 1, 0x100, "gpio-keys/input0", frozenset({114, 115, 116}))
    panel = InputSpec(
        "sim_touchscreen",
        0x1C,
        0,
        0,
        0,
        "",
        frozenset({BTN_TOUCH}),
        touch_axes(width, height),
        frozenset({1}),
    )
    return buttons, panel


def touch_axes(width: int, height: int) -> dict[int, AbsInfo]:
    """Return the axes of a touch screen of ten fingers whose units are the display's pixels."""
    return {
        ABS_MT_SLOT: AbsInfo(0, 9),
        X: AbsInfo(0, width - 1),
        Y: AbsInfo(0, height - 1),
        ABS_MT_TRACKING_ID: AbsInfo(0, 65535),
    }


@dataclass(slots=True)
class _Finger:
    x: int = 0
    y: int = 0
    down: bool = False


@dataclass(slots=True)
class _Taken:
    """A device that was taken in, and what its packets said until now."""

    id: int
    spec: InputSpec
    slot: int = 0
    slots: dict[int, _Finger] = field(default_factory=dict)
    followed: int | None = None
    """The slot of the finger that is down for the windows."""
    at: tuple[int, int] = (0, 0)
    down_time_ns: int = 0
    keys: list[tuple[int, int]] = field(default_factory=list)

    @property
    def touch(self) -> bool:
        spec = self.spec
        return {X, Y} <= set(spec.axes) and BTN_TOUCH in spec.keys and PROP_DIRECT in spec.properties

    @property
    def keyboard(self) -> bool:
        return any(key < 0x100 for key in self.spec.keys)


class TouchSink(Protocol):
    """Where touches go."""

    def __call__(self, action: MotionAction, x: float, y: float, done: Done, stamp: Stamp | None) -> None:
        """Take one, px of the display."""
        ...


class KeySink(Protocol):
    """Where keys go."""

    def __call__(self, keycode: int, stamp: Stamp, *, down: bool) -> None:
        """Take one."""
        ...


class InputReader:
    """Reads all devices.

    Args:
        system: The shared system.
        thread: The InputReader thread of system_server.
        touch: Where touches go.
        key: Where keys go.
        rotation: The display's rotation now, quarter turns.
    """

    def __init__(
        self,
        system: System,
        thread: SimThread,
        touch: TouchSink,
        key: KeySink,
        *,
        rotation: Callable[[], int],
    ) -> None:
        self._system = system
        self._thread = thread
        self._touch_sink = touch
        self._key_sink = key
        self._rotation = rotation
        self._rng = system.stream("inputreader")
        self._present: dict[int, InputSpec] = {}
        self._taken: dict[int, _Taken] = {}
        self._next_id = 1

    def plugged(self, number: int, spec: InputSpec) -> None:
        """Take a device in after a while; what it sends before is lost."""
        delay = int(self._system.timings["input_device_added_ms"] * 1e6)
        self._present[number] = spec
        self._system.kernel.after(delay, lambda: self.take(number, spec))

    def take(self, number: int, spec: InputSpec) -> None:
        """Take a device in, unless it has gone or was taken before."""
        if self._present.get(number) is spec and number not in self._taken:
            self._taken[number] = _Taken(self._next_id, spec)
            self._next_id += 1

    def unplugged(self, number: int) -> None:
        """Let a device go."""
        self._present.pop(number, None)
        self._taken.pop(number, None)

    def devices(self) -> list[ReaderDevice]:
        """Return the devices that were taken in."""
        return [
            ReaderDevice(
                one.id,
                number,
                one.spec,
                one.touch,
                one.keyboard,
                tuple((finger.x, finger.y) for finger in one.slots.values() if finger.down),
                one.down_time_ns,
            )
            for number, one in sorted(self._taken.items())
        ]

    def event(self, number: int, event: EvdevEvent) -> None:
        """Take one event; a packet's last makes touches and keys of it."""
        device = self._taken.get(number)
        if device is None:
            return
        if event.type == EV_ABS:
            _absolute(device, event.code, event.value)
        elif event.type == EV_KEY and event.code in KEYCODES:
            device.keys.append((KEYCODES[event.code], event.value))
        elif event.type == EV_SYN:
            self._packet(device, event.time_ns)

    def _packet(self, device: _Taken, time_ns: int) -> None:
        keys, device.keys = device.keys, []
        for keycode, value in keys:
            self._post("notifyKey", self._key(keycode, time_ns, down=bool(value)))
        if device.touch:
            self._touch(device, time_ns)

    def _touch(self, device: _Taken, time_ns: int) -> None:
        if device.followed is None:
            slot = next((slot for slot, one in device.slots.items() if one.down), None)
            if slot is None:
                return
            device.followed = slot
            device.down_time_ns = time_ns
            action = MotionAction.DOWN
        else:
            action = MotionAction.MOVE if device.slots[device.followed].down else MotionAction.UP
        finger = device.slots[device.followed]
        if action is MotionAction.UP:
            device.followed = None
        elif action is MotionAction.MOVE and device.at == (finger.x, finger.y):
            return
        else:
            device.at = (finger.x, finger.y)
        if "virtual-touch" in self._system.persona.lacks and device.spec.bus in (BUS_USB, BUS_VIRTUAL):
            return
        x, y = self._on_display(device.spec, *device.at)
        self._post("notifyMotion", self._motion(action, x, y, time_ns))

    def _on_display(self, spec: InputSpec, raw_x: int, raw_y: int) -> tuple[float, float]:
        """Return px of the display as it is turned (TouchInputMapper, mRawToDisplay)."""
        persona = self._system.persona
        axis_x, axis_y = spec.axes[X], spec.axes[Y]
        x_scale = persona.width / (axis_x.maximum - axis_x.minimum + 1)
        y_scale = persona.height / (axis_y.maximum - axis_y.minimum + 1)
        turned = self._rotation()
        x = (raw_x - axis_x.minimum) * x_scale
        y = (raw_y - axis_y.minimum) * y_scale
        far_x, far_y = (axis_x.maximum - raw_x) * x_scale, (axis_y.maximum - raw_y) * y_scale
        return ((x, y), (y, far_x), (far_x, far_y), (far_y, x))[turned]

    def _post(self, name: str, send: Callable[[int], None]) -> None:
        number = self._rng.randrange(1 << 28, 1 << 31)

        def work() -> Work:
            self._thread.begin(f"{name}(id=0x{number:x})", INPUT)
            yield int(_READ_NS * self._system.cpu_factor())
            self._thread.end(INPUT)
            send(number)

        self._thread.post(work)

    def _motion(self, action: MotionAction, x: float, y: float, time_ns: int) -> Callable[[int], None]:
        stamp = time_ns + self._system.persona.suspended_ns
        return lambda id_: self._touch_sink(action, x, y, _nothing, Stamp(stamp, id_))

    def _key(self, keycode: int, time_ns: int, *, down: bool) -> Callable[[int], None]:
        stamp = time_ns + self._system.persona.suspended_ns
        return lambda id_: self._key_sink(keycode, Stamp(stamp, id_), down=down)


def _absolute(device: _Taken, code: int, value: int) -> None:
    if code == ABS_MT_SLOT:
        device.slot = value
        return
    finger = device.slots.setdefault(device.slot, _Finger())
    if code == ABS_MT_TRACKING_ID:
        finger.down = value >= 0
    elif code == X:
        finger.x = value
    elif code == Y:
        finger.y = value


def _nothing() -> None:
    """Nobody waits for what a finger did."""
