from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console
from rich.progress import Progress

from profiler.cli.progress import BarObserver, LineObserver, cost_words, duration, phone_words
from profiler.run.cost import Cost
from profiler.run.loop import RunLoop
from profiler.run.plan import RunPlan
from profiler.scenarios import load_scenario
from tests.profiler.run.fakes import FACTS, FakeClock, FakeSession, profile

COST = (
    "20 pop-ups in 24 s; 0.40 s each beyond the phone's own time "
    "(script 16.0 s, pull 4.0 s, prepare 4.0 s, judge 0.0 s)"
)


@pytest.fixture
def run(tmp_path):
    """Run one app for two rounds, the second captured attempt void, watched by an observer."""

    def go(make_observer):
        clock = FakeClock()
        session = FakeSession(clock)
        session.script = {2: ("No slide seen.",)}
        plan = RunPlan(load_scenario("keyboard-popup"), (profile("a"),), rounds=2, popups=5)
        RunLoop(
            session, plan, tmp_path / "run", lambda *_: (), observer=make_observer(clock), clock=clock
        ).run()

    return go


def test_a_log_gets_one_line_a_round_with_the_time_left(run):
    lines: list[str] = []
    run(lambda clock: LineObserver(lines.append, clock))
    assert lines == [
        "Made up Fake, Android 14, 120 Hz: 3 rounds, warm-ups counted in.",
        "The phone is charging.",
        "[1/3] a, warm-up; about 12 s left",
        "a, round 1, attempt 1 is void: No slide seen.",
        "[2/3] a, round 1; about 9 s left",
        "[3/3] a, round 2; about 0 s left",
        COST,
    ]


def test_a_terminal_gets_a_bar_and_what_must_be_read_above_it(run):
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None, _environ={})
    with Progress(console=console, auto_refresh=False) as bar:
        run(lambda clock: BarObserver(bar))
        assert bar.tasks[0].completed == bar.tasks[0].total == 3
    assert "a, round 1, attempt 1 is void: No slide seen." in out.getvalue()


def test_a_simulated_phone_says_so_with_its_speed():
    simulated = dataclasses.replace(FACTS, simulated=True, simulated_speed=30.0)
    assert phone_words(simulated).startswith("SIMULATED phone at 30 times real time (Made up Fake")
    assert "SIMULATED" not in phone_words(FACTS)


def test_a_run_without_popups_has_no_cost_per_popup():
    assert cost_words(Cost(3.0, 0, rounds=2)) == "2 rounds in 3 s"


def test_durations_are_said_as_people_say_them():
    assert [duration(s) for s in (-1, 0.4, 99, 100, 3725)] == [
        "0 s",
        "0 s",
        "99 s",
        "1 min 40 s",
        "62 min 05 s",
    ]
