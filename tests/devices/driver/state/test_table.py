"""The table of the phone's state: one row a thing, in both languages, with what people can do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.driver.state.checks import refusals, screen_refusals
from devices.driver.state.held import HELD, settable, wants
from devices.driver.state.knobs import BATTERY_SAVER, DND, Knob
from devices.driver.state.table import View, state_rows
from profiler.cli.state_options import HELD_KEYS
from traces.capture import PhoneState

STAY = Knob("global", "stay_on_while_plugged_in")
HEADS_UP = Knob("global", "heads_up_notifications_enabled")
TURN = Knob("system", "accelerometer_rotation")
UPRIGHT = Knob("system", "user_rotation")
BRIGHTNESS = Knob("system", "screen_brightness_mode")
SAVER = Knob(*BATTERY_SAVER)
QUIET = Knob(*DND)

HELD_STILL = {
    STAY: "7",
    HEADS_UP: "0",
    QUIET: "priority",
    TURN: "0",
    UPRIGHT: "0",
    BRIGHTNESS: "0",
    SAVER: "off",
}
GOOD = View(
    state=PhoneState(
        ime_id="com.k/.Ime",
        thermal_status=0,
        battery_level=80,
        charging=False,
        screen_on=True,
        locked=False,
        animation_scales=(1.0, 1.0, 1.0),
        theme="dark",
        font_scale=1.0,
    ),
    values=HELD_STILL,
    sdk=34,
    manufacturer="Xiaomi",
    has_dnd=True,
    writable=True,
    keyboard_filter="speed-profile",
    heat="thermal status 0, none",
)


def rows(view: View) -> dict[str, object]:
    return {row.key: row for row in state_rows(view)}


def test_a_phone_that_is_ready_is_ok_throughout():
    assert {row.state for row in state_rows(GOOD)} == {"ok"}
    assert rows(GOOD)["appearance"].detail.text("zh") == "主题 dark，字体大小 1"


@pytest.mark.parametrize(
    ("knob", "value", "key", "state"),
    [
        (STAY, None, "stay-awake", "will set"),
        (STAY, "3", "stay-awake", "will set"),
        (STAY, "15", "stay-awake", "ok"),
        (HEADS_UP, "1", "heads-up", "will set"),
        (HEADS_UP, None, "heads-up", "will set"),
        (QUIET, "off", "dnd", "will set"),
        (QUIET, "none", "dnd", "ok"),
        (QUIET, "alarms", "dnd", "ok"),
        (TURN, "1", "rotation", "will set"),
        (UPRIGHT, "3", "rotation", "will set"),
        (UPRIGHT, None, "rotation", "ok"),
        (BRIGHTNESS, "1", "brightness", "will set"),
        (BRIGHTNESS, None, "brightness", "ok"),
        (SAVER, "on", "battery-saver", "will set"),
    ],
)
def test_what_is_held_still_is_ok_or_will_be_set(knob, value, key, state):
    view = replace(GOOD, values={**HELD_STILL, knob: value})
    row = rows(view)[key]
    assert row.state == state
    assert [held.key for held, _ in wants(view.values, 34, has_dnd=True)] == (
        [key] if state == "will set" else []
    )
    if state == "will set":
        assert row.command
        assert "then back" in row.detail.en
        assert "之后还原" in row.detail.zh


@pytest.mark.parametrize(
    ("state", "key", "row_state", "en", "zh", "command"),
    [
        ({"animation_scales": (0.5, 1.0, 1.0)}, "animations", "needs you", "0.5, 1, 1", "不是 1", "settings put global"),
        ({"animation_scales": None}, "animations", "warning", "does not tell", "未提供", ""),
        ({"ime_id": None}, "keyboard", "needs you", "none is chosen", "没有选择输入法", "ime list"),
        ({"ime_id": "com.x/.Y"}, "keyboard", "needs you", "not com.k/.Ime as planned", "计划为", "ime set com.k/.Ime"),
        ({"screen_on": False}, "screen", "will set", "switched on for a run", "会点亮", ""),
        ({"screen_on": None}, "screen", "warning", "does not tell", "未提供", ""),
        ({"locked": True}, "lock", "needs you", "locked", "锁定", ""),
        ({"locked": None}, "lock", "warning", "does not tell", "未提供", ""),
        ({"thermal_status": 3}, "heat", "warning", "waits up to 10 min", "最多等待 10 分钟", ""),
        ({"thermal_status": None}, "heat", "warning", "does not tell", "未提供", ""),
        ({"battery_level": 12}, "battery", "warning", "12 %", "降频", ""),
        ({"battery_level": None}, "battery", "warning", "does not tell", "未提供", ""),
        ({"charging": True}, "charging", "warning", "heats", "发热", ""),
    ],
)  # fmt: skip
def test_what_needs_a_person_or_their_attention(state, key, row_state, en, zh, command):
    view = replace(GOOD, state=replace(GOOD.state, **state), planned_ime="com.k/.Ime")
    row = rows(view)[key]
    assert row.state == row_state
    assert en in row.detail.en
    assert zh in row.detail.zh
    assert command in row.command
    others = {one.state for one in state_rows(view) if one.key != key}
    assert others == {"ok"}


def test_what_needs_a_person_is_what_a_run_refuses():
    bad = replace(GOOD.state, animation_scales=(0, 1, 1), ime_id=None, locked=True)
    needing = [row.key for row in state_rows(replace(GOOD, state=bad)) if row.state == "needs you"]
    assert needing == ["animations", "keyboard", "lock"]
    assert len(refusals(bad)) + len(screen_refusals(bad)) == len(needing)
    assert refusals(GOOD.state) + screen_refusals(GOOD.state) == []


def test_a_phone_that_lets_nothing_be_set_needs_its_vendors_switch():
    view = replace(GOOD, writable=False, values={**HELD_STILL, STAY: "0", HEADS_UP: "1"})
    found = rows(view)
    assert found["settings"].state == "needs you"
    assert "USB debugging (Security settings)" in found["settings"].next_step.en
    assert "USB调试（安全设置）" in found["settings"].next_step.zh
    assert found["stay-awake"].state == found["heads-up"].state == "needs you"
    assert "Additional settings > Developer options > Stay awake" in found["stay-awake"].next_step.en
    assert "更多设置 > 开发者选项" in found["stay-awake"].next_step.zh
    assert found["rotation"].state == "ok"


@pytest.mark.parametrize(
    ("sdk", "has_dnd", "missing"),
    [(27, False, {"dnd", "battery-saver"}), (29, False, {"dnd"}), (30, True, set()), (34, False, {"dnd"})],
)
def test_what_this_android_has_no_command_for_is_a_warning(sdk, has_dnd, missing):
    view = replace(GOOD, sdk=sdk, has_dnd=has_dnd, values={**HELD_STILL, QUIET: "off", SAVER: "on"})
    found = {held.key: rows(view)[held.key].state for held in HELD}
    assert {key for key, state in found.items() if state == "warning"} == missing
    assert {held.key for held in HELD if not settable(held, sdk, has_dnd=has_dnd)} == missing


@pytest.mark.parametrize(
    ("compiled", "state"),
    [
        ("speed-profile", "ok"),
        ("speed", "ok"),
        ("verify", "warning"),
        ("run-from-apk", "warning"),
        (None, "warning"),
    ],
)
def test_a_keyboard_that_is_not_compiled_is_told(compiled, state):
    row = rows(replace(GOOD, keyboard_filter=compiled))["keyboard-compiled"]
    assert row.state == state
    assert ("cmd package compile" in row.command) is (compiled in ("verify", "run-from-apk"))


def test_every_row_speaks_both_languages():
    bad = replace(
        GOOD,
        state=replace(GOOD.state, animation_scales=(0, 1, 1), locked=True, thermal_status=4, charging=True),
        values=dict.fromkeys(HELD_STILL, None) | {QUIET: "off", SAVER: "on", TURN: "1", BRIGHTNESS: "1"},
        writable=False,
    )
    for row in state_rows(bad):
        for words in (row.label, row.detail):
            assert words.en
            assert words.zh
        assert bool(row.next_step.en) == bool(row.next_step.zh)


def test_the_command_line_knows_all_that_is_held():
    assert tuple(held.key for held in HELD) == HELD_KEYS
