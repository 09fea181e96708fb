"""Faults by chance: the same seed draws the same faults at the same steps."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from devices.simulated.faults.plan import KINDS, PlannedFault, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

_VALUES: dict[str, Sequence[float]] = {
    "trace-truncated": (0.0, 0.2, 0.5, 0.8, 0.95, 0.999),
    "slow-shell": (0.1, 0.4, 1.0),
    "shell-garbage": (0, 1, 2),
    "clock-jump": (-86_400, -3_600, -7, 5, 3_600, 31_536_000),
    "thermal": (2, 3, 4),
    "refresh-rate": (60,),
    "adb-fight": (2, 3),
}
_SECONDS: dict[str, tuple[float, float]] = {
    "unplug": (2, 40),
    "reboot": (20, 60),
    "anr": (8, 25),
    "keyboard-switch": (5, 40),
    "screen-off": (5, 40),
    "lock": (5, 40),
    "storage-full": (5, 40),
    "no-perfetto": (2, 20),
    "perfetto-busy": (2, 20),
    "perfetto-refused": (2, 20),
    "slow-shell": (5, 40),
    "thermal": (10, 60),
    "refresh-rate": (5, 40),
}
"""How long, phone seconds; kinds that are not here are over at once."""


class RandomFaults:
    """An endless row of faults.

    Args:
        seed: of the draws.
        kinds: what may happen; all, if none is named.
        every_s: mean phone seconds between the end of one fault and the moment the next one is waited for.
    """

    def __init__(self, seed: int, kinds: Sequence[str] = (), every_s: float = 60.0) -> None:
        self._random = random.Random(f"faults/{seed}")
        self._kinds = tuple(kinds) or tuple(KINDS)
        self._every_s = every_s

    def gap_s(self) -> float:
        """Return the phone seconds until the next fault is waited for."""
        return self._random.expovariate(1.0 / self._every_s)

    def draw(self) -> PlannedFault:
        """Return the next fault."""
        rng = self._random
        kind = rng.choice(self._kinds)
        value = rng.choice(_VALUES[kind]) if kind in _VALUES else None
        length = round(rng.uniform(*_SECONDS[kind]), 1) if kind in _SECONDS else None
        wheres: tuple[Where, ...] = ("time", "shell", "command", "touch", "touch", "pull")
        where = rng.choice(wheres)
        if where == "pull":
            return PlannedFault(
                kind, where, nth=1, at_byte=rng.randrange(1, 200_000), value=value, for_s=length
            )
        after = round(rng.uniform(0.0, 3.0), 3) if where in ("touch", "time") else 0.0
        most = {"shell": 15, "command": 40, "touch": 3, "time": 1}[where]
        return PlannedFault(kind, where, nth=rng.randint(1, most), after_s=after, value=value, for_s=length)
