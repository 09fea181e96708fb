"""Shows several phones at once: a bar each on a terminal, lines with the phone's name elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from profiler.cli.output import note, stderr_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.progress import Progress, TaskID

    from profiler.cli.fleet.crew import Ending, View

_WORDS = {0: "done", 1: "done: reproduced", 2: "no conclusion", 3: "usage error", 4: "failed"}


@contextmanager
def fleet_view(names: Mapping[str, str]) -> Iterator[View]:
    """Yield what shows the phones on standard error.

    Args:
        names: key -> what to call a phone here: its serial, because whoever stands before them knows that.
    """
    if not sys.stderr.isatty():
        yield Lines(names)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.fields[who]}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", table_column=None),
    )
    with Progress(*columns, console=stderr_console(), transient=True) as bar:
        yield Bars(names, bar)


class Lines:
    """Plain lines, for logs."""

    def __init__(self, names: Mapping[str, str], say: Callable[[str], None] = note) -> None:
        self._names = names
        self._say = say

    def event(self, key: str, event: Mapping[str, Any]) -> None:
        """Say what a phone's process says."""
        if event.get("event") == "line":
            for line in str(event["text"]).splitlines():
                self._say(f"{self._names[key]}: {line}")

    def ended(self, key: str, ending: Ending) -> None:
        """Say how it ended, and what to do about it."""
        self._say(f"{self._names[key]}: {ended_words(ending)}")

    def note(self, text: str) -> None:
        """Say it."""
        self._say(text)


class Bars:
    """A bar for each phone, with what needs to be read above them."""

    def __init__(self, names: Mapping[str, str], bar: Progress) -> None:
        self._names = names
        self._bar = bar
        self._tasks: dict[str, TaskID] = {
            key: bar.add_task("starting", total=None, who=name) for key, name in names.items()
        }

    def event(self, key: str, event: Mapping[str, Any]) -> None:
        """Move the phone's bar, or print its sentence."""
        kind, task = event.get("event"), self._tasks[key]
        if kind == "total":
            self._bar.update(task, total=event["steps"])
        elif kind == "doing":
            self._bar.update(task, description=str(event["text"]))
        elif kind == "step":
            self._bar.update(task, completed=event["done"])
        elif kind == "line" and not event.get("quiet"):
            self._bar.console.print(f"{self._names[key]}: {event['text']}", markup=False)

    def ended(self, key: str, ending: Ending) -> None:
        """Say how it ended."""
        self._bar.update(self._tasks[key], description=_WORDS.get(ending.code, "ended"))
        self._bar.stop_task(self._tasks[key])
        if ending.what:
            self._bar.console.print(f"{self._names[key]}: {ended_words(ending)}", markup=False, style="red")

    def note(self, text: str) -> None:
        """Print it above the bars."""
        self._bar.console.print(text, markup=False)


def ended_words(ending: Ending) -> str:
    """Return how a phone ended."""
    if not ending.what:
        return _WORDS.get(ending.code, f"ended with {ending.code}")
    return f"{ending.what} {ending.next_step}".strip()
