"""Who watches a run: told what happens, decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from profiler.run.cost import Cost
    from profiler.run.plan import Step
    from traces.capture import PhoneFacts, RoundCapture


class Observer(Protocol):
    """Told of a run's progress."""

    def started(self, phone: PhoneFacts, steps: int) -> None:
        """Hear that the run begins; `steps` rounds are planned, warm-ups counted in."""

    def note(self, text: str) -> None:
        """Hear something that people should read."""

    def attempt(self, step: Step, number: int) -> None:
        """Hear that an attempt at a round begins."""

    def captured(self, step: Step, capture: RoundCapture, void: tuple[str, ...]) -> None:
        """Hear that an attempt is on the disk; void: it does not count, for these reasons."""

    def step_done(self, step: Step, *, valid: bool) -> None:
        """Hear that there are no more attempts at this round."""

    def finished(self, cost: Cost) -> None:
        """Hear that all rounds are through."""


class SilentObserver:
    """Watches without a word."""

    def started(self, phone: PhoneFacts, steps: int) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def attempt(self, step: Step, number: int) -> None:
        """Say nothing."""

    def captured(self, step: Step, capture: RoundCapture, void: tuple[str, ...]) -> None:
        """Say nothing."""

    def step_done(self, step: Step, *, valid: bool) -> None:
        """Say nothing."""

    def finished(self, cost: Cost) -> None:
        """Say nothing."""
