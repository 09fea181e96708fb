"""The table of services that dumpsys knows, and words that several dumps share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.simulated.userland.phone import Phone

if TYPE_CHECKING:
    from devices.simulated.world import WindowInfo

Dump = Callable[[Phone, list[str]], str]
SERVICES: dict[str, Dump] = {}

Rect = tuple[int, int, int, int]


def service(name: str) -> Callable[[Dump], Dump]:
    """Put a dump function into the table."""

    def register(function: Dump) -> Dump:
        SERVICES[name] = function
        return function

    return register


def identity_hash(text: str) -> str:
    """Return a stable seven-digit hex number, as Java's identityHashCode looks."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:7]


def short_rect(rect: Rect) -> str:
    """Return a rectangle as Rect.toShortString: `[l,t][r,b]`."""
    left, top, right, bottom = rect
    return f"[{left},{top}][{right},{bottom}]"


def long_rect(rect: Rect) -> str:
    """Return a rectangle as Rect.toString: `Rect(l, t - r, b)`."""
    left, top, right, bottom = rect
    return f"Rect({left}, {top} - {right}, {bottom})"


def window_name(window: WindowInfo) -> str:
    """Return a window as WindowState.toString: `Window{<hash> u0 <title>}`."""
    return f"Window{{{window.token_hex} u0 {window.title}}}"


def java_bool(value: bool) -> str:
    """Return `true` or `false`."""
    return "true" if value else "false"


def component_short(component: str) -> str:
    """Return `pkg/pkg.Act` as `pkg/.Act` (ComponentName.flattenToShortString)."""
    package, _, name = component.partition("/")
    return f"{package}/{name.removeprefix(package)}" if name.startswith(package + ".") else component


def component_full(component: str) -> str:
    """Return `pkg/.Act` as `pkg/pkg.Act`."""
    package, _, name = component.partition("/")
    return f"{package}/{package}{name}" if name.startswith(".") else component


def user_of(uid: int) -> str:
    """Return an app's uid as `u0a123`."""
    return f"u0a{uid - 10000}" if uid >= 10000 else str(uid)
