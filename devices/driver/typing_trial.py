"""Finds the keyboard's keys over an app, tries them, and looks for the send button meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver import keyboard
from devices.driver.input import tap
from devices.driver.keys import Keys, guessed_keys, told_keys
from devices.driver.recipes import DEL, SPARE, Typing
from devices.driver.send_button import find_send
from devices.driver.ui import Screen
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.field import Field
    from devices.driver.hierarchy import Node
    from devices.driver.phone import Phone
    from devices.profiles.model import AppProfile
    from traces.capture import PhoneFacts

PROBE = "plan"
"""Letters from both ends of the keyboard's rows."""


def find_typing(phone: Phone, profile: AppProfile, field: Field, facts: PhoneFacts) -> Typing:
    """Find keys and send button; the app is in front, the keyboard hidden, and both are so afterwards.

    Raises:
        PhoneError: the keyboard does not come up, or its keys are not where they were thought to be.
    """
    with Screen(phone) as screen:
        tap(phone, field.x, field.y)
        height = keyboard.wait_shown(phone)
        if height is None:
            raise PhoneError(
                f"The keyboard does not come up in {profile.label} on {phone.name}.",
                next_step="Press the input field by hand: does a keyboard come?",
            )
        package = (field.ime_id or "").partition("/")[0]
        told = told_keys(screen.nodes(), package)
        ways = [told] if told else []
        if height:
            ways.append(guessed_keys(facts.width, facts.height, height, facts.density))
        try:
            for keys in ways:
                _type(phone, keys)
                nodes = screen.nodes()
                written = _written(nodes, field.package)
                if written is not None:
                    found = find_send(nodes, written, field.package)
                    send, by = (found.node.center, found.by) if found else (None, "not found")
                    return Typing(keys, send, by)
                _take_back(phone)
        finally:
            _take_back(phone)
            keyboard.hide(phone)
    raise PhoneError(
        f"The keys of the keyboard {package or '?'} are not found on {phone.name}: '{PROBE}' was typed, and "
        f"the field of {profile.label} does not hold it. Tried: "
        f"{', '.join(keys.found_by for keys in ways) or 'nothing, as the phone does not tell its height'}.",
        next_step="Choose a QWERTY layout for Latin letters (no handwriting, no nine keys), not floating and "
        "not one-handed, and try again.",
    )


def _type(phone: Phone, keys: Keys) -> None:
    for letter in PROBE:
        tap(phone, *keys.at[letter])
    phone.shell("sleep 0.6")


def _written(nodes: tuple[Node, ...], package: str) -> Node | None:
    fields = (node for node in nodes if node.package == package and node.editable)
    return next((node for node in fields if PROBE in node.text.lower()), None)


def _take_back(phone: Phone) -> None:
    phone.shell(phone.by_hand("input keyevent" + f" {DEL}" * (len(PROBE) + SPARE)))
