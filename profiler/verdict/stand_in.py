"""By which metric a complaint is judged on a phone whose sources do not tell the usual one.

Chosen before the run from what the phone was found to have, written into the plan, and said in the verdict. A
stand-in sees the app's own frames, not the keyboard's slide. docs/android-versions.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.verdict.words import Words, metric_words
from traces.capture import SECTIONS, TIMELINE, TRACER

if TYPE_CHECKING:
    from collections.abc import Collection

_SLIDES_TIMED = {"hitch_ms": "content_hitch_ms", "settled_ms": "driver_end_ms"}
"""Android 11: the slide's slices say when its driver began and ended, FrameTracer when buffers were seen."""
_DELIVERED = {
    "hitch_ms": "app_hitch_ms",
    "stream.hitch_ratio_ms_per_s": "stream.app_hitch_ratio_ms_per_s",
}
"""Android 10: no slide, no layout frames, but the time at which the app was handed an input."""
_UNTRACED = _DELIVERED | {"scroll.hitch_ratio_ms_per_s": "scroll.app_hitch_ratio_ms_per_s"}
"""No trace: frames alone."""


def stand_in(metric: str, sources: Collection[str]) -> str:
    """Return the metric that decides on a phone with these sources; the usual one where nothing stands in."""
    if not sources or TIMELINE in sources:
        return metric
    if SECTIONS not in sources:
        return _UNTRACED.get(metric, metric)
    return (_SLIDES_TIMED if TRACER in sources else _DELIVERED).get(metric, metric)


def stand_in_words(usual: str, judged: str) -> Words | None:
    """Return what a person must know of a verdict by a stand-in; None: it was judged by the usual metric."""
    if usual == judged:
        return None
    was, now = metric_words(usual), metric_words(judged)
    return Words(
        f"This phone's sources do not tell {usual} ({was.en}); it was judged by {judged} ({now.en}) instead, "
        "which does not see the keyboard itself.",
        f"这台手机的数据来源无法给出 {usual}（{was.zh}），因此改用 {judged}（{now.zh}）判断；"
        "后者看不到键盘本身。",
    )
