"""Whether a word for a fault, or for its absence, is affirmed or denied where it stands."""

from __future__ import annotations

import re

_ZH_WIDE = re.compile(
    r"没有|没|不如|不像|比不上|赶不上|不及|远不|达不到|谈不上|算不上|称不上|缺乏|缺少|毫无|并无"
)
"""Reach over what is compared: 没有豆包丝滑."""
_ZH_WIDE_REACH = 14
_ZH_NARROW = re.compile(
    r"(?:不是|并不是|并不|并非|毫不|不够|不太|不怎么|不大|难以|无法|不能|不会|不再|不算|不觉得|不|无|未|欠|非)"
    r"(?:是|太|够|很|怎么|那么|这么|算|大|会|能|再|觉得|感觉|出现|任何|什么|到|明显|特别|非常|十分|一点|点|有"
    r"|的|得|感到|见|存在|过|要|完全|真正|多|多么|像|最|更|让人)*$"
)
_ZH_AFTER = re.compile(r"(?:不起来|不了|不下来|不上|个屁|个鬼|全无|不足|不够)")
_ZH_EITHER = re.compile(r"不是[^不]{1,6}就是")
_ZH_WISH = re.compile(r"希望|应该|最好|要是能|如果能|本该|能更|再|更加|更|多点|提高|优化")
_EN = re.compile(
    r"\b(?:not|no|nobody|never|without|hardly|barely|scarcely|nor|neither|lacks?|lacking|less"
    r"|nothing|far from|cannot|isnt|doesnt|dont|\w+n't|anything but|nowhere near"
    r"|stops? being|stopped being|free of|zero)\b"
)
_EN_NOT = re.compile(
    r"\bnot (?:only|just|to mention|sure)\b|\bno (?:wonder|doubt|matter|idea|joke|question)\b|\bnothing but\b"
)
_EN_WISH = re.compile(r"\b(?:wish|should|could|would be|need\w*|supposed to|expect\w*|please|more)\b")
_EN_REACH = 6
_YES_NO = re.compile(
    r"(.{1,2})不\1|是不是|是否|有没有|[吗嘛]\s*$|^(?:is|are|does|do|did|can|has|was|whether)\b"
)
_SETTLED = re.compile(
    r"修复了|修好|好多了|解决了|已解决|优化好|改善了|\b(?:fixed|solved|resolved|improved|no longer|anymore)\b"
)


def denied(clause: str, start: int, end: int, since: int) -> bool:
    """Return whether the word at [start, end) of a folded clause is denied.

    Args:
        clause: folded.
        start: of the word.
        end: of the word.
        since: end of the word for a fault before it, beyond which no denial reaches; 0: none.
    """
    before = clause[since:start]
    count = _chinese(before, clause) + _english(before)
    if _ZH_AFTER.match(clause, end):
        count += 1
    return count % 2 == 1


def _chinese(before: str, clause: str) -> int:
    if _ZH_EITHER.search(clause):
        return 0
    near = before[-_ZH_WIDE_REACH:]
    wide = list(_ZH_WIDE.finditer(near))
    rest = near[wide[-1].end() :] if wide else before
    narrow = _ZH_NARROW.search(rest)
    return len(wide) + (1 if narrow else 0)


def _english(before: str) -> int:
    words = " ".join(_EN_NOT.sub(" ", before).split()[-_EN_REACH:])
    return len(_EN.findall(words))


def wished(clause: str, start: int) -> bool:
    """Return whether the word at `start` is what a person would like to have."""
    before = clause[:start]
    return bool(_ZH_WISH.search(before) or _EN_WISH.search(before))


def asked(clause: str) -> bool:
    """Return whether a clause asks yes or no: 卡不卡, is it smooth."""
    return bool(_YES_NO.search(clause))


def settled(clause: str) -> bool:
    """Return whether a clause tells that something was mended."""
    return bool(_SETTLED.search(clause))
