"""Apps: installed or named with their like, started by the profile's way or the launcher's, seen in front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.driver import apps
from devices.driver.errors import HopelessError, NeedsPersonError
from devices.driver.injectors.input import check_injected, find_marker, has_motionevent, tap
from devices.driver.recording.crash import crash_lines
from devices.profiles.model import AppProfile, Launch
from traces.errors import PhoneError

PROFILE = AppProfile(
    name="chat",
    label="Chat",
    label_zh=None,
    packages=("com.chat.app",),
    launch=Launch(),
    input=(),
    before_input=(),
    dismiss=(),
    reference=False,
    confidence="A",
    sources=(),
    notes="",
    path=Path("chat.yaml"),
)
PACKAGES = ("pm list packages", "package:com.android.settings\npackage:com.chat.app\npackage:com.chat.lite\n")
RESOLVED = (
    "cmd package resolve-activity .*LAUNCHER.*",
    "priority=0 preferredOrder=0 match=0x108000\ncom.chat.app/.Main\n",
)
FRONT = ("for i in .*", "front\n  mCurrentFocus=Window{1 u0 com.chat.app/com.chat.app.Main}\n")
AS_LAUNCHER = "am start -a android.intent.action.MAIN -c android.intent.category.LAUNCHER -n"
DUMP = """Packages:
  Package [com.chat.app] (1a2b):
    versionCode=1409000 minSdk=24 targetSdk=33
    versionName=14.9.0
Dexopt state:
  [com.other]
    arm64: [status=speed] [reason=install]
  [com.chat.app]
    path: /data/app/x/base.apk
      arm64: [status=speed-profile] [reason=bg-dexopt]
"""


def test_an_installed_app_gives_version_and_compile_filter(link, phone):
    link.answers += [PACKAGES, ("dumpsys package com.chat.app", DUMP)]
    facts = apps.app_facts(phone, PROFILE)
    assert (facts.package, facts.version_name, facts.version_code, facts.compile_filter) == (
        "com.chat.app",
        "14.9.0",
        1409000,
        "speed-profile",
    )


def test_android_9_names_the_filter_otherwise(link, phone):
    dump = DUMP.replace("[status=speed-profile]", "[compilation_filter=quicken]")
    link.answers += [PACKAGES, ("dumpsys package com.chat.app", dump)]
    assert apps.app_facts(phone, PROFILE).compile_filter == "quicken"


def test_a_missing_app_is_named_with_packages_like_it(link, phone):
    link.answers += [("pm list packages", "package:com.chat.apk\npackage:org.zzz\n")]
    with pytest.raises(
        HopelessError, match=r"Chat \(com\.chat\.app\) is not installed .*Packages like it: com\.chat\.apk"
    ):
        apps.installed_package(phone, PROFILE)


def test_the_first_installed_of_several_packages_is_taken(link, phone):
    link.answers += [PACKAGES]
    profile = replace(PROFILE, packages=("com.google.x", "com.android.settings", "com.chat.app"))
    assert apps.installed_package(phone, profile) == "com.android.settings"


def test_an_app_behind_an_action_is_the_one_that_answers_it(link, phone):
    link.answers += [
        ("cmd package resolve-activity --brief -a an.ACTION", "priority=0\ncom.vendor.search/.Search\n"),
        ("am start .*", "Starting: Intent { act=an.ACTION }\n"),
        ("for i in .*", "front\n"),
    ]
    profile = replace(PROFILE, launch=Launch(action="an.ACTION"))
    assert apps.installed_package(phone, profile) == "com.vendor.search"
    apps.bring_to_front(phone, profile, "com.vendor.search")
    assert "am start -a an.ACTION -f 0x20000000" in link.commands


def test_the_launcher_entry_is_started_when_the_profile_names_nothing(link, phone):
    link.answers += [RESOLVED, FRONT, ("am start .*", "Starting: Intent\n")]
    apps.bring_to_front(phone, PROFILE, "com.chat.app")
    assert f"{AS_LAUNCHER} com.chat.app/.Main" in link.commands


def test_an_app_that_is_in_front_is_not_started_again(link, phone):
    link.answers += [("dumpsys window .*", FRONT[1])]
    apps.bring_to_front(phone, PROFILE, "com.chat.app")
    assert not any(command.startswith("am start") for command in link.commands)


def test_a_stale_activity_of_the_profile_falls_back_to_the_launcher(link, phone):
    error = ("", "Error: Activity class {com.chat.app/com.chat.app.Old} does not exist.\n", 0)
    link.answers += [RESOLVED, FRONT, ("am start .*/com.chat.app.Old", error)]
    apps.bring_to_front(phone, replace(PROFILE, launch=Launch("com.chat.app.Old")), "com.chat.app")
    assert f"{AS_LAUNCHER} com.chat.app/.Main" in link.commands


def test_no_way_to_start_it_is_an_error(link, phone):
    with pytest.raises(PhoneError, match="no launcher entry"):
        apps.bring_to_front(phone, PROFILE, "com.chat.app")
    link.answers += [("am start .*", ("", "Error: nope\n", 1))]
    with pytest.raises(PhoneError, match="can't be started on phone SERIAL1: Error: nope"):
        apps.bring_to_front(phone, replace(PROFILE, launch=Launch("x/.Y")), "com.chat.app")


def test_an_app_behind_a_dialog_is_told_with_what_has_the_focus(link, phone):
    link.answers += [RESOLVED, ("for i in .*", "  mCurrentFocus=Window{2 u0 com.permission/.Grant}\n")]
    with pytest.raises(PhoneError, match=r"does not come to the front .* com\.permission/\.Grant"):
        apps.bring_to_front(phone, PROFILE, "com.chat.app")


def test_refused_touches_name_the_vendors_switch(link, phone):
    link.answers += [
        ("input tap .*", ("", "java.lang.SecurityException: requires INJECT_EVENTS permission\n", 255))
    ]
    with pytest.raises(NeedsPersonError, match="INJECT_EVENTS") as caught:
        tap(phone, 1, 2)
    assert "USB debugging (Security settings)" in caught.value.next_step


def test_any_other_failure_of_input_is_quoted(phone):
    from devices.adb.shell import ShellResult

    with pytest.raises(PhoneError, match="failed on phone SERIAL1 with code 1: Error: no display"):
        check_injected(phone, ShellResult("input tap 1 2", b"", b"Error: no display\n", 1))


@pytest.mark.parametrize(
    ("usage", "motion"),
    [("tap <x> <y>\n motionevent <DOWN|UP> <x> <y>\n", True), ("tap <x> <y>\n swipe\n", False)],
)
def test_motionevent_is_what_inputs_own_help_says(link, phone, usage, motion):
    link.answers += [("input", ("", usage, 1))]
    assert has_motionevent(phone) is motion


def test_the_marker_is_one_that_can_really_be_written(link, phone):
    both = "/sys/kernel/tracing/trace_marker\n/sys/kernel/debug/tracing/trace_marker\n"
    link.answers += [
        (r"if \[ -w .*", both),
        (".*> /sys/kernel/tracing/trace_marker", ("", "Permission denied", 1)),
    ]
    assert find_marker(phone) == "/sys/kernel/debug/tracing/trace_marker"
    link.answers.insert(0, (".*> /sys/kernel/debug/tracing/trace_marker", ("", "Permission denied", 1)))
    assert find_marker(phone) is None


CRASH_LOG = """--------- beginning of crash
11-24 13:00:01.000 100 100 E AndroidRuntime: FATAL EXCEPTION: main
11-24 13:00:01.000 100 100 E AndroidRuntime: Process: com.chat.app, PID: 100
11-24 13:00:02.000 101 101 F DEBUG   : pid: 7, tid: 7, name: x  >>> com.native.app:push <<<
11-24 13:00:02.000 900 900 I am_anr: [0,200,com.other,1,slow]
"""


def test_a_crash_of_the_app_is_found_in_the_log_and_others_are_not(link, phone):
    link.answers += [("logcat .*", CRASH_LOG)]
    [line] = crash_lines(phone, "com.chat.app")
    assert "Process: com.chat.app, PID" in line
    assert len(crash_lines(phone, "com.other")) == 1
    assert crash_lines(phone, "com.chat") == []
    assert len(crash_lines(phone, "com.native.app")) == 1


@pytest.fixture
def forwarding():
    return replace(
        PROFILE, packages=("com.front",), drawn_by="com.drawing", launch=Launch("com.front/.Entry")
    )


def test_the_package_that_draws_is_the_one_that_is_measured(phone, link, forwarding):
    link.answers.append(("pm list packages", "package:com.front\npackage:com.drawing\n"))
    assert apps.installed_package(phone, forwarding) == "com.drawing"


def test_without_the_app_itself_the_one_that_draws_does_not_count(phone, link, forwarding):
    link.answers.append(("pm list packages", "package:com.drawing\n"))
    with pytest.raises(PhoneError, match=r"com\.front.* is not installed"):
        apps.installed_package(phone, forwarding)


def test_it_is_started_by_its_own_entry_even_when_the_drawing_one_has_the_focus(phone, link, forwarding):
    focus = "mCurrentFocus=Window{1 u0 com.drawing/com.drawing.Other}\n"
    link.answers += [
        ("for i in .*", f"front\n{focus}"),
        ("dumpsys window .*", focus),
        ("pm list packages", "package:com.front\npackage:com.drawing\n"),
        ("am start .*", "Starting: Intent { cmp=com.front/.Entry }\n"),
    ]
    apps.bring_to_front(phone, forwarding, "com.drawing")
    assert any("am start" in command and "com.front/.Entry" in command for command in link.commands)
