"""An app walked through once without measuring: what is there, and which way found it.

The field is pressed once and given one letter, so that the keyboard and the send button show; the letter is
deleted again and nothing is ever sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver import apps
from devices.driver.injectors.input import tap
from devices.driver.screen import keyboard
from devices.driver.screen.chatscreen import ChatScreen, appeared_send, read_chat_screen
from devices.driver.screen.hierarchy import Found, Node, find_first
from devices.driver.screen.ui import Screen
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.screen.wayfinding import Step
    from devices.driver.session import PhoneSession
    from devices.profiles.model import AppProfile, Selector
    from traces.capture import AppFacts

_LETTER = "input text a; sleep 0.5"
_DELETE = "input keyevent 67; sleep 0.3"


@dataclass(frozen=True, slots=True)
class Place:
    """One target on the screen."""

    name: str
    """input, toggle, send, messages, new_chat or back."""
    way: str
    """profile: one of its selectors; looks: by what a chat looks like; missing."""
    by: str
    """What found it, in words; what was looked for, where it is missing."""
    node: Node | None


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk through one app saw."""

    app: AppFacts
    places: tuple[Place, ...]
    steps: tuple[Step, ...]
    """What was touched on the way to the field."""
    keyboard_px: int | None
    """Height of the keyboard that the field brought; 0: it came, the phone doesn't tell its height."""

    def place(self, name: str) -> Place:
        """Return a target by its name."""
        return next(place for place in self.places if place.name == name)


def walk_app(session: PhoneSession, profile: AppProfile) -> Walk:
    """Bring an app up, go to its field, press it, and look where everything is.

    Raises:
        PhoneError: not installed, can't be started, a login or dialog that a person must answer, no field, or
            no keyboard for it.
    """
    phone = session.phone
    facts = session.app_facts(profile)
    package = facts.package
    apps.bring_to_front(phone, profile, package)
    keyboard.hide(phone)
    with Screen(phone) as screen:
        found, way = screen.walk(profile, package)
        height = _press(session, found)
        if height is None:
            # a bar that invites to write opens the real field at the first touch
            keyboard.hide(phone)
            found, way = screen.walk(profile, package)
            height = _press(session, found)
        if height is None:
            raise PhoneError(
                f"The keyboard does not come up in {profile.label} on {phone.name}: pressed {found.by}.",
                next_step="Press the input field by hand: does a keyboard come?",
            )
        before = screen.nodes()
        phone.shell(_LETTER)
        after = screen.nodes()
        phone.shell(_DELETE)
        keyboard.hide(phone)
        rest = screen.nodes()
        field, more = screen.walk(profile, package)
    places = _places(profile, package, rest, field)
    send = find_first(after, profile.send, package)
    places["send"] = _place("send", profile.send, send, appeared_send(before, after, package))
    return Walk(facts, tuple(places.values()), (*way.steps, *more.steps), height)


def _press(session: PhoneSession, found: Found) -> int | None:
    tap(session.phone, *found.node.center)
    return keyboard.wait_shown(session.phone)


def _places(profile: AppProfile, package: str, nodes: tuple[Node, ...], at: Found) -> dict[str, Place]:
    seen: ChatScreen = read_chat_screen(nodes, package)
    looks = {
        "toggle": seen.toggle,
        "messages": seen.messages,
        "new_chat": seen.new_chat,
        "back": seen.back,
    }
    own = {way.describe() for way in profile.input}
    places = {"input": Place("input", "profile" if at.by in own else "looks", at.by, at.node)}
    for name, found in looks.items():
        ways = profile.targets[name]
        places[name] = _place(name, ways, find_first(nodes, ways, package), found)
    return places


def _place(name: str, ways: tuple[Selector, ...], own: Found | None, looks: Found | None) -> Place:
    if own is not None:
        return Place(name, "profile", own.by, own.node)
    if looks is not None:
        return Place(name, "looks", looks.by, looks.node)
    asked = "; ".join(way.describe() for way in ways)
    return Place(name, "missing", f"looked for: {asked or 'its looks only'}", None)
