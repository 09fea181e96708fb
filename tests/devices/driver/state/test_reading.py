"""The state as real phones' dumps tell it, and as nothing where they don't."""

from __future__ import annotations

import re

from devices.driver.state.reading import read_state
from traces.capture import PhoneState


def answer_sections(link, dumps):
    """Answer the one combined command with the dumps by section name."""

    def answer(command):
        names = re.findall(r"echo '@@silky (\w+)'", command)
        return "".join(f"\n@@silky {name}\n{dumps.get(name, '')}" for name in names)

    link.answers.append(("echo; echo '@@silky .*", answer))


def test_a_real_phones_dumps_become_its_state(link, phone, recordings):
    def read(name):
        return (recordings / name).read_text(encoding="utf-8", errors="replace")

    answer_sections(
        link,
        {
            "ime": "com.android.inputmethod.latin/.LatinIME\n",
            "input_method": read("ime/healer_mtk_a13_dumpsys_input_method.txt"),
            "window": read("ime/healer_mtk_a13_dumpsys_window_displays_windows.txt"),
            "display": read("misc/healer_dumpsys_display.txt"),
            "thermal": read("misc/healer_mtk_a13_dumpsys_thermalservice.txt"),
            "battery": read("misc/healer_mtk_a13_dumpsys_battery.txt"),
            "power": "  mWakefulness=Asleep\n",
            "brightness": "102\n",
            "window_animation_scale": "1.0\n",
            "transition_animation_scale": "null\n",
            "animator_duration_scale": "0.5\n",
            "pid": "4711 4712\n",
            "night": "Night mode: yes\n",
            "night_setting": "2\n",
            "font_scale": "1.15\n",
            "wm_size": "Physical size: 720x1600\n",
            "wm_density": "Physical density: 320\nOverride density: 280\n",
        },
    )
    state = read_state(phone, "com.chat")
    assert state.ime_id == "com.android.inputmethod.latin/.LatinIME"
    assert state.ime_shown is False
    assert state.screen_on is False
    assert state.animation_scales == (1.0, 1.0, 0.5)
    assert state.app_pid == 4711
    assert state.brightness == 102
    assert state.thermal_status == 0
    assert state.battery_level is not None
    assert state.refresh_hz is not None
    assert (state.theme, state.font_scale, state.rotation) == ("dark", 1.15, 0)
    assert (state.display_px, state.density_dpi) == ((720, 1600), 280)
    assert len(link.commands) == 1


def test_a_shown_keyboard_has_its_height(link, phone, recordings):
    dump = recordings / "ime/averi_window_displays_api33_keyboard_shown_EXCERPT.txt"
    answer_sections(link, {"window": dump.read_text(encoding="utf-8")})
    height = read_state(phone).ime_height_px
    assert height is not None
    assert height > 300


def test_a_phone_that_tells_nothing_has_an_empty_state(link, phone):
    answer_sections(link, {})
    # a scale that was never set is 1
    assert read_state(phone) == PhoneState(animation_scales=(1.0, 1.0, 1.0))


def test_spoilt_dumps_give_nothing_and_no_error(link, phone):
    names = ("input_method", "window", "display", "thermal", "battery", "power")
    answer_sections(link, {**dict.fromkeys(names, "Can't find service\n"), "animator_duration_scale": "x\n"})
    assert read_state(phone) == PhoneState()
