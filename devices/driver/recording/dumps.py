"""Frames as gfxinfo and SurfaceFlinger keep them: emptied before, read after.

Both rings are short (120 frames a window, 127 a layer): after a round they hold its last second or two. The
dumps themselves cost time: gfxinfo's on the app's own threads, so it is never read within a measured window;
`--latency` in SurfaceFlinger alone, so on phones that have no better source it is read each second of one, or
the frames of an app that draws without pause would be gone before the window ends.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.driver.script.popup_script import Reading
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

    def and_then(self, later: Dumps) -> Dumps:
        """Return both, the texts of each ring on end."""
        layers = dict.fromkeys((*self.latency, *later.latency))
        return Dumps(
            self.framestats + later.framestats,
            later.layers or self.layers,
            {name: self.latency.get(name, "") + later.latency.get(name, "") for name in layers},
        )

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


_DUMP = "@@silky dump"
_UNSEEN = "animation-leash|ActivityRecord|InputSink|Bounds for|Background for|Splash Screen"


def dump_lines(package: str, sdk: int) -> tuple[str, ...]:
    """Return lines of POSIX sh that print both rings of an app, for `DumpReader`.

    The layers are listed anew each time: one that comes back has another number. From Android 15 on a line of
    the list is `RequestedLayerState{NAME#ID parentId=...}`.
    """
    ask = f"dumpsys gfxinfo {package} framestats"
    return (
        # Android 16 was seen to print no rows at the first call
        *((f"{ask} > /dev/null",) if sdk >= 36 else ()),
        f"echo '{_DUMP} framestats'",
        ask,
        *latency_lines(package),
    )


def ring_reading(package: str, sdk: int) -> Reading:
    """Return what is read where rings are all that the phone has."""
    return Reading(dump_lines(package, sdk), latency_lines(package))


def latency_lines(package: str) -> tuple[str, ...]:
    """Return the lines that print SurfaceFlinger's ring of an app's layers alone."""
    cuts = (" parentId=", " relativeParentId=", " mirrorId", " !handle", " handle", " z=", " layerStack=")
    return (
        f"echo '{_DUMP} between'",
        f"dumpsys SurfaceFlinger --list | grep -F '{package}' | grep -vE '{_UNSEEN}' | cut -d'}}' -f1 |",
        "while read -r l; do",
        "l=${l#RequestedLayerState?}",
        *(f'l="${{l%%{cut}*}}"' for cut in cuts),
        f'echo "{_DUMP} latency $l"',
        'dumpsys SurfaceFlinger --latency "$l" < /dev/null',
        "done",
        f"echo '{_DUMP} end'",
    )


@dataclass(slots=True)
class DumpReader:
    """Takes the dumps out of what a script prints, line by line."""

    _framestats: list[str] = field(default_factory=list)
    _latency: dict[str, list[str]] = field(default_factory=dict)
    _into: list[str] | None = None

    def takes(self, line: str) -> bool:
        """Take a line that belongs to a dump; False: it does not."""
        if line.startswith(_DUMP):
            what = line.removeprefix(_DUMP).strip()
            if what == "framestats":
                self._into = self._framestats
            elif what.startswith("latency "):
                self._into = self._latency.setdefault(what.removeprefix("latency "), [])
            else:
                self._into = [] if what == "between" else None
            return True
        if self._into is None:
            return False
        self._into.append(line)
        return True

    def dumps(self) -> Dumps:
        """Return what was taken."""
        text = {name: "".join(f"{line}\n" for line in lines) for name, lines in self._latency.items()}
        return Dumps("".join(f"{line}\n" for line in self._framestats), "", text)
