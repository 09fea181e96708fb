"""The HTML report as text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from profiler.report.catalog import resource
from profiler.report.html import render_html
from tests.profiler.report.factory import FIELD, HEAVY, SMOOTH, report_input

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput


@pytest.fixture(scope="module")
def text(run: ReportInput) -> str:
    return render_html(run)


def test_the_same_records_give_the_same_page(text: str) -> None:
    assert render_html(report_input()) == text


def test_holds_everything_that_it_needs(text: str) -> None:
    addresses = set(re.findall(r"""(?:https?:)?//[\w.]+[^\s"'<]*""", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert re.findall(r'(?:src|href)="([^"#]+)"', text) == ["data:,"]
    assert "@import" not in text


def test_says_simulated_in_both_languages_and_only_where_it_is(text: str) -> None:
    assert '<div class="sim"' in text
    assert "SIMULATED" in text
    assert "模拟数据" in text
    assert "<title>SIMULATED · " in text
    real = render_html(report_input((HEAVY, SMOOTH, FIELD), rounds=3, popups=2, simulated=False))
    assert "SIMULATED" not in real
    assert "模拟数据" not in real
    assert '<div class="sim"' not in real


def test_an_emulator_is_named_as_such() -> None:
    data = report_input((HEAVY, SMOOTH), rounds=3, popups=2, simulated=False)
    phone = replace(data.manifest.phone, is_emulator=True)
    assert "This is an emulator" in render_html(replace(data, manifest=replace(data.manifest, phone=phone)))


def test_names_from_the_run_are_escaped() -> None:
    evil = replace(HEAVY, label="<img src=x onerror=alert(1)>")
    made = render_html(report_input((evil, SMOOTH, FIELD), rounds=3, popups=2))
    assert "<img" not in made
    assert "&lt;img src=x" in made


def test_tells_how_to_check_it(text: str, run: ReportInput) -> None:
    assert run.manifest.commands[0] in text
    assert "silky report runs/demo --html" in text
    assert "silky analyze runs/demo/rounds/01-heavy/trace.perfetto-trace" in text
    assert "ui.perfetto.dev" in text
    assert all(c.trace_sha256 in text for c in run.captures)


def test_commands_can_be_pasted_whatever_the_folder_is_called(run: ReportInput) -> None:
    made = render_html(replace(run, bundle="my runs/a&b"))
    assert "silky report &#39;my runs/a&amp;b&#39; --html" in made


def test_tells_the_conditions_and_the_hashed_serial_only(text: str, run: ReportInput) -> None:
    for part in (
        run.manifest.phone.serial_hash,
        run.manifest.phone.fingerprint,
        "com.example.keyboard/.Service",
        "120 Hz (60 Hz, 120 Hz)",
        "stay_on_while_plugged_in",
        "speed-profile",
    ):
        assert part in text


def test_tells_void_rounds_with_reasons_and_warnings(text: str) -> None:
    assert "The refresh rate changed from 120 to 60 Hz during the round." in text
    assert "Battery is charging." in text


def test_a_missing_value_stands_with_its_reason(text: str) -> None:
    assert "应用在空闲时也不停绘制" in text
    assert "app draws while idle" in text


def test_an_app_without_a_valid_round_is_still_shown() -> None:
    data = report_input((HEAVY, SMOOTH, FIELD), rounds=3, popups=2, voids=0)
    rounds = tuple(replace(r, void=("crash",)) if r.app == "smooth" else r for r in data.result.rounds)
    apps = tuple(
        replace(a, rounds_valid=0, rounds_void=3, metrics={}, means={}, medians={}, modes={})
        if a.app == "smooth"
        else a
        for a in data.result.apps
    )
    made = render_html(replace(data, result=replace(data.result, rounds=rounds, apps=apps)))
    assert "no valid round" in made
    assert "no valid pop-up" in made


def test_a_run_without_complaint_or_popups() -> None:
    data = report_input((HEAVY, SMOOTH), rounds=3, popups=2)
    bare = replace(
        data,
        verdict=None,
        captures=(),
        bundle="",
        manifest=replace(data.manifest, complaint=None),
        result=replace(data.result, rounds=()),
    )
    made = render_html(bare)
    assert "no complaint was judged" in made
    assert 'id="comparisons"' not in made


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_the_ground(theme: int) -> None:
    colours = dict(
        re.findall(
            r"--(\w+): (#[0-9a-f]{6})",
            re.findall(r":root[^{}]*\{(.*?)\}", resource("report.css"), re.DOTALL)[theme],
        )
    )
    for text in ("ink", "soft", "bad", "good", "open"):
        for ground in ("bg", "card"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for text, ground in (
        ("bad", "badbg"),
        ("good", "goodbg"),
        ("open", "openbg"),
        ("ink", "badbg"),
        ("soft", "badbg"),
    ):
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("main", "async", "keys", "missed", "late"):
        assert _contrast(colours[mark], colours["card"]) >= 3, mark
