"""The real program against the simulated phone, through a real adb server of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from profiler.cli.demo import ACCUSED, AGAINST
from profiler.cli.progress import LineObserver
from profiler.cli.sandbox import _adb_server, _environment, _free_port, simulated_phone
from traces.bundle import Bundle

pytestmark = pytest.mark.adb
SILKY = [sys.executable, "-m", "profiler.cli"]


@pytest.fixture
def environment(tmp_path):
    """A home of its own, so that nothing of this user is read or written."""
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_the_demo_reproduces_the_complaint_and_says_simulated_everywhere(tmp_path, environment):
    args = ["demo", "--rounds", "3", "--popups", "2", "--speed", "40", "--out", "here"]
    done = subprocess.run(
        [*SILKY, *args],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=150,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout.splitlines()[0]
    assert "SIMULATED phone at 40 times real time" in done.stderr
    document = json.loads((tmp_path / "here" / "results" / "report.json").read_text())
    assert (document["simulated"], document["simulated_speed"]) == (True, 40.0)
    assert document["verdict"]["outcome"] == "reproduced"
    assert "SIMULATED" in (tmp_path / "here" / "results" / "report.html").read_text()
    apps = {app["app"]: app for app in document["apps"]}
    assert list(apps) == [ACCUSED, *AGAINST, "settings-search"]
    assert all(app["rounds_valid"] == 3 for app in apps.values())
    assert apps["demo-heavy"]["modes"]["driver_mode"] == {"sync": 6}
    bundle = Bundle.open(tmp_path / "here")
    assert bundle.warnings == ()
    assert bundle.manifest.settings_changed
    assert "demo --rounds 3" in bundle.manifest.commands[0]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds child processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_keeps_its_rounds_and_leaves_no_process(tmp_path, environment, number):
    command = [*SILKY, "demo", "--rounds", "6", "--popups", "1", "--speed", "60", "--out", "here"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as demo:
        lines = iter(demo.stderr.readline, "")
        next(line for line in lines if line.startswith("[2/"))
        started = children(demo.pid)
        demo.send_signal(number)
        rest = demo.stderr.read()
    assert demo.returncode == 2
    assert "The run was stopped by Ctrl-C. Kept in here: " in rest
    assert "Traceback" not in rest
    assert len(started) == 2
    assert not [pid for pid in started if alive(pid)]
    bundle = Bundle.open(tmp_path / "here")
    assert len(bundle.captures) >= 2
    assert not bundle.manifest.finished
    assert not list((tmp_path / "state" / "silky").glob("*.settings.json"))


def test_the_simulated_phone_ends_when_its_parent_does(environment):
    command = [*SILKY, "simulate", "--json", "--while-stdin"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    with process:
        serial = json.loads(process.stdout.readline())["serial"]
        assert re.fullmatch(r"127\.0\.0\.1:\d+", serial)
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_taken_port_is_told(environment, silky_process):
    with subprocess.Popen(
        [*SILKY, "simulate", "--json", "--while-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as first:
        port = json.loads(first.stdout.readline())["port"]
        second = silky_process("simulate", "--port", str(port), env=environment)
        first.stdin.close()
    assert second.returncode == 4
    assert f"port {port}" in second.stderr


@pytest.fixture(scope="module")
def plugged(tmp_path_factory):
    """The environment of a simulated phone that is connected."""
    home = str(tmp_path_factory.mktemp("home"))
    with _environment(XDG_STATE_HOME=home), simulated_phone(speed=40, seed=3) as serial:
        yield serial


def test_devices_and_doctor_see_the_phone(silky, plugged):
    assert plugged in silky("devices").out
    done = silky("doctor", "--json")
    assert done.code == 0
    checks = json.loads(done.out)
    assert any("SIMULATED" in check["detail"] for check in checks)
    assert {check["state"] for check in checks} <= {"ok", "will set", "warning"}


def test_doctor_names_what_needs_a_hand(silky, plugged):
    from devices.driver.session import open_session

    with open_session(plugged) as session:
        session.phone.ask("settings put global animator_duration_scale 0.5")
    try:
        done = silky("doctor")
        assert done.code == 4
        assert "needs you" in done.out
        assert "0.5" in done.out
        refused = silky("run", "--app", "demo-smooth", "--out", "/nonexistent/never-made")
        assert (refused.code, "animation" in refused.err) == (4, True)
    finally:
        with open_session(plugged) as session:
            session.phone.ask("settings put global animator_duration_scale 1")


def test_another_keyboard_than_planned_is_refused(silky, plugged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = silky("run", "--app", "demo-smooth", "--keyboard", "com.other/.Keyboard")
    assert (done.code, "com.other/.Keyboard" in done.err) == (4, True)
    assert not (tmp_path / "silky-runs").exists()


def test_an_app_that_is_not_installed_is_named(silky, plugged):
    done = silky("run", "--app", "doubao")
    assert (done.code, "Doubao (com.larus.nova) is not installed" in done.err) == (4, True)


def test_a_measured_bundle_gives_the_same_report_again(silky, plugged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    args = ("--app", "demo-heavy", "--against", "demo-smooth", "--rounds", "3", "--popups", "2")
    first = silky("reproduce", "keyboard-popup", *args, "--no-reference", "--out", "here", "--json")
    assert first.code == 0, first.err
    again = silky("report", "here", "--json")
    assert json.loads(again.out) == json.loads(first.out)
    assert silky("report", "here", "--json", "--jobs", "2").out == again.out
    trace = tmp_path / "here" / "rounds" / "003-demo-heavy-r1-a1" / "trace.perfetto-trace"
    assert json.loads(silky("analyze", trace, "--json").out)["scorable"] is True
    trace.write_bytes(trace.read_bytes()[:-1] + b"\0")
    changed = silky("report", "here")
    assert (changed.code, str(trace.relative_to(tmp_path)) in changed.err) == (3, True)


def test_a_pulled_cable_keeps_the_rounds_and_the_run_goes_on_when_it_is_back(silky, tmp_path, monkeypatch):
    from devices.adb.inventory import connect
    from devices.adb.server import AdbServer
    from devices.simulated.model import build_world, load_behaviours, load_persona
    from devices.simulated.server import running_phone

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=4)
    server = AdbServer("127.0.0.1", _free_port())
    (tmp_path / "adb").mkdir()
    with (
        running_phone(world, speed=40) as phone,
        _adb_server(server, str(tmp_path / "adb")),
        _environment(ANDROID_ADB_SERVER_PORT=str(server.port), ANDROID_SERIAL=phone.serial),
    ):
        connect(server, phone.serial)
        attempts = []

        def attempt(self, step, number):
            attempts.append(step)
            if len(attempts) == 3:
                phone.unplug()

        monkeypatch.setattr(LineObserver, "attempt", attempt)
        args = ("run", "--app", "demo-smooth", "--no-reference", "--rounds", "3", "--popups", "1")
        cut = silky(*args, "--out", "here", "--patience", "1")
        assert cut.code == 4
        assert "Kept in here: 2 rounds." in cut.err
        assert "silky restore" in cut.err
        assert list((tmp_path / "state" / "silky").glob("*.settings.json"))

        phone.replug()
        until = time.monotonic() + 20
        while silky("restore").code and time.monotonic() < until:
            time.sleep(0.1)
        resumed = silky("run", "--resume", "here")

        assert resumed.code == 0, resumed.err
        bundle = Bundle.open(tmp_path / "here")
        assert bundle.manifest.finished
        assert [c.round for c in bundle.captures] == [0, 1, 2, 3]


FAULTY = """\
version: 1
apps:
  - package: sim.chat.smooth
    label: Smooth Chat
    keyboard: {resize: sync, step: 0.6}
faults:
  - {kind: lossy-trace, on: trace, nth: 2}
"""


def test_a_trace_with_holes_voids_its_round_which_is_repeated(silky, tmp_path, monkeypatch):
    """Of what goes wrong on a phone only this is not among tests/profiler/faults."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "faulty.yaml"
    file.write_text(FAULTY)
    args = ("--app", "demo-smooth", "--no-reference", "--rounds", "2", "--popups", "1", "--out", "here")
    with (
        _environment(XDG_STATE_HOME=str(tmp_path / "state")),
        simulated_phone(speed=40, seed=1, apps=str(file)),
    ):
        done = silky("run", *args)
    assert done.code == 0, done.err
    assert "round 1, attempt 1 is void: trace not scorable" in done.err
    document = json.loads(silky("report", "here", "--json").out)
    assert [r["attempt"] for r in document["rounds"] if r["round"] == 1 and r["void"]][:1] == [1]
    assert document["apps"][0]["rounds_valid"] == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_simulated_phone_that_is_ended_with_a_client_on_it_says_no_more_than_that(environment, number):
    command = [*SILKY, "simulate", "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    with process:
        host, _, port = json.loads(process.stdout.readline())["serial"].partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as client:
            # a connection that the phone has taken up: it answers bytes that are no ADB by hanging up
            with socket.create_connection((host, int(port)), timeout=20) as second:
                second.sendall(bytes(24))
                assert second.recv(1) == b""
            process.send_signal(number)
            said = process.stderr.read()
            client.close()
    assert "Traceback" not in said
    assert "Exception" not in said
    assert process.returncode == 0
