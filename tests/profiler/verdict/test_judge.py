"""docs/metrics.md section 7: the four outcomes, and when the evidence is void."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from profiler.verdict.complaints import complaint, list_complaints
from profiler.verdict.judge import decide, judge
from tests.profiler.analysis.test_scored import one_round, popup
from tests.profiler.manifests import app, run
from traces.capture import ComplaintPlan
from traces.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, Verdict

BAD = [25.0, 30.0, 22.0, 28.0, 27.0, 24.0]
GOOD = [0.0] * 6
SHAKY = [0.0, 40.0, 2.0, 38.0, 0.0, 42.0]


def verdict(accused: AppResult, *others: AppResult, references: tuple[AppResult, ...] = ()) -> Verdict:
    plan = ComplaintPlan(
        "keyboard-popup-not-smooth", accused.app, tuple(o.app for o in others), "hitch_ms", 8.3
    )
    return judge(run(accused, *others, *references), plan, popups_per_round=5)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["worse"], "reproduced"),
        (["worse", "worse", "worse"], "reproduced"),
        (["not worse"], "not reproduced"),
        (["not worse", "not worse"], "not reproduced"),
        (["worse", "not worse"], "partly"),
        (["worse", "open"], "cannot tell"),
        (["not worse", "open"], "cannot tell"),
        (["worse", "not worse", "open"], "cannot tell"),
        (["open"], "cannot tell"),
        ([], "cannot tell"),
    ],
)
def test_the_verdict_over_all_competitors(outcomes: list[str], expected: str) -> None:
    assert decide(outcomes) == expected


@pytest.mark.parametrize(
    ("accused", "others", "expected"),
    [
        (BAD, [GOOD, GOOD], "reproduced"),
        (GOOD, [GOOD, BAD], "not reproduced"),
        (BAD, [GOOD, BAD], "partly"),
        (BAD, [GOOD, SHAKY], "cannot tell"),
        (BAD, [GOOD, [x + 20 for x in BAD]], "partly"),
        (SHAKY, [GOOD], "cannot tell"),
    ],
)
def test_four_outcomes(accused: list[float], others: list[list[float]], expected: str) -> None:
    found = verdict(app("a", accused), *(app(f"b{i}", other) for i, other in enumerate(others)))
    assert found.outcome == expected
    assert len(found.primary) == len(others)


def test_an_open_one_tells_against_whom_and_how_many_rounds_more() -> None:
    found = verdict(app("a", SHAKY), app("b", GOOD), app("c", [90.0] * 6))
    (reason,) = found.reasons
    assert "with B is open" in reason
    assert "further round" in reason
    assert reason in found.sentence_en


@pytest.mark.parametrize(
    ("void", "valid", "told"), [(1, 4, True), (1, 3, False), (2, 8, True), (3, 11, False), (0, 4, True)]
)
def test_more_than_20_percent_void_cannot_be_told(void: int, valid: int, told: bool) -> None:
    accused = app("a", BAD[:valid] + [25.0] * (valid - len(BAD[:valid])), void=void)
    other = app("b", [0.0] * valid, void=void)
    found = verdict(accused, other)
    assert (found.outcome == "reproduced") == told
    assert any("void" in reason for reason in found.reasons) != told


@pytest.mark.parametrize(("void", "told"), [(0, True), (1, True), (2, False)])
def test_void_rates_may_differ_by_15_points(void: int, told: bool) -> None:
    """2 of 12 are 17 %, still under the 20 %; 1 of 11 is 9 %."""
    found = verdict(app("a", [25.0, 27.0] * 5, void=void), app("b", [0.0] * 10))
    assert (found.outcome == "reproduced") == told
    assert any("15 points" in reason for reason in found.reasons) != told


@pytest.mark.parametrize(("rounds", "told"), [(2, False), (3, True)])
def test_at_least_three_valid_rounds(rounds: int, told: bool) -> None:
    found = verdict(app("a", [25.0, 25.5, 25.2][:rounds]), app("b", [0.0] * 3))
    assert (found.outcome == "reproduced") == told


def test_valid_rounds_without_a_value_are_not_enough() -> None:
    found = verdict(app("a", [25.0, 25.5], valid=6), app("b", GOOD))
    assert found.outcome == "cannot tell"
    assert found.reasons[0] == "A: only 2 of 6 valid rounds have a value of hitch_ms"


def test_why_rounds_have_no_value_is_said_in_both_languages() -> None:
    """The commonest reason of the app's valid rounds; the other app's is not asked."""
    apps = app("a", [], valid=6), app("b", GOOD)
    why = {"app_hitch_ms": "no three frames in a rhythm"}
    untold = replace(popup({"app_hitch_ms": None}), reasons=why)
    other = replace(popup({"app_hitch_ms": None}), reasons={"app_hitch_ms": "input time unknown"})
    rounds = (
        *(one_round(untold, app="a") for _ in range(5)),
        one_round(other, app="a"),
        *(one_round(other, app="b") for _ in range(6)),
    )
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "app_hitch_ms", 8.3)
    found = judge(replace(run(*apps), rounds=rounds), plan, popups_per_round=5)
    assert (
        "A: only 0 of 6 valid rounds have a value of app_hitch_ms (no three frames in a rhythm)"
        in found.sentence_en
    )
    assert "6 轮有效数据中只有 0 轮测得 app_hitch_ms（没有连续三帧构成节奏）" in found.sentence_zh


def test_the_reference_is_compared_and_is_no_competitor() -> None:
    field = app("field", BAD, reference=True)
    found = verdict(app("a", BAD), app("b", GOOD), references=(field,))
    assert found.outcome == "reproduced"
    assert [c.competitor for c in found.primary] == ["b"]
    assert [c.competitor for c in found.secondary if c.metric == "hitch_ms"] == ["field"]
    assert "The reference on the same phone (Field) has 26.0 ms" in found.sentence_en
    assert "同一手机上的参照（Field）为 26.0 毫秒" in found.sentence_zh


def test_a_void_reference_voids_nothing() -> None:
    field = app("field", [], void=6, reference=True)
    assert verdict(app("a", BAD), app("b", GOOD), references=(field,)).outcome == "reproduced"


def test_times_stand_beside_and_decide_nothing() -> None:
    slow = {"settled_ms": [900.0] * 6, "first_motion_ms": [600.0] * 6, "response_ms": [500.0] * 6}
    fast = {"settled_ms": [300.0] * 6, "first_motion_ms": [50.0] * 6, "response_ms": [20.0] * 6}
    found = verdict(app("a", GOOD, **slow), app("b", GOOD, **fast))
    assert found.outcome == "not reproduced"
    assert {c.metric: c.outcome for c in found.secondary} == dict.fromkeys(slow, "worse")
    assert all(c.margin == pytest.approx(1000 / 120) for c in found.secondary)


class TestSentences:
    """By how much, against whom, in both languages."""

    def test_reproduced(self) -> None:
        found = verdict(app("heavy", BAD), app("smooth", GOOD), app("jumpy", [1.7] * 6))
        assert found.sentence_en == (
            "Reproduced: Heavy is worse than Smooth and Jumpy. Its standstill in each keyboard slide: "
            "26.0 ms, against Smooth 0.0 ms, Jumpy 1.7 ms; at least 21.3 ms more than each of them "
            "(95 % sure; 8.3 ms would matter)."
        )
        assert found.sentence_zh == (
            "已复现：Heavy 不如Smooth和Jumpy。Heavy 的键盘每次滑出的卡顿为 26.0 毫秒，而Smooth 0.0 毫秒，"
            "Jumpy 1.7 毫秒；至少多出 21.3 毫秒（95% 把握，超过 8.3 毫秒即有意义）。"
        )

    def test_not_reproduced(self) -> None:
        found = verdict(app("heavy", GOOD), app("smooth", GOOD))
        assert found.sentence_en.startswith("Not reproduced: Heavy is not worse than Smooth.")
        assert "at most 0.7 ms more" in found.sentence_en
        assert found.sentence_zh.startswith("未复现：Heavy 并不比Smooth差。")

    def test_partly_lists_who_is_better_and_who_is_not(self) -> None:
        found = verdict(app("heavy", BAD), app("smooth", GOOD), app("heavier", [x + 30 for x in BAD]))
        assert "worse than Smooth (Smooth 0.0 ms;" in found.sentence_en
        assert "not worse than Heavier (Heavier 56.0 ms)" in found.sentence_en
        assert "不如Smooth" in found.sentence_zh
        assert "并不比Heavier差" in found.sentence_zh

    def test_cannot_tell_gives_the_reason(self) -> None:
        found = verdict(app("heavy", BAD, void=4), app("smooth", GOOD))
        assert "Heavy: 4 of 10 rounds are void (more than 20 %)" in found.sentence_en
        assert "Heavy：10 轮中有 4 轮作废" in found.sentence_zh


class TestObservations:
    """Plain findings beside the verdict."""

    def found(self, *apps: AppResult, references: tuple[AppResult, ...] = ()) -> list[str]:
        return [en for en, _ in verdict(*apps, references=references).observations]

    def test_a_jump_at_the_start_while_competitors_follow(self) -> None:
        jumpy = app("a", GOOD, modes={"content_motion": {"at-start": 28, "unknown": 2}})
        smooth = app("b", GOOD, modes={"content_motion": {"per-frame": 30}})
        (text,) = self.found(jumpy, smooth)
        assert "A's content jumps once, at the start of the slide" in text
        assert "the content of B moves with the keyboard frame by frame" in text

    def test_a_jump_in_fewer_than_half_of_the_pop_ups_is_none(self) -> None:
        mixed = app("a", GOOD, modes={"content_motion": {"at-start": 15, "per-frame": 15}})
        assert self.found(mixed, app("b", GOOD)) == []

    def test_an_app_that_draws_while_idle(self) -> None:
        (text,) = self.found(app("a", GOOD, idle_fps=[60.0] * 6), app("b", GOOD, idle_fps=[2.0] * 6))
        assert text.startswith("A draws 60 frames a second while nothing happens")

    def test_a_phone_whose_text_field_hitches_too(self) -> None:
        (text,) = self.found(app("a", BAD), app("b", GOOD), references=(app("field", BAD, reference=True),))
        assert "Even the plain text field (Field) hitches by 26.0 ms" in text

    def test_another_driver_than_the_competitors(self) -> None:
        mine = app("a", GOOD, modes={"driver_mode": {"sync": 30}})
        (text,) = self.found(mine, app("b", GOOD, modes={"driver_mode": {"async": 30}}))
        assert "In A the app's main thread moves the keyboard" in text

    def test_a_late_keyboard_is_named(self) -> None:
        late = {"late_frames.keyboard": [2.0] * 6}
        (text,) = self.found(app("a", GOOD, **late), app("b", GOOD))
        assert "The keyboard app itself drew late frames while it popped up over A" in text

    def test_nothing_to_say_is_nothing(self) -> None:
        assert self.found(app("a", BAD), app("b", GOOD)) == []

    def test_each_in_both_languages(self) -> None:
        loud = app(
            "a",
            GOOD,
            idle_fps=[60.0] * 6,
            modes={"content_motion": {"after-slide": 30}, "driver_mode": {"async": 30}},
            **{"late_frames.keyboard": [2.0] * 6},
        )
        other = app("b", GOOD, modes={"driver_mode": {"sync": 30}, "content_motion": {"per-frame": 30}})
        found = verdict(loud, other, references=(app("field", BAD, reference=True),)).observations
        assert len(found) == 5
        for en, zh in found:
            assert en.endswith(".")
            assert zh.endswith("。")
            assert any("\u4e00" <= c <= "\u9fff" for c in zh)


class TestPlans:
    def plan(self, accused: str = "a", against: tuple[str, ...] = ("b",), name: str = "") -> ComplaintPlan:
        return ComplaintPlan(name or "keyboard-popup-not-smooth", accused, against, "hitch_ms", 8.3)

    @pytest.mark.parametrize(
        "plan",
        [
            {"accused": "nobody"},
            {"against": ("nobody",)},
            {"against": ()},
            {"against": ("a",)},
            {"name": "no-such-complaint"},
        ],
    )
    def test_a_plan_that_does_not_fit_the_run_is_a_usage_error(self, plan: dict) -> None:
        with pytest.raises(UsageError) as caught:
            judge(run(app("a", BAD), app("b", GOOD)), self.plan(**plan), popups_per_round=5)
        assert caught.value.next_step

    def test_a_competitor_named_twice_is_one(self) -> None:
        found = judge(run(app("a", BAD), app("b", GOOD)), self.plan(against=("b", "b")), popups_per_round=5)
        assert len(found.primary) == 1

    def test_the_plans_margin_decides(self) -> None:
        strict = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 40.0)
        found = judge(run(app("a", BAD), app("b", GOOD)), strict, popups_per_round=5)
        assert found.outcome == "not reproduced"

    def test_every_complaint_of_the_catalogue_is_found_by_its_id(self) -> None:
        for name in list_complaints():
            assert complaint(name).id == name


def test_without_the_panels_rate_nothing_is_judged() -> None:
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3)
    measured = replace(run(app("a", BAD), app("b", GOOD)), period_ms=None)
    with pytest.raises(EvidenceError, match="at which rate the panel ran"):
        judge(measured, plan, popups_per_round=5)


def test_rounds_that_lost_the_primary_metric_acquit_nobody() -> None:
    lossy = replace(app("a", GOOD[:3]), rounds_valid=10)
    found = verdict(lossy, app("b", GOOD))
    assert found.outcome == "cannot tell"
    assert any("only 3 of 10 valid rounds have a value of hitch_ms" in reason for reason in found.reasons)


def test_rounds_without_a_value_count_in_the_rule_of_15_points() -> None:
    lossy = app("a", [25.0, 27.0] * 4, valid=10)
    assert verdict(lossy, app("b", [0.0] * 10)).outcome == "cannot tell"
    assert verdict(app("a", [25.0, 27.0, 26.0] * 3, valid=10), app("b", [0.0] * 10)).outcome == "reproduced"


def test_who_lost_rounds_is_told_in_one_sentence() -> None:
    whole = [app(name, GOOD) for name in "bc"]
    found = verdict(app("a", BAD), *whole, app("d", GOOD[:4], valid=6), app("e", [], valid=6))
    told = [reason for reason in found.reasons if "15 points" in reason]
    assert told == [
        (
            "the parts of the rounds that are void or without a value differ by more than 15 points: "
            "A 0%, B 0%, C 0%, D 33%, E 100%"
        )
    ]
