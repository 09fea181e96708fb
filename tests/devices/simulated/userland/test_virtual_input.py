"""uinput, getevent and `dumpsys input`: what a shell can make of input devices, and see of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.simulated.userland.hid_descriptor import (
    CONTACT,
    COUNT,
    TIP,
    BadDescriptorError,
    X,
    Y,
    parse_descriptor,
)
from devices.simulated.userland.lenient_json import MalformedError, parse_object, read_objects
from devices.simulated.userland.streams import BytesSource, Source
from tests.devices.simulated.userland.fake_world import FakeWorld, persona
from tests.devices.simulated.userland.helpers import Device, sh

if TYPE_CHECKING:
    from devices.simulated.world import EvdevEvent

REGISTER = {
    "id": 1, "command": "register", "name": "a screen", "vid": 0x18D1, "pid": 2, "bus": "usb",
    "configuration": [
        {"type": 100, "data": [1, 3]}, {"type": 101, "data": [330]}, {"type": 103, "data": [53, 54, 57]},
        {"type": 110, "data": [1]},
    ],
    "abs_info": [
        {"code": code, "info": {"value": 0, "minimum": 0, "maximum": top, "fuzz": 0, "flat": 0, "resolution": 0}}
        for code, top in ((53, 1079), (54, 2399), (57, 65535))
    ],
}  # fmt: skip
DOWN = {"id": 1, "command": "inject", "events": [3, 57, 9, 3, 53, 10, 3, 54, 20, 1, 330, 1, 0, 0, 0]}
UP = {"id": 1, "command": "inject", "events": [3, 57, -1, 1, 330, 0, 0, 0, 0]}
LISTED = """add device 1: /dev/input/event0
  name:     "a screen"
  events:
    KEY (0001): BTN_TOUCH            \n\
    ABS (0003): ABS_MT_POSITION_X     : value 10, min 0, max 1079, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_Y     : value 20, min 0, max 2399, fuzz 0, flat 0, resolution 0
                ABS_MT_TRACKING_ID    : value 9, min 0, max 65535, fuzz 0, flat 0, resolution 0
  input props:
    INPUT_PROP_DIRECT
"""


def feed(*lines: dict[str, object] | str, program: str = "uinput") -> str:
    """Return a script that writes JSON, or does something, while uinput runs."""
    inner = "\n".join(line if isinstance(line, str) else f"echo '{json.dumps(line)}' >&4" for line in lines)
    return f"{{ {{ {inner}\n}} 4>&1 1>&3 | {program} - ; }} 3>&1"


def world_with_ears(sdk: int = 34, **changes: object) -> tuple[FakeWorld, list[EvdevEvent]]:
    world = FakeWorld(persona=persona(sdk, **changes))
    events: list[EvdevEvent] = []
    world.kernel_input.listen(lambda _number, event: events.append(event))
    return world, events


def test_a_device_lives_as_long_as_the_program_and_does_what_it_is_told() -> None:
    world, events = world_with_ears()
    ran = sh(feed(REGISTER, "sleep 1", DOWN, "sleep 0.07", "getevent -lp", UP, "sleep 0.1"), world)
    assert ran.out == LISTED
    assert [(e.type, e.code, e.value) for e in events][:5] == [
        (3, 57, 9), (3, 53, 10), (3, 54, 20), (1, 330, 1), (0, 0, 0),
    ]  # fmt: skip
    held_ms = (events[-1].time_ns - events[0].time_ns) / 1e6
    assert 70 <= held_ms < 90
    assert world.kernel_input.devices() == {}


def test_a_killed_program_takes_its_device_along() -> None:
    world, _ = world_with_ears()
    script = f"(echo '{json.dumps(REGISTER)}'; sleep 50) | uinput - & sleep 2; getevent -p | grep -c name"
    ran = sh(f"{script}; kill $!; sleep 0.1; getevent -p | grep -c name", world)
    assert ran.out == "1\n0\n"


def test_a_node_that_may_not_be_opened_kills_the_program_without_a_word() -> None:
    world, _ = world_with_ears(lacks=frozenset({"uinput"}))
    ran = sh(f"[ -w /dev/uinput ] || echo closed; {feed(REGISTER)}; echo $?", world)
    assert (ran.out, ran.err) == ("closed\n137\n", "")


def test_before_android_12_there_is_no_such_program() -> None:
    world, _ = world_with_ears(30)
    assert sh("command -v uinput || echo none", world).out == "none\n"


@pytest.mark.parametrize(("sdk", "stale"), [(34, False), (35, False), (36, True)])
def test_from_android_16_on_a_first_batch_carries_the_time_of_registration(sdk: int, stale: bool) -> None:
    world, events = world_with_ears(sdk)
    sh(feed(REGISTER, "sleep 3", DOWN, "sleep 1", UP, "sleep 0.1"), world)
    held_ms = (events[-1].time_ns - events[0].time_ns) / 1e6
    assert (held_ms > 3000) is stale


def test_an_empty_first_batch_takes_the_stale_time_with_it() -> None:
    world, events = world_with_ears(36)
    empty = {"id": 1, "command": "inject", "events": [0, 0, 0]}
    sh(feed(REGISTER, "sleep 3", empty, DOWN, "sleep 1", UP, "sleep 0.1"), world)
    assert 1000 <= (events[-1].time_ns - events[0].time_ns) / 1e6 < 1100


def test_delays_hold_back_what_follows() -> None:
    world, events = world_with_ears()
    delay = {"id": 1, "command": "delay", "duration": 500}
    sh(feed(REGISTER, "sleep 1", delay, DOWN, delay, UP), world)
    assert 500 <= (events[-1].time_ns - events[0].time_ns) / 1e6 < 520


def test_a_command_it_does_not_know_is_ignored_with_a_word() -> None:
    ran = sh(feed(REGISTER, "sleep 1", {"id": 1, "command": "dance"}, "sleep 0.1"))
    assert ran.out == "Error reading in object, ignoring.\n"


def test_getevent_tells_events_with_times_and_labels() -> None:
    world = FakeWorld()
    script = feed(
        REGISTER, "sleep 1", "getevent -lt -c 2 > /data/local/tmp/e &", "sleep 0.1", DOWN, "sleep 0.1"
    )
    out = sh(f"{script}; cat /data/local/tmp/e", world).out.splitlines()
    assert out[:2] == ["add device 1: /dev/input/event0", '  name:     "a screen"']
    assert out[2].startswith("[")
    assert out[2].endswith("] /dev/input/event0: EV_ABS       ABS_MT_TRACKING_ID   00000009            ")
    assert len(out) == 4


def test_numbers_without_labels_are_as_on_a_real_phone() -> None:
    script = feed(
        REGISTER, "sleep 1", "getevent -q > /data/local/tmp/e &", "sleep 0.1", DOWN, "sleep 0.1", "kill $!"
    )
    assert sh(f"{script}; cat /data/local/tmp/e").out.splitlines()[:2] == [
        "/dev/input/event0: 0003 0039 00000009",
        "/dev/input/event0: 0003 0035 0000000a",
    ]


def test_dumpsys_input_tells_which_touch_screen_is_mapped_where() -> None:
    device = Device()
    device.world.rotation = 1
    text = device.run(feed(REGISTER, "sleep 1", "dumpsys input")).out
    assert "Input Reader State (Nums of device: 1):\n  Device 1: a screen\n" in text
    assert "    Sources: TOUCHSCREEN\n" in text
    assert "Touch Input Mapper (mode - DIRECT):" in text
    assert "orientation=1, logicalFrame=[0, 0, 2400, 1080]" in text


class Pieces(Source):
    """A stream that comes in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    async def _more(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def read(source: Source) -> list[object]:
    async def collect() -> list[object]:
        return [one async for one in read_objects(source)]

    return asyncio.run(collect())


def test_json_is_taken_as_lenient_readers_take_it() -> None:
    text = b'{ // a comment\n "vid": 0x18D1, name: bare, "l": [1; -0x2, "q\\"q"] /* and */ }\n{"id":2}'
    assert read(BytesSource(text)) == [{"vid": 0x18D1, "name": "bare", "l": [1, -2, 'q"q']}, {"id": 2}]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.text(
                st.characters(codec="ascii", exclude_characters='\\"', categories=["L", "N", "P"]), min_size=1
            ),
            st.recursive(
                st.integers() | st.booleans() | st.none(),
                lambda inner: st.lists(inner, max_size=3),
                max_leaves=5,
            ),
            max_size=4,
        ),
        max_size=3,
    ),
    st.integers(1, 7),
)
def test_objects_come_out_as_they_went_in_whatever_the_pieces(objects: list[object], size: int) -> None:
    raw = "\n".join(json.dumps(one) for one in objects).encode()
    assert read(Pieces([raw[at : at + size] for at in range(0, len(raw), size)])) == objects


@given(st.text(max_size=60))
def test_anything_else_is_refused_without_another_error(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert isinstance(parse_object(text), dict)


DESCRIPTOR = bytes.fromhex(
    "050d0904a1010922a102094215002501750195018102750781030951250f7508810205017510093026370481020931265f09"
    "8102c0050d0954250f75088102c0"
)
"""A touch screen of one finger, 1080 x 2400: tip, contact, x, y, count of contacts."""
HID = {
    "id": 1,
    "command": "register",
    "name": "a hid screen",
    "vid": 1,
    "pid": 2,
    "descriptor": list(DESCRIPTOR),
}


def report(*values: int) -> dict[str, object]:
    return {"id": 1, "command": "report", "report": list(values)}


def test_reports_of_a_hid_digitizer_become_touches() -> None:
    world, events = world_with_ears(28)
    touch, lift = report(1, 0, 0x90, 0x01, 0xCA, 0x08, 1), report(0, 0, 0x90, 0x01, 0xCA, 0x08, 1)
    script = feed(HID, "sleep 1", touch, "sleep 0.07", lift, "sleep 0.1", "getevent -lp", program="hid")
    out = sh(script, world).out
    assert 'name:     "a hid screen"' in out
    assert "ABS_MT_POSITION_X     : value 400, min 0, max 1079" in out
    assert "INPUT_PROP_DIRECT" in out
    at = {
        code: value
        for code, value in ((e.code, e.value) for e in events if e.type == 3)
        if code in (0x35, 0x36)
    }
    assert at == {0x35: 400, 0x36: 2250}
    assert [(e.code, e.value) for e in events if e.type == 1] == [(330, 1), (330, 0)]
    assert 70 <= (events[-1].time_ns - events[0].time_ns) / 1e6 < 90
    assert world.kernel_input.devices() == {}


def test_a_descriptor_cut_short_makes_no_device() -> None:
    world, _ = world_with_ears(28)
    short = HID | {"descriptor": list(DESCRIPTOR[:30])}
    ran = sh(feed(short, "sleep 1", "getevent -p | grep -c name", program="hid"), world)
    assert ran.out == "Error reading in object, ignoring.\n0\n"


def test_before_android_8_1_there_is_no_hid_and_a_closed_node_ends_it() -> None:
    assert sh("command -v hid || echo none", world_with_ears(26)[0]).out == "none\n"
    world, _ = world_with_ears(28, lacks=frozenset({"uhid"}))
    assert sh(f"{feed(HID, program='hid')}; echo $?", world).out == "137\n"


@given(st.binary(max_size=60))
def test_any_descriptor_is_taken_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadDescriptorError):
        assert parse_descriptor(data).bits > 0


@given(st.integers(0, 1), st.integers(0, 15), st.integers(0, 65535), st.integers(0, 65535))
def test_fields_of_a_report_are_read_where_the_descriptor_puts_them(
    tip: int, contact: int, x: int, y: int
) -> None:
    data = bytes([tip, contact]) + x.to_bytes(2, "little") + y.to_bytes(2, "little") + b"\1"
    screen = parse_descriptor(DESCRIPTOR)
    assert screen.touch_screen
    assert [screen.value(usage, data) for usage in (TIP, CONTACT, X, Y, COUNT)] == [tip, contact, x, y, 1]
