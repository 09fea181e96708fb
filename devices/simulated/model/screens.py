"""What the screens look like as view trees, in px; the same trees decide what a touch hits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.world import Persona, ViewNode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.simulated.model.behaviour import AppBehaviour

Bounds = tuple[int, int, int, int]
ROW_DP = 48
_CHAR_DP = 8
"""Width of a character of a message."""
STRIP_DP, CANDIDATE_DP = 40, 72
"""Height of the candidates' strip, AOSP's config_suggestions_strip_height; width of one candidate."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", " ")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes of the display's parts, px."""

    width: int
    height: int
    dp: float
    status_bar: int
    navigation_bar: int

    @classmethod
    def of(cls, persona: Persona) -> Metrics:
        """Return the metrics of a persona's display."""
        dp = persona.density / 160
        return cls(persona.width, persona.height, dp, int(24 * dp), int(24 * dp))


@dataclass(frozen=True, slots=True)
class ScreenState:
    """What a screen shows."""

    text: str
    messages: Sequence[str]
    focused: bool
    shift: int
    """By how many px the bottom bar stands above its place without keyboard."""


def _node(cls: str, package: str, bounds: Bounds, **more: object) -> ViewNode:
    return ViewNode(f"android.{cls}" if cls.startswith(("widget", "view")) else cls, package, bounds, **more)  # type: ignore[arg-type]


def chat(app: AppBehaviour, state: ScreenState, m: Metrics) -> ViewNode:
    """Return a chat screen: title bar, message list, bottom bar with field and send button."""
    package, ids = app.package, app.ids
    top, bottom = m.status_bar, m.height - m.navigation_bar - state.shift
    title_end, bar = top + int(56 * m.dp), bottom - int(64 * m.dp)
    pad, side = int(8 * m.dp), int(56 * m.dp)
    head = _node(
        "view.ViewGroup",
        package,
        (0, top, m.width, title_end),
        children=(
            _node(
                "widget.ImageButton",
                package,
                (0, top, side, title_end),
                resource_id=f"{package}:id/{ids.back}",
                content_desc="Back",
                clickable=True,
                focusable=True,
            ),
            _node(
                "widget.TextView",
                package,
                (side, top, m.width, title_end),
                resource_id=f"{package}:id/{ids.title}",
                text=app.label,
            ),
        ),
    )
    field = _node(
        "widget.EditText",
        package,
        (pad, bar + pad, m.width - side - pad, bottom - pad),
        resource_id=f"{package}:id/{ids.input}",
        text=state.text or app.hint,
        hint=app.hint,
        clickable=True,
        focusable=True,
        focused=state.focused,
        editable=True,
    )
    send = _node(
        "widget.ImageButton",
        package,
        (m.width - side, bar + pad, m.width - pad, bottom - pad),
        resource_id=f"{package}:id/{ids.send}",
        content_desc="Send",
        clickable=True,
        focusable=True,
        enabled=bool(state.text),
    )
    messages = _node(
        "androidx.recyclerview.widget.RecyclerView",
        package,
        (0, title_end, m.width, bar),
        resource_id=f"{package}:id/{ids.messages}",
        focusable=True,
        children=_rows(package, state.messages, (title_end, bar), m),
    )
    foot = _node("view.ViewGroup", package, (0, bar, m.width, bottom), children=(field, send))
    return _root(package, (head, messages, foot), m)


def search(app: AppBehaviour, state: ScreenState, m: Metrics) -> ViewNode:
    """Return a search screen: a field at the top, results below."""
    package, ids = app.package, app.ids
    top, side = m.status_bar, int(56 * m.dp)
    end = top + int(64 * m.dp)
    back = _node(
        "widget.ImageButton",
        package,
        (0, top, side, end),
        resource_id=f"{package}:id/{ids.back}",
        content_desc="Navigate up",
        clickable=True,
        focusable=True,
    )
    field = _node(
        "widget.EditText",
        package,
        (side, top, m.width, end),
        resource_id=f"{package}:id/{ids.input}",
        text=state.text or app.hint,
        hint=app.hint,
        clickable=True,
        focusable=True,
        focused=state.focused,
        editable=True,
    )
    results = _node(
        "androidx.recyclerview.widget.RecyclerView",
        package,
        (0, end, m.width, m.height - m.navigation_bar - state.shift),
        resource_id=f"{package}:id/{ids.messages}",
        focusable=True,
    )
    return _root(package, (back, field, results), m)


def launcher(package: str, apps: Sequence[tuple[str, str]], m: Metrics) -> ViewNode:
    """Return the launcher with an icon per (package, label)."""
    columns, cell = 4, m.width // 4
    icons = []
    for index, (_, label) in enumerate(apps):
        left, top = index % columns * cell, m.status_bar + int(96 * m.dp) + index // columns * int(110 * m.dp)
        icons.append(
            _node(
                "widget.TextView",
                package,
                (left, top, left + cell, top + int(100 * m.dp)),
                text=label,
                content_desc=label,
                resource_id=f"{package}:id/icon",
                clickable=True,
                focusable=True,
            )
        )
    return _root(package, tuple(icons), m)


def dialog(package: str, message: str, m: Metrics) -> ViewNode:
    """Return a dialog with one button."""
    left, right, middle = int(24 * m.dp), m.width - int(24 * m.dp), m.height // 2
    text = _node(
        "widget.TextView",
        package,
        (left, middle - int(90 * m.dp), right, middle),
        text=message,
        resource_id="android:id/message",
    )
    button = _node(
        "widget.Button",
        package,
        (right - int(120 * m.dp), middle, right, middle + int(56 * m.dp)),
        text="OK",
        resource_id="android:id/button1",
        clickable=True,
        focusable=True,
    )
    return _node(
        "widget.FrameLayout",
        package,
        (left, middle - int(100 * m.dp), right, middle + int(60 * m.dp)),
        children=(text, button),
    )


def not_responding(message: str, m: Metrics) -> ViewNode:
    """Return the system's dialog about an app that hangs (app_anr_dialog.xml): close it, or wait."""
    left, right, middle = int(24 * m.dp), m.width - int(24 * m.dp), m.height // 2
    rows = (
        ("android:id/alertTitle", message, -90),
        ("android:id/aerr_close", "Close app", 0),
        ("android:id/aerr_wait", "Wait", 56),
    )
    children = tuple(
        _node(
            "widget.TextView" if name.endswith("Title") else "widget.Button",
            "android",
            (left, middle + int(top * m.dp), right, middle + int((top + 56) * m.dp)),
            text=text,
            resource_id=name,
            clickable=not name.endswith("Title"),
            focusable=not name.endswith("Title"),
        )
        for name, text, top in rows
    )
    frame = (left, middle - int(100 * m.dp), right, middle + int(120 * m.dp))
    return _node("widget.FrameLayout", "android", frame, children=children)


def keyguard(package: str, m: Metrics) -> ViewNode:
    """Return the lock screen."""
    text = _node(
        "widget.TextView", package, (0, m.height // 4, m.width, m.height // 3), text="Swipe up to unlock"
    )
    return _node("widget.FrameLayout", package, (0, 0, m.width, m.height), children=(text,))


def hit(node: ViewNode, x: float, y: float) -> ViewNode | None:
    """Return the deepest clickable node at a point."""
    left, top, right, bottom = node.bounds
    if not (left <= x < right and top <= y < bottom):
        return None
    for child in reversed(node.children):
        found = hit(child, x, y)
        if found is not None:
            return found
    return node if node.clickable else None


def candidate_at(x: float, y: float, top: int, m: Metrics | None) -> int | None:
    """Return which candidate of the strip stands at a point; None: a key, or no strip (`m` None)."""
    if m is None or y >= top + STRIP_DP * m.dp:
        return None
    return int(x // (CANDIDATE_DP * m.dp))


def key_at(x: float, y: float, top: int, m: Metrics, *, strip: bool = False) -> str:
    """Return what the keyboard's key at a point types: a letter or a space; keys begin below the strip."""
    top += int(STRIP_DP * m.dp) if strip else 0
    height = max(1, m.height - m.navigation_bar - top)
    row = _KEYS[min(len(_KEYS) - 1, max(0, int((y - top) * len(_KEYS) / height)))]
    return row[min(len(row) - 1, max(0, int(x * len(row) / m.width)))]


def keyboard_window(
    package: str, top: int, m: Metrics, *, strip: bool = False, candidates: Sequence[str] = ()
) -> ViewNode:
    """Return the keyboard's window, its keys and candidates named as accessibility names them."""
    window, side, high = top, int(CANDIDATE_DP * m.dp), int(STRIP_DP * m.dp) if strip else 0
    offered = [
        _node(
            "widget.TextView",
            package,
            (at * side, top, (at + 1) * side, top + high),
            text=text,
            clickable=True,
        )
        for at, text in enumerate(candidates)
    ]
    top += high
    row_px = (m.height - m.navigation_bar - top) / len(_KEYS)
    keys = []
    for row, letters in enumerate(_KEYS):
        for place, letter in enumerate(letters):
            bounds = (
                place * m.width // len(letters),
                int(top + row * row_px),
                (place + 1) * m.width // len(letters),
                int(top + (row + 1) * row_px),
            )
            name = "Space" if letter == " " else letter
            keys.append(_node("widget.FrameLayout", package, bounds, content_desc=name, clickable=True))
    below = (*offered, *keys)
    return _node("widget.FrameLayout", package, (0, window, m.width, m.height), children=below)


def _rows(package: str, messages: Sequence[str], span: tuple[int, int], m: Metrics) -> tuple[ViewNode, ...]:
    """Return the last messages that have room, each over as many rows as its text takes."""
    row, top = int(ROW_DP * m.dp), span[0]
    room, shown = max(0, (span[1] - span[0]) // row), []
    for text in reversed(messages):
        lines = min(room, max(1, math.ceil(len(text) * _CHAR_DP * m.dp / m.width)))
        if not lines:
            break
        shown.append((text, lines * row))
        room -= lines
    rows = []
    for text, height in reversed(shown):
        rows.append(_node("widget.TextView", package, (0, top, m.width, top + height), text=text))
        top += height
    return tuple(rows)


def _root(package: str, children: tuple[ViewNode, ...], m: Metrics) -> ViewNode:
    content = _node(
        "widget.FrameLayout",
        package,
        (0, 0, m.width, m.height),
        resource_id="android:id/content",
        children=children,
    )
    return _node("widget.FrameLayout", package, (0, 0, m.width, m.height), children=(content,))
