"""The screen as the server sees it: its nodes, and the one that a selector names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.uiservice.nodes import Node, visible_bounds
from devices.simulated.uiservice.rpc import not_found
from devices.simulated.uiservice.selectors import Selector, find, to_text

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone


class Screen:
    """The active window's tree on one phone.

    Args:
        phone: The phone.
    """

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    def root(self) -> Node:
        """Return the tree's root, as it is now."""
        return Node(self.phone.world.told_tree(), 0, None, 0)

    def roots(self) -> list[Node]:
        """Return the roots of all windows with content of their own: the active one, the keyboard."""
        keyboard = self.phone.world.keyboard_tree()
        return [self.root(), *([Node(keyboard, 1, None, 0)] if keyboard is not None else [])]

    def need(self, selector: Selector) -> Node:
        """Return the node that a selector names.

        Raises:
            JavaError: UiObjectNotFoundException.
        """
        node = find(self.root(), selector)
        if node is None:
            raise not_found(to_text(selector))
        return node

    def size(self) -> tuple[int, int]:
        """Return the display's width and height, px."""
        persona = self.phone.world.persona
        return persona.width, persona.height

    def center(self, node: Node) -> tuple[float, float]:
        """Return the middle of a node's visible part, px."""
        left, top, right, bottom = visible_bounds(node.view.bounds, *self.size())
        return (left + right) // 2, (top + bottom) // 2

    def focused_field(self) -> Node | None:
        """Return the text field that has the focus, None if there is none."""
        return next((node for node in self.root().walk() if node.view.focused and node.view.editable), None)
