"""`dumpsys display` in its several forms, and SurfaceFlinger's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.display import DisplayMode, main_display, parse_display

if TYPE_CHECKING:
    from pathlib import Path

ANDROID_9 = (
    'mBaseDisplayInfo=DisplayInfo{"Built-in Screen, displayId 0", uniqueId "local:0", app 1080 x 1794, '
    "real 1080 x 1920, largest app 1794 x 1731, smallest app 1080 x 1017, mode 2, defaultMode 1, modes "
    "[{id=1, width=1080, height=1920, fps=60.000004}, {id=2, width=1080, height=1920, fps=90.0}], "
    "colorMode 0, rotation 0, density 420 (422.03 x 424.069) dpi, layerStack 0, type BUILT_IN, state ON}\n"
    'mOverrideDisplayInfo=DisplayInfo{"Built-in Screen, displayId 0", uniqueId "local:0", app 1794 x 1080, '
    "real 1920 x 1080, largest app 1794 x 1731, smallest app 1080 x 1017, mode 2, defaultMode 1, modes "
    "[{id=1, width=1080, height=1920, fps=60.000004}, {id=2, width=1080, height=1920, fps=90.0}], "
    "colorMode 0, rotation 1, density 420 (422.03 x 424.069) dpi, layerStack 0, type BUILT_IN, state ON}\n"
)
FOLDABLE = "".join(
    f'DisplayDeviceInfo{{"{name}": uniqueId="local:{number}", {size}, modeId 1, defaultModeId 1, '
    "supportedModes [{id=1, width=1080, height=2000, fps=120.0, vsync=120.0}], density 420, "
    f"rotation 0, type {kind}, state {on}}}\n"
    for name, number, size, kind, on in (
        ("Outer", 1, "1080 x 2000", "INTERNAL", "OFF"),
        ("Inner", 2, "1840 x 2208", "INTERNAL", "ON"),
        ("HDMI", 3, "1920 x 1080", "EXTERNAL", "ON"),
    )
)
SURFACEFLINGER_15 = """\
Display 4619827259835644672 (active, HWC layer virtual, "EMU_display_0")
Display 0 (internal, primary, "Built-in")
   powerMode=On
   activeMode=60.00 Hz (120.00 Hz)
   activeModeId=1
   displayModes=
      {id=0, hwcId=0, resolution=1080x2400, vsyncRate=60.00 Hz, dpi=420x420, group=0}
      {id=1, hwcId=1, resolution=1080x2400, vsyncRate=120.00 Hz, dpi=420x420, group=0}
"""


def test_only_logical_displays_in_android_9():
    (display,) = parse_display(ANDROID_9)
    assert display.active_mode == DisplayMode(2, 1080, 1920, 90.0, 90.0)
    assert display.active_mode.period_ns == 11_111_111
    assert (display.width, display.height, display.rotation) == (1920, 1080, 1), "the override holds now"
    assert (display.internal, display.on, display.density_dpi, display.default_mode_id) == (
        True,
        True,
        420,
        1,
    )


def test_the_main_display_of_a_foldable_is_the_inner_one_that_is_on():
    displays = parse_display(FOLDABLE)
    assert [display.name for display in displays] == ["Outer", "Inner", "HDMI"]
    assert main_display(displays).name == "Inner"


def test_no_internal_display_is_an_error():
    external = tuple(display for display in parse_display(FOLDABLE) if not display.internal)
    with pytest.raises(InputFileError, match="no internal display"):
        main_display(external)


def test_a_render_rate_below_the_panels():
    (display,) = parse_display(
        'DisplayDeviceInfo{"Panel": uniqueId="local:1", 1080 x 2400, modeId 1, renderFrameRate 60.000004, '
        "defaultModeId 1, supportedModes [{id=1, width=1080, height=2400, fps=60.0, vsync=120.0}], "
        "type INTERNAL}"
    )
    assert display.render_frame_rate == 60.000004
    assert display.active_mode is not None
    assert (display.active_mode.fps, display.active_mode.vsync, display.active_mode.period_ns) == (
        60.0,
        120.0,
        8_333_333,
    )


def test_surfaceflingers_own_list():
    (display,) = parse_display(SURFACEFLINGER_15)
    assert (display.active_mode_id, display.on, display.internal) == (1, True, True)
    assert display.periods_ns == (16_666_667, 8_333_333)


@pytest.mark.parametrize("text", ["", "Can't find service: display\n", 'DisplayDeviceInfo{"x": broken'])
def test_anything_else_is_refused(text: str):
    with pytest.raises(InputFileError, match="not a display dump"):
        parse_display(text, "emulator-5554")


@pytest.mark.data
def test_real_emulator(recordings: Path):
    display = main_display(parse_display((recordings / "misc/flashlight_dumpsys-display.txt").read_bytes()))
    assert (display.name, display.unique_id) == ("Built-in Screen", "local:8141241408256768")
    assert display.modes == (DisplayMode(1, 480, 854, 60.000004, 60.000004),)
    assert (display.active_mode_id, display.render_frame_rate, display.on, display.density_dpi) == (
        1,
        None,
        True,
        160,
    )


@pytest.mark.data
def test_real_pixel_at_120_hz_and_scaled_resolution(recordings: Path):
    display = main_display(
        parse_display((recordings / "misc/flashlight_dumpsys-display120.txt").read_bytes())
    )
    assert [(mode.id, mode.width, round(mode.fps)) for mode in display.modes] == [
        (1, 1344, 60),
        (2, 1344, 120),
        (3, 1008, 120),
        (4, 1008, 60),
    ]
    assert (display.width, display.height, display.active_mode_id, display.default_mode_id) == (
        1008,
        2244,
        3,
        3,
    )
    assert display.render_frame_rate == 120.00001
    assert display.periods_ns == (16_666_667, 8_333_333)


@pytest.mark.data
def test_real_android_13_with_the_screen_off(recordings: Path):
    display = main_display(parse_display((recordings / "misc/healer_dumpsys_display.txt").read_bytes()))
    assert (display.width, display.height, display.on, display.rotation) == (480, 800, False, 0)
    assert display.periods_ns == (17_241_380,), "a panel at 58 Hz"


@pytest.mark.data
@pytest.mark.parametrize("name", ["healer_sf_displays.txt", "healer_sf_layers.txt"])
def test_real_surfaceflinger_displays(recordings: Path, name: str):
    (display,) = parse_display((recordings / "surfaceflinger" / name).read_bytes())
    assert (display.name, display.on, display.internal) == ("Primary display", False, True)
    assert display.modes == (DisplayMode(0, 480, 800, 58.0, 58.0),)
