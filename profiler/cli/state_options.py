"""Options about the phone's state, which all commands that measure share; they arrive as one `StateWish`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.state.holding import DeviceOptions

HELD_KEYS = ("stay-awake", "heads-up", "dnd", "rotation", "brightness", "battery-saver")
"""Keys of `devices.driver.state.held.HELD`, without importing it."""
FILTERS = ("speed-profile", "speed", "verify")


@dataclass(frozen=True, slots=True)
class StateWish:
    """What was asked about the phone's state."""

    leave: tuple[str, ...] = ()
    cool_down: float = 10.0
    """Minutes."""
    thermal_limit: int = 2
    compile: str | None = None

    def options(self) -> DeviceOptions:
        """Return it as the driver takes it."""
        from devices.driver.state.cooling import ThermalGate
        from devices.driver.state.holding import DeviceOptions

        gate = ThermalGate(limit=self.thermal_limit, patience_s=round(self.cool_down * 60))
        return DeviceOptions(leave=frozenset(self.leave), gate=gate, compile=self.compile)


_OPTIONS = (
    click.option(
        "--leave",
        type=click.Choice(HELD_KEYS),
        multiple=True,
        help="Leave this as it is on the phone (default: all are set for the run, and put back).",
    ),
    click.option(
        "--cool-down",
        type=click.FloatRange(0, 120),
        default=10.0,
        show_default=True,
        metavar="MINUTES",
        help="Wait so long at most for a hot phone to cool down; 0: don't wait, hot rounds are void.",
    ),
    click.option(
        "--thermal-limit",
        type=click.IntRange(1, 2),
        default=2,
        show_default=True,
        help="The thermal status from which on to wait: 1 light, 2 moderate.",
    ),
    click.option(
        "--compile",
        "compile_filter",
        type=click.Choice(FILTERS),
        help="Compile the measured apps alike for the run (minutes), then back (default: as they are).",
    ),
)


def device_state(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command; it gets them as `state`."""

    @functools.wraps(function)
    def packed(
        *args: Any,
        leave: tuple[str, ...],
        cool_down: float,
        thermal_limit: int,
        compile_filter: str | None,
        **more: Any,
    ) -> Any:
        state = StateWish(leave, cool_down, thermal_limit, compile_filter)
        return function(*args, state=state, **more)

    made: Callable[..., Any] = packed
    for option in reversed(_OPTIONS):
        made = option(made)
    return made
