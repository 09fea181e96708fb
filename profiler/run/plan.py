"""Who is measured when: rounds interleaved and rotated, so that a warming phone is fair to all."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devices.profiles import AppProfile
    from profiler.scenarios import Scenario
    from traces.capture import ComplaintPlan

WARM_UP = 0
"""Number of the round that is captured and kept, but not scored."""
UNDECIDED = "cannot tell"
"""What a verdict says while a run that is looked at has to go on."""


@dataclass(frozen=True, slots=True)
class Step:
    """One round of one app."""

    app: str
    round: int


@dataclass(frozen=True, slots=True)
class RunPlan:
    """All that is decided before the first round."""

    scenario: Scenario
    profiles: tuple[AppProfile, ...]
    """The measured apps, the reference among them, in the order of the first round."""
    rounds: int
    popups: int
    complaint: ComplaintPlan | None = None
    commands: tuple[str, ...] = ()
    attempts: int = 3
    """At most so many attempts per round."""
    ime: str | None = None
    refresh_hz: float | None = None

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        """The apps of each scored round."""
        return rotation([profile.name for profile in self.profiles], self.rounds)

    def steps(self) -> Iterator[Step]:
        """Yield one warm-up per app, then all rounds."""
        for profile in self.profiles:
            yield Step(profile.name, WARM_UP)
        for number, apps in enumerate(self.order, 1):
            for app in apps:
                yield Step(app, number)

    def profile(self, app: str) -> AppProfile:
        """Return the profile of that name."""
        return next(profile for profile in self.profiles if profile.name == app)


def rotation(apps: Sequence[str], rounds: int) -> tuple[tuple[str, ...], ...]:
    """Return the apps of each round: A B C D, B C D A, ..."""
    return tuple(tuple(apps[(i + r) % len(apps)] for i in range(len(apps))) for r in range(rounds))


def shuffled(profiles: Sequence[AppProfile], seed: int | None) -> tuple[AppProfile, ...]:
    """Return the profiles in a drawn order, the same for the same seed; None: as given."""
    drawn = list(profiles)
    if seed is not None:
        random.Random(seed).shuffle(drawn)
    return tuple(drawn)


def check_apps(names: Sequence[str]) -> None:
    """Refuse an empty list and names given twice.

    Raises:
        UsageError: names what is wrong.
    """
    if not names:
        raise UsageError(
            "No app is named.", next_step="Name at least one with --app; `silky apps` lists them."
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{twice[0]} is named twice.", next_step="Name every app once.")
