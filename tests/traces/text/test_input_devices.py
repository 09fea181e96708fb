"""`dumpsys input` in the forms of its releases (inputflinger's dump functions), shortened to what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.errors import InputFileError
from traces.text.input_devices import InputDevice, Viewport, parse_input_devices

ANDROID_9 = """INPUT MANAGER (dumpsys input)

Event Hub State:
  BuiltInKeyboardId: -2
  Devices:
    3: main_touch
      Classes: 0x00000015
      Path: /dev/input/event6

Input Reader State:
  Device -1: Virtual
    Generation: 2
    IsExternal: false
    Sources: 0x00000301
    Keyboard Input Mapper:
      Parameters:
  Device 3: main_touch
    Generation: 24
    IsExternal: false
    HasMic:     false
    Sources: 0x00005103
    Touch Input Mapper (mode - direct):
      Parameters:
        DeviceType: touchScreen
      Viewport: displayId=0, orientation=0, logicalFrame=[0, 0, 1080, 2232], physicalFrame=[0, 0, 1080, 2232], deviceSize=[1080, 2232]
      SurfaceOrientation: 0
  Configuration:
    ExcludedDeviceNames: []

Input Dispatcher State:
  DispatchEnabled: 1
"""
ANDROID_14 = """Event Hub State:
  Devices:
    9: silky touch screen
      Classes: TOUCH | TOUCH_MT | EXTERNAL
Input Reader State (Nums of device: 2):
  Device 9: silky touch screen
    EventHub Devices: [ 9 ]
    IsExternal: true
    Sources: TOUCHSCREEN
    Touch Input Mapper (mode - DIRECT):
      Viewport INTERNAL: displayId=0, uniqueId=local:1, port=0, orientation=3, logicalFrame=[0, 0, 2400, 1080], physicalFrame=[0, 0, 2400, 1080], deviceSize=[2400, 1080], isActive=[1]
  Device 10: another
    IsExternal: true
    Touch Input Mapper (mode - DISABLED):
Input Processor State:
  Device 11: not of the reader
"""


def test_android_9_is_read() -> None:
    keyboard, touch = parse_input_devices(ANDROID_9)
    assert (keyboard.name, keyboard.touch_mode, keyboard.viewport) == ("Virtual", None, None)
    whole = Viewport(0, 0, (1080, 2232), (0, 0, 1080, 2232), (1080, 2232))
    assert touch == InputDevice(3, "main_touch", external=False, touch_mode="direct", viewport=whole)


def test_android_14_is_read_and_what_follows_the_section_is_not() -> None:
    first, second = parse_input_devices(ANDROID_14)
    assert (first.external, first.touch_mode) == (True, "direct")
    assert first.viewport is not None
    assert (first.viewport.orientation, first.viewport.logical, first.viewport.whole) == (
        3,
        (2400, 1080),
        True,
    )
    assert (second.name, second.touch_mode, second.viewport) == ("another", "disabled", None)


def test_a_size_that_does_not_fill_the_panel_is_told() -> None:
    port = parse_input_devices(ANDROID_14.replace("physicalFrame=[0, 0,", "physicalFrame=[100, 0,"))[
        0
    ].viewport
    assert port is not None
    assert not port.whole


def test_other_text_is_no_dump() -> None:
    with pytest.raises(InputFileError, match="dumpsys input"):
        parse_input_devices("Permission Denial: can't dump input")


@given(st.text(st.sampled_from("Device Viewport:displayId=0orientation1[],-\n "), max_size=200))
def test_any_section_can_be_read(text: str) -> None:
    for device in parse_input_devices(f"\nInput Reader State:\n{text}"):
        assert device.viewport is None or 0 <= device.viewport.orientation <= 3
