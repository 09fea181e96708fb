"""The accessibility tree: view nodes with their place in it, and what a node shows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.simulated.world import ViewNode

Bounds = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One node, with its parent, its index among its siblings, and its children."""

    view: ViewNode
    index: int
    parent: Node | None
    depth: int

    @property
    def children(self) -> list[Node]:
        """The nodes below."""
        return [Node(child, index, self, self.depth + 1) for index, child in enumerate(self.view.children)]

    @property
    def text(self) -> str:
        """The text that accessibility gives: an empty field shows its hint."""
        return self.view.text or (self.view.hint if self.view.editable else "")

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


def visible_bounds(bounds: Bounds, width: int, height: int) -> Bounds:
    """Return the part of the bounds that is on the display."""
    left, top, right, bottom = bounds
    left, top = max(left, 0), max(top, 0)
    return left, top, max(min(right, width), left), max(min(bottom, height), top)


def rectangle(bounds: Bounds) -> dict[str, int]:
    """Return bounds as the server's JSON has them."""
    left, top, right, bottom = bounds
    return {"bottom": bottom, "left": left, "right": right, "top": top}


def describe(node: Node, width: int, height: int) -> dict[str, object]:
    """Return a node as the server's ObjInfo."""
    view = node.view
    return {
        "bounds": rectangle(view.bounds),
        "childCount": len(view.children),
        "className": view.class_name,
        "contentDescription": view.content_desc or None,
        "packageName": view.package,
        "resourceName": view.resource_id or None,
        "text": node.text or None if not node.text else node.text,
        "visibleBounds": rectangle(visible_bounds(view.bounds, width, height)),
        "checkable": False,
        "checked": False,
        "clickable": view.clickable,
        "enabled": view.enabled,
        "focusable": view.focusable,
        "focused": view.focused,
        "longClickable": view.editable,
        "scrollable": is_scrollable(view),
        "selected": False,
    }


def is_scrollable(view: ViewNode) -> bool:
    """Return whether a view scrolls, mostly by its class."""
    return view.scrollable or view.class_name.rsplit(".", 1)[-1] in (
        "RecyclerView",
        "ListView",
        "ScrollView",
        "NestedScrollView",
    )
