"""docs/metrics.md section 7: only what was measured alike can be judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from profiler.verdict.conditions import unlike
from profiler.verdict.judge import judge
from tests.profiler.manifests import app, manifest, run
from traces.capture import ComplaintPlan, PhoneState, RoundCapture

TWO = manifest("a", "b")


def captured(name: str, *, number: int = 1, void: tuple[str, ...] = (), **state: object) -> RoundCapture:
    told = PhoneState(**state)
    return RoundCapture("f", name, "p", number, 1, None, None, (), told, told, void=void)


def test_equal_conditions_have_nothing_to_say():
    rounds = [captured(name, ime_id="k/.K", ime_height_px=800) for name in ("a", "b")]
    assert unlike(TWO, rounds, ("a", "b")) == ((), ())
    assert unlike(TWO, [], ("a", "b")) == ((), ())


@pytest.mark.parametrize(
    ("height", "differs"), [(800, False), (790, False), (784, False), (780, True), (900, True)]
)
def test_another_keyboard_height_allows_no_verdict(height: int, differs: bool):
    rounds = [captured("a", ime_height_px=800), captured("b", ime_height_px=height)]
    found = unlike(TWO, rounds, ("a", "b"))
    assert bool(found.void) == differs
    if differs:
        assert f"A 800 px, B {height} px" in found.void[0].en


def test_a_void_round_a_warm_up_and_an_app_that_is_not_judged_do_not_count():
    odd = {"ime_height_px": 500, "ime_id": "other/.K"}
    rounds = [
        captured("a", ime_height_px=800, ime_id="k/.K"),
        captured("b", ime_height_px=800, ime_id="k/.K"),
        captured("b", void=("crash",), **odd),
        captured("b", number=0, **odd),
        captured("c", **odd),
    ]
    assert unlike(manifest("a", "b", "c"), rounds, ("a", "b")).void == ()


def test_another_keyboard_allows_no_verdict():
    (words,) = unlike(TWO, [captured("a", ime_id="k/.K"), captured("b", ime_id="j/.J")], ("a", "b")).void
    assert words.en == "the apps were measured with different keyboards: A k/.K; B j/.J"
    assert "输入法不同" in words.zh


def test_apps_compiled_in_another_way_are_told_and_judged():
    apps = (TWO.apps[0], replace(TWO.apps[1], compile_filter="verify"))
    found = unlike(replace(TWO, apps=apps), [], ("a", "b"))
    assert found.void == ()
    assert "A speed-profile, B verify" in found.warnings[0].en


LOOKS = {
    "theme": ("light", "dark"),
    "font_scale": (1.0, 1.3),
    "rotation": (0, 1),
    "display_px": ((1080, 2400), (720, 1600)),
    "density_dpi": (420, 480),
}


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("theme", "the theme was not the same for the apps (A light, B dark)"),
        ("font_scale", "the font scale was not the same for the apps (A 1, B 1.3)"),
        ("rotation", "the orientation was not the same for the apps (A 0°, B 90°)"),
        ("display_px", "the display size was not the same for the apps (A 1080 x 2400 px, B 720 x 1600 px)"),
        ("density_dpi", "the display density was not the same for the apps (A 420 dpi, B 480 dpi)"),
    ],
)
def test_another_appearance_allows_no_verdict(trait: str, said: str):
    usual, other = LOOKS[trait]
    rounds = [captured("a", **{trait: usual}), captured("b", **{trait: other})]
    found = unlike(TWO, rounds, ("a", "b"))
    assert [words.en for words in found.void] == [said]
    assert found.warnings == ()


def test_an_appearance_that_changed_for_a_moment_is_told():
    rounds = [captured(app, theme="light", number=number) for app in ("a", "b") for number in (1, 2)]
    found = unlike(TWO, [*rounds, captured("b", theme="dark", number=3)], ("a", "b"))
    assert found.void == ()
    assert [words.en for words in found.warnings] == ["The theme changed during the run (dark, light)."]
    assert "主题有变化" in found.warnings[0].zh


def test_an_appearance_that_only_one_app_told_says_nothing():
    assert unlike(TWO, [captured("a", font_scale=1.0), captured("b")], ("a", "b")) == ((), ())


def test_unlike_conditions_make_it_cannot_tell():
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3)
    found = unlike(TWO, [captured("a", ime_id="k/.K"), captured("b", ime_id="j/.J")], ("a", "b"))
    measured = run(app("a", [25.0, 26.0] * 3), app("b", [0.0] * 6))
    assert judge(measured, plan, popups_per_round=5).outcome == "reproduced"
    told = judge(measured, plan, popups_per_round=5, unlike=found.void)
    assert told.outcome == "cannot tell"
    assert "different keyboards" in told.sentence_en


def tried(name: str, number: int, **facts):
    return replace(captured(name, number=number), **facts)


def test_the_keyboards_height_over_each_apps_own_field_counts_though_it_is_down_before_and_after_a_round():
    apart = [tried("a", n, keyboard_px=900) for n in (1, 2)] + [
        tried("b", n, keyboard_px=820) for n in (1, 2)
    ]
    (void,) = unlike(manifest("a", "b"), apart, ("a", "b")).void
    assert "A 900 px, B 820 px" in void.en
    near = [tried("a", n, keyboard_px=900) for n in (1, 2)] + [tried("b", n, keyboard_px=885) for n in (1, 2)]
    assert unlike(manifest("a", "b"), near, ("a", "b")).void == ()


def test_fields_of_different_types_are_told_and_decide_nothing():
    seen = [tried("a", 1, input_type=0x2C001), tried("b", 1, input_type=0x1)]
    found = unlike(manifest("a", "b"), seen, ("a", "b"))
    assert found.void == ()
    assert any("A 0x2c001, B 0x1" in one.en and "0x2c001" in one.zh for one in found.warnings)
    assert unlike(manifest("a", "b"), [tried("a", 1, input_type=1), tried("b", 1)], ("a", "b")).warnings == ()


@pytest.mark.parametrize(
    ("rows", "told"), [((2, 12), True), ((6, 12), True), ((9, 12), False), ((1, 4), False)]
)
def test_chats_that_are_not_equally_full_are_told(rows, told):
    seen = [tried("a", 1, chat_rows=rows[0]), tried("b", 1, chat_rows=rows[1])]
    assert (
        any("not equally full" in one.en for one in unlike(manifest("a", "b"), seen, ("a", "b")).warnings)
        == told
    )
