"""The moments that a phone's face can see, counted; whoever waits for one is told when it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Watch:
    where: str
    left: int
    pattern: re.Pattern[str]
    act: Callable[[], None]


class Steps:
    """Told of shells, programs, touches, transfers and connections; calls those that wait for them."""

    def __init__(self) -> None:
        self._watches: list[_Watch] = []
        self._cut: tuple[int, Callable[[], None]] | None = None
        self.garble: Callable[[bytes], bytes] | None = None
        """What the output of the next shell with output goes through."""
        self.delay_ns = 0
        """How much longer each program takes."""

    def watch(self, where: str, nth: int, pattern: str, act: Callable[[], None]) -> None:
        """Call `act` at the n-th of these from now whose text holds the pattern."""
        self._watches.append(_Watch(where, nth, re.compile(pattern), act))

    def happened(self, where: str, text: str = "") -> None:
        """Hear of a shell, command, touch, pull, push or connect."""
        due = []
        for watch in self._watches:
            if watch.where == where and watch.pattern.search(text):
                watch.left -= 1
                if watch.left == 0:
                    due.append(watch)
        self._watches = [watch for watch in self._watches if watch.left > 0]
        for watch in due:
            watch.act()

    def cut(self, at_byte: int, act: Callable[[], None]) -> None:
        """Call `act` once so many bytes of the transfer that has just begun are through."""
        self._cut = (at_byte, act)

    def take_cut(self) -> tuple[int, Callable[[], None]] | None:
        """Return where the transfer that begins now is cut, if anywhere."""
        cut, self._cut = self._cut, None
        return cut

    def take_garble(self) -> Callable[[bytes], bytes] | None:
        """Return what spoils this output, if anything does; only one output is."""
        garble, self.garble = self.garble, None
        return garble

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._watches.clear()
        self._cut = self.garble = None
        self.delay_ns = 0
