"""What ImeTracker of each release writes to logcat and keeps, and that silky's parsers read it."""

from __future__ import annotations

import dataclasses

import pytest

from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.world import MotionAction
from tests.devices.simulated.model.play import BACK, Scene
from tests.devices.simulated.userland.helpers import Device
from traces.text.ime_history import parse_ime_history
from traces.text.imetracker import ImeEnd, ime_requests, parse_imetracker_log

A14, A15, A16 = "pixel-a14-120", "pixel-a15-120", "pixel-a16-120"
CHAT, KEYBOARD = "sim.chat.smooth", "sim.keyboard"


def up_and_down(persona: str) -> Scene:
    scene = Scene(CHAT, persona)
    scene.show()
    scene.hide()
    return scene


def lines(scene: Scene, *tags: str) -> list[tuple[int, str]]:
    return [(one.pid, one.message) for one in scene.phone.log_lines() if one.tag in tags]


def messages(scene: Scene, *tags: str) -> list[str]:
    return [text.partition(": ")[2] if ":" in text.split()[0] else text for _, text in lines(scene, *tags)]


def test_14_names_origins_in_full_and_says_that_the_keyboard_asked():
    assert messages(up_and_down(A14), "ImeTracker", "InsetsController") == [
        "onRequestShow at ORIGIN_CLIENT_SHOW_SOFT_INPUT reason SHOW_SOFT_INPUT",
        "show(ime(), fromIme=true)",
        "onShown",
        "onRequestHide at ORIGIN_SERVER_HIDE_INPUT reason HIDE_SOFT_INPUT_BY_BACK_KEY",
        "hide(ime(), fromIme=true)",
        "onHidden",
    ]


def test_15_says_who_and_whether_a_person_did_it():
    assert messages(up_and_down(A15), "ImeTracker", "InsetsController") == [
        "onRequestShow at ORIGIN_CLIENT reason SHOW_SOFT_INPUT fromUser false",
        "show(ime(), fromIme=true)",
        "onShown",
        "onRequestHide at ORIGIN_IME reason HIDE_SOFT_INPUT_BY_BACK_KEY fromUser false",
        "hide(ime(), fromIme=true)",
        "onHidden",
    ]


def test_16_names_the_display_and_lets_the_app_ask_for_what_is_visible():
    assert messages(up_and_down(A16), "ImeTracker", "InsetsController") == [
        "onRequestShow at ORIGIN_CLIENT reason SHOW_SOFT_INPUT fromUser false userId 0 displayId 0",
        "show(ime())",
        "Setting requestedVisibleTypes to -1 (was -9)",
        "onShown",
        "onRequestHide at ORIGIN_IME reason HIDE_SOFT_INPUT_BY_BACK_KEY fromUser false userId 0 displayId 0",
        "hide(ime())",
        "Setting requestedVisibleTypes to -9 (was -1)",
        "onHidden",
    ]


def test_from_15_on_a_hide_by_the_back_key_begins_in_the_keyboards_process_and_ends_in_the_apps():
    scene = up_and_down(A15)
    tracker = lines(scene, "ImeTracker")
    names = {one.pid: one.name for one in scene.phone.processes()}
    assert [names[pid] for pid, _ in tracker] == [CHAT, CHAT, KEYBOARD, CHAT]
    assert [text.partition(":")[0] for _, text in tracker] == [CHAT, CHAT, KEYBOARD, KEYBOARD]


def test_with_its_flag_the_lines_of_16_go_to_protolog_and_the_history_stays():
    persona = load_persona(A16)
    flagged = dataclasses.replace(persona, flags=persona.flags | {"imetracker_protolog"})
    phone = build_world(flagged, load_behaviours("demo"), seed=1)
    phone.start_activity(CHAT, lambda: None)
    phone.advance_to(phone.now_ns + 1_500_000_000)
    field = (300, 2300)
    phone.inject_motion(
        MotionAction.DOWN, *field, lambda: phone.inject_motion(MotionAction.UP, *field, lambda: None)
    )
    phone.advance_to(phone.now_ns + 1_500_000_000)
    assert not [one for one in phone.log_lines() if one.tag == "ImeTracker"]
    assert [one.status for one in phone.ime().history] == ["SUCCESS"]


@pytest.mark.parametrize("persona", [A14, A15, A16])
def test_the_parsers_read_what_each_release_prints(persona: str):
    scene = up_and_down(persona)
    scene.phone.inject_key(BACK, lambda: None)
    device = Device(scene.phone)
    log = device.run("logcat -d -v threadtime -s ImeTracker:I").out
    requests = ime_requests(parse_imetracker_log(log))
    assert [(one.show, one.end) for one in requests] == [(True, ImeEnd.SHOWN), (False, ImeEnd.HIDDEN)]
    history = parse_ime_history(device.run("dumpsys input_method").out)
    assert [(one.show, one.end, one.active) for one in history] == [
        (True, ImeEnd.SUCCEEDED, False),
        (False, ImeEnd.SUCCEEDED, False),
    ]
    assert all((one.start_boottime_ms is not None) == (persona == A16) for one in history)
    [kept, _] = scene.phone.ime().history
    assert history[0].duration_ms == kept.duration_ms
    assert {one.reason for one in history} == {one.reason for one in requests}


def test_a_person_flips_the_switch_of_hyperos_in_its_menus():
    phone = build_world(load_persona("hyperos-a15-120"), load_behaviours("demo"), seed=1)
    device = Device(phone)
    assert "SecurityException" in device.run("input tap 5 5").err
    assert device.run('setprop debug.silky.hand "security-settings on"').code == 0
    assert device.run("input tap 5 5").err == ""
    device.run('setprop debug.silky.hand "security-settings off"')
    assert "SecurityException" in device.run("input tap 5 5").err
