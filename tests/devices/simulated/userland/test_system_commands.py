"""Properties, settings, windows, packages, activities, input, keyboards, services."""

from __future__ import annotations

import re

import pytest

from tests.devices.simulated.userland.fake_world import CHAT, KEYBOARD, OTHER_KEYBOARD, FakeWorld, persona
from tests.devices.simulated.userland.helpers import Device, sh

PREFER = "cmd display set-user-preferred-display-mode"


def test_getprop_shows_what_follows_from_the_persona() -> None:
    out = sh(
        "getprop ro.build.version.sdk; getprop ro.build.type; getprop ro.product.model; getprop no.such x"
    ).out
    assert out == "34\nuser\nTest Phone\nx\n"
    assert "[ro.product.device]: [testphone]\n" in sh("getprop").out


def test_setprop_works_only_where_shell_may() -> None:
    device = Device()
    assert device.run("setprop debug.a 1; getprop debug.a").out == "1\n"
    refused = device.run("setprop ro.build.type eng")
    assert refused.code == 1
    assert refused.err == "Failed to set property 'ro.build.type' to 'eng'.\nSee dmesg for error reason.\n"


def test_settings_are_the_models_table() -> None:
    world = FakeWorld()
    device = Device(world)
    assert (
        device.run("settings get global animator_duration_scale; settings get global none").out
        == "1.0\nnull\n"
    )
    device.run("settings put global animator_duration_scale 0.5")
    assert world.settings["global"]["animator_duration_scale"] == "0.5"
    assert device.run("settings delete global animator_duration_scale").out == "Deleted 1 rows\n"
    assert device.run("settings --user 0 put system a b; settings list system").out == "a=b\n"
    assert device.run("settings get nowhere a").err == "Invalid namespace 'nowhere'\n"


def test_the_night_mode_is_a_secure_setting_and_is_said_after_it_is_set() -> None:
    world = FakeWorld()
    device = Device(world)
    assert device.run("cmd uimode night").out == "Night mode: no\n"
    assert device.run("settings get secure ui_night_mode").out == "null\n"
    assert device.run("cmd uimode night yes").out == "Night mode: yes\n"
    assert device.run("settings get secure ui_night_mode").out == "2\n"
    assert device.run("cmd uimode night custom_bedtime").out == "Night mode: custom_bedtime\n"
    assert device.run("settings put secure ui_night_mode 0; cmd uimode night").out == "Night mode: auto\n"
    refused = device.run("cmd uimode night dark")
    assert (refused.code, refused.out) == (255, "")
    assert refused.err.startswith("Error: mode must be 'yes', 'no', or 'auto'")


def test_the_keyboard_settings_are_the_models() -> None:
    world = FakeWorld()
    device = Device(world)
    assert device.run("settings get secure default_input_method").out == f"{KEYBOARD}\n"
    device.run(f"settings put secure default_input_method {OTHER_KEYBOARD}")
    assert world.method == OTHER_KEYBOARD


@pytest.mark.parametrize(
    ("script", "rate"),
    [
        ("settings put system peak_refresh_rate 60.0", 60.0),
        ("settings put system peak_refresh_rate 60; settings delete system peak_refresh_rate", 120.0),
        ("settings put system peak_refresh_rate 60; settings put system min_refresh_rate 120", 120.0),
        (f"{PREFER} 1080 2400 60.0", 60.0),
        (f"{PREFER} 1080 2400 60; cmd display clear-user-preferred-display-mode", 120.0),
    ],
)  # fmt: skip
def test_the_refresh_rate_follows_settings_and_the_preferred_mode(script: str, rate: float) -> None:
    world = FakeWorld()
    sh(script, world)
    assert world.mode == rate


def test_wm_prints_and_overrides() -> None:
    assert sh("wm size; wm density").out == "Physical size: 1080x2400\nPhysical density: 420\n"
    out = sh("wm size 720x1600; wm density 300; wm size; wm density").out
    assert (
        out
        == "Physical size: 1080x2400\nOverride size: 720x1600\nPhysical density: 420\nOverride density: 300\n"
    )


def test_packages_are_listed_resolved_and_compiled() -> None:
    device = Device()
    assert device.run("pm list packages").out == "package:com.android.settings\npackage:com.example.chat\n"
    assert device.run("pm list packages -3").out == "package:com.example.chat\n"
    assert device.run("cmd package list packages chat -U").out == "package:com.example.chat uid:10123\n"
    assert re.fullmatch(
        r"package:/data/app/~~.*/com\.example\.chat-.*/base\.apk\n", device.run(f"pm path {CHAT}").out
    )
    assert device.run("pm path none").code == 1
    brief = device.run(f"cmd package resolve-activity --brief {CHAT}").out
    assert brief.splitlines()[1] == f"{CHAT}/.MainActivity"
    by_action = device.run("cmd package resolve-activity --brief -a android.settings.SETTINGS").out
    assert by_action.splitlines()[1] == "com.android.settings/.Settings"
    assert device.run("cmd package resolve-activity --brief none").out == "No activity found\n"
    assert device.run(f"cmd package compile -m speed -f {CHAT}").out == "Success\n"
    assert "[status=speed] [reason=cmdline]" in device.run(f"dumpsys package {CHAT}").out
    assert device.run(f"cmd package compile --reset {CHAT}").out == "Success\n"
    assert "[status=speed-profile] [reason=install]" in device.run(f"dumpsys package {CHAT}").out


def test_dumpsys_package_names_the_version() -> None:
    out = sh(f"dumpsys package {CHAT} | grep version").out
    assert out == "    versionCode=45 minSdk=24 targetSdk=34\n    versionName=1.2.3\n"
    assert sh("dumpsys package none").out == "Unable to find package: none\n"


def test_am_start_waits_until_drawn_and_says_how_it_started() -> None:
    world = FakeWorld(running=False)
    out = sh(f"am start -W -n {CHAT}/.MainActivity", world).out.splitlines()
    assert out[:4] == [
        f"Starting: Intent {{ cmp={CHAT}/.MainActivity }}",
        "Status: ok",
        "LaunchState: COLD",
        f"Activity: {CHAT}/.MainActivity",
    ]
    assert out[4:] == ["TotalTime: 300", "WaitTime: 300", "Complete"]


def test_am_refuses_what_is_not_there() -> None:
    ran = sh("am start -n com.none/.A")
    assert (ran.code, ran.err) == (
        1,
        "Error type 3\nError: Activity class {com.none/com.none.A} does not exist.\n",
    )
    ran = sh("am start -a no.such.ACTION")
    assert ran.err == "Error: Activity not started, unable to resolve Intent { act=no.such.ACTION }\n"


def test_am_stops_and_goes_home_and_monkey_starts() -> None:
    world = FakeWorld()
    sh(f"am force-stop {CHAT}; am start -a android.intent.action.MAIN -c android.intent.category.HOME", world)
    assert world.did == [("stop", CHAT), ("home",)]
    ran = sh(f"monkey -p {CHAT} -c android.intent.category.LAUNCHER 1", world)
    assert "Events injected: 1" in ran.out
    assert world.did[-1][:2] == ("start", CHAT)
    assert sh("monkey -p none 1").code == 252


def test_a_tap_is_down_and_up_each_handled_before_the_next() -> None:
    world = FakeWorld()
    sh("input tap 100 200.5", world)
    (_, down, x, y, first), (_, up, _, _, second) = world.did
    assert (down, up, x, y) == ("DOWN", "UP", 100.0, 200.5)
    assert int(str(second)) - int(str(first)) == 5_000_000


def test_a_swipe_moves_for_its_duration() -> None:
    world = FakeWorld()
    sh("input swipe 0 1000 0 0 100", world)
    actions = [event[1] for event in world.did]
    assert actions[0] == "DOWN"
    assert actions[-1] == "UP"
    assert set(actions[1:-1]) == {"MOVE"}
    heights = [float(str(event[3])) for event in world.did]
    assert heights == sorted(heights, reverse=True)
    assert int(str(world.did[-1][-1])) - int(str(world.did[0][-1])) >= 100_000_000


def test_keys_texts_and_single_motions() -> None:
    world = FakeWorld()
    sh(
        "input keyevent 4 KEYCODE_ENTER HOME; input text 'a%sb'; input motionevent DOWN 1 2; cmd "
        "input tap 3 4",
        world,
    )
    assert [event[:2] for event in world.did[:4]] == [("key", 4), ("key", 66), ("key", 3), ("text", "a b")]
    assert [event[1:4] for event in world.did[4:]] == [
        ("DOWN", 1.0, 2.0),
        ("DOWN", 3.0, 4.0),
        ("UP", 3.0, 4.0),
    ]
    assert "IllegalArgumentException" in sh("input motionevent SIDEWAYS 1 2").err
    assert "IllegalArgumentException" in sh("input tap a b").err


def test_keyboards_are_listed_and_chosen() -> None:
    world = FakeWorld()
    device = Device(world)
    assert device.run("ime list -s").out == f"{KEYBOARD}\n{OTHER_KEYBOARD}\n"
    assert (
        device.run(f"ime set {OTHER_KEYBOARD}").out == f"Input method {OTHER_KEYBOARD} selected for user #0\n"
    )
    assert world.method == OTHER_KEYBOARD
    assert device.run("ime set none").err == "Unknown input method none cannot be selected for user #0\n"
    assert device.run(f"ime disable {KEYBOARD}; ime list -s").out.splitlines()[1:] == [OTHER_KEYBOARD]
    assert device.run(f"ime enable {KEYBOARD}").out == f"Input method {KEYBOARD}: now enabled for user #0\n"
    assert device.run("ime reset").code == 0
    assert world.method == KEYBOARD


def test_services_that_are_not_there_are_named() -> None:
    assert sh("dumpsys nosuch").err == "Can't find service: nosuch\n"
    ran = sh("cmd nosuch")
    assert (ran.code, ran.err) == (20, "cmd: Can't find service: nosuch\n")
    assert "  SurfaceFlinger\n" in sh("dumpsys -l").out


def test_switches_that_are_recorded_and_restored() -> None:
    world = FakeWorld()
    device = Device(world)
    device.run("svc power stayon usb; cmd statusbar collapse")
    assert world.settings["global"]["stay_on_while_plugged_in"] == "2"
    device.run("cmd power set-fixed-performance-mode-enabled true")
    assert device.phone.state.fixed_performance
    device.run("cmd thermalservice override-status 3")
    assert "Thermal Status: 3" in device.run("dumpsys thermalservice").out
    device.run("cmd thermalservice reset")
    assert "Thermal Status: 0" in device.run("dumpsys thermalservice").out


@pytest.mark.parametrize(
    ("mode", "zen"),
    [("on", "2"), ("none", "2"), ("priority", "1"), ("alarms", "3"), ("all", "0"), ("off", "0")],
)
def test_do_not_disturb_is_kept_by_the_notification_service(mode, zen) -> None:
    device = Device(FakeWorld())
    device.run(f"cmd notification set_dnd {mode}")
    assert device.run("settings get global zen_mode").out == f"{zen}\n"
    device.run("settings put global zen_mode 7")
    assert device.run("settings get global zen_mode").out == f"{zen}\n"


def test_older_notification_services_have_no_such_command() -> None:
    world = FakeWorld()
    world.persona = persona(29)
    device = Device(world)
    assert "set_dnd" not in device.run("cmd notification").out
    device.run("cmd notification set_dnd none")
    assert device.run("settings get global zen_mode").out == "null\n"
    assert "set_dnd" in sh("cmd notification").out


def test_battery_saver_does_not_come_on_while_the_phone_is_powered() -> None:
    device = Device(FakeWorld())
    device.run("cmd power set-mode 1")
    assert device.run("settings get global low_power").out == "null\n"
    device.run("dumpsys battery unplug; cmd power set-mode 1")
    assert device.run("settings get global low_power").out == "1\n"
    device.run("dumpsys battery reset; cmd power set-mode 0")
    assert device.run("settings get global low_power").out == "0\n"


def test_a_faults_name_reaches_the_models_properties() -> None:
    world = FakeWorld()
    assert sh("setprop debug.silky.fault 'crash nth=2'", world).code == 0
    assert world.properties["debug.silky.fault"] == "crash nth=2"


def test_screencap_draws_a_png_of_the_panels_size() -> None:
    raw = Device().run("screencap -p").raw
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(raw[16:20], "big") == 1080
    assert int.from_bytes(raw[20:24], "big") == 2400
    pixels = Device(FakeWorld(persona=persona(width=10, height=20))).run("screencap").raw
    assert len(pixels) == 16 + 10 * 20 * 4
