"""The server's methods for texts: fields and the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.simulated.uiservice.screen import Screen
    from devices.simulated.uiservice.selectors import Selector


class TextFields:
    """Reads and writes texts on one phone.

    Args:
        screen: The screen.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._phone = screen.phone

    def table(self) -> dict[str, Callable[..., Awaitable[Any]]]:
        """Return the methods by the names that clients call."""
        return {
            "getText": self.get_text,
            "setText": self.set_text,
            "clearTextField": self.clear_text,
            "clearInputText": self.clear_input,
            "pasteClipboard": self.paste,
            "getClipboard": self.get_clipboard,
            "setClipboard": self.set_clipboard,
        }

    async def get_text(self, selector: Selector) -> str:
        """Return a node's text."""
        return self._screen.need(selector).text

    async def set_text(self, selector: Selector, text: str) -> bool:
        """Set a field's text."""
        return self._phone.world.set_text(self._screen.need(selector).view.bounds, text or "")

    async def clear_text(self, selector: Selector) -> None:
        """Empty a field."""
        self._phone.world.set_text(self._screen.need(selector).view.bounds, "")

    async def clear_input(self) -> None:
        """Empty the focused field."""
        node = self._screen.focused_field()
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
        node = self._screen.focused_field()
        if node is None:
            return False
        return self._phone.world.set_text(node.view.bounds, node.view.text + self._phone.state.clipboard)
