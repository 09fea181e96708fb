"""`dumpsys display` and `dumpsys SurfaceFlinger --displays`: panel modes, the active one, the render rate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.fields import not_a, number

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class DisplayMode:
    """One mode of a panel.

    Attributes:
        id: its number in this dump (DisplayManager and SurfaceFlinger number differently).
        width, height: px.
        fps: rate that apps see, Hz.
        vsync: panel rate, Hz; equals `fps` where the dump has only one.
    """

    id: int
    width: int
    height: int
    fps: float
    vsync: float

    @property
    def period_ns(self) -> int:
        """The panel's vsync period in ns."""
        return round(1e9 / self.vsync)


@dataclass(frozen=True, slots=True)
class DisplayState:
    """One display.

    Attributes:
        name: e.g. "Built-in Screen".
        unique_id: e.g. `local:4619827535830457088`; "" where not printed.
        internal: whether it is the phone's own panel.
        width, height: px, as used now (may be scaled below the mode's).
        modes: all its modes.
        active_mode_id, default_mode_id: ids in `modes`; the default None where not printed.
        render_frame_rate: Hz that the platform renders at, may be below the panel's; None where not printed.
        on: whether its state is ON; None where not printed.
        density_dpi: logical density; None where not printed.
        rotation: 0 to 3, quarter turns; None where not printed.
    """

    name: str
    unique_id: str
    internal: bool
    width: int
    height: int
    modes: tuple[DisplayMode, ...]
    active_mode_id: int
    default_mode_id: int | None
    render_frame_rate: float | None
    on: bool | None
    density_dpi: int | None
    rotation: int | None

    @property
    def active_mode(self) -> DisplayMode | None:
        """The mode in use; None where the list lacks it."""
        return next((mode for mode in self.modes if mode.id == self.active_mode_id), None)

    @property
    def periods_ns(self) -> tuple[int, ...]:
        """Vsync periods that the panel can run at, ns, longest first, without repeats."""
        return tuple(sorted({mode.period_ns for mode in self.modes}, reverse=True))


_MODE = re.compile(
    r"\{id=([0-9]{1,9}), width=([0-9]{1,6}), height=([0-9]{1,6}), fps=([0-9.]+)(?:, vsync=([0-9.]+))?"
)
_SF_MODE = re.compile(
    r"\{id=([0-9]{1,9}), hwcId=[0-9]+, (?:resolution=([0-9]{1,6})x([0-9]{1,6}), )"
    r"(?:refreshRate|vsyncRate)=([0-9.]+) ?Hz"
)
_SF_HEADING = re.compile(r"^Display [0-9]+ \(([^\n]*)\)\s*$", re.MULTILINE)
_SF_ACTIVE = re.compile(r"activeModeId=([0-9]{1,9})|activeMode=(?:[0-9.]+ ?Hz \()?\{id=([0-9]{1,9})")
_BRACE = re.compile(r"[{}]")
_ROTATION = re.compile(r"\brotation ([0-3])\b")


def parse_display(data: bytes | str, source: str = "this display dump") -> tuple[DisplayState, ...]:
    """Read `dumpsys display`, an excerpt of it, or SurfaceFlinger's displays.

    Returns:
        The displays, DisplayDeviceInfo before DisplayInfo before SurfaceFlinger: the first form present.

    Raises:
        InputFileError: no display with modes stands in it.
    """
    text = read_text(data)
    device = [_device(body) for body in _bodies(text, "DisplayDeviceInfo{")]
    logical = [_logical(body) for body in _bodies(text, "DisplayInfo{")]
    for form in (device, logical, _surfaceflinger(text)):
        # a dump says the same display twice (base and override, say): the later one is what holds now
        displays = {(shown.unique_id, shown.name): shown for shown in form if shown is not None}
        if displays:
            return tuple(displays.values())
    raise not_a("a display dump with modes", text, source, "Give the output of `dumpsys display`.")


def main_display(displays: tuple[DisplayState, ...], source: str = "this display dump") -> DisplayState:
    """Return the phone's own panel: the internal display that is on, else the first internal one.

    Raises:
        InputFileError: no display is internal.
    """
    internal = [display for display in displays if display.internal]
    if not internal:
        raise InputFileError(
            f"{source} has no internal display.", next_step="Give the output of `dumpsys display` of a phone."
        )
    return next((display for display in internal if display.on), internal[0])


def _bodies(text: str, opening: str) -> Iterator[str]:
    """Yield what stands between the opening and its closing brace; nothing inside is read twice."""
    start = text.find(opening)
    while start >= 0:
        end = start + len(opening)
        if start == 0 or not text[start - 1].isalnum():
            body = _body(text, end)
            yield body
            end += len(body)
        start = text.find(opening, end)


def _body(text: str, start: int) -> str:
    depth = 1
    for found in _BRACE.finditer(text, start):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return text[start : found.start()]
    return text[start:]


def _modes(body: str, opening: str) -> tuple[DisplayMode, ...]:
    part = body[body.find(opening) :]
    modes = []
    for found in _MODE.finditer(part):
        fps = _hz(found[4])
        vsync = _hz(found[5]) or fps
        if fps and vsync:
            modes.append(DisplayMode(int(found[1]), int(found[2]), int(found[3]), fps, vsync))
    return tuple(modes)


def _hz(text: str | None) -> float | None:
    """Return a rate that a panel can have, or None."""
    rate = number(text)
    return rate if rate is not None and 1 <= rate <= 1000 else None


def _whole(pattern: str, body: str) -> int | None:
    found = re.search(pattern, body)
    return int(found[1]) if found else None


def _on(body: str) -> bool | None:
    found = re.search(r"(?:, |^)state (\w+)", body)
    return found[1] == "ON" if found else None


def _device(body: str) -> DisplayState | None:
    size = re.search(r", ([0-9]{1,6}) x ([0-9]{1,6}), modeId ([0-9]{1,9})", body)
    modes = _modes(body, "supportedModes [")
    if size is None or not modes:
        return None
    render = re.search(r"renderFrameRate ([0-9.]+)", body)
    return DisplayState(
        name=_name(body),
        unique_id=_unique_id(body),
        internal=re.search(r"type (?:INTERNAL|BUILT_IN)\b|touch INTERNAL\b", body) is not None,
        width=int(size[1]),
        height=int(size[2]),
        modes=modes,
        active_mode_id=int(size[3]),
        default_mode_id=_whole(r"defaultModeId ([0-9]{1,9})", body),
        render_frame_rate=_hz(render[1].rstrip(".")) if render else None,
        on=_on(body),
        density_dpi=_whole(r", density ([0-9]{1,5}),", body),
        rotation=_whole(_ROTATION.pattern, body),
    )


def _logical(body: str) -> DisplayState | None:
    size = re.search(r", real ([0-9]{1,6}) x ([0-9]{1,6})", body)
    active = _whole(r", mode(?:Id)? ([0-9]{1,9})", body)
    modes = _modes(body, "modes [")
    if size is None or active is None or not modes:
        return None
    render = re.search(r"renderFrameRate ([0-9.]+)", body)
    return DisplayState(
        name=_name(body),
        unique_id=_unique_id(body),
        internal=re.search(r"type (?:INTERNAL|BUILT_IN)\b", body) is not None,
        width=int(size[1]),
        height=int(size[2]),
        modes=modes,
        active_mode_id=active,
        default_mode_id=_whole(r"defaultMode(?:Id)? ([0-9]{1,9})", body),
        render_frame_rate=_hz(render[1].rstrip(".")) if render else None,
        on=_on(body),
        density_dpi=_whole(r", density ([0-9]{1,5}) ", body),
        rotation=_whole(_ROTATION.pattern, body),
    )


def _name(body: str) -> str:
    found = re.match(r'"([^"\n]*)"', body)
    return found[1] if found else ""


def _unique_id(body: str) -> str:
    found = re.search(r'uniqueId[= ]"([^"\n]*)"', body)
    return found[1] if found else ""


def _surfaceflinger(text: str) -> list[DisplayState | None]:
    headings = list(_SF_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)] * bool(headings)
    return [
        _sf_display(heading[1], text[heading.end() : end])
        for heading, end in zip(headings, ends, strict=True)
    ]


def _sf_display(heading: str, body: str) -> DisplayState | None:
    active = _SF_ACTIVE.search(body)
    modes = []
    for found in _SF_MODE.finditer(body):
        fps = _hz(found[4])
        if fps:
            modes.append(DisplayMode(int(found[1]), int(found[2]), int(found[3]), fps, fps))
    if active is None or not modes:
        return None
    active_id = int(active[1] or active[2])
    now = next((mode for mode in modes if mode.id == active_id), modes[0])
    power = re.search(r"powerMode=(\w+)", body)
    name = re.search(r'"([^"]*)"', heading)
    return DisplayState(
        name=name[1] if name else "",
        unique_id="",
        internal=heading.startswith("internal"),
        width=now.width,
        height=now.height,
        modes=tuple(modes),
        active_mode_id=active_id,
        default_mode_id=_whole(r"defaultModeId=([0-9]{1,9})", body),
        render_frame_rate=None,
        on=power[1] == "On" if power else None,
        density_dpi=None,
        rotation=None,
    )
