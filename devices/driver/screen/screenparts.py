"""The app's part of a dump: its visible nodes, where its content ends, and how they lie to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from devices.driver.screen import chatwords as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.driver.screen.hierarchy import Node

_LISTS = ("RecyclerView", "ListView", "ScrollView", "WebView")


def name_of(node: Node) -> str:
    """Return what a node says, else what it is described as."""
    return (node.text or node.description).strip()


def tappable(node: Node) -> bool:
    """Whether a touch is meant for it."""
    return node.clickable and not node.editable


@dataclass(frozen=True, slots=True)
class Parts:
    """A dump, seen from one app."""

    nodes: tuple[Node, ...]
    """All, other packages' too."""
    own: tuple[Node, ...]
    """The app's visible ones, in the dump's order."""
    package: str
    keyboard: str | None
    width: int
    height: int
    keyboard_top: int | None
    """Where the keyboard's window begins, px from the top; None: no such window in the dump."""
    end: int
    """Where the app's content ends, px from the top; at the keyboard's edge while that is up."""

    @classmethod
    def of(cls, nodes: Sequence[Node], package: str, keyboard: str | None) -> Self:
        """Take a dump apart."""
        shown = [node for node in nodes if node.visible]
        own = tuple(node for node in shown if node.package == package)
        width = max((node.bounds[2] for node in shown), default=0)
        height = max((node.bounds[3] for node in shown), default=0)
        keys = [node.bounds[1] for node in shown if _is_keyboard(node, package, keyboard) and _says(node)]
        top = min(keys) if keys and min(keys) > height * 0.2 else None
        told = [node.bounds[3] for node in own if _says(node)]
        end = min(max(told, default=height), top or height, height)
        return cls(tuple(nodes), own, package, keyboard, width, height, top, end)

    def is_keyboard(self, node: Node) -> bool:
        """Whether it belongs to the keyboard's window."""
        return _is_keyboard(node, self.package, self.keyboard)

    def is_low(self, node: Node) -> bool:
        """Whether it lies at the end of the app's content, and not at the top of the screen."""
        top, bottom = node.bounds[1], node.bounds[3]
        lowest = 0.12 if self.keyboard_top is not None else 0.3
        if self.width > self.height:
            # over a keyboard that the dump leaves out, a bar stands high
            lowest = min(lowest, 0.2)
        return bottom > self.end - self.height * 0.22 and (top + bottom) / 2 > self.height * lowest

    def covered(self, node: Node) -> bool:
        """Whether the keyboard lies over it."""
        return self.keyboard_top is not None and node.center[1] >= self.keyboard_top

    def under_something(self, node: Node) -> bool:
        """Whether something drawn later in the same window lies over its middle: a sheet, a menu, a scrim."""
        x, y = node.center
        left, top, right, bottom = node.bounds
        own_window = [other for other in self.own if other.window == node.window]
        later = own_window[next(i for i, other in enumerate(own_window) if other is node) + 1 :]
        for place, other in enumerate(later):
            a = other.bounds
            over = a[0] <= x < a[2] and a[1] <= y < a[3]
            own_part = a[0] > left - 12 and a[1] > top - 12 and a[2] < right + 12 and a[3] < bottom + 12
            if not over or own_part:
                continue
            # an empty container lets the touch through
            if _says(other) or any(_says(one) and self.inside(one, other) for one in later[place + 1 :]):
                return True
        return False

    def inside(self, inner: Node, outer: Node) -> bool:
        """Whether one lies within the other's bounds."""
        a, b = inner.bounds, outer.bounds
        return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]

    def same_row(self, node: Node, other: Node) -> bool:
        """Whether both share more than half of the smaller one's height."""
        a, b = node.bounds, other.bounds
        shared = min(a[3], b[3]) - max(a[1], b[1])
        return shared > 0.5 * min(a[3] - a[1], b[3] - b[1])

    def beside(self, node: Node, at: Node) -> bool:
        """Whether it is a button-sized thing right of a field, at its right end, or on the row below it."""
        a, b = node.bounds, at.bounds
        if a[2] - a[0] > self.width * 0.3 or node is at or node.editable:
            return False
        right = a[2] > (b[0] + b[2]) / 2
        below = 0 <= a[1] - b[3] < self.height * 0.08 or self.same_row(node, at)
        return right and below

    def icons_of(self, node: Node) -> list[Node]:
        """Return the small buttons on its row, or the row below it, that show a sign and no words."""
        high = node.bounds[3] - node.bounds[1]
        return [
            other
            for other in self.own
            if tappable(other)
            and other is not node
            and other.bounds[2] - other.bounds[0] <= min(2 * high, self.width * 0.16)
            and not other.text[1:].strip()
            and not self.inside(node, other)
            and (self.same_row(other, node) or 0 <= other.bounds[1] - node.bounds[3] < high)
        ]

    def panels_after(self, node: Node) -> list[Node]:
        """Return the panels of nearly the whole height at one side that come later in the node's window."""
        order = next(i for i, other in enumerate(self.own) if other is node)
        return [
            other
            for other in self.own[order + 1 :]
            if other.window == node.window
            and (other.bounds[0] <= self.width * 0.02 or other.bounds[2] >= self.width * 0.98)
            and self.width * 0.15 < other.bounds[2] - other.bounds[0] < self.width * 0.95
            and other.bounds[3] - other.bounds[1] > self.height * 0.8
        ]

    def overlap_px(self, one: Node, other: Node) -> int:
        """Return how far both share the width."""
        return min(one.bounds[2], other.bounds[2]) - max(one.bounds[0], other.bounds[0])

    def tappable_here(self, node: Node) -> bool:
        """Whether it, or something hardly larger that holds it, takes touches."""
        if node.clickable:
            return True
        height = node.bounds[3] - node.bounds[1]
        return any(
            other.clickable
            and self.inside(node, other)
            and other.bounds[3] - other.bounds[1] < max(4 * height, self.height * 0.15)
            for other in self.own
        )

    def is_bar(self, node: Node) -> bool:
        """Whether it, or what it lies in, takes touches over much of the width; suggestions are narrower."""
        wide = self.width * 0.45
        return any(
            other.clickable
            and self.inside(node, other)
            and other.bounds[2] - other.bounds[0] > wide
            and other.bounds[3] - other.bounds[1] < self.height * 0.25
            for other in self.own
        )

    def in_list(self, node: Node) -> bool:
        """Whether it scrolls with the messages."""
        return any(self.inside(node, one) for one in self._lists() if "WebView" not in one.class_name)

    def is_menu_row(self, node: Node) -> bool:
        """Whether a row of the same shape lies right above it, as in menus and settings."""
        left, top, right, bottom = node.bounds
        high = bottom - top
        return any(
            other.bounds[0] == left
            and other.bounds[2] == right
            and abs(other.bounds[3] - other.bounds[1] - high) <= 0.1 * high
            and 0 <= top - other.bounds[3] <= high
            and (other.clickable or name_of(other))
            for other in self.own
        )

    def in_a_form(self, node: Node) -> bool:
        """Whether other text fields of the same width stand above or below it."""
        left, _, right, _ = node.bounds
        return any(
            other.editable and other is not node and (other.bounds[0], other.bounds[2]) == (left, right)
            for other in self.own
        )

    def has_row_below(self, node: Node) -> bool:
        """Whether another field or inviting bar lies below it."""
        return any(
            other.bounds[1] >= node.bounds[3] - 1
            and (
                other.editable
                or words.INVITES.search(name_of(other))
                or words.HOLDS_TO_TALK.search(name_of(other))
            )
            for other in self.own
        )

    def list_above(self, node: Node) -> Node | None:
        """Return the largest list that ends above a node's lower edge."""
        above = [
            one
            for one in self._lists()
            if one.bounds[3] <= node.bounds[3] and one.bounds[1] < node.bounds[1] - self.height * 0.1
        ]
        return max(above, key=_area, default=None)

    def side_panel(self) -> Node | None:
        """Return a panel over the left side of the whole height that leaves some of the right one."""
        panels = [
            node
            for node in self.own
            if node.bounds[0] <= self.width * 0.02
            and self.width * 0.5 < node.bounds[2] < self.width * 0.95
            and node.bounds[3] - node.bounds[1] > self.height * 0.8
        ]
        return max(panels, key=_area, default=None)

    def _lists(self) -> list[Node]:
        return [
            node
            for node in self.own
            if (node.scrollable or node.class_name.endswith(_LISTS))
            and not node.editable
            and node.bounds[2] - node.bounds[0] > self.width * 0.4
            and node.bounds[3] - node.bounds[1] > self.end * 0.2
        ]


def _area(node: Node) -> int:
    left, top, right, bottom = node.bounds
    return (right - left) * (bottom - top)


def _says(node: Node) -> bool:
    return bool(node.text or node.description or node.hint or node.clickable or node.editable)


def _is_keyboard(node: Node, package: str, keyboard: str | None) -> bool:
    if node.package == package:
        return False
    return node.package == keyboard or bool(words.KEYBOARDS.search(node.package))
