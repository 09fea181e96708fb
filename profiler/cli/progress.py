"""Shows a run's progress: a bar with the time left on a terminal, one line a round elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from profiler.cli.output import note, stderr_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

    from profiler.run.cost import Cost
    from profiler.run.observer import Observer
    from profiler.run.plan import Step
    from traces.capture import PhoneFacts, RoundCapture


@contextmanager
def progress() -> Iterator[Observer]:
    """Yield an observer that shows progress on standard error."""
    if not sys.stderr.isatty():
        yield LineObserver()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr_console(), transient=True) as bar:
        yield BarObserver(bar)


class LineObserver:
    """Plain lines, for logs; `clock` gives host seconds, `say` prints a line."""

    def __init__(
        self, say: Callable[[str], None] = note, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._began = clock()
        self._steps = 0
        self._done = 0

    def started(self, phone: PhoneFacts, steps: int) -> None:
        """Say which phone, and how much there is to do."""
        self._steps = steps
        self._began = self._clock()
        self._say(f"{phone_words(phone)}: {steps} rounds, warm-ups counted in.")

    def note(self, text: str) -> None:
        """Pass it on."""
        self._say(text)

    def attempt(self, step: Step, number: int) -> None:
        """Say nothing: the line comes when it is done."""

    def captured(self, step: Step, capture: RoundCapture, void: tuple[str, ...]) -> None:
        """Say why an attempt is void."""
        if void:
            self._say(void_words(step, capture, void))

    def step_done(self, step: Step, *, valid: bool) -> None:
        """Say how far the run is, and how long it will take."""
        self._done += 1
        left = (self._clock() - self._began) / self._done * (self._steps - self._done)
        state = "" if valid else ", no valid attempt"
        self._say(f"[{self._done}/{self._steps}] {step_words(step)}{state}; about {duration(left)} left")

    def finished(self, cost: Cost) -> None:
        """Say what it cost."""
        self._say(cost_words(cost))


class BarObserver:
    """One bar, with what needs to be read above it."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def started(self, phone: PhoneFacts, steps: int) -> None:
        """Show the bar."""
        self._bar.console.print(phone_words(phone), style="magenta" if phone.simulated else "")
        self._task = self._bar.add_task("starting", total=steps)

    def note(self, text: str) -> None:
        """Print it above the bar."""
        self._bar.console.print(text)

    def attempt(self, step: Step, number: int) -> None:
        """Name the round at hand."""
        if self._task is not None:
            again = "" if number == 1 else f", attempt {number}"
            self._bar.update(self._task, description=step_words(step) + again)

    def captured(self, step: Step, capture: RoundCapture, void: tuple[str, ...]) -> None:
        """Print why an attempt is void."""
        if void:
            self._bar.console.print(void_words(step, capture, void), style="yellow")

    def step_done(self, step: Step, *, valid: bool) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bar.advance(self._task)

    def finished(self, cost: Cost) -> None:
        """Print what it cost."""
        self._bar.console.print(cost_words(cost))


def phone_words(phone: PhoneFacts) -> str:
    """Return the phone in words; a simulated one says so first."""
    words = f"{phone.manufacturer} {phone.model}, Android {phone.android}, {phone.active_hz:g} Hz"
    if not phone.simulated:
        return words
    speed = f" at {phone.simulated_speed:g} times real time" if phone.simulated_speed else ""
    return f"SIMULATED phone{speed} ({words}); nothing here says anything about a real product"


def step_words(step: Step) -> str:
    """Return a round in words."""
    return f"{step.app}, warm-up" if step.round == 0 else f"{step.app}, round {step.round}"


def void_words(step: Step, capture: RoundCapture, void: tuple[str, ...]) -> str:
    """Return a void attempt in words."""
    reasons = list(dict.fromkeys(void))
    more = f" ({len(reasons) - 2} more reasons in the journal)" if len(reasons) > 2 else ""
    return f"{step_words(step)}, attempt {capture.attempt} is void: {'; '.join(reasons[:2])}{more}"


def cost_words(cost: Cost) -> str:
    """Return what a run cost."""
    counted = f"{cost.popups} pop-ups" if cost.popups else f"{cost.rounds} rounds"
    words = f"{counted} in {duration(cost.wall)}"
    if cost.overhead_per_popup is not None:
        words += f"; {cost.overhead_per_popup:.2f} s each beyond the phone's own time"
    slow = sorted(cost.steps.items(), key=lambda item: -item[1])[:4]
    return words + (f" ({', '.join(f'{name} {seconds:.1f} s' for name, seconds in slow)})" if slow else "")


def duration(seconds: float) -> str:
    """Return seconds as people say them."""
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60:02d} s"
