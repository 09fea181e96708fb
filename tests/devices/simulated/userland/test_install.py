"""What the package manager makes of an APK, however it comes."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.userland.apk import Apk, BadApkError, read_apk
from devices.simulated.world import PackageInfo
from tests.devices.simulated.apk_writer import apk, manifest
from tests.devices.simulated.userland.fake_world import FakeWorld
from tests.devices.simulated.userland.helpers import Device

TINY = apk(manifest("org.example.tiny", code=7, version="2.5", label="Tiny 小"))


@pytest.mark.parametrize("utf8", [True, False])
def test_a_manifest_is_read_in_both_encodings(utf8: bool) -> None:
    data = apk(manifest("org.example.tiny", code=7, version="2.5", label="Tiny 小", utf8=utf8))
    assert read_apk(data) == Apk("org.example.tiny", 7, "2.5", "Tiny 小", ".Main")


def installed(device: Device, script: str, stdin: bytes = TINY) -> tuple[int, str]:
    ran = device.run(script, stdin)
    return ran.code, ran.out + ran.err


@pytest.mark.parametrize(
    "script",
    [
        f"cmd package install -S {len(TINY)}",
        f"cmd package 'install' '-r' '-t' '-S' '{len(TINY)}'",
        "cat > /data/local/tmp/a.apk; pm install -r /data/local/tmp/a.apk",
        f"pm install --user 0 -S {len(TINY)} -",
    ],
)
def test_a_package_comes_from_stdin_or_from_a_file(script: str) -> None:
    device = Device()
    assert installed(device, script) == (0, "Success\n")
    assert "package:org.example.tiny\n" in device.run("pm list packages").out
    assert device.run("pm path org.example.tiny").code == 0
    assert "versionName=2.5" in device.run("dumpsys package org.example.tiny").out
    assert device.run("pm uninstall org.example.tiny").out == "Success\n"
    assert "tiny" not in device.run("pm list packages").out
    assert device.run("pm uninstall org.example.tiny").out == "Failure [DELETE_FAILED_INTERNAL_ERROR]\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip at all", "INSTALL_PARSE_FAILED_NOT_APK"),
        (apk(None), "INSTALL_PARSE_FAILED_UNEXPECTED_EXCEPTION"),
        (apk(b"<manifest/>"), "INSTALL_PARSE_FAILED_BAD_MANIFEST"),
        (apk(manifest("nodots")), "INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME"),
    ],
)
def test_what_is_no_apk_is_refused_with_androids_code(data: bytes, code: str) -> None:
    result, said = installed(Device(), f"cmd package install -S {len(data)}", data)
    assert result == 1
    assert said.startswith(f"Failure [{code}: ")


def test_versions_go_up_not_down_and_r_no_longer_matters() -> None:
    device = Device()
    newer = apk(manifest("org.example.tiny", code=8))
    for data in (TINY, newer):
        assert installed(device, f"pm install -S {len(data)}", data)[1] == "Success\n"
    assert "INSTALL_FAILED_VERSION_DOWNGRADE" in installed(device, f"pm install -S {len(TINY)}")[1]
    assert installed(device, f"pm install -d -S {len(TINY)}")[1] == "Success\n"
    assert "INSTALL_FAILED_ALREADY_EXISTS" in installed(device, f"pm install -R -S {len(TINY)}")[1]


def test_a_stream_that_ends_early_and_a_missing_file_are_errors() -> None:
    assert "INSTALL_FAILED_INVALID_APK" in installed(Device(), "pm install -S 999999")[1]
    assert (
        "Unable to open file: /data/local/tmp/no.apk"
        in installed(Device(), "pm install /data/local/tmp/no.apk")[1]
    )
    assert "must either specify" in installed(Device(), "pm install")[1]


@settings(max_examples=60)
@given(st.binary(max_size=80), st.integers(0, 400))
def test_damaged_manifests_are_refused_never_an_error_of_ours(noise: bytes, at: int) -> None:
    whole = manifest("org.example.tiny")
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    with contextlib.suppress(BadApkError):
        assert "." in read_apk(apk(damaged)).package


def test_what_was_installed_starts_and_shows_a_keyboard_as_a_plain_chat_app() -> None:
    world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=1, truth=io.StringIO())
    info = PackageInfo("org.example.tiny", 0, "1", 1, "org.example.tiny/.Main", (), "verify", "Tiny")
    world.install_package(info)
    assert world.start_activity("org.example.tiny", lambda: None)
    world.advance_to(world.now_ns + 2_000_000_000)
    assert world.focused_window().title == "org.example.tiny/org.example.tiny.Main"
    uid = next(one.uid for one in world.packages() if one.name == "org.example.tiny")
    assert [one.uid for one in world.packages()].count(uid) == 1
    assert world.uninstall_package("org.example.tiny")
    assert world.focused_window().package == "sim.launcher"
    assert not world.uninstall_package("sim.chat.smooth")


def test_the_raw_picture_names_its_colours_since_android_9() -> None:
    from devices.simulated.userland.picture import draw_screen, raw

    canvas = draw_screen(FakeWorld())
    pixels = 1080 * 2400 * 4
    assert [len(raw(canvas, sdk)) - pixels for sdk in (27, 28, 34)] == [12, 16, 16]
