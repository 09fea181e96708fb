"""What the rules look at, and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.analysis.popup import Window
    from profiler.analysis.results import Value
    from profiler.causes.late import Step
    from profiler.causes.path import Frames
    from profiler.causes.phases import Way


@dataclass(frozen=True)
class Facts:
    """One pop-up."""

    frames: Frames
    window: Window
    way: Way
    steps: tuple[Step, ...]
    metrics: dict[str, Value]
    """As measured."""
    thermal_status: int | None
    """The hotter of the round's two readings, None where the phone did not tell."""

    @property
    def period_ms(self) -> float:
        """The vsync period at the slide's end."""
        motion = self.window.motion
        at = motion.last_ns if motion is not None else self.window.begin_ns
        return self.frames.scene.periods.one(at) / 1e6


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found; findings of one cause and driver become one diagnosis."""

    cause: str
    sure: str
    driver: str
    cost_ms: float | None
    en: str
    zh: str
    missed: int = 0
    """Vsyncs of the slide that it cost."""


def ms(value: float) -> str:
    """Return a duration as reports write it."""
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def names(slices: tuple[tuple[str, float], ...] | list[tuple[str, float]], most: int = 2) -> str:
    """Return the longest slices with their own times."""
    return ", ".join(f"{name[:60]} {ms(length)}" for name, length in slices[:most] if length >= 0.5)
