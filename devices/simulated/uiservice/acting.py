"""The server's methods that touch the screen and press keys."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from devices.simulated.userland.injection import Injector
from devices.simulated.userland.keycodes import keycode
from devices.simulated.world import MotionAction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.simulated.uiservice.screen import Screen
    from devices.simulated.uiservice.selectors import Selector


_CLICK_NS = 100_000_000
_STEP_NS = 5_000_000
_ACTIONS = {0: MotionAction.DOWN, 1: MotionAction.UP, 2: MotionAction.MOVE, 3: MotionAction.CANCEL}
_KEYS = {"home": "HOME", "back": "BACK", "left": "DPAD_LEFT", "right": "DPAD_RIGHT", "up": "DPAD_UP",
         "down": "DPAD_DOWN", "center": "DPAD_CENTER", "menu": "MENU", "search": "SEARCH", "enter": "ENTER",
         "delete": "DEL", "del": "DEL", "recent": "APP_SWITCH", "volume_up": "VOLUME_UP",
         "volume_down": "VOLUME_DOWN", "volume_mute": "VOLUME_MUTE", "camera": "CAMERA",
         "power": "POWER"}  # fmt: skip


class Acting:
    """Injects input into one phone.

    Args:
        screen: The screen.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._phone = screen.phone
        self._injector = Injector(screen.phone)

    def table(self) -> dict[str, Callable[..., Awaitable[Any]]]:
        """Return the methods by the names that clients call."""
        return {
            "click": self.click,
            "longClick": self.long_click,
            "injectInputEvent": self.inject,
            "swipe": self.swipe,
            "swipePoints": self.swipe_points,
            "drag": self.swipe,
            "pressKey": self.press_key,
            "pressKeyCode": self.press_key_code,
            "wakeUp": self.wake_up,
            "sleep": self.go_to_sleep,
        }

    async def click(
        self, target: Selector | float, y: float | str | None = None, duration_ms: int = 0
    ) -> bool:
        """Click a point (px) for a while, or the node that a selector names."""
        if isinstance(target, int | float):
            assert isinstance(y, int | float)
            if target < 0 or y < 0:
                return False
            await self._press(float(target), float(y), duration_ms * 1_000_000 or _CLICK_NS)
            return True
        await self._press(*self._screen.center(self._screen.need(target)), _CLICK_NS)
        return True

    async def long_click(self, selector: Selector) -> bool:
        """Press the node that a selector names for half a second."""
        await self._press(*self._screen.center(self._screen.need(selector)), 500_000_000)
        return True

    async def _press(self, x: float, y: float, hold_ns: int) -> None:
        await self._injector.motion(MotionAction.DOWN, x, y)
        await self._phone.clock.sleep(hold_ns)
        await self._injector.motion(MotionAction.UP, x, y)

    async def inject(self, action: int, x: float, y: float, meta: int = 0) -> bool:
        """Inject one touch event."""
        del meta
        if action not in _ACTIONS:
            return False
        await self._injector.motion(_ACTIONS[action], float(x), float(y))
        return True

    async def swipe(self, x1: float, y1: float, x2: float, y2: float, steps: int) -> bool:
        """Swipe, 5 ms a step."""
        await self._injector.swipe((x1, y1), (x2, y2), steps * _STEP_NS / 1e6, step_ns=_STEP_NS)
        return True

    async def swipe_points(self, segments: list[float], steps: int) -> bool:
        """Swipe along points, so many steps from one to the next."""
        points = list(zip(segments[::2], segments[1::2], strict=False))
        await self._injector.motion(MotionAction.DOWN, *points[0])
        for start, end in pairwise(points):
            for step in range(1, steps + 1):
                share = step / steps
                x = start[0] + (end[0] - start[0]) * share
                await self._injector.motion(MotionAction.MOVE, x, start[1] + (end[1] - start[1]) * share)
                await self._phone.clock.sleep(_STEP_NS)
        await self._injector.motion(MotionAction.UP, *points[-1])
        return True

    async def press_key(self, name: str) -> bool:
        """Press a key by the server's short names."""
        code = keycode(_KEYS.get(name.lower(), ""))
        if not code:
            return False
        await self._injector.key(code)
        return True

    async def press_key_code(self, code: int, meta: int = 0) -> bool:
        """Press a key by its code."""
        del meta
        await self._injector.key(int(code))
        return True

    async def wake_up(self) -> None:
        """Switch the screen on."""
        if not self._phone.world.screen_on:
            await self._injector.key(keycode("WAKEUP"))

    async def go_to_sleep(self) -> None:
        """Switch the screen off."""
        if self._phone.world.screen_on:
            await self._injector.key(keycode("POWER"))
