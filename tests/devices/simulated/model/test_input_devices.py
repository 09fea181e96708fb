"""The kernel's input core and InputReader: packets, slots, times, and where a raw touch lands on the display."""

from __future__ import annotations

import io
import json

import pytest

from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.model.evdev import EV_ABS, EV_KEY, EV_SYN, Evdev
from devices.simulated.model.inputreader import BTN_TOUCH, X, Y, touch_axes
from devices.simulated.world import EvdevEvent, InputSpec

MS = 1_000_000
SLOT, TRACKING = 0x2F, 0x39
SPEC = InputSpec("pen", 3, 1, 2, 1, "p", frozenset({BTN_TOUCH, 158}), touch_axes(1080, 2400), frozenset({1}))


class Clock:
    now = 5_000_000_000_777

    def __call__(self) -> int:
        return self.now


def heard(evdev: Evdev) -> list[EvdevEvent]:
    events: list[EvdevEvent] = []
    evdev.listen(lambda _number, event: events.append(event))
    return events


def send(evdev: Evdev, number: int, *events: tuple[int, int, int], stamp_ns: int | None = None) -> None:
    for kind, code, value in (*events, (EV_SYN, 0, 0)):
        evdev.write(number, kind, code, value, stamp_ns)


def test_a_packet_is_read_as_a_whole_with_one_time_in_whole_microseconds() -> None:
    evdev = Evdev(Clock())
    number = evdev.plug(SPEC)
    events = heard(evdev)
    evdev.write(number, EV_ABS, X, 7)
    assert events == []
    send(evdev, number, (EV_ABS, Y, 8), (EV_KEY, BTN_TOUCH, 1))
    time_ns = Clock.now // 1000 * 1000
    assert events == [
        EvdevEvent(time_ns, EV_ABS, X, 7),
        EvdevEvent(time_ns, EV_ABS, Y, 8),
        EvdevEvent(time_ns, EV_KEY, BTN_TOUCH, 1),
        EvdevEvent(time_ns, EV_SYN, 0, 0),
    ]


def test_what_changes_nothing_and_what_was_not_declared_is_not_passed_on() -> None:
    evdev = Evdev(Clock())
    number = evdev.plug(SPEC)
    send(evdev, number, (EV_ABS, X, 7), (EV_KEY, BTN_TOUCH, 1))
    events = heard(evdev)
    send(evdev, number, (EV_ABS, X, 7), (EV_KEY, BTN_TOUCH, 1), (EV_KEY, 30, 1), (EV_ABS, 0x3A, 9))
    send(evdev, number)
    assert events == []


def test_a_slot_is_told_only_when_another_finger_says_something() -> None:
    evdev = Evdev(Clock())
    number = evdev.plug(SPEC)
    events = heard(evdev)
    send(evdev, number, (EV_ABS, SLOT, 0), (EV_ABS, TRACKING, 4))
    send(evdev, number, (EV_ABS, SLOT, 1), (EV_ABS, TRACKING, 5))
    assert [(e.code, e.value) for e in events if e.type == EV_ABS] == [
        (TRACKING, 4),
        (SLOT, 1),
        (TRACKING, 5),
    ]


@pytest.mark.parametrize(("ago_ns", "believed"), [(3 * MS, True), (-1 * MS, False), (11_000 * MS, False)])
def test_a_drivers_time_is_believed_within_the_last_ten_seconds_only(ago_ns: int, believed: bool) -> None:
    evdev = Evdev(Clock())
    number = evdev.plug(SPEC)
    events = heard(evdev)
    send(evdev, number, (EV_ABS, X, 7), stamp_ns=Clock.now - ago_ns)
    assert events[0].time_ns == (Clock.now - (ago_ns if believed else 0)) // 1000 * 1000


def test_a_device_that_goes_lifts_what_it_holds_and_frees_its_number() -> None:
    evdev = Evdev(Clock())
    number = evdev.plug(SPEC)
    send(evdev, number, (EV_ABS, TRACKING, 1), (EV_KEY, BTN_TOUCH, 1))
    events = heard(evdev)
    evdev.unplug(number)
    assert [(e.code, e.value) for e in events if e.type != EV_SYN] == [(BTN_TOUCH, 0), (TRACKING, -1)]
    send(evdev, number, (EV_ABS, X, 1))
    assert evdev.devices() == {}
    assert evdev.plug(SPEC) == number


def phone(**changes: object):
    truth = io.StringIO()
    world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=3, truth=truth)
    for name, value in changes.items():
        setattr(world, name, value)
    return world, truth


def inputs(truth: io.StringIO) -> list[dict[str, object]]:
    return [one for line in truth.getvalue().splitlines() if (one := json.loads(line))["type"] == "input"]


def touch(world, number: int, x: int, y: int) -> None:
    send(
        world.kernel_input, number,
        (EV_ABS, TRACKING, 1), (EV_ABS, X, x), (EV_ABS, Y, y), (EV_KEY, BTN_TOUCH, 1),
    )  # fmt: skip


def lift(world, number: int) -> None:
    send(world.kernel_input, number, (EV_ABS, TRACKING, -1), (EV_KEY, BTN_TOUCH, 0))


def test_a_new_device_is_taken_in_after_a_while_and_what_it_sends_before_is_lost() -> None:
    world, truth = phone()
    number = world.kernel_input.plug(SPEC)
    touch(world, number, 500, 1000)
    lift(world, number)
    world.advance_to(world.now_ns + 100 * MS)
    assert "pen" not in [one.spec.name for one in world.reader_devices()]
    world.advance_to(world.now_ns + 100 * MS)
    assert [one.spec.name for one in world.reader_devices() if one.touch] == ["sim_touchscreen", "pen"]
    assert inputs(truth) == []
    world.kernel_input.unplug(number)
    assert "pen" not in [one.spec.name for one in world.reader_devices()]


def test_a_touch_carries_the_kernels_time_to_the_window() -> None:
    world, truth = phone()
    number = world.kernel_input.plug(SPEC)
    world.advance_to(world.now_ns + 300 * MS)
    world.advance_to(world.now_ns + 123_456)
    down = world.clocks().monotonic_ns // 1000 * 1000
    touch(world, number, 500, 1000)
    world.advance_to(world.now_ns + 70 * MS + 1_500)
    up = world.clocks().monotonic_ns // 1000 * 1000
    lift(world, number)
    world.advance_to(world.now_ns + 100 * MS)
    suspended = world.persona.suspended_ns
    assert [(one["action"], one["time_ns"] - suspended) for one in inputs(truth)] == [
        ("DOWN", down),
        ("UP", up),
    ]
    assert all(0 < one["delivered_ns"] - one["time_ns"] < 20 * MS for one in inputs(truth))


@pytest.mark.parametrize(
    ("rotation", "raw", "seen"),
    [
        (0, (100, 200), (100, 200)),
        (1, (100, 200), (200, 979)),
        (2, (100, 200), (979, 2199)),
        (3, (100, 200), (2199, 100)),
    ],
)
def test_a_raw_touch_lands_where_the_turned_display_has_it(rotation: int, raw, seen, monkeypatch) -> None:
    world, _ = phone(rotation=rotation)
    landed = []
    monkeypatch.setattr(world._reader, "_touch_sink", lambda action, x, y, done, stamp: landed.append((x, y)))
    number = world.kernel_input.plug(SPEC)
    world.advance_to(world.now_ns + 300 * MS)
    touch(world, number, *raw)
    world.advance_to(world.now_ns + 20 * MS)
    assert landed == [seen]


def test_back_and_home_of_a_device_do_what_they_do_on_a_phone() -> None:
    world, truth = phone()
    assert world.start_activity("sim.chat.smooth", lambda: None)
    world.advance_to(world.now_ns + 2000 * MS)
    number = world.kernel_input.plug(SPEC)
    world.advance_to(world.now_ns + 300 * MS)
    for value in (1, 0):
        send(world.kernel_input, number, (EV_KEY, 158, value))
        world.advance_to(world.now_ns + 300 * MS)
    assert [(one["source"], one["action"]) for one in inputs(truth)] == [("key", "DOWN"), ("key", "UP")]
    assert world.focused_window().package == "sim.launcher"


def test_where_virtual_touch_goes_nowhere_the_device_is_accepted_all_the_same() -> None:
    truth = io.StringIO()
    persona = load_persona("pixel-a14-120", ["virtual-touch"])
    world = build_world(persona, load_behaviours("demo"), seed=3, truth=truth)
    number = world.kernel_input.plug(SPEC)
    world.advance_to(world.now_ns + 300 * MS)
    touch(world, number, 500, 1000)
    world.advance_to(world.now_ns + 50 * MS)
    assert any(one.spec.name == "pen" and one.fingers for one in world.reader_devices())
    assert inputs(truth) == []
