"""The server's methods that look at the screen."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from devices.simulated.uiservice.hierarchy import dump
from devices.simulated.uiservice.nodes import describe
from devices.simulated.uiservice.selectors import Selector, find, find_all
from devices.simulated.userland.commands.properties import properties
from devices.simulated.userland.picture import draw_screen, png

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.simulated.uiservice.screen import Screen


_POLL_NS = 200_000_000


class Looking:
    """Answers questions about one phone's screen.

    Args:
        screen: The screen.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._phone = screen.phone

    def table(self) -> dict[str, Callable[..., Awaitable[Any]]]:
        """Return the methods by the names that clients call."""
        return {
            "ping": self.ping,
            "deviceInfo": self.device_info,
            "exist": self.exist,
            "count": self.count,
            "objInfo": self.obj_info,
            "objInfoOfAllInstances": self.all_infos,
            "waitForExists": self.wait_for_exists,
            "waitUntilGone": self.wait_until_gone,
            "dumpWindowHierarchy": self.dump,
            "takeScreenshot": self.screenshot,
            "getLastToast": self.last_toast,
            "isScreenOn": self.is_screen_on,
        }

    async def ping(self) -> str:
        """Return pong."""
        return "pong"

    async def device_info(self) -> dict[str, object]:
        """Describe the device."""
        world = self._phone.world
        persona = world.persona
        dp = 160 / persona.density
        focused = world.focused_window()
        return {
            "currentPackageName": focused.package if focused else None,
            "displayHeight": persona.height,
            "displayRotation": world.rotation,
            "displaySizeDpX": round(persona.width * dp),
            "displaySizeDpY": round(persona.height * dp),
            "displayWidth": persona.width,
            "productName": properties(self._phone)["ro.product.name"],
            "screenOn": world.screen_on,
            "sdkInt": persona.sdk,
            "naturalOrientation": world.rotation == 0,
        }

    async def exist(self, selector: Selector) -> bool:
        """Return whether a selector names something."""
        return find(self._screen.root(), selector) is not None

    async def count(self, selector: Selector) -> int:
        """Return how many nodes a selector names."""
        return sum(1 for _ in find_all(self._screen.root(), selector))

    async def obj_info(self, selector: Selector) -> dict[str, object]:
        """Describe the node that a selector names."""
        return describe(self._screen.need(selector), *self._screen.size())

    async def all_infos(self, selector: Selector) -> list[dict[str, object]]:
        """Describe all nodes that a selector names."""
        return [describe(node, *self._screen.size()) for node in find_all(self._screen.root(), selector)]

    async def wait_for_exists(self, selector: Selector, timeout_ms: int) -> bool:
        """Wait until a selector names something."""
        return await self._wait(selector, timeout_ms, present=True)

    async def wait_until_gone(self, selector: Selector, timeout_ms: int) -> bool:
        """Wait until a selector names nothing."""
        return await self._wait(selector, timeout_ms, present=False)

    async def _wait(self, selector: Selector, timeout_ms: int, *, present: bool) -> bool:
        clock = self._phone.clock
        until = clock.now_ns + int(timeout_ms) * 1_000_000
        while (find(self._screen.root(), selector) is not None) != present:
            if clock.now_ns >= until:
                return False
            await clock.sleep(min(_POLL_NS, until - clock.now_ns))
        return True

    async def dump(self, compressed: bool = False, max_depth: int = 50, root_in_active: bool = False) -> str:
        """Return the window hierarchy as XML."""
        del compressed, root_in_active
        world = self._phone.world
        roots = self._screen.roots() if world.screen_on else []
        width, height = self._screen.size()
        return dump(roots, rotation=world.rotation, width=width, height=height, max_depth=max_depth)

    async def screenshot(self, scale: float = 1.0, quality: int = 80) -> str:
        """Return a picture of the screen, base64."""
        del scale, quality
        await self._phone.spend("screencap")
        return base64.encodebytes(png(draw_screen(self._phone.world))).decode()

    async def last_toast(self) -> str | None:
        """Return the last toast: none is ever shown here."""
        return None

    async def is_screen_on(self) -> bool:
        """Return whether the screen is on."""
        return self._phone.world.screen_on
