"""What lies over a chat: a window of another package, or a panel of the app's own with a few buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.screen import chatwords as words
from devices.driver.screen.hierarchy import Found, Node
from devices.driver.screen.screenparts import Parts, name_of, tappable

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUTTONS = 3
_WORDS = 60
_SMALL = 0.05
"""Part of the screen below which a foreign window is a floating button, not a dialog."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Something in the way."""

    kind: str
    """update, privacy, login, notification, crash, other."""
    package: str
    says: str
    """Its first words."""
    dismiss: Found | None
    """The button that takes it away and changes nothing: not now, don't allow. None: a person decides."""


def overlay_of(parts: Parts, at: Node | None) -> Overlay | None:
    """Return what lies on top, or None.

    Args:
        parts: the dump.
        at: the chat's field or voice toggle, where one is there: a panel of the app's own is drawn after it.
    """
    return _foreign(parts) or _panel(parts, at) or _own_window(parts, at)


def _foreign(parts: Parts) -> Overlay | None:
    windows: dict[tuple[str, int], list[Node]] = {}
    for node in parts.nodes:
        if node.package != parts.package and node.visible and not _around(parts, node):
            windows.setdefault((node.package, node.window), []).append(node)
    for (package, _), nodes in windows.items():
        buttons = [node for node in nodes if tappable(node)]
        if (
            buttons
            and any(name_of(node) for node in nodes)
            and _spans(nodes) > _SMALL * parts.width * parts.height
        ):
            return _overlay(package, nodes, buttons)
    return None


def _spans(nodes: Sequence[Node]) -> int:
    wide = max(node.bounds[2] for node in nodes) - min(node.bounds[0] for node in nodes)
    return wide * (max(node.bounds[3] for node in nodes) - min(node.bounds[1] for node in nodes))


def _around(parts: Parts, node: Node) -> bool:
    return parts.is_keyboard(node) or bool(words.CURTAINS.search(node.package))


def _panel(parts: Parts, at: Node | None) -> Overlay | None:
    order = {id(node): place for place, node in enumerate(parts.own)}
    main = _main_window(parts)
    for panel in parts.own:
        if not _is_panel(parts, panel):
            continue
        if at is not None and panel.window == at.window and order[id(panel)] < order[id(at)]:
            continue
        nodes = [node for node in parts.own if node.window == panel.window and parts.inside(node, panel)]
        nodes = [node for node in nodes if order[id(node)] >= order[id(panel)]]
        buttons = [node for node in nodes if _is_button(parts, node)]
        answers = [node for node in buttons if _answers(node)]
        text = [node for node in nodes if name_of(node) and node not in buttons]
        if answers and len(buttons) <= _BUTTONS + 1 and text:
            found = _overlay(parts.package, nodes, buttons)
            if found.kind != "other" or panel.window != main or _centred(parts, panel):
                return found
    return None


def _own_window(parts: Parts, at: Node | None) -> Overlay | None:
    """Return a dialog of the app's own by its shape alone, where its words are not known.

    A window beside the app's main one that does not hold the field, lies in the middle, and has a button.
    """
    main = _main_window(parts)
    for window in dict.fromkeys(node.window for node in parts.own):
        nodes = [node for node in parts.own if node.window == window]
        if window == main or (at is not None and at.window == window):
            continue
        whole = nodes[0]
        middle = (whole.bounds[0] + whole.bounds[2]) / 2
        buttons = [node for node in nodes if tappable(node) and name_of(node)]
        if (
            buttons
            and len(buttons) <= _BUTTONS
            and any(name_of(node) for node in nodes if node not in buttons)
            and abs(middle - parts.width / 2) < parts.width * 0.06
            and _spans(nodes) > _SMALL * parts.width * parts.height
        ):
            return _overlay(parts.package, nodes, buttons)
    return None


def _main_window(parts: Parts) -> int:
    areas: dict[int, int] = {}
    for node in parts.own:
        left, top, right, bottom = node.bounds
        areas[node.window] = max(areas.get(node.window, 0), (right - left) * (bottom - top))
    return max(areas, key=lambda window: areas[window], default=0)


def _is_panel(parts: Parts, node: Node) -> bool:
    left, top, right, bottom = node.bounds
    middle = abs((left + right) / 2 - parts.width / 2) < parts.width * 0.06
    high = parts.height * 0.1 < bottom - top < parts.height * 0.92
    wide = right - left > parts.width * 0.25
    return middle and high and wide and top > parts.height * 0.04 and not node.editable


def _centred(parts: Parts, node: Node) -> bool:
    left, top, right, bottom = node.bounds
    return (
        right - left < parts.width * 0.97 and abs((top + bottom) / 2 - parts.height / 2) < parts.height * 0.2
    )


def _is_button(parts: Parts, node: Node) -> bool:
    name = name_of(node)
    return (
        bool(name)
        and len(name) <= 24
        and not node.editable
        and (node.clickable or (_answers(node) and parts.tappable_here(node)))
    )


def _answers(node: Node) -> bool:
    name = name_of(node)
    return any(w.search(name) for w in (words.PUTS_OFF, words.REFUSES, words.AGREES, words.LOGINS))


def _overlay(package: str, nodes: Sequence[Node], buttons: Sequence[Node]) -> Overlay:
    said = [name_of(node) for node in nodes if name_of(node)]
    kind = _kind(nodes, buttons, " ".join(said))
    wanted = {
        "update": (words.PUTS_OFF, words.REFUSES),
        "notification": (words.REFUSES, words.PUTS_OFF),
    }.get(kind, ())
    dismiss = None
    for pattern in wanted:
        match = [node for node in buttons if node.enabled and pattern.search(name_of(node))]
        if match:
            dismiss = Found(match[0], f"'{name_of(match[0])}' of the {kind} dialog")
            break
    return Overlay(kind, package, " / ".join(said)[:_WORDS], dismiss)


def _kind(nodes: Sequence[Node], buttons: Sequence[Node], said: str) -> str:
    ids = " ".join(node.resource_id for node in nodes)
    if "aerr_" in ids or words.CRASHES.search(said):
        return "crash"
    if any(words.LOGINS.search(name_of(node)) for node in buttons):
        return "login"
    ordered = (("privacy", words.PRIVACY), ("notification", words.NOTIFIES), ("update", words.UPDATES))
    return next((kind for kind, pattern in ordered if pattern.search(said)), "other")
