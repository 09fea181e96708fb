"""How a person types, as far as times go: seeded, so that every app of a run is typed to alike."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = (
    "hello", "please", "make", "a", "short", "list", "of", "things", "that", "quick", "brown", "foxes",
    "jump", "over", "when", "lazy", "dogs", "sleep", "and", "give", "me", "five", "examples", "with",
)  # fmt: skip
PINYIN = (
    ("nihao", "你好"), ("jintian", "今天"), ("tianqi", "天气"), ("mingtian", "明天"), ("zaijian", "再见"),
    ("xiexie", "谢谢"), ("zhongguo", "中国"), ("women", "我们"), ("keyi", "可以"), ("dianhua", "电话"),
)  # fmt: skip
"""Words that every pinyin keyboard offers first."""
_OPENINGS = ("please count", "say hello to", "think of", "name", "draw", "sing about", "greet", "spell")
_COLOURS = ("red", "blue", "green", "white", "black", "golden", "silver", "brown", "pink", "gray")
_THINGS = ("foxes", "rivers", "birds", "houses", "lamps", "trains", "clouds", "apples", "boats", "stones")


@dataclass(frozen=True, slots=True)
class Cadence:
    """Times of one hand's typing; medians in seconds, lognormal spread, held within bounds."""

    name: str
    hold: float
    gap: float
    """From lift to the next press."""
    spread: float
    word_pause: float
    """More before the first letter of a word."""

    def times(self, text: str, seed: str) -> list[tuple[float, float]]:
        """Return (hold, pause after it) of each character."""
        drawn = random.Random(f"{self.name}/{seed}")
        made = []
        for char in text:
            hold = _within(self.hold * math.exp(drawn.gauss(0.0, self.spread)), 0.045, 0.18)
            gap = _within(self.gap * math.exp(drawn.gauss(0.0, self.spread)), 0.06, 0.7)
            made.append((round(hold, 3), round(gap + (self.word_pause if char == " " else 0.0), 3)))
        return made


UNHURRIED = Cadence("unhurried", hold=0.08, gap=0.2, spread=0.3, word_pause=0.12)
"""About three keys a second, as people type on phones (Palin et al. 2019: 36 words a minute on average)."""


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def latin_text(length: int) -> str:
    """Return that many characters of lower-case words."""
    return "".join(islice(_endless(), length))


def pinyin_words(letters: int) -> tuple[tuple[str, str], ...]:
    """Return so many words of pinyin, with what they mean, that they have at least so many letters."""
    made: list[tuple[str, str]] = []
    while sum(len(word) for word, _ in made) < letters:
        made.append(PINYIN[len(made) % len(PINYIN)])
    return tuple(made)


def _endless() -> Iterator[str]:
    while True:
        for word in WORDS:
            yield from f"{word} "


def message(index: int) -> str:
    """Return the message of that index; 800 of them differ."""
    opening = _OPENINGS[index % len(_OPENINGS)]
    rest = index // len(_OPENINGS)
    return f"{opening} {_COLOURS[rest % len(_COLOURS)]} {_THINGS[rest // len(_COLOURS) % len(_THINGS)]}"
