"""A window hierarchy as uiautomator dumps it, and how the input field is found in it. No phone here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from traces.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devices.profiles.model import Selector

_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EDITORS = ("EditText", "AutoCompleteTextView", "SearchAutoComplete")
_HINTS = re.compile(
    r"发消息|发送消息|输入|尽管问|有什么|问问|按住说话|message|ask |type |search|搜索", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Node:
    """One view. Bounds in px: left, top, right, bottom."""

    resource_id: str
    class_name: str
    package: str
    text: str
    hint: str
    description: str
    bounds: tuple[int, int, int, int]
    clickable: bool
    focusable: bool
    enabled: bool
    focused: bool = False
    scrollable: bool = False
    password: bool = False
    window: int = 0
    """Which of the dump's windows it is in: 0 ... in the dump's order."""
    depth: int = 0
    """0 at the window's root."""

    @property
    def center(self) -> tuple[int, int]:
        """Middle of the bounds."""
        left, top, right, bottom = self.bounds
        return (left + right) // 2, (top + bottom) // 2

    @property
    def visible(self) -> bool:
        """Whether it covers any pixel."""
        left, top, right, bottom = self.bounds
        return right > left and bottom > top

    @property
    def editable(self) -> bool:
        """Whether its class is a text field's."""
        return self.class_name.endswith(_EDITORS)


@dataclass(frozen=True, slots=True)
class Found:
    """A node and the words for what found it."""

    node: Node
    by: str


def parse_hierarchy(xml: str, source: str = "the window hierarchy") -> tuple[Node, ...]:
    """Return all nodes in document order; InputFileError if it is no hierarchy."""
    try:
        # the phone is trusted as far as the expat of this Python goes: it refuses entity bombs
        root = ET.fromstring(_NOT_XML.sub("", xml))  # noqa: S314
    except ET.ParseError as error:
        raise InputFileError(
            f"{source} can't be read: {error}.", next_step="Look at the phone's screen and try again."
        ) from error
    found: list[Node] = []
    for window, top in enumerate(root):
        waiting = [(top, 0)]
        while waiting:
            element, depth = waiting.pop()
            node = _node(element, window, depth)
            if node is not None:
                found.append(node)
            waiting.extend((child, depth + 1) for child in reversed(element))
    return tuple(found)


def select(nodes: Iterable[Node], selector: Selector, package: str) -> Node | None:
    """Return the match lowest on the screen (chat input bars are at the bottom), or None."""
    matches = [node for node in nodes if node.visible and node.enabled and _matches(node, selector, package)]
    return max(matches, key=lambda node: node.bounds[3], default=None)


def find_first(nodes: tuple[Node, ...], selectors: Iterable[Selector], package: str) -> Found | None:
    """Return the match of the first selector that has one."""
    for selector in selectors:
        node = select(nodes, selector, package)
        if node is not None:
            return Found(node, selector.describe())
    return None


def find_generic(nodes: tuple[Node, ...], package: str) -> Found | None:
    """Return the app's lowest text field, else the lowest thing in its bottom part that invites to write."""
    own = [node for node in nodes if node.package == package and node.visible and node.enabled]
    fields = [node for node in own if node.editable]
    if fields:
        return Found(max(fields, key=lambda node: node.bounds[3]), "the lowest text field")
    hints = [node for node in own if _HINTS.search(f"{node.text} {node.hint} {node.description}")]
    low = [node for node in hints if node.bounds[1] > _bottom(nodes) * 0.6]
    if low:
        return Found(max(low, key=lambda node: node.bounds[3]), "the lowest view with an invitation to write")
    return None


def _bottom(nodes: tuple[Node, ...]) -> int:
    return max((node.bounds[3] for node in nodes), default=0)


def _node(element: ET.Element, window: int, depth: int) -> Node | None:
    found = _BOUNDS.fullmatch(element.get("bounds", ""))
    if found is None:
        return None
    left, top, right, bottom = (int(group) for group in found.groups())
    return Node(
        resource_id=element.get("resource-id", ""),
        class_name=element.get("class", ""),
        package=element.get("package", ""),
        text=element.get("text", ""),
        hint=element.get("hint", ""),
        description=element.get("content-desc", ""),
        bounds=(left, top, right, bottom),
        clickable=element.get("clickable") == "true",
        focusable=element.get("focusable") == "true",
        enabled=element.get("enabled") != "false",
        focused=element.get("focused") == "true",
        scrollable=element.get("scrollable") == "true",
        password=element.get("password") == "true",
        window=window,
        depth=depth,
    )


def _matches(node: Node, selector: Selector, package: str) -> bool:
    wanted = selector.resource_id
    if wanted is not None:
        wanted = package + wanted if wanted.startswith(":") else wanted
    elif node.package != package:
        # ids name their package themselves; everything else is looked for in the app's own windows
        return False
    parts = (
        (wanted, node.resource_id == wanted),
        (selector.class_name, node.class_name == selector.class_name),
        (selector.text, node.text == selector.text),
        (selector.text_contains, (selector.text_contains or "") in node.text),
        (selector.hint, (selector.hint or "") in node.hint or (selector.hint or "") in node.text),
        (selector.description, node.description == selector.description),
        (selector.description_contains, (selector.description_contains or "") in node.description),
    )
    return all(holds for part, holds in parts if part is not None)
