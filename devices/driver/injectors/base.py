"""What a way to touch is, for the rest of the driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from traces.capture import InputFacts

MISSING = "@@silky no touch screen"
"""Printed by a wrapped script instead of being run, when the phone did not take the touch screen in."""


class Injector(Protocol):
    """A way to touch, as what it makes of a script.

    Scripts are written in the words of Android's `input`: `input motionevent DOWN|MOVE|UP X Y`,
    `input tap X Y`, `input keyevent CODE ...`, in px of the display as it is turned. What a way does
    otherwise it does in `wrap`.
    """

    @property
    def name(self) -> str:
        """uinput, uhid, motionevent or tap."""
        ...

    @property
    def presses(self) -> bool:
        """Whether a press has a length: `input motionevent` works."""
        ...

    @property
    def device(self) -> bool:
        """Whether touches come from a device: kernel times in us, through InputReader as a finger's."""
        ...

    @property
    def seconds(self) -> float:
        """What wrapping adds to a script's time at most."""
        ...

    def turned(self, rotation: int) -> Injector:
        """Return the same for a display that is turned by so many quarters."""
        ...

    def wrap(self, script: str) -> str:
        """Return a script that does the same by this way; what it leaves on the phone ends with it."""
        ...


@dataclass(frozen=True, slots=True)
class InputCommand:
    """Android's own `input`, one command an event, all from the one shell that runs the script.

    Its events carry whole milliseconds, and with `tap` DOWN and UP carry the same (reference, section 5).
    """

    presses: bool = True
    """Whether it has motionevent."""
    device: bool = False
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """Return motionevent or tap."""
        return "motionevent" if self.presses else "tap"

    def turned(self, rotation: int) -> InputCommand:
        """Return itself: `input` takes px of the display as it is turned."""
        del rotation
        return self

    def wrap(self, script: str) -> str:
        """Return the script as it is."""
        return script


@dataclass(frozen=True, slots=True)
class Injection:
    """How this phone is touched, and how that was found out."""

    injector: Injector
    """For what is measured."""
    allowed: bool
    """Whether `input` may touch other apps (INJECT_EVENTS)."""
    evidence: tuple[str, ...] = ()
    """What the phone showed, each a sentence."""
    rejected: tuple[tuple[str, str], ...] = ()
    """Better ways that this phone does not allow, and why."""
    spare: tuple[Injector, ...] = ()
    """What else would do, best first."""

    @property
    def helper(self) -> Injector | None:
        """What touches outside measured windows, where plain `input` may not; None: plain `input` does."""
        return self.injector if not self.allowed and self.injector.device else None

    def facts(self) -> InputFacts:
        """Return what the bundle keeps."""
        return InputFacts(self.injector.name, self.evidence, self.rejected)

    def confirmed(self, how: str) -> Injection:
        """Return the same with one more piece of evidence."""
        seen = self.evidence if how in self.evidence else (*self.evidence, how)
        return Injection(self.injector, self.allowed, seen, self.rejected, self.spare)

    def without_first(self, why: str) -> Injection | None:
        """Return what is left when the first way turned out not to work; None: nothing is."""
        if not self.spare:
            return None
        head, *rest = self.spare
        rejected = (*self.rejected, (self.injector.name, why))
        return Injection(head, self.allowed, self.evidence, rejected, tuple(rest))
