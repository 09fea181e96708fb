"""`dumpsys input`: the touch screens that InputReader knows, and which display each is mapped to.

Formats of Android 8 to 16: `mode - direct` up to 11, `mode - DIRECT` since; the viewport as one line
(inputflinger InputReader.cpp, TouchInputMapper.cpp, DisplayViewport.h).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.text.dress import read_text
from traces.text.fields import not_a

_DEVICE = re.compile(r"^  Device (-?[0-9]+): (.*)$")
_MODE = re.compile(r"^ {4}Touch Input Mapper \(mode - (\w+)\):$")
_VIEWPORT = re.compile(r"^ +Viewport(?: (\w+))?: (.*)$")
_RECT = r"=\[(-?[0-9]+), (-?[0-9]+), (-?[0-9]+), (-?[0-9]+)\]"


@dataclass(frozen=True)
class Viewport:
    """The display that a touch screen is mapped to. Sizes in px, as the display is turned."""

    display_id: int
    orientation: int
    """Quarter turns."""
    logical: tuple[int, int] | None
    """Width and height of what apps see; None where not told."""
    physical: tuple[int, int, int, int] | None
    """Where on the device's panel that lies: left, top, right, bottom."""
    device: tuple[int, int] | None
    """Width and height of the panel."""

    @property
    def whole(self) -> bool:
        """Whether what apps see fills the panel, as far as is told."""
        return self.physical is None or self.device is None or self.physical == (0, 0, *self.device)


@dataclass(frozen=True)
class InputDevice:
    """One device of InputReader."""

    id: int
    name: str
    external: bool | None
    touch_mode: str | None
    """In lower case: direct (a touch screen), disabled, pointer ...; None: no touch device."""
    viewport: Viewport | None


def parse_input_devices(data: bytes | str, source: str = "this dumpsys input") -> tuple[InputDevice, ...]:
    """Read the devices of "Input Reader State"; unknown lines are passed over.

    Raises:
        InputFileError: no such section.
    """
    text = read_text(data)
    _, mark, rest = f"\n{text}".partition("\nInput Reader State")
    if not mark:
        raise not_a("the output of dumpsys input", text, source, "Give the output of `dumpsys input`.")
    blocks: list[tuple[int, str, list[str]]] = []
    inside = False
    for line in map(str.rstrip, rest.split("\n")[1:]):
        if line and not line.startswith(" "):
            break
        if head := _DEVICE.match(line):
            blocks.append((int(head[1]), head[2], []))
            inside = True
        elif line.startswith("    ") and inside:
            blocks[-1][2].append(line)
        elif line:
            inside = False  # another part of the section
    return tuple(_device(number, name, lines) for number, name, lines in blocks)


def _device(number: int, name: str, lines: list[str]) -> InputDevice:
    external = mode = viewport = None
    for line in lines:
        if line.startswith("    IsExternal: "):
            external = line.endswith("true")
        elif found := _MODE.match(line):
            mode = found[1].lower()
        elif found := _VIEWPORT.match(line):
            viewport = _viewport(found[2])
    return InputDevice(number, name, external, mode, viewport)


def _viewport(text: str) -> Viewport | None:
    display = re.search(r"\bdisplayId=(-?[0-9]+)", text)
    turned = re.search(r"\borientation=([0-3])\b", text)
    if display is None or turned is None:
        return None
    logical, physical = (re.search(rf"\b{name}Frame{_RECT}", text) for name in ("logical", "physical"))
    panel = re.search(r"\bdeviceSize=\[([0-9]+), ([0-9]+)\]", text)
    frame = None if logical is None else tuple(map(int, logical.groups()))
    return Viewport(
        display_id=int(display[1]),
        orientation=int(turned[1]),
        logical=None if frame is None else (frame[2] - frame[0], frame[3] - frame[1]),
        physical=None
        if physical is None
        else (int(physical[1]), int(physical[2]), int(physical[3]), int(physical[4])),
        device=None if panel is None else (int(panel[1]), int(panel[2])),
    )
