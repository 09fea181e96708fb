"""The built-in scenarios beside the pop-up; `devices.driver.script.recipes` has what each round does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.script import recipes
from devices.driver.script.messages import BUILT_IN, of_round
from traces.capture import NO_OPTIONS, ScenarioOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devices.driver.screen.field import Field
    from devices.driver.script.recipes import Recipe, Setting
    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from traces.capture import RoundCapture


REPLY_LIMIT = 45
"""Seconds that a reply is watched at most, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One attempt at a round."""

    count: int
    """Interactions."""
    number: int
    """1 ... N; 0 for a warm-up."""
    attempt: int
    options: ScenarioOptions

    @property
    def messages(self) -> tuple[str, ...]:
        """What is sent in it: no message twice to one app."""
        return of_round(self.options.messages or BUILT_IN, self.count, self.number, self.attempt)


@dataclass(frozen=True)
class RecipeScenario:
    """A scenario whose rounds are made of a recipe."""

    name: str
    words: str
    kind: str
    popups: int
    complaint: str | None
    recipe: Callable[[Setting, Turn], Recipe]
    """What is done, from the setting and the turn; alike for all apps."""
    ready: Callable[[Session, AppProfile], Field] = lambda session, profile: session.prepare(profile)
    """Brings the app to where a round starts: by default its input field found, the keyboard hidden."""
    most: int | None = None
    min_sdk: int = 26
    sends: bool = False
    """Whether messages leave the phone."""
    options: ScenarioOptions = NO_OPTIONS

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Bring the app to where a round starts."""
        return self.ready(session, profile)

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
            return self.recipe(setting, Turn(popups, number, attempt, self.options))

        return session.capture_recipe(profile, field, folder, make, number=number, attempt=attempt)


OTHERS = (
    RecipeScenario(
        name="keyboard-hide",
        words=(
            "Brings the keyboard up, lets it rest, puts it away with Back, waits until it has slid "
            "out, and so on within one trace."
        ),
        kind="hide",
        popups=5,
        complaint=None,
        recipe=lambda setting, turn: recipes.hide(setting, turn.count),
    ),
    RecipeScenario(
        name="return",
        words=(
            "Brings the keyboard up, goes to the launcher, rests there, comes back to the app, and so "
            "on within one trace."
        ),
        kind="return",
        popups=5,
        complaint="coming-back-slow",
        recipe=lambda setting, turn: recipes.come_back(setting, turn.count),
    ),
    RecipeScenario(
        name="launch",
        words=(
            "Ends the app, starts it from the launcher, waits until it has come to rest, and presses "
            "the input field; one cold start a round."
        ),
        kind="launch",
        popups=1,
        complaint=None,
        most=1,
        recipe=lambda setting, turn: recipes.launch(setting, turn.count),
        ready=lambda session, profile: session.prepare_stopped(profile),
    ),
    RecipeScenario(
        name="typing",
        words=(
            "Brings the keyboard up and taps words on its own keys, with the unhurried times of a "
            "person, about three keys a second; then takes the text back."
        ),
        kind="key",
        popups=20,
        complaint="typing-lags",
        recipe=lambda setting, turn: recipes.type_text(setting, turn.count, seed=str(turn.number)),
        ready=lambda session, profile: session.prepare_typing(profile),
    ),
    RecipeScenario(
        name="typing-pinyin",
        words=(
            "Brings the keyboard up, taps words in pinyin on its own keys and each word's first candidate, "
            "with the unhurried times of a person; then takes the text back."
        ),
        kind="key",
        popups=20,
        complaint=None,
        recipe=lambda setting, turn: recipes.type_pinyin(setting, turn.count, seed=str(turn.number)),
        ready=lambda session, profile: session.prepare_pinyin(profile),
    ),
    RecipeScenario(
        name="scroll",
        words=(
            "Flings the list towards older content and back, half of the times with the keyboard "
            "down, half with it up, with a finger that moves in even steps."
        ),
        kind="scroll",
        popups=4,
        complaint="scrolling-stutters",
        recipe=lambda setting, turn: recipes.scroll(setting, turn.count),
    ),
    RecipeScenario(
        name="send",
        words=(
            "Types a message on the keyboard's own keys and taps send, each message another one, with "
            "a pause of 12 s after each."
        ),
        kind="send",
        popups=2,
        complaint="sending-slow",
        recipe=lambda setting, turn: recipes.send(setting, turn.messages),
        ready=lambda session, profile: session.prepare_sending(profile),
        sends=True,
    ),
    RecipeScenario(
        name="reply-stream",
        words=(
            "Types a message on the keyboard's own keys, taps send, and watches the reply grow until the app "
            "has been at rest for 8 s or the limit is reached; each message another one, 12 s apart."
        ),
        kind="stream",
        popups=1,
        complaint="reply-stutters",
        recipe=lambda setting, turn: recipes.stream(
            setting, turn.messages, turn.options.reply_limit_s or REPLY_LIMIT
        ),
        ready=lambda session, profile: session.prepare_sending(profile),
        sends=True,
    ),
)
