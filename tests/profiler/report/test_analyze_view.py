"""What `silky analyze` prints."""

from __future__ import annotations

import io
import json
import random
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from profiler.analysis.overview import DisplayOverview, LayerOverview, Overview
from profiler.report.analyze_view import MOST_LAYERS, overview_json, render_dump, render_overview
from profiler.report.dumps import DumpView, Grid
from tests.profiler.report.factory import HEAVY, RESTLESS, popup

LAYER = LayerOverview(
    process="com.example.app",
    pid=4321,
    layer="TX - com.example.app/com.example.app.ui.screens.conversation.ConversationActivity#123",
    frames=40,
    shown=39,
    dropped=1,
    buffers=40,
    late=3,
    judged=38,
    worst_overrun_ms=9.25,
    jank={"No Jank": 37, "App Deadline Missed": 3},
    first_ms=0.0,
    last_ms=900.0,
    missed_vsyncs=20,
    median_gap_ms=8.33,
    longest_gap_ms=500.0,
)


def an_overview() -> Overview:
    rng = random.Random(1)
    return Overview(
        path="trace.perfetto-trace",
        duration_ms=10_130.0,
        scorable=True,
        reasons=(),
        warnings=("1 frames never ended.",),
        clock_error_ms=0.0,
        display=DisplayOverview(801, 800, 8.333, 8.33, 1442.2, {"No Jank": 801}),
        layers=(LAYER,),
        popups=(popup(HEAVY, 1, 1, rng), popup(RESTLESS, 1, 1, rng)),
    )


def printed(overview: Overview, width: int = 100) -> str:
    out = io.StringIO()
    render_overview(overview, Console(width=width, file=out))
    return out.getvalue()


def test_tells_health_display_layers_and_popups() -> None:
    text = printed(an_overview(), 120)
    for part in (
        "10.13 s of trace.",
        "Scorable",
        "Warning: 1 frames never ended.",
        "period 8.33 ms (120.0 Hz)",
        "com.example.app (4321)",
        "3/38",
        "Keyboard pop-ups",
        "per frame",
        "— app's response: app draws while idle",
    ):
        assert part in text
    assert "TX - " not in text


@pytest.mark.parametrize("width", [80, 120])
def test_keeps_to_the_width(width: int) -> None:
    text = printed(an_overview(), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text


def test_says_why_a_trace_is_not_scorable() -> None:
    text = printed(replace(an_overview(), scorable=False, reasons=("the buffer overran",), popups=()))
    assert "NOT scorable: the buffer overran" in text
    assert "No press on a text field" in text


def test_a_trace_without_frames() -> None:
    empty = DisplayOverview(0, 0, 16.67, None, None, {})
    text = printed(replace(an_overview(), display=empty, layers=(), popups=(), clock_error_ms=None))
    assert "no FrameTimeline" in text
    assert "Input times" not in text


def test_many_layers_are_cut_and_counted() -> None:
    assert "5 more layers." in printed(replace(an_overview(), layers=(LAYER,) * (MOST_LAYERS + 5)))


def test_json_has_all_of_it() -> None:
    made = json.loads(overview_json(an_overview()))
    assert list(made)[:2] == ["schema", "version"]
    assert made["layers"][0]["layer"] == LAYER.layer
    assert made["popups"][0]["strip"][0]["lane"] == "leash"


def dumped(view: DumpView) -> str:
    out = io.StringIO()
    render_dump(view, Console(width=80, file=out))
    return out.getvalue()


def test_a_dump_prints_facts_tables_and_notes() -> None:
    view = DumpView(
        "battery",
        "b.txt",
        "battery",
        facts=(("level", 58.0), ("plugged", None), ("frozen", True)),
        grids=(Grid("Sensors", ("name", "°C"), (("CPU", 45.3), ("SKIN", None))),),
        notes=("Set by hand.",),
    )
    text = dumped(view)
    for part in ("b.txt: battery", "level: 58.0", "plugged: —", "frozen: yes", "45.3", "Set by hand."):
        assert part in text


def test_a_useless_dump_prints_why_and_what_to_do() -> None:
    text = dumped(
        DumpView("empty", "e.txt", "an empty file", problem="e.txt is empty.", next_step="Dump again.")
    )
    assert text.splitlines() == ["e.txt: an empty file", "e.txt is empty.", "Dump again."]


def test_a_chinese_reader_is_told_in_chinese() -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    render_overview(an_overview(), console, lang="zh")
    text = console.export_text()
    for part in (
        "记录时长 10.13 秒",
        "可以评分",
        "警告：1 帧没有结束。",
        "的键盘弹出，毫秒",
        "应用在空闲时也不停绘制",
    ):
        assert part in text
    for part in ("Scorable", "Warning", "owner", "missed", "Cadence"):
        assert part not in text
