"""Several simulated phones behind one adb server of their own: one fails, the others go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from devices.adb.inventory import connect
from devices.adb.server import AdbServer
from devices.driver.link import AdbLink
from devices.driver.phone import Phone, serial_hash
from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.server import running_phone
from profiler.cli.fleet.progress import Lines
from profiler.cli.sandbox import _adb_server, _environment, _free_port, _only_this
from profiler.joint.folder import read_joint
from traces.bundle import Bundle

pytestmark = pytest.mark.adb
SILKY = [sys.executable, "-m", "profiler.cli"]
RUN = ("run", "--app", "demo-smooth", "--no-reference", "--popups", "1", "--out", "joint", "--device", "all")
SHORT = ("--patience", "2")
"""A phone that was unplugged is waited for so long."""


class Fleet:
    """Phones that are connected to one server, and what is left of them on this computer."""

    def __init__(self, server: AdbServer, phones: list, state: Path) -> None:
        self.server, self.phones, self.state = server, phones, state
        self.serials = [phone.serial for phone in phones]

    def set_scale(self, serial: str, value: str) -> None:
        Phone(AdbLink(self.server, serial)).ask(f"settings put global animator_duration_scale {value}")

    def journals(self) -> list[Path]:
        """What would still have to be put back."""
        return list((self.state / "silky").glob("*.settings.json"))

    def connected(self) -> None:
        """Wait until the server has all of them."""
        until = time.monotonic() + 20
        for serial in self.serials:
            while time.monotonic() < until:
                try:
                    Phone(AdbLink(self.server, serial)).ask("true", seconds=5)
                    break
                except Exception:  # noqa: BLE001
                    time.sleep(0.1)


@pytest.fixture
def fleet(request, tmp_path, monkeypatch):
    """As many phones as the test asks for."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "adb").mkdir()
    with ExitStack() as stack:
        phones = [
            stack.enter_context(
                running_phone(
                    build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=seed), speed=40
                )
            )
            for seed in range(1, request.param + 1)
        ]
        server = AdbServer("127.0.0.1", _free_port())
        stack.enter_context(_adb_server(server, str(tmp_path / "adb")))
        stack.enter_context(_only_this(server))
        stack.enter_context(_environment(XDG_STATE_HOME=str(tmp_path / "state"), ANDROID_SERIAL=None))
        for phone in phones:
            connect(server, phone.serial)
        yield Fleet(server, phones, tmp_path / "state")


@pytest.mark.parametrize("fleet", [3], indirect=True)
def test_one_phones_failure_does_not_stop_the_others_and_the_run_goes_on_later(
    silky, fleet, tmp_path, monkeypatch
):
    _, refusing, unplugged = fleet.serials
    fleet.set_scale(refusing, "0.5")
    usual = Lines.event

    def event(self, key, told):
        usual(self, key, told)
        if self._names[key] == unplugged and "[1/2]" in str(told.get("text")):
            fleet.phones[2].unplug()

    monkeypatch.setattr(Lines, "event", event)
    done = silky(*RUN, *SHORT, "--rounds", "1")
    monkeypatch.setattr(Lines, "event", usual)

    assert done.code == 4, done.err
    members = {one.serial_hash: one for one in read_joint(tmp_path / "joint").members}
    a, b, c = (members[serial_hash(serial)] for serial in fleet.serials)
    assert (a.code, b.code, c.code) == (0, 4, 4), done.err
    assert "the animation scales" in b.what
    assert f"{b.label} is not ready" in b.what
    assert not any(serial in (tmp_path / "joint" / "phones.json").read_text() for serial in fleet.serials)
    assert Bundle.open(tmp_path / "joint" / a.folder).manifest.finished
    assert not (tmp_path / "joint" / b.folder).exists()
    assert not Bundle.open(tmp_path / "joint" / c.folder).manifest.finished
    page = (tmp_path / "joint" / "results" / "joint.html").read_text()
    for one in (a, b, c):
        assert one.label in page
        assert one.label in done.out
    assert "the animation scales" in page
    assert f"{unplugged}: " in done.err
    kept = [capture.folder for capture in Bundle.open(tmp_path / "joint" / a.folder).captures]

    fleet.phones[2].replug()
    fleet.set_scale(refusing, "1")
    fleet.connected()
    again = silky("run", "--resume", "joint", "--json")

    assert again.code == 0, again.err
    bundles = [Bundle.open(tmp_path / "joint" / one.folder) for one in (a, b, c)]
    assert all(bundle.manifest.finished for bundle in bundles)
    assert [capture.folder for capture in bundles[0].captures] == kept
    assert [capture.round for capture in bundles[2].captures] == [0, 1]
    assert fleet.journals() == []
    document = json.loads(again.out)
    assert [one["what"] for one in document["phones"]] == [None, None, None]
    assert silky("run", "--resume", "joint").code == 3

    paths = [f"joint/{one.folder}" for one in (a, b, c)]
    from_raw = json.loads(silky("report", *paths, "--json").out)
    assert from_raw["matrix"] == document["matrix"]
    single = json.loads(silky("report", paths[0], "--json").out)
    one = next(one for one in document["phones"] if one["label"] == a.label)
    assert one["report"]["apps"] == single["apps"]


def workers(pid: int) -> list[int]:
    """The processes of the phones that a silky started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def gone(pids: list[int], seconds: float = 20.0) -> bool:
    """Wait until none of them runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        running = []
        for pid in pids:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            running += [pid] if state != "Z" else []
        if not running:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds child processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("fleet", [2], indirect=True)
def test_when_it_is_stopped_or_killed_every_phone_is_put_back_and_no_process_stays(fleet, tmp_path, number):
    with subprocess.Popen(
        [*SILKY, *RUN, "--rounds", "9"], stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as run:
        seen: set[str] = set()
        for line in iter(run.stderr.readline, ""):
            seen |= {serial for serial in fleet.serials if line.startswith(f"{serial}: [1/")}
            if len(seen) == 2:
                break
        started = workers(run.pid)
        assert len(fleet.journals()) == 2
        run.send_signal(number)
        rest = run.stderr.read()
    assert len(started) == 2
    assert gone(started)
    assert fleet.journals() == []
    bundles = [Bundle.open(tmp_path / "joint" / one.folder) for one in read_joint(tmp_path / "joint").members]
    assert all(bundle.captures and not bundle.manifest.finished for bundle in bundles)
    if number == signal.SIGINT:
        assert run.returncode == 2
        assert rest.count("The run was stopped by Ctrl-C.") == 2
        assert "Traceback" not in rest


@pytest.mark.parametrize("fleet", [2], indirect=True)
def test_a_remote_server_serves_every_stream_and_no_forward_is_made(silky, fleet, monkeypatch):
    monkeypatch.delenv("ANDROID_ADB_SERVER_PORT")
    server = f"localhost:{fleet.server.port}"
    listed = silky("devices", "--adb-server", server, "--json")
    assert sorted(one["serial"] for one in json.loads(listed.out)) == sorted(fleet.serials)
    several = silky("doctor", "--adb-server", server)
    assert several.code == 3
    assert all(serial in several.err for serial in fleet.serials)
    one = silky("doctor", "--adb-server", server, "--device", fleet.serials[0], "--json")
    assert one.code == 0, one.err
    assert fleet.server.query("host:list-forward").strip() == ""
    assert "SILKY_ADB_SERVER" not in os.environ
