from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from profiler.scenarios import list_scenarios, load_scenario
from profiler.scenarios.keyboard_popup import KeyboardPopup
from profiler.verdict.complaints import complaint
from traces.errors import UsageError


class Juggling(KeyboardPopup):
    """A scenario of another package."""

    def __init__(self):
        super().__init__(name="juggling", complaint="hands-too-slow")


class Impostor(KeyboardPopup):
    """Has the name of the built-in one."""

    def __init__(self):
        super().__init__(words="not the built-in one")


@pytest.fixture
def announced(monkeypatch):
    def announce(value: str) -> None:
        point = EntryPoint("other", value, "silky.scenarios")
        monkeypatch.setattr("profiler.scenarios.registry.entry_points", lambda group: [point])

    return announce


def test_the_keyboard_popup_is_five_presses_on_android_8_or_newer():
    scenario = load_scenario("keyboard-popup")
    assert (scenario.popups, scenario.min_sdk) == (5, 26)
    assert complaint(scenario.complaint).scenario == scenario.name


def test_a_scenario_is_found_by_the_complaint_that_it_answers():
    assert load_scenario("keyboard-popup-not-smooth") == load_scenario("keyboard-popup")


def test_other_packages_announce_scenarios(announced):
    before = set(list_scenarios())
    announced(f"{__name__}:Juggling")
    assert set(list_scenarios()) - before == {"juggling"}
    assert load_scenario("hands-too-slow").name == "juggling"


def test_a_built_in_scenario_cannot_be_replaced(announced):
    announced(f"{__name__}:Impostor")
    assert load_scenario("keyboard-popup") == KeyboardPopup()


def test_a_package_whose_scenario_does_not_load_is_named(announced):
    announced("no_such_package:Scenario")
    with pytest.raises(UsageError, match=r"The scenario other \(no_such_package:Scenario\) can't be loaded"):
        list_scenarios()


def test_an_unknown_scenario_lists_those_that_there_are():
    with pytest.raises(
        UsageError,
        match="There are: keyboard-hide, keyboard-popup, launch, reply-stream, return, scroll, send, typing, typing-pinyin",
    ):
        load_scenario("jumping")
