"""By which metric a complaint is judged on a phone whose sources do not tell the usual one.

Chosen before the run from what the phone was found to have, written into the plan, and said in the verdict,
with what the stand-in can't see. docs/android-versions.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.verdict.words import Words, metric_words
from traces.capture import SECTIONS, TIMELINE, TRACER

if TYPE_CHECKING:
    from collections.abc import Collection

_SLIDES_TIMED = {"hitch_ms": "content_hitch_ms", "settled_ms": "driver_end_ms"}
"""Android 11: the slide's slices say when its driver began and ended, FrameTracer when buffers were seen."""
_DELIVERED = {"hitch_ms": "app_hitch_ms"}
"""Android 10: no slide, but when the app was handed an input, and which doFrame made a buffer."""
_UNTRACED = _DELIVERED | {
    "stream.hitch_ratio_ms_per_s": "stream.app_hitch_ratio_ms_per_s",
    "scroll.hitch_ratio_ms_per_s": "scroll.app_hitch_ratio_ms_per_s",
}
"""No trace: frames alone."""


def stand_in(metric: str, sources: Collection[str]) -> str:
    """Return the metric that decides on a phone with these sources; the usual one where nothing stands in."""
    if not sources or TIMELINE in sources:
        return metric
    if SECTIONS not in sources:
        return _UNTRACED.get(metric, metric)
    return (_SLIDES_TIMED if TRACER in sources else _DELIVERED).get(metric, metric)


_APP_FRAMES = Words(
    "which sees the app's frames, not the keyboard itself", "后者只看到应用的画面，看不到键盘本身"
)
_LIMITS = {
    "content_hitch_ms": _APP_FRAMES,
    "app_hitch_ms": _APP_FRAMES,
    "driver_end_ms": Words(
        "which is when the app stopped moving the keyboard, not when its last step was on screen",
        "后者是应用停止驱动键盘的时刻，而不是键盘最后一步显示在屏幕上的时刻",
    ),
    "stream.app_hitch_ratio_ms_per_s": Words(
        "which looks at every frame of the app from the step's beginning, not only at the reply's",
        "后者统计该步骤开始后应用的所有画面，而不只是回复的画面",
    ),
    "scroll.app_hitch_ratio_ms_per_s": Words(
        "which looks at every frame of the app from the step's beginning, not only at the list's",
        "后者统计该步骤开始后应用的所有画面，而不只是列表的画面",
    ),
}
"""What each stand-in can't see of the usual metric."""


def stand_in_words(usual: str, judged: str) -> Words | None:
    """Return what a person must know of a verdict by a stand-in; None: it was judged by the usual metric."""
    if usual == judged:
        return None
    was, now, limit = metric_words(usual), metric_words(judged), _LIMITS.get(judged)
    beyond = Words("", "") if limit is None else Words(f", {limit.en}", f"；{limit.zh}")
    return Words(
        f"This phone's sources do not tell {usual} ({was.en}); it was judged by {judged} ({now.en}) instead"
        f"{beyond.en}.",
        f"这台手机的数据来源无法给出 {usual}（{was.zh}），因此改用 {judged}（{now.zh}）判断{beyond.zh}。",
    )
