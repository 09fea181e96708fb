"""The phone's clock, driven by the host's: who waits on it, and when it moves.

Virtual time follows host time times `speed`, event by event. While anything on the phone can run, time stands
still, so a script's commands follow each other at exact virtual times however slow the host is; a slow host
makes
the phone late as a whole. Between events, nothing runs at all.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.world import Done, World

_MAX_LAG_S = 0.25
"""Host time the phone may be late and still catch up; beyond it, the phone's time is simply shifted."""
_BATCH_S = 0.01
"""Host time of model events before the host's packets get their turn."""
_SETTLE_S = 0.05
"""CPU time of ours for which running commands may hold the clock (a long file transfer must not stop it). Not
host time: on a busy host that also passes while nothing of ours runs, and presses would be torn apart."""


class PhoneClock:
    """Moves a world's time on, inside a running asyncio loop.

    Args:
        world: The world whose clock is moved.
        speed: Virtual seconds per host second, > 0.
        host_ns: The host's monotonic clock, ns.
        cpu_ns: CPU time that this process has used, ns.
    """

    def __init__(
        self,
        world: World,
        *,
        speed: float = 1.0,
        host_ns: Callable[[], int] = time.monotonic_ns,
        cpu_ns: Callable[[], int] = time.process_time_ns,
    ) -> None:
        if not (speed > 0 and math.isfinite(speed)):
            raise ValueError(f"speed must be a positive number, got {speed}")
        self.speed = speed
        self._world = world
        self._host_ns = host_ns
        self._cpu_ns = cpu_ns
        self._loop: asyncio.AbstractEventLoop | None = None
        self._anchor_host = 0
        self._anchor_phone = 0
        self._timer: asyncio.TimerHandle | None = None
        self._tick_handle: asyncio.Handle | None = None
        self._released = False
        self._busy = False
        self._settling_since: int | None = None

    # --- life

    def start(self) -> None:
        """Let time run from now on; call inside the loop."""
        self._loop = asyncio.get_running_loop()
        self._anchor(0)
        self.poke()

    def stop(self) -> None:
        """Stop time."""
        for handle in (self._timer, self._tick_handle):
            if handle is not None:
                handle.cancel()
        self._timer = self._tick_handle = None
        self._loop = None

    # --- what commands use

    @property
    def now_ns(self) -> int:
        """BOOTTIME now, ns."""
        return self._world.now_ns

    def touch(self) -> None:
        """Bring the clock up to host time before something that comes from the host.

        Never called between the commands of one script: there, only their own costs pass.
        """
        if self._loop is None:
            return
        if not self._busy:
            target = self._target()
            if self._run_events(target):
                self._move(target)
        self._busy = True
        self.poke()

    async def sleep(self, duration_ns: int) -> None:
        """Sleep on the phone's clock."""
        if duration_ns <= 0:
            return
        await self.wait(lambda done: self._world.call_at(self._world.now_ns + duration_ns, done))

    async def wait(self, start: Callable[[Done], None]) -> None:
        """Call `start` with a callback and wait until the model runs it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def done() -> None:
            self._released = self._busy = True
            if not future.done():
                future.set_result(None)

        start(done)
        self.poke()
        await future

    def poke(self) -> None:
        """Look again at when the next event is due: something may have been scheduled."""
        if self._loop is not None and self._tick_handle is None:
            self._tick_handle = self._loop.call_soon(self._tick)

    # --- the driver

    def _anchor(self, lag_ns: int) -> None:
        self._anchor_host = self._host_ns()
        self._anchor_phone = self._world.now_ns + lag_ns

    def _target(self) -> int:
        """Return the phone time that belongs to this moment; shifts the phone if it is too late."""
        elapsed = self._host_ns() - self._anchor_host
        target = self._anchor_phone + int(elapsed * self.speed)
        allowed = int(_MAX_LAG_S * 1e9 * self.speed)
        due = self._world.next_event_ns()
        if due is not None and target - due > allowed:
            self._anchor(max(due - self._world.now_ns, 0) + allowed)
            return self._anchor_phone
        return target

    def _tick(self) -> None:
        self._tick_handle = None
        if self._loop is None:
            return
        if not self._settled():
            self._tick_handle = self._loop.call_soon(self._tick)
            return
        target = self._target()
        if self._run_events(target):
            self._sleep_until_next()
        else:
            self.poke()

    def _settled(self) -> bool:
        """Return True when no command can run any more; time may move then."""
        now = self._cpu_ns()
        if self._settling_since is None:
            self._settling_since = now
            return False
        if _others_ready(self._loop) and now - self._settling_since < _SETTLE_S * 1e9:
            return False
        self._settling_since = None
        self._busy = False
        return True

    def _run_events(self, target: int) -> bool:
        """Run due events one by one; False if a command was released or the batch's time is over."""
        until = self._host_ns() + int(_BATCH_S * 1e9)
        while (due := self._world.next_event_ns()) is not None and due <= target:
            self._move(due)
            if self._released:
                self._released = False
                return False
            if self._host_ns() > until:
                return False
        return True

    def _move(self, boottime_ns: int) -> None:
        self._world.advance_to(max(boottime_ns, self._world.now_ns))

    def _sleep_until_next(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._world.next_event_ns()
        if due is None or self._loop is None:
            return
        delay = (due - self._target()) / self.speed / 1e9
        self._timer = self._loop.call_later(max(delay, 0.0), self.poke)


def _others_ready(loop: asyncio.AbstractEventLoop | None) -> bool:
    """Return True if the loop has other callbacks to run in this round.

    asyncio's own loops keep them in `_ready`; another loop is taken as settled after one round.
    """
    return bool(getattr(loop, "_ready", ()))
