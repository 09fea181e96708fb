"""What may be believed on a phone, from what its self-test found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.selftest.abilities import Ability, State
from profiler.selftest.report import Belief, ClockCheck

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from profiler.selftest.cost import FrameCost
    from profiler.selftest.noise import Noise
    from profiler.selftest.side_by_side import Agreement

_RESTS_ON: tuple[tuple[tuple[str, str], tuple[str, ...]], ...] = (
    (
        (
            "How the keyboard slides: hitches, missed vsyncs, when it has settled",
            "键盘动画：卡顿、丢帧、稳定时刻",
        ),
        ("touches", "slide", "leash", "input-time"),
    ),
    (("When the app answers a press", "应用响应时刻"), ("input-time", "frametimeline", "present-fences")),
    (("Why a frame was late, down to its thread", "掉帧原因（到线程）"), ("sections", "scheduling")),
    (
        ("Apps that draw into a SurfaceView (Flutter, video)", "SurfaceView 应用（Flutter、视频）"),
        ("frametracer",),
    ),
    (("That a hot phone is noticed", "能察觉发热降频"), ("thermal",)),
    (("That presses are like a finger's", "按压接近真实手指"), ("touches", "press-length")),
    (("That the phone stays awake and is restored by itself", "自动保持亮屏并恢复设置"), ("settings",)),
)
CLOCK_LIMIT_MS = 1.0
"""Beyond it, latencies are not to be believed: an eighth of a vsync at 120 Hz."""
COST_LIMIT = 0.1
"""The captures may make the app's median frame longer by this part."""
AGREE_LIMIT = 0.95
"""Part of the frames that two sources must show within half a vsync of each other."""


def beliefs(
    abilities: Sequence[Ability],
    noise: Sequence[Noise],
    costs: Sequence[FrameCost],
    clocks: ClockCheck | None,
    agreements: Sequence[Agreement],
) -> tuple[Belief, ...]:
    """Return the sentences, the most important first."""
    state = {one.key: one for one in abilities}
    found = [_rests(words, [state[key] for key in keys]) for words, keys in _RESTS_ON]
    found += _noise(noise)
    found += _clocks(clocks)
    found += _costs({one.tier: one for one in costs})
    found += [_agrees(one) for one in agreements]
    return tuple(found)


def _rests(words: tuple[str, str], needed: Iterable[Ability]) -> Belief:
    gone = [one.meaning.name for one in needed if one.state is not State.GIVEN]
    if not gone:
        return Belief(True, (f"{words[0]}: yes.", f"{words[1]}：可信。"))
    english, chinese = ", ".join(name[0] for name in gone), "、".join(name[1] for name in gone)
    return Belief(False, (f"{words[0]}: no, without {english}.", f"{words[1]}：不可信，缺少{chinese}。"))


def _noise(noise: Sequence[Noise]) -> list[Belief]:
    found = []
    for one in noise:
        compared, name = one.comparison, one.metric
        if one.resolution is None:
            found.append(Belief(None, (f"{name}: no value, not tested.", f"{name}：没有数值，未检验。")))
            continue
        rounds, unit = min(compared.rounds), compared.unit
        if one.outcome == "equal":
            holds, en, zh = True, "told equal to itself", "与自身判为相同"
        elif one.outcome == "differs":
            holds, en, zh = (
                False,
                "differs from ITSELF: no comparison holds here now",
                "与自身判为不同：此刻任何比较都不可信",
            )
        else:
            holds, en, zh = None, "too noisy for so few rounds to tell", "噪声大，轮数不足以判断"
        reach = f"{one.resolution:.1f} {unit}" if one.resolution < 1e6 else "-"
        d = f"{compared.margin:.1f}"
        english = f"{name}: an app is {en} ({rounds} rounds a side resolve {reach}; margin {d})."
        chinese = f"{name}：应用{zh}（每侧 {rounds} 轮可分辨 {reach}，界限 {d}）。"
        found.append(Belief(holds, (english, chinese)))
    return found


def _clocks(clocks: ClockCheck | None) -> list[Belief]:
    if clocks is None:
        return []
    good, error = clocks.error_ms <= CLOCK_LIMIT_MS, f"{clocks.error_ms:.3f} ms"
    return [
        Belief(
            good,
            (
                f"Clocks: converted with an error of at most {error} ({clocks.pairs} readings).",
                f"时钟换算误差不超过 {error}（{clocks.pairs} 次对照）。",
            ),
        )
    ]


def _costs(costs: dict[str, FrameCost]) -> list[Belief]:
    none = costs.get("none")
    found = []
    for tier in ("light", "full"):
        one = costs.get(tier)
        if none is None or one is None or none.median_ms is None or one.median_ms is None:
            why = (f"Cost of the {tier} capture: not measured.", f"{tier} 录制的影响：未测得。")
            found.append(Belief(None, why))
            continue
        more = one.median_ms - none.median_ms
        without, with_ = f"{none.median_ms:.2f}", f"{one.median_ms:.2f}"
        english = (
            f"Cost of the {tier} capture: the app's median frame takes {more:+.2f} ms "
            f"({without} without, n={none.frames}; {with_} with, n={one.frames})."
        )
        chinese = (
            f"{tier} 录制的影响：应用帧耗时中位数 {more:+.2f} ms"
            f"（不录制 {without}，n={none.frames}；录制 {with_}，n={one.frames}）。"
        )
        found.append(Belief(more <= COST_LIMIT * none.median_ms, (english, chinese)))
    return found


def _agrees(one: Agreement) -> Belief:
    if one.agreeing is None:
        return Belief(
            None,
            (f"{one.pair}: {one.reason}.", f"{one.pair}：{one.reason}。"),
        )
    return Belief(
        one.agreeing >= AGREE_LIMIT,
        (
            f"{one.pair}: {one.agreeing:.0%} of {one.matched} frames within half a vsync of each other.",
            f"{one.pair}：{one.matched} 帧中 {one.agreeing:.0%} 相差不到半个 vsync。",
        ),
    )
