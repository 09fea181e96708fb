"""Knows a chat screen by what it looks like, without ids: a pure function over a dump's nodes.

It rather says that it doesn't know than name a wrong place: a search field, a form, a dialog, a login, a
web page are no chat. A text field is weighed by several independent signs, and two of them must speak for it.
All bounds in px of the display in its present rotation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from devices.driver.screen import chatwords as words
from devices.driver.screen.hierarchy import Found, Node
from devices.driver.screen.overlays import Overlay, overlay_of
from devices.driver.screen.screenparts import Parts, name_of, tappable

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

__all__ = ["ChatScreen", "Kind", "appeared_send", "read_chat_screen"]

_ENOUGH = 3
"""Signs that must speak for a text field, less those against it."""
_BAR_ICONS = 2
"""Icons beside or under a bar whose words alone don't tell that it invites to write."""
_DRAWER_ROWS = 3
"""Named rows of a panel over the chat that has no telling name."""


class Kind(StrEnum):
    """What is on the screen."""

    CHAT = "chat"
    """The field, or a bar that opens it, is there."""
    VOICE = "voice"
    """A chat whose bar is for speaking; `toggle` may lead to the field."""
    DRAWER = "drawer"
    """The side menu is open over the chat."""
    DIALOG = "dialog"
    """Something lies on top: see `overlay`."""
    LOGIN = "login"
    """Only a person can go on."""
    UNKNOWN = "unknown"
    """No chat that this knows."""


@dataclass(frozen=True, slots=True)
class ChatScreen:
    """What was recognised; None where nothing was, and what was looked for."""

    kind: Kind
    input: Found | None = None
    toggle: Found | None = None
    send: Found | None = None
    messages: Found | None = None
    new_chat: Found | None = None
    back: Found | None = None
    overlay: Overlay | None = None
    looked_for: tuple[str, ...] = field(
        default=("a text field, or a bar that invites to write, at the end of the app's screen",)
    )
    rejected: tuple[str, ...] = ()
    """Text fields that are there, but are no chat's, each with the reason."""


def read_chat_screen(nodes: Sequence[Node], package: str, *, keyboard: str | None = None) -> ChatScreen:
    """Return what a dump shows.

    Args:
        nodes: all nodes of the dump, in its order.
        package: whose chat is looked for.
        keyboard: package of the chosen keyboard, whose own nodes don't count; None: known by its name.
    """
    parts = Parts.of(nodes, package, keyboard)
    found, rejected = _input(parts)
    toggle = _toggle(parts)
    bar = found or toggle
    overlay = overlay_of(parts, bar.node if bar is not None else None)
    new_chat, back = _named(parts, words.NEW_CHATS), _named(parts, words.BACKS)
    if overlay is not None:
        kind = Kind.LOGIN if overlay.kind == "login" else Kind.DIALOG
        return ChatScreen(kind, overlay=overlay, rejected=rejected)
    if _drawer_is_open(parts, found):
        return ChatScreen(Kind.DRAWER, new_chat=new_chat, rejected=rejected)
    if found is not None:
        return ChatScreen(
            Kind.CHAT,
            input=found,
            toggle=toggle,
            send=_send(parts, found.node),
            messages=_messages(parts, found.node),
            new_chat=new_chat,
            back=back,
        )
    if _is_login(parts):
        return ChatScreen(Kind.LOGIN, rejected=rejected)
    if toggle is not None:
        messages = _messages(parts, toggle.node)
        return ChatScreen(
            Kind.VOICE, toggle=toggle, messages=messages, new_chat=new_chat, back=back, rejected=rejected
        )
    return ChatScreen(Kind.UNKNOWN, new_chat=new_chat, back=back, rejected=rejected)


def chat_rows(nodes: Sequence[Node], package: str) -> int | None:
    """Return how many texts stand in the chat's list; None: no list was recognised."""
    found = read_chat_screen(nodes, package).messages
    if found is None:
        return None
    parts = Parts.of(nodes, package, None)
    return sum(
        bool(name_of(node)) and parts.inside(node, found.node) and node is not found.node
        for node in parts.own
    )


def appeared_send(before: Sequence[Node], after: Sequence[Node], package: str) -> Found | None:
    """Return the send button of a screen whose field has just got text: named, or what appeared with it.

    Args:
        before: the dump with the empty field.
        after: the dump with text in it.
        package: the app.
    """
    parts = Parts.of(after, package, None)
    found, _ = _input(parts)
    if found is None:
        return None
    named = _send(parts, found.node)
    if named is not None:
        return named
    known = {_face(node): node.enabled for node in before}
    new = [
        node
        for node in parts.own
        if tappable(node)
        and node.enabled
        and parts.beside(node, found.node)
        and not known.get(_face(node), False)
        and not words.TYPE_INSTEAD.search(name_of(node))
    ]
    right = max(new, key=lambda node: node.bounds[2], default=None)
    return Found(right, "what appeared beside the field with the text") if right is not None else None


def _face(node: Node) -> tuple[str, str, str, tuple[int, int, int, int]]:
    return node.resource_id, node.description, node.text, node.bounds


def _input(parts: Parts) -> tuple[Found | None, tuple[str, ...]]:
    weighed = [(node, *_weigh(parts, node)) for node in parts.own if node.editable and node.enabled]
    good = [(signs, node) for node, signs, _ in weighed if signs >= _ENOUGH]
    rejected = tuple(f"{name_of(node) or node.resource_id or 'unnamed'}: {why}" for node, _, why in weighed)
    if good:
        _, best = max(good, key=lambda pair: (pair[0], pair[1].bounds[3]))
        return Found(best, "a text field where a chat has its own"), ()
    invites = [node for node in parts.own if _invites(parts, node)]
    low = max(invites, key=lambda node: node.bounds[3], default=None)
    if low is not None:
        return Found(low, "a bar that invites to write"), ()
    return None, rejected


def _weigh(parts: Parts, node: Node) -> tuple[int, str]:
    """Return the signs for a text field less those against it, and the strongest against it."""
    said = f"{node.text}\n{node.hint}\n{node.description}"
    own_id = node.resource_id.rpartition("/")[2]
    inviting = _lines(words.INVITES, said)
    asks = f"{node.hint or node.text}\n{node.description}"
    searching = _lines(words.SEARCHES, said) or words.SEARCH_IDS.search(own_id)
    against = (
        (node.password or _lines(words.LOGIN_FIELDS, said), "it is for a login"),
        (not inviting and searching, "it is for a search"),
        (not inviting and _lines(words.OTHER_FIELDS, asks), "it asks for something else"),
        (not parts.is_low(node), "it is not at the end of the screen"),
        (parts.covered(node), "the keyboard covers it"),
        (parts.under_something(node), "something lies over it"),
        (parts.in_a_form(node), "it is one of a form's fields"),
    )
    for holds, why in against:
        if holds:
            return -9, why
    signs = 2  # at the end of the screen
    signs += 2 if inviting else 0
    signs += 1 if words.FIELD_IDS.search(own_id) else 0
    signs += 1 if any(tappable(other) and parts.beside(other, node) for other in parts.own) else 0
    signs += 1 if parts.list_above(node) is not None else 0
    return signs, "nothing else of a chat is around it"


def _lines(pattern: re.Pattern[str], said: str) -> bool:
    return any(pattern.search(line.strip()) for line in said.splitlines())


def _invites(parts: Parts, node: Node) -> bool:
    said = [line.strip() for line in (node.text, node.hint, node.description) if line.strip()]
    if node.editable or not said:
        return False
    if not any(words.INVITES.search(line) for line in said) and not _looks_like_a_bar(parts, node, said):
        return False
    if any(len(line) > 40 for line in said) or any(words.SEARCHES.search(line) for line in said):
        return False
    # a message that says so lies in the list, and a suggestion above the bar has a neighbour row below it
    return (
        parts.is_low(node)
        and not parts.covered(node)
        and not parts.in_list(node)
        and parts.is_bar(node)
        and not parts.under_something(node)
        and not parts.has_row_below(node)
        and not parts.is_menu_row(node)
        and (
            parts.list_above(node) is not None
            or any(tappable(other) and parts.beside(other, node) for other in parts.own)
        )
    )


def _looks_like_a_bar(parts: Parts, node: Node, said: list[str]) -> bool:
    """Whether it speaks to the reader and is built as a bar to write in: its own icons on both sides, or two.

    However an invitation is worded, it asks or trails off; the icons tell it from a button, a tip or a
    notice, which have a single one, or buttons that say what they do.
    """
    if not any(words.ADDRESSES.search(line) for line in said):
        return False
    if any(words.HOLDS_TO_TALK.search(line) or words.AGREES.search(line) for line in said):
        return False
    return len(parts.icons_of(node)) >= _BAR_ICONS


def _toggle(parts: Parts) -> Found | None:
    named = [
        node
        for node in parts.own
        if tappable(node) and node.enabled and words.TYPE_INSTEAD.search(name_of(node)) and parts.is_low(node)
    ]
    if named:
        best = max(named, key=lambda node: node.bounds[3])
        return Found(best, f"what leads from speaking to writing: '{name_of(best)}'")
    held = [node for node in parts.own if words.HOLDS_TO_TALK.search(name_of(node)) and parts.is_low(node)]
    for bar in held:
        # unnamed: only where a single button stands beside the bar
        beside = [
            node
            for node in parts.own
            if tappable(node)
            and node is not bar
            and parts.same_row(node, bar)
            and not parts.inside(bar, node)
            and not parts.inside(node, bar)
        ]
        if len(beside) == 1 and not name_of(beside[0]):
            return Found(beside[0], "the only button beside the bar for speaking")
    return None


def _send(parts: Parts, at: Node) -> Found | None:
    found = [
        node
        for node in parts.own
        if parts.beside(node, at)
        and (words.SENDS.search(name_of(node)) or words.SEND_IDS.search(node.resource_id.rpartition("/")[2]))
    ]
    best = max(found, key=lambda node: (tappable(node), node.bounds[2]), default=None)
    return Found(best, "the send button by the field") if best is not None else None


def _messages(parts: Parts, at: Node) -> Found | None:
    above = parts.list_above(at)
    return Found(above, "the list above the bar") if above is not None else None


def _named(parts: Parts, pattern: re.Pattern[str]) -> Found | None:
    for node in parts.own:
        if node.enabled and pattern.search(name_of(node)) and parts.tappable_here(node):
            return Found(node, f"'{name_of(node)}'")
    return None


def _drawer_is_open(parts: Parts, found: Found | None) -> bool:
    if found is not None and _lies_over(parts, found.node):
        return True
    panel = parts.side_panel()
    if panel is None:
        return False
    inside = [node for node in parts.own if parts.inside(node, panel) and node is not panel]
    rows = [node for node in inside if name_of(node)]
    telling = [n for n in rows if words.DRAWERS.search(name_of(n)) or words.NEW_CHATS.search(name_of(n))]
    known = bool(words.DRAWER_IDS.search(panel.resource_id.rpartition("/")[2]))
    if found is not None and found.node.editable and parts.inside(found.node, panel):
        # a field that comes later in the tree belongs to the panel; an earlier one is covered by it
        order = [id(node) for node in parts.own]
        if order.index(id(found.node)) > order.index(id(panel)):
            return False
    return len(rows) >= 2 and (known or bool(telling))


def _lies_over(parts: Parts, field: Node) -> bool:
    """Whether a panel of rows at one side, of nearly the whole height, was drawn later over the chat.

    On a wide screen it leaves most of the field free, and a touch there only closes it. A pane that always
    stands beside the chat overlaps nothing of it.
    """
    chat = parts.list_above(field) or field
    return any(
        sum(bool(name_of(one)) and parts.inside(one, panel) for one in parts.own) >= _DRAWER_ROWS
        for panel in parts.panels_after(field)
        if parts.overlap_px(panel, chat) > parts.width * 0.02
    )


def _is_login(parts: Parts) -> bool:
    buttons = [n for n in parts.own if words.LOGINS.search(name_of(n)) and parts.tappable_here(n)]
    fields = [
        node
        for node in parts.own
        if node.editable
        and (node.password or _lines(words.LOGIN_FIELDS, f"{node.text}\n{node.hint}\n{node.description}"))
    ]
    return bool(buttons or fields)
