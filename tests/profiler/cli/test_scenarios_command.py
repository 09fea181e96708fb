"""`silky scenarios`: what there is, one of them, and a file with mistakes."""

from __future__ import annotations

import json

import pytest

from tests.profiler.scenarios.test_own import HIDE


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setenv("SILKY_SCENARIOS", str(tmp_path))
    path = tmp_path / "mine.yaml"
    path.write_text(HIDE)
    return path


def test_those_of_silky_and_ones_own_are_listed(silky, mine):
    rows = {row["name"]: row for row in json.loads(silky("scenarios", "--json").out)}
    assert rows["reply-stream"]["measures"] == "stream"
    assert rows["reply-stream"]["sends"] == "yes"
    assert (rows["mine"]["measures"], rows["mine"]["file"]) == ("hide", str(mine))
    assert "Puts the keyboard away." in silky("scenarios", "list").out


def test_a_file_with_mistakes_hides_no_other(silky, mine):
    mine.write_text(HIDE.replace("key: back", "key: home"))
    rows = {row["name"]: row for row in json.loads(silky("scenarios", "list", "--json").out)}
    assert rows["mine"]["words"] == f"has mistakes: silky scenarios check {mine}"
    assert "typing" in rows


def test_one_is_shown_with_its_text(silky, mine):
    assert HIDE.rstrip() in silky("scenarios", "show", "mine").out
    assert json.loads(silky("scenarios", "show", str(mine), "--json").out)["yaml"] == HIDE
    assert "typing-lags" in silky("scenarios", "show", "typing").out
    assert silky("scenarios", "show", "nothing").code == 3


def test_check_tells_how_long_a_round_takes_and_what_would_run(silky, mine):
    done = silky("scenarios", "check", str(mine))
    assert (done.code, "mine is whole. It measures hide" in done.out) == (0, True)
    assert "silky_hide|1" in silky("scenarios", "check", str(mine), "--script").out
    mine.write_text(HIDE.replace("wait: 2", "wait: 0.1"))
    bad = silky("scenarios", "check", str(mine))
    assert (bad.code, f"{mine}:7: ends less than 1 s" in bad.err) == (3, True)
