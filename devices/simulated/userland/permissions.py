"""What uid shell is refused now: by the kind of phone, and by a vendor's switch that is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

BEHIND_SWITCH = frozenset({"injection", "settings"})
"""What the shell lacks while the vendor's switch is off (MIUI: INJECT_EVENTS, WRITE_SECURE_SETTINGS)."""


def lacking(phone: Phone) -> frozenset[str]:
    """Return which of `world.LACKS` this phone is without at this moment."""
    persona = phone.world.persona
    switch = persona.shell_switch
    if switch is None or phone.world.properties.get(switch, persona.properties.get(switch)) in ("1", "true"):
        return persona.lacks
    return persona.lacks | BEHIND_SWITCH
