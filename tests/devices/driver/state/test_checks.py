"""The table of states: what is refused, what voids, what warns, what is let through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.driver.state.checks import (
    popup_void_reasons,
    refusals,
    screen_refusals,
    start_warnings,
    void_reasons,
)
from traces.capture import PhoneState, PopupCapture

GOOD = PhoneState(
    ime_id="com.k/.Ime",
    ime_shown=False,
    refresh_hz=120.0,
    render_hz=120.0,
    thermal_status=0,
    battery_level=80,
    charging=False,
    focused_window="com.a/com.a.Main",
    screen_on=True,
    locked=False,
    animation_scales=(1.0, 1.0, 1.0),
    app_pid=100,
)


def test_a_good_phone_is_let_through_without_a_word():
    assert refusals(GOOD, "com.k/.Ime") == []
    assert screen_refusals(GOOD) == []
    assert start_warnings(GOOD, brightness_auto=False) == []
    assert void_reasons(GOOD, GOOD) == []


@pytest.mark.parametrize("scales", [(0.0, 1.0, 1.0), (1.0, 0.5, 1.0), (1.0, 1.0, 0.0), (1.0, 1.0, 10.0)])
def test_an_animation_scale_other_than_one_is_refused(scales):
    [(what, step)] = refusals(replace(GOOD, animation_scales=scales))
    assert "not 1" in what
    assert "Developer options" in step


def test_another_keyboard_than_planned_is_refused():
    [(what, step)] = refusals(GOOD, "com.other/.Ime")
    assert what == "the keyboard is com.k/.Ime, not com.other/.Ime as planned"
    assert "ime set com.other/.Ime" in step


def test_a_dark_or_locked_screen_is_refused():
    assert [what for what, _ in screen_refusals(replace(GOOD, screen_on=False, locked=True))] == [
        "the screen is off",
        "the phone is locked",
    ]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"ime_id": "x/.Y"}, "keyboard changed from com.k/.Ime to x/.Y"),
        ({"refresh_hz": 60.0}, "refresh rate changed from 120 to 60 Hz"),
        ({"app_pid": 101}, "process changed from 100 to 101"),
        ({"app_pid": None}, "process changed from 100 to None"),
        ({"focused_window": "Dialog"}, "focused window changed from com.a/com.a.Main to Dialog"),
        ({"thermal_status": 2}, "hot (thermal status 2)"),
    ],
)
def test_what_changes_during_a_round_voids_it(change, word):
    [reason] = void_reasons(GOOD, replace(GOOD, **change))
    assert word in reason


def test_a_keyboard_that_was_already_up_voids():
    [reason] = void_reasons(replace(GOOD, ime_shown=True), GOOD)
    assert "up before" in reason


@pytest.mark.parametrize(
    "change", [{"thermal_status": 1}, {"battery_level": 10}, {"charging": True}, {"refresh_hz": 120.0001}]
)
def test_what_only_warns_does_not_void(change):
    assert void_reasons(GOOD, replace(GOOD, **change)) == []


@pytest.mark.parametrize(
    ("change", "auto", "word"),
    [
        ({"battery_level": 19}, False, "battery is at 19 %"),
        ({"charging": True}, False, "charging"),
        ({}, True, "Brightness is automatic"),
        ({"thermal_status": 3}, False, "hot (thermal status 3)"),
        ({"locked": None, "refresh_hz": None}, False, "does not tell: screen lock, refresh rate"),
    ],
)
def test_warnings(change, auto, word):
    [warning] = start_warnings(replace(GOOD, **change), brightness_auto=auto)
    assert word in warning


def press(number, before=False, after=True):
    return PopupCapture(number=number, x=1, y=2, press_ms=70, shown_before=before, shown_after=after)


def test_presses_void_a_round_each_for_its_own_reason():
    assert popup_void_reasons((press(1), press(2)), 2) == []
    assert popup_void_reasons((press(1, before=None, after=None),), 1) == []
    assert popup_void_reasons((press(1, before=True), press(2, after=False)), 3) == [
        "The keyboard was already up before press 1.",
        "The keyboard did not come up after press 2.",
        "Only 2 of 3 presses were made.",
    ]
