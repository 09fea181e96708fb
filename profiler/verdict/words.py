"""A text in both languages, and the pieces that sentences are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Words(NamedTuple):
    """The same thing said in English and in Chinese."""

    en: str
    zh: str


METRICS = {
    "hitch_ms": Words("standstill in each keyboard slide", "键盘每次滑出的卡顿"),
    "app_hitch_ms": Words(
        "standstill of the app's own frames as the keyboard comes", "键盘弹出时应用自身画面的卡顿"
    ),
    "content_hitch_ms": Words("standstill of the content in each keyboard slide", "键盘每次滑出时内容的卡顿"),
    "driver_end_ms": Words("time until the slide's driver has ended", "键盘滑出驱动结束的时间"),
    "scroll.app_hitch_ratio_ms_per_s": Words("standstill of the scrolled list", "列表滚动中的停顿"),
    "stream.app_hitch_ratio_ms_per_s": Words("standstill while the reply grows", "回复增长期间的停顿"),
    "first_motion_ms": Words("time until the keyboard moves", "键盘开始移动的时间"),
    "settled_ms": Words("time until the keyboard stands", "键盘就位的时间"),
    "content_jump_share": Words("share of pop-ups in which the content jumps", "内容跳变的弹出比例"),
    "response_ms": Words("time until the app answers", "应用响应的时间"),
    "key.commit_ms": Words("time from a key to its letter on screen", "从按键到文字上屏的时间"),
    "send.bubble_ms": Words("time until one's own message is shown", "自己的消息出现的时间"),
    "stream.hitch_ratio_ms_per_s": Words("standstill of the growing reply", "回复增长中的停顿"),
    "scroll.hitch_ratio_ms_per_s": Words("standstill of the flung list", "列表滑动中的停顿"),
    "return.first_frame_ms": Words("time until the app's picture is back", "应用画面恢复的时间"),
}


def metric_words(metric: str) -> Words:
    """Return what a metric is called in a sentence."""
    return METRICS.get(metric, Words(metric, metric))


def both(names: Sequence[str]) -> Words:
    """Return a list of names as people say it: A, B and C."""
    if len(names) < 2:
        return Words("".join(names), "".join(names))
    return Words(f"{', '.join(names[:-1])} and {names[-1]}", f"{'、'.join(names[:-1])}和{names[-1]}")


def amount(value: float, unit: str) -> Words:
    """Return a number with its unit, one decimal; a share in percent."""
    if unit == "share":
        return Words(f"{100 * value + 0.0:.0f} %", f"{100 * value + 0.0:.0f}%")
    text = f"{value + 0.0:.1f}" if abs(value) >= 0.05 else "0.0"
    return Words(f"{text} {unit}".strip(), f"{text} {'毫秒' if unit == 'ms' else unit}".strip())
