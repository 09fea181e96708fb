"""A scenario that somebody wrote in YAML, made of the same steps as those of silky. docs/scenarios.md."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from devices.driver.script import steps as parts
from devices.driver.script.recipes import ANSWERED, DEL, PACE, QUIET, SPARE, Recipe, key_press, send_press
from devices.driver.script.typist import UNHURRIED
from profiler.scenarios.others import RecipeScenario, Turn
from traces.errors import InputFileError
from traces.yaml_file import check_text, line_of, mistakes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devices.driver.screen.field import Field
    from devices.driver.script.recipes import Setting
    from devices.driver.script.steps import Step
    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from profiler.scenarios.schema import PointFile, ScenarioFile, StepFile, SwipeFile

WHAT = "a scenario"
NEXT = "docs/scenarios.md names all steps, with an example; `silky scenarios check FILE` tells mistakes only."
_KEYS = {"back": parts.BACK_KEY, "delete": DEL, "enter": 66}


@dataclass(frozen=True)
class OwnScenario(RecipeScenario):
    """A scenario from a file."""

    text: str = ""
    """The file as it was read: it goes into the bundle."""


def own_folder() -> Path:
    """Return where people's own are: `$SILKY_SCENARIOS`, else `$XDG_CONFIG_HOME/silky/scenarios`."""
    named = os.environ.get("SILKY_SCENARIOS", "")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base else Path.home() / ".config") / "silky" / "scenarios"


def own_files() -> dict[str, Path]:
    """Return name -> file of the scenarios in that folder."""
    folder = own_folder()
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if folder.is_dir() else []
    return {path.stem: path for path in found}


def read_scenario(path: Path) -> OwnScenario:
    """Read and check a file.

    Raises:
        InputFileError: it can't be read, is no YAML, or has mistakes; all are named with their lines.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no UTF-8 text ({error})"
        raise InputFileError(f"{path} can't be read: {why}.", next_step="Check the path.") from error
    return parse_scenario(text, str(path))


def parse_scenario(text: str, source: str) -> OwnScenario:
    """Return the scenario of a text; `source` is where it came from, for people.

    Raises:
        InputFileError: as `read_scenario`.
    """
    from profiler.scenarios.others import OTHERS  # noqa: PLC0415
    from profiler.scenarios.rules import mistakes_of  # noqa: PLC0415
    from profiler.scenarios.schema import ScenarioFile  # noqa: PLC0415  pydantic: 0.05 s, only with a file

    file, data = check_text(text, source, ScenarioFile, what=WHAT, next_step=NEXT)
    wrong = [(line_of(data, place), what) for place, what in mistakes_of(file)]
    if file.name in ("keyboard-popup", *(one.name for one in OTHERS)):
        wrong.append((line_of(data, ("name",)), f"silky has a scenario '{file.name}' of its own"))
    if wrong:
        raise mistakes_in(WHAT, [f"{source}:{line}: {what}" for line, what in sorted(wrong)], next_step=NEXT)
    return _scenario(file, text)


def _scenario(file: ScenarioFile, text: str) -> OwnScenario:
    from profiler.scenarios.rules import every_step  # noqa: PLC0415

    everything = list(every_step(file.steps))
    sends = any(step.tap == "send" for step in everything)
    types = any(step.name in ("type", "type_message") for step in everything)
    return OwnScenario(
        name=file.name,
        words=" ".join(file.words.split()),
        kind=file.measures,
        popups=file.repeat,
        complaint=None,
        recipe=lambda setting, turn: recipe_of(file, setting, turn),
        ready=_ready(file, sends=sends, types=types),
        most=1 if file.measures == "launch" else None,
        min_sdk=file.min_sdk,
        sends=sends,
        text=text,
    )


def _ready(file: ScenarioFile, *, sends: bool, types: bool) -> Callable[[Session, AppProfile], Field]:
    if file.app == "stopped":
        return lambda session, profile: session.prepare_stopped(profile)
    if sends:
        return lambda session, profile: session.prepare_sending(profile)
    if types:
        return lambda session, profile: session.prepare_typing(profile)
    return lambda session, profile: session.prepare(profile)


def recipe_of(file: ScenarioFile, setting: Setting, turn: Turn) -> Recipe:
    """Return what is done in one attempt at a round."""
    maker = _Maker(file, setting, turn)
    made: list[Step] = []
    for number in range(1, turn.count + 1):
        made += maker.repetition(number)
    popups = maker.popups
    if file.measures == "show":
        made.append(parts.Mark("show", 0))
    made.append(parts.PutAway())
    count = 0 if file.measures == "show" else maker.measured
    return Recipe(file.measures, count, tuple(made), starts=file.app == "stopped", popups=popups)


class _Maker:
    """Makes steps of the phone out of those of a file."""

    def __init__(self, file: ScenarioFile, setting: Setting, turn: Turn) -> None:
        self._file = file
        self._setting = setting
        self._turn = turn
        self._messages = iter(turn.messages if self._types_messages() else ())
        self.measured = 0
        """Interactions so far."""
        self.popups = 0
        self._left = 0
        """Characters that stand in the field, not sent."""
        self._sent = False

    def _types_messages(self) -> bool:
        from profiler.scenarios.rules import every_step  # noqa: PLC0415

        return any(step.name == "type_message" for step in every_step(self._file.steps))

    def repetition(self, number: int) -> list[Step]:
        """Return the steps of one repetition; those that need the keyboard are left out where it is down."""
        self._sent = False
        before = self.measured
        made = self._all(self._file.steps, number)
        if self.measured > before:
            made.append(parts.Did(self.measured, before + 1))
        if self._left:
            made += [parts.Key(DEL, self._left + SPARE)]
            self._left = 0
        return [*made, parts.Wait(PACE)] if self._sent else made

    def _all(self, steps: Sequence[StepFile], number: int) -> list[Step]:
        made: list[Step] = []
        for at, step in enumerate(steps):
            if step.keyboard == "up":
                first = self.measured + 1
                rest = self._all(steps[at + 1 :], number)
                guarded = parts.IfShown(min(first, max(self.measured, 1)), tuple(rest))
                return [*made, parts.BringUp(self._setting.press), guarded]
            made += self._one(step, number)
        return made

    def _one(self, step: StepFile, number: int) -> list[Step]:
        if step.measure is not None:
            return self._window(step.measure, number)
        if step.popup:
            self.popups += 1
            return [parts.PopUp(self._setting.press, self.popups)]
        if step.keyboard == "down":
            return [parts.PutAway()]
        return self._plain(step, number)

    def _plain(self, step: StepFile, number: int) -> list[Step]:
        """Return the steps of what may stand anywhere."""
        if step.type is not None or step.type_message:
            return self._typed(self._text(step), number, marked=False)
        if step.wait is not None:
            return [parts.Wait(step.wait)]
        if step.tap is not None:
            return [self._tap(step.tap)]
        if step.swipe is not None:
            return [self._swipe(step.swipe)]
        return [self._other(step)]

    def _other(self, step: StepFile) -> Step:
        if step.key is not None:
            return parts.Key(_KEYS[step.key])
        if step.open is not None:
            return parts.Start() if step.open == "launcher" else parts.Start(self._setting.start)
        assert step.wait_for_rest is not None, "the schema lets no other step through"
        limit = self._turn.options.reply_limit_s or step.wait_for_rest.limit
        quiet = min(step.wait_for_rest.quiet, limit - 1)
        return parts.WaitForRest(self._setting.field.app_pid, quiet, limit)

    def _text(self, step: StepFile) -> str:
        return step.type if step.type is not None else next(self._messages)

    def _tap(self, where: str | PointFile) -> Step:
        if where == "send":
            self._left, self._sent = 0, True
            return send_press(self._setting)
        if isinstance(where, str):
            return self._setting.press
        return parts.Press(*self._point(where.x, where.y), motion=self._setting.motion)

    def _swipe(self, swipe: SwipeFile) -> Step:
        begin = self._point(swipe.begin.x, swipe.begin.y)
        end = self._point(swipe.end.x, swipe.end.y)
        n = swipe.moves
        points = tuple(
            (begin[0] + (end[0] - begin[0]) * k // n, begin[1] + (end[1] - begin[1]) * k // n)
            for k in range(n + 1)
        )
        return parts.Swipe(points, swipe.every)

    def _point(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self._setting.width), round(y * self._setting.height)

    def _typed(self, text: str, number: int, *, marked: bool) -> list[Step]:
        made: list[Step] = []
        self._left += len(text)
        times = UNHURRIED.times(text, f"{self._turn.number}/{number}")
        for char, (hold, pause) in zip(text, times, strict=True):
            if marked:
                self.measured += 1
                made.append(parts.Mark("key", self.measured))
            made += [key_press(self._setting, char, hold), parts.Wait(pause)]
        return made

    def _window(self, steps: Sequence[StepFile], number: int) -> list[Step]:
        """Return the marked window, after a moment of quiet."""
        kind = self._file.measures
        if kind != "key":
            self.measured += 1
        outer = "send" if kind == "stream" else kind
        made: list[Step] = [parts.Wait(QUIET)]
        if kind != "key":
            made.append(parts.Mark(outer, self.measured))
        for step in steps:
            if kind == "key" and step.name in ("type", "type_message"):
                made += self._typed(self._text(step), number, marked=True)
            else:
                made += self._plain(step, number)
            if kind == "stream" and step.tap == "send":
                made.append(parts.Mark("stream", self.measured))
        if kind == "key":
            made.append(parts.Wait(ANSWERED))
        if kind == "stream":
            made.append(parts.Mark("stream", 0))
        return [*made, parts.Mark(outer, 0)]
