"""Small look-ups that all dump parsers share: `key=value` fields, rectangles, errors with a next step."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from traces.errors import InputFileError

_RECT_BRACKETS = re.compile(r"\[(-?[0-9]{1,9}),(-?[0-9]{1,9})\]\[(-?[0-9]{1,9}),(-?[0-9]{1,9})\]")
_RECT_JAVA = re.compile(r"Rect\((-?[0-9]{1,9}), (-?[0-9]{1,9}) - (-?[0-9]{1,9}), (-?[0-9]{1,9})\)")
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in display pixels, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from left to right, never negative."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels from top to bottom, never negative."""
        return max(0, self.bottom - self.top)

    @property
    def empty(self) -> bool:
        """Whether it covers no pixel."""
        return self.width == 0 or self.height == 0


def rect(text: str) -> Rect | None:
    """Return the first rectangle written as `[l,t][r,b]` or `Rect(l, t - r, b)`."""
    found = _RECT_BRACKETS.search(text) or _RECT_JAVA.search(text)
    if found is None:
        return None
    left, top, right, bottom = (int(group) for group in found.groups())
    return Rect(left, top, right, bottom)


def word(text: str, key: str) -> str | None:
    """Return the first value of `key=value`, up to white space or a comma; None for `null` or no such key."""
    found = re.search(rf"(?<![\w.]){re.escape(key)}=([^\s,]+)", text)
    return None if found is None or found[1] == "null" else found[1]


def rest(text: str, key: str) -> str | None:
    """Return what stands behind the first `key=` to the end of its line; None for `null` or no such key."""
    found = re.search(rf"(?<![\w.]){re.escape(key)}=([^\n]*)", text)
    value = found[1].strip() if found else ""
    return None if value in {"", "null"} else value


def flag(text: str, *keys: str) -> bool | None:
    """Return the first of the keys that reads `key=true` or `key=false`; None if none does."""
    for key in keys:
        found = re.search(rf"(?<![\w.]){re.escape(key)}=(true|false)\b", text)
        if found:
            return found[1] == "true"
    return None


def integer(text: str, key: str) -> int | None:
    """Return the first `key=<integer>`."""
    found = re.search(rf"(?<![\w.]){re.escape(key)}=(-?[0-9]{{1,18}})\b", text)
    return None if found is None else int(found[1])


def number(text: str | None) -> float | None:
    """Return a finite float, or None."""
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def not_a(kind: str, text: str, source: str, next_step: str) -> InputFileError:
    """Return the error for text that is not the dump that was asked for; quotes its first line."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    said = f'it starts with "{first[:_SHORT]}"' if first else "it is empty"
    return InputFileError(f"{source} is not {kind}: {said}.", next_step=next_step)
