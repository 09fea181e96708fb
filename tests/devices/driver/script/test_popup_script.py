"""The phone-side script: what it does, in which order, and how its output is read."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.driver.script.popup_script import PopupTiming, Press, Reading, read_output, script

DUMPSYS = """#!/bin/sh
if [ -e "$DIR/up" ]; then s=true; else s=false; fi
echo "ask" >> "$DIR/log"
echo "  mShowRequested=$s mInputShown=$s"
"""
INPUT = """#!/bin/sh
echo "input $*" >> "$DIR/log"
case "$*" in
  *UP*|tap*) touch "$DIR/up";;
  "keyevent 4") rm "$DIR/up";;
esac
"""
SLEEP = '#!/bin/sh\necho "sleep $1" >> "$DIR/log"\n'


@pytest.fixture
def phone_shell(tmp_path):
    """A POSIX shell with stand-ins for Android's programs, that write down what is done."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"dumpsys": DUMPSYS, "input": INPUT, "sleep": SLEEP}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)

    def run(text: str) -> tuple[str, list[str]]:
        log = tmp_path / "log"
        log.write_text("")
        env = {"PATH": f"{programs}:{os.environ['PATH']}", "DIR": str(tmp_path)}
        done = subprocess.run(
            ["sh", "-c", text], capture_output=True, text=True, env=env, timeout=60, check=True
        )
        assert done.stderr == ""
        return done.stdout, log.read_text().splitlines()

    return run


def test_a_round_presses_checks_and_hides_each_time(phone_shell, tmp_path):
    marker = tmp_path / "marker"
    out, log = phone_shell(script(Press(540, 2200), 2, f"{marker}"))
    read = read_output(out, Press(540, 2200))
    assert read.finished
    assert read.failed == ()
    assert [(p.number, p.x, p.y, p.press_ms, p.shown_before, p.shown_after) for p in read.popups] == [
        (1, 540, 2200, 70, False, True),
        (2, 540, 2200, 70, False, True),
    ]
    inputs = [line for line in log if line.startswith("input")]
    one = ["input motionevent DOWN 540 2200", "input motionevent UP 540 2200", "input keyevent 4"]
    assert inputs == one * 2
    assert marker.read_text().endswith("|silky_popup|0\n")


def test_between_down_and_the_end_of_the_window_the_phone_only_sleeps(phone_shell, tmp_path):
    _, log = phone_shell(script(Press(1, 2), 1, None))
    start = log.index("input motionevent DOWN 1 2")
    assert log[start - 1] == "sleep 0.6"
    assert log[start : start + 5] == [
        "input motionevent DOWN 1 2",
        "sleep 0.07",
        "input motionevent UP 1 2",
        "sleep 2",
        "ask",
    ]


def test_the_mark_comes_right_before_the_press_with_its_number():
    lines = script(Press(1, 2), 3, "/sys/kernel/tracing/trace_marker").splitlines()
    for number in (1, 2, 3):
        mark = lines.index(f'echo "C|$$|silky_popup|{number}" > /sys/kernel/tracing/trace_marker')
        assert lines[mark + 1] == "input motionevent DOWN 1 2"
    assert lines[-2] == 'echo "C|$$|silky_popup|0" > /sys/kernel/tracing/trace_marker'


def test_without_marks_nothing_is_written():
    assert "silky_popup" not in script(Press(1, 2), 2, None)


def test_a_keyboard_that_does_not_come_is_not_answered_with_back(phone_shell, tmp_path):
    out, log = phone_shell(script(Press(1, 2), 1, None).replace("UP", "CANCEL"))
    assert "input keyevent 4" not in log
    assert read_output(out, Press(1, 2)).popups[0].shown_after is False


def test_tap_is_said_to_have_no_press_time(phone_shell):
    press = Press(3, 4, motion=False)
    out, log = phone_shell(script(press, 1, None))
    assert "input tap 3 4" in log
    assert read_output(out, press).popups[0].press_ms == 0


def test_a_keyboard_that_was_up_is_reported(phone_shell, tmp_path):
    (tmp_path / "up").touch()
    out, _ = phone_shell(script(Press(1, 2), 1, None))
    assert read_output(out, Press(1, 2)).popups[0].shown_before is True


def test_output_cut_short_counts_the_presses_that_were_reported():
    text = (
        "@@silky 1 before\n mInputShown=false\n@@silky 1 down 0\n@@silky 1 up 0\n"
        "@@silky 1 after\n mInputShown=true\n"
        "@@silky 2 before\n mInputShown=false\n"
    )
    read = read_output(text, Press(1, 2))
    assert [popup.number for popup in read.popups] == [1]
    assert not read.finished


def test_refused_injections_are_numbered():
    text = "@@silky 1 down 0\n@@silky 1 up 0\n@@silky 2 down 255\n@@silky 2 up 255\n@@silky end\n"
    assert read_output(text, Press(1, 2)).failed == (2,)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("mInputShown=false\n mInputShown=true", True),
        ("mImeWindowVis=3", True),
        ("mImeWindowVis=0x1", False),
        ("nothing", None),
    ],
)
def test_what_the_input_method_manager_says_is_understood(said, shown):
    text = f"@@silky 1 before\n{said}\n@@silky 1 down 0\n@@silky 1 up 0\n"
    assert read_output(text, Press(1, 2)).popups[0].shown_before is shown


@given(st.text(alphabet=st.sampled_from("@silky 012beforedwnup-\nmInputShown=tr"), max_size=300))
def test_any_output_can_be_read(text):
    read = read_output(text, Press(1, 2))
    assert len({popup.number for popup in read.popups}) == len(read.popups)


def test_the_watch_holds_the_whole_window_of_the_definition():
    timing = PopupTiming()
    assert timing.watch >= 2.0
    assert timing.total > timing.quiet + timing.press + timing.watch + timing.settle


@pytest.mark.parametrize(
    ("seconds", "lines"),
    [
        (0.7, ["sleep 0.7"]),
        (1, ["sleep 1"]),
        (2, ["sleep 1", "ring", "sleep 1"]),
        (2.5, ["sleep 1", "ring", "sleep 1", "ring", "sleep 0.5"]),
    ],
)
def test_a_ring_is_read_each_second_of_a_window(seconds, lines):
    assert Reading(during=("ring",)).watch(seconds) == lines
    assert Reading().watch(seconds) == [f"sleep {seconds:g}"]


def test_rings_are_read_within_the_window_and_all_dumps_after_it():
    lines = script(Press(1, 2), 1, None, reading=Reading(("all",), ("ring",))).splitlines()
    lifted = lines.index("input motionevent UP 1 2")
    assert [line for line in lines[lifted:] if line in {"ring", "all"} or line.startswith("sleep")] == [
        *("sleep 1", "ring", "sleep 1", "all", "sleep 0.9")
    ]
    assert "ring" not in lines[:lifted]
