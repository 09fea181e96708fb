"""Brings an app to where a round begins: in front, keyboard hidden, its field and keys found and tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver import apps
from devices.driver.screen import keyboard
from devices.driver.screen.chatscreen import chat_rows
from devices.driver.screen.field import Field
from devices.driver.screen.typing_trial import find_typing
from devices.driver.screen.ui import Screen
from devices.driver.state.reading import read_state
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.injectors.hand import Hand
    from devices.driver.phone import Phone
    from devices.driver.script.recipes import Typing
    from devices.profiles.model import AppProfile
    from traces.capture import PhoneFacts


class Readiness:
    """What is known of where the apps' fields and keys are; looked for again only when it may have changed.

    Args:
        phone: the phone.
        hand: how it is touched.
        facts: tells which phone it is.
    """

    def __init__(self, phone: Phone, hand: Hand, facts: Callable[[], PhoneFacts]) -> None:
        self._phone = phone
        self._hand = hand
        self._facts = facts
        self._fields: dict[str, Field] = {}
        self._typing: dict[str, Typing] = {}

    def typing(self, profile: AppProfile) -> Typing | None:
        """Return the keys found for an app; None where none were looked for."""
        return self._typing.get(profile.name)

    def forget(self, profile: AppProfile | None = None) -> None:
        """Look at the screen anew next time: for the field of one app, or for all of all apps."""
        if profile is None:
            self._fields.clear()
            self._typing.clear()
        else:
            self._fields.pop(profile.name, None)

    def field(self, profile: AppProfile, package: str) -> Field:
        """As `PhoneSession.prepare`, on a phone that is cool."""
        phone = self._phone
        apps.bring_to_front(phone, profile, package)
        keyboard.hide(phone)
        known = self._fields.get(profile.name)
        if known is not None:
            state = read_state(phone, package)
            if state.ime_shown:
                # a field that asks for the keyboard by itself, as searches do, was slower than us
                keyboard.hide(phone)
            if (state.app_pid, state.focused_window, state.ime_id) == (
                known.app_pid,
                known.focused_window,
                known.ime_id,
            ):
                return known
        self._fields[profile.name] = field = self._find(profile, package)
        return field

    def keys(self, profile: AppProfile, package: str, *, pinyin: bool = False) -> Field:
        """As `field`, and the keyboard's keys found and tried, the send button looked for meanwhile.

        Looked for again when the field was; a few letters are typed and taken back to see that the keys are
        where they are thought to be.

        Raises:
            PhoneError: as `field`, or the keys are not found, or are not of the kind that is asked for.
        """
        known = self._fields.get(profile.name)
        field = self.field(profile, package)
        if field is not known or profile.name not in self._typing:
            self._typing[profile.name] = find_typing(
                self._phone, profile, field, self._facts(), pinyin=pinyin
            )
        return field

    def send_button(self, profile: AppProfile, package: str) -> Field:
        """As `keys`; the send button must have been found.

        Raises:
            PhoneError: as `keys`, or there is no send button while something is written.
        """
        field = self.keys(profile, package)
        if self._typing[profile.name].send is None:
            raise PhoneError(
                f"The send button of {profile.label} is not found on {self._phone.name}. Looked for: a name "
                "or an id that says send (发送), while a text was in the field.",
                next_step="Log in and open a chat; nothing else is tapped in its place.",
            )
        return field

    def stopped(self, profile: AppProfile, package: str) -> Field:
        """As `field`, then end the app: the launcher in front, no process of the app, its field known.

        The field is looked for in the first round only: where it stands does not change with the process.

        Raises:
            PhoneError: as `field`, or the app does not end.
        """
        field = self._fields.get(profile.name)
        if field is None or keyboard.current(self._phone) != field.ime_id:
            field = self.field(profile, package)
        apps.stop(self._phone, field.package)
        return field

    def _find(self, profile: AppProfile, package: str) -> Field:
        with Screen(self._phone) as screen:
            found = screen.find_field(profile, package)
            height, input_type = self._try(profile, found.node.center)
            if height is None:
                # an invitation to write may open the real field at the first touch
                height, input_type = self._try(profile, screen.find_field(profile, package).node.center)
            if height is None:
                raise PhoneError(
                    f"The keyboard does not come up in {profile.label} on {self._phone.name}: pressed "
                    f"{found.by} at {found.node.center}.",
                    next_step="Press the input field by hand: does a keyboard come? Is a hardware keyboard "
                    "connected?",
                )
            # at rest it may stand elsewhere than before it ever had the focus
            found = screen.find_field(profile, package)
            rows = chat_rows(screen.nodes(), package)
        state = read_state(self._phone, package)
        x, y = found.node.center
        return Field(
            package=package,
            x=x,
            y=y,
            bounds=found.node.bounds,
            found_by=found.by,
            app_pid=state.app_pid,
            focused_window=state.focused_window,
            ime_id=state.ime_id,
            ime_height_px=height or None,
            input_type=input_type,
            chat_rows=rows,
        )

    def _try(self, profile: AppProfile, center: tuple[int, int]) -> tuple[int | None, int | None]:
        """Press once and put the keyboard away again; return its height and the field's input type."""
        height = self._hand.press(center, profile.label)
        told = None if height is None else keyboard.input_type(self._phone)
        keyboard.hide(self._phone)
        return height, told
