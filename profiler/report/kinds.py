"""Interactions of other kinds than the pop-up, side by side for all apps: docs/metrics/interactions.md."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from profiler.analysis.scored import scored_sources, seen_by
from profiler.report.catalog import Text
from profiler.report.numbers import number
from traces.capture import FRAMESTATS, LATENCY, TRACER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.results import AppResult
    from profiler.report.inputs import ReportInput

KINDS: dict[str, Text] = {
    "hide": Text("keyboard hides", "键盘收起"),
    "key": Text("typing", "打字"),
    "pick": Text("candidates", "选候选词"),
    "send": Text("sending", "发送"),
    "stream": Text("reply", "回复"),
    "scroll": Text("scrolling", "滚动"),
    "return": Text("coming back", "返回应用"),
    "launch": Text("cold start", "冷启动"),
}
TITLE = Text("Interactions", "交互")
METRIC = Text("metric (mean of rounds)", "指标（各轮平均）")
SOURCE = Text("Source of the frames", "帧数据来源")
ROUNDS = Text("rounds valid / void", "有效轮 / 作废轮")

_ROWS: dict[str, tuple[str, str, str, int]] = {
    # metric -> English, Chinese, unit, decimals
    "response_ms": ("app's response", "应用响应", "ms", 1),
    "first_motion_ms": ("first motion", "首次移动", "ms", 1),
    "settled_ms": ("settled", "完全就位", "ms", 1),
    "content_returned_ms": ("content back in place", "内容归位", "ms", 1),
    "key_preview_ms": ("key preview", "按键预览", "ms", 1),
    "key_preview_ms.p90": ("key preview, 90th percentile", "按键预览，第90百分位", "ms", 1),
    "candidates_ms": ("candidates, from DOWN", "候选词更新（自按下）", "ms", 1),
    "candidates_ms.p90": ("candidates, 90th percentile", "候选词更新，第90百分位", "ms", 1),
    "commit_ms": ("text on screen, from DOWN", "文字上屏（自按下）", "ms", 1),
    "commit_ms.p90": ("text on screen, 90th percentile", "文字上屏，第90百分位", "ms", 1),
    "commit_gap_longest_ms": ("longest wait between texts", "上屏最长间隔", "ms", 1),
    "held_ms": ("length of the press", "按键时长", "ms", 1),
    "rate_hz": ("keys a second", "每秒按键", "1/s", 1),
    "keys_in_a_shared_frame": ("keys that share a frame", "同帧上屏的按键", "", 1),
    "bubble_ms": ("own bubble on screen", "自己的气泡上屏", "ms", 1),
    "list_settled_ms": ("list at rest", "列表静止", "ms", 1),
    "list_hitch_ms": ("standstill of the list", "列表卡顿", "ms", 1),
    "first_token_ms": ("first text of the reply", "回复首字", "ms", 1),
    "wait_ms": ("wait for it: network, server, app", "等待首字（网络、服务器和应用）", "ms", 0),
    "first_token_draw_ms": ("drawing it, the app alone", "首字绘制（仅应用）", "ms", 1),
    "update_interval_ms": ("between updates", "更新间隔", "ms", 1),
    "stream_ms": ("length of the reply", "回复时长", "ms", 0),
    "first_move_ms": ("first movement", "首次滚动", "ms", 1),
    "fling_ms": ("length of the fling", "惯性滚动时长", "ms", 0),
    "fps": ("frames a second", "帧率", "1/s", 1),
    "missed_vsyncs": ("missed vsyncs", "丢失 vsync", "", 1),
    "hitch_ms": ("standstill (hitch)", "卡顿", "ms", 1),
    "hitch_ratio_ms_per_s": ("hitch ratio", "卡顿率", "ms/s", 1),
    "longest_hole_ms": ("longest standstill", "最长停顿", "ms", 1),
    "frames_per_update": ("frames per update", "每次更新的帧数", "", 1),
    "app_hitch_ms": ("standstill of the app's frames", "应用画面卡顿", "ms", 1),
    "app_hitch_ratio_ms_per_s": ("hitch ratio of the app's frames", "应用画面卡顿率", "ms/s", 1),
    "app_missed_vsyncs": ("missed vsyncs of the app's frames", "应用画面丢失 vsync", "", 1),
    "app_longest_hole_ms": ("longest standstill of the app's frames", "应用画面最长停顿", "ms", 1),
    "app_moving_ms": ("time that the app's frames move", "应用画面运动时长", "ms", 0),
    "frames.app": ("frames of the app", "应用帧数", "", 1),
    "first_frame_ms": ("first frame", "首帧", "ms", 1),
    "fully_drawn_ms": ("fully drawn", "完全绘制", "ms", 1),
    "keyboard_settled_ms": ("keyboard up again", "键盘重新就位", "ms", 1),
    "usable_ms": ("usable", "可用", "ms", 1),
    "late_frames.app": ("late frames of the app", "应用迟到帧", "", 1),
    "late_frames.keyboard": ("late frames of the keyboard", "键盘迟到帧", "", 1),
}


FRAME_SOURCES = {
    *(TRACER, f"{TRACER} and doFrame", LATENCY, FRAMESTATS),
    *(f"{FRAMESTATS} and {LATENCY}", f"{FRAMESTATS} and {LATENCY}, since delivery"),
}
"""Sources that stand beside a row's label: frames that are not FrameTimeline's."""


class Row(NamedTuple):
    """One metric of one kind."""

    label: Text
    unit: str
    cells: tuple[str, ...]
    """One for each app."""
    source: str = ""
    """Where frames that are not FrameTimeline's come from."""


class KindTable(NamedTuple):
    """All interactions of one kind."""

    kind: Text
    rows: tuple[Row, ...]
    reasons: tuple[tuple[Text, str], ...]
    """What is missing (app, metric), and the commonest reason."""


def kind_tables(data: ReportInput) -> tuple[KindTable, ...]:
    """Return a table for each kind that the run holds."""
    apps = data.apps()
    seen = {name.partition(".")[0] for app in apps for name in app.means if "." in name}
    return tuple(_table(data, kind, apps) for kind in KINDS if kind in seen)


def without_popups(data: ReportInput) -> bool:
    """Whether the run is one of other kinds only."""
    return bool(kind_tables(data)) and not any(app.popups for app in data.apps())


def _table(data: ReportInput, kind: str, apps: tuple[AppResult, ...]) -> KindTable:
    rows, reasons = [], []
    for name, (english, chinese, unit, decimals) in _ROWS.items():
        full = f"{kind}.{name}"
        if not any(full in app.means for app in apps):
            continue
        told = {source for app in apps for source in scored_sources(data.result.rounds, app.app, full)}
        cells = tuple(number(app.means.get(full), decimals) for app in apps)
        rows.append(Row(Text(english, chinese), unit, cells, shown_source(told)))
        for app in apps:
            why = _reason(data, app.app, kind, name) if app.means.get(full) is None else None
            if why is not None:
                who = app.label or app.app
                reasons.append((Text(f"{who}, {english}", f"{who}，{chinese}"), why))
    rounds = tuple(f"{app.rounds_valid} / {app.rounds_void}" for app in apps)
    rows.append(Row(ROUNDS, "", rounds))
    return KindTable(KINDS[kind], tuple(rows), tuple(reasons))


def shown_source(told: Iterable[str]) -> str:
    """Return what stands beside a metric for its sources; empty where they are the usual ones."""
    told = set(told)
    return ", ".join(sorted({seen_by(one) for one in told})) if FRAME_SOURCES & told else ""


def _reason(data: ReportInput, app: str, kind: str, name: str) -> str | None:
    counts = Counter(
        one.reasons[name]
        for round_result in data.rounds(app)
        if not round_result.void and not round_result.warm_up
        for one in round_result.interactions
        if one.kind == kind and name in one.reasons
    )
    return counts.most_common(1)[0][0] if counts else None


def labelled(name: str) -> Text | None:
    """Return the label of a metric that kinds of interactions share; None: they have none of that name."""
    found = _ROWS.get(name)
    return None if found is None else Text(found[0], found[1])


def named(metric: str) -> tuple[Text, str, int] | None:
    """Return label, unit and decimals of a metric of another kind than the pop-up; None: not known here."""
    kind, _, bare = metric.partition(".")
    if kind not in KINDS or bare not in _ROWS:
        return None
    english, chinese, unit, decimals = _ROWS[bare]
    return Text(f"{KINDS[kind].en}: {english}", f"{KINDS[kind].zh}：{chinese}"), unit, decimals


def heading(row: Row, lang: str) -> str:
    """Return a row's label with its unit."""
    label = row.label.get(lang)
    return f"{label}, {row.unit}" if row.unit else label


def source_notes(rows: Iterable[Row]) -> list[tuple[str, list[Text]]]:
    """Return the sources of rows that name one, each with what it told."""
    found: dict[str, list[Text]] = {}
    for row in rows:
        if row.source:
            found.setdefault(row.source, []).append(row.label)
    return list(found.items())
