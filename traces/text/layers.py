"""`dumpsys SurfaceFlinger --list`: layer names of all versions, and which of them holds an app's buffers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from traces.errors import InputFileError
from traces.text.dress import read_text


class LayerKind(StrEnum):
    """What a layer is, by its name."""

    WINDOW = "window"
    """A window's buffer layer: `com.pkg/com.pkg.Act#123`, `StatusBar#87`, `VRI-...#5`."""
    CONTAINER = "container"
    """A window container: the same name behind a hash; it has no buffers."""
    SURFACE_VIEW = "surface-view"
    """`SurfaceView[...]#n` (12+: container, always zeros) or `SurfaceView - ...#n` (to 11: buffers)."""
    SURFACE_VIEW_BUFFERS = "surface-view-buffers"
    """`SurfaceView[...](BLAST)#n`: the buffers of Flutter, video, games on 12+."""
    SURFACE_VIEW_BACKGROUND = "surface-view-background"
    KEYBOARD = "keyboard"
    """`InputMethod#n`: the keyboard's own buffers; they don't advance while it slides."""
    KEYBOARD_LEASH = "keyboard-leash"
    """The leash that moves the keyboard: `... InputMethod ... animation-leash of insets_animation#n`."""
    LEASH = "leash"
    ACTIVITY_RECORD = "activity-record"
    INPUT_SINK = "input-sink"
    BOUNDS = "bounds"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of `--list`.

    Attributes:
        name: what `--latency` wants, with `#id`.
        id: the number behind the last `#`: SurfaceFlinger's sequence number on 13+, a counter of equal names
            before; None if there is none.
        title: the name without hash prefix, `VRI-` and `#id`.
        kind: what it is.
        parent_id: 15+ only.
    """

    name: str
    id: int | None
    title: str
    kind: LayerKind
    parent_id: int | None


LONGEST_LINE = 4096
"""No line about a layer is longer."""
_REQUESTED = re.compile(
    r"RequestedLayerState\{(.*?#[0-9]{1,18})"
    r"(?=\}$| (?:parentId|relativeParentId|mirrorId|mirrorIds|!handle|handle|z|layerStack)\b)(.*)\}$"
)
_DUMPED = re.compile(r"[+*] \w*Layer\w* \((.+)\)(?: uid=[0-9]+)?$")
_PARENT = re.compile(r" parentId=([0-9]{1,18})")
_ID = re.compile(r"#([0-9]{1,18})$")
_HASH = re.compile(r"^[0-9a-f]{3,8} (?=\S)")
_VENDOR_TAIL = re.compile(r"@[0-9]{1,9}$")
"""What some vendors put behind a window's name."""
_COMPONENT = re.compile(r"(?<![\w.])([A-Za-z][\w.]*)/([\w.$]+)")


def parse_layer_list(data: bytes | str, source: str = "this layer list") -> tuple[Layer, ...]:
    """Read `--list` of any version, or the layer headings of a full `dumpsys SurfaceFlinger`.

    Bare names (to 14), `RequestedLayerState{...}` (15+), or `+ BufferStateLayer (...)` headings.

    Raises:
        InputFileError: no line names a layer.
    """
    lines = [line.strip() for line in read_text(data).split("\n") if len(line) <= LONGEST_LINE]
    requested = [_REQUESTED.fullmatch(line) for line in lines]
    dumped = [_DUMPED.fullmatch(line) for line in lines]
    if any(requested):
        layers = [_layer(found[1], found[2]) for found in requested if found]
    elif any(dumped):
        layers = [_layer(found[1], "") for found in dumped if found]
    else:
        layers = [_layer(line, "") for line in lines if _ID.search(line)]
    if not layers:
        raise InputFileError(
            f"{source} names no layer.", next_step="Give the output of `dumpsys SurfaceFlinger --list`."
        )
    return tuple(layers)


def layer_of_name(name: str) -> Layer:
    """Return what a full layer name says, wherever it was met: FrameTimeline puts `TX - ` before it."""
    return _layer(name.removeprefix("TX - "), "")


def _layer(name: str, behind: str) -> Layer:
    number = _ID.search(name)
    parent = _PARENT.search(behind)
    bare = name[: number.start()] if number else name
    title = _VENDOR_TAIL.sub("", _HASH.sub("", bare).removeprefix("VRI-"))
    return Layer(
        name=name,
        id=int(number[1]) if number else None,
        title=title,
        kind=_kind(bare, title),
        parent_id=int(parent[1]) if parent else None,
    )


def _kind(bare: str, title: str) -> LayerKind:
    hashed = _HASH.match(bare) is not None
    rules = (
        ("animation-leash of insets_animation" in bare and "InputMethod" in bare, LayerKind.KEYBOARD_LEASH),
        ("animation-leash" in bare or bare.startswith("Leash"), LayerKind.LEASH),
        ("ActivityRecordInputSink" in bare, LayerKind.INPUT_SINK),
        (title.startswith("ActivityRecord{"), LayerKind.ACTIVITY_RECORD),
        (title.startswith("Bounds for "), LayerKind.BOUNDS),
        (title.startswith("Background for "), LayerKind.SURFACE_VIEW_BACKGROUND),
        (title.startswith("SurfaceView") and "(BLAST)" in title, LayerKind.SURFACE_VIEW_BUFFERS),
        (title.startswith("SurfaceView"), LayerKind.SURFACE_VIEW),
        (title == "InputMethod" and not hashed, LayerKind.KEYBOARD),
        (hashed, LayerKind.CONTAINER),
        (_COMPONENT.fullmatch(title) is not None or bare.startswith("VRI-"), LayerKind.WINDOW),
    )
    return next((kind for holds, kind in rules if holds), LayerKind.OTHER)


def _belongs(layer: Layer, package: str, activity: str | None) -> bool:
    for found in _COMPONENT.finditer(layer.title):
        if found[1] != package:
            continue
        if activity is None:
            return True
        full = found[2] if not found[2].startswith(".") else package + found[2]
        if full == (activity if not activity.startswith(".") else package + activity):
            return True
    return False


def app_layers(layers: tuple[Layer, ...], package: str, activity: str | None = None) -> tuple[Layer, ...]:
    """Return the layers that may hold an app's buffers, the likeliest first.

    The window's own layer first, then its SurfaceViews: the (BLAST) ones, and those without it only where
    there is no (BLAST) one (to Android 11). An app may draw into either (Flutter changes at run time): which
    one moved is decided by `--latency`, not by name.

    Args:
        layers: what `parse_layer_list` gave.
        package: the app's package, matched whole.
        activity: narrows it to one activity; full name or `.Name`.
    """
    own = [layer for layer in layers if _belongs(layer, package, activity)]
    windows = [layer for layer in own if layer.kind is LayerKind.WINDOW]
    blast = [layer for layer in own if layer.kind is LayerKind.SURFACE_VIEW_BUFFERS]
    plain = [layer for layer in own if layer.kind is LayerKind.SURFACE_VIEW]
    return (*windows, *(blast or plain))


def keyboard_layers(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Return the keyboard's buffer layer(s)."""
    return tuple(layer for layer in layers if layer.kind is LayerKind.KEYBOARD)


def keyboard_leashes(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Return the leash(es) that move the keyboard; there are some only while a control target exists."""
    return tuple(layer for layer in layers if layer.kind is LayerKind.KEYBOARD_LEASH)
