"""What is done in a round of each scenario but the pop-up, put together from steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.script.steps import (
    BringUp,
    Did,
    IfShown,
    Key,
    Mark,
    PopUp,
    Press,
    PutAway,
    Start,
    Step,
    Swipe,
    Wait,
    Waited,
    WaitForRest,
)
from devices.driver.script.typist import UNHURRIED, latin_text, pinyin_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.driver.screen.field import Field
    from devices.driver.screen.keys import Keys

BACK, DEL = 4, 67
SPARE = 4
"""Further characters that are taken back: what the keyboard itself may have put in."""
QUIET = 0.6
"""Seconds between a question to the phone and a window: what the question started has ended."""
ANSWERED = 1.2
"""Seconds after the last key of a text: its whole window."""
COMES_BACK = 3.0
"""Seconds of a window in which an app comes back to the front."""
FLIES = 3.0
"""Seconds of a window of a fling."""
LOOKS = 0.35
"""Seconds in which a person finds the candidate."""
PICKED = 0.9
"""Seconds of a window of a candidate, at least."""
MOVES = 6
"""Steps of a fling's path."""
PACE = 12.0
"""Seconds between messages, so that an account is not taken for a machine's."""
STEP = 0.004
"""Seconds between the commands of a fling; their own cost comes to it."""
STARTS = 5.0
"""Seconds of a window in which an app starts."""
WATCH = 2.0
"""Seconds of a window of the keyboard's slide, with the trailing frames that the trace needs."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One round."""

    kind: str
    """As in `traces.capture.MARKS`."""
    count: int
    """Interactions."""
    steps: tuple[Step, ...]
    starts: bool = False
    """The round starts the app: it has no process before, and other windows are in front."""
    popups: int = 0
    """Presses of the field that the round measures besides, as pop-ups."""

    @property
    def seconds(self) -> float:
        """About how long it takes at most, on the phone."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class Typing:
    """What was found while the keyboard was up over the app."""

    keys: Keys
    send: tuple[int, int] | None
    """Middle of the send button, px; None: not found."""
    send_by: str
    """In words: how it was found, or that it was not."""
    candidate: tuple[int, int] | None = None
    """Middle of the first candidate of a keyboard that composes pinyin, px; None: it writes letters."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What recipes need to know of phone and app."""

    field: Field
    motion: bool
    """Whether `input` has motionevent."""
    start: str
    """The command that starts the app as its launcher entry does."""
    width: int
    height: int
    """Of the display, px."""
    typing: Typing | None = None
    """Where to type and send, for recipes that do."""

    @property
    def press(self) -> Press:
        """A press of the field."""
        return Press(self.field.x, self.field.y, motion=self.motion)


def hide(setting: Setting, count: int) -> Recipe:
    """Bring the keyboard up, let it rest, put it away with BACK."""
    steps: list[Step] = []
    for number in range(1, count + 1):
        window = (Wait(QUIET), Mark("hide", number), Key(BACK), Wait(WATCH), Mark("hide", 0))
        steps += [BringUp(setting.press), IfShown(number, window), Did(number)]
    return Recipe("hide", count, (*steps, PutAway()))


def come_back(setting: Setting, count: int) -> Recipe:
    """With the keyboard up: to the launcher, a moment of rest, back to the app."""
    steps: list[Step] = []
    for number in range(1, count + 1):
        window = (
            Start(),
            Wait(WATCH),
            Mark("return", number),
            Start(setting.start),
            Wait(COMES_BACK),
            Mark("return", 0),
        )
        steps += [BringUp(setting.press), IfShown(number, window), Did(number)]
    return Recipe("return", count, (*steps, PutAway()))


def launch(setting: Setting, count: int) -> Recipe:
    """From the launcher, with no process of the app: start it once, then press the field."""
    if count != 1:
        raise ValueError("a round holds one cold start: each is another process")
    steps = (
        Wait(QUIET),
        Mark("launch", 1),
        Start(setting.start),
        Wait(STARTS),
        Mark("launch", 0),
        Did(1),
        PutAway(),
        PopUp(setting.press, 1),
        Mark("show", 0),
    )
    return Recipe("launch", 1, steps, starts=True, popups=1)


def type_text(setting: Setting, count: int, seed: str) -> Recipe:
    """Tap `count` keys of the keyboard, each marked, then take the text back."""
    text = latin_text(count)
    steps: list[Step] = []
    for number, (char, (hold, pause)) in enumerate(zip(text, UNHURRIED.times(text, seed), strict=True), 1):
        steps += [Mark("key", number), key_press(setting, char, hold), Wait(pause)]
    window = (Wait(QUIET), *steps, Wait(ANSWERED), Mark("key", 0), Did(count, 1), Key(DEL, count + SPARE))
    return Recipe("key", count, (BringUp(setting.press), IfShown(1, window), PutAway()))


def type_pinyin(setting: Setting, count: int, seed: str) -> Recipe:
    """Tap words of `count` letters or more in pinyin, each word's first candidate, then take all back.

    The keys are marked as such, the taps on candidates as picks.
    """
    assert setting.typing is not None, "the session looks for the keys before it makes the setting"
    assert setting.typing.candidate is not None, "the session refuses a keyboard without candidates"
    steps: list[Step] = []
    keys = signs = 0
    for pick, (word, meaning) in enumerate(pinyin_words(count), 1):
        times = UNHURRIED.times(f"{word} ", f"{seed}/{pick}")
        for char, (hold, pause) in zip(word, times[:-1], strict=True):
            keys += 1
            steps += [Mark("key", keys), key_press(setting, char, hold), Wait(pause)]
        signs += len(meaning)
        hold, pause = times[-1]
        x, y = setting.typing.candidate
        steps += [
            Wait(LOOKS),
            Mark("pick", pick),
            Press(x, y, hold, setting.motion),
            Wait(max(pause, PICKED)),
            Mark("pick", 0),
        ]
    back = Key(DEL, signs + SPARE)
    window = (Wait(QUIET), *steps, Wait(ANSWERED), Mark("key", 0), Did(keys, 1), back)
    return Recipe("key", keys, (BringUp(setting.press), IfShown(1, window), PutAway()))


def scroll(setting: Setting, count: int) -> Recipe:
    """Fling the list to and fro: first with the keyboard down, the second half with it up.

    Each fling is a path of even steps over a third of the list, towards older content first.
    """
    below = -(-count // 2)
    steps: list[Step] = []
    for number in range(1, count + 1):
        shown = number > below
        path = _path(setting, keyboard_up=shown, older=number % 2 == 1)
        window: list[Step] = [
            Wait(QUIET),
            Mark("scroll", number),
            Swipe(path, STEP),
            Wait(FLIES),
            Mark("scroll", 0),
        ]
        if shown:
            steps += [BringUp(setting.press), IfShown(number, tuple(window)), Did(number)]
        else:
            steps += [*window, Did(number)]
    return Recipe("scroll", count, (*steps, PutAway()))


def _path(setting: Setting, *, keyboard_up: bool, older: bool) -> tuple[tuple[int, int], ...]:
    """Return the points of a fling in the middle of what is above the input field or the keyboard."""
    field, height = setting.field, setting.height
    up = (field.ime_height_px or round(0.4 * height)) if keyboard_up else 0
    floor = field.bounds[1] if field.bounds[1] > height / 2 else round(0.85 * height)
    top, bottom = round(0.15 * height), floor - up
    length = (bottom - top) // 3
    first = (top + bottom - length) // 2
    ys = [first + length * step // MOVES for step in range(MOVES + 1)]
    return tuple((setting.width // 2, y) for y in (ys if older else reversed(ys)))


def send(setting: Setting, messages: Sequence[str]) -> Recipe:
    """Type each message on the keyboard's keys and tap send, at a person's pace."""
    steps: list[Step] = []
    for number, text in enumerate(messages, 1):
        window = (
            *_written(setting, text),
            Mark("send", number),
            send_press(setting),
            Wait(WATCH),
            Mark("send", 0),
        )
        steps += [BringUp(setting.press), IfShown(number, window), Did(number), Wait(PACE)]
    return Recipe("send", len(messages), (*steps, PutAway()))


def stream(setting: Setting, messages: Sequence[str], limit: int) -> Recipe:
    """As `send`, and watch each reply until the app has come to rest, `limit` seconds at most."""
    steps: list[Step] = []
    for number, text in enumerate(messages, 1):
        window = (
            *_written(setting, text),
            Mark("send", number),
            send_press(setting),
            Mark("stream", number),
            WaitForRest(setting.field.app_pid, limit=limit),
            Mark("stream", 0),
            Mark("send", 0),
            Waited(number),
        )
        steps += [BringUp(setting.press), IfShown(number, window), Did(number), Wait(PACE)]
    return Recipe("stream", len(messages), (*steps, PutAway()))


def _written(setting: Setting, text: str) -> tuple[Step, ...]:
    """Return the steps that type a message, with a moment of quiet after it."""
    steps: list[Step] = []
    for char, (hold, pause) in zip(text, UNHURRIED.times(text, text), strict=True):
        steps += [key_press(setting, char, hold), Wait(pause)]
    return (*steps, Wait(QUIET))


def send_press(setting: Setting) -> Press:
    """Return a tap on the send button."""
    assert setting.typing is not None, "the session looks for the keys before it makes the setting"
    assert setting.typing.send is not None, "the session refuses where no send button was found"
    x, y = setting.typing.send
    return Press(x, y, motion=setting.motion)


def key_press(setting: Setting, char: str, hold: float) -> Press:
    """Return a press of a key of the keyboard."""
    assert setting.typing is not None, "the session looks for the keys before it makes the setting"
    x, y = setting.typing.keys.at[char]
    return Press(x, y, hold, setting.motion)
