"""Numbers as people read them."""

from __future__ import annotations

import math
import re

NULL = "—"
"""Stands where there is no number; the reason is told beside it."""

MINUS = "−"


def number(value: float | None, decimals: int = 1, *, sign: bool = False) -> str:
    """Return a number with fixed decimals, `NULL` for None, and the infinity sign for an open bound."""
    if value is None or math.isnan(value):
        return NULL
    if math.isinf(value):
        return f"{MINUS if value < 0 else '+' if sign else ''}∞"
    rounded = round(value, decimals) + 0.0
    text = f"{abs(rounded):.{decimals}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign and rounded > 0 else text


def with_unit(value: float | None, unit: str, decimals: int = 1, *, sign: bool = False) -> str:
    """Return a number with its unit, `NULL` for None; a share (0 ... 1) in percent."""
    if unit == "share":
        return with_unit(None if value is None else 100 * value, "%", 0, sign=sign)
    text = number(value, decimals, sign=sign)
    return text if text == NULL or not unit else f"{text} {unit}"


def moment(text: str) -> str:
    """Return an ISO 8601 time to the minute, with its offset; what is none stays as it is."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(Z|[+-]\d\d:?\d\d)?", text)
    if found is None:
        return text
    day, minute, offset = found.groups()
    return f"{day} {minute} {'UTC' if offset in ('Z', '+00:00') else offset or ''}".strip()


def shown(name: str, value: float | None) -> float | None:
    """Return a metric's value in the unit that it is shown in (`hitch_ratio` is kept as a ratio)."""
    return value * 1000.0 if value is not None and name == "hitch_ratio" else value


def nice_limit(value: float) -> float:
    """Return the least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten not below `value`; 1 for 0."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10 * power
