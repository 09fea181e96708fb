"""Input injection that returns when the target has handled the event (WAIT_FOR_FINISH)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.world import MotionAction

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

# Some hosts' injectors send moves without a pause; each still waits for the target, which then paces them. A
# target
# that answers at once must not stop the clock.
_LEAST_STEP_NS = 1_000_000


class Injector:
    """Injects events into one phone.

    Args:
        phone: The phone.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    async def motion(self, action: MotionAction, x: float, y: float) -> None:
        """Inject one touch event."""
        if action is MotionAction.DOWN:
            self._phone.steps.happened("touch", f"{x:g} {y:g}")
        await self._phone.clock.wait(lambda done: self._phone.world.inject_motion(action, x, y, done))

    async def key(self, code: int) -> None:
        """Inject a key press."""
        await self._phone.clock.wait(lambda done: self._phone.world.inject_key(code, done))

    async def text(self, text: str) -> None:
        """Type ASCII text."""
        await self._phone.clock.wait(lambda done: self._phone.world.inject_text(text, done))

    async def swipe(
        self, start: tuple[float, float], end: tuple[float, float], duration_ms: float, *, hold_ns: int = 0,
        step_ns: int = 0,
    ) -> None:  # fmt: skip
        """Move from start to end; positions follow the clock, each move waits for the target.

        Args:
            start: Where the finger goes down, px.
            end: Where it goes up, px.
            duration_ms: Between the two.
            hold_ns: Rest after going down (drag and drop).
            step_ns: Least time between two moves; 0 sends them as fast as they are handled.
        """
        clock = self._phone.clock
        began = clock.now_ns
        duration = max(round(duration_ms * 1e6), 1)
        await self.motion(MotionAction.DOWN, *start)
        await clock.sleep(hold_ns)
        while (elapsed := clock.now_ns - began) < duration:
            share = elapsed / duration
            x = start[0] + (end[0] - start[0]) * share
            y = start[1] + (end[1] - start[1]) * share
            before = clock.now_ns
            await self.motion(MotionAction.MOVE, x, y)
            await clock.sleep(before + max(step_ns, _LEAST_STEP_NS) - clock.now_ns)
        await self.motion(MotionAction.UP, *end)
