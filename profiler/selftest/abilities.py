"""What a phone may or may not be able to tell, and what is lost without it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the test found."""

    GIVEN = "given"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """It could not be tried, since something that it rests on is missing."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One ability in words, and what can't be measured without it."""

    name: tuple[str, str]
    """English, Chinese."""
    without: tuple[str, str]
    needs: tuple[str, ...] = ()
    """Abilities without which this one can't be tried."""


@dataclass(frozen=True, slots=True)
class Ability:
    """What was found of one ability; `detail` is the evidence (English, Chinese)."""

    key: str
    state: State
    detail: tuple[str, str]

    @property
    def meaning(self) -> Meaning:
        """What it is, in words."""
        return MEANINGS[self.key]


MEANINGS: dict[str, Meaning] = {
    "touches": Meaning(
        ("touches from adb", "adb 触摸"),
        ("nothing can be measured: no app can be driven", "无法驱动应用，什么都测不了"),
    ),
    "press-length": Meaning(
        ("presses with a length", "有时长的按压"),
        (
            "DOWN and UP of a press carry one time; presses are unlike a finger's",
            "按下与抬起同一时刻，不像手指",
        ),
    ),
    "touch-screen": Meaning(
        ("a touch screen of the shell's own", "shell 自建的虚拟触摸屏"),
        (
            "touches come from `input`: times in whole milliseconds, and not the way that a finger's go",
            "触摸由 `input` 注入：时间只精确到毫秒，且不走手指触摸的路径",
        ),
    ),
    "settings": Meaning(
        ("changing settings", "修改系统设置"),
        (
            "the screen can't be kept on, the refresh rate not held: do both by hand",
            "无法保持亮屏或固定刷新率，请手动设置",
        ),
    ),
    "thermal": Meaning(
        ("thermal status", "温控状态"),
        (
            "a phone that throttles is not noticed: rounds are not voided for heat",
            "发热降频时无法察觉，不会作废该轮",
        ),
    ),
    "keyboard-log": Meaning(
        ("ImeTracker's log", "ImeTracker 日志"),
        ("why a keyboard did not come is not told", "键盘未弹出时不知道原因"),
    ),
    "framestats": Meaning(
        ("gfxinfo framestats", "gfxinfo framestats"),
        ("no second opinion on the app's own frames", "应用帧缺少第二来源佐证"),
    ),
    "latency": Meaning(
        ("SurfaceFlinger --latency", "SurfaceFlinger --latency"),
        ("no second opinion on times on screen", "上屏时刻缺少第二来源佐证"),
    ),
    "perfetto": Meaning(
        ("the perfetto program", "perfetto 程序"),
        (
            "no trace: the slide, the response and their causes can't be measured",
            "无法录制 trace，键盘动画与响应都测不了",
        ),
    ),
    "tracing-service": Meaning(
        ("the tracing service", "追踪服务"),
        (
            "no trace: the slide, the response and their causes can't be measured",
            "无法录制 trace，键盘动画与响应都测不了",
        ),
        ("perfetto",),
    ),
    "clocks": Meaning(
        ("readings of the phone's clocks", "手机时钟对照"),
        ("input times can't be put beside times on screen: latencies are null", "无法换算触摸时刻，延迟为空"),
        ("tracing-service",),
    ),
    "ftrace": Meaning(
        ("kernel trace events", "内核 trace 事件"),
        ("no input times, no slide, no stages of a frame", "没有触摸时刻、键盘动画和帧阶段"),
        ("tracing-service",),
    ),
    "trace-marks": Meaning(
        ("marks of the shell in the trace", "trace 标记"),
        ("pop-ups are told apart by the inputs in the trace alone", "只能靠触摸事件区分各次弹出"),
    ),
    "sections": Meaning(
        ("the app's sections (view, input)", "应用的 view/input 区段"),
        ("no input times, no slide, no response: latencies are null", "没有触摸时刻、动画与响应，延迟为空"),
        ("ftrace",),
    ),
    "scheduling": Meaning(
        ("scheduling of threads", "线程调度"),
        ("what a late thread was doing is not known: fewer causes", "不知道卡顿时线程在做什么，原因更少"),
        ("ftrace",),
    ),
    "frametimeline": Meaning(
        ("FrameTimeline", "FrameTimeline"),
        ("no times on screen: motion, hitches and cadence are null", "没有上屏时刻，动画与卡顿为空"),
        ("tracing-service",),
    ),
    "present-fences": Meaning(
        ("present fences", "present fence（上屏栅栏）"),
        ("times on screen are guesses of the compositor: none is believed", "上屏时刻只是估计，一律不采信"),
        ("frametimeline",),
    ),
    "frametracer": Meaning(
        ("FrameTracer", "FrameTracer"),
        (
            "apps that draw into a SurfaceView (Flutter, video) can't be measured",
            "SurfaceView 应用（Flutter、视频）测不了",
        ),
        ("tracing-service",),
    ),
    "input-time": Meaning(
        ("input times in the trace", "trace 中的触摸时刻"),
        ("latencies are null", "延迟为空"),
        ("touches", "sections", "clocks"),
    ),
    "slide": Meaning(
        ("the keyboard's slide", "键盘滑入动画"),
        ("driver mode and motion are null", "驱动方式与动画为空"),
        ("touches", "sections"),
    ),
    "leash": Meaning(
        ("steps of the slide on screen", "键盘每一步的上屏时刻"),
        ("the slide is judged by stand-ins, or not at all", "动画只能间接判断，或无法判断"),
        ("slide", "present-fences"),
    ),
}
"""All abilities, those that others rest on first."""


def settle(found: dict[str, Ability]) -> tuple[Ability, ...]:
    """Return all abilities in order: one whose needs are not given is unknown, whatever was seen of it.

    Args:
        found: by key, what was seen; what is not in it was not tried.
    """
    done: dict[str, Ability] = {}
    for key, meaning in MEANINGS.items():
        lacking = [need for need in meaning.needs if done[need].state is not State.GIVEN]
        if lacking:
            first = MEANINGS[lacking[0]].name
            done[key] = Ability(
                key, State.UNKNOWN, (f"not tried without {first[0]}", f"缺少{first[1]}，未能检验")
            )
        else:
            not_tried = Ability(key, State.UNKNOWN, ("not tried", "未检验"))
            done[key] = found.get(key, not_tried)
    return tuple(done.values())
