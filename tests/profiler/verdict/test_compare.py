"""docs/metrics.md section 7: one app against another in one metric."""

from __future__ import annotations

import pytest

from profiler.verdict.compare import Scale, compare, compares_means, default_margin, unit, variance_step
from tests.profiler.manifests import app

AT_120 = Scale(1000 / 120, 5)
AT_60 = Scale(1000 / 60, 5)
WORKED = [25.0, 30.0, 22.0, 28.0, 27.0, 24.0]


def test_worked_example() -> None:
    found = compare("hitch_ms", app("a", WORKED), app("b", [0.0] * 6), scale=AT_120)
    assert (found.accused, found.competitor, found.unit, found.margin) == ("a", "b", "ms", 8.3)
    assert found.difference == pytest.approx(26.0)
    assert found.lower == pytest.approx(23.0, abs=0.05)
    assert found.upper == pytest.approx(28.4, abs=0.05)
    assert (found.outcome, found.further_rounds, found.rounds) == ("worse", None, (6, 6))
    assert "Welch" in found.method


def test_values_of_hitches_are_means_and_of_times_medians() -> None:
    a = app("a", [0.0, 0.0, 9.0], settled_ms=[300.0, 310.0, 500.0])
    b = app("b", [0.0, 0.0, 0.0], settled_ms=[300.0, 300.0, 300.0])
    assert compare("hitch_ms", a, b, scale=AT_120).accused_value == pytest.approx(3.0)
    found = compare("settled_ms", a, b, scale=AT_120)
    assert (found.accused_value, found.competitor_value) == (310.0, 300.0)
    assert "Hodges-Lehmann" in found.method


@pytest.mark.parametrize(
    ("metric", "at_120", "at_60"),
    [
        ("hitch_ms", 8.3, 8.3),
        ("content_hitch_ms", 8.3, 8.3),
        ("missed_vsyncs", 8.3 * 0.12, 8.3 * 0.06),
        ("first_motion_ms", 1000 / 120, 1000 / 60),
        ("settled_ms", 1000 / 120, 1000 / 60),
        ("response_ms", 1000 / 120, 1000 / 60),
        ("late_frames.app", 1.0, 1.0),
        ("key.commit_ms", 1000 / 120, 1000 / 60),
        ("send.list_hitch_ms", 8.3, 8.3),
        ("hide.missed_vsyncs", 8.3 * 0.12, 8.3 * 0.06),
        ("scroll.hitch_ratio_ms_per_s", 10.0, 10.0),
        ("hitch_ratio", 0.01, 0.01),
        ("content_jump_share", 0.2, 0.2),
    ],
)
def test_margins(metric: str, at_120: float, at_60: float) -> None:
    assert default_margin(metric, AT_120) == pytest.approx(at_120)
    assert default_margin(metric, AT_60) == pytest.approx(at_60)


def test_a_step_is_one_missed_vsync_in_one_of_k_pop_ups() -> None:
    assert variance_step("hitch_ms", AT_60) == pytest.approx(1000 / 60 / 5)
    assert variance_step("missed_vsyncs", AT_60) == pytest.approx(1 / 5)
    assert variance_step("send.list_hitch_ms", AT_60) == pytest.approx(1000 / 60 / 5)


def test_a_step_of_a_ratio_is_that_vsync_by_the_time_in_motion() -> None:
    """At 60 Hz 16.7 ms: by a slide of 285 ms it is 58.5 ms/s, by a second of flinging 16.7 ms/s."""
    assert variance_step("hitch_ratio", AT_60) == pytest.approx(0.0585 / 5, rel=1e-3)
    assert variance_step("scroll.hitch_ratio_ms_per_s", AT_60) == pytest.approx(1000 / 60 / 5)


def test_a_step_of_a_share_is_one_more_of_k_pop_ups() -> None:
    assert variance_step("content_jump_share", AT_60) == pytest.approx(1 / 5)


@pytest.mark.parametrize(
    ("metric", "means", "unit_"),
    [
        ("hitch_ms", True, "ms"),
        ("missed_vsyncs", True, ""),
        ("content_missed_vsyncs", True, ""),
        ("late_frames.app", True, ""),
        ("first_motion_ms", False, "ms"),
        ("longest_gap_ms", False, "ms"),
        ("worst_overrun_ms.app", False, "ms"),
        ("idle_fps", True, "fps"),
        ("key.commit_ms", False, "ms"),
        ("key.commit_ms.p90", False, "ms"),
        ("key.rate_hz", True, "Hz"),
        ("stream.fps", True, "fps"),
        ("stream.hitch_ratio_ms_per_s", True, "ms/s"),
        ("hide.hitch_ms", True, "ms"),
        ("hitch_ms.least", True, "ms"),
        ("scroll.hitch_ratio_ms_per_s.keyboard_up", True, "ms/s"),
        ("content_jump_share", True, "share"),
        ("hitch_ratio", True, ""),
    ],
)
def test_what_counts_misses_is_compared_by_means(metric: str, means: bool, unit_: str) -> None:
    assert (compares_means(metric), unit(metric)) == (means, unit_)


@pytest.mark.parametrize(("a", "b"), [([], [1.0] * 4), ([1.0] * 4, []), ([], [])])
def test_without_values_it_is_open_and_says_nothing(a: list[float], b: list[float]) -> None:
    found = compare("hitch_ms", app("a", a), app("b", b), scale=AT_120)
    assert (found.outcome, found.difference, found.lower, found.further_rounds) == ("open", None, None, None)
    assert found.rounds == (len(a), len(b))


def test_a_metric_that_nobody_has_is_open() -> None:
    assert compare("response_ms", app("a", [1.0] * 5), app("b", [1.0] * 5), scale=AT_120).outcome == "open"


def test_an_open_one_says_how_many_rounds_more() -> None:
    found = compare("hitch_ms", app("a", [0.0, 40.0, 10.0, 30.0]), app("b", [0.0] * 4), scale=AT_120)
    assert found.outcome == "open"
    assert found.further_rounds is not None
    assert found.further_rounds > 0


def test_better_is_not_worse() -> None:
    assert compare("hitch_ms", app("a", [0.0] * 6), app("b", WORKED), scale=AT_120).outcome == "not worse"


def test_the_difference_must_exceed_the_margin_and_not_only_zero() -> None:
    five_more = compare("hitch_ms", app("a", [5.0, 5.1, 4.9] * 2), app("b", [0.0] * 6), scale=AT_120)
    assert five_more.lower is not None
    assert five_more.lower > 0
    assert five_more.outcome == "not worse"
