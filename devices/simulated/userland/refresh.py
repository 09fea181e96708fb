"""Which panel mode the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.world import World

_KEYS = frozenset({"peak_refresh_rate", "min_refresh_rate", "user_refresh_rate", "refresh_rate_mode"})


def _rate(text: str | None) -> float | None:
    try:
        return float(text) if text not in (None, "", "null") else None
    except ValueError:
        return None


def wanted_rate(world: World) -> float:
    """Return the refresh rate in Hz that the settings allow at most, and at least ask for.

    The highest mode up to `peak_refresh_rate`, but never below `min_refresh_rate`
    (frameworks/base DisplayModeDirector: the setting's range votes).
    """
    table = world.settings.get("system", {})
    peak = _rate(table.get("peak_refresh_rate"))
    least = _rate(table.get("min_refresh_rate")) or 0.0
    rates = sorted({mode.refresh_hz for mode in world.persona.modes})
    allowed = [rate for rate in rates if peak is None or rate <= max(peak, least) + 0.5]
    return allowed[-1] if allowed else rates[0]


def apply_refresh_settings(world: World, key: str) -> None:
    """Switch the panel if a setting of the refresh rate was changed."""
    if key in _KEYS:
        world.request_mode(wanted_rate(world))
