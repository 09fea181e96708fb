"""`silky check`: exit codes, files, and what is refused."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

BUDGET = "version: 1\nbudgets:\n  - app: {app}\n    metrics:\n      hitch_ms: {{max: {most}}}\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def recorded(silky, phone, kept, tmp_path):
    """Two runs, `here` and `before`; measured once, then copied."""
    for name in ("here", "before"):
        if not (kept / name).exists():
            args = ("run", "--app", "a", "b", "--rounds", "6", "--popups", "2", "--no-reference")
            assert silky(*args, "--out", kept / name).code == 0
        shutil.copytree(kept / name, tmp_path / name)


@pytest.fixture
def budget(tmp_path):
    def write(app: str, most: float) -> str:
        (tmp_path / "b.yaml").write_text(BUDGET.format(app=app, most=most))
        return "b.yaml"

    return write


@pytest.mark.parametrize(
    ("app", "most", "code", "said"),
    [
        ("b", 8.3, 0, "The gate passed: 1 pass."),
        ("a", 25.3, 0, "The gate passed with warnings: 1 warn."),
        ("'*'", 16.7, 1, "The gate failed: 1 fail, 1 pass."),
        ("x", 16.7, 2, "The gate is incomplete: 1 incomplete."),
    ],
)
def test_exit_codes(silky, recorded, budget, app, most, code, said):
    done = silky("check", "here", "--budget", budget(app, most))
    assert (done.code, said in done.out) == (code, True), done.out
    document = json.loads(silky("check", "here", "--budget", "b.yaml", "--json").out)
    assert (document["schema"], document["exit_code"]) == ("silky-gate", code)


TABLE = """\
门禁未通过：1 未通过，1 通过。
"""


def test_the_gate_speaks_chinese(silky, recorded, budget):
    done = silky("check", "here", "--budget", budget("'*'", 16.7), "--lang", "zh")
    assert done.out.startswith(TABLE)
    assert "✗ 未通过" in done.out


def test_a_run_is_held_against_a_baseline(silky, recorded):
    done = silky("check", "here", "--baseline", "before")
    assert (done.code, "The gate passed: 4 pass." in done.out) == (0, True), done.out
    assert "settled" in done.out
    only = json.loads(silky("check", "here", "--baseline", "before", "--metric", "hitch_ms", "--json").out)
    assert {check["metric"] for check in only["checks"]} == {"hitch_ms"}


def test_a_baseline_under_other_conditions_is_refused_with_the_keys(silky, recorded, phone):
    phone.facts_now = replace(phone.facts_now, model="Other", active_hz=60.0)
    assert (
        silky("run", "--app", "a", "--rounds", "1", "--popups", "1", "--no-reference", "--out", "other").code
        == 0
    )
    done = silky("check", "here", "--baseline", "other")
    assert done.code == 3
    assert "Keys: model, refresh_rate, popups_per_round." in done.err
    told = silky("check", "here", "--baseline", "other", "--lang", "zh")
    assert told.code == 3
    assert "不能作为 here 的基线：以下条件不同：手机型号（基线 " in told.err
    assert "键：model, refresh_rate, popups_per_round。" in told.err
    assert "请在与本次运行相同的条件下重新测量基线" in told.err
    assert "the refresh rate (60 Hz then, 120 Hz now)" in done.err


def test_reports_for_ci_are_written(silky, recorded, budget, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    args = (
        "check",
        "here",
        "--budget",
        budget("'*'", 16.7),
        "--junit",
        "j.xml",
        "--markdown",
        "m.md",
        "--github",
    )
    done = silky(*args)
    assert done.code == 1
    assert ET.parse(tmp_path / "j.xml").getroot().get("failures") == "1"
    markdown = (tmp_path / "m.md").read_text()
    assert (tmp_path / "summary.md").read_text() == "before\n" + markdown
    assert "::error title=silky%3A fail::A, standstill" in done.err
    assert "::" not in done.out


def test_the_example_is_written_once(silky, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert silky("check", "--init").code == 0
    assert (tmp_path / "silky-budget.yaml").read_text().startswith("# A silky budget")
    again = silky("check", "--init")
    assert (again.code, "exists already and was left as it is" in again.err) == (3, True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check",), "No bundle is named"),
        (("check", "here"), "nothing to hold the run against"),
        (("check", "here", "--baseline", "here"), "are the same run"),
        (("check", "here", "--budget", "none.yaml"), "none.yaml can't be read"),
        (("check", "here", "--budget", "typing.yaml"), "the budget is for typing"),
        (
            ("check", "here", "--budget", "typo.yaml"),
            "typo.yaml:5: there is no metric hitchms; did you mean hitch_ms",
        ),
        (
            ("check", "here", "--budget", "typo.yaml", "--metric", "x"),
            "--metric does nothing without --baseline",
        ),
        (("check", "here", "--baseline", "before", "--metric", "hitsch_ms"), "Did you mean hitch_ms"),
        (("check", "here", "--init"), "--init takes no bundle"),
    ],
)
def test_what_is_refused(silky, recorded, budget, tmp_path, args, said):
    budget("a", 1.0)
    text = (tmp_path / "b.yaml").read_text()
    (tmp_path / "typo.yaml").write_text(text.replace("hitch_ms", "hitchms"))
    (tmp_path / "typing.yaml").write_text(text.replace("app: a", "app: a\n    scenario: typing"))
    done = silky(*args)
    assert (done.code, said in done.err) == (3, True), done.err
