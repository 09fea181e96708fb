"""The button that sends what was written, found while something is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.driver.screen.hierarchy import Found

if TYPE_CHECKING:
    from devices.driver.screen.hierarchy import Node

_ID = re.compile(r"(?<![a-z])send(?!er|ing_)|[_/]send|Send")
_NAME = re.compile(r"^\W*(send|发送|傳送|提交|submit)(?!给|至|到)", re.IGNORECASE)


def find_send(nodes: tuple[Node, ...], field: Node, package: str) -> Found | None:
    """Return the app's send button, or None: never something that is only likely to be one.

    By what it is called (text, description), else by its id; of several the nearest to the field.
    """
    own = [n for n in nodes if n.package == package and n.visible and n.enabled and not n.editable]
    named = [n for n in own if any(_NAME.search(name) for name in (n.description, n.text) if name)]
    by_id = [n for n in own if _ID.search(n.resource_id.rpartition("/")[2])]
    for found, words in ((named, "its name"), (by_id, "its id")):
        if found:
            return Found(min(found, key=lambda node: _distance(node, field)), words)
    return None


def _distance(node: Node, field: Node) -> int:
    (x, y), (field_x, field_y) = node.center, field.center
    return abs(y - field_y) * 4 + abs(x - field_x)
