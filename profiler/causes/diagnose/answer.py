"""Rules for a slow way from the press to the slide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.causes import phases, who
from profiler.causes.diagnose.facts import Facts, Finding, ms, names
from profiler.causes.diagnose.waits import WAITS, big_waits
from profiler.causes.phases import LIMITS, Phase
from profiler.causes.threads import RUNNABLE, RUNNING, SLEEPING, ThreadView

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_WAIT_MS = 16.0
WAIT_SHARE = 0.25
WORK_SHARE = 0.35
LEAST_WORK_MS = 30.0
IDLE_SHARE = 0.5

_INFLATION = re.compile(r"inflate|VerifyClass .*|JIT compiling .*|OpenDexFilesFromOat.*|LoadApkAssets.*")

_OF = {
    phases.INPUT: ("between the finger's UP and its delivery", "从手指抬起到事件送达之间"),
    phases.ASK: ("between the delivery and the request for the keyboard", "从事件送达到请求键盘之间"),
    phases.START: ("between getting control of the keyboard and the slide", "从取得键盘控制权到开始滑动之间"),
    phases.FIRST: ("between the slide's start and its first frame", "从开始滑动到第一帧之间"),
}


def slow_main_thread(facts: Facts) -> Iterator[Finding]:
    """Say what held up the app's main thread in its slow phases."""
    for name in (phases.INPUT, phases.ASK, phases.START, phases.FIRST):
        phase = facts.way.get(name)
        if phase is None or phase.driver != who.MAIN or not _slow(phase, facts.period_ms):
            continue
        view = facts.frames.main
        doing = view.doing(phase.begin_ns, phase.end_ns)
        yield from _waits(phase, doing)
        yield from _work(facts, phase, view, doing)
        yield from _asks_late(facts, phase)


def _slow(phase: Phase, period_ms: float) -> bool:
    return phase.slow and phase.ms > 5 * period_ms if phase.name == phases.FIRST else phase.slow


def _waits(phase: Phase, doing: dict[str, float]) -> Iterator[Finding]:
    where_en, where_zh = _OF[phase.name]
    for kind, length in big_waits(doing, least_ms=LEAST_WAIT_MS, share=WAIT_SHARE).items():
        wait = WAITS[kind]
        driver = who.SYSTEM if kind == RUNNABLE else phase.driver
        yield Finding(
            wait.cause,
            who.SURE if length >= 0.6 * phase.ms else who.LIKELY,
            driver,
            length,
            f"{phase.driver} {wait.en} for {ms(length)} {where_en}.",
            f"{where_zh}，应用主线程{wait.zh} {ms(length)}。",
        )


def _work(facts: Facts, phase: Phase, view: ThreadView, doing: dict[str, float]) -> Iterator[Finding]:
    inflated = _covered(view, phase.begin_ns, phase.end_ns, _INFLATION)
    where_en, where_zh = _OF[phase.name]
    worked = doing.get(RUNNING)
    if inflated >= LEAST_WORK_MS and inflated >= WORK_SHARE * phase.ms:
        yield Finding(
            "first-show-inflation",
            who.SURE if inflated >= 0.6 * phase.ms else who.LIKELY,
            who.MAIN,
            inflated,
            f"The app inflated views or loaded classes for {ms(inflated)} {where_en}.",
            f"{where_zh}，应用用 {ms(inflated)} 加载布局或类。",
        )
        return
    if worked is None or worked < LEAST_WORK_MS or worked < WORK_SHARE * phase.ms:
        return
    slices = names(view.own_times(phase.begin_ns, phase.end_ns))
    yield Finding(
        "main-thread-busy",
        who.SURE if worked >= 0.6 * phase.ms else who.LIKELY,
        who.MAIN,
        min(worked, phase.cost_ms),
        f"The app's main thread worked for {ms(worked)} {where_en} ({slices}).",
        f"{where_zh}，应用主线程忙碌 {ms(worked)}（{slices}）。",
    )


def _asks_late(facts: Facts, phase: Phase) -> Iterator[Finding]:
    delivered = facts.way.delivered_until_ns
    if phase.name != phases.ASK or delivered is None or phase.end_ns <= delivered:
        return
    # what it slept while it handled the press was a wait, of whatever kind
    idle = facts.frames.main.doing(max(delivered, phase.begin_ns), phase.end_ns).get(SLEEPING, 0.0)
    if idle >= IDLE_SHARE * phase.ms and idle >= LEAST_WORK_MS:
        sure = who.SURE if facts.frames.threads.wakeups_known else who.LIKELY
        yield Finding(
            "late-request",
            sure,
            who.MAIN,
            min(idle, phase.cost_ms),
            f"The app asked for the keyboard only {ms(phase.ms)} after it had the press; its main thread was "
            f"idle for {ms(idle)} of that.",
            f"应用收到点按后 {ms(phase.ms)} 才请求键盘，其间主线程空闲 {ms(idle)}。",
        )


def _covered(view: ThreadView, begin: int, end: int, pattern: re.Pattern[str]) -> float:
    """Return how much of an interval slices with such names cover, ms."""
    reached, total = begin, 0
    for row in view.inside(begin, end).tolist():
        if pattern.fullmatch(str(view.name[row])):
            a, b = max(int(view.start_ns[row]), reached), min(int(view.end_ns[row]), end)
            if b > a:
                total += b - a
                reached = b
    return total / 1e6


def slow_keyboard(facts: Facts) -> Iterator[Finding]:
    """Say whether the keyboard's process had to start, or was slow though it ran."""
    show, server = facts.way.get(phases.SHOW), facts.way.get(phases.SERVER)
    pid = facts.way.keyboard_pid
    if show is None or pid is None:
        return
    view = facts.frames.threads.view(pid, pid)
    if facts.way.cold:
        begin = server.begin_ns if server is not None else show.begin_ns
        took = (show.end_ns - begin) / 1e6
        usual = LIMITS[phases.SHOW].usual + (LIMITS[phases.SERVER].usual if server is not None else 0)
        yield Finding(
            "keyboard-cold-start",
            who.SURE,
            who.KEYBOARD,
            max(0.0, took - usual),
            f"The keyboard's process was started only now (bindApplication); its first frame came {ms(took)} "
            "after the request.",
            f"键盘进程此时才启动（bindApplication）；请求后 {ms(took)} 才有第一帧。",
        )
        return
    if not show.slow:
        return
    doing = view.doing(show.begin_ns, show.end_ns)
    starved = doing.get(RUNNABLE, 0.0)
    if starved >= WAIT_SHARE * show.ms and starved >= LEAST_WAIT_MS:
        yield _starved(starved, "The keyboard's main thread", "键盘主线程")
    rest = show.cost_ms - starved
    if rest < LEAST_WORK_MS:
        return
    work = view.own_times(show.begin_ns, show.end_ns)
    ims = [(name, length) for name, length in work if name.startswith("IMS.")]
    yield Finding(
        "keyboard-slow",
        who.SURE if sum(length for _, length in work) >= 0.5 * show.ms else who.LIKELY,
        who.KEYBOARD,
        rest,
        f"The running keyboard took {ms(show.ms)} from the request to its first frame "
        f"({names(ims or work)}).",
        f"键盘进程已在运行，但从收到请求到第一帧用了 {ms(show.ms)}（{names(ims or work)}）。",
    )


def slow_services(facts: Facts) -> Iterator[Finding]:
    """Say whether system_server was slow to hand the request on, or to place the keyboard's window."""
    for name, en, zh in (
        (phases.SERVER, "to hand the request on to the keyboard", "才把请求转给键盘"),
        (phases.PLACE, "to place the keyboard's window and hand it to the app", "才摆放键盘窗口并交给应用"),
    ):
        phase = facts.way.get(name)
        if phase is None or not phase.slow or (name == phases.SERVER and facts.way.cold):
            continue
        view = facts.frames.threads.view(phase.tid) if phase.tid is not None else None
        doing = view.doing(phase.begin_ns, phase.end_ns) if view is not None else {}
        starved = doing.get(RUNNABLE, 0.0)
        if starved >= WAIT_SHARE * phase.ms and starved >= LEAST_WAIT_MS:
            yield _starved(starved, "system_server's thread", "system_server 线程")
        rest = phase.cost_ms - starved
        if rest >= LEAST_WORK_MS:
            slices = names(view.own_times(phase.begin_ns, phase.end_ns)) if view is not None else ""
            yield Finding(
                "system-slow",
                who.SURE if slices else who.LIKELY,
                who.SYSTEM,
                rest,
                f"system_server took {ms(phase.ms)} {en}{f' ({slices})' if slices else ''}.",
                f"system_server 用了 {ms(phase.ms)} {zh}{f'（{slices}）' if slices else ''}。",
            )


def _starved(length: float, en: str, zh: str) -> Finding:
    wait = WAITS[RUNNABLE]
    return Finding(
        wait.cause,
        who.SURE,
        who.SYSTEM,
        length,
        f"{en} {wait.en} for {ms(length)} before the keyboard showed.",
        f"键盘出现之前，{zh}{wait.zh} {ms(length)}。",
    )
