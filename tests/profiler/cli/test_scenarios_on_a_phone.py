"""Every built-in scenario beside the pop-up, from the command line to the report, on the simulated phone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from devices.driver.session import open_session
from profiler.cli.measuring import planned
from profiler.cli.sandbox import _environment, simulated_phone
from traces.bundle import Bundle

DOCS = Path(__file__).parents[3] / "docs" / "scenarios.md"
pytestmark = pytest.mark.adb


@pytest.fixture(scope="module")
def plugged(tmp_path_factory):
    home = str(tmp_path_factory.mktemp("home"))
    with _environment(XDG_STATE_HOME=home), simulated_phone(speed=40, seed=3) as serial:
        yield serial


@pytest.fixture
def adb_shell(plugged):
    def run(command):
        with open_session() as session:
            session.phone.ask(command)

    return run


@pytest.fixture
def measure(silky, plugged, tmp_path, monkeypatch):
    """Measure one round of a scenario; returns the app of the JSON report, the round's interactions."""
    monkeypatch.chdir(tmp_path)

    def run(scenario: str, popups: int, *more: str, app: str = "demo-smooth"):
        args = ("--app", app, "--no-reference", "--rounds", "1", "--popups", str(popups), *more)
        done = silky("run", "--scenario", scenario, *args, "--out", "here", "--json")
        assert done.code == 0, done.err
        assert "is void" not in done.err
        document = json.loads(done.out)
        measured = document["apps"][0]
        assert (measured["rounds_valid"], measured["rounds_void"]) == (1, 0)
        scored = next(one for one in document["rounds"] if one["round"] == 1)
        return measured["metrics"], scored["interactions"]

    return run


def test_the_keyboard_is_hidden(measure, silky, tmp_path):
    metrics, interactions = measure("keyboard-hide", 2)
    assert [(one["kind"], one["number"]) for one in interactions] == [("hide", 1), ("hide", 2)]
    assert all(one["metrics"]["driver_mode"] == "sync" for one in interactions)
    assert 250 < metrics["hide.settled_ms"]["mean"] < 400
    shown = silky("report", "here")
    assert "Interactions: keyboard hides" in shown.out
    assert "no valid round" not in shown.out
    page = (tmp_path / "here" / "results" / "report.html").read_text()
    assert "keyboard hides" in page
    captures = Bundle.open(tmp_path / "here").captures
    assert [c.interactions for c in captures] == [2, 2]
    # behaviours/demo.yaml: two messages; KeyboardApp.height of 2400 px; a text field of several lines
    assert {(c.chat_rows, c.keyboard_px, c.input_type) for c in captures} == {(2, 888, 0x2C001)}


def test_the_app_is_come_back_to_with_the_keyboard_up(measure):
    metrics, interactions = measure("return", 2)
    assert [(one["kind"], one["number"]) for one in interactions] == [("return", 1), ("return", 2)]
    assert {one["metrics"]["start_type"] for one in interactions} == {"hot"}
    assert 0 < metrics["return.first_frame_ms"]["mean"] < metrics["return.keyboard_settled_ms"]["mean"]
    assert metrics["return.usable_ms"]["mean"] == metrics["return.keyboard_settled_ms"]["mean"]


def test_the_app_is_started_cold_and_its_field_pressed(measure, silky):
    metrics, interactions = measure("launch", 1)
    assert [(one["kind"], one["metrics"]["start_type"]) for one in interactions] == [("launch", "cold")]
    assert metrics["launch.first_frame_ms"]["mean"] > 100
    assert metrics["settled_ms"]["mean"] > 100
    refused = silky("run", "--scenario", "launch", "--app", "demo-smooth", "--popups", "2")
    assert (refused.code, "at most 1 in a round" in refused.err) == (3, True)


def test_words_are_typed_on_the_keyboards_own_keys(measure):
    metrics, interactions = measure("typing", 6)
    assert [(one["kind"], one["number"]) for one in interactions] == [("key", n) for n in range(1, 7)]
    assert 0 < metrics["key.key_preview_ms"]["mean"] < metrics["key.commit_ms"]["mean"]
    assert metrics["key.commit_ms"]["mean"] > metrics["key.held_ms"]["mean"] > 45
    assert 1.5 < metrics["key.rate_hz"]["mean"] < 4


def test_pinyin_is_typed_and_candidates_are_tapped(measure, plugged, silky, adb_shell):
    """The keyboard that writes letters is refused, and the other way round."""
    latin = silky(
        "run", "--scenario", "typing-pinyin", "--app", "demo-smooth", "--no-reference", "--out", "no"
    )
    assert (latin.code, "writes Latin letters" in latin.err) == (4, True)
    adb_shell("ime set sim.keyboard.pinyin/.PinyinKeyboard")
    try:
        composed = silky(
            "run", "--scenario", "typing", "--app", "demo-smooth", "--no-reference", "--out", "not"
        )
        assert (composed.code, "composes pinyin" in composed.err) == (4, True)
        metrics, interactions = measure("typing-pinyin", 6)
    finally:
        adb_shell("ime set sim.keyboard/.SimKeyboard")
    assert [one["kind"] for one in interactions] == ["key"] * 5 + ["pick"] + ["key"] * 7 + ["pick"]
    assert metrics["key.key_preview_ms"]["mean"] < metrics["key.candidates_ms"]["mean"]
    assert metrics["key.commit_ms"]["mean"] is None
    assert metrics["pick.commit_ms"]["mean"] > metrics["pick.held_ms"]["mean"]


def test_the_list_is_flung_with_the_keyboard_down_and_up(measure):
    metrics, interactions = measure("scroll", 2)
    assert [(one["kind"], one["number"]) for one in interactions] == [("scroll", 1), ("scroll", 2)]
    assert metrics["scroll.fling_ms"]["mean"] > 200
    # the phone's own noise may cost a vsync now and then; drag frames or a cursor counted in would cost many
    assert metrics["scroll.missed_vsyncs"]["mean"] <= 1
    assert metrics["scroll.fps"]["mean"] == pytest.approx(120, abs=1)


def test_a_reply_that_stutters_is_told_from_one_that_flows(plugged, silky, tmp_path, monkeypatch):
    """From a person's sentence to the verdict; the heavy app formats its whole answer at every piece of it."""
    monkeypatch.chdir(tmp_path)
    apps = ("--app", "demo-heavy", "--against", "demo-smooth", "--rounds", "3")
    words = ("--reply-limit", "20", "--json", "--out", "here")
    done = silky("reproduce", "回复输出的时候卡顿", *apps, *words)
    document = json.loads(done.out)
    assert (done.code, document["verdict"]["outcome"]) == (0, "reproduced"), done.err
    means = {app["app"]: app["metrics"] for app in document["apps"]}
    assert means["demo-smooth"]["stream.hitch_ratio_ms_per_s"]["mean"] < 5
    assert means["demo-heavy"]["stream.hitch_ratio_ms_per_s"]["mean"] > 50
    # behaviours/demo.yaml: the first piece comes after 900 and 700 ms, which is no smoothness
    assert means["demo-smooth"]["stream.wait_ms"]["mean"] > means["demo-heavy"]["stream.wait_ms"]["mean"]
    ended = [one["metrics"]["ended"] for r in document["rounds"] for one in r["interactions"][1:]]
    assert set(ended) == {"rest"}
    assert Bundle.open(tmp_path / "here").manifest.options.reply_limit_s == 20


def test_a_scenario_of_ones_own_runs_and_its_bundle_needs_no_file(plugged, silky, tmp_path, monkeypatch):
    """The first example of docs/scenarios.md, as it stands there."""
    monkeypatch.chdir(tmp_path)
    example = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]
    (tmp_path / "mine.yaml").write_text(example)
    args = ("--app", "demo-smooth", "--no-reference", "--rounds", "1", "--popups", "2", "--out", "here")
    done = silky("run", "--scenario", "mine.yaml", *args, "--json")
    assert done.code == 0, done.err
    measured = json.loads(done.out)["apps"][0]
    assert (measured["rounds_valid"], measured["rounds_void"]) == (1, 0)
    assert 250 < measured["metrics"]["hide.settled_ms"]["mean"] < 400
    (tmp_path / "mine.yaml").unlink()
    bundle = Bundle.open(tmp_path / "here")
    assert (bundle.manifest.scenario, bundle.manifest.scenario_text) == ("hide-after-typing", example)
    assert planned(bundle).scenario.kind == "hide"
    assert silky("report", "here").code == 0


def test_options_of_sending_are_refused_where_nothing_is_sent(silky, tmp_path):
    (tmp_path / "m.txt").write_text("hello\n")
    refused = silky("run", "--app", "demo-smooth", "--messages", str(tmp_path / "m.txt"))
    assert (refused.code, "keyboard-popup sends nothing" in refused.err) == (3, True)
    few = silky(
        "run",
        "--scenario",
        "send",
        "--app",
        "demo-smooth",
        "--messages",
        str(tmp_path / "m.txt"),
        "--rounds",
        "1",
    )
    assert (few.code, "need 4 different ones; there are 1" in few.err) == (3, True)


def test_messages_are_typed_and_sent(measure, silky, tmp_path):
    metrics, interactions = measure("send", 1)
    assert [(one["kind"], one["number"]) for one in interactions] == [("send", 1)]
    assert 0 < metrics["send.bubble_ms"]["mean"] < 200
    refused = silky("run", "--scenario", "send", "--app", "demo-smooth", "--no-network", "--out", "there")
    assert (refused.code, "--no-network says not to" in refused.err) == (3, True)
    assert not (tmp_path / "there").exists()
