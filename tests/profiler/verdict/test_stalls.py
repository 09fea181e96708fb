"""docs/metrics.md section 7: stalls in some of the rounds, which means are slow to show."""

from __future__ import annotations

import pytest

from profiler.verdict.compare import Scale, compare
from profiler.verdict.judge import judge
from profiler.verdict.stalls import accuses, further_rounds, stalled_rounds
from tests.profiler.manifests import app, run
from traces.capture import ComplaintPlan

AT_120 = Scale(1000 / 120, 5)
FOUR_OF_TWELVE = [50.0, 0, 0, 0] * 2 + [50.0, 0, 50.0, 0]
EVEN = [0.0] * 12


def test_four_stalled_rounds_of_twelve_against_none_are_no_chance() -> None:
    found = compare("hitch_ms", app("a", FOUR_OF_TWELVE), app("b", EVEN), scale=AT_120)
    assert found.lower is not None
    assert found.lower < found.margin
    assert found.stalls is not None
    assert found.stalls.counts == (4, 0)
    assert found.stalls.limits == pytest.approx((33.2, 24.9))
    assert found.stalls.p_value == pytest.approx(0.0225, abs=1e-4)
    assert (found.outcome, found.further_rounds) == ("worse", None)
    assert "Boschloo" in found.method
    assert "97.5 % below" in found.method


def test_three_may_be_chance_and_the_further_rounds_are_told() -> None:
    three = [50.0, 0, 0, 0] * 3
    found = compare("hitch_ms", app("a", three), app("b", EVEN), scale=AT_120)
    assert found.outcome == "open"
    assert found.further_rounds is not None
    assert 1 <= found.further_rounds <= 8


def test_one_look_has_a_quarter_of_the_error() -> None:
    looked = compare("hitch_ms", app("a", FOUR_OF_TWELVE), app("b", EVEN), scale=AT_120, alpha=0.0125)
    assert looked.outcome == "open"
    six = [50.0, 0] * 6
    assert compare("hitch_ms", app("a", six), app("b", EVEN), scale=AT_120, alpha=0.0125).outcome == "worse"


def test_the_same_stalls_in_both_accuse_nobody() -> None:
    found = compare("hitch_ms", app("a", FOUR_OF_TWELVE), app("b", FOUR_OF_TWELVE), scale=AT_120)
    assert found.outcome == "open"
    assert found.stalls is not None
    assert found.stalls.p_value > 0.5


def test_rounds_that_are_all_worse_by_the_margin_and_no_more_do_not_stall_more() -> None:
    # all of A's rounds lie above 33.2 ms and none of B's: but B's lie above 24.9 ms, the margin less
    found = stalled_rounds([33.25] * 12, [24.95] * 12, 8.3)
    assert found.counts == (12, 12)
    assert not accuses(found, 8.3, 8.3, 0.05)


def test_stalls_too_rare_to_matter_on_average_accuse_nobody() -> None:
    a, b = [50.0] * 6 + [0.0] * 54, [0.0] * 60  # 5 ms on average
    found = compare("hitch_ms", app("a", a), app("b", b), scale=AT_120)
    assert found.stalls is not None
    assert found.stalls.p_value < 0.025
    assert found.outcome != "worse"


def test_times_and_shares_have_no_stalls() -> None:
    a, b = app("a", [0.0] * 3, settled_ms=[300.0] * 3), app("b", [0.0] * 3, settled_ms=[300.0] * 3)
    assert compare("settled_ms", a, b, scale=AT_120).stalls is None


def test_shares_that_are_not_larger_are_never_settled() -> None:
    assert further_rounds(stalled_rounds(EVEN, FOUR_OF_TWELVE, 8.3), (12, 12), 0.05) is None


def test_the_verdict_says_by_what_it_knows() -> None:
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b", "c"), "hitch_ms", 8.3)
    measured = run(app("a", FOUR_OF_TWELVE), app("b", EVEN), app("c", EVEN))
    told = judge(measured, plan, popups_per_round=5)
    assert told.outcome == "reproduced"
    said = "4 of its 12 rounds lie above 33.2 ms, and at most 0 of 12 of any other above 24.9 ms"
    assert said in told.sentence_en
    assert "它的 12 轮中有 4 轮超过 33.2 毫秒" in told.sentence_zh


def test_not_worse_by_stalls_than_one_that_stalls_too_is_no_reproduction() -> None:
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b", "c"), "hitch_ms", 8.3)
    measured = run(app("a", FOUR_OF_TWELVE), app("b", EVEN), app("c", [50.0] + [0.0] * 11))
    assert judge(measured, plan, popups_per_round=5).outcome == "cannot tell"
