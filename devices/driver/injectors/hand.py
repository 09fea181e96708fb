"""How a session touches its phone: by the best way that it allows, or the next one where that proves deaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.injectors.abilities import Abilities
from devices.driver.injectors.base import InputCommand
from devices.driver.injectors.input import check_injected, find_marker
from devices.driver.injectors.probe import panel_of, probe
from devices.driver.screen import keyboard
from devices.driver.state.reading import read_state

if TYPE_CHECKING:
    from devices.driver.injectors.base import Injection
    from devices.driver.phone import Phone


class Hand:
    """The way to touch one phone, from the best that it was probed to allow down to plain `input`."""

    confirmed: bool
    """Whether a press of this way has brought a keyboard: a touch screen that was taken in may be deaf."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._abilities: Abilities | None = None
        self.confirmed = False

    def abilities(self) -> Abilities:
        """Return what was probed of marks and touches. Probed once."""
        if self._abilities is None:
            self._use(find_marker(self._phone), probe(self._phone, panel_of(read_state(self._phone, None))))
        assert self._abilities is not None, "_use sets it"
        return self._abilities

    def press(self, center: tuple[int, int], where: str) -> int | None:
        """Press where the input field is, until a keyboard is up.

        Until a way is confirmed this is done by what touches in measured rounds, and if the keyboard comes
        only by the next way, that one is used from then on.

        Args:
            center: where, px.
            where: in which app, for the record.

        Returns:
            The keyboard's height, px (0: not told), or None if it didn't come.

        Raises:
            PhoneError: the phone refuses touches.
        """
        height = self._press(center)
        if height is None and not self.confirmed:
            before = self.abilities()
            if self.fall_back("a press of the field brought no keyboard, though the screen was taken in"):
                height = self._press(center)
                if height is None:
                    self._use(before.marker, before.injection)
        if height is not None and not self.confirmed:
            self._confirm(where)
        return height

    def fall_back(self, why: str) -> bool:
        """Use the next way to touch; False if there is none."""
        abilities = self.abilities()
        left = None if abilities.injection is None else abilities.injection.without_first(why)
        if left is None:
            return False
        self._use(abilities.marker, left)
        return True

    def _press(self, center: tuple[int, int]) -> int | None:
        phone, injector = self._phone, self.abilities().injector
        if self.confirmed and phone.hand is None:
            injector = InputCommand()
        script = f"input tap {center[0]} {center[1]}"
        check_injected(phone, phone.shell(injector.wrap(script), seconds=20.0 + injector.seconds))
        return keyboard.wait_shown(phone)

    def _confirm(self, where: str) -> None:
        abilities = self.abilities()
        self.confirmed = True
        if abilities.injection is not None:
            how = f"{abilities.injector.name}: a press of the field brought the keyboard in {where}."
            self._use(abilities.marker, abilities.injection.confirmed(how))

    def _use(self, marker: str | None, injection: Injection | None) -> None:
        presses = injection is None or injection.injector.presses
        self._abilities = Abilities(marker, presses, injection)
        self._phone.hand = None if injection is None else injection.helper
