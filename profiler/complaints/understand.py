"""Which complaint a person's sentence means; where two could be, or none, it guesses nothing.

How: the sentence is cut into clauses, and those about other apps are left out. In the rest, words of the
lexicon are heard: topics (keyboard, sending ...) and faults (not smooth, slow ...), denied ones turned round.
A complaint is meant when one of its topics and one of its faults are spoken of, no other complaint could be
meant, and no word stands among them of which it is not known what it changes. A whole sentence that stands in
a complaint's list of phrases is that complaint. docs/complaints.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.complaints.lexicon import BAD, GOOD, PLAIN, TOPIC, common_words, lexicon_of, unknown
from profiler.complaints.negation import asked, denied, settled, wished
from profiler.complaints.sentence import bare, clauses, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from profiler.complaints.lexicon import Heard, Lexicon
    from profiler.complaints.model import Complaint
    from profiler.complaints.sentence import Clause

NO_FAULT, PRAISE, OTHERS, NOTHING, SEVERAL, UNSURE, BESIDES = (
    "no-fault",
    "praise",
    "others",
    "nothing",
    "several",
    "unsure",
    "besides",
)
_VAGUE = "vague"
_NEAR = 0.2
"""Likeness of a phrase from which a complaint is named as near; it decides nothing."""
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a sentence was understood as."""

    meant: Complaint | None
    """None: not understood without asking."""
    candidates: tuple[Complaint, ...]
    """What could be meant, likeliest first; empty: nothing that silky judges."""
    why: str | None
    """Why nothing was understood: one of this module's constants."""
    heard: tuple[str, ...]
    """Words that were heard, as they stand in the sentence; denied ones with their denial in brackets."""
    strange: tuple[str, ...]
    """Words that silky does not know, where they may change what is meant."""
    language: str
    """`en` or `zh`."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a sentence speaks of."""

    topics: frozenset[str]
    bad: frozenset[str]
    """Kinds of fault that it affirms."""
    fine: frozenset[str]
    """Kinds of fault that it denies."""
    unsure: bool
    """It asks yes or no, tells of a fault that is mended, or says both."""
    words: tuple[str, ...]
    only_others: bool
    strange: tuple[str, ...]
    """Words between and after those that were heard, of which silky does not know what they change."""
    parts: tuple[Spoken, ...] = ()
    """Clause by clause."""


def understand(
    text: str, catalogue: Sequence[Complaint], *, own: Iterable[str] = (), others: Iterable[str] = ()
) -> Understanding:
    """Find the complaint that a sentence means.

    Args:
        text: a sentence in English or Chinese.
        catalogue: all complaints.
        own: what the accused app is called, in any language.
        others: what other apps are called.
    """
    tongue = language(text)
    whole = bare(text)
    for one in catalogue:
        if whole in {bare(phrase) for phrase in (one.id, *one.name, *one.claim, *one.hearing.phrases)}:
            return Understanding(one, (one,), None, (text.strip(),), (), tongue)
    spoken = listen(text, catalogue, own=own, others=others)
    near = sorted(catalogue, key=lambda one: -likeness(text, one))
    exact = [one for one in near if _is(one, spoken)]
    rivals = [one for one in near if _could_be(one, spoken)]
    every = dict.fromkeys(one.id for one in (*exact, *rivals))
    reach = {one.id: _reach(one, spoken) for one in near if one.id in every}
    found = [one for one in near if one.id in every]
    standing = [
        one
        for one in found
        if not any(reach[one.id] < reach[other.id] and _covers(other, one, spoken) for other in found)
    ]

    def said(meant: Complaint | None, possible: Sequence[Complaint], why: str | None) -> Understanding:
        return Understanding(meant, tuple(possible), why, spoken.words, spoken.strange, tongue)

    if len(standing) == 1 and standing[0] in exact:
        why = _doubt(standing[0], spoken)
        return said(
            None if why else standing[0], found if why == BESIDES and not spoken.strange else standing, why
        )
    if standing:
        return said(None, standing, SEVERAL if len(standing) > 1 else UNSURE)
    if spoken.only_others or spoken.fine:
        return said(None, (), OTHERS if spoken.only_others else PRAISE)
    topical = [one for one in near if _topics(one, spoken)]
    alike = [one for one in near if likeness(text, one) >= _NEAR][:_MOST_NEAR] if spoken.bad else []
    return said(None, topical or alike, NO_FAULT if topical else NOTHING)


def _doubt(only: Complaint, spoken: Spoken) -> str | None:
    """Return why the only complaint that could be meant is not taken without asking; None: it is."""
    if spoken.unsure:
        return UNSURE
    explained = only.hearing.faults | only.hearing.perhaps | {_VAGUE}
    beside = spoken.strange or spoken.topics & only.hearing.unless or spoken.bad - explained
    return BESIDES if beside else None


def listen(
    text: str, catalogue: Sequence[Complaint], *, own: Iterable[str] = (), others: Iterable[str] = ()
) -> Spoken:
    """Return what a sentence speaks of, and in which sense."""
    lexicon = lexicon_of((*common_words(), *(word for one in catalogue for word in one.hearing.words)))
    kept, dropped = clauses(text, own, others)
    parts = tuple(_listen(clause, lexicon) for clause in kept)
    bad = frozenset[str]().union(*(part.bad for part in parts))
    fine = frozenset[str]().union(*(part.fine for part in parts))
    return Spoken(
        topics=frozenset[str]().union(*(part.topics for part in parts)),
        bad=bad,
        fine=fine,
        unsure=any(part.unsure for part in parts) or bool(bad & fine),
        words=tuple(dict.fromkeys(word for part in parts for word in part.words)),
        only_others=dropped and not (bad or fine),
        strange=tuple(word for part in parts for word in part.strange),
        parts=parts,
    )


def _listen(clause: Clause, lexicon: Lexicon) -> Spoken:
    heard = lexicon.hear(clause.text)
    faults = [] if clause.past else _faults(clause.text, heard)
    core = [one for one in heard if one.kind != PLAIN]
    strange = unknown(clause.text, heard, 0 if faults else core[0].start) if core else ()
    words = [one.text for one in heard if one.kind == TOPIC]
    words += [one.text if (one.kind == BAD) == bad else f"[不/not] {one.text}" for one, bad in faults]
    return Spoken(
        topics=frozenset(one.concept for one in heard if one.kind == TOPIC),
        bad=frozenset(one.concept for one, bad in faults if bad),
        fine=frozenset(one.concept for one, bad in faults if not bad),
        unsure=bool(faults) and (asked(clause.text) or settled(clause.text)),
        words=tuple(words),
        only_others=False,
        strange=strange,
    )


def _faults(clause: str, heard: Sequence[Heard]) -> list[tuple[Heard, bool]]:
    """Return the words for faults of a clause, each with whether the fault is affirmed."""
    found = []
    since = 0
    for one in heard:
        if one.kind in (TOPIC, PLAIN):
            continue
        turned = denied(clause, one.start, one.end, since)
        affirmed = (one.kind == BAD) != turned
        if one.kind == GOOD and not turned and wished(clause, one.start):
            affirmed = True
        found.append((one, affirmed))
        since = one.end
    return found


def _topics(one: Complaint, spoken: Spoken) -> frozenset[str]:
    """Return the concepts of all of a complaint's topics that are spoken of; empty: it is not the topic."""
    return frozenset(name for group in one.hearing.about if spoken.topics.issuperset(group) for name in group)


def _covers(clearer: Complaint, other: Complaint, spoken: Spoken) -> bool:
    """Whether no clause by itself could be `other` without being the clearer complaint: then one is meant."""
    return all(_is(clearer, part) for part in spoken.parts if _could_be(other, part))


def _perhaps_topics(one: Complaint, spoken: Spoken) -> frozenset[str]:
    return frozenset(
        name
        for topics, faults in one.hearing.perhaps_about
        if spoken.topics.issuperset(topics) and spoken.bad & faults
        for name in topics
    )


def _is(one: Complaint, spoken: Spoken) -> bool:
    return bool(_topics(one, spoken)) and bool(spoken.bad & one.hearing.faults)


def _could_be(one: Complaint, spoken: Spoken) -> bool:
    heard = one.hearing
    return bool(_topics(one, spoken) and spoken.bad & (heard.faults | heard.perhaps)) or bool(
        _perhaps_topics(one, spoken)
    )


def _reach(one: Complaint, spoken: Spoken) -> frozenset[str]:
    """Return what of the sentence's topics a complaint accounts for with the faults that are spoken of."""
    fits = spoken.bad & (one.hearing.faults | one.hearing.perhaps)
    return (_topics(one, spoken) if fits else frozenset()) | _perhaps_topics(one, spoken)


def likeness(text: str, one: Complaint) -> float:
    """Return how like a sentence is to the likest phrase of a complaint, 0 to 1; it only orders candidates.

    Dice's coefficient over pairs of characters.
    """
    mine = _pairs(bare(text))
    best = 0.0
    for phrase in (*one.name, *one.claim, *one.hearing.phrases):
        other = _pairs(bare(phrase))
        if mine and other:
            best = max(best, 2 * len(mine & other) / (len(mine) + len(other)))
    return best


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
