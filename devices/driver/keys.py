"""Where the keys of the on-screen keyboard are: told by its own window, else guessed from its size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devices.driver.hierarchy import Node

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPACE = re.compile(r"space|空格", re.IGNORECASE)
_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.5), ("zxcvbnm", 1.5))
"""Letters, and by how many keys each row is set in: AOSP's QWERTY."""
_STRIP_DP = 40
"""Height of the suggestions above the keys: `config_suggestions_strip_height` of AOSP's keyboard."""
_BAR_DP = 24
"""The navigation bar below the keys, which the keyboard's insets hold too; with three buttons it is 48."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Middles of keys, px of the display in its present rotation."""

    at: Mapping[str, tuple[int, int]]
    """By letter; a blank stands for the space key."""
    found_by: str
    """In words: how they were found."""

    def can_type(self, text: str) -> bool:
        """Whether every character has a key."""
        return all(char in self.at for char in text)


def told_keys(nodes: Iterable[Node], package: str) -> Keys | None:
    """Return the keys that the keyboard's window names; None if it does not name all letters and space.

    Args:
        nodes: of all windows on the screen, the keyboard up.
        package: the keyboard's.
    """
    at: dict[str, tuple[int, int]] = {}
    for node in nodes:
        if node.package != package or not node.visible:
            continue
        name = (node.description or node.text).strip()
        if _SPACE.match(name):
            at.setdefault(" ", node.center)
        elif len(name) == 1 and name.lower() in LETTERS:
            at.setdefault(name.lower(), node.center)
    keys = Keys(at, "the keyboard's own window")
    return keys if keys.can_type(LETTERS + " ") else None


def guessed_keys(width: int, height: int, keyboard_px: int, density: int) -> Keys:
    """Return where AOSP's QWERTY has its keys on a keyboard so high, at the bottom of the display."""
    dp = density / 160
    top, bottom = height - keyboard_px + _STRIP_DP * dp, height - _BAR_DP * dp
    row_px, key_px = (bottom - top) / 4, width / 10
    at = {" ": (width // 2, round(top + 3.5 * row_px))}
    for row, (letters, indent) in enumerate(_ROWS):
        for place, letter in enumerate(letters):
            at[letter] = round((indent + place + 0.5) * key_px), round(top + (row + 0.5) * row_px)
    return Keys(at, "a guess from the keyboard's height")
