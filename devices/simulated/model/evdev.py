"""The kernel's input core: devices behind /dev/input, packets, slots, and the times that events carry.

Sources: drivers/input/input.c (what is passed on, what is not), input-mt.c (slots), evdev.c (one time for a
packet), drivers/input/misc/uinput.c (which times of a driver are believed).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from devices.simulated.world import EvdevEvent, InputSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devices.simulated.world import Done, EvdevListener

EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT = 0
ABS_MT_SLOT, ABS_MT_TRACKING_ID = 0x2F, 0x39
_MT_FIRST, _MT_LAST = 0x2F, 0x3D
_OLDEST_STAMP_NS = 10_000_000_000


class Watcher(Protocol):
    """Who watches /dev/input: InputReader."""

    def plugged(self, number: int, spec: InputSpec) -> None:
        """Take that a device has come."""
        ...

    def unplugged(self, number: int) -> None:
        """Take that a device has gone."""
        ...

    def event(self, number: int, event: EvdevEvent) -> None:
        """Take an event."""
        ...


@dataclass(slots=True)
class _Device:
    spec: InputSpec
    pending: list[tuple[int, int, int]] = field(default_factory=list)
    stamp_ns: int | None = None
    keys: set[int] = field(default_factory=set)
    values: dict[int, int] = field(default_factory=dict)
    slots: dict[tuple[int, int], int] = field(default_factory=dict)
    """Values of the multi-touch axes by slot and code."""
    slot: int = 0
    told_slot: int = 0

    def accept(self, kind: int, code: int, value: int) -> None:
        """Keep an event for the packet, unless it changes nothing or was never declared."""
        if kind == EV_KEY and code in self.spec.keys and (code in self.keys) != bool(value):
            (self.keys.add if value else self.keys.discard)(code)
            self.pending.append((kind, code, value))
        elif kind == EV_ABS and code in self.spec.axes:
            if code == ABS_MT_SLOT:
                self.slot = value
            elif _MT_FIRST <= code <= _MT_LAST:
                self._accept_slot(code, value)
            elif self.values.get(code, self.spec.axes[code].value) != value:
                self.values[code] = value
                self.pending.append((kind, code, value))

    def _accept_slot(self, code: int, value: int) -> None:
        before = self.slots.get((self.slot, code), -1 if code == ABS_MT_TRACKING_ID else 0)
        if before == value:
            return
        self.slots[self.slot, code] = value
        if self.slot != self.told_slot:
            self.told_slot = self.slot
            self.values[ABS_MT_SLOT] = self.slot
            self.pending.append((EV_ABS, ABS_MT_SLOT, self.slot))
        self.values[code] = value
        self.pending.append((EV_ABS, code, value))


class Evdev:
    """All input devices.

    Args:
        monotonic_ns: The clock that stamps events.
        watcher: Who hears of devices and events first; None: nobody.
    """

    def __init__(self, monotonic_ns: Callable[[], int], watcher: Watcher | None = None) -> None:
        self._now = monotonic_ns
        self._watcher = watcher
        self._devices: dict[int, _Device] = {}
        self._listeners: list[EvdevListener] = []

    def plug(self, spec: InputSpec) -> int:
        """Make a device under the lowest free number."""
        number = next(n for n in range(1 << 10) if n not in self._devices)
        self._devices[number] = _Device(spec)
        if self._watcher is not None:
            self._watcher.plugged(number, spec)
        return number

    def unplug(self, number: int) -> None:
        """Remove a device, lifting what it holds down (input_disconnect_device)."""
        device = self._devices.get(number)
        if device is None:
            return
        for key in sorted(device.keys):
            self.write(number, EV_KEY, key, 0)
        for slot, code in [key for key, value in device.slots.items() if key[1] == ABS_MT_TRACKING_ID]:
            self.write(number, EV_ABS, ABS_MT_SLOT, slot)
            self.write(number, EV_ABS, code, -1)
        self.write(number, EV_SYN, SYN_REPORT, 0)
        del self._devices[number]
        if self._watcher is not None:
            self._watcher.unplugged(number)

    def write(self, number: int, kind: int, code: int, value: int, stamp_ns: int | None = None) -> None:
        """Take one event of a driver."""
        device = self._devices.get(number)
        if device is None:
            return
        if stamp_ns is not None:
            device.stamp_ns = stamp_ns
        if kind != EV_SYN:
            device.accept(kind, code, value)
            return
        packet, device.pending = device.pending, []
        stamp, device.stamp_ns = self._stamp(device.stamp_ns), None
        if packet:
            for event in (*packet, (EV_SYN, SYN_REPORT, 0)):
                self._tell(number, EvdevEvent(stamp, *event))

    def _stamp(self, said: int | None) -> int:
        now = self._now()
        believed = said if said is not None and 0 < said <= now <= said + _OLDEST_STAMP_NS else now
        return believed // 1000 * 1000

    def _tell(self, number: int, event: EvdevEvent) -> None:
        if self._watcher is not None:
            self._watcher.event(number, event)
        for listener in list(self._listeners):
            listener(number, event)

    def devices(self) -> Mapping[int, InputSpec]:
        """Return the devices by number."""
        return {number: device.spec for number, device in sorted(self._devices.items())}

    def values(self, number: int) -> Mapping[int, int]:
        """Return the last value of each absolute axis of a device."""
        device = self._devices.get(number)
        if device is None:
            return {}
        return {code: device.values.get(code, info.value) for code, info in device.spec.axes.items()}

    def listen(self, listener: EvdevListener) -> Done:
        """Hear of all events from now on."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end
