"""What the run loop expects of a phone, kept by the fake and by the real session alike."""

from __future__ import annotations

import hashlib
import os

import pytest

from devices.profiles import load_profile
from profiler.run.cost import PHONE_STEPS
from tests.profiler.run.fakes import FakeClock, FakeSession

SPEED = 20.0


@pytest.fixture(scope="module")
def real_session(tmp_path_factory):
    from devices.driver.session import open_session
    from profiler.cli.sandbox import simulated_phone

    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    try:
        with simulated_phone(speed=SPEED, seed=1) as serial, open_session(serial) as session:
            yield session
    finally:
        if before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = before


@pytest.fixture(params=["fake", pytest.param("simulated", marks=pytest.mark.adb)])
def session(request):
    if request.param == "fake":
        return FakeSession(FakeClock())
    return request.getfixturevalue("real_session")


@pytest.fixture
def app():
    return load_profile("demo-smooth")


def test_facts_tell_the_phone_without_its_serial(session):
    facts = session.facts()
    assert len(facts.serial_hash) == 12
    assert int(facts.serial_hash, 16) >= 0
    assert facts.active_hz in facts.modes_hz
    assert facts.sdk >= 31
    assert facts.ime_id is not None
    assert facts == session.facts()


def test_a_simulated_phone_says_so_with_its_speed(session):
    facts = session.facts()
    assert facts.simulated == (not isinstance(session, FakeSession))
    assert facts.simulated_speed == (SPEED if facts.simulated else None)


def test_app_facts_are_those_of_the_profile(session, app):
    facts = session.app_facts(app)
    assert (facts.profile, facts.reference) == ("demo-smooth", False)
    assert facts.package in app.packages
    assert facts.version_code is not None


def test_what_is_set_is_told_and_goes_back(session):
    assert session.changes() == {}
    warnings = session.check_start()
    assert all(isinstance(warning, str) for warning in warnings)
    changes = session.changes()
    assert changes
    assert all(was != now for was, now in changes.values())
    session.restore()
    assert session.changes() == {}
    assert session.restore() == []


def test_the_configuration_of_the_capture_can_be_read(session, app):
    assert "buffers" in session.capture_config(app, 5)


def test_a_round_is_captured_with_all_its_presses(session, app, tmp_path):
    session.check_start()
    field = session.prepare(app)
    facts = session.facts()
    assert 0 < field.x < facts.width
    assert 0 < field.y < facts.height

    folder = tmp_path / "round"
    capture = session.capture_round(app, field, folder, 2, number=3, attempt=2)

    assert (capture.app, capture.package, capture.round, capture.attempt) == (app.name, field.package, 3, 2)
    assert [popup.number for popup in capture.popups] == [1, 2]
    assert [popup.shown_after for popup in capture.popups] == [True, True]
    assert capture.void == ()
    assert capture.trace is not None
    content = (folder / capture.trace).read_bytes()
    assert content
    assert capture.trace_sha256 in (None, hashlib.sha256(content).hexdigest())
    assert all((folder / name).is_file() for name in capture.extras)
    assert set(PHONE_STEPS) <= capture.host_seconds.keys()
    assert capture.before.ime_shown is False
    session.restore()
