"""`silky run --resume BUNDLE` beside other options."""

from __future__ import annotations

import pytest

from traces.bundle import Bundle
from traces.errors import PhoneError

RUN = ("run", "--app", "a", "b", "--rounds", "3", "--popups", "2")


@pytest.fixture
def cut(silky, phone):
    """A run that was cut off in its second round, and can go on."""
    phone.script = {6: PhoneError("Fake went away.", next_step="Plug it in.")}
    assert silky(*RUN, "--out", "here").code == 4
    phone.unplugged = False


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rounds", "8"), "--rounds is 8, but the run in here was planned with 3."),
        (("--popups", "5"), "--popups is 5, but the run in here was planned with 2."),
        (("--app", "c"), "--app is c, but the run in here was planned with a, b."),
        (("--app", "a"), "--app is a, but the run in here was planned with a, b."),
        (
            ("--scenario", "typing"),
            "--scenario is typing, but the run in here was planned with keyboard-popup.",
        ),
        (("--no-reference",), "--no-reference contradicts the plan of the run in here."),
        (("--refresh-hz", "60"), "--refresh-hz 60 contradicts the run in here, which was planned without."),
        (("--seed", "4"), "--seed 4 contradicts the run in here, which was planned without."),
        (("--tier", "full"), "--tier is full, but the run in here was planned with light."),
        (("--out", "there"), "--out is "),
    ],
)
def test_what_contradicts_the_plan_is_told_and_nothing_is_done(silky, phone, cut, tmp_path, options, said):
    kept, held = len(Bundle.open(tmp_path / "here").captures), dict(phone.set)
    done = silky("run", "--resume", "here", *options)
    assert done.code == 3
    assert said in done.err
    assert f"Leave {options[0]} out to go on as planned" in done.err
    assert len(Bundle.open(tmp_path / "here").captures) == kept
    assert phone.set == held


def test_the_same_plan_named_again_goes_on(silky, phone, cut, tmp_path):
    again = ("--app", "b", "a", "--rounds", "3", "--popups", "2", "--reference", "--tier", "light")
    done = silky("run", "--resume", "here", *again, "--scenario", "keyboard-popup", "--out", "here")
    assert done.code == 0, done.err
    assert Bundle.open(tmp_path / "here").manifest.finished
