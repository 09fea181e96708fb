"""What the self-test found, and what follows from it for this phone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from profiler.selftest.abilities import Ability, State

if TYPE_CHECKING:
    from profiler.selftest.cost import CpuCost, FrameCost
    from profiler.selftest.noise import Noise
    from profiler.selftest.side_by_side import Agreement
    from traces.capture import PhoneFacts

Words = tuple[str, str]
"""English, Chinese."""


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """How well the phone's clocks can be converted into each other."""

    pairs: int
    error_ms: float
    """Largest change of MONOTONIC against BOOTTIME between neighbouring readings of one trace."""
    dumps_differ_ms: float | None
    """Offset by gfxinfo's Uptime/Realtime line minus that by the trace; the line has whole ms."""


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing that may, or may not, be believed on this phone."""

    holds: bool | None
    """None: it could not be tested."""
    words: Words


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Everything that `silky doctor --deep` found."""

    phone: PhoneFacts
    abilities: tuple[Ability, ...]
    rounds_valid: int
    rounds_void: int
    void_reasons: tuple[str, ...]
    noise: tuple[Noise, ...]
    frame_costs: tuple[FrameCost, ...]
    cpu_costs: tuple[CpuCost, ...]
    clocks: ClockCheck | None
    agreements: tuple[Agreement, ...]
    beliefs: tuple[Belief, ...]
    folder: str
    """Where the captures are kept."""

    def missing(self) -> tuple[str, ...]:
        """Return the keys of what this phone can't give."""
        return tuple(one.key for one in self.abilities if one.state is State.MISSING)

    def exit_code(self) -> int:
        """Return 0 where the slide of a keyboard can be measured and believed here, else 2."""
        return 0 if self.beliefs and self.beliefs[0].holds and self.rounds_valid else 2

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "simulated": self.phone.simulated,
            "phone": asdict(self.phone),
            "abilities": [
                {
                    "key": one.key,
                    "state": one.state.value,
                    "name": one.meaning.name[0],
                    "detail": one.detail[0],
                    "without": one.meaning.without[0],
                }
                for one in self.abilities
            ],
            "missing": self.missing(),
            "rounds": {"valid": self.rounds_valid, "void": self.rounds_void, "reasons": self.void_reasons},
            "noise": [
                {
                    "metric": one.metric,
                    "outcome": one.outcome,
                    "difference": one.comparison.difference,
                    "lower": one.comparison.lower,
                    "upper": one.comparison.upper,
                    "margin": one.comparison.margin,
                    "resolution": one.resolution,
                    "rounds": one.comparison.rounds,
                }
                for one in self.noise
            ],
            "frame_cost": [asdict(one) for one in self.frame_costs],
            "cpu_cost": [asdict(one) for one in self.cpu_costs],
            "clocks": asdict(self.clocks) if self.clocks else None,
            "sources": [asdict(one) for one in self.agreements],
            "beliefs": [{"holds": one.holds, "en": one.words[0], "zh": one.words[1]} for one in self.beliefs],
            "folder": self.folder,
        }
