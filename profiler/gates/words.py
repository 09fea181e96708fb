"""What a gate's parts are called, in English and in Chinese, and each check as one sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from profiler.report.catalog import metric_of
from profiler.report.numbers import NULL, number, shown, with_unit
from profiler.verdict.words import Words

if TYPE_CHECKING:
    from profiler.gates.model import Check, Gate

OUTCOMES = {
    "fail": Words("fail", "未通过"),
    "warn": Words("warn", "警告"),
    "pass": Words("pass", "通过"),
    "incomplete": Words("incomplete", "数据不足"),
    "beside": Words("reference", "参照"),
}
MARKS = {"fail": "✗", "warn": "!", "pass": "✓", "incomplete": "?", "beside": "·"}
"""Beside the colour, so that nothing rests on colour alone."""

HEADS = {
    "app": Words("app", "应用"),
    "metric": Words("metric", "指标"),
    "value": Words("value", "数值"),
    "bounds": Words("95 % bounds", "95% 置信界"),
    "limit": Words("limit", "限值"),
    "rounds": Words("rounds", "轮次"),
    "outcome": Words("outcome", "结果"),
}
KINDS = {"budget": Words("(budget)", "（预算）"), "baseline": Words("(against the baseline)", "（相比基线）")}
SIMULATED = Words(
    "SIMULATED: these numbers come from a phone in software and say nothing about a real product.",
    "SIMULATED（模拟）：以下数字来自软件模拟的手机，不代表任何真实产品。",
)
VERDICTS = {
    "fail": Words("The gate failed", "门禁未通过"),
    "warn": Words("The gate passed with warnings", "门禁通过，但有警告"),
    "pass": Words("The gate passed", "门禁通过"),
    "incomplete": Words("The gate is incomplete", "门禁数据不足"),
}


def pick(words: Words, lang: str) -> str:
    """Return the words in `lang`, `en` or `zh`."""
    return words.zh if lang == "zh" else words.en


def headline(gate: Gate, lang: str) -> str:
    """Return the outcome and how many checks came out how."""
    counts = [
        f"{gate.count(name)} {pick(OUTCOMES[name], lang)}"
        for name in ("fail", "incomplete", "warn", "pass")
        if gate.count(name)
    ]
    if lang == "zh":
        return f"{VERDICTS[gate.outcome].zh}：{'，'.join(counts)}。"
    return f"{VERDICTS[gate.outcome].en}: {', '.join(counts)}."


def metric_name(check: Check, lang: str) -> str:
    """Return what the metric is called for people."""
    return metric_of(check.metric).label.get(lang)


def value(check: Check) -> str:
    """Return the value with its unit; a change with its sign."""
    return with_unit(shown(check.metric, check.value), check.unit, sign=check.kind == "baseline")


def bounds(check: Check) -> str:
    """Return the bounds."""
    sign = check.kind == "baseline"
    low, high = shown(check.metric, check.lower), shown(check.metric, check.upper)
    if low is None or high is None:
        return NULL
    return f"[{number(low, sign=sign)}, {number(high, sign=sign)}]"


def limit(check: Check) -> str:
    """Return the limit: <= 8.3 ms, or for a baseline its margin: +8.3 ms."""
    if check.kind == "baseline":
        return with_unit(shown(check.metric, check.limit), check.unit, sign=True)
    return f"{'≥' if check.at_least else '≤'} {with_unit(shown(check.metric, check.limit), check.unit)}"


def rounds(check: Check) -> str:
    """Return how many rounds there were; of a baseline too."""
    return str(check.rounds) if check.baseline_rounds is None else f"{check.rounds} / {check.baseline_rounds}"


def said(check: Check, lang: str) -> str:
    """Return a check in one sentence, with why where it is incomplete."""
    zh = lang == "zh"
    name = metric_name(check, lang)
    if check.value is None or check.lower is None or check.upper is None or math.isinf(check.upper):
        text = f"{check.label}，{name}：数据不足" if zh else f"{check.label}, {name}: incomplete"
    elif check.kind == "baseline":
        text = (
            f"{check.label}，{name}：相比基线 {value(check)}，{bounds(check)}，界限 {limit(check)}"
            if zh
            else f"{check.label}, {name}: {value(check)} against the baseline, {bounds(check)}, "
            f"margin {limit(check)}"
        )
    else:
        text = (
            f"{check.label}，{name}：{value(check)}，{bounds(check)}，限值 {limit(check)}"
            if zh
            else f"{check.label}, {name}: {value(check)}, {bounds(check)}, limit {limit(check)}"
        )
    if check.reasons:
        text += ("：" if zh else ": ") + ("；" if zh else "; ").join(pick(why, lang) for why in check.reasons)
    return text + ("。" if zh else ".")
