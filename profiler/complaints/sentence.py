"""A sentence as people type it: folded, its language, its clauses, and whom each clause is about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HAN = re.compile(r"[㐀-鿿]")
_BREAKS = re.compile(
    r"[,.;:!?，。；：！？、…\n\r\t()（）\[\]【】\"“”«»—~～]+"
    r"|\b(?:but|while|whereas|although|though|yet|however)\b"
    r"|但是|但|可是|然而|不过|而且|而|却|反而|只是"
)
_OTHERS = (
    "其他", "其它", "别的", "别家", "竞品", "友商", "人家", "对手", "隔壁", "他家", "别人", "其余",
    "other apps", "other app", "the others", "others", "other", "competitors", "competitor", "rivals",
    "rival", "everyone else", "the rest", "any app",
)  # fmt: skip
_COMPARING = re.compile(
    r"比不上|赶不上|不如|不像|没有|没|比|不及|\b(?:than|not as|as|unlike|compared|versus|vs|like)\b"
)
_BESIDE = (
    r"(?:跟|和|与|同|相比|对比|比起|较之|相较|compared (?:with|to)|unlike|versus|vs)(?:于|较)?\s*{other}"
    r"(?:的\S{{0,3}})?\s*(?:比起来|相比|对比|比|不同|不一样)?"
)
_PAST = re.compile(
    r"以前|之前|原来|过去|上个版本|上一版|旧版|老版本"
    r"|\b(?:used to|previously|formerly|last version|old version|back then)\b"
)

OWN, OTHER = "\ue000", "\ue001"
"""Stand in a clause for a name of the accused and of another app."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence."""

    text: str
    """Folded; names of apps are `OWN` and `OTHER`."""
    past: bool
    """Whether it tells how it was before."""


def folded(text: str) -> str:
    """Return a text without what people vary: case, width, curly quotes, hyphens, runs of spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    plain = "".join(c if c.isprintable() or c in "\n\t" else " " for c in plain)
    return re.sub(r"[ \-_/]+", " ", plain).strip()


def bare(text: str) -> str:
    """Return a folded text without punctuation, and without spaces beside Chinese characters."""
    words = re.sub(r"[^\w\s]", " ", folded(text))
    return re.sub(r"\s+", " ", re.sub(r"(?<=[㐀-鿿])\s+|\s+(?=[㐀-鿿])", "", words)).strip()


def language(text: str) -> str:
    """Return `zh` where a text holds Chinese characters, else `en`."""
    return "zh" if _HAN.search(text) else "en"


def clauses(text: str, own: Iterable[str] = (), others: Iterable[str] = ()) -> tuple[list[Clause], bool]:
    """Return the clauses about the accused app, and whether any was left out as about others.

    Args:
        text: the sentence.
        own: what the accused app is called.
        others: what other apps are called.
    """
    named = _with_names(folded(text), list(own), list(others))
    kept: list[Clause] = []
    dropped = False
    for part in _BREAKS.split(named):
        clause = _without_asides(part).strip()
        if not clause:
            continue
        if _about_others(clause):
            dropped = True
        else:
            kept.append(Clause(_plain(clause), bool(_PAST.search(clause))))
    return kept, dropped


def _plain(clause: str) -> str:
    """Return a clause with ordinary words where the names of apps stood."""
    ours = "本应用" if language(clause) == "zh" else " this app "
    return clause.replace(OWN, ours).replace(OTHER, " 它 ")


def _with_names(text: str, own: Sequence[str], others: Sequence[str]) -> str:
    marks = {folded(name): OWN for name in own} | dict.fromkeys(_OTHERS, OTHER)
    marks |= {folded(name): OTHER for name in others if folded(name) not in marks}
    for name in sorted((n for n in marks if len(n) > 1), key=len, reverse=True):
        edge = r"(?<![a-z0-9]){}(?![a-z0-9])" if name.isascii() else "{}"
        text = re.sub(edge.format(re.escape(name)), marks[name], text)
    return text


def _without_asides(clause: str) -> str:
    """Take out what only names the others to compare with: 跟豆包比, compared with Doubao."""
    return re.sub(_BESIDE.format(other=OTHER + r"(?:\s*(?:apps?|应用|软件|产品|家))?"), " ", clause)


def _about_others(clause: str) -> bool:
    """Whether a clause speaks of other apps: one is named before anything is compared, ours is not."""
    other = clause.find(OTHER)
    if other < 0:
        return False
    own = clause.find(OWN)
    if 0 <= own < other:
        return False
    comparing = _COMPARING.search(clause)
    return comparing is None or other < comparing.start()
