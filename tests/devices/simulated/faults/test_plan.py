"""How planned faults are written, and how they are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.faults import KINDS, PlannedFault, RandomFaults, parse_fault, read_plan
from devices.simulated.model import SimulationFileError
from devices.simulated.userland.steps import Steps


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("crash@touch:3", PlannedFault("crash", "touch", 3)),
        ("unplug~8s@touch:3+120ms", PlannedFault("unplug", "touch", 3, after_s=0.12, for_s=8.0)),
        ("unplug~5@pull:1+50000B", PlannedFault("unplug", "pull", 1, at_byte=50_000, for_s=5.0)),
        ("crash@command:5/input keyevent", PlannedFault("crash", "command", 5, "input keyevent")),
        ("thermal=3~2.5s@time:20", PlannedFault("thermal", "time", after_s=20.0, value=3.0, for_s=2.5)),
        ("clock-jump=-3600@start", PlannedFault("clock-jump", "start", value=-3600.0)),
        ("lock@shell:2/a+b+2s", PlannedFault("lock", "shell", 2, "a+b", after_s=2.0)),
    ],
)
def test_a_fault_is_a_kind_a_step_and_what_belongs_to_them(text, fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text",
    ["crash", "crash@", "flood@touch:1", "crash@touch:0", "crash@touch:1.5", "crash@touch:1+5B", "crash@x:1"],
)
def test_what_is_no_fault_is_refused_with_the_form_or_the_kinds(text):
    with pytest.raises(SimulationFileError) as caught:
        parse_fault(text)
    assert text.partition("@")[0] in caught.value.what
    assert caught.value.next_step


@given(seed=st.integers(0, 10_000), count=st.integers(1, 5))
def test_a_seed_draws_the_same_faults_again_and_each_can_be_written_and_read(seed, count):
    one, other = RandomFaults(seed), RandomFaults(seed)
    drawn = [(one.gap_s(), one.draw()) for _ in range(count)]
    assert drawn == [(other.gap_s(), other.draw()) for _ in range(count)]
    for _, fault in drawn:
        assert parse_fault(str(fault)) == fault


def test_only_the_named_kinds_are_drawn_and_all_kinds_are():
    some = RandomFaults(1, ("crash", "lock"))
    assert {some.draw().kind for _ in range(50)} == {"crash", "lock"}
    every = RandomFaults(1)
    assert {every.draw().kind for _ in range(2000)} == set(KINDS)


def test_a_plan_is_a_list_in_yaml(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("version: 1\nfaults:\n  - crash@touch:3\n  - unplug~5s@pull:1+100B\n")
    assert [str(fault) for fault in read_plan(file)] == ["crash@touch:3", "unplug~5s@pull:1+100B"]
    file.write_text("version: 1\nfaults: [crash]\n")
    with pytest.raises(SimulationFileError, match="'crash' is no fault"):
        read_plan(file)


def test_a_step_is_the_nth_whose_text_holds_the_pattern_and_comes_once():
    steps, came = Steps(), []
    steps.watch("command", 2, "^input", lambda: came.append(1))
    for text in ("input tap", "echo input", "input swipe", "input tap", "input tap"):
        steps.happened("command", text)
        steps.happened("shell", text)
        came.append(text)
    assert came.index(1) == 2
    assert came.count(1) == 1
