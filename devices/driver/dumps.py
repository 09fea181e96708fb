"""Frames as gfxinfo and SurfaceFlinger keep them: emptied before, read after, never within a measured window.

Both rings are short (120 frames a window, 127 a layer): after a round they hold its last second or two. The
dumps themselves cost time on the app's RenderThread and in SurfaceFlinger.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.capture import FRAMESTATS_FILE, LATENCY_FILE, LAYERS_FILE
from traces.errors import InputFileError
from traces.text.layers import app_layers, keyboard_layers, parse_layer_list

if TYPE_CHECKING:
    from pathlib import Path

    from devices.driver.phone import Phone


@dataclass(frozen=True, slots=True)
class Dumps:
    """What was read; texts as the phone printed them."""

    framestats: str
    layers: str
    latency: dict[str, str]
    """By layer: those on which the app may draw, and the keyboard's window."""

    def write(self, folder: Path) -> tuple[str, ...]:
        """Keep them in a folder; return the files' names."""
        (folder / FRAMESTATS_FILE).write_text(self.framestats, encoding="utf-8")
        (folder / LAYERS_FILE).write_text(self.layers, encoding="utf-8")
        text = json.dumps(self.latency, indent=1, ensure_ascii=False)
        (folder / LATENCY_FILE).write_text(text + "\n", encoding="utf-8")
        return FRAMESTATS_FILE, LAYERS_FILE, LATENCY_FILE


def empty_rings(phone: Phone, package: str) -> None:
    """Forget the frames up to now."""
    phone.shell(f"dumpsys gfxinfo {package} reset >/dev/null; dumpsys SurfaceFlinger --latency-clear")


def read_dumps(phone: Phone, package: str) -> Dumps:
    """Read both rings of an app; what the phone refuses is an empty text."""
    # Android 16 was seen to print no rows at the first call
    ask = f"dumpsys gfxinfo {package} framestats"
    framestats = phone.shell(f"{ask} >/dev/null; {ask}").text
    layers = phone.shell("dumpsys SurfaceFlinger --list").text
    return Dumps(framestats, layers, {name: _latency(phone, name) for name in _wanted(layers, package)})


def _wanted(layers: str, package: str) -> list[str]:
    try:
        listed = parse_layer_list(layers)
    except InputFileError:
        return []
    return list(
        dict.fromkeys(layer.name for layer in (*app_layers(listed, package), *keyboard_layers(listed)))
    )


def _latency(phone: Phone, name: str) -> str:
    return phone.shell(f"dumpsys SurfaceFlinger --latency {shlex.quote(name)}").text
