"""The report on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from profiler.report.terminal import render_run
from tests.profiler.report.factory import FIELD, HEAVY, RESTLESS, report_input

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput

EXPECTED = Path(__file__).parent / "expected"


def printed(data: ReportInput, width: int = 80, lang: str = "en", path: str | None = None) -> str:
    out = io.StringIO()
    render_run(data, Console(width=width, file=out), lang=lang, report_path=path)
    return out.getvalue()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_keeps_to_the_width_and_shows_no_colour_codes_off_a_terminal(
    run: ReportInput, width: int, lang: str
) -> None:
    text = printed(run, width, lang)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "…" not in text


def agreed() -> ReportInput:
    """A run whose verdict has words of its own, so that only the report's are looked at."""
    data = report_input((HEAVY, RESTLESS, FIELD), rounds=5, popups=3, voids=0)
    assert data.verdict is not None
    told = (("It rains.", "下雨了。"),)
    verdict = replace(
        data.verdict, sentence_en="Reproduced: so it is.", sentence_zh="已复现：正是如此。", observations=told
    )
    return replace(data, verdict=verdict)


@pytest.mark.parametrize(("width", "lang"), [(80, "en"), (120, "zh")])
def test_reads_as_agreed(width: int, lang: str) -> None:
    data = agreed()
    text = "".join(
        line.rstrip() + "\n" for line in printed(data, width, lang, "demo/report.html").splitlines()
    )
    assert text == (EXPECTED / f"terminal-{width}-{lang}.txt").read_text(encoding="utf-8")


def test_says_simulated_first_and_only_where_it_is(run: ReportInput) -> None:
    assert "SIMULATED (speed 20x)" in printed(run).splitlines()[0]
    assert "模拟数据" in printed(run, lang="zh").splitlines()[0]
    real = printed(report_input(rounds=3, simulated=False))
    assert "SIMULATED" not in real
    assert real.splitlines()[0].startswith("╭")


def test_gives_the_verdict_in_words_without_saying_it_twice(run: ReportInput) -> None:
    text = printed(run, 200)
    assert text.count("Reproduced") == 1
    assert "Heavy 厚重 is worse than" in text


@pytest.mark.parametrize("width", [80, 120])
def test_marks_accused_and_reference(run: ReportInput, width: int) -> None:
    text = printed(run, width)
    assert "(accused)" in text
    assert "(reference)" in text


def test_explains_what_is_missing(run: ReportInput) -> None:
    assert "— Restless, app's response: app draws while idle" in printed(run)
    assert "— Restless，应用响应：应用在空闲时也不停绘制" in printed(run, lang="zh")


def test_tells_how_many_rounds_would_settle_an_open_comparison(run: ReportInput) -> None:
    first = replace(run.verdict.primary[0], outcome="open", further_rounds=5)
    data = replace(run, verdict=replace(run.verdict, primary=(first,), outcome="cannot tell"))
    text = printed(data, 120)
    assert "? open, +5 rounds" in text
    assert "Cannot be told yet" in text


def test_a_run_without_complaint_has_no_verdict(run: ReportInput) -> None:
    data = replace(run, verdict=None, manifest=replace(run.manifest, complaint=None))
    text = printed(data)
    assert "no complaint was judged" in text
    assert "(accused)" not in text


def test_says_when_the_run_did_not_finish_and_where_the_report_is(run: ReportInput) -> None:
    text = printed(replace(run, manifest=replace(run.manifest, finished=False)), path="demo/report.html")
    assert "The run did not finish" in text
    assert text.splitlines()[-1] == "Report: demo/report.html"


def test_brackets_in_a_name_are_no_markup() -> None:
    data = report_input((replace(HEAVY, label="[red]Heavy[/red]"), FIELD, RESTLESS), rounds=3, popups=2)
    text = printed(data, 200)
    assert "[red]Heavy[/red]" in text
