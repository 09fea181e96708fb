"""The dumps have the lines of real phones' dumps: same words, same order, same columns.

A line's shape is the line with its values taken out. What we print must be among the shapes of the recording
of the same Android version; a recording has more (services that the phone here does not have).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.devices.simulated.userland.fake_world import CHAT, FakeWorld, frame, persona
from tests.devices.simulated.userland.helpers import sh

if TYPE_CHECKING:
    from pathlib import Path

TITLE = f"{CHAT}/{CHAT}.MainActivity"
START = 1_000_000_000_000


def shape(line: str) -> str:
    """Return a line with numbers, hashes, names and texts replaced."""
    line = re.sub(r"\b(true|false|null)\b", "?", line)
    line = re.sub(r"@?\b0x[0-9a-f]+\b", "#", line)
    line = re.sub(r"u0 [^}]*", "u0 NAME", line)
    line = re.sub(r"\{[0-9a-f]{6,} ", "{# ", line)
    line = re.sub(r"@[0-9a-f]+", "@#", line)
    line = re.sub(r"-?\d+(\.\d+)?", "0", line)
    return line.rstrip()


def shapes(text: str) -> list[str]:
    return [shape(line) for line in text.splitlines()]


def world(sdk: int, **changes: object) -> FakeWorld:
    made = FakeWorld(persona=persona(sdk), **changes)  # type: ignore[arg-type]
    made.frames = {TITLE: [frame(START + i * 8_333_333, late=i == 3) for i in range(5)]}
    return made


def section(lines: list[str], first: str, last: str) -> list[str]:
    start = next(i for i, line in enumerate(lines) if line.startswith(first))
    end = next(i for i, line in enumerate(lines) if i >= start and line.startswith(last))
    return lines[start : end + 1]


def test_gfxinfo_summary_has_the_lines_of_android_13(recordings: Path) -> None:
    real = (recordings / "gfxinfo/healer_mtk_a13_bugreport_gfxinfo.txt").read_text()
    ours = sh(f"dumpsys gfxinfo {CHAT} framestats", world(33)).out
    first, last = "Stats since:", "Pipeline="
    assert section(shapes(ours), first, last) == section(shapes(real), first, last)


def test_gfxinfo_blocks_stand_as_in_the_recordings(recordings: Path) -> None:
    real = (recordings / "gfxinfo/choi890_framestats.txt").read_text(encoding="utf-8-sig").splitlines()
    ours = sh(f"dumpsys gfxinfo {CHAT} framestats", world(34)).out.splitlines()
    for lines in (real, ours):
        window = next(i for i, line in enumerate(lines) if line.startswith("Window: "))
        assert re.fullmatch(
            r"\t\S+/android\.view\.ViewRootImpl@[0-9a-f]+ \(visibility=0\)", lines[window - 1]
        )
        data = lines.index("---PROFILEDATA---")
        assert lines[data - 4 : data] != ["", "", "", ""]
        assert lines[data - 3 : data] == ["", "", ""]
        assert lines[data - 4].startswith("GPU HISTOGRAM: 1ms=")
    headers = [lines[lines.index("---PROFILEDATA---") + 1] for lines in (real, ours)]
    assert headers[0] == headers[1]
    rows = [lines[lines.index("---PROFILEDATA---") + 2] for lines in (real, ours)]
    assert rows[0].count(",") == rows[1].count(",") == headers[0].count(",")


def test_android_16_has_one_column_more_and_the_labels_right(recordings: Path) -> None:
    real = (recordings / "gfxinfo/poko_framestats_android16_avd60hz.txt").read_text().splitlines()
    ours = sh(f"dumpsys gfxinfo {CHAT} framestats", world(36)).out.splitlines()
    headers = [lines[lines.index("---PROFILEDATA---") + 1] for lines in (real, ours)]
    assert headers[0] == headers[1]


def test_gfxinfo_without_framestats_lists_roots_only(recordings: Path) -> None:
    real = shapes((recordings / "gfxinfo/lodrean_gfxinfo.txt").read_text())
    ours = shapes(sh(f"dumpsys gfxinfo {CHAT}", world(34)).out)

    def tail(lines: list[str]) -> list[str]:
        kept = lines[lines.index("Profile data in ms:") :]
        return [re.sub(r"\S*/android", "ROOT/android", line) for line in kept]

    assert tail(ours) == tail(real)


def test_a_package_that_does_not_run_is_named_as_in_the_recording(recordings: Path) -> None:
    real = (recordings / "gfxinfo/lodrean_no_process.txt").read_text()
    ours = sh("dumpsys gfxinfo com.funnyenglish.app", world(34)).out
    assert ours.strip() == real.strip()


def test_the_ime_insets_lines_are_those_of_api_33(recordings: Path) -> None:
    real = (recordings / "ime/averi_real_ime_insets_lines_api33.txt").read_text()
    for shown in (True, False):
        ours = sh("dumpsys window displays", world(33, shown=shown)).out
        line = next(
            line for line in ours.splitlines() if line.startswith("        InsetsSource type=ITYPE_IME")
        )
        if shown:
            assert shape(line) in shapes(real)
        else:
            # The MediaTek recording has no visibleFrame while the keyboard was never shown.
            other = (recordings / "ime/healer_mtk_a13_dumpsys_window_displays_windows.txt").read_text()
            assert shape(line) in shapes(other)


def test_window_displays_and_windows_use_only_lines_of_android_13(recordings: Path) -> None:
    real = (recordings / "ime/healer_mtk_a13_dumpsys_window_displays_windows.txt").read_text()
    excerpt = (recordings / "ime/averi_window_displays_api33_keyboard_shown_EXCERPT.txt").read_text()

    def keys(text: str) -> set[str]:
        """The first word of each line, with its equals sign: what a reader looks for."""
        return {
            found[0].strip()
            for line in text.splitlines()
            if (found := re.match(r"\s*[A-Za-z]\w*[=:]?", line))
        }

    ours = sh("dumpsys window displays; dumpsys window windows", world(33, shown=True)).out
    assert keys(ours) - keys(real) - keys(excerpt) == {"imeLayeringTarget"}
    for name in (
        "mCurrentFocus",
        "mFocusedApp",
        "isKeyguardShowing",
        "mIsImeShowing",
        "mAwake",
        "mInputMethodWindow",
    ):
        line = next(line for line in ours.splitlines() if name in line)
        assert shape(line) in shapes(real), line


def test_input_method_uses_only_lines_of_android_13(recordings: Path) -> None:
    real = (recordings / "ime/healer_mtk_a13_dumpsys_input_method.txt").read_text()
    ours = sh("dumpsys input_method", world(33, shown=True)).out

    def keys(text: str) -> set[tuple[str, ...]]:
        return {tuple(re.findall(r"(\w+)=", line.split("{")[0])) for line in text.splitlines()}

    # The recorded phone had shown no keyboard, so its show and hide history is empty.
    history = {
        ("time", "timestamp"),
        ("reason", "inFullscreenMode"),
        ("focusedWindowName",),
        ("requestWindowName",),
    }
    assert keys(ours) - keys(real) == history
    assert "mInputShown=true" in ours


def test_input_method_of_15_has_its_own_line(recordings: Path) -> None:
    real = (recordings / "ime/mobium_input_method_shown_api35.txt").read_text()
    ours = sh("dumpsys input_method", world(35, shown=True)).out
    for line in ("  mInputShown=true", "  mImeHiddenByDisplayPolicy=false", "  mInFullscreenMode=false"):
        assert line in real.splitlines()
        assert line in ours.splitlines()


def test_battery_has_the_lines_of_android_13(recordings: Path) -> None:
    real = (recordings / "misc/healer_mtk_a13_dumpsys_battery.txt").read_text()
    ours = sh("dumpsys battery", world(33)).out
    assert shapes(ours) == [line for line in shapes(real) if not line.startswith("---------")]


def test_thermalservice_has_the_sections_of_android_13(recordings: Path) -> None:
    real = (recordings / "misc/healer_mtk_a13_dumpsys_thermalservice.txt").read_text()
    ours = sh("dumpsys thermalservice", world(33)).out

    def heads(text: str) -> list[str]:
        return [line for line in shapes(text) if line and line[0] not in "\t-"]

    assert heads(ours) == heads(real)
    temperature = next(line for line in ours.splitlines() if "mName=SKIN" in line)
    assert shape(temperature) in shapes(real)


def test_display_modes_are_written_as_in_the_recordings(recordings: Path) -> None:
    def words(text: str) -> list[str]:
        line = next(line for line in text.splitlines() if "DisplayDeviceInfo{" in line)
        line = re.sub(r"\{id=[^}]*\}(, )?", "MODE ", line)
        line = re.sub(r'"[^"]*"|-?\d[\w.]*|\[[^\]]*\]|\{[^}]*\}', "", line)
        return re.findall(r"[A-Za-z_]+", line)

    real = words((recordings / "misc/healer_dumpsys_display.txt").read_text())
    ours = words(sh("dumpsys display", world(33)).out)
    unimportant = {"OFF", "ON", "null", "DeviceProductInfo"}
    assert [word for word in ours if word not in unimportant] == [
        word for word in real if word not in unimportant
    ]


def test_a_mode_has_the_fields_of_its_version(recordings: Path) -> None:
    def fields(text: str) -> list[str]:
        mode = re.search(r"\{id=1, .*?\}", text)
        assert mode is not None
        return re.findall(r"(\w+)=", mode[0])

    real_13 = (recordings / "misc/healer_dumpsys_display.txt").read_text()
    assert fields(sh("dumpsys display", world(33)).out) == fields(real_13)
    real_15 = (recordings / "misc/flashlight_dumpsys-display120.txt").read_text()
    assert fields(sh("dumpsys display", world(35)).out) == fields(real_15)
    assert "renderFrameRate 120.0, defaultModeId 2" in sh("dumpsys display", world(34)).out
    assert re.search(r"modeId \d, renderFrameRate [\d.]+, defaultModeId \d", real_15)


def test_surfaceflinger_displays_are_those_of_android_13(recordings: Path) -> None:
    real = (recordings / "surfaceflinger/healer_sf_displays.txt").read_text().replace("=Off", "=On")
    ours = sh("dumpsys SurfaceFlinger --displays", world(33)).out
    # One mode there, two here: the same line twice.
    assert list(dict.fromkeys(shapes(ours))) == list(dict.fromkeys(shapes(real)))


def test_layer_lists_have_the_form_of_their_version(recordings: Path) -> None:
    real = (recordings / "surfaceflinger/solox303_android15_sf_list_excerpt.txt").read_text()
    form = re.compile(r"RequestedLayerState\{.+#\d+( parentId=\d+)?( [\w ]*=?\S*)?\}")
    assert all(form.fullmatch(line) for line in real.splitlines())
    ours = sh("dumpsys SurfaceFlinger --list", world(35)).out
    assert all(form.fullmatch(line) for line in ours.splitlines())
    assert f"RequestedLayerState{{{TITLE}#77 parentId=70}}" in ours
    assert sh("dumpsys SurfaceFlinger --list", world(34)).out == (
        f"54dfae7 {TITLE}#70\n{TITLE}#77\nInputMethod#60\n"
    )
