"""What one phone lets a session do: mark the trace, press for a time, touch by a virtual screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.injectors.base import InputCommand

if TYPE_CHECKING:
    from devices.driver.injectors.base import Injection, Injector

NO_MARKS = (
    "This phone does not let the shell write trace marks: pop-ups are told apart by the inputs in the trace."
)
ONE_TIME = "This phone's `input` has no motionevent: DOWN and UP of a press carry the same time."


@dataclass(frozen=True, slots=True)
class Abilities:
    """What was probed once on this phone."""

    marker: str | None
    motion: bool
    """Whether a press has a length."""
    injection: Injection | None = None
    """How the phone is touched; None: by plain `input`."""

    @property
    def injector(self) -> Injector:
        """What touches in measured rounds."""
        return InputCommand(self.motion) if self.injection is None else self.injection.injector

    def warnings(self, *, traced: bool = True) -> list[str]:
        """Return what the missing abilities mean, where a trace is recorded and where none is."""
        return ([] if self.marker or not traced else [NO_MARKS]) + ([] if self.motion else [ONE_TIME])
