"""Rules for a slide that misses vsyncs: each late step has one cause, and causes add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from profiler.causes import stages, who
from profiler.causes.diagnose.facts import Facts, Finding, ms, names
from profiler.causes.diagnose.waits import WAITS, big_waits
from profiler.causes.threads import GC, RUNNABLE, RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.causes.late import Step

WAIT_SHARE = 0.30
WAIT_PERIODS = 0.30
WORK_SHARE = 0.40
IDLE_SHARE = 0.50
PASS_SHARE = 0.30
KNOCK_ON_PERIODS = 6
FEWEST_IDLE = 4
LOW_RATE = "low-frame-rate"
FEWEST_MISSED = 2
"""A single missed vsync of work names nobody, unless one stage alone took `LONG_PERIODS`."""
LONG_PERIODS = 1.2
_WITH_ONE = frozenset(
    {"surfaceflinger-late", *(wait.cause for kind, wait in WAITS.items() if kind != RUNNABLE)}
)

_STEP_STAGES = ("insets_animation", "animation", "measure", "layout", "traversal", "draw", "input")


@dataclass(frozen=True, slots=True)
class _Blame:
    cause: str
    driver: str
    share: float
    """Of the step's time that speaks for it."""
    firm: bool
    """Whether the recording has what it takes to be sure."""


def blame(step: Step, period_ms: float) -> _Blame | None:
    """Return what made one step late; None where the recording does not show it."""
    path = step.path
    if path.driver == who.COMPOSITOR:
        return _Blame("surfaceflinger-late", who.COMPOSITOR, 1.0, firm=True)
    if not path.known:
        return None
    held = _held_up(step, period_ms)
    if held is not None:
        return held
    return {who.RENDER: _render, who.MAIN: _main, who.INSETS: _idle}.get(path.driver, _nobody)(step)


def _nobody(_step: Step) -> _Blame | None:
    return None


def _held_up(step: Step, period_ms: float) -> _Blame | None:
    path = step.path
    if path.stage == stages.GPU:
        return None
    waits = big_waits(path.doing, least_ms=WAIT_PERIODS * period_ms, share=WAIT_SHARE)
    if not waits:
        return None
    kind = max(waits, key=lambda one: waits[one])
    driver = who.SYSTEM if kind == RUNNABLE else path.driver
    share = waits[kind] / sum(path.doing.values())
    return _Blame(WAITS[kind].cause, driver, share, firm=RUNNING in path.doing)


def _idle(step: Step) -> _Blame | None:
    """Return that nobody asked for a frame, where the thread slept and then began on time."""
    known = sum(step.path.doing.values())
    idle = known and step.idle_ms >= IDLE_SHARE * known
    if idle and step.path.stage == stages.QUEUE and step.late.missed == 1:
        return _Blame(LOW_RATE, step.path.driver, 1.0, firm=False)
    return None


def _render(step: Step) -> _Blame | None:
    pieces = step.path.pieces
    share = pieces[who.RENDER, step.path.stage] / sum(pieces.values())
    if share < WORK_SHARE:
        return None
    if step.path.stage == stages.GPU:
        return _Blame("gpu", who.RENDER, share, firm=True)
    if step.path.stage == stages.BUFFER:
        return None  # its buffers were all queued or on screen: an earlier late frame's doing
    doing = step.path.doing
    if doing and doing.get(RUNNING, 0.0) < WORK_SHARE * sum(doing.values()):
        return None  # it waited, for what the recording does not say
    return _Blame("render-thread", who.RENDER, share, firm=RUNNING in doing)


def _main(step: Step) -> _Blame | None:
    pieces, doing = step.path.pieces, step.path.doing
    total, known = sum(pieces.values()), sum(doing.values())
    mine = {stage: length for (driver, stage), length in pieces.items() if driver == who.MAIN}
    main_ms = sum(mine.values())
    if known and doing.get(RUNNING, 0.0) < WORK_SHARE * known:
        return _idle(step)
    firm = known > 0
    if mine.get(stages.QUEUE, 0.0) >= 0.5 * main_ms:
        if not firm and not step.path.slices:
            return None  # nothing says what it did
        return _Blame("main-thread-busy", who.MAIN, mine[stages.QUEUE] / total, firm)
    worked = sum(mine.get(stage, 0.0) for stage in _STEP_STAGES)
    if step.second_pass_ms >= PASS_SHARE * main_ms:
        return _Blame("double-layout", who.MAIN, min(1.0, 2 * step.second_pass_ms / total), firm)
    if worked < WORK_SHARE * total:
        return None
    return _Blame("heavy-inset-step", who.MAIN, worked / total, firm)


def late_slide(facts: Facts) -> Iterator[Finding]:
    """Say what made the slide miss vsyncs."""
    by_cause: dict[tuple[str, str], list[tuple[Step, _Blame]]] = {}
    for step, found in _blamed(facts):
        by_cause.setdefault((found.cause, found.driver), []).append((step, found))
    for (cause, driver), members in by_cause.items():
        missed = sum(step.late.missed for step, _ in members)
        enough = missed >= FEWEST_MISSED or any(_long_alone(step, facts.period_ms) for step, _ in members)
        if cause not in _WITH_ONE and not enough:
            continue
        yield _finding(cause, driver, members, missed)


def _blamed(facts: Facts) -> Iterator[tuple[Step, _Blame]]:
    """Yield the late steps that have a cause; idle steps only where they tell of a lower frame rate."""
    steps = [step for step in facts.steps if step.late.missed]
    found = [
        (step, one)
        for step in steps
        if (one := blame(step, facts.period_ms) or _knocked_on(facts, step)) is not None
    ]
    idle = [step for step, one in found if one.cause == LOW_RATE]
    keeps = len(idle) >= FEWEST_IDLE and _spread(facts, idle)
    yield from ((step, one) for step, one in found if one.cause != LOW_RATE or keeps)


def _knocked_on(facts: Facts, step: Step) -> _Blame | None:
    """Return what an earlier frame was late for, where this one only waited for the buffers that it held."""
    if step.path.stage != stages.BUFFER:
        return None
    since = step.late.start_ns - KNOCK_ON_PERIODS * facts.period_ms * 1e6
    for earlier in reversed(facts.steps):
        if since <= earlier.late.start_ns < step.late.start_ns and earlier.late.lane != "keyboard":
            found = blame(earlier, facts.period_ms)
            if found is not None:
                return replace(found, firm=False)
    return None


def _spread(facts: Facts, idle: list[Step]) -> bool:
    """Whether steps stand all over the slide, and not only at its start, where a panel speeds up."""
    motion = facts.window.motion
    if motion is None:
        return False
    middle = (motion.first_ns + motion.last_ns) / 2 - facts.window.begin_ns
    late = [step for step in idle if (step.late.present_ms or 0.0) * 1e6 > middle]
    return len(late) >= len(idle) / 4 and len(idle) >= 0.5 * (len(motion.rows) - 1)


def _long_alone(step: Step, period_ms: float) -> bool:
    """Whether one stage alone took clearly longer than a vsync."""
    path = step.path
    return path.pieces.get((path.driver, path.stage), 0.0) >= LONG_PERIODS * period_ms


def _finding(cause: str, driver: str, members: list[tuple[Step, _Blame]], missed: int) -> Finding:
    own = [step for step, _ in members if step.path.stage != stages.BUFFER]
    worst = max(own or [step for step, _ in members], key=lambda step: step.cost_ms)
    firm = all(b.firm and b.share >= 0.5 for _, b in members)
    cost = sum(step.cost_ms for step, _ in members)
    en, zh = _words(cause, worst)
    count = len(members)
    steps = "1 step" if count == 1 else f"{count} steps"
    return Finding(
        cause,
        who.SURE if firm else who.LIKELY,
        driver,
        cost,
        f"{steps} of the slide came late and cost {missed} vsyncs ({ms(cost)}): {en}",
        f"滑动中有 {count} 步超时，损失 {missed} 个 vsync（{ms(cost)}）：{zh}",
        missed,
    )


def _words(cause: str, worst: Step) -> tuple[str, str]:
    path = worst.path
    slices = names(list(path.slices))
    inside = f" ({slices})" if slices else ""
    inside_zh = f"（{slices}）" if slices else ""
    for kind, wait in WAITS.items():
        if wait.cause == cause:
            length = ms(path.doing.get(kind, 0.0))
            named = inside if kind in (GC, "lock") else ""
            return (
                f"in the worst, the {path.driver} {wait.en} for {length}{named}.",
                f"最严重的一步，{DRIVERS_ZH[path.driver]}{wait.zh} {length}{named}。",
            )
    spent = ms(path.pieces.get((path.driver, path.stage), 0.0))
    return {
        "surfaceflinger-late": (
            f"the frame was ready by its deadline, and SurfaceFlinger took {spent} to show it.",
            f"画面在截止时间前已就绪，SurfaceFlinger 却用了 {spent} 才显示。",
        ),
        "gpu": (
            f"in the worst, the graphics processor was done {spent} after the RenderThread.",
            f"最严重的一步，GPU 在 RenderThread 之后 {spent} 才完成。",
        ),
        "render-thread": (
            f"in the worst, the RenderThread took {spent}{inside}.",
            f"最严重的一步，RenderThread 用了 {spent}{inside_zh}。",
        ),
        "low-frame-rate": (
            "the app's main thread was idle and began a frame at every second vsync only.",
            "应用主线程空闲，只在每隔一个 vsync 时才开始一帧。",
        ),
        "main-thread-busy": (
            f"in the worst, the main thread did other work for {spent} before its frame{inside}.",
            f"最严重的一步，主线程在该帧之前忙于其他工作 {spent}{inside_zh}。",
        ),
        "double-layout": (
            f"in the worst, a second layout pass alone took {ms(worst.second_pass_ms)}.",
            f"最严重的一步，仅第二次布局就用了 {ms(worst.second_pass_ms)}。",
        ),
    }.get(
        cause,
        (
            f"in the worst, {path.stage} took {spent}{inside}.",
            f"最严重的一步，{path.stage} 用了 {spent}{inside_zh}。",
        ),
    )


DRIVERS_ZH = {
    who.MAIN: "应用主线程",
    who.RENDER: "应用 RenderThread",
    who.INSETS: "应用的 InsetsAnimation 线程",
    who.KEYBOARD: "键盘",
    who.SYSTEM: "系统",
    who.COMPOSITOR: "SurfaceFlinger",
    who.UNKNOWN: "未知",
}
