"""Looking for the input field, step by step, on a screen that changes when it is tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.driver.ui import Screen
from devices.profiles.model import AppProfile, Launch, Selector
from traces.errors import PhoneError

FIELD = (
    '<node resource-id="com.chat:id/input" class="android.widget.EditText" '
    'package="com.chat" bounds="[0,2000][900,2100]"/>'
)
DIALOG = (
    '<node resource-id="com.chat:id/later" class="android.widget.Button" '
    'package="com.chat" bounds="[0,1000][100,1100]"/>'
)
VOICE = (
    '<node content-desc="文本输入" class="android.widget.ImageView" '
    'package="com.chat" bounds="[900,2000][1000,2100]"/>'
)


def xml(*nodes):
    return f'<hierarchy rotation="0">{"".join(nodes)}</hierarchy>'


@pytest.fixture
def profile(tmp_path):
    return AppProfile(
        name="chat",
        label="Chat",
        label_zh=None,
        packages=("com.chat",),
        launch=Launch(),
        input=(Selector(resource_id=":id/input"),),
        before_input=(Selector(description="文本输入"),),
        dismiss=(Selector(resource_id=":id/later"),),
        reference=False,
        confidence="A",
        sources=(),
        notes="",
        path=tmp_path / "chat.yaml",
    )


class Shown(Screen):
    """A screen whose dumps follow from what was tapped."""

    def __init__(self, phone, dumps) -> None:
        super().__init__(phone)
        self.dumps = dumps
        self.taps = phone.link.commands

    def dump(self):
        tapped = tuple(c.removeprefix("input tap ") for c in self.taps if c.startswith("input tap"))
        return self.dumps(tapped)


def test_a_field_that_is_there_is_found_without_a_tap(phone, profile):
    screen = Shown(phone, lambda _: xml(FIELD, VOICE))
    assert screen.find_field(profile, "com.chat").node.center == (450, 2050)
    assert screen.taps == []


def test_a_dialog_is_tapped_away_first(phone, profile):
    screen = Shown(phone, lambda taps: xml(FIELD) if "50 1050" in taps else xml(FIELD, DIALOG))
    screen.find_field(profile, "com.chat")
    assert "input tap 50 1050" in screen.taps


def test_a_voice_mode_is_left_once(phone, profile):
    screen = Shown(phone, lambda taps: xml(FIELD) if "950 2050" in taps else xml(VOICE))
    screen.find_field(profile, "com.chat")
    assert screen.taps.count("input tap 950 2050") == 1


def test_the_generic_search_comes_last(phone, profile):
    other = FIELD.replace(":id/input", ":id/renamed")
    found = Shown(phone, lambda _: xml(other)).find_field(profile, "com.chat")
    assert found.by == "the lowest text field"


def test_what_is_not_found_is_told_with_what_was_looked_for_and_the_dump_is_kept(phone, profile, state_home):
    screen = Shown(phone, lambda _: xml(VOICE.replace("文本输入", "麦克风")))
    wanted = replace(profile, dismiss=())
    with pytest.raises(PhoneError, match=r"Looked for: id ':id/input'; then for any text field") as caught:
        screen.find_field(wanted, "com.chat")
    kept = state_home / "silky" / "not-found-chat.xml"
    assert str(kept) in caught.value.next_step
    assert "麦克风" in kept.read_text(encoding="utf-8")
