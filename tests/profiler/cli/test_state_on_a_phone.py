"""However a run ends, the phone is as it was: each way of ending, on the simulated phone, by the real program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devices.adb.inventory import connect
from devices.adb.server import AdbServer
from devices.driver.link import AdbLink
from devices.driver.phone import Phone
from profiler.cli.sandbox import _adb_server, _environment, _free_port
from traces.bundle import Bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.adb
SILKY = [sys.executable, "-m", "profiler.cli"]
RUN = (
    "run",
    "--app",
    "demo-smooth",
    "--no-reference",
    "--rounds",
    "40",
    "--popups",
    "1",
    "--out",
    "here",
    "--patience",
    "1",
)
HEADS_UP = "heads_up_notifications_enabled"


@dataclass
class Bench:
    """A phone whose settings can be looked at without a word of ADB."""

    serial: str
    world: object
    plug: object
    phone: Phone

    def settings(self) -> dict[str, dict[str, str]]:
        return {name: dict(table) for name, table in self.world.settings.items()}

    def notes(self) -> list[str]:
        return [n for n in self.phone.shell("ls /data/local/tmp").text.split() if n.startswith("silky")]


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Iterator[Bench]:
    from devices.simulated.model import build_world, load_behaviours, load_persona
    from devices.simulated.server import running_phone

    world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=5)
    server = AdbServer("127.0.0.1", _free_port())
    with (
        running_phone(world, speed=40) as plug,
        _adb_server(server, str(tmp_path_factory.mktemp("adb"))),
        _environment(ANDROID_ADB_SERVER_PORT=str(server.port), ANDROID_SERIAL=plug.serial),
    ):
        connect(server, plug.serial)
        yield Bench(plug.serial, world, plug, Phone(AdbLink(server, plug.serial)))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def as_it_was(bench):
    """What the phone has before; must be so again at the end of the test, and no note be left."""
    bench.world.settings["system"]["screen_brightness_mode"] = "1"
    before = bench.settings()
    yield before
    assert bench.settings() == before
    assert bench.notes() == []


def running(bench) -> subprocess.Popen[str]:
    """Start a run in a process of its own, and wait until it has changed the phone."""
    process = subprocess.Popen([*SILKY, *RUN], stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    until = time.monotonic() + 30
    while bench.world.settings["global"][HEADS_UP] != "0" and time.monotonic() < until:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
    assert bench.notes() != []
    return process


def ended(process: subprocess.Popen[str], number: int) -> str:
    process.send_signal(number)
    return process.communicate(timeout=30)[1]


def test_after_success_and_the_manifest_has_before_and_after(silky, bench, as_it_was):
    done = silky(
        "run", "--app", "demo-smooth", "--no-reference", "--rounds", "1", "--popups", "1", "--out", "here"
    )
    assert done.code == 0, done.err
    manifest = Bundle.open(Path("here")).manifest
    assert manifest.settings_changed == {
        "global/stay_on_while_plugged_in": (None, "7"),
        "global/heads_up_notifications_enabled": ("1", "0"),
        "notification/dnd": ("off", "priority"),
        "system/accelerometer_rotation": ("1", "0"),
        "system/screen_brightness_mode": ("1", "0"),
    }
    assert manifest.device_before == manifest.device_after
    assert manifest.device_before["system/screen_brightness_mode"] == "1"
    assert manifest.device_before["compile/sim.chat.smooth"] == "speed-profile"
    assert "compile/sim.keyboard" in " ".join(manifest.device_before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_after_being_told_to_end(bench, as_it_was, number):
    process = running(bench)
    ended(process, number)
    assert process.returncode == 2


def test_after_a_failure(silky, bench, as_it_was):
    bench.phone.ask("setprop debug.silky.fault 'keyboard-switch nth=3'")
    try:
        done = silky(*RUN)
    finally:
        bench.phone.ask("ime reset")
    assert (done.code, "The keyboard was changed" in done.err) == (4, True)


def test_after_kill_9_by_the_next_run_which_says_so(silky, bench, as_it_was):
    ended(running(bench), signal.SIGKILL)
    assert bench.world.settings["global"][HEADS_UP] == "0"
    done = silky(
        "run", "--app", "demo-smooth", "--no-reference", "--rounds", "1", "--popups", "1", "--out", "next"
    )
    assert done.code == 0, done.err
    assert "Restored what an interrupted run had left on phone" in done.err
    assert "system/screen_brightness_mode" in done.err.split("had left on")[1].splitlines()[0]


def test_after_kill_9_by_silky_restore_and_what_people_changed_meanwhile_stays(silky, bench, as_it_was):
    ended(running(bench), signal.SIGKILL)
    bench.world.settings["system"]["accelerometer_rotation"] = "3"
    done = silky("restore")
    assert done.code == 0
    assert f"{bench.serial}: system/screen_brightness_mode 0 -> 1 (by this computer's journal)" in done.out
    assert "system/accelerometer_rotation is now 3, set by someone else: left alone (it was 1)" in done.out
    assert bench.world.settings["system"]["accelerometer_rotation"] == "3"
    bench.world.settings["system"]["accelerometer_rotation"] = "1"
    again = silky("restore")
    assert (again.code, again.out) == (0, f"{bench.serial}: nothing was left to restore.\n")


def test_after_kill_9_on_another_computer_by_the_phones_note_alone(
    silky, bench, as_it_was, tmp_path, monkeypatch
):
    process = running(bench)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    busy = silky("restore")
    assert (busy.code, "may be using phone" in busy.out) == (4, True)
    assert bench.world.settings["global"][HEADS_UP] == "0"
    ended(process, signal.SIGKILL)
    [phone] = json.loads(silky("restore", "--json").out)
    [left] = phone["leftovers"]
    assert (left["source"], left["elsewhere"], left["messages"]) == ("note", True, [])
    # back at the first computer its journal finds all done
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert silky("restore").code == 0


def test_after_a_pulled_cable_when_the_phone_is_back(silky, bench, as_it_was):
    process = running(bench)
    bench.plug.unplug()
    try:
        said = process.communicate(timeout=60)[1]
        assert process.returncode == 4
        assert "silky restore" in said
        away = silky("restore", "--json")
        assert away.code == 4
    finally:
        bench.plug.replug()
    until = time.monotonic() + 20
    while (done := silky("restore")).code and time.monotonic() < until:
        time.sleep(0.1)
    assert done.code == 0
    assert "(by this computer's journal)" in done.out


def test_doctor_has_a_row_for_each_thing_and_speaks_chinese(silky, bench, as_it_was):
    english, chinese = (json.loads(silky("doctor", "--json", "--lang", lang).out) for lang in ("en", "zh"))
    found = {check["key"]: check for check in english}
    assert [check["key"] for check in chinese] == [check["key"] for check in english]
    assert {
        key: found[key]["state"] for key in ("heads-up", "dnd", "rotation", "brightness", "battery-saver")
    } == {
        "heads-up": "will set",
        "dnd": "will set",
        "rotation": "will set",
        "brightness": "will set",
        "battery-saver": "ok",
    }
    assert found["dnd"]["command"] == "cmd notification set_dnd priority"
    assert {check["key"]: check["name"] for check in chinese}["dnd"] == "勿扰模式"
    table = silky("doctor", "--lang", "zh").out
    assert "自动设置" in table
    assert "测量时设为priority" in "".join(table.split())


def test_doctor_tells_of_a_phone_that_lets_nothing_be_set(silky):
    from profiler.cli.sandbox import simulated_phone

    with simulated_phone(speed=40, seed=1, without=("settings",)):
        done = silky("doctor", "--json")
        assert done.code == 4
        found = {check["key"]: check for check in json.loads(done.out)}
        assert (found["settings"]["state"], found["rotation"]["state"]) == ("needs you", "needs you")
        ran = silky(
            "run", "--app", "demo-smooth", "--no-reference", "--rounds", "1", "--popups", "1", "--out", "here"
        )
    assert ran.code == 0, ran.err
    assert "Pop-up notifications could not be set" in ran.err
