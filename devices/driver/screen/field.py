"""Where an app's input field is at rest, and what the keyboard looked like when it was tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """The input field of one app, found with uiautomator2, pressed later without it.

    Coordinates are px of the display in its present rotation.
    """

    package: str
    """The app's package on this phone."""
    x: int
    y: int
    bounds: tuple[int, int, int, int]
    """left, top, right, bottom."""
    found_by: str
    """The selector that matched, in words."""
    app_pid: int | None
    focused_window: str | None
    ime_id: str | None
    ime_height_px: int | None
    """Height of the keyboard over this app, from the insets while it was up; None: the phone did not tell."""
    input_type: int | None = None
    """`EditorInfo.inputType` of the field, from the keyboard's own dump; None: it did not tell."""
    chat_rows: int | None = None
    """Texts in the chat's list; None: no list was found."""
