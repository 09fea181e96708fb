"""The dumps of Android 8 to 12 and 16, in the words of those releases.

Golden lines come from the recordings where there is one (an emulator of 11, a Samsung of 12), else from the
dump functions of the release's sources.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devices.simulated.userland.dumpsys.surfaceflinger import full_name
from devices.simulated.world import Layer
from tests.devices.simulated.userland.fake_world import CHAT, FakeWorld, frame, persona
from tests.devices.simulated.userland.helpers import sh
from tests.devices.simulated.userland.test_dumps_against_recordings import shape, shapes

if TYPE_CHECKING:
    from pathlib import Path

TITLE = f"{CHAT}/{CHAT}.MainActivity"
START = 1_000_000_000_000
PERIOD = 8_333_333


def say(command: str, sdk: int, **changes: object) -> str:
    world = FakeWorld(persona=persona(sdk), **changes)  # type: ignore[arg-type]
    world.frames = {TITLE: [frame(START + i * PERIOD, late=i == 3) for i in range(5)]}
    return sh(command, world).out


def header(sdk: int, **changes: object) -> list[str]:
    made = FakeWorld(persona=persona(sdk, **changes))
    made.frames = {TITLE: [frame(START)]}
    lines = sh(f"dumpsys gfxinfo {CHAT} framestats", made).out.splitlines()
    at = lines.index("---PROFILEDATA---")
    names, row = lines[at + 1], lines[at + 2]
    assert names.count(",") == row.count(",")
    return names.rstrip(",").split(",")


# gfxinfo
@pytest.mark.parametrize(
    ("sdk", "count"), [(26, 16), (29, 16), (30, 17), (31, 22), (33, 23), (35, 23), (36, 24)]
)
def test_framestats_has_the_columns_of_the_release(sdk: int, count: int) -> None:
    assert len(header(sdk)) == count


def test_the_second_quarterly_release_of_16_has_the_animation_time_too() -> None:
    names = header(36, sdk_minor=1)
    assert len(names) == 25
    assert names[names.index("WorkloadTarget") + 1] == "AnimationTime"


def test_a_vendor_may_print_other_columns_than_its_level(recordings: Path) -> None:
    real = (recordings / "gfxinfo/aneb_doubao_huawei_framestats_block1.txt").read_text()
    names = next(line for line in real.splitlines() if line.startswith("Flags,"))
    assert header(31, framestats="huawei") == names.rstrip(",").split(",")


def test_up_to_11_completed_is_the_swaps_end_and_taps_leave_no_input_time() -> None:
    lines = say(f"dumpsys gfxinfo {CHAT} framestats", 30).splitlines()
    at = lines.index("---PROFILEDATA---")
    row = dict(zip(lines[at + 1].split(","), lines[at + 2].split(","), strict=True))
    one = frame(START)
    assert int(row["FrameCompleted"]) == one.swap_completed
    assert int(row["GpuCompleted"]) == one.gpu_completed
    assert (row["OldestInputEvent"], row["NewestInputEvent"]) == (str(2**63 - 1), "0")


def summary(text: str) -> list[str]:
    lines = shapes(text)
    start = next(i for i, line in enumerate(lines) if line.startswith("Stats since:"))
    end = next(i for i, line in enumerate(lines) if line.startswith("HISTOGRAM:"))
    return lines[start : end + 1]


def test_the_summary_of_10_has_the_lines_of_a_real_one(recordings: Path) -> None:
    real = (recordings / "gfxinfo/flashlight_sample-gfxinfo-output.txt").read_text()
    assert summary(say(f"dumpsys gfxinfo {CHAT}", 29)) == summary(real)
    assert "gpu percentile" not in say(f"dumpsys gfxinfo {CHAT}", 29)
    assert "gpu percentile" in say(f"dumpsys gfxinfo {CHAT}", 30)


def test_android_8_counts_no_missed_deadlines() -> None:
    out = say(f"dumpsys gfxinfo {CHAT}", 27)
    assert "Frame deadline missed" not in out
    assert "legacy" not in out
    assert "Number Slow issue draw commands: 1\n" in out


def test_up_to_11_a_frame_is_janky_that_takes_longer_than_an_interval() -> None:
    # four of 5.2 ms, one of 30 ms
    assert "Janky frames: 1 (20.00%)" in say(f"dumpsys gfxinfo {CHAT}", 30)


# SurfaceFlinger
def test_a_layers_number_is_what_the_release_gives_it() -> None:
    assert full_name(Layer(501, "InputMethod", None, True, 0)) == "InputMethod#0"
    assert full_name(Layer(502, "InputMethod", None, True)) == "InputMethod#502"


# window
def test_up_to_9_the_windows_tell_the_focus_and_from_10_on_the_displays() -> None:
    for sdk, section, other in ((28, "windows", "displays"), (29, "displays", "windows")):
        assert "  mCurrentFocus=Window{" in say(f"dumpsys window {section}", sdk)
        assert "mCurrentFocus" not in say(f"dumpsys window {other}", sdk)


def test_up_to_10_the_focused_app_is_a_token() -> None:
    line = next(one for one in say("dumpsys window", 29).splitlines() if one.startswith("  mFocusedApp="))
    assert re.fullmatch(
        r"  mFocusedApp=AppWindowToken\{\w+ token=Token\{\w+ ActivityRecord\{\w+ u0 \S+ t\d+\}\}\}", line
    )
    assert "mFocusedApp=ActivityRecord{" in say("dumpsys window", 30)


def test_before_11_the_keyboard_has_no_insets_source_but_gives_its_insets() -> None:
    out = say("dumpsys window", 29, shown=True)
    assert "ITYPE_IME" not in out
    assert re.search(r"    mGivenContentInsets=\[0,\d+\]\[0,0\] mGivenVisibleInsets=\[0,\d+\]\[0,0\]\n", out)
    assert re.search(r"    touchable region=SkRegion\(\(0,\d+,1080,2400\)\)\n", out)


def test_the_given_insets_are_those_of_a_real_keyboard_window(recordings: Path) -> None:
    real = shapes((recordings / "ime/flashlight_dumpsys-window.txt").read_text())
    ours = shapes(say("dumpsys window windows", 29, shown=False))
    given = next(line for line in ours if "mGivenContentInsets" in line)
    assert given in real
    assert next(line for line in ours if "mTouchableInsets" in line) in real


def test_the_insets_source_of_11_ends_with_its_visibility() -> None:
    lines = say("dumpsys window displays", 30, shown=True).splitlines()
    source = next(line for line in lines if line.startswith("      InsetsSource type=ITYPE_IME"))
    assert re.fullmatch(
        r"      InsetsSource type=ITYPE_IME frame=\[0,\d+\]\[1080,2400\] visibleFrame=\[0,\d+\]\[1080,2400\] "
        r"visible=true",
        source,
    )
    assert any(line.startswith("    ITYPE_IME -> Window{") for line in lines)


@pytest.mark.parametrize(
    ("sdk", "line"),
    [
        (28, "  mInputMethodTarget=Window{"),
        (29, "  mInputMethodTarget in display# 0 Window{"),
        (30, "  inputMethodControlTarget in display# 0 Window{"),
        (31, "  imeControlTarget in display# 0 Window{"),
    ],
)
def test_the_keyboards_target_is_named_as_in_the_release(sdk: int, line: str) -> None:
    assert line in say("dumpsys window windows", sdk, shown=True)


# input_method
def test_the_state_of_the_keyboard_in_8_to_13_is_one_line() -> None:
    expected = "  mShowRequested=true mShowExplicitlyRequested=false mShowForced=false mInputShown=true"
    for sdk in (26, 29, 30, 31, 33):
        assert expected in say("dumpsys input_method", sdk, shown=True).splitlines()


def test_histories_come_with_11_and_14() -> None:
    assert "mSoftInputShowHideHistory" not in say("dumpsys input_method", 29)
    assert "mSoftInputShowHideHistory" in say("dumpsys input_method", 30)
    assert "ImeTrackerService" not in say("dumpsys input_method", 33)
    assert "ImeTrackerService" in say("dumpsys input_method", 34)


def test_clients_name_their_display_from_10_on() -> None:
    assert re.search(r"mCurClient=ClientState\{\w+ uid \d+ pid \d+\}", say("dumpsys input_method", 28))
    assert re.search(r"mCurClient=ClientState\{\w+ uid=\d+ pid=\d+ d", say("dumpsys input_method", 29))


# display
def test_the_display_device_of_11_is_that_of_a_real_emulator(recordings: Path) -> None:
    real = (recordings / "misc/flashlight_dumpsys-display.txt").read_text().splitlines()[0]
    ours = next(
        line.strip() for line in say("dumpsys display", 30).splitlines() if "DisplayDeviceInfo{" in line
    )

    def words(line: str) -> str:
        line = re.sub(r"supportedModes \[.*?\], ", "supportedModes [], ", line)
        line = re.sub(r"deviceProductInfo (null|\S+\{.*?\}, relativeAddress=null\})", "product", line)
        line = re.sub(r"supportedColorModes \[[^]]*\]", "colors", line)
        return shape(re.sub(r"local:\d+", "ID", line))

    assert words(ours) == words(real)


@pytest.mark.parametrize("sdk", [27, 29, 30])
def test_modes_have_no_alternative_rates_before_12(sdk: int) -> None:
    out = say("dumpsys display", sdk)
    assert "supportedModes [{id=1, width=1080, height=2400, fps=60.0}, {id=2, " in out
    assert "    mActiveModeId=2\n" in out
    assert "alternativeRefreshRates" not in out
    assert ('uniqueId="local:0"' in out) == (sdk < 29)
