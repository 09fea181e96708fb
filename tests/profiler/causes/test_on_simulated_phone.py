"""Whole rounds of the simulated phone: what was put in is named, and an app that follows smoothly is left alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.model.behaviour import Behaviours
from profiler.analysis.run import analyze_capture

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from typing import TYPE_CHECKING

import causes as benchmark
import direct_rounds

if TYPE_CHECKING:
    from traces.capture import RoundCapture

EVERY = load_behaviours("causes")


def popups(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tier=benchmark.FULL):
    """Two pop-ups of one app of the behaviour file `causes`, after one that is not scored."""
    monkeypatch.setattr(direct_rounds, "LIGHT", tier)
    app = next(one for one in EVERY.apps if one.package == name)
    world = build_world(load_persona("pixel-a14-120"), Behaviours(version=1, apps=(app,)), seed=3)
    direct_rounds.capture_round(world, name, name, 0, tmp_path / "warm", 1)
    made: RoundCapture = direct_rounds.capture_round(world, name, name, 1, tmp_path, 2)
    state = replace(made.before, thermal_status=world.thermal_status)
    made = replace(made, before=state, after=state)
    return analyze_capture(made, tmp_path / made.folder / str(made.trace), modes_hz=(60.0, 120.0)).popups


@pytest.mark.parametrize(
    "name", ["sim.cause.jump", "sim.cause.gc", "sim.cause.render", "sim.cause.cold", "sim.cause.load"]
)
def test_what_was_put_in_is_named_first(name, tmp_path, monkeypatch):
    for popup in popups(name, tmp_path, monkeypatch):
        assert popup.diagnoses[0].cause == benchmark.INJECTED[benchmark.short(name)][0][0]
        assert all(english and chinese for one in popup.diagnoses for english, chinese in one.evidence)


@pytest.mark.parametrize("name", ["sim.fine.plain", "sim.fine.short"])
def test_an_app_that_follows_smoothly_gets_no_diagnosis(name, tmp_path, monkeypatch):
    for popup in popups(name, tmp_path, monkeypatch):
        assert popup.metrics["missed_vsyncs"] == 0
        assert popup.diagnoses == ()


def test_without_the_data_a_wait_has_no_name(tmp_path, monkeypatch):
    light = popups("sim.cause.gc", tmp_path, monkeypatch, tier=benchmark.LIGHT_WITH_SCHED)
    for popup in light:
        late = [one for one in popup.late if one.missed]
        assert late
        assert "gc" not in dict(late[0].doing)
        assert popup.diagnoses == ()


def test_a_step_blames_the_app_though_the_leash_is_the_systems(tmp_path, monkeypatch):
    late = [
        one
        for popup in popups("sim.cause.step", tmp_path, monkeypatch)
        for one in popup.late
        if one.lane == "leash"
    ]
    assert late
    assert {one.owner for one in late} == {"system_server"}
    assert {one.driver for one in late} == {"app main thread"}
    assert {one.stage for one in late} <= {"insets_animation", "queue"}
