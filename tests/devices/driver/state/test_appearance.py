"""Theme, font scale, display size and density as phones of several Android versions tell them."""

from __future__ import annotations

import pytest

from devices.driver.state.appearance import COMMANDS, Appearance, appearance

SILENT = dict.fromkeys(COMMANDS, "")


@pytest.mark.parametrize(
    ("night", "setting", "theme"),
    [
        ("Night mode: yes\n", "2\n", "dark"),
        ("Night mode: no\n", "null\n", "light"),
        ("Night mode: auto\n", "0\n", "auto"),
        ("Night mode: custom_bedtime\n", "3\n", "custom"),
        ("Night mode: unknown\n", "2\n", "dark"),
        ("cmd: Can't find service: uimode\n", "2\n", "dark"),
        ("", "3\n", "custom"),
        ("", "null\n", None),
    ],
)
def test_theme(night: str, setting: str, theme: str | None) -> None:
    assert appearance({**SILENT, "night": night, "night_setting": setting}).theme == theme


@pytest.mark.parametrize(
    ("text", "scale"), [("null\n", 1.0), ("1.15\n", 1.15), ("", None), ("big\n", None), ("nan\n", None)]
)
def test_font_scale(text: str, scale: float | None) -> None:
    assert appearance({**SILENT, "font_scale": text}).font_scale == scale


def test_an_override_holds() -> None:
    text = {
        **SILENT,
        "wm_size": "Physical size: 1080x2400\nOverride size: 720x1600\n",
        "wm_density": "Physical density: 420\nOverride density: 480\n",
    }
    assert appearance(text)[2:] == ((720, 1600), 480)
    assert appearance({**text, "wm_size": "Physical size: 1080x2400\n"}).display_px == (1080, 2400)


def test_a_phone_that_tells_nothing() -> None:
    assert appearance(SILENT) == Appearance(None, None, None, None)
