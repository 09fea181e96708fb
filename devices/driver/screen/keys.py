"""Where the keys of the on-screen keyboard are: told by its own window, else guessed from its size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devices.driver.screen.hierarchy import Node

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


_NINE = re.compile(r"^\W*[2-9]?\W*(ABC|DEF|GHI|JKL|MNO|PQRS|TUV|WXYZ)\W*$", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def shows_nine_keys(nodes: Iterable[Node], package: str) -> bool:
    """Whether the keyboard's window names keys that stand for several letters each (九宫格)."""
    named = {node.description or node.text for node in nodes if node.package == package and node.visible}
    return sum(bool(_NINE.match(name)) for name in named) >= 4


def holds_han(text: str) -> bool:
    """Whether a Chinese character stands in a text."""
    return bool(_HAN.search(text))


def offers(nodes: Iterable[Node], package: str, keys: Keys, letters: str) -> bool:
    """Whether the keyboard names Chinese, or these letters, above its keys: it holds what was typed."""
    top = min(y for _, y in keys.at.values())
    strip = [_name(n) for n in nodes if n.package == package and n.visible and n.center[1] < top]
    return any(holds_han(name) or name == letters for name in strip)


def told_candidate(nodes: Iterable[Node], package: str, keys: Keys) -> tuple[int, int] | None:
    """Return the middle of the first candidate that the keyboard's window names above its keys."""
    top = min(y for _, y in keys.at.values())
    found = [
        node
        for node in nodes
        if node.package == package and node.visible and node.center[1] < top and holds_han(_name(node))
    ]
    first = min(found, key=lambda node: (node.bounds[1], node.bounds[0]), default=None)
    return first.center if first else None


def guessed_candidate(height: int, keyboard_px: int, density: int) -> tuple[int, int]:
    """Return where the first candidate stands in AOSP's strip: at its left, half its height down."""
    dp = density / 160
    return round(_STRIP_DP * dp), round(height - keyboard_px + _STRIP_DP * dp / 2)


def _name(node: Node) -> str:
    return (node.text or node.description).strip()


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
