"""What every way to touch must do, on the simulated phone."""

from __future__ import annotations

import itertools

import pytest

from devices.driver.injectors.base import MISSING, InputCommand
from devices.driver.injectors.touchscreen import NAME, Panel
from devices.driver.injectors.uhid import UhidScreen
from devices.driver.injectors.uinput import UinputScreen
from devices.driver.script.popup_script import Press, read_output, script
from devices.driver.script.steps import Did, Swipe, Wait, read_steps, render
from devices.driver.script.steps import Press as PressStep
from tests.devices.driver.injectors.conftest import FIELD

MS = 1_000_000
PANEL = Panel(1080, 2400)
ALL = [UinputScreen(PANEL), UhidScreen(PANEL), InputCommand(), InputCommand(presses=False)]
PRESSING = [one for one in ALL if one.presses]
ids = {"ids": lambda one: one.name}


@pytest.mark.parametrize("injector", ALL, **ids)
def test_a_tap_reaches_the_window_under_it(bench, injector) -> None:
    it = bench()
    result = it.phone.shell(injector.wrap(f"input tap {FIELD[0]} {FIELD[1]}; sleep 1"))
    assert (result.exit_code, result.error_text) == (0, "")
    assert [one.action for one in it.link.inputs()] == ["DOWN", "UP"]
    assert it.shown()


@pytest.mark.parametrize("injector", PRESSING, **ids)
@pytest.mark.parametrize("hold", [0.05, 0.12])
def test_a_press_lasts_as_long_as_it_is_asked_to(bench, injector, hold) -> None:
    it = bench()
    it.phone.shell(injector.wrap(render((PressStep(*FIELD, hold), Wait(1.0), Did(1)), None)))
    down, up = it.link.inputs()
    over_ms = (up.time_ns - down.time_ns) / MS - hold * 1000
    # `input` is a command of its own for each event; a device's event waits for nothing but the shell
    assert 0 <= over_ms < (10 if injector.device else 60)


@pytest.mark.parametrize("injector", ALL, **ids)
def test_a_devices_times_are_the_kernels_and_those_of_input_whole_milliseconds(bench, injector) -> None:
    it = bench()
    for _ in range(3):
        it.phone.shell(injector.wrap("sleep 0.0123; input tap 500 1000; sleep 0.3"))
    suspended = it.link.world.persona.suspended_ns
    whole = [(one.time_ns - suspended) % MS == 0 for one in it.link.inputs()]
    assert all(whole) is not injector.device
    assert all((one.time_ns - suspended) % 1000 == 0 for one in it.link.inputs())


@pytest.mark.parametrize("injector", ALL, **ids)
def test_a_round_of_pop_ups_is_made_and_read_back(bench, injector) -> None:
    it = bench()
    press = Press(*FIELD, motion=injector.presses)
    result = it.phone.shell(injector.wrap(script(press, 2, None)))
    read = read_output(result.text, press)
    assert read.finished
    assert read.failed == ()
    assert [(one.shown_before, one.shown_after) for one in read.popups] == [(False, True)] * 2


@pytest.mark.parametrize("injector", PRESSING, **ids)
def test_a_swipe_passes_its_points_at_a_speed_that_flings(bench, injector) -> None:
    it = bench()
    path = tuple((540, y) for y in range(1500, 800, -100))
    out = it.phone.shell(injector.wrap(render((Swipe(path, 0.008), Did(1), Wait(1.0)), None))).text
    assert read_steps(out).done == (1,)
    events = it.link.inputs()
    assert [one.action for one in events] == ["DOWN", *["MOVE"] * (len(path) - 1), "UP"]
    gaps = [(b.time_ns - a.time_ns) / MS for a, b in itertools.pairwise(events[:-1])]
    assert max(gaps) - min(gaps) < (5 if injector.device else 60)
    if injector.device:
        assert max(gaps) < 20


@pytest.mark.parametrize("injector", ALL, **ids)
def test_keys_of_the_keyboard_are_typed_by_their_places(bench, injector) -> None:
    it = bench()
    it.phone.shell(injector.wrap(f"input tap {FIELD[0]} {FIELD[1]}; sleep 1.5"))
    keys = {key.text or key.content_desc: key.bounds for key in it.link.world.keyboard_tree().children}
    middles = [
        ((keys[char][0] + keys[char][2]) // 2, (keys[char][1] + keys[char][3]) // 2) for char in "plan"
    ]
    taps = "; sleep 0.2; ".join(f"input tap {x} {y}" for x, y in middles)
    it.phone.shell(injector.wrap(f"{taps}; sleep 0.5"))
    assert it.link.world.activities.front.text == "plan"


@pytest.mark.parametrize("injector", ALL, **ids)
def test_keys_of_the_phone_go_through_input_where_it_is_allowed(bench, injector) -> None:
    it = bench()
    it.phone.shell(injector.wrap("input keyevent 4; sleep 0.5"))
    assert [(one.source, one.action) for one in it.link.inputs()] == [("key", "DOWN"), ("key", "UP")]


@pytest.mark.parametrize("injector", ALL, **ids)
def test_nothing_stays_on_the_phone_when_the_script_has_ended_or_was_killed(bench, injector) -> None:
    it = bench()
    before = it.link.world.kernel_input.devices()
    it.phone.shell(injector.wrap("sleep 1"))
    assert it.link.world.kernel_input.devices() == before
    killed = f"sh -c '{injector.wrap('sleep 60').replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'"
    it.phone.shell(f"{killed} & sleep 5; kill $!; sleep 0.5")
    assert it.link.world.kernel_input.devices() == before


@pytest.mark.parametrize("injector", [one for one in ALL if one.device], **ids)
class TestTouchScreens:
    """What holds for devices only."""

    def test_people_recognise_it(self, bench, injector) -> None:
        it = bench()
        assert f'name:     "{NAME}"' in it.phone.shell(injector.wrap("getevent -p")).text

    def test_it_says_so_where_it_was_not_taken_in(self, bench, injector) -> None:
        it = bench((injector.name,))
        out = it.phone.shell(injector.wrap("echo done")).text
        assert MISSING in out
        assert "done" not in out

    @pytest.mark.parametrize("rotation", [0, 1, 2, 3])
    def test_a_turned_display_is_touched_where_it_is_meant(
        self, bench, injector, rotation, monkeypatch
    ) -> None:
        it = bench()
        it.link.world.rotation = rotation
        seen: list[tuple[float, float]] = []
        monkeypatch.setattr(
            it.link.world._reader, "_touch_sink", lambda action, x, y, *rest: seen.append((x, y))
        )
        it.phone.shell(injector.turned(rotation).wrap("input tap 700 300; sleep 0.3"))
        assert seen == [(700, 300)] * 2

    def test_a_script_tells_the_host_what_it_did_not_the_device(self, bench, injector) -> None:
        result = bench().phone.shell(injector.wrap("echo told; echo wrong >&2; (exit 3); echo $?"))
        assert (result.text, result.error_text) == ("told\n3\n", "wrong\n")


def test_a_uinput_screen_has_keys_of_its_own_where_input_may_not_press_any(bench) -> None:
    it = bench(("injection",))
    own = UinputScreen(PANEL, keys=True)
    it.phone.shell(own.wrap("input keyevent 4; sleep 0.5"))
    assert [(one.source, one.action) for one in it.link.inputs()] == [("key", "DOWN"), ("key", "UP")]
