"""The methods of uiautomator2's server that a scenario needs."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from devices.simulated.uiservice.hierarchy import dump
from devices.simulated.uiservice.nodes import Node, describe, visible_bounds
from devices.simulated.uiservice.rpc import Method, not_found
from devices.simulated.uiservice.selectors import Selector, find, find_all, to_text
from devices.simulated.userland.commands.properties import properties
from devices.simulated.userland.injection import Injector
from devices.simulated.userland.keycodes import keycode
from devices.simulated.userland.picture import draw_screen, png
from devices.simulated.world import MotionAction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.simulated.userland.phone import Phone

_POLL_NS = 200_000_000
_CLICK_NS = 100_000_000
_STEP_NS = 5_000_000
_ACTIONS = {0: MotionAction.DOWN, 1: MotionAction.UP, 2: MotionAction.MOVE, 3: MotionAction.CANCEL}
_KEYS = {"home": "HOME", "back": "BACK", "left": "DPAD_LEFT", "right": "DPAD_RIGHT", "up": "DPAD_UP",
         "down": "DPAD_DOWN", "center": "DPAD_CENTER", "menu": "MENU", "search": "SEARCH", "enter": "ENTER",
         "delete": "DEL", "del": "DEL", "recent": "APP_SWITCH", "volume_up": "VOLUME_UP",
         "volume_down": "VOLUME_DOWN", "volume_mute": "VOLUME_MUTE", "camera": "CAMERA",
         "power": "POWER"}  # fmt: skip


class UiMethods:
    """Answers calls about one phone's screen.

    Args:
        phone: The phone.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._injector = Injector(phone)

    def table(self) -> dict[str, Method]:
        """Return the methods by name."""
        named: dict[str, Callable[..., Awaitable[Any]]] = {
            "ping": self.ping, "deviceInfo": self.device_info, "exist": self.exist, "count": self.count,
            "objInfo": self.obj_info, "objInfoOfAllInstances": self.all_infos,
            "waitForExists": self.wait_for_exists,
            "waitUntilGone": self.wait_until_gone, "click": self.click, "longClick": self.long_click,
            "injectInputEvent": self.inject, "swipe": self.swipe, "swipePoints": self.swipe_points,
            "drag": self.swipe,
            "pressKey": self.press_key, "pressKeyCode": self.press_key_code, "getText": self.get_text,
            "setText": self.set_text, "clearTextField": self.clear_text, "clearInputText": self.clear_input,
            "pasteClipboard": self.paste, "getClipboard": self.get_clipboard,
            "setClipboard": self.set_clipboard,
            "dumpWindowHierarchy": self.dump, "takeScreenshot": self.screenshot,
            "getLastToast": self.last_toast,
            "clearLastToast": self.nothing, "makeToast": self.make_toast, "wakeUp": self.wake_up,
            "sleep": self.go_to_sleep, "isScreenOn": self.is_screen_on, "freezeRotation": self.nothing,
            "setOrientation": self.nothing, "openNotification": self.agree, "openQuickSettings": self.agree,
            "getLastTraversedText": self.nothing, "clearLastTraversedText": self.nothing,
            "waitForIdle": self.nothing, "waitForWindowUpdate": self.agree,
        }  # fmt: skip
        return {name: self._wrap(method) for name, method in named.items()}

    def _wrap(self, method: Callable[..., Awaitable[Any]]) -> Method:
        async def call(params: list[Any]) -> Any:
            self._phone.clock.touch()
            await self._phone.spend("rpc")
            try:
                return await method(*params)
            finally:
                self._phone.clock.poke()

        return call

    # --- the tree

    def _root(self) -> Node:
        return Node(self._phone.world.view_tree(), 0, None, 0)

    def _need(self, selector: Selector) -> Node:
        node = find(self._root(), selector)
        if node is None:
            raise not_found(to_text(selector))
        return node

    def _size(self) -> tuple[int, int]:
        persona = self._phone.world.persona
        return persona.width, persona.height

    def _center(self, node: Node) -> tuple[float, float]:
        left, top, right, bottom = visible_bounds(node.view.bounds, *self._size())
        return (left + right) // 2, (top + bottom) // 2

    # --- looking

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
        return find(self._root(), selector) is not None

    async def count(self, selector: Selector) -> int:
        """Return how many nodes a selector names."""
        return sum(1 for _ in find_all(self._root(), selector))

    async def obj_info(self, selector: Selector) -> dict[str, object]:
        """Describe the node that a selector names."""
        return describe(self._need(selector), *self._size())

    async def all_infos(self, selector: Selector) -> list[dict[str, object]]:
        """Describe all nodes that a selector names."""
        return [describe(node, *self._size()) for node in find_all(self._root(), selector)]

    async def wait_for_exists(self, selector: Selector, timeout_ms: int) -> bool:
        """Wait until a selector names something."""
        return await self._wait(selector, timeout_ms, present=True)

    async def wait_until_gone(self, selector: Selector, timeout_ms: int) -> bool:
        """Wait until a selector names nothing."""
        return await self._wait(selector, timeout_ms, present=False)

    async def _wait(self, selector: Selector, timeout_ms: int, *, present: bool) -> bool:
        clock = self._phone.clock
        until = clock.now_ns + int(timeout_ms) * 1_000_000
        while (find(self._root(), selector) is not None) != present:
            if clock.now_ns >= until:
                return False
            await clock.sleep(min(_POLL_NS, until - clock.now_ns))
        return True

    async def dump(self, compressed: bool = False, max_depth: int = 50, root_in_active: bool = False) -> str:
        """Return the window hierarchy as XML."""
        del compressed, root_in_active
        world = self._phone.world
        roots = [self._root()] if world.screen_on else []
        width, height = self._size()
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

    # --- acting

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
        await self._press(*self._center(self._need(target)), _CLICK_NS)
        return True

    async def long_click(self, selector: Selector) -> bool:
        """Press the node that a selector names for half a second."""
        await self._press(*self._center(self._need(selector)), 500_000_000)
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

    # --- text

    def _field(self) -> Node | None:
        return next((node for node in self._root().walk() if node.view.focused and node.view.editable), None)

    async def get_text(self, selector: Selector) -> str:
        """Return a node's text."""
        return self._need(selector).text

    async def set_text(self, selector: Selector, text: str) -> bool:
        """Set a field's text."""
        return self._phone.world.set_text(self._need(selector).view.bounds, text or "")

    async def clear_text(self, selector: Selector) -> None:
        """Empty a field."""
        self._phone.world.set_text(self._need(selector).view.bounds, "")

    async def clear_input(self) -> None:
        """Empty the focused field."""
        node = self._field()
        if node is not None:
            self._phone.world.set_text(node.view.bounds, "")

    async def get_clipboard(self) -> str:
        """Return the clipboard."""
        return self._phone.state.clipboard

    async def set_clipboard(self, label: str | None, text: str) -> None:
        """Set the clipboard."""
        del label
        self._phone.state.clipboard = text

    async def paste(self) -> bool:
        """Append the clipboard to the focused field's text."""
        node = self._field()
        if node is None:
            return False
        return self._phone.world.set_text(node.view.bounds, node.view.text + self._phone.state.clipboard)

    # --- no effect here

    async def nothing(self, *_: Any) -> None:
        """Accept without effect."""

    async def make_toast(self, text: str, duration_ms: int = 0) -> bool:
        """Accept a toast; it is not drawn."""
        del text, duration_ms
        return True

    async def agree(self, *_: Any) -> bool:
        """Accept without effect, and say so."""
        return True
