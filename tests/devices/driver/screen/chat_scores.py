"""Holds what the finder names on the drawn screens against where things really are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.screen.chatscreen import ChatScreen, Kind, read_chat_screen
from devices.driver.screen.hierarchy import Node, parse_hierarchy
from tests.devices.driver.screen.chat_layouts import App, Layout, Screen, layouts, make

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP = {"chat": "input", "voice": "toggle", "dialog": "no"}
"""What is touched next on a screen of each kind, where it is there."""


@dataclass(frozen=True)
class Score:
    app: str
    layout: Layout
    kind: str
    there: bool
    """Whether the screen has the place to touch next."""
    right: bool
    """There: that place is named. Not there: nothing is."""
    wrong_tap: bool
    """Something is named to be touched that isn't that place."""
    named: str
    parts_right: int
    parts_there: int
    """Send, list, new chat, back of a chat."""


def score(app: App, layout: Layout) -> Score:
    screen = make(app, layout)
    seen = read_chat_screen(parse_hierarchy(screen.xml()), app.package)
    want = screen.places.get(STEP.get(screen.kind, ""))
    touched = touched_next(seen)
    hit = touched is not None and want is not None and within(touched.center, want)
    parts = [
        name
        for name in ("send", "messages", "new_chat", "back")
        if screen.kind == "chat" and name in screen.places
    ]
    good = [name for name in parts if _named(seen, name, screen)]
    return Score(
        app.name,
        layout,
        screen.kind,
        there=want is not None,
        right=hit if want is not None else touched is None,
        wrong_tap=touched is not None and not hit,
        named=f"{seen.kind}: {touched.text or touched.description if touched else 'nothing'}",
        parts_right=len(good),
        parts_there=len(parts),
    )


def touched_next(seen: ChatScreen) -> Node | None:
    """What the driver would touch."""
    if seen.kind is Kind.DIALOG and seen.overlay is not None and seen.overlay.dismiss is not None:
        return seen.overlay.dismiss.node
    if seen.kind is Kind.CHAT and seen.input is not None:
        return seen.input.node
    return seen.toggle.node if seen.kind is Kind.VOICE and seen.toggle is not None else None


def scores(only: Iterable[tuple[App, Layout]] | None = None) -> list[Score]:
    return [score(app, layout) for app, layout in (layouts() if only is None else only)]


def _named(seen: ChatScreen, name: str, screen: Screen) -> bool:
    found = getattr(seen, name)
    return found is not None and within(found.node.center, screen.places[name])


def within(point: tuple[int, int], bounds: tuple[int, int, int, int]) -> bool:
    return bounds[0] <= point[0] < bounds[2] and bounds[1] <= point[1] < bounds[3]
