"""UiSelector as JSON: mask bits say which fields count; children and siblings nest.

Source: uiautomator2's `_selector.py` for the fields and bits, androidx.test.uiautomator's UiSelector for the
meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from devices.simulated.uiservice.nodes import Node, is_scrollable

Selector = Mapping[str, Any]
_Test = Callable[[Node, Any], bool]


def _full(pattern: Any, text: str) -> bool:
    return re.fullmatch(str(pattern), text, re.DOTALL) is not None


_FIELDS: Mapping[str, tuple[int, str, _Test]] = {
    "text": (0x01, "TEXT", lambda node, value: node.text == value),
    "textContains": (0x02, "CONTAINS_TEXT", lambda node, value: str(value).lower() in node.text.lower()),
    "textMatches": (0x04, "TEXT_REGEX", lambda node, value: _full(value, node.text)),
    "textStartsWith": (0x08, "START_TEXT", lambda node,
    value: node.text.lower().startswith(str(value).lower())),
    "className": (0x10, "CLASS", lambda node, value: node.view.class_name == value),
    "classNameMatches": (0x20, "CLASS_REGEX", lambda node, value: _full(value, node.view.class_name)),
    "description": (0x40, "DESCRIPTION", lambda node, value: node.view.content_desc == value),
    "descriptionContains": (
        0x80, "CONTAINS_DESCRIPTION", lambda node,
        value: str(value).lower() in node.view.content_desc.lower()),
    "descriptionMatches": (0x0100, "DESCRIPTION_REGEX", lambda node, value: _full(value,
    node.view.content_desc)),
    "descriptionStartsWith": (
        0x0200, "START_DESCRIPTION",
        lambda node, value: node.view.content_desc.lower().startswith(str(value).lower())),
    "checkable": (0x0400, "CHECKABLE", lambda node, value: not value),
    "checked": (0x0800, "CHECKED", lambda node, value: not value),
    "clickable": (0x1000, "CLICKABLE", lambda node, value: node.view.clickable == value),
    "longClickable": (0x2000, "LONG_CLICKABLE", lambda node, value: node.view.editable == value),
    "scrollable": (0x4000, "SCROLLABLE", lambda node, value: is_scrollable(node.view) == value),
    "enabled": (0x8000, "ENABLED", lambda node, value: node.view.enabled == value),
    "focusable": (0x010000, "FOCUSABLE", lambda node, value: node.view.focusable == value),
    "focused": (0x020000, "FOCUSED", lambda node, value: node.view.focused == value),
    "selected": (0x040000, "SELECTED", lambda node, value: not value),
    "packageName": (0x080000, "PACKAGE NAME", lambda node, value: node.view.package == value),
    "packageNameMatches": (0x100000, "PACKAGE_NAME_REGEX", lambda node, value: _full(value,
    node.view.package)),
    "resourceId": (0x200000, "RESOURCE_ID", lambda node, value: node.view.resource_id == value),
    "resourceIdMatches": (0x400000, "RESOURCE_ID_REGEX", lambda node, value: _full(value,
    node.view.resource_id)),
    "index": (0x800000, "INDEX", lambda node, value: node.index == value),
}  # fmt: skip
_INSTANCE = 0x01000000


def _tests(selector: Selector) -> list[tuple[_Test, Any]]:
    mask = int(selector.get("mask", 0))
    return [(test, selector.get(name)) for name, (bit, _, test) in _FIELDS.items() if mask & bit]


def _instance(selector: Selector) -> int | None:
    return int(selector.get("instance", 0)) if int(selector.get("mask", 0)) & _INSTANCE else None


def _plain_matches(root: Node, selector: Selector, *, include_root: bool) -> Iterator[Node]:
    tests = _tests(selector)
    for node in root.walk():
        if (include_root or node is not root) and all(test(node, value) for test, value in tests):
            yield node


def _chosen(found: Iterator[Node], instance: int | None) -> Iterator[Node]:
    if instance is None:
        yield from found
        return
    for number, node in enumerate(found):
        if number == instance:
            yield node
            return


def find_all(root: Node, selector: Selector) -> Iterator[Node]:
    """Yield the nodes that a selector names, in the tree's order.

    A selector with children or siblings names those of the last one, below or beside a match of the first.
    """
    steps = list(
        zip(selector.get("childOrSibling") or [], selector.get("childOrSiblingSelector") or [], strict=False)
    )
    found = _chosen(_plain_matches(root, selector, include_root=True), _instance(selector))
    if not steps:
        yield from found
        return
    yield from _follow(found, steps)


def _follow(found: Iterator[Node], steps: list[tuple[str, Selector]]) -> Iterator[Node]:
    kind, selector = steps[0]
    for node in found:
        top = node if kind == "child" else node.parent
        if top is None:
            continue
        below = _chosen(_plain_matches(top, selector, include_root=False), _instance(selector))
        yield from _follow(below, steps[1:]) if steps[1:] else below


def find(root: Node, selector: Selector) -> Node | None:
    """Return the first node that a selector names, None if there is none."""
    return next(find_all(root, selector), None)


def to_text(selector: Selector) -> str:
    """Return the selector as UiSelector.toString, for error messages."""
    mask = int(selector.get("mask", 0))
    parts = [f"{label}={selector.get(name)}" for name, (bit, label, _) in _FIELDS.items() if mask & bit]
    if mask & _INSTANCE:
        parts.append(f"INSTANCE={selector.get('instance')}")
    for kind, inner in zip(
        selector.get("childOrSibling") or [], selector.get("childOrSiblingSelector") or [], strict=False
    ):
        parts.append(f"{'CHILD' if kind == 'child' else 'PARENT'}={to_text(inner)[len('UiSelector') :]}")
    return f"UiSelector[{', '.join(parts)}]"
