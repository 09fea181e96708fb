"""Concepts, and where a text speaks of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.complaints.schema import FaultFile, LexiconFile, WordsFile
from traces.yaml_file import read_checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = Path(__file__).with_name("lexicon.yaml")

TOPIC, BAD, GOOD, PLAIN = "topic", "bad", "good", "plain"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the lexicon."""

    text: str
    concept: str
    kind: str
    """`TOPIC`, `BAD`, `GOOD` or `PLAIN`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A word of the lexicon in a text."""

    concept: str
    kind: str
    text: str
    """As it stands in the text."""
    start: int
    end: int


class Lexicon:
    """All words, found longest first; what a longer word has taken is not heard again.

    Words of one length at one place are all heard: a word may belong to two concepts.
    """

    def __init__(self, words: Iterable[Word]) -> None:
        by_text: dict[str, list[Word]] = {}
        for word in words:
            by_text.setdefault(word.text, []).append(word)
        self._patterns = [
            (_pattern(text), tuple(found)) for text, found in sorted(by_text.items(), key=_rank)
        ]
        self.concepts = frozenset(word.concept for found in by_text.values() for word in found)

    def hear(self, text: str) -> list[Heard]:
        """Return the words in a normalised text, in its order."""
        taken = [False] * len(text)
        found: list[Heard] = []
        for pattern, words in self._patterns:
            for match in pattern.finditer(text):
                start, end = match.span()
                if any(taken[start:end]):
                    continue
                taken[start:end] = [True] * (end - start)
                found += [Heard(word.concept, word.kind, match.group(), start, end) for word in words]
        return sorted(found, key=lambda heard: (heard.start, heard.concept))


@lru_cache(maxsize=4)
def lexicon_of(words: tuple[Word, ...]) -> Lexicon:
    """Return the lexicon of some words; a thousand patterns take a moment to compile."""
    return Lexicon(words)


def _rank(item: tuple[str, list[Word]]) -> tuple[bool, int, str]:
    """Longest first; plain words take only what no other word has taken."""
    text, words = item
    return all(word.kind == PLAIN for word in words), -len(text.rstrip("*")), text


def unknown(text: str, heard: Iterable[Heard], since: int = 0) -> tuple[str, ...]:
    """Return what of a text no word accounts for, from a place on; single Latin letters are no words."""
    left = list(text)
    for one in heard:
        left[one.start : one.end] = " " * (one.end - one.start)
    return tuple(re.findall(r"[a-zÀ-ɏ]{2,}|[㐀-鿿]+", "".join(left[since:])))


def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of a word: whole words in Latin script, with `*` for any ending."""
    if not text.isascii():
        return re.compile(re.escape(text))
    words = (
        re.escape(word[:-1]) + r"[a-z']*" if word.endswith("*") else re.escape(word) for word in text.split()
    )
    return re.compile(r"(?<![a-z])" + r"\s+".join(words) + r"(?![a-z])")


def words_of(file: LexiconFile) -> Iterator[Word]:
    """Yield the words of a lexicon file."""
    for name, topic in file.topics.items():
        yield from _words(topic, name, TOPIC)
    if file.plain is not None:
        yield from _words(file.plain, PLAIN, PLAIN)
    for name, fault in file.faults.items():
        yield from _fault_words(fault, name)


def _fault_words(fault: FaultFile, name: str) -> Iterator[Word]:
    yield from _words(fault.bad, name, BAD)
    if fault.good is not None:
        yield from _words(fault.good, name, GOOD)


def _words(file: WordsFile, concept: str, kind: str) -> Iterator[Word]:
    for text in dict.fromkeys((*file.en, *file.zh)):
        yield Word(text.lower(), concept, kind)


@cache
def common_words() -> tuple[Word, ...]:
    """Return the words that come with silky."""
    file, _ = read_checked(FILE, LexiconFile, what="the lexicon", next_step="Reinstall silky.")
    return tuple(words_of(file))


def common_concepts() -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the common topics and of the common faults."""
    words = common_words()
    return (
        frozenset(word.concept for word in words if word.kind == TOPIC),
        frozenset(word.concept for word in words if word.kind in (BAD, GOOD)),
    )
