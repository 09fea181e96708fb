"""What a run costs in wall time of the host: for the tool's own speed, never for a metric."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from traces.capture import RoundCapture

PHONE_STEPS = ("script",)
"""Steps of `RoundCapture.host_seconds` in which the phone itself acts and nothing could go faster."""


class Stopwatch:
    """Adds up host seconds by step; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time inside the block, also if it fails."""
        start = self.clock()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self.clock() - start


@dataclass(frozen=True)
class Cost:
    """Host seconds of a whole run."""

    wall: float
    """From the first to the last round."""
    popups: int
    """Captured, the void and the warm-ups too."""
    steps: dict[str, float] = field(default_factory=dict)
    rounds: int = 0
    """Captured, the void and the warm-ups too."""

    @property
    def phone(self) -> float:
        """Seconds in which the phone itself acted."""
        return sum(seconds for name, seconds in self.steps.items() if name in PHONE_STEPS)

    @property
    def overhead_per_popup(self) -> float | None:
        """Seconds per pop-up beyond the phone's own time; None without a pop-up."""
        return (self.wall - self.phone) / self.popups if self.popups else None


def cost_of(captures: Iterable[RoundCapture], wall: float) -> Cost:
    """Add up what the rounds noted."""
    steps: dict[str, float] = {}
    popups = rounds = 0
    for capture in captures:
        rounds += 1
        popups += len(capture.popups)
        for name, seconds in capture.host_seconds.items():
            steps[name] = steps.get(name, 0.0) + seconds
    return Cost(wall, popups, steps, rounds)
