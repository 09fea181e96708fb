from __future__ import annotations

import pytest

from profiler.run.plan import RunPlan
from profiler.scenarios import load_scenario
from tests.profiler.run.fakes import FakeClock, FakeSession, Watcher, profile


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def session(clock):
    return FakeSession(clock)


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def make_profile():
    return profile


@pytest.fixture
def plan():
    return RunPlan(
        scenario=load_scenario("keyboard-popup"),
        profiles=(profile("a"), profile("b"), profile("field", reference=True)),
        rounds=2,
        popups=5,
        commands=("silky run ...",),
    )
