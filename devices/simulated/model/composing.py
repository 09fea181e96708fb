"""What keys write: letters at once, or pinyin that is composed until a candidate is chosen."""

from __future__ import annotations

_SYLLABLES = {
    "bu": "不", "da": "大", "de": "的", "dian": "点", "dui": "对", "fan": "饭", "ge": "个", "guo": "国",
    "hao": "好", "hen": "很", "hui": "会", "ji": "几", "jin": "今", "kai": "开", "ke": "可", "lai": "来",
    "le": "了", "ma": "吗", "mei": "没", "men": "们", "ming": "明", "na": "那", "neng": "能", "ni": "你",
    "qi": "气", "qu": "去", "ren": "人", "shi": "是", "shuo": "说", "tian": "天", "wo": "我", "xia": "下",
    "xie": "谢", "xin": "新", "yao": "要", "yi": "一", "you": "有", "zai": "在", "zhe": "这", "zhong": "中",
}  # fmt: skip
_LONGEST = max(map(len, _SYLLABLES))
MOST = 5
"""Candidates that have room in the strip."""


def candidates(pinyin: str) -> tuple[str, ...]:
    """Return what a pinyin could mean, the whole of it first, the letters themselves last."""
    whole, first = "", ""
    rest = pinyin
    while rest:
        size = next((n for n in range(min(_LONGEST, len(rest)), 0, -1) if rest[:n] in _SYLLABLES), 0)
        if not size:
            break
        whole += _SYLLABLES[rest[:size]]
        first = first or whole
        rest = rest[size:]
    near = (sign for name, sign in _SYLLABLES.items() if name.startswith(pinyin[:1]))
    offered = dict.fromkeys(text for text in (whole if not rest else "", first, *near) if text)
    return (*list(offered)[: MOST - 1], pinyin)


class Composer:
    """The text that a keyboard composes.

    Args:
        pinyin: Letters are composed until a candidate is chosen; else each is written at once.
    """

    def __init__(self, *, pinyin: bool) -> None:
        self.pinyin = pinyin
        self.letters = ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """What is offered now."""
        return candidates(self.letters) if self.letters else ()

    def press(self, key: str) -> str:
        """Take a key; return what is written into the field: a blank chooses the first candidate."""
        if not self.pinyin:
            return key
        if key == " ":
            return self.choose(0) if self.letters else " "
        self.letters += key
        return ""

    def choose(self, index: int) -> str:
        """Choose a candidate; return what is written into the field."""
        offered = self.candidates
        if index >= len(offered):
            return ""
        self.letters = ""
        return offered[index]

    def delete(self) -> bool:
        """Take back the last letter that is composed; False: there is none, the field is meant."""
        had, self.letters = bool(self.letters), self.letters[:-1]
        return had
