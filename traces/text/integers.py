"""Blocks of plain integers read as one column, hundreds of thousands at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from traces.tables import Ints

LONG_MAX = 2**63 - 1
_LONG_MAX_DIGITS = np.frombuffer(str(LONG_MAX).encode(), np.uint8)
_SAFE_DIGITS = 18
"""Every integer of so many digits fits into int64."""
_MOST_DIGITS = len(_LONG_MAX_DIGITS)
_MINUS = ord("-")
_TO_SPACES = bytes.maketrans(b",\t\n", b"   ")


@dataclass(frozen=True, slots=True)
class IntegerBlock:
    """All integers of a text in order, and how many of them stand on each of its lines."""

    values: Ints
    per_line: Ints


def read_integers(text: str, separators: str) -> IntegerBlock | None:
    """Read a text that holds nothing but integers, separators and LF.

    Costs some passes over the bytes, whatever the number of lines.

    Args:
        text: the block; an LF at its end adds no line.
        separators: characters that may stand between integers of a line, of `,`, tab and space.

    Returns:
        None if anything else stands in the text, or an integer beyond -INT64_MAX to INT64_MAX.
    """
    if not text.isascii():
        return None
    data = text.encode("ascii")
    if data.translate(None, b"0123456789-\n" + separators.encode("ascii")):
        return None
    spaced = data.translate(_TO_SPACES)
    raw = np.frombuffer(b"\n" + spaced + b"\n", np.uint8)
    edges = np.flatnonzero(np.diff(raw > ord(" ")))
    starts, ends = edges[0::2] + 1, edges[1::2] + 1
    if not _plain(raw, starts, ends):
        return None
    values = np.fromstring(spaced.decode("ascii"), dtype=np.int64, sep=" ") if len(starts) else _none()
    line_ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    if data and not data.endswith(b"\n"):
        line_ends = np.append(line_ends, len(data) + 1)
    before = np.searchsorted(starts, line_ends)
    return IntegerBlock(values, np.diff(before, prepend=0).astype(np.int64))


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _plain(raw: np.ndarray[tuple[int], np.dtype[np.uint8]], starts: Ints, ends: Ints) -> bool:
    """Whether every token is digits with at most a leading minus, and fits."""
    signed = raw[starts] == _MINUS
    digits = ends - starts - signed
    if np.count_nonzero(raw == _MINUS) != np.count_nonzero(signed) or digits.min(initial=1) < 1:
        return False
    long = digits > _SAFE_DIGITS
    if not long.any():
        return True
    if (digits[long] > _MOST_DIGITS).any():
        return False
    first = (starts + signed)[long]
    written = raw[first[:, None] + np.arange(_MOST_DIGITS)]
    differs = written != _LONG_MAX_DIGITS
    where = differs.argmax(axis=1)
    row = np.arange(len(first))
    return bool((~differs.any(axis=1) | (written[row, where] < _LONG_MAX_DIGITS[where])).all())


def fits(integer: str) -> bool:
    """Whether a text is one integer from -INT64_MAX to INT64_MAX."""
    digits = integer.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and int(digits) <= LONG_MAX
