"""Sentences that the driver, the decoders and the run write in English are read in Chinese too."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import profiler.analysis
from devices.driver.state import checks
from profiler.analysis.state import state_void
from profiler.reasons import chinese
from tests.profiler.analysis.synthetic import capture
from traces.capture import PhoneState, PopupCapture
from traces.perfetto.framing import Damage
from traces.perfetto.loss import Findings, Losses, health

HAN = re.compile(r"[\u4e00-\u9fff]")

HOT = PhoneState(
    ime_id="a.ime/.Ime", refresh_hz=60.0, app_pid=1, focused_window="a/.A", thermal_status=2, ime_shown=True,
    battery_level=3, charging=True, animation_scales=(0.5, 1.0, 1.0), theme="light", font_scale=1.0, rotation=0,
    display_px=(1080, 2400), density_dpi=420,
)  # fmt: skip
OTHER = PhoneState(
    ime_id="b.ime/.Ime", refresh_hz=120.0, app_pid=2, focused_window="b/.B", thermal_status=0, ime_shown=False,
    battery_level=90, charging=False, animation_scales=(1.0, 1.0, 1.0), theme="dark", font_scale=1.3, rotation=1,
    display_px=(1440, 3200), density_dpi=560,
)  # fmt: skip
SILENT = PhoneState(ime_id="a.ime/.Ime")
PRESSES = tuple(PopupCapture(n, 1, 2, 60, shown_before=n == 1, shown_after=n == 1) for n in (1, 2))


def _said_by_the_checks() -> list[str]:
    return [
        *checks.start_warnings(HOT, brightness_auto=True),
        *checks.start_warnings(SILENT, brightness_auto=False),
        *checks.void_reasons(HOT, OTHER),
        *checks.void_reasons(HOT, OTHER, starts="com.example.chat"),
        *checks.popup_void_reasons(PRESSES, 5),
        *state_void(replace(capture(), before=HOT, after=OTHER, popups=PRESSES)),
    ]


def _said_of_losses() -> list[str]:
    losses = Losses(damaged=1, dropped=1, lost_event_bundles=1, not_unpacked=1, other_ftrace_clock=1)
    found = Findings(10, 1, 1, 1, 1, 1, 0, 1, 1, 1)
    told = health(losses, Damage(stopped_at=7, left_bytes=3), found, cut_short=True)
    return [f"{warning} (003-a-r1-a1, 004-b-r1-a1, 005-c-r1-a1 and 2 more)" for warning in told.warnings]


@pytest.mark.parametrize("said", [_said_by_the_checks, _said_of_losses])
def test_what_the_phone_and_its_traces_say_is_told_in_chinese_too(said) -> None:
    english = said()
    assert len(english) > 8
    left = [text for text in english if not HAN.search(chinese(text))]
    assert left == []


NO_REASONS = frozenset(
    {
        *("sections (driver times)", ", since delivery", "driver times", " and doFrame"),  # sources
        "the end of it: what came before was overwritten",  # behind a source
        *("InsetsAnimation: ime", "InsetsAsyncAnimation: ime", "No Jank"),  # Android's own words
        *("app main thread", "insets animation thread"),  # drivers
    }
)


def _said_by_the_analysis() -> set[str]:
    """Every sentence that is a constant of a module, or is put down in place of a value."""
    found: set[str] = set()
    for path in Path(profiler.analysis.__path__[0]).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = [node.value for node in tree.body if isinstance(node, ast.Assign)]
        puts = [
            part
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "put"
            for argument in call.args[1:]
            for part in ast.walk(argument)
        ]
        texts = [one.value for one in (*constants, *puts) if isinstance(one, ast.Constant)]
        found |= {text for text in texts if isinstance(text, str) and " " in text}
    return found


def test_every_reason_of_the_analysis_is_told_in_chinese_too() -> None:
    said = _said_by_the_analysis()
    assert {"no three frames in a rhythm", "input time unknown"} <= said
    assert said >= NO_REASONS
    assert sorted(text for text in said - NO_REASONS if not HAN.search(chinese(text))) == []


def test_a_sentence_around_another_one_is_told_in_chinese_with_it() -> None:
    told = chinese("pop-up 3: no slide seen (007-a-r1-a1)")
    assert told == "第 3 次弹出：没有观察到滑出动画（007-a-r1-a1）"


def test_a_sentence_without_chinese_stays_as_it_is() -> None:
    assert chinese("somebody's own words") == "somebody's own words"


def test_a_reason_within_a_reason_is_translated_too() -> None:
    said = chinese("the keyboard did not come: only a press can tell that the field is usable")
    assert said == "键盘没有出现：只有点按才能知道输入框是否可用"
