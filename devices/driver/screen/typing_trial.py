"""Finds the keyboard's keys over an app, tries them, and looks for the send button meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devices.driver.injectors.input import tap
from devices.driver.screen import keyboard
from devices.driver.screen.keys import (
    Keys,
    guessed_candidate,
    guessed_keys,
    holds_han,
    offers,
    shows_nine_keys,
    told_candidate,
    told_keys,
)
from devices.driver.screen.send_button import find_send
from devices.driver.screen.ui import Screen
from devices.driver.script.recipes import DEL, SPARE, Typing
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.phone import Phone
    from devices.driver.screen.field import Field
    from devices.driver.screen.hierarchy import Node
    from devices.profiles.model import AppProfile
    from traces.capture import PhoneFacts

PROBE = "plan"
"""Letters from both ends of the keyboard's rows."""
PINYIN_PROBE = "nihao"
NINE = (
    "Switch the keyboard to its full layout with a key a letter (全键盘, 26 键): on nine keys (九宫格) one "
    "tap is no letter."
)
LATIN = (
    "Choose a QWERTY layout for Latin letters (no handwriting, no nine keys), not floating and not "
    "one-handed, "
)
PINYIN = "Choose the pinyin layout with a key a letter (拼音全键盘), not floating and not one-handed, "


def find_typing(
    phone: Phone, profile: AppProfile, field: Field, facts: PhoneFacts, *, pinyin: bool = False
) -> Typing:
    """Find keys and send button; the app is in front, the keyboard hidden, and both are so afterwards.

    Args:
        phone: the phone.
        profile: the app.
        field: its input field.
        facts: of the phone.
        pinyin: the keyboard is to compose pinyin, and its first candidate is looked for too.

    Raises:
        PhoneError: the keyboard does not come up, has nine keys, writes in the other way, or its keys are not
            where they were thought to be.
    """
    with Screen(phone) as screen:
        return _Trial(phone, profile, field, facts, screen, pinyin=pinyin).find()


class _Trial:
    """One look at a keyboard."""

    def __init__(
        self,
        phone: Phone,
        profile: AppProfile,
        field: Field,
        facts: PhoneFacts,
        screen: Screen,
        *,
        pinyin: bool,
    ) -> None:
        self._phone = phone
        self._profile = profile
        self._field = field
        self._facts = facts
        self._screen = screen
        self._pinyin = pinyin
        self._probe = PINYIN_PROBE if pinyin else PROBE
        self._before: set[str] = set()
        """What the fields showed while nothing was written, hints too."""
        self._package = (field.ime_id or "").partition("/")[0]

    def find(self) -> Typing:
        phone, field = self._phone, self._field
        tap(phone, field.x, field.y)
        height = keyboard.wait_shown(phone)
        if height is None:
            raise PhoneError(
                f"The keyboard does not come up in {self._profile.label} on {phone.name}.",
                next_step="Press the input field by hand: does a keyboard come?",
            )
        ways = self._ways(height)
        try:
            for keys in ways:
                found = self._tried(keys, height)
                if found is not None:
                    return found
                self._take_back()
        finally:
            self._take_back()
            keyboard.hide(phone)
        raise self._not_found(ways)

    def _ways(self, height: int) -> list[Keys]:
        nodes, facts = self._screen.nodes(), self._facts
        self._before = {node.text for node in self._fields(nodes)}
        if shows_nine_keys(nodes, self._package):
            keyboard.hide(self._phone)
            raise PhoneError(
                f"The keyboard {self._package} on {self._phone.name} shows nine keys.", next_step=NINE
            )
        told = told_keys(nodes, self._package)
        guess = [guessed_keys(facts.width, facts.height, height, facts.density)] if height else []
        return [told, *guess] if told else guess

    def _tried(self, keys: Keys, height: int) -> Typing | None:
        """Type with these keys; None if the field does not hold what was typed."""
        self._type(keys)
        nodes = self._screen.nodes()
        if not self._pinyin:
            written = self._written(nodes, self._probe)
            if written is None and offers(nodes, self._package, keys, PROBE):
                raise self._other_way("composes pinyin", "the scenario typing-pinyin", LATIN)
            return None if written is None else self._typing(keys, nodes, written)
        facts, latin = self._facts, self._written(nodes, self._probe) is not None
        told = told_candidate(nodes, self._package, keys)
        candidate = told or (guessed_candidate(facts.height, height, facts.density) if height else None)
        if candidate is None:
            return None
        tap(self._phone, *candidate)
        self._phone.shell("sleep 0.6")
        nodes = self._screen.nodes()
        written = self._written(nodes, None)
        if written is None and latin:
            raise self._other_way("writes Latin letters", "the scenario typing", PINYIN)
        return None if written is None else replace(self._typing(keys, nodes, written), candidate=candidate)

    def _typing(self, keys: Keys, nodes: tuple[Node, ...], written: Node) -> Typing:
        found = find_send(nodes, written, self._field.package)
        return Typing(keys, found.node.center, found.by) if found else Typing(keys, None, "not found")

    def _type(self, keys: Keys) -> None:
        for letter in self._probe:
            tap(self._phone, *keys.at[letter])
        self._phone.shell("sleep 0.6")

    def _written(self, nodes: tuple[Node, ...], text: str | None) -> Node | None:
        """Return the app's field that holds a text; of None: Chinese that was not there before."""
        fields = self._fields(nodes)
        if text is None:
            new = (node for node in fields if node.text not in self._before)
            return next((node for node in new if holds_han(node.text)), None)
        return next((node for node in fields if text in node.text.lower()), None)

    def _fields(self, nodes: tuple[Node, ...]) -> list[Node]:
        return [node for node in nodes if node.package == self._field.package and node.editable]

    def _take_back(self) -> None:
        self._phone.shell(self._phone.by_hand("input keyevent" + f" {DEL}" * (len(self._probe) + SPARE)))

    def _other_way(self, does: str, instead: str, wanted: str) -> PhoneError:
        return PhoneError(
            f"The keyboard {self._package} on {self._phone.name} {does}: '{self._probe}' was typed.",
            next_step=f"{wanted}and try again; or measure {instead}.",
        )

    def _not_found(self, ways: list[Keys]) -> PhoneError:
        wanted = "Chinese characters" if self._pinyin else "it"
        tried = ", ".join(keys.found_by for keys in ways) or "nothing, as the phone does not tell its height"
        return PhoneError(
            f"The keys of the keyboard {self._package or '?'} are not found on {self._phone.name}: "
            f"'{self._probe}' was typed, and the field of {self._profile.label} does not hold {wanted}. "
            f"Tried: {tried}.",
            next_step=f"{PINYIN if self._pinyin else LATIN}and try again.",
        )
