"""Pieces that scenarios are made of: each renders lines of the script that runs on the phone.

No step waits for the host. A script reads like this: steps without a mark bring the phone to where an
interaction begins; `Mark(kind, k)`, the interaction itself and a `Wait` are its window; `Mark(kind, 0)` ends
it. Afterwards `Did(k)` tells the host how injections went. What `Did` and `IfShown` print is read by
`read_steps`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from devices.driver.screen.keyboard import BACK, SHOWN
from devices.driver.script import popup_script
from devices.driver.script.popup_script import NOTHING, PopupTiming, Reading
from traces.capture import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMAND_SECONDS = 0.3
"""What one command on the phone may cost at most; only deadlines are made of it."""
BACK_KEY = 4
HOME = "am start -a android.intent.action.MAIN -c android.intent.category.HOME"
_DID = re.compile(r"^@@silky did (\d+) (\d+)$")
_UNMET = re.compile(r"^@@silky unmet (\d+)$")


class Step(Protocol):
    """One thing that is done on the phone."""

    @property
    def seconds(self) -> float:
        """About how long it takes at most, on the phone."""

    def lines(self, marker: str | None) -> list[str]:
        """Return lines of POSIX sh; `marker` is the path of trace_marker, None: no marks are written.

        An injection that fails sets `e` to 1.
        """


@dataclass(frozen=True, slots=True)
class Wait:
    """Sleep on the phone; nothing else runs."""

    seconds: float

    def lines(self, marker: str | None) -> list[str]:
        """Return the line."""
        del marker
        return [f"sleep {self.seconds:g}"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Begin interaction `number` of a kind in the trace; 0 ends the one before."""

    kind: str
    number: int
    seconds: float = 0.0

    def lines(self, marker: str | None) -> list[str]:
        """Return the line."""
        return popup_script.mark(marker, MARKS[self.kind], self.number)


@dataclass(frozen=True, slots=True)
class Press:
    """Press a point and lift after `hold` seconds; `motion` False: `input tap`, which holds for no time."""

    x: int
    y: int
    hold: float = 0.07
    motion: bool = True

    @property
    def seconds(self) -> float:
        """The hold, and two commands."""
        return self.hold + 2 * COMMAND_SECONDS

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        if not self.motion:
            return [f"input tap {self.x} {self.y} || e=1"]
        return [
            f"input motionevent DOWN {self.x} {self.y} || e=1",
            f"sleep {self.hold:.3g}",
            f"input motionevent UP {self.x} {self.y} || e=1",
        ]


@dataclass(frozen=True, slots=True)
class Key:
    """Press a key of the phone, not of its keyboard, `times` times."""

    code: int
    times: int = 1

    @property
    def seconds(self) -> float:
        """One command that injects them all."""
        return COMMAND_SECONDS + 0.1 * self.times

    def lines(self, marker: str | None) -> list[str]:
        """Return the line."""
        del marker
        return ["input keyevent" + f" {self.code}" * self.times + " || e=1"]


@dataclass(frozen=True, slots=True)
class Start:
    """Start an activity by an `am` command; what it prints is thrown away, errors are not."""

    command: str = HOME
    """The launcher, if nothing else is said."""
    seconds: float = COMMAND_SECONDS

    def lines(self, marker: str | None) -> list[str]:
        """Return the line."""
        del marker
        return [f"{self.command} > /dev/null || e=1"]


@dataclass(frozen=True, slots=True)
class Swipe:
    """Move a finger through points at even steps: DOWN at the first, MOVEs, UP at the last.

    The commands' own cost adds to each step: how fast it really was stands in the trace.
    """

    points: tuple[tuple[int, int], ...]
    every: float

    @property
    def seconds(self) -> float:
        """All of its steps."""
        return len(self.points) * (self.every + COMMAND_SECONDS)

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        (x, y), *rest = self.points
        made = [f"input motionevent DOWN {x} {y} || e=1"]
        for x, y in rest:
            made += [f"sleep {self.every:.3g}", f"input motionevent MOVE {x} {y} || e=1"]
        return [*made, f"input motionevent UP {x} {y} || e=1"]


@dataclass(frozen=True, slots=True)
class BringUp:
    """Press the field and wait until the keyboard is at rest, if it is not up."""

    press: Press
    rest: float = 1.4

    @property
    def seconds(self) -> float:
        """The question, the press, the wait."""
        return COMMAND_SECONDS + self.press.seconds + self.rest

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        return [f"if {SHOWN}; then :; else", *self.press.lines(marker), f"sleep {self.rest:g}", "fi"]


@dataclass(frozen=True, slots=True)
class PutAway:
    """Back, but only if the keyboard is up, so that the app is never left; wait until it has gone."""

    rest: float = 0.9

    @property
    def seconds(self) -> float:
        """At most, with all questions."""
        return self.rest + 3.0

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        return [
            f"if {SHOWN}; then {BACK}; fi",
            f"for i in 1 2 3 4 5 6 7 8 9 10; do if {SHOWN}; then sleep 0.2; else break; fi; done",
            f"sleep {self.rest:g}",
        ]


@dataclass(frozen=True, slots=True)
class WaitForRest:
    """Wait until the app has been at rest for `quiet` seconds, at most `limit`; nothing else runs.

    At rest is an app that used less than `busy_ticks` of CPU time in a second, by /proc/PID/stat, which the
    shell reads by itself, once a second: the app is not asked, and does not notice. A cursor that
    blinks is rest; an app that draws without pause never rests. Where the file can't be read, the limit is
    waited for. `Waited` tells afterwards how it ended.

    Where a ring of frames is all that the phone has, `reading` reads it each second: it keeps two seconds.
    """

    pid: int | None
    quiet: int = 8
    limit: int = 45
    busy_ticks: int = 4
    """Of 10 ms: a frame or two of a cursor cost one."""
    reading: Reading = NOTHING
    """What is read each second of it."""

    @property
    def seconds(self) -> float:
        """At most."""
        return self.limit * (1.05 + (COMMAND_SECONDS if self.reading.during else 0))

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines; `Waited` tells afterwards how it ended."""
        del marker
        if self.pid is None:
            return ["q=0", f"w={self.limit}", *self.reading.watch(self.limit)]
        return [
            "b=0; q=0; w=0",
            f"while [ $w -lt {self.limit} ] && [ $q -lt {self.quiet} ]; do",
            "sleep 1",
            *self.reading.during,
            "w=$((w+1)); s=",
            f"read -r s 2>/dev/null < /proc/{self.pid}/stat",
            "set -- ${s##*) }",
            # user and system time; a file that could not be read counts as busy
            f"if [ $# -ge 13 ]; then n=$((${{12}}+${{13}})); else n=$((b+{self.busy_ticks})); fi",
            f"if [ $((n-b)) -lt {self.busy_ticks} ]; then q=$((q+1)); else q=0; fi",
            "b=$n",
            "done",
        ]


@dataclass(frozen=True, slots=True)
class Waited:
    """Tell how the last `WaitForRest` ended; outside every window."""

    number: int
    seconds: float = 0.0

    def lines(self, marker: str | None) -> list[str]:
        """Return the line."""
        del marker
        return [f'echo "@@silky waited {self.number} $w $q"']


@dataclass(frozen=True, slots=True)
class PopUp:
    """One measured pop-up, as in the scenario of that name; read by `popup_script.read_output`."""

    press: Press
    number: int
    reading: Reading = NOTHING

    @property
    def seconds(self) -> float:
        """All of it."""
        return PopupTiming().total

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        where = popup_script.Press(self.press.x, self.press.y, self.press.motion)
        return popup_script.popup(where, self.number, marker, PopupTiming(), self.reading)


@dataclass(frozen=True, slots=True)
class IfShown:
    """Do `steps` only while the keyboard is up; else tell that interaction `number` could not begin."""

    number: int
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """The question and the steps."""
        return COMMAND_SECONDS + sum(step.seconds for step in self.steps)

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        inside = [line for step in self.steps for line in step.lines(marker)]
        return [f"if {SHOWN}; then", *inside, "else", f"echo '@@silky unmet {self.number}'", "fi"]


@dataclass(frozen=True, slots=True)
class Did:
    """Tell how the injections since the last `Did` went; outside every window."""

    number: int
    since: int | None = None
    """The first of several that are told together; None: `number` alone."""
    seconds: float = 0.0

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        first = self.number if self.since is None else self.since
        told = [f'echo "@@silky did {number} $e"' for number in range(first, self.number + 1)]
        return [*told, "e=0"]


@dataclass(frozen=True, slots=True)
class Run:
    """Run lines of the shell outside every window."""

    script: tuple[str, ...]
    seconds: float = 10 * COMMAND_SECONDS

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        return list(self.script)


@dataclass(frozen=True, slots=True)
class Watch:
    """Let a window pass, and read what the phone would overwrite meanwhile."""

    seconds: float
    reading: Reading

    def lines(self, marker: str | None) -> list[str]:
        """Return the lines."""
        del marker
        return self.reading.watch(self.seconds)


def with_readings(steps: Iterable[Step], reading: Reading) -> tuple[Step, ...]:
    """Return the steps with what is read within the windows of interactions, and whenever one has ended."""
    if reading == NOTHING:
        return tuple(steps)
    made: list[Step] = []
    inside = False
    for step in steps:
        if isinstance(step, IfShown):
            made.append(replace(step, steps=with_readings(step.steps, reading)))
        elif isinstance(step, PopUp | WaitForRest):
            made.append(replace(step, reading=reading))
        elif isinstance(step, Wait) and inside and step.seconds > 1:
            made.append(Watch(step.seconds, reading))
        else:
            made.append(step)
        if isinstance(step, Mark):
            inside = step.number > 0
        if isinstance(step, Mark) and step.number == 0:
            made.append(Run(reading.after))
    return tuple(made)


def render(steps: Iterable[Step], marker: str | None) -> str:
    """Return the whole script."""
    lines = [line for step in steps for line in step.lines(marker)]
    return "\n".join(["e=0", *lines, "echo '@@silky end'"]) + "\n"


@dataclass(frozen=True, slots=True)
class StepsOutput:
    """What a script of steps printed, read; numbers are those of interactions."""

    done: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    """Some injection failed."""
    unmet: tuple[int, ...] = ()
    """Could not begin, as the keyboard was not up."""
    finished: bool = False

    def void_reasons(self, kind: str, planned: int) -> list[str]:
        """Return why a round of `planned` interactions of a kind is void, each a sentence."""
        found = [f"The keyboard was not up before {kind} {number}." for number in self.unmet]
        found += [f"The phone refused an input of {kind} {number}." for number in self.refused]
        if len(self.done) != planned or not self.finished:
            found.append(f"Only {len(self.done)} of {planned} interactions ({kind}) were made.")
        return found


def read_steps(text: str) -> StepsOutput:
    """Read what a script of steps printed, also when it was cut short; never raises."""
    done: dict[int, int] = {}
    unmet = []
    lines = text.splitlines()
    for line in lines:
        if found := _DID.match(line):
            done[int(found[1])] = int(found[2])
        elif found := _UNMET.match(line):
            unmet.append(int(found[1]))
    refused = tuple(number for number, code in sorted(done.items()) if code)
    return StepsOutput(tuple(sorted(done)), refused, tuple(sorted(set(unmet))), "@@silky end" in lines)
