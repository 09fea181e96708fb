"""Whom a late frame or a cause lies with, as `LateFrame.driver` and `Diagnosis.driver` spell it."""

from __future__ import annotations

MAIN = "app main thread"
RENDER = "app RenderThread"
INSETS = "app insets thread"
KEYBOARD = "keyboard"
SYSTEM = "system"
COMPOSITOR = "SurfaceFlinger"
UNKNOWN = "unknown"

SURE, LIKELY, POSSIBLE = "sure", "likely", "possible"
