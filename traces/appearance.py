"""What of a phone's state decides how things are laid out and coloured, and must be the same for all apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from traces.capture import PhoneState


class Trait(NamedTuple):
    """One thing that must be alike."""

    field: str
    """Name in `PhoneState`."""
    en: str
    zh: str


TRAITS = (
    Trait("theme", "theme", "主题"),
    Trait("font_scale", "font scale", "字体大小"),
    Trait("rotation", "orientation", "屏幕方向"),
    Trait("display_px", "display size", "显示分辨率"),
    Trait("density_dpi", "display density", "显示密度"),
)

_TURNS = {0: "0°", 1: "90°", 2: "180°", 3: "270°"}


def told(state: PhoneState, trait: Trait) -> str | None:
    """Return a trait's value for people; None where the phone did not tell it."""
    value = getattr(state, trait.field)
    if value is None:
        return None
    if trait.field == "rotation":
        return _TURNS.get(value, str(value))
    if trait.field == "display_px":
        return f"{value[0]} x {value[1]} px"
    if trait.field == "density_dpi":
        return f"{value} dpi"
    return f"{value:g}" if isinstance(value, float) else str(value)
