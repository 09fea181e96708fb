"""Plain findings beside a verdict; they decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.answer import RESTLESS_FPS
from profiler.causes.catalogue import name_of
from profiler.verdict.compare import HITCH_MARGIN_MS
from profiler.verdict.words import Words, amount, both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.results import AppResult, CauseCount

_MOSTLY = 0.5
_SOMETIMES = 0.2
_MOST_CAUSES = 3

_JUMPS = {
    "at-start": Words("jumps once, at the start of the slide", "在滑出开始时一次跳到位"),
    "at-end": Words("jumps once, at the end of the slide", "在滑出结束时一次跳到位"),
    "after-slide": Words("moves only after the keyboard stands", "在键盘就位之后才移动"),
}


def usual(app: AppResult, mode: str) -> str | None:
    """Return the value that a mode had in more than half of an app's pop-ups, if there is one."""
    counts = app.modes.get(mode, {})
    total = sum(counts.values())
    return next((value for value, count in counts.items() if count > _MOSTLY * total), None)


def observations(
    accused: AppResult, competitors: Sequence[AppResult], references: Sequence[AppResult]
) -> tuple[Words, ...]:
    """Return what a person should know beside the verdict."""
    found = [_content(accused, competitors), *(_restless(app) for app in (accused, *competitors))]
    found += [_driver(accused, competitors), _phone(references), _late_keyboard((accused, *competitors))]
    found.insert(0, why(accused))
    return tuple(words for words in found if words is not None)


def why(app: AppResult) -> Words | None:
    """Return the causes that were named most often, as long as they were named in a fifth of the pop-ups."""
    told = [one for one in app.causes if one.popups >= _SOMETIMES * app.popups][:_MOST_CAUSES]
    if not told or not app.popups:
        return None
    named = [(name_of(one.cause), one) for one in told]
    en = "; ".join(f"{name[0]} ({one.popups} of {app.popups} pop-ups{_cost(one)})" for name, one in named)
    zh = "；".join(f"{name[1]}（{app.popups} 次弹出中 {one.popups} 次{_cost(one)}）" for name, one in named)
    return Words(f"Why, in {app.label}: {en}.", f"{app.label} 的原因：{zh}。")


def _cost(one: CauseCount) -> str:
    return "" if one.cost_ms is None else f", {one.cost_ms:.0f} ms"


def _content(accused: AppResult, competitors: Sequence[AppResult]) -> Words | None:
    jump = _JUMPS.get(usual(accused, "content_motion") or "")
    if jump is None:
        return None
    along = [app.label for app in competitors if usual(app, "content_motion") == "per-frame"]
    text = Words(
        f"{accused.label}'s content {jump.en} (a jump is no late frame and no hitch)",
        f"{accused.label} 的内容{jump.zh}（跳变本身既不是超时帧，也不计入卡顿）",
    )
    if not along:
        return Words(f"{text.en}.", f"{text.zh}。")
    others = both(along)
    verb = "moves" if len(along) == 1 else "move"
    return Words(
        f"{text.en}; the content of {others.en} {verb} with the keyboard frame by frame.",
        f"{text.zh}；而{others.zh}的内容逐帧跟随键盘移动。",
    )


def _restless(app: AppResult) -> Words | None:
    fps = app.means.get("idle_fps")
    if fps is None or fps <= RESTLESS_FPS:
        return None
    return Words(
        f"{app.label} draws {fps:.0f} frames a second while nothing happens: "
        "its response to the press can't be timed by its first picture.",
        f"{app.label} 在空闲时仍以每秒 {fps:.0f} 帧绘制，因此无法用第一帧判断它对点按的响应。",
    )


def _driver(accused: AppResult, competitors: Sequence[AppResult]) -> Words | None:
    mine = usual(accused, "driver_mode")
    others = [app.label for app in competitors if usual(app, "driver_mode") not in (mine, None)]
    if mine not in ("sync", "async") or not others:
        return None
    names = both(others)
    if mine == "sync":
        return Words(
            f"In {accused.label} the app's main thread moves the keyboard, so that its own work can hold the "
            f"keyboard up; in {names.en} it does not.",
            f"{accused.label} 由应用主线程移动键盘，主线程忙时键盘也会卡住；{names.zh}不是这样。",
        )
    return Words(
        f"In {accused.label} a helper thread moves the keyboard and the content does not follow along; "
        f"{names.en} differ in this.",
        f"{accused.label} 由辅助线程移动键盘，内容不随之移动；{names.zh}与此不同。",
    )


def _phone(references: Sequence[AppResult]) -> Words | None:
    for app in references:
        hitch = app.means.get("hitch_ms")
        if hitch is not None and hitch > HITCH_MARGIN_MS:
            size = amount(hitch, "ms")
            return Words(
                f"Even the plain text field ({app.label}) hitches by {size.en} per slide: part of this is "
                "the phone or the keyboard, not the apps.",
                f"连普通文本框（{app.label}）每次滑出也卡顿 {size.zh}：部分原因在于手机或键盘，而不在应用。",
            )
    return None


def _late_keyboard(apps: Sequence[AppResult]) -> Words | None:
    late = [app.label for app in apps if (app.means.get("late_frames.keyboard") or 0.0) >= 1.0]
    if not late:
        return None
    names = both(late)
    return Words(
        f"The keyboard app itself drew late frames while it popped up over {names.en}; those are the "
        "keyboard's, not the app's.",
        f"键盘应用在{names.zh}中弹出时自身也有超时帧；这属于键盘，而不属于被测应用。",
    )
