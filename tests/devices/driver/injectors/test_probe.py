"""Which way to touch is found on which phone, and what is said of the others."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.driver.injectors.base import Injection, InputCommand
from devices.driver.injectors.input import tap
from devices.driver.injectors.probe import panel_of, probe
from devices.driver.injectors.touchscreen import Panel
from devices.driver.state.reading import read_state
from traces.errors import PhoneError


def probed(it) -> Injection:
    return probe(it.phone, panel_of(read_state(it.phone)))


@pytest.mark.parametrize(
    ("lacks", "method", "allowed", "rejected"),
    [
        ((), "uinput", True, {}),
        (("uinput",), "uhid", True, {"uinput": "permission denied"}),
        (("uinput", "uhid"), "motionevent", True, {"uinput": "permission denied"}),
        (("uinput", "uhid", "motionevent"), "tap", True, {"motionevent": "does not list"}),
        (("injection",), "uinput", False, {"motionevent": "INJECT_EVENTS"}),
        (("injection", "uinput"), "motionevent", False, {"uhid": "no Back key"}),
        (("injection", "uinput", "uhid"), "motionevent", False, {"motionevent": "INJECT_EVENTS"}),
    ],
)
def test_the_best_that_is_allowed_is_taken_and_the_rest_explained(bench, lacks, method, allowed, rejected):
    found = probed(bench(lacks))
    assert (found.injector.name, found.allowed) == (method, allowed)
    reasons = dict(found.rejected)
    assert all(part in reasons[name] for name, part in rejected.items()), reasons
    facts = found.facts()
    assert facts.method == method
    assert any(method in sentence for sentence in facts.evidence)


def test_probing_touches_nothing_and_leaves_nothing(bench):
    it = bench()
    before = it.link.world.kernel_input.devices()
    probed(it)
    assert [one for one in it.link.inputs() if one.source == "touch"] == []
    assert it.link.world.kernel_input.devices() == before


def test_where_input_may_not_touch_helpers_use_the_touch_screen_too(bench):
    it = bench(("injection",))
    with pytest.raises(PhoneError, match="INJECT_EVENTS"):
        tap(it.phone, 400, 2250)
    it.phone.hand = probed(it).helper
    tap(it.phone, 400, 2250)
    assert it.shown()
    assert probed(bench()).helper is None


def test_a_way_that_turns_out_deaf_gives_way_to_the_next_with_the_reason(bench):
    found = probed(bench())
    left = found.without_first("it is deaf")
    assert left is not None
    assert (left.injector.name, left.rejected[-1]) == ("motionevent", ("uinput", "it is deaf"))
    assert left.without_first("refused") is None


def test_evidence_is_kept_once():
    injection = Injection(InputCommand(), allowed=True)
    assert injection.confirmed("seen").confirmed("seen").evidence == ("seen",)


@given(st.integers(0, 1079), st.integers(0, 2399), st.integers(0, 3))
def test_points_turn_within_the_panel_and_back(x, y, rotation):
    panel = Panel(1080, 2400, rotation)
    raw = Panel(1080, 2400).raw(x, y)
    assert raw == (x, y)
    width, height = (2400, 1080) if rotation % 2 else (1080, 2400)
    point = (x % width, y % height)
    raw_x, raw_y = panel.raw(*point)
    assert 0 <= raw_x < 1080
    assert 0 <= raw_y < 2400


@pytest.mark.parametrize("rotation", [0, 1, 2, 3])
def test_the_shell_turns_points_as_python_does(rotation):
    panel = Panel(1080, 2400, rotation)
    x, y = panel.shell_raw("$3", "$4")
    done = subprocess.run(
        ["sh", "-c", f'echo "{x} {y}"', "sh", "a", "b", "700", "300"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(value) for value in panel.raw(700, 300)]
