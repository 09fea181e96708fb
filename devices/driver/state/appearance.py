"""How everything on the phone is laid out and coloured: theme, font scale, display size and density."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = {
    "night": "cmd uimode night",
    "night_setting": "settings get secure ui_night_mode",
    "font_scale": "settings get system font_scale",
    "wm_size": "wm size",
    "wm_density": "wm density",
}

_NIGHT = re.compile(r"Night mode: (\w+)")
_MODES = {"yes": "dark", "no": "light", "auto": "auto"}
_SETTING = {"0": "auto", "1": "light", "2": "dark", "3": "custom"}
"""UiModeManager.MODE_NIGHT_*, as the secure setting holds them."""
_SIZE = re.compile(r"(?:Override|Physical) size: (\d{1,5})x(\d{1,5})")
_DENSITY = re.compile(r"(?:Override|Physical) density: (\d{1,5})")


class Appearance(NamedTuple):
    """What stands in `PhoneState` of it; None where the phone did not tell."""

    theme: str | None
    font_scale: float | None
    display_px: tuple[int, int] | None
    density_dpi: int | None


def appearance(text: Mapping[str, str]) -> Appearance:
    """Read the answers to `COMMANDS`.

    An override of size or density is printed after the physical one, and is what holds.
    """
    sizes = _SIZE.findall(text["wm_size"])
    densities = _DENSITY.findall(text["wm_density"])
    return Appearance(
        theme=_theme(text["night"], text["night_setting"].strip()),
        font_scale=_scale(text["font_scale"].strip()),
        display_px=(int(sizes[-1][0]), int(sizes[-1][1])) if sizes else None,
        density_dpi=int(densities[-1]) if densities else None,
    )


def _theme(said: str, setting: str) -> str | None:
    """Return dark, light, auto (by the time of day) or custom; before Android 10 only the setting tells."""
    found = _NIGHT.search(said)
    if found is not None and found[1] != "unknown":
        return _MODES.get(found[1], "custom")
    return _SETTING.get(setting)


def _scale(text: str) -> float | None:
    if text == "null":  # never set on this phone: that means 1
        return 1.0
    try:
        scale = float(text)
    except ValueError:
        return None
    return scale if 0.1 <= scale <= 10 else None
