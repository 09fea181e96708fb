"""A verdict in one or two sentences: by how much, against whom, and against the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.verdict.words import Words, amount, both, metric_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from profiler.analysis.results import AppResult, Comparison


def sentence(
    outcome: str,
    accused: AppResult,
    *,
    primary: Sequence[Comparison],
    references: Sequence[Comparison],
    names: Mapping[str, str],
    reasons: Sequence[Words],
) -> Words:
    """Return the verdict in plain words.

    Args:
        outcome: reproduced, partly, not reproduced or cannot tell.
        accused: the app complained about.
        primary: the comparisons that decide.
        references: the same metric against the reference apps.
        names: app -> name for people.
        reasons: why it cannot be told.
    """
    who = names[accused.app]
    lead = {
        "reproduced": _reproduced,
        "not reproduced": _not_reproduced,
        "partly": _partly,
    }.get(outcome)
    head = _cannot_tell(who, reasons) if lead is None else lead(who, primary, names)
    tail = [text for one in references if (text := _reference(who, one, names)) is not None]
    parts = [head, *tail]
    return Words(" ".join(part.en for part in parts), "".join(part.zh for part in parts))


def _value(comparison: Comparison) -> Words:
    metric = metric_words(comparison.metric)
    size = amount(comparison.accused_value or 0.0, comparison.unit)
    return Words(f"{metric.en}: {size.en}", f"{metric.zh}为 {size.zh}")


def _others(comparisons: Sequence[Comparison], names: Mapping[str, str]) -> Words:
    """Return each competitor with its value: Smooth 0.0 ms, Jumpy 1.7 ms."""
    sizes = [(names[c.competitor], amount(c.competitor_value or 0.0, c.unit)) for c in comparisons]
    return Words(
        ", ".join(f"{name} {size.en}" for name, size in sizes),
        "，".join(f"{name} {size.zh}" for name, size in sizes),
    )


def _proof(comparisons: Sequence[Comparison], than: str = "") -> Words:
    """Return what shows that it is worse: the least difference, or the rounds that stalled."""
    if all(c.lower is not None and c.lower > c.margin for c in comparisons):
        least = _least(comparisons)
        return Words(f"at least {least.en} more{than}", f"至少多出 {least.zh}")
    stalled = [(c, c.stalls) for c in comparisons if c.stalls is not None]
    first, stalls = stalled[0]
    most, of = max((s.counts[1], c.rounds[1]) for c, s in stalled)
    limits = [amount(limit, first.unit) for limit in stalls.limits]
    return Words(
        f"{stalls.counts[0]} of its {first.rounds[0]} rounds lie above {limits[0].en}, "
        f"and at most {most} of {of} of any other above {limits[1].en}",
        f"它的 {first.rounds[0]} 轮中有 {stalls.counts[0]} 轮超过 {limits[0].zh}，"
        f"而对方的 {of} 轮中至多 {most} 轮超过 {limits[1].zh}",
    )


def _least(comparisons: Sequence[Comparison]) -> Words:
    bound = min(c.lower for c in comparisons if c.lower is not None)
    return amount(bound, comparisons[0].unit)


def _most(comparisons: Sequence[Comparison]) -> Words:
    bound = max(c.upper for c in comparisons if c.upper is not None)
    return amount(max(0.0, bound), comparisons[0].unit)


def _margin(comparisons: Sequence[Comparison]) -> Words:
    return amount(comparisons[0].margin, comparisons[0].unit)


def _reproduced(who: str, primary: Sequence[Comparison], names: Mapping[str, str]) -> Words:
    value, others = _value(primary[0]), _others(primary, names)
    margin = _margin(primary)
    against = both([names[c.competitor] for c in primary])
    proof = _proof(primary, " than it" if len(primary) == 1 else " than each of them")
    return Words(
        f"Reproduced: {who} is worse than {against.en}. Its {value.en}, against {others.en}; "
        f"{proof.en} (95 % sure; {margin.en} would matter).",
        f"已复现：{who} 不如{against.zh}。{who} 的{value.zh}，而{others.zh}；"
        f"{proof.zh}（95% 把握，超过 {margin.zh}即有意义）。",
    )


def _not_reproduced(who: str, primary: Sequence[Comparison], names: Mapping[str, str]) -> Words:
    value, others, most = _value(primary[0]), _others(primary, names), _most(primary)
    margin = _margin(primary)
    against = both([names[c.competitor] for c in primary])
    return Words(
        f"Not reproduced: {who} is not worse than {against.en}. Its {value.en}, against {others.en}; at most "
        f"{most.en} more (95 % sure; {margin.en} would matter).",
        f"未复现：{who} 并不比{against.zh}差。{who} 的{value.zh}，而{others.zh}；"
        f"至多多出 {most.zh}（95% 把握，超过 {margin.zh}才有意义）。",
    )


def _partly(who: str, primary: Sequence[Comparison], names: Mapping[str, str]) -> Words:
    worse = [c for c in primary if c.outcome == "worse"]
    rest = [c for c in primary if c.outcome != "worse"]
    value, proof = _value(primary[0]), _proof(worse)
    than, not_than = both([names[c.competitor] for c in worse]), both([names[c.competitor] for c in rest])
    others_worse, others_rest = _others(worse, names), _others(rest, names)
    return Words(
        f"Partly reproduced: {who} is worse than {than.en} ({others_worse.en}; {proof.en}, 95 % sure), "
        f"but not worse than {not_than.en} ({others_rest.en}). Its {value.en}.",
        f"部分复现：{who} 不如{than.zh}（{others_worse.zh}；{proof.zh}，95% 把握），"
        f"但并不比{not_than.zh}差（{others_rest.zh}）。{who} 的{value.zh}。",
    )


def _cannot_tell(who: str, reasons: Sequence[Words]) -> Words:
    return Words(
        f"It cannot be told yet whether {who} is worse: {'; '.join(r.en for r in reasons)}.",
        f"暂时无法判断 {who} 是否更差：{'；'.join(r.zh for r in reasons)}。",
    )


def _reference(who: str, comparison: Comparison, names: Mapping[str, str]) -> Words | None:
    """Return how the accused stands to the plain text field of the same phone."""
    if comparison.competitor_value is None or comparison.difference is None:
        return None
    name, size = names[comparison.competitor], amount(comparison.competitor_value, comparison.unit)
    said = {
        "worse": Words(f"{who} is worse than that too", f"{who} 比它也差"),
        "not worse": Words(f"{who} is not worse than that", f"{who} 并不比它差"),
    }.get(comparison.outcome, Words("too few rounds to tell the two apart", "轮次太少，两者分不出高下"))
    return Words(
        f"The reference on the same phone ({name}) has {size.en}: {said.en}.",
        f"同一手机上的参照（{name}）为 {size.zh}：{said.zh}。",
    )
