"""Personas and behaviours are data that anyone can write; what is wrong is named with file and line."""

from __future__ import annotations

import pytest

from devices.simulated.model import (
    SimulationFileError,
    behaviour_files,
    load_behaviours,
    load_persona,
    personas,
)


@pytest.mark.parametrize("name", personas())
def test_every_persona_that_comes_along_says_that_it_is_simulated(name):
    persona = load_persona(name)
    assert "Simulated" in persona.model
    assert 26 <= persona.sdk <= 36
    assert persona.active_mode in {mode.id for mode in persona.modes}


@pytest.mark.parametrize("name", behaviour_files())
def test_every_behaviour_file_that_comes_along_loads_and_names_only_neutral_apps(name):
    behaviours = load_behaviours(name)
    assert len(behaviours.apps) >= 3
    assert all(app.package.startswith("sim.") for app in behaviours.apps)


def test_a_phone_at_120_hz_and_an_emulator_at_60_hz_are_there():
    assert {"pixel-a14-120", "emulator-a13-60"} <= set(personas())
    assert {mode.refresh_hz for mode in load_persona("pixel-a14-120").modes} == {60.0, 120.0}
    assert load_persona("emulator-a13-60").is_emulator


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("version: 1\napps:\n  - package: sim.a\n    label: A\n    colour: red\n", 5, "colour"),
        (
            "version: 1\napps:\n  - package: sim.a\n    label: A\n    keyboard:\n      resize: sideways\n",
            6,
            "resize",
        ),
        ("version: 1\napps:\n  - package: sim.a\n    label: A\n    tap: -3\n", 5, "tap"),
        ("version: 1\napps:\n  - package: nodots\n    label: A\n", 3, "package"),
        ("version: 2\n", 1, "version"),
        ("version: 1\n\nfaults:\n  - kind: earthquake\n", 4, "kind"),
        ("version: 1\napps: [\n", 3, ""),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path, text, line, word):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SimulationFileError) as caught:
        load_behaviours(str(file))
    assert f"mine.yaml, line {line}:" in caught.value.what
    assert word in caught.value.what
    assert caught.value.next_step


def test_a_package_named_twice_is_an_error(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\napps:\n  - {package: sim.a, label: A}\n  - {package: sim.a, label: B}\n")
    with pytest.raises(SimulationFileError, match=r"sim\.a"):
        load_behaviours(str(file))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(SimulationFileError, match="pixel-a14-120"):
        load_persona("pixel-99")
    with pytest.raises(SimulationFileError, match="demo"):
        load_behaviours("nothing")


def test_a_bare_number_is_the_median_of_a_cost(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\napps:\n  - {package: sim.a, label: A, tap: 7}\n")
    assert load_behaviours(str(file)).apps[0].tap.median_ms == 7


def test_a_persona_must_say_that_it_is_simulated(tmp_path):
    file = tmp_path / "real.yaml"
    source = (
        "android: '14'\nsdk: 34\nbuild_type: user\nmodel: Real Phone\nmanufacturer: X\nfingerprint: f\n"
        "is_emulator: false\nwidth: 1\nheight: 1\ndensity: 1\nmodes: [{id: 1, refresh_hz: 60}]\n"
        "active_mode: 1\n"
        "suspended_s: 0\nboot_age_s: 1\n"
    )
    file.write_text(source)
    with pytest.raises(SimulationFileError, match="line 4: model"):
        load_persona(str(file))
