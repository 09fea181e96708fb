"""A learnt profile is one that silky reads, says where it is from, and never writes over another unasked."""

from __future__ import annotations

import pytest

from devices.profiles.learn import Looks, profile_name, profile_text, write_profile
from devices.profiles.load import read_profile
from traces.errors import UsageError

SOURCE = "learnt on Pixel 8, 3.2, 2026-11-25"
EDIT = "android.widget.EditText"


def looks(resource_id="", hint="", description="", text=""):
    return Looks(resource_id, EDIT if hint else "android.view.View", hint, description, text, "its looks")


def read(tmp_path, targets):
    text = profile_text("chat", "聊天: 'x'", "com.chat.app", targets, SOURCE)
    return text, read_profile(write_profile(tmp_path, "chat", text, force=False))


def test_ways_are_in_order_id_hint_words(tmp_path):
    field = looks("com.chat.app:id/composer", hint='说"点"什么')
    _, profile = read(
        tmp_path, {"input": field, "send": looks(description="发送"), "back": looks(text="返回")}
    )
    assert [way.describe() for way in profile.input] == [
        "id 'com.chat.app:id/composer'",
        f"class '{EDIT}', hint containing '说\"点\"什么'",
    ]
    assert [way.describe() for way in profile.send] == ["description '发送'"]
    assert [way.describe() for way in profile.back] == ["text '返回'"]
    assert (profile.label, profile.confidence, profile.sources) == ("聊天: 'x'", "C", (SOURCE,))


def test_a_view_without_anything_to_tell_it_by_is_left_to_its_looks(tmp_path):
    _, profile = read(tmp_path, {"input": looks(), "send": looks(description="Send")})
    assert profile.input == ()
    assert profile.send


@pytest.mark.parametrize(
    ("short", "marked"), [("c1", True), ("grs", True), ("ie7", True), ("back", False), ("send", False)]
)
def test_ids_that_look_obfuscated_are_marked(tmp_path, short, marked):
    text, profile = read(tmp_path, {"input": looks(f"com.chat.app:id/{short}")})
    assert ("obfuscated" in text) is marked
    assert profile.input[0].resource_id == f"com.chat.app:id/{short}"


def test_nothing_is_overwritten_unasked(tmp_path):
    write_profile(tmp_path, "chat", "first", force=False)
    with pytest.raises(UsageError, match="is there already"):
        write_profile(tmp_path, "chat", "second", force=False)
    assert (tmp_path / "chat.yaml").read_text() == "first"
    write_profile(tmp_path, "chat", "second", force=True)
    assert (tmp_path / "chat.yaml").read_text() == "second"


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("com.deepseek.chat", "deepseek"),
        ("com.larus.nova", "nova"),
        ("com.chat.app", "app"),
        ("org.x.My_App", "my-app"),
    ],
)
def test_names_come_from_the_packages_telling_part(package, name):
    assert profile_name(package) == name
