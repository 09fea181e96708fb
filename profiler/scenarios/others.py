"""The built-in scenarios beside the pop-up; `devices.driver.recipes` has what is done in a round of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver import recipes

if TYPE_CHECKING:
    from pathlib import Path

    from devices.driver.field import Field
    from devices.driver.recipes import Recipe, Setting
    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from traces.capture import RoundCapture


@dataclass(frozen=True)
class Other:
    """A scenario whose rounds are made of a recipe."""

    name: str
    words: str
    kind: str
    popups: int
    complaint: str | None
    most: int | None = None
    min_sdk: int = 31

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return what is done in round `number`, with `count` interactions; the same for all apps."""
        raise NotImplementedError

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Find the input field while the keyboard is hidden."""
        return session.prepare(profile)

    def capture(
        self,
        session: Session,
        profile: AppProfile,
        field: Field,
        folder: Path,
        popups: int,
        *,
        number: int,
        attempt: int,
    ) -> RoundCapture:
        """Trace the round."""

        def make(setting: Setting) -> Recipe:
            return self.recipe(setting, popups, number)

        return session.capture_recipe(profile, field, folder, make, number=number, attempt=attempt)


@dataclass(frozen=True)
class KeyboardHide(Other):
    """Back puts the keyboard away; several times a round."""

    name: str = "keyboard-hide"
    words: str = (
        "Brings the keyboard up, lets it rest, puts it away with Back, waits until it has slid out, and so "
        "on within one trace."
    )
    kind: str = "hide"
    popups: int = 5
    complaint: str | None = None

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the hides."""
        del number
        return recipes.hide(setting, count)


@dataclass(frozen=True)
class Return(Other):
    """Home and back with the keyboard up; several times a round."""

    name: str = "return"
    words: str = (
        "Brings the keyboard up, goes to the launcher, rests there, comes back to the app, and so on within "
        "one trace."
    )
    kind: str = "return"
    popups: int = 5
    complaint: str | None = "coming-back-slow"

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the ways back."""
        del number
        return recipes.come_back(setting, count)


@dataclass(frozen=True)
class Launch(Other):
    """A cold start, and the first press of the input field."""

    name: str = "launch"
    words: str = (
        "Ends the app, starts it from the launcher, waits until it has come to rest, and presses the input "
        "field; one cold start a round."
    )
    kind: str = "launch"
    popups: int = 1
    complaint: str | None = None
    most: int | None = 1

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Find the input field, then end the app."""
        return session.prepare_stopped(profile)

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the start."""
        del number
        return recipes.launch(setting, count)


@dataclass(frozen=True)
class Typing(Other):
    """Latin words on the keyboard's own keys."""

    name: str = "typing"
    words: str = (
        "Brings the keyboard up and taps words on its own keys, with the unhurried times of a person, about "
        "three keys a second; then takes the text back."
    )
    kind: str = "key"
    popups: int = 20
    complaint: str | None = "typing-lags"

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Find the input field and the keys."""
        return session.prepare_typing(profile)

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the keys."""
        return recipes.type_text(setting, count, seed=str(number))


@dataclass(frozen=True)
class Scroll(Other):
    """Flings of the message list."""

    name: str = "scroll"
    words: str = (
        "Flings the list towards older content and back, half of the times with the keyboard down, half with "
        "it up, with a finger that moves in even steps."
    )
    kind: str = "scroll"
    popups: int = 4
    complaint: str | None = "scrolling-stutters"

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the flings."""
        del number
        return recipes.scroll(setting, count)


@dataclass(frozen=True)
class Send(Other):
    """Messages typed and sent."""

    name: str = "send"
    words: str = (
        "Types a message on the keyboard's own keys and taps send, each message another one, with a pause of "
        "12 s after each."
    )
    kind: str = "send"
    popups: int = 2
    complaint: str | None = "sending-slow"

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Find the input field, the keys and the send button."""
        return session.prepare_sending(profile)

    def recipe(self, setting: Setting, count: int, number: int) -> Recipe:
        """Return the messages; those of another round are others."""
        return recipes.send(setting, count, number * count)
