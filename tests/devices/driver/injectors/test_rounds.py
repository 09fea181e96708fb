"""Rounds by each way to touch, through the real adb server: prepared, captured, named, and what the trace says."""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from devices.adb.inventory import connect
from devices.adb.server import AdbServer, adb_program
from devices.driver.session import PhoneSession, open_session
from devices.profiles import load_profile
from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.server import running_phone
from traces.errors import PhoneError
from traces.perfetto import read_trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.adb
APP = load_profile("demo-smooth")


@pytest.fixture(scope="module")
def server() -> Iterator[AdbServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    yield AdbServer("127.0.0.1", port)
    subprocess.run(
        [adb_program(), "-P", str(port), "kill-server"], check=False, capture_output=True, timeout=20
    )


@contextmanager
def phone_without(server: AdbServer, monkeypatch, *lacks: str) -> Iterator[PhoneSession]:
    world = build_world(load_persona("pixel-a14-120", lacks), load_behaviours("demo"), seed=1)
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
    with running_phone(world, speed=40) as phone:
        connect(server, phone.serial)
        with open_session(phone.serial, server=server) as session:
            yield session


def event_times(trace: Path) -> list[int]:
    """Return eventTimeNano of the touches in a trace, in order."""
    slices = read_trace(trace, slice_names=("deliverInputEvent src=0x1002*",)).slices
    return [int(name.split("eventTimeNano=")[1].split()[0]) for name in slices.name]


@pytest.mark.parametrize(
    ("lacks", "method"),
    [((), "uinput"), (("injection",), "uinput"), (("uinput",), "uhid"), (("uinput", "uhid"), "motionevent")],
)
def test_a_round_is_made_and_named(server, monkeypatch, tmp_path, lacks, method) -> None:
    with phone_without(server, monkeypatch, *lacks) as session:
        field = session.prepare(APP)
        done = session.capture_round(APP, field, tmp_path / "round", 2, number=1)
        facts = session.input_facts()
    assert done.void == ()
    assert (done.input_method, facts.method) == (method, method)
    assert any("brought the keyboard" in sentence for sentence in facts.evidence)
    times = event_times(tmp_path / "round" / done.trace)
    held_ms = [(up - down) / 1e6 for down, up in zip(times[::2], times[1::2], strict=True)]
    assert len(held_ms) == 2
    assert all(70 <= held < 130 for held in held_ms)
    assert any(time % 1_000_000 for time in times) is (method != "motionevent")


def test_a_touch_screen_that_is_taken_in_but_deaf_is_dropped_with_the_reason(
    server, monkeypatch, tmp_path
) -> None:
    with phone_without(server, monkeypatch, "virtual-touch") as session:
        assert session.input_facts().method == "uinput"
        field = session.prepare(APP)
        done = session.capture_round(APP, field, tmp_path / "round", 1, number=1)
        facts = session.input_facts()
    assert (done.void, done.input_method, facts.method) == ((), "motionevent", "motionevent")
    assert dict(facts.rejected)["uinput"].startswith("a press of the field brought no keyboard")


def test_where_nothing_may_touch_the_vendors_switch_is_named(server, monkeypatch) -> None:
    with (
        phone_without(server, monkeypatch, "injection", "uinput", "uhid") as session,
        pytest.raises(PhoneError, match="INJECT_EVENTS") as caught,
    ):
        session.prepare(APP)
    assert caught.value.next_step
