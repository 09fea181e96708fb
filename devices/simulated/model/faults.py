"""Things that go wrong, each once, at an occasion that was named beforehand, or now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.behaviour import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devices.simulated.model.phone import SimulatedPhone

PROPERTY = "debug.silky.fault"
"""Setting this property schedules a fault: its kind, then `key=value` words as in a behaviour file."""
_LOST_EVENTS = 700


class Faults:
    """The faults that wait for their occasion.

    Args:
        phone: The phone.
        faults: Those that the behaviour file names.
    """

    def __init__(self, phone: SimulatedPhone, faults: Iterable[Fault]) -> None:
        self._phone = phone
        self._waiting: list[tuple[Fault, int]] = []
        """A fault and how many occasions are still to pass before its own."""
        self._losses: list[tuple[int, Fault]] = []
        self._traces = 0
        for fault in faults:
            self.schedule(fault)

    def schedule(self, fault: Fault) -> None:
        """Wait for a fault's occasion, counted from now."""
        if fault.kind == "lossy-trace":
            self._losses.append((self._traces + fault.nth, fault))
        elif fault.on == "start":
            self._later(fault, None)
        else:
            self._waiting.append((fault, fault.nth))

    def named(self, text: str) -> None:
        """Schedule the fault that a property's value names; what cannot be read is said in logcat."""
        kind, *words = text.split()
        try:
            fields = dict(word.split("=", 1) for word in words)
            self.schedule(Fault.model_validate({"kind": kind, **fields}))
        except ValueError as error:
            self._phone.services.log_server("W", "SilkySimulated", f"fault {text!r}: {error}")

    def slide_began(self, package: str) -> None:
        """Count a show of the keyboard that begins to slide in this app."""
        still = []
        for fault, left in self._waiting:
            counts = fault.package in (None, package)
            if counts and left == 1:
                self._later(fault, package)
            else:
                still.append((fault, left - counts))
        self._waiting = still

    def lost_events(self, trace: int) -> int:
        """Return how many kernel events the trace with this number (from 1) loses."""
        self._traces = trace
        hit = [fault for number, fault in self._losses if number == trace]
        return sum(int(fault.value) or _LOST_EVENTS for fault in hit)

    def now(self, kind: str, value: float | None, for_s: float | None) -> Callable[[], None] | None:
        """Let something go wrong at once; return what ends it, None where nothing has to be ended."""
        phone, activities = self._phone, self._phone.activities
        front = activities.front
        phone.services.truth.write("fault", kind=kind, time_ns=phone.now_ns, package=front.package)
        if kind == "crash":
            if front is not activities.launcher:
                activities.crash(front)
        elif kind == "anr":
            if front is not activities.launcher:
                activities.hang(front, 20.0 if for_s is None else for_s)
        elif kind == "dialog":
            activities.show_dialog("Rate this app?")
        elif kind == "app-update":
            if front is not activities.launcher:
                activities.update(front)
        elif kind == "keyboard-crash":
            phone.imms.crash()
        elif kind == "reboot":
            activities.stop_all()
        elif kind == "clock-jump":
            phone.services.realtime_shift_ns += round((value or 0.0) * 1e9)
        else:
            return self._switch(kind, value)
        return None

    def _switch(self, kind: str, value: float | None) -> Callable[[], None] | None:
        """Change a state that can be changed back."""
        phone = self._phone
        if kind == "keyboard-switch":
            was = phone.imms.current
            other = next((one for one in phone.imms.keyboards if one is not was), was)
            phone.set_ime(other.method_id)
            return lambda: _ignore(phone.set_ime(was.method_id))
        if kind == "screen-off":
            phone.screen_on = False
            return lambda: setattr(phone, "screen_on", True)
        if kind == "lock":
            phone.activities.lock()
            return lambda: setattr(phone, "locked", False)
        if kind == "thermal":
            cool, phone.thermal_status = phone.thermal_status, int(3 if value is None else value)
            return lambda: setattr(phone, "thermal_status", cool)
        if kind == "refresh-rate":
            rate = phone.active_mode().refresh_hz
            phone.request_mode(60.0 if value is None else value)
            return lambda: _ignore(phone.request_mode(rate))
        return None

    def _later(self, fault: Fault, package: str | None) -> None:
        kernel = self._phone.system.kernel
        kernel.after(int(fault.after_s * 1e9), lambda: self._happen(fault, package))

    def _happen(self, fault: Fault, package: str | None) -> None:
        phone = self._phone
        name = fault.package or package
        activities = phone.activities
        app = activities.by_package.get(name) if name else activities.front
        phone.services.truth.write("fault", kind=fault.kind, time_ns=phone.now_ns, package=name)
        if fault.kind == "crash" and app is not None:
            activities.crash(app)
        elif fault.kind == "dialog":
            activities.show_dialog("Rate this app?")
        elif fault.kind == "keyboard-switch":
            others = [one for one in phone.imms.keyboards if one is not phone.imms.current]
            if others:
                phone.set_ime(others[0].method_id)
        elif fault.kind == "thermal":
            phone.thermal_status = int(fault.value)
        elif fault.kind == "refresh-rate":
            phone.request_mode(fault.value)
        elif fault.kind == "render-rate":
            phone.system.panel.request_render(fault.value)


def _ignore(_result: bool) -> None:
    """Nobody asks whether it worked."""
