"""Steps and recipes: the lines that run on the phone, and what they print read back."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from devices.driver.screen.field import Field
from devices.driver.screen.keyboard import SHOWN
from devices.driver.screen.keys import guessed_keys
from devices.driver.script import recipes
from devices.driver.script.popup_script import NOTHING, Reading
from devices.driver.script.recipes import Setting, Typing
from devices.driver.script.steps import (
    Did,
    IfShown,
    Key,
    Mark,
    Press,
    StepsOutput,
    Swipe,
    Wait,
    Waited,
    WaitForRest,
    read_steps,
    render,
    with_readings,
)

MARKER = "/m"
FIELD = Field("a.b", 100, 2000, (0, 1900, 900, 2100), "its id", 1, "a.b/.M", "k/.I", 800)


@pytest.fixture
def setting():
    keys = guessed_keys(1080, 2400, 800, 420)
    return Setting(
        FIELD,
        motion=True,
        start="am start a.b/.M",
        width=1080,
        height=2400,
        typing=Typing(keys, (1000, 1500), "its id"),
    )


def test_each_step_renders_its_lines():
    steps = (Mark("hide", 2), Press(5, 6, 0.08), Key(4), Wait(1.5), Did(2))
    assert render(steps, MARKER).splitlines() == [
        "e=0",
        'echo "C|$$|silky_hide|2" > /m',
        "input motionevent DOWN 5 6 || e=1",
        "sleep 0.08",
        "input motionevent UP 5 6 || e=1",
        "input keyevent 4 || e=1",
        "sleep 1.5",
        'echo "@@silky did 2 $e"',
        "e=0",
        "echo '@@silky end'",
    ]


def test_a_phone_without_motionevent_taps_and_one_without_marks_gets_none():
    assert Press(5, 6, motion=False).lines(MARKER) == ["input tap 5 6 || e=1"]
    assert Mark("hide", 1).lines(None) == []


def at_rest_after(stats, *, quiet=2, limit=6):
    """Run the wait of a script with `read` and `sleep` replaced; returns seconds waited and seconds at rest."""
    lines = WaitForRest(7, quiet, limit).lines(None)
    source = iter(stats)
    said = [f"s{n}='7 (a b) S 1 0 0 0 0 0 0 0 0 0 {ticks} 1 0 0'" for n, ticks in enumerate(source, 1)]
    text = "\n".join([*said, *lines, *Waited(3).lines(None)])
    text = text.replace("read -r s 2>/dev/null < /proc/7/stat", 'eval "s=\\$s$w"').replace("sleep 1\n", "")
    return subprocess.run(["/bin/sh", "-c", text], capture_output=True, text=True, check=True).stdout


def test_a_reply_is_waited_for_until_the_app_has_used_no_cpu_for_a_while():
    """Ticks of CPU time: busy for three seconds, then one tick a second for the cursor."""
    assert at_rest_after([100, 120, 140, 141, 142, 143]) == "@@silky waited 3 5 2\n"
    assert at_rest_after([100, 101, 120, 121, 140, 141]) == "@@silky waited 3 6 1\n"


def test_an_app_whose_cpu_time_cant_be_read_is_watched_to_the_limit():
    assert at_rest_after([]) == "@@silky waited 3 6 0\n"
    assert "sleep 45" in WaitForRest(None).lines(None)


def test_a_reply_is_marked_after_the_tap_that_sends_and_nothing_is_asked_of_services(setting):
    lines = render(recipes.stream(setting, ("ab", "c"), 30).steps, MARKER).splitlines()
    marks = [line.split("|")[2:4] for line in lines if "C|$$|" in line]
    names = [(name, int(value.split('"')[0])) for name, value in marks]
    one_send = [("silky_send", 1), ("silky_stream", 1), ("silky_stream", 0), ("silky_send", 0)]
    assert names == one_send + [(name, 2 if value else 0) for name, value in one_send]
    begin = next(at for at, line in enumerate(lines) if "silky_send|1" in line)
    end = next(at for at, line in enumerate(lines) if "silky_stream|0" in line)
    assert not any("dumpsys" in line for line in lines[begin:end])


def test_a_swipe_is_down_moves_and_up_at_even_steps():
    assert Swipe(((9, 50), (9, 40), (9, 30)), 0.01).lines(None) == [
        "input motionevent DOWN 9 50 || e=1",
        "sleep 0.01",
        "input motionevent MOVE 9 40 || e=1",
        "sleep 0.01",
        "input motionevent MOVE 9 30 || e=1",
        "input motionevent UP 9 30 || e=1",
    ]


def test_what_needs_the_keyboard_is_left_out_where_it_is_down():
    assert IfShown(3, (Key(4),)).lines(None) == [
        f"if {SHOWN}; then",
        "input keyevent 4 || e=1",
        "else",
        "echo '@@silky unmet 3'",
        "fi",
    ]


def test_what_was_printed_is_read_and_voids():
    said = "noise\n@@silky did 1 0\n@@silky unmet 2\n@@silky did 2 0\n@@silky did 3 1\n@@silky end\n"
    read = read_steps(said)
    assert read == StepsOutput(done=(1, 2, 3), refused=(3,), unmet=(2,), finished=True)
    assert read.void_reasons("hide", 3) == [
        "The keyboard was not up before hide 2.",
        "The phone refused an input of hide 3.",
    ]
    assert read_steps("@@silky did 1 0\n").void_reasons("hide", 2) == [
        "Only 1 of 2 interactions (hide) were made."
    ]


def test_back_is_only_pressed_while_the_keyboard_is_up(setting):
    lines = render(recipes.hide(setting, 2).steps, MARKER).splitlines()
    for at, line in enumerate(lines):
        if line.startswith("input keyevent 4"):
            guard = max(i for i, other in enumerate(lines[:at]) if other == f"if {SHOWN}; then")
            assert "fi" not in lines[guard:at]


@pytest.mark.parametrize(
    ("make", "kind"), [(recipes.hide, "hide"), (recipes.come_back, "return"), (recipes.launch, "launch")]
)
def test_every_interaction_is_marked_once_and_ended(setting, make, kind):
    count = 1 if kind == "launch" else 3
    recipe = make(setting, count)
    marks = [line for line in render(recipe.steps, MARKER).splitlines() if f"|silky_{kind}|" in line]
    numbers = [int(line.split("|")[3].split('"')[0]) for line in marks]
    assert numbers == [n for k in range(1, count + 1) for n in (k, 0)]
    assert recipe.count == count
    assert recipe.starts == (kind == "launch")


def test_a_round_holds_one_cold_start(setting):
    with pytest.raises(ValueError, match="one cold start"):
        recipes.launch(setting, 2)


def test_no_question_is_asked_while_keys_are_typed(setting):
    lines = render(recipes.type_text(setting, 5, "1").steps, MARKER).splitlines()
    marks = [at for at, line in enumerate(lines) if "|silky_key|" in line]
    assert len(marks) == 6
    assert all(
        line.startswith(("echo", "input motionevent", "sleep")) for line in lines[marks[0] : marks[-1]]
    )
    assert "input text" not in "\n".join(lines)


def test_pinyin_is_typed_letter_by_letter_and_its_first_candidate_tapped(setting):
    setting = replace(setting, typing=replace(setting.typing, candidate=(105, 1652)))
    recipe = recipes.type_pinyin(setting, 6, "1")
    lines = render(recipe.steps, MARKER).splitlines()
    marks = [re.search(r"silky_(key|pick)\|(\d+)", line) for line in lines]
    numbers = [(m[1], int(m[2])) for m in marks if m]
    first, second = [("key", n) for n in range(1, 6)], [("key", n) for n in range(6, 13)]
    assert numbers == [*first, ("pick", 1), ("pick", 0), *second, ("pick", 2), ("pick", 0), ("key", 0)]
    assert lines.count("input motionevent DOWN 105 1652 || e=1") == 2
    assert recipe.count == 12
    assert "input text" not in "\n".join(lines)


def test_a_seed_types_alike_for_every_app(setting):
    assert recipes.type_text(setting, 6, "1") == recipes.type_text(setting, 6, "1")
    assert recipes.type_text(setting, 6, "1") != recipes.type_text(setting, 6, "2")


def test_what_the_phone_would_overwrite_is_read_within_windows_alone():
    steps = (Wait(3.0), IfShown(1, (Mark("send", 1), Wait(0.4), Wait(2.0), Mark("send", 0))), Wait(12.0))
    lines = render(with_readings(steps, Reading(("dumps",), ("ring",))), None).splitlines()
    assert [line for line in lines if line in {"ring", "dumps"} or line.startswith("sleep")] == [
        *("sleep 3", "sleep 0.4", "sleep 1", "ring", "sleep 1", "dumps", "sleep 12")
    ]
    assert with_readings(steps, NOTHING) == steps


def test_the_ring_is_read_each_second_that_a_reply_is_watched_and_the_app_is_left_alone():
    reading = Reading(("dumps",), ("ring",))
    steps = with_readings((Mark("stream", 1), WaitForRest(7, limit=30), Mark("stream", 0)), reading)
    lines = render(steps, None).splitlines()
    assert lines[lines.index("sleep 1") + 1] == "ring"
    assert (lines.count("ring"), lines.count("dumps")) == (1, 1)
    assert lines.index("done") < lines.index("dumps")
    assert steps[1].seconds > WaitForRest(7, limit=30).seconds
    blind = with_readings((Mark("stream", 1), WaitForRest(None, limit=3)), reading)
    assert render(blind, None).splitlines().count("ring") == 2
