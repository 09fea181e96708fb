"""`silky apps check` and `learn` over a real adb server, against the simulated phone."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from devices.profiles import load_profile
from profiler.cli.sandbox import simulated_phone

pytestmark = pytest.mark.adb


@pytest.fixture(scope="module")
def shared_phone():
    with simulated_phone(speed=40, seed=1) as serial:
        yield serial


@pytest.fixture
def phone(shared_phone, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SILKY_PROFILES", str(tmp_path / "own"))
    return shared_phone


def test_check_says_which_way_found_each_place(phone, silky):
    done = silky("apps", "check", "demo-smooth", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["drivable"], told["package"]) == (True, "sim.chat.smooth")
    ways = {name: target["way"] for name, target in told["targets"].items()}
    assert ways == {
        "input": "profile",
        "toggle": "missing",
        "send": "looks",
        "messages": "looks",
        "new_chat": "missing",
        "back": "looks",
    }
    assert told["keyboard_px"] > 300
    left, top, right, bottom = told["targets"]["send"]["bounds"]
    field = told["targets"]["input"]["bounds"]
    assert left >= field[2] - 1  # right of the field
    assert bottom - top > 0 < right - left


def test_check_answers_in_chinese_in_columns(phone, silky):
    lines = silky("apps", "check", "demo-smooth", "--lang", "zh").out.splitlines()[1:-1]
    said = "\n".join(lines)
    assert "查找过" in said
    assert "底栏上方的列表" in said
    assert "looks" not in said
    assert len({cell_len(re.match(r"\S+ +", line).group()) for line in lines}) == 1


def test_an_app_that_is_not_there_ends_with_4(phone, silky):
    done = silky("apps", "check", "kimi", "--json")
    assert done.code == 4
    told = json.loads(done.out)
    assert told["drivable"] is False
    assert "not installed" in told["reason"]
    assert silky("apps", "check", "kimi").code == 4


def test_learn_writes_a_profile_that_then_drives_the_app(phone, silky, tmp_path):
    done = silky("apps", "learn", "sim.chat.late", "--yes", "--label", "晚")
    assert done.code == 0, done.err
    path = tmp_path / "own" / "late.yaml"
    assert f"Wrote {path}" in done.out
    profile = load_profile("late")
    assert (profile.label, profile.confidence) == ("晚", "C")
    assert profile.input[0].resource_id == "sim.chat.late:id/input"
    assert profile.send
    assert re.fullmatch(r"learnt on .+, \S+, \d{4}-\d\d-\d\d", profile.sources[0])
    checked = json.loads(silky("apps", "check", "late", "--json").out)
    assert checked["targets"]["input"]["way"] == "profile"
    assert checked["targets"]["send"]["way"] == "profile"

    again = silky("apps", "learn", "sim.chat.late", "--yes")
    assert again.code == 3
    assert "is there already" in again.err


def test_learn_asks_nobody_in_a_pipe(phone, silky, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    done = silky("apps", "learn", "sim.chat.late")
    assert done.code == 3
    assert "--yes" in done.err


def test_what_a_person_says_no_to_is_left_out(phone, silky, tmp_path, monkeypatch):
    asked = []

    def confirm(question, **_):
        asked.append(question)
        return "back button" not in question

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", confirm)
    assert silky("apps", "learn", "sim.chat.heavy", "--name", "mine").code == 0
    assert any(question.endswith("the input field?") for question in asked)
    profile = load_profile("mine")
    assert profile.input
    assert profile.send
    assert profile.back == ()


def test_nothing_typed_stays_and_the_settings_are_as_before(phone, silky):
    from devices.adb.server import AdbServer
    from devices.driver.link import AdbLink
    from devices.driver.phone import Phone
    from devices.driver.screen.hierarchy import parse_hierarchy
    from devices.driver.screen.ui import Screen
    from devices.driver.state.journal import pending

    assert silky("apps", "check", "demo-jumpy").code == 0
    real = Phone(AdbLink(AdbServer.from_environment(), phone))
    with Screen(real) as screen:
        nodes = parse_hierarchy(screen.dump())
    field = next(node for node in nodes if node.editable)
    assert field.package == "sim.chat.jumpy"
    assert field.text == field.hint
    assert pending() == []


@pytest.mark.parametrize(("lang", "said"), [("en", "found by the profile"), ("zh", "按配置找到")])
def test_check_speaks_both_languages(phone, silky, lang, said):
    done = silky("apps", "check", "demo-smooth", "--lang", lang)
    assert done.code == 0
    assert f"{said} (id 'sim.chat.smooth:id/input')" in done.out
