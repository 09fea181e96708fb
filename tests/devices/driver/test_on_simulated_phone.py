"""The whole driver over the real adb server, adbutils and uiautomator2, against the simulated phone."""

from __future__ import annotations

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devices.adb.inventory import choose_phone, connect, list_phones
from devices.adb.server import AdbServer, adb_program
from devices.driver.link import AdbLink
from devices.driver.phone import Phone
from devices.driver.screen.hierarchy import parse_hierarchy
from devices.driver.screen.u2server import U2Server
from devices.driver.screen.ui import Screen
from devices.driver.session import open_session
from devices.driver.state.journal import pending
from devices.driver.state.restore import restore_phones
from devices.profiles import load_profile
from traces.capture import POPUP_MARK
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.adb
SPEED = 25.0


@dataclass
class Bench:
    """One adb server on a private port, and one phone behind it."""

    server: AdbServer
    serial: str

    def kill_server(self) -> None:
        command = [adb_program(), "-P", str(self.server.port), "kill-server"]
        subprocess.run(command, check=False, capture_output=True, timeout=20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    from devices.simulated.model import build_world, load_behaviours, load_persona
    from devices.simulated.server import running_phone

    world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=1)
    with running_phone(world, speed=SPEED) as phone:
        made = Bench(AdbServer("127.0.0.1", free_port()), f"127.0.0.1:{phone.port}")
        try:
            connect(made.server, made.serial)
            yield made
        finally:
            made.kill_server()


@pytest.fixture(autouse=True)
def own_environment(bench, monkeypatch):
    """adb's programs that our libraries start must use the private server too."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(bench.server.port))
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)


@pytest.fixture
def real(bench) -> Phone:
    return Phone(AdbLink(bench.server, bench.serial))


def test_the_phone_is_listed_and_chosen(bench):
    assert [phone.serial for phone in list_phones(bench.server)] == [bench.serial]
    assert choose_phone(bench.server, None).serial == bench.serial


def test_commands_have_streams_exit_codes_and_stdin(real):
    result = real.shell("echo out; echo err >&2; exit 3")
    assert (result.text, result.error_text, result.exit_code) == ("out\n", "err\n", 3)
    assert real.shell("cat", stdin=b"given").stdout == b"given"


def test_files_go_there_and_back(real, tmp_path):
    data = bytes(range(256)) * 2000
    real.push(data, "/data/local/tmp/silky-test")
    assert real.pull("/data/local/tmp/silky-test", tmp_path / "back") == len(data)
    assert (tmp_path / "back").read_bytes() == data
    with pytest.raises(PhoneError, match="not there"):
        real.pull("/data/local/tmp/silky-missing", tmp_path / "none")


def test_it_says_that_it_is_simulated(bench):
    with open_session(bench.serial) as session:
        facts = session.facts()
    assert facts.simulated
    assert facts.simulated_speed == SPEED
    assert facts.sdk == 34
    assert facts.active_hz == 120.0
    assert bench.serial not in repr(facts)


def test_uiautomator2_sees_the_screen_and_is_gone_afterwards(real):
    with Screen(real) as screen:
        assert U2Server(real).answers()
        nodes = parse_hierarchy(screen.dump())
    assert nodes
    server = U2Server(real)
    assert server.pids() == []
    assert not server.answers()
    assert "Ui Automation[" not in real.shell("dumpsys accessibility").text


@pytest.mark.parametrize("name", ["demo-jumpy", "settings-search"])
def test_a_round_of_an_app(bench, tmp_path, name):
    profile = load_profile(name)
    with open_session(bench.serial) as session:
        session.check_start(session.facts().ime_id)
        assert session.app_facts(profile).reference is (name == "settings-search")
        field = session.prepare(profile)
        assert field.ime_height_px is not None
        assert 300 < field.ime_height_px < session.facts().height
        done = session.capture_round(profile, field, tmp_path / "round", 2, number=1)
        assert session.changes() == {
            "global/stay_on_while_plugged_in": (None, "7"),
            "global/heads_up_notifications_enabled": ("1", "0"),
            "notification/dnd": ("off", "priority"),
            "system/accelerometer_rotation": ("1", "0"),
        }
    assert done.void == ()
    assert [(popup.shown_before, popup.shown_after) for popup in done.popups] == [(False, True)] * 2
    trace = (tmp_path / "round" / done.trace).read_bytes()
    assert POPUP_MARK.encode() in trace
    assert b"deliverInputEvent" in trace
    assert pending() == []


def test_theme_font_scale_and_density_are_read_as_they_are(bench, real):
    with open_session(bench.serial) as session:
        before = session.read_state()
        real.ask("cmd uimode night yes; settings put system font_scale 1.3; wm density 400")
        try:
            after = session.read_state()
        finally:
            real.ask("cmd uimode night no; settings delete system font_scale; wm density reset")
        facts = session.facts()
    assert (before.theme, before.font_scale, before.rotation) == ("light", 1.0, 0)
    assert (before.display_px, before.density_dpi) == ((facts.width, facts.height), facts.density)
    assert (after.theme, after.font_scale, after.density_dpi) == ("dark", 1.3, 400)


def test_a_missing_app_is_named(bench):
    with open_session(bench.serial) as session, pytest.raises(PhoneError, match=r"com\.moonshot\.kimichat"):
        session.app_facts(load_profile("kimi"))


def test_an_animation_scale_is_refused_and_left_as_it_is(bench, real):
    real.ask("settings put global animator_duration_scale 0.5")
    try:
        with open_session(bench.serial) as session, pytest.raises(PhoneError, match="animation scales"):
            session.check_start()
        assert real.ask("settings get global animator_duration_scale").strip() == "0.5"
    finally:
        real.ask("settings put global animator_duration_scale 1")


def test_a_crashed_run_is_finished_by_restore(bench, real):
    session = open_session(bench.serial)
    session.check_start()
    session._lock.free()  # what the end of a killed process does
    assert real.ask("settings get global stay_on_while_plugged_in").strip() == "7"
    [done] = restore_phones(server=bench.server)
    [left] = done.leftovers
    assert (done.serial, left.source, left.changes[0].name, left.messages) == (
        bench.serial,
        "journal",
        "global/stay_on_while_plugged_in",
        (),
    )
    assert real.ask("settings get global stay_on_while_plugged_in").strip() == "null"
    assert real.ask("ls /data/local/tmp").find("silky-state") == -1
    assert restore_phones(server=bench.server)[0].leftovers == ()


def test_the_phones_note_alone_is_enough_for_another_computer(bench, real, tmp_path, monkeypatch):
    session = open_session(bench.serial)
    session.check_start()
    session._lock.free()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    [done] = restore_phones(server=bench.server)
    [left] = done.leftovers
    assert (left.source, left.elsewhere) == ("note", True)
    assert {change.name for change in left.changes} == set(session.changes())
    assert real.ask("settings get global heads_up_notifications_enabled").strip() == "1"
    assert real.ask("settings get global zen_mode").strip() == "0"
    assert real.ask("settings get system accelerometer_rotation").strip() == "1"
    assert "silky-state" not in real.ask("ls /data/local/tmp")


def test_a_screen_that_lies_on_its_side_is_turned_upright_for_the_run(bench, real):
    real.ask("settings put system accelerometer_rotation 0; settings put system user_rotation 1")
    try:
        with open_session(bench.serial) as session:
            assert session.read_state().rotation == 1
            session.check_start()
            assert session.read_state().rotation == 0
        assert real.ask("settings get system user_rotation").strip() == "1"
    finally:
        real.ask("settings delete system user_rotation; settings put system accelerometer_rotation 1")


def test_a_hot_phone_is_waited_for(bench, real):
    told = []
    real.ask("setprop debug.silky.fault 'thermal on=start value=3'")
    real.ask("setprop debug.silky.fault 'thermal on=start value=0 after_s=40'")
    with open_session(bench.serial) as session:
        session.tell = told.append
        session.check_start()
        assert session.read_state().thermal_status == 0
    assert "is hot (thermal status 3, severe, skin 43.0 °C): waiting until it is below 2" in told[0]
    assert told[-1].endswith("has cooled down after 45 s.")


def test_a_killed_adb_server_is_an_error_at_once_and_the_next_command_finds_the_phone_again(bench, real):
    import threading

    killer = threading.Timer(0.5, bench.kill_server)
    killer.start()
    start = time.monotonic()
    with pytest.raises(PhoneError) as caught:
        real.shell("sleep 500", seconds=60)
    assert time.monotonic() - start < 20
    assert caught.value.next_step
    killer.join()
    assert real.shell("echo back").text == "back\n"


def test_a_phone_that_is_gone_is_an_error_that_says_what_to_do(bench, tmp_path):
    link = AdbLink(bench.server, f"127.0.0.1:{free_port()}")
    with pytest.raises(PhoneError) as caught:
        link.pull("/x", Path(tmp_path / "x"), seconds=5)
    assert caught.value.exit_code == 4
    assert caught.value.next_step
