"""The event kernel: a heap of actions on the phone's BOOTTIME clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[], None]


class Kernel:
    """Runs actions in the order of their times, ties in the order of scheduling.

    Args:
        start_ns: BOOTTIME at the start.
    """

    __slots__ = ("_heap", "_number", "now_ns")

    def __init__(self, start_ns: int) -> None:
        self.now_ns = start_ns
        self._heap: list[tuple[int, int, Action]] = []
        self._number = 0

    def at(self, time_ns: int, action: Action) -> None:
        """Run `action` at this time; a past time means now."""
        self._number += 1
        heapq.heappush(self._heap, (max(time_ns, self.now_ns), self._number, action))

    def after(self, delay_ns: int, action: Action) -> None:
        """Run `action` after a delay."""
        self.at(self.now_ns + delay_ns, action)

    def next_ns(self) -> int | None:
        """Return when the next action is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def run_until(self, time_ns: int) -> None:
        """Run all actions up to and including this time, then set the clock to it."""
        heap = self._heap
        while heap and heap[0][0] <= time_ns:
            self.now_ns, _, action = heapq.heappop(heap)
            action()
        self.now_ns = max(self.now_ns, time_ns)
