"""The window hierarchy as XML, in the form of uiautomator2's server."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from devices.simulated.uiservice.nodes import Node, is_scrollable, visible_bounds

_NAF_EXCLUDED = ("GridView", "GridLayout", "ListView", "TableLayout")


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _is_naf(node: Node) -> bool:
    """Return whether a node can be clicked but says nothing of itself, nor do its children."""
    view = node.view
    if view.class_name.endswith(_NAF_EXCLUDED) or not (view.clickable and view.enabled):
        return False
    return not any(one.text or one.view.content_desc for one in node.walk())


def _attributes(node: Node, width: int, height: int) -> str:
    view = node.view
    left, top, right, bottom = visible_bounds(view.bounds, width, height)
    pairs = [("NAF", "true")] if _is_naf(node) else []
    pairs += [
        ("index", str(node.index)),
        ("text", node.text),
        ("resource-id", view.resource_id),
        ("class", view.class_name),
        ("package", view.package),
        ("content-desc", view.content_desc),
        ("checkable", "false"),
        ("checked", "false"),
        ("clickable", _bool(view.clickable)),
        ("enabled", _bool(view.enabled)),
        ("focusable", _bool(view.focusable)),
        ("focused", _bool(view.focused)),
        ("scrollable", _bool(is_scrollable(view))),
        ("long-clickable", _bool(view.editable)),
        ("password", "false"),
        ("selected", "false"),
        ("visible-to-user", "true"),
        ("bounds", f"[{left},{top}][{right},{bottom}]"),
        ("drawing-order", str(node.index + 1)),
        ("hint", view.hint),
    ]
    return " ".join(f"{name}={quoteattr(value)}" for name, value in pairs)


def _node(node: Node, width: int, height: int, max_depth: int) -> str:
    attributes = _attributes(node, width, height)
    children = node.children if node.depth < max_depth else []
    if not children:
        return f"<node {attributes} />"
    inner = "".join(_node(child, width, height, max_depth) for child in children)
    return f"<node {attributes}>{inner}</node>"


def dump(roots: list[Node], *, rotation: int, width: int, height: int, max_depth: int) -> str:
    """Return the hierarchy of the windows' root nodes as XML."""
    inner = "".join(_node(root, width, height, max_depth) for root in roots)
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\r\n"
    if not inner:
        return f'{head}<hierarchy rotation="{rotation}" />'
    return f'{head}<hierarchy rotation="{rotation}">{inner}</hierarchy>'
