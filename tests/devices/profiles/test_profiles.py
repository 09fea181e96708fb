"""Profiles: what comes with silky is sound; people's mistakes are named, all of them, with their lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.profiles import list_profiles, load_profile
from traces.errors import InputFileError, UsageError

REAL = {
    "qwen": "com.aliyun.tongyi",
    "doubao": "com.larus.nova",
    "deepseek": "com.deepseek.chat",
    "yuanbao": "com.tencent.hunyuan.app.chat",
    "kimi": "com.moonshot.kimichat",
}
KITS = ("demo-flutter", "demo-web")
DEMO = ["smooth", "heavy", "jumpy", "late", "restless"]
GOOD = "name: mine\nlabel: Mine\npackage: com.example.mine\n"


UNTRIED = ("chatgpt", "gemini", "claude", "wechat")
"""Competitors from other places, whose profiles nobody of silky has tried on a phone."""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("SILKY_PROFILES", str(tmp_path))
    return tmp_path


def test_all_built_in_profiles_load_and_are_the_promised_ones():
    names = set(list_profiles())
    assert names == {*REAL, *UNTRIED, *(f"demo-{name}" for name in DEMO), *KITS, "settings-search"}
    for name in names:
        profile = load_profile(name)
        assert profile.name == name
        assert profile.input or name in UNTRIED
        assert profile.sources


def test_a_profile_says_when_another_package_draws_its_windows():
    gemini = load_profile("gemini")
    assert gemini.package == "com.google.android.apps.bard"
    assert gemini.drawn_by == "com.google.android.googlequicksearchbox"


def test_targets_and_dialogs_have_ordered_ways(own):
    (own / "chat.yaml").write_text(
        """
name: chat
label: Chat
package: com.chat
send:
  - resource_id: :id/send
  - description: 发送
dialogs:
  - kind: update
    dismiss: [{text: 以后再说}]
  - kind: login
    seen: [{text: 一键登录}]
""",
        encoding="utf-8",
    )
    profile = load_profile("chat")
    assert [way.describe() for way in profile.targets["send"]] == ["id ':id/send'", "description '发送'"]
    update, login = profile.dialogs
    assert update.seen == update.dismiss  # a button that belongs to one dialog tells that dialog
    assert (login.kind, login.dismiss) == ("login", ())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("dialogs: [{kind: login, dismiss: [{text: x}]}]", "a person's to do"),
        ("dialogs: [{kind: update}]", "needs seen or dismiss"),
        ("dialogs: [{kind: odd, seen: [{text: x}]}]", "kind"),
        ("drawn_by: nothing", "no package name"),
    ],
)
def test_mistakes_in_dialogs_are_told(own, lines, said):
    (own / "chat.yaml").write_text(f"name: chat\nlabel: C\npackage: com.chat\n{lines}\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=said):
        load_profile("chat")


@pytest.mark.parametrize(("name", "package"), REAL.items())
def test_real_apps_have_their_packages(name, package):
    profile = load_profile(name)
    assert profile.package == package
    assert profile.label_zh
    assert not profile.reference


@pytest.mark.parametrize("name", DEMO)
def test_demo_apps_are_those_of_the_simulated_phone(name):
    profile = load_profile(f"demo-{name}")
    assert profile.package == f"sim.chat.{name}"
    assert profile.input[0].resource_id == f"sim.chat.{name}:id/input"


def test_the_reference_is_the_settings_search():
    profile = load_profile("settings-search")
    assert profile.reference
    assert profile.launch.action == "android.settings.APP_SEARCH_SETTINGS"
    assert len(profile.packages) > 1


def test_an_own_profile_wins_over_a_built_in_one(own):
    (own / "doubao.yaml").write_text(
        GOOD.replace("mine", "doubao").replace("com.example.doubao", "com.example.other")
    )
    assert load_profile("doubao").package == "com.example.other"


def test_a_plug_in_names_a_folder_of_profiles(own, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "mine.yaml").write_text(GOOD)
    point = type("Point", (), {"load": lambda self: folder})()
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda *, group: [point] if group == "silky.profiles" else []
    )
    assert load_profile("mine").package == "com.example.mine"


def test_a_profile_can_be_given_as_a_file(own, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD + "input:\n  - hint: 发消息\nlaunch:\n  activity: .Main\n")
    profile = load_profile(str(path))
    assert profile.input[0].hint == "发消息"
    assert profile.launch.activity == ".Main"


def test_an_unknown_name_gets_near_ones():
    with pytest.raises(UsageError, match="no app profile 'doubo'") as caught:
        load_profile("doubo")
    assert "Did you mean doubao" in caught.value.next_step
    assert "deepseek" in caught.value.next_step


def test_all_mistakes_are_named_with_their_lines(own):
    (own / "mine.yaml").write_text(
        "name: mine\n"
        "label: 3\n"
        "package: notapackage\n"
        "color: red\n"
        "launch:\n"
        "  activity: a.B\n"
        "  action: x.Y\n"
        "input:\n"
        "  - resource_id: com.x:id/a\n"
        "  - {}\n"
        "  - class: a\n"
        "    hnt: b\n"
    )
    with pytest.raises(InputFileError) as caught:
        load_profile("mine")
    text = caught.value.what
    path = own / "mine.yaml"
    for line, word in [
        (2, "label"),
        (3, "'notapackage' is no package name"),
        (4, "color"),
        (5, "activity or action, not both"),
        (10, "a selector needs at least one"),
        (12, "hnt"),
    ]:
        assert any(part.startswith(f"{path}:{line}: ") and word in part for part in text.splitlines()), (
            line,
            text,
        )
    assert "6 mistakes" in text
    assert caught.value.exit_code == 3


def test_texts_that_look_like_something_else_stay_texts(own):
    (own / "mine.yaml").write_text(GOOD + "input:\n  - text: on\n  - text: yes\n")
    assert [selector.text for selector in load_profile("mine").input] == ["on", "yes"]


def test_broken_yaml_names_file_and_line(own):
    (own / "mine.yaml").write_text("name: mine\nlabel: a: b\n")
    with pytest.raises(InputFileError, match=r"mine\.yaml:2: mapping values are not allowed"):
        load_profile("mine")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text\n"])
def test_what_is_no_mapping_is_an_error(own, text):
    (own / "mine.yaml").write_text(text)
    with pytest.raises(InputFileError, match=r"mine\.yaml:1"):
        load_profile("mine")


def test_a_name_that_differs_from_the_files_is_an_error(own):
    (own / "mine.yaml").write_text(GOOD.replace("name: mine", "name: yours"))
    with pytest.raises(InputFileError, match="'yours' differs from the file's"):
        load_profile("mine")


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputFileError, match="can't be read"):
        load_profile(str(tmp_path / "none.yaml"))


@settings(max_examples=150, deadline=None)
@given(data=st.text(max_size=120))
def test_any_file_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("p") / "mine.yaml"
    path.write_text(data, encoding="utf-8", errors="replace")
    with pytest.raises(InputFileError):
        load_profile(str(path))
