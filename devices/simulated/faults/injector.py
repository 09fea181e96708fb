"""Waits for the steps of planned faults and lets them happen on one phone."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.userland.phone import TracingFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devices.simulated.faults.draw import RandomFaults
    from devices.simulated.faults.host import AdbOnHost
    from devices.simulated.faults.plan import PlannedFault
    from devices.simulated.server import SimulatedPhone

_TRACING = {
    "no-perfetto": TracingFault.MISSING,
    "perfetto-busy": TracingFault.BUSY,
    "perfetto-refused": TracingFault.REFUSED,
}
_LASTS_S = {"anr": 20.0, "reboot": 20.0}


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault that came."""

    fault: PlannedFault
    time_ns: int
    """BOOTTIME."""


class FaultInjector:
    """The faults of one phone; call it inside the phone's loop only.

    Args:
        phone: The phone.
        seed: Of the noise in spoilt outputs.

    Attributes:
        host: The computer's adb server, for faults of other tools there; None: those only break the
            connections, which is all that the phone itself sees of them.
        happened: What came until now, in order.
    """

    def __init__(self, phone: SimulatedPhone, seed: int = 1) -> None:
        self._phone = phone
        self.host: AdbOnHost | None = None
        self._random = random.Random(f"garbage/{seed}")
        self._tasks: set[asyncio.Task[None]] = set()
        self._chance: RandomFaults | None = None
        self.happened: list[Happened] = []

    def load(self, faults: Iterable[PlannedFault]) -> None:
        """Wait for these, counting from now."""
        for fault in faults:
            self._wait_for(fault)

    def by_chance(self, faults: RandomFaults | None) -> None:
        """Draw one fault after the other; None: no more, and the one that is waited for never comes."""
        self._chance = faults
        self._phone.phone.steps.forget()
        if faults is not None:
            self._next()

    def _next(self) -> None:
        chance = self._chance
        if chance is None:
            return

        def arm() -> None:
            if chance is self._chance:
                self._wait_for(chance.draw())

        self._after(chance.gap_s(), arm)

    def _wait_for(self, fault: PlannedFault) -> None:
        steps = self._phone.phone.steps
        if fault.where in ("start", "time"):
            self._after(fault.after_s, lambda: self._happen(fault))
        elif fault.where in ("pull", "push"):
            steps.watch(
                fault.where,
                fault.nth,
                fault.pattern,
                lambda: steps.cut(fault.at_byte, lambda: self._happen(fault)),
            )
        else:
            steps.watch(
                fault.where,
                fault.nth,
                fault.pattern,
                lambda: self._after(fault.after_s, lambda: self._happen(fault)),
            )

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        if seconds <= 0:
            act()
            return
        world = self._phone.world
        world.call_at(world.now_ns + round(seconds * 1e9), act)
        self._phone.clock.poke()

    def _happen(self, fault: PlannedFault) -> None:
        world = self._phone.world
        self.happened.append(Happened(fault, world.now_ns))
        seconds = fault.for_s if fault.for_s is not None else _LASTS_S.get(fault.kind)
        undo = self._face(fault, seconds)
        if undo is None:
            undo = world.trouble(fault.kind, fault.value, seconds)
        else:
            world.trouble(fault.kind)
        if undo is not None and seconds is not None:
            ended = undo

            def over() -> None:
                ended()
                self._next()

            self._after(seconds, over)
        else:
            self._next()

    def _face(self, fault: PlannedFault, seconds: float | None) -> Callable[[], None] | None:
        """Do what lies outside the world; return what ends it, None if this fault is the world's."""
        phone = self._phone.phone
        kind, value = fault.kind, fault.value
        if kind == "unplug":
            self._spawn(self._phone.unplug)
            return lambda: self._spawn(self._phone.replug)
        if kind == "reboot":
            self._phone.restart(seconds)
        elif kind.startswith("adb-"):
            self._other_tool(kind, int(value or 2) if kind == "adb-fight" else 1)
        elif kind == "storage-full":
            phone.files.full = True
            return lambda: setattr(phone.files, "full", False)
        elif kind in _TRACING:
            phone.tracing_fault = _TRACING[kind]
            return lambda: setattr(phone, "tracing_fault", None)
        elif kind == "trace-truncated":
            phone.trace_share = 0.5 if value is None else value
        elif kind == "slow-shell":
            phone.steps.delay_ns = round((0.5 if value is None else value) * 1e9)
            return lambda: setattr(phone.steps, "delay_ns", 0)
        elif kind == "shell-garbage":
            phone.steps.garble = lambda data: self._garble(data, int(value or 0))
        else:
            return None
        return lambda: None

    def _other_tool(self, kind: str, times: int) -> None:
        if self.host is None:
            self._phone.drop_connections()
        else:
            self.host.later(kind, times)

    def _garble(self, data: bytes, how: int) -> bytes:
        if how == 2 or not data:
            return b""
        at = self._random.randrange(len(data))
        if how == 0:
            return data[:at]
        noise = bytes(self._random.choice(b"\x00\x1b\xff\xfe[;m%?\r\n\xc3") for _ in range(40))
        return data[:at] + noise + data[at + self._random.randrange(200) :]

    def _spawn(self, work: Callable[[], object]) -> None:
        async def run() -> None:
            await work()  # type: ignore[misc]  # unplug and replug are coroutine functions

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
