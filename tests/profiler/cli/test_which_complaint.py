"""`silky reproduce` with a person's sentence, and `silky complaints`, in both languages."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.profiler.complaints.test_load import GOOD
from traces.bundle import Bundle

APPS = ("--app", "a", "--against", "b", "c")
RUN = ("run", "--app", "a", "b", "c", "--rounds", "6", "--popups", "2")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "here"


@pytest.fixture
def recorded(silky, phone, kept, tmp_path):
    """A run; measured once, then copied."""
    if not kept.exists():
        assert silky(*RUN, "--out", kept).code == 0
    shutil.copytree(kept, tmp_path / "here")


def test_a_chinese_sentence_is_understood_measured_and_answered_in_chinese(silky, phone, tmp_path):
    done = silky("reproduce", "输入键盘弹出时有点卡顿，别的应用没有", *APPS, "--out", "here")
    assert done.code == 0, done.err
    assert done.err.startswith("理解为：键盘弹出不丝滑（keyboard-popup-not-smooth，按 hitch_ms 判断）。\n")
    assert "已复现" in done.out
    plan = Bundle.open(tmp_path / "here").manifest.complaint
    assert (plan.id, plan.accused, plan.against) == ("keyboard-popup-not-smooth", "a", ("b", "c"))


def test_another_complaint_of_the_same_scenario_is_named_in_the_bundle(silky, phone, tmp_path):
    done = silky("reproduce", "the keyboard takes forever to come up", *APPS, "--out", "here")
    assert done.err.startswith(
        "Understood as: keyboard slow to come (keyboard-slow-to-come, judged by settled_ms).\n"
    )
    plan = Bundle.open(tmp_path / "here").manifest.complaint
    assert (plan.id, plan.primary_metric) == ("keyboard-slow-to-come", "settled_ms")
    assert plan.margin == pytest.approx(1000 / 120)


def test_the_language_may_be_chosen(silky, recorded):
    done = silky("reproduce", "键盘弹出很卡", *APPS, "--from", "here", "--lang", "en")
    assert done.err.startswith("Understood as: keyboard pop-up not smooth")
    assert "Reproduced" in done.out


ASKED_EN = """\
Error: “the keyboard lags” could mean more than one complaint.
Type the one that is meant:
"""


def test_two_that_fit_are_asked_about_and_without_a_terminal_refused_with_the_commands(silky, recorded):
    done = silky("reproduce", "the keyboard lags", *APPS, "--from", "here", "--fail-if-reproduced")
    assert done.code == 3
    assert done.err.startswith(ASKED_EN)
    again = "silky reproduce {} --app a --against b c --from here --fail-if-reproduced"
    for one in ("keyboard-popup-not-smooth", "typing-lags", "keyboard-slow-to-come"):
        assert again.format(one) in done.err
    chinese = silky("reproduce", "键盘卡", *APPS, "--from", "here")
    assert chinese.code == 3
    assert chinese.err.splitlines()[:2] == ["Error: “键盘卡”可能指不止一个问题。", "请把要判断的那一个写明："]


@pytest.mark.parametrize(("answer", "code"), [("1\n", 0), ("0\n", 3)])
def test_at_a_terminal_a_person_chooses(runner, recorded, monkeypatch, answer, code):
    from profiler.cli.main import cli
    from traces.errors import UsageError

    monkeypatch.setattr("profiler.cli.which_complaint._interactive", lambda: True)
    done = runner.invoke(
        cli, ["reproduce", "键盘卡", *APPS, "--from", "here"], input=answer, standalone_mode=False
    )
    assert "1  输入键盘弹出时不丝滑，其他应用没有这个问题。" in done.stderr
    assert "0  都不是" in done.stderr
    if code:
        assert isinstance(done.exception, UsageError)
    else:
        assert "理解为：键盘弹出不丝滑" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("键盘弹出很丝滑", "说的是一切正常"),
        ("今天天气怎么样", "不在 silky 能判断的问题之列"),
        ("豆包键盘弹出卡", "说的不是 --app 指定的应用"),
        ("my parcel is late", "is none of the complaints that silky judges"),
        ("keyboard pop-up is smooth", "says that all is well"),
        ("发送定位很慢", "可能说的是 silky 不能判断的事情（不认识：定位）"),
        ("  ", "The complaint is empty"),
    ],
)
def test_what_is_no_complaint_is_refused_with_the_reason(silky, phone, text, said, monkeypatch):
    monkeypatch.undo()
    done = silky("reproduce", text, "--app", "qwen", "--against", "kimi")
    assert (done.code, said in done.err) == (3, True), done.err


@pytest.fixture
def juggled(tmp_path, monkeypatch):
    """A complaint of somebody's own about a scenario that there is not."""
    folder = tmp_path / "complaints"
    folder.mkdir()
    (folder / "panel-flickers.yaml").write_text(GOOD.replace("keyboard-popup", "juggling"))
    monkeypatch.setenv("SILKY_COMPLAINTS", str(folder))


def test_a_scenario_that_cannot_be_driven_yet_is_told(silky, phone, juggled):
    done = silky("reproduce", "面板会跳", *APPS)
    assert done.code == 3
    assert "需要场景 juggling，本版本的 silky 还不能驱动它（可用：keyboard-popup、" in done.err
    assert "--from" in done.err
    assert phone.captures == 0
    english = silky("reproduce", "panel-flickers", *APPS)
    assert "needs the scenario juggling, which this version of silky can't drive yet" in english.err


def test_a_bundle_without_the_metric_is_refused_and_one_with_it_is_judged(silky, recorded):
    done = silky("reproduce", "typing-lags", *APPS, "--from", "here")
    assert (done.code, "and no key.commit_ms" in done.err) == (3, True)
    assert silky("reproduce", "keyboard-slow-to-come", *APPS, "--from", "here").code == 0


def test_options_that_do_nothing_are_refused(silky, recorded):
    done = silky("reproduce", "keyboard-popup", *APPS, "--from", "here", "--rounds", "3", "--out", "x")
    assert done.code == 3
    assert "--rounds, --out do nothing: --from judges what was recorded" in done.err
    assert (
        "--jobs does nothing without --from" in silky("reproduce", "keyboard-popup", *APPS, "--jobs", "2").err
    )


def test_apps_go_by_what_they_are_called(silky):
    shown = silky("apps", "show", "豆包")
    assert shown.out.startswith("doubao: Doubao 豆包")
    assert silky("apps", "show", "腾讯元宝").out.startswith("yuanbao:")
    near = silky("apps", "show", "Doubau")
    assert (near.code, "Did you mean doubao?" in near.err) == (3, True)


def test_a_complaint_that_cannot_be_measured_is_marked_in_the_list(silky, juggled):
    assert silky("complaints").out.splitlines()[-1].startswith("* can't be driven by this version yet")


def test_complaints_are_listed_in_both_languages(silky):
    english, chinese = silky("complaints"), silky("complaints", "--lang", "zh")
    assert silky("complaints", "list", "--lang", "zh").out == chinese.out
    rows = english.out.splitlines()
    assert rows[0].split() == ["id", "complaint", "metric", "margin"]
    assert rows[1].split("  ")[0] == "keyboard-popup-not-smooth"
    assert "键盘弹出不丝滑" in chinese.out
    entries = {one["id"]: one for one in json.loads(silky("complaints", "--json").out)}
    assert [name for name, one in entries.items() if one["available"]] == [
        "keyboard-popup-not-smooth", "keyboard-slow-to-come", "input-bar-jumps",
        "typing-lags", "sending-slow", "reply-stutters", "scrolling-stutters", "coming-back-slow",
    ]  # fmt: skip


SHOWN = """\
input-bar-jumps
  complaint   input bar jumps or lags behind the keyboard
  in words    The input bar jumps or lags behind when the keyboard comes up; in the other apps it moves along with the keyboard.
  scenario    keyboard-popup (can be measured)
  metric      content_jump_share
  margin      0.2
"""


def test_one_complaint_is_shown_with_what_it_can_and_cannot_show(silky):
    done = silky("complaints", "show", "input-bar-jumps")
    assert done.out.startswith(SHOWN)
    assert "  can't show  How many pixels" in done.out
    chinese = silky("complaints", "show", "input-bar-jumps", "--lang", "zh").out
    assert "能说明" in chinese
    wrong = silky("complaints", "show", "input-bar-jump")
    assert (wrong.code, "Did you mean input-bar-jumps?" in wrong.err) == (3, True)
