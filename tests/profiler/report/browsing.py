"""What the tests of the page in a browser share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser import Opened

OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
DRAW_ALL = "dispatchEvent(new Event('beforeprint'))"
Open = Callable[..., Opened]


def shows(strip: Any, text: str) -> None:
    """Bring a strip into view, where it is drawn, and wait for a word in it."""
    strip.scroll_into_view_if_needed()
    strip.get_by_text(text).first.wait_for(timeout=5000)
