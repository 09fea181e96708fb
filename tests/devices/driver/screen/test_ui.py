"""Looking for the input field, step by step, on a screen that changes when it is tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.driver.screen.ui import Screen
from devices.profiles.model import AppProfile, Dialog, Launch, Selector
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
    send = VOICE.replace("文本输入", "发送").replace("/>", ' clickable="true"/>')
    found = Shown(phone, lambda _: xml(other, send)).find_field(profile, "com.chat")
    assert found.by == "a text field where a chat has its own"
    assert found.node.resource_id == "com.chat:id/renamed"


def test_what_is_not_found_is_told_with_what_was_looked_for_and_the_dump_is_kept(phone, profile, state_home):
    screen = Shown(phone, lambda _: xml(VOICE.replace("文本输入", "麦克风")))
    wanted = replace(profile, dismiss=())
    with pytest.raises(
        PhoneError, match=r"Looked for: id ':id/input'; then for a text field, or a bar"
    ) as caught:
        screen.find_field(wanted, "com.chat")
    kept = state_home / "silky" / "not-found-chat.xml"
    assert str(kept) in caught.value.next_step
    assert "麦克风" in kept.read_text(encoding="utf-8")


def test_a_login_screen_stops_kindly_and_nothing_is_tapped(phone, profile):
    login = (
        '<node text="本机号码一键登录" class="android.widget.Button" package="com.chat" clickable="true" '
        'bounds="[60,2000][1020,2100]"/>'
    )
    screen = Shown(phone, lambda _: xml(login))
    with pytest.raises(PhoneError, match="Chat shows its login screen") as caught:
        screen.find_field(profile, "com.chat")
    assert caught.value.next_step == "Log in by hand, best with a test account, open a chat, then run again."
    assert not any(command.startswith("input") for command in screen.taps)


def test_a_login_that_the_profile_knows_stops_at_once(phone, profile):
    wanted = replace(profile, dialogs=(Dialog("login", (Selector(description="文本输入"),), ()),))
    screen = Shown(phone, lambda _: xml(FIELD, VOICE))
    with pytest.raises(PhoneError, match="login screen"):
        screen.find_field(wanted, "com.chat")
    assert screen.taps == []


def test_an_open_side_menu_is_closed_with_back_once(phone, profile):
    rows = "".join(
        f'<node text="{text}" class="android.widget.TextView" package="com.chat" clickable="true" '
        f'bounds="[40,{200 + 200 * row}][800,{300 + 200 * row}]"/>'
        for row, text in enumerate(("新对话", "历史对话", "设置"))
    )
    menu = f'<node class="a" package="com.chat" bounds="[0,0][860,2400]">{rows}</node>'
    whole = '<node class="a" package="com.chat" bounds="[0,0][1080,2400]">'
    screen = Shown(phone, lambda _: xml(f"{whole}{menu}</node>"))
    screen.dumps = lambda _: (
        xml(FIELD) if any("keyevent 4" in c for c in screen.taps) else xml(f"{whole}{menu}</node>")
    )
    assert screen.find_field(profile, "com.chat").node.resource_id == "com.chat:id/input"
    assert sum("keyevent 4" in command for command in screen.taps) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("vivo_ui_dump", "does not respond"), ("watergod_uidump", "lies over")]
)
def test_what_real_dumps_show_over_a_chat_is_told_and_not_tapped(phone, profile, recordings, name, said):
    dump = (recordings / "hierarchy" / f"{name}.xml").read_text(encoding="utf-8")
    screen = Shown(phone, lambda _: dump)
    with pytest.raises(PhoneError, match=said):
        screen.find_field(profile, "com.chat")
    assert not any(command.startswith("input") for command in screen.taps)
