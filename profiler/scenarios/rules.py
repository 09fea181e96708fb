"""What a scenario of one's own must keep to, so that its windows mean what the metrics say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.scenarios.schema import ScenarioFile, StepFile

Place = tuple[int | str, ...]
Mistake = tuple[Place, str]
LEAST_WATCH = 1.0
"""Seconds that a window goes on after its last input, at least."""
_INPUTS = ("tap", "swipe", "key", "type", "type_message", "open")
_NEEDS = {
    "hide": (("key", "tap"), "puts the keyboard away: `key: back`, or a `tap` beside the field"),
    "key": (("type", "type_message"), "types: `type: TEXT`"),
    "send": (("tap",), "taps send: `tap: send`"),
    "stream": (("tap",), "taps send: `tap: send`"),
    "scroll": (("swipe",), "swipes: `swipe: {begin: ..., end: ...}`"),
    "return": (("open",), "comes back: `open: app`"),
    "launch": (("open",), "starts the app: `open: app`"),
}
"""Kind -> steps of which one must stand in `measure`, and what it does."""


@dataclass
class _Walk:
    """The state of phone and text as the steps go on."""

    kind: str
    up: bool = False
    """The keyboard is known to be up."""
    away: bool = False
    """The launcher is in front."""
    written: bool = False
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, at: Place, what: str) -> None:
        self.mistakes.append((at, what))


def mistakes_of(file: ScenarioFile) -> list[Mistake]:
    """Return every mistake that the schema can't see: where, in words."""
    walk = _Walk(file.measures)
    measured = [at for at, step in enumerate(file.steps) if step.name == "measure"]
    popups = [at for at, step in enumerate(file.steps) if step.name == "popup"]
    if file.measures == "show":
        if measured or len(popups) != 1:
            walk.wrong(("steps",), "what measures show has the step `popup` once, and no `measure`")
    elif len(measured) != 1:
        walk.wrong(
            ("steps",), f"has `measure` {len(measured)} times; it stands there once, around the window"
        )
    if popups and file.measures not in ("show", "launch"):
        walk.wrong(("steps", popups[0]), f"`popup` is for what measures show or launch, not {file.measures}")
    if (file.app == "stopped") != (file.measures == "launch"):
        walk.wrong(("app",), "`app: stopped` belongs to what measures launch, and to nothing else")
    if file.measures == "launch" and file.repeat != 1:
        walk.wrong(("repeat",), "a round holds one start of the app: `repeat: 1`")
    if sum(step.name == "type_message" for step in every_step(file.steps)) > 1:
        walk.wrong(("steps",), "has `type_message` more than once; a repetition sends one message")
    walk.away = file.app == "stopped"
    for at, step in enumerate(file.steps):
        _step(walk, step, ("steps", at))
    if walk.away:
        walk.wrong(("steps", len(file.steps) - 1), "ends outside the app: `open: app` brings it back")
    return walk.mistakes


def _step(walk: _Walk, step: StepFile, at: Place, *, inside: bool = False) -> None:
    name = step.name
    if name == "measure":
        _measure(walk, step, at, inside=inside)
    elif name == "keyboard":
        if inside:
            walk.wrong(at, "`keyboard` asks the phone: not within `measure`, which it would disturb")
        walk.up = step.keyboard == "up"
    elif name == "popup":
        if inside:
            walk.wrong(at, "`popup` has a window of its own: not within `measure`")
        if walk.up:
            walk.wrong(at, "the keyboard is up before `popup`: `keyboard: down` puts it away")
    elif name == "open":
        if step.open == "launcher":
            walk.up, walk.away = False, True
        else:
            walk.away = False
    elif walk.away and name in _INPUTS:
        walk.wrong(at, f"`{name}` while the launcher is in front: `open: app` brings the app back")
    else:
        _input(walk, step, at)


def _input(walk: _Walk, step: StepFile, at: Place) -> None:
    name = step.name
    if name in ("type", "type_message"):
        if not walk.up:
            walk.wrong(at, f"`{name}` needs the keyboard: `keyboard: up` before it")
        walk.written = True
    elif name == "key" and step.key == "back":
        if not walk.up:
            walk.wrong(at, "`key: back` leaves the app where the keyboard is down: `keyboard: up` before it")
        walk.up = False
    elif name == "key" and not walk.up:
        walk.wrong(at, f"`key: {step.key}` needs the keyboard: `keyboard: up` before it")
    elif step.tap == "send":
        if not walk.written:
            walk.wrong(at, "nothing was written before `tap: send`: `type_message` before it")
        walk.written = False
    elif step.tap == "field":
        walk.up = True


def _measure(walk: _Walk, step: StepFile, at: Place, *, inside: bool) -> None:
    assert step.measure is not None
    if inside:
        walk.wrong(at, "`measure` within `measure`")
        return
    steps = step.measure
    for number, one in enumerate(steps):
        _step(walk, one, (*at, "measure", number), inside=True)
    wanted, does = _NEEDS.get(walk.kind, ((), ""))
    fitting = [one for one in steps if one.name in wanted and _fits(walk.kind, one)]
    if wanted and not fitting:
        walk.wrong(at, f"a window that measures {walk.kind} {does}")
    if _watched(steps) < LEAST_WATCH:
        walk.wrong(at, f"ends less than {LEAST_WATCH:g} s after its last input: `wait` at its end")


def _fits(kind: str, step: StepFile) -> bool:
    if kind in ("send", "stream"):
        return step.tap == "send"
    if kind in ("return", "launch"):
        return step.open == "app"
    if kind == "hide" and step.name == "key":
        return step.key == "back"
    return step.tap != "send" if kind == "hide" else True


def _watched(steps: Sequence[StepFile]) -> float:
    """Return for how long a window goes on after its last input, in seconds."""
    seconds = 0.0
    for one in reversed(steps):
        if one.name in _INPUTS:
            break
        seconds += one.wait or (one.wait_for_rest.quiet if one.wait_for_rest else 0.0)
    return seconds


def every_step(steps: Sequence[StepFile]) -> Iterator[StepFile]:
    """Yield all steps, those within `measure` too."""
    for one in steps:
        yield one
        yield from one.measure or ()
