"""Scenarios that people write in YAML: what they may say, what runs on the phone, every mistake by its line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from devices.driver.script.steps import render
from profiler.cli.measuring import planned, sends
from profiler.scenarios import load_scenario
from profiler.scenarios.example import example_recipe
from profiler.scenarios.own import parse_scenario, read_scenario
from profiler.scenarios.schema import ScenarioFile, StepFile
from tests.profiler.manifests import manifest
from traces.errors import InputFileError, UsageError

HIDE = """\
name: mine
words: Puts the keyboard away.
measures: hide
repeat: 2
steps:
  - keyboard: up
  - measure:
      - key: back
      - wait: 2
"""
DOCS = Path(__file__).parents[3] / "docs" / "scenarios.md"


def script(text: str) -> list[str]:
    recipe = example_recipe(parse_scenario(text, "x.yaml"))
    return render(recipe.steps, "/m").splitlines()


def marks(text: str) -> list[tuple[str, int]]:
    found = [re.search(r"silky_(\w+)\|(\d+)", line) for line in script(text)]
    return [(m[1], int(m[2])) for m in found if m]


def mistakes(text: str) -> list[str]:
    with pytest.raises(InputFileError) as error:
        parse_scenario(text, "x.yaml")
    return str(error.value).splitlines()[1:]


def test_the_window_is_marked_and_stands_behind_the_question_whether_the_keyboard_is_up():
    assert marks(HIDE) == [("hide", 1), ("hide", 0), ("hide", 2), ("hide", 0)]
    lines = script(HIDE)
    begin, back = lines.index('echo "C|$$|silky_hide|1" > /m'), lines.index("input keyevent 4 || e=1")
    assert begin < back < lines.index("echo '@@silky unmet 1'")
    recipe = example_recipe(parse_scenario(HIDE, "x.yaml"))
    assert (recipe.kind, recipe.count, recipe.popups, recipe.starts) == ("hide", 2, 0, False)


@pytest.mark.parametrize(
    ("fields", "steps", "expected"),
    [
        ("measures: show\nrepeat: 2", "  - popup\n", [("popup", 1), ("popup", 2), ("popup", 0)]),
        (
            "measures: key\nrepeat: 1",
            "  - keyboard: up\n  - measure:\n      - type: ab\n      - wait: 1\n",
            [("key", 1), ("key", 2), ("key", 0)],
        ),
        (
            "measures: stream\nrepeat: 1",
            "  - keyboard: up\n  - type_message\n  - measure:\n      - tap: send\n      - wait_for_rest\n",
            [("send", 1), ("stream", 1), ("stream", 0), ("send", 0)],
        ),
        (
            "measures: launch\nrepeat: 1\napp: stopped",
            "  - measure:\n      - open: app\n      - wait: 5\n  - popup\n",
            [("launch", 1), ("launch", 0), ("popup", 1)],
        ),
        (
            "measures: scroll\nrepeat: 1",
            (
                "  - measure:\n      - swipe: {begin: {x: 0.5, y: 0.4}, end: {x: 0.5, y: 0.6}, moves: 2}\n"
                "      - wait: 3\n"
            ),
            [("scroll", 1), ("scroll", 0)],
        ),
        (
            "measures: return\nrepeat: 1",
            (
                "  - keyboard: up\n  - open: launcher\n  - wait: 1\n"
                "  - measure:\n      - open: app\n      - wait: 3\n"
            ),
            [("return", 1), ("return", 0)],
        ),
    ],
)
def test_every_kind_can_be_written(fields, steps, expected):
    text = f"name: mine\nwords: x\n{fields}\nsteps:\n{steps}"
    assert marks(text) == expected


def test_points_are_parts_of_the_display():
    text = (
        "name: mine\nwords: x\nmeasures: scroll\nrepeat: 1\nsteps:\n  - measure:\n"
        "      - swipe: {begin: {x: 0.5, y: 0.25}, end: {x: 0.5, y: 0.75}, moves: 2, every: 0.01}\n"
        "      - wait: 3\n"
    )
    assert [line for line in script(text) if "motionevent" in line] == [
        "input motionevent DOWN 540 600 || e=1",
        "input motionevent MOVE 540 1200 || e=1",
        "input motionevent MOVE 540 1800 || e=1",
        "input motionevent UP 540 1800 || e=1",
    ]


def test_what_was_typed_and_not_sent_is_taken_back_and_what_is_sent_is_followed_by_a_pause():
    typed = HIDE.replace("  - measure:", "  - type: abc\n  - measure:")
    assert "input keyevent 67 67 67 67 67 67 67 || e=1" in script(typed)
    sent = HIDE.replace("measures: hide", "measures: send").replace("      - key: back", "      - tap: send")
    sent = sent.replace("  - measure:", "  - type_message\n  - measure:")
    assert "sleep 12" in script(sent)
    assert not any("keyevent 67" in line for line in script(sent))
    assert sends(parse_scenario(sent, "x"))
    assert not sends(parse_scenario(typed, "x"))


def test_mistakes_of_form_are_all_named_by_file_and_line():
    text = HIDE.replace("repeat: 2", "repeat: 0").replace("up", "sideways").replace("wait: 2", "wiat: 2")
    said = mistakes(text)
    assert [line.split(":")[1] for line in said] == ["4", "6", "9"]
    assert "'up' or 'down'" in said[1]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("name: mine", "name: typing"), 1, "silky has a scenario 'typing' of its own"),
        (("  - keyboard: up\n", ""), 7, "`key: back` leaves the app where the keyboard is down"),
        (("wait: 2", "wait: 0.5"), 7, "ends less than 1 s after its last input"),
        (("key: back", "keyboard: down"), 8, "`keyboard` asks the phone"),
        (("key: back", "tap: send"), 8, "nothing was written before `tap: send`"),
        (("measures: hide", "measures: scroll"), 7, "a window that measures scroll swipes"),
        (("measures: hide", "measures: show"), 5, "has the step `popup` once"),
        (("measures: hide", "measures: launch"), 4, "a round holds one start of the app"),
        (("repeat: 2", "repeat: 2\napp: stopped"), 5, "belongs to what measures launch"),
        (("      - wait: 2\n", "      - wait: 2\n  - open: launcher\n"), 10, "ends outside the app"),
        (("  - keyboard: up\n", "  - type: a\n  - keyboard: up\n"), 6, "`type` needs the keyboard"),
    ],
)
def test_what_would_make_windows_mean_something_else_is_refused(change, line, words):
    said = mistakes(HIDE.replace(*change))
    assert any(one.startswith(f"x.yaml:{line}:") and words in one for one in said), said


def test_no_yaml_and_no_file_are_told(tmp_path):
    with pytest.raises(InputFileError, match=r"x\.yaml:1"):
        parse_scenario("a: [", "x.yaml")
    with pytest.raises(InputFileError, match="mapping of fields"):
        parse_scenario("- a\n", "x.yaml")
    with pytest.raises(InputFileError, match="can't be read"):
        read_scenario(tmp_path / "none.yaml")


def test_a_file_is_taken_by_its_path_and_one_in_the_own_folder_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text(HIDE)
    assert load_scenario(str(tmp_path / "mine.yaml")).name == "mine"
    monkeypatch.setenv("SILKY_SCENARIOS", str(tmp_path))
    assert load_scenario("mine").kind == "hide"
    with pytest.raises(UsageError, match="mine"):
        load_scenario("nine")


def test_the_examples_of_the_documentation_are_whole():
    examples = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert [parse_scenario(text, "docs").name for text in examples] == ["hide-after-typing", "long-reply"]


def test_every_step_and_field_stands_in_the_documentation():
    text = DOCS.read_text(encoding="utf-8")
    for name in (*ScenarioFile.model_fields, *StepFile.model_fields):
        assert f"`{name}" in text, name


def test_planned_reads_the_scenario_that_the_bundle_keeps(tmp_path, monkeypatch):
    """The file may be gone, on another computer."""

    kept = SimpleNamespace(
        path=tmp_path, manifest=replace(manifest("a"), scenario="mine", scenario_text=HIDE)
    )
    monkeypatch.setattr("devices.profiles.load_profile", lambda name: name)
    plan = planned(kept)
    assert (plan.scenario.name, plan.scenario.kind) == ("mine", "hide")
