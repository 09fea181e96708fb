"""Apple's hitch time ratio, with its grade on both scales that Apple has published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.standards.scales import apple_2020, apple_now

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow


@dataclass(frozen=True)
class _Apple:
    name: str = "apple"
    source: str = "developer.apple.com Understanding hitches in your app; WWDC20 10077"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        if window.hitch_ratio is None:
            return dict.fromkeys(("hitch_ratio_ms_per_s", "wwdc20", "organizer"))
        ratio = window.hitch_ratio * 1000
        return {"hitch_ratio_ms_per_s": ratio, "wwdc20": apple_2020(ratio), "organizer": apple_now(ratio)}


APPLE = _Apple()
