"""Shows what `silky doctor --deep` found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from profiler.cli.output import stdout_console
from profiler.selftest.abilities import State
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from profiler.cli.checkup import Check
    from profiler.selftest.report import SelfTest

_STATES = {
    State.GIVEN: ("yes", "有", "green"),
    State.MISSING: ("NO", "无", "red"),
    State.UNKNOWN: ("not tried", "未检验", "yellow"),
}
_HOLDS = {True: ("yes", "可信", "green"), False: ("NO", "不可信", "red"), None: ("open", "未定", "yellow")}
_TITLES = {
    "can": ("What this phone can tell", "这台手机能提供什么"),
    "cpu": ("CPU time of the tool's own processes, ms per s", "工具自身进程的 CPU 时间（每秒毫秒数）"),
    "unknown": ("not told: no scheduling in the trace", "未知：trace 中没有调度信息"),
    "none": ("none ran", "未见运行"),
    "rounds": ("Rounds", "轮次"),
    "valid": ("valid", "有效"),
    "void": ("void", "作废"),
    "believe": ("What may be believed on this phone", "这台手机上哪些结论可信"),
    "kept": ("The captures are kept in", "录制文件保存在"),
}
_ANSWERABLE = ("touches", "perfetto", "Android", "frame times")
"""Checks that the self-test itself explains; anything else that needs the user stops it."""


def stops(checks: Sequence[Check]) -> None:
    """Refuse to test a phone that is not ready for reasons that say nothing about what it can do.

    Raises:
        PhoneError: e.g. locked, or animations off.
    """
    open_ = [one for one in checks if one.state == "needs you" and one.key not in _ANSWERABLE]
    if open_:
        raise PhoneError(
            f"The phone is not ready for its self-test: {'; '.join(one.detail.en for one in open_)}.",
            next_step=" ".join(dict.fromkeys(one.next_step.en for one in open_ if one.next_step.en)),
        )


def show(test: SelfTest, lang: str) -> None:
    """Print it."""
    at = 1 if lang == "zh" else 0
    console = stdout_console()
    if test.phone.simulated:
        console.print(Text("SIMULATED" if at == 0 else "SIMULATED（模拟手机）", style="bold yellow"))
    _abilities(console, test, at)
    console.print(
        f"{_TITLES['rounds'][at]}: {test.rounds_valid} {_TITLES['valid'][at]}, "
        f"{test.rounds_void} {_TITLES['void'][at]}"
    )
    for reason in test.void_reasons:
        console.print(f"  {reason}")
    if test.cpu_costs:
        console.print(Text(f"\n{_TITLES['cpu'][at]}", style="bold"))
        for cost in test.cpu_costs:
            parts = ", ".join(f"{name} {ms:.1f}" for name, ms in cost.ms_per_s.items())
            told = parts or _TITLES["none" if cost.known else "unknown"][at]
            console.print(f"  {cost.tier}: {told}")
    _beliefs(console, test, at)
    console.print(f"\n{_TITLES['kept'][at]} {test.folder}", soft_wrap=True)


def _abilities(console: Console, test: SelfTest, at: int) -> None:
    console.print(Text(f"\n{_TITLES['can'][at]}", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in test.abilities:
        *words, style = _STATES[one.state]
        detail = one.detail[at]
        if one.state is State.MISSING:
            detail = f"{detail}\n-> {one.meaning.without[at]}"
        table.add_row(Text(words[at], style=style), one.meaning.name[at], Text(detail))
    console.print(table)


def _beliefs(console: Console, test: SelfTest, at: int) -> None:
    console.print(Text(f"\n{_TITLES['believe'][at]}", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in test.beliefs:
        *words, style = _HOLDS[one.holds]
        table.add_row(Text(words[at], style=style), Text(one.words[at]))
    console.print(table)
