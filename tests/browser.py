"""A headless Chromium of this machine, for pages that are opened from a file.

Import the fixture `chromium` where it is needed. Without a Chromium its tests are skipped; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # needed as root, and the page is our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Return the path of a Chromium; the variable SILKY_CHROMIUM goes first."""
    named = os.environ.get("SILKY_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running headless browser (playwright's `Browser`), for one module.

    While it runs, playwright's event loop counts as running in this thread, and no test may call `asyncio.run`:
    it ends before the tests of other modules begin.
    """
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, and CI must have one (make browser)")
        pytest.skip("no Chromium on this machine (make browser)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page, and all that it did beside showing itself."""

    page: Any
    troubles: list[str] = field(default_factory=list)
    """Messages on the console, errors of scripts, crashes."""
    requests: list[str] = field(default_factory=list)
    """Everything that was asked for but the file itself."""


def open_file(
    browser: Any, path: Path, *, width: int = 1440, dark: bool = False, query: str = "", media: str = "screen"
) -> Opened:
    """Open a file in a context of its own; close it with `opened.page.context.close()`."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.emulate_media(media=media)
    opened = Opened(page)
    address = path.resolve().as_uri() + query
    page.on("console", lambda message: opened.troubles.append(message.text))
    page.on("pageerror", lambda error: opened.troubles.append(str(error)))
    page.on("request", lambda request: request.url == address or opened.requests.append(request.url))
    page.goto(address)
    return opened
