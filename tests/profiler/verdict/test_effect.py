"""docs/metrics.md section 7: effect sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.verdict.compare import Scale, compare
from profiler.verdict.effect import cliffs_delta, effect
from tests.profiler.manifests import app

T = 1000 / 120


def test_cliffs_delta_counts_pairs():
    assert cliffs_delta([1, 2, 3], [0, 0]) == 1.0
    assert cliffs_delta([0, 0], [1, 2]) == -1.0
    assert cliffs_delta([1, 1], [1, 1]) == 0.0
    assert cliffs_delta([0, 2], [1, 1, 1, 2]) == pytest.approx((3 - 4) / 8)


@given(st.lists(st.floats(0, 99), min_size=1, max_size=9), st.lists(st.floats(0, 99), min_size=1, max_size=9))
def test_it_changes_sign_with_the_sides(a, b):
    assert cliffs_delta(a, b) == pytest.approx(-cliffs_delta(b, a))
    assert -1 <= cliffs_delta(a, b) <= 1


def test_times_are_told_in_vsyncs():
    found = effect("hitch_ms", 2 * T, T, ([20.0], [2.0]), ([2 * T, 0.0], [0.0, 0.0]))
    assert found.vsyncs == pytest.approx(2.0)
    assert found.popups_worse == 0.5
    assert found.words.en == (
        "a large difference (Cliff's delta 1.00); 2.0 vsyncs more a pop-up; "
        "worse in 50% of the pairs of pop-ups laid side by side"
    )
    assert "每次弹出多 2.0 个刷新周期" in found.words.zh


def test_counts_of_vsyncs_are_vsyncs_and_rates_are_none():
    assert effect("missed_vsyncs", 1.5, T, ([2], [0])).vsyncs == 1.5
    assert effect("idle_fps", 30.0, T, ([30], [0])).vsyncs is None


@pytest.mark.parametrize(("b", "word"), [([1, 2, 3, 4], "negligible"), ([0, 0, 0, 0], "large")])
def test_a_word_for_the_size(b, word):
    assert word in effect("hitch_ms", 1.0, T, ([1, 2, 3, 4], b)).words.en


def test_a_comparison_carries_its_effect():
    found = compare("hitch_ms", app("a", [25.0] * 6), app("b", [0.0] * 6), scale=Scale(T, 5))
    assert found.vsyncs == pytest.approx(3.0)
    assert found.cliffs_delta == 1.0
    assert found.words[0].startswith("a large difference")


@pytest.mark.parametrize(("rounds", "outcome", "further"), [(5, "open", 1), (6, "not worse", None)])
def test_fewer_than_six_rounds_acquit_nobody(rounds, outcome, further):
    found = compare("hitch_ms", app("a", [0.0] * rounds), app("b", [0.0] * rounds), scale=Scale(T, 5))
    assert (found.outcome, found.further_rounds) == (outcome, further)
