"""Writing SVG: escaped, numbers to a tenth of a pixel, words in one language or in both."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.report.catalog import Text

Lang = Literal["en", "zh", "both"]


def short(value: float) -> str:
    """Return a coordinate to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Canvas:
    """Collects the elements of one drawing; every text is escaped.

    Args:
        lang: `en` or `zh`; with `both` each text stands twice and the page's style shows one.
    """

    def __init__(self, lang: Lang) -> None:
        """See the class."""
        self.lang: Lang = lang
        self.parts: list[str] = []

    def add(self, name: str, cls: str, **attributes: float | str) -> None:
        """Add an element; an underscore in an attribute's name stands for a hyphen."""
        told = "".join(
            f' {key.rstrip("_").replace("_", "-")}="{escape(v) if isinstance(v, str) else short(v)}"'
            for key, v in attributes.items()
        )
        self.parts.append(f'<{name} class="{cls}"{told}/>')

    def text(self, x: float, y: float, text: Text | str, cls: str = "", anchor: str = "start") -> None:
        """Add words; `anchor` is start, middle or end."""
        at = f'x="{short(x)}" y="{short(y)}"' + ("" if anchor == "start" else f' text-anchor="{anchor}"')
        if isinstance(text, str) or text.en == text.zh:
            same = text if isinstance(text, str) else text.en
            self.parts.append(f'<text class="{cls}" {at}>{escape(same)}</text>')
            return
        for lang, words in (("en", text.en), ("zh", text.zh)):
            if self.lang in (lang, "both"):
                both = f" {lang}" if self.lang == "both" else ""
                self.parts.append(f'<text class="{cls}{both}" {at}>{escape(words)}</text>')

    def path(self, cls: str, steps: Iterable[str]) -> None:
        """Add a path."""
        self.parts.append(f'<path class="{cls}" d="{"".join(steps)}"/>')

    def __str__(self) -> str:
        """Return what was drawn."""
        return "".join(self.parts)
