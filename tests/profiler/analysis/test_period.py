"""docs/metrics.md section 3: the panel's period at a moment, and the bracket rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.analysis.period import Periods, display_presents, low_percentile
from tests.profiler.analysis.synthetic import Recording, ns
from traces.tables import JankType, PresentType


def periods(
    rec: Recording, active: float | None = 120.0, modes: tuple[float, ...] = (60.0, 120.0)
) -> Periods:
    return Periods(display_presents(rec.trace().display), modes, active)


def hz(found: Periods, at: float) -> float:
    return 1e9 / found.one(ns(at))


@pytest.mark.parametrize("rate", [60.0, 72.0, 90.0, 120.0, 144.0])
def test_an_even_panel_has_the_period_of_its_mode(rate: float) -> None:
    rec = Recording(hz=rate)
    rec.panel(0, 400)
    assert hz(periods(rec, active=60.0, modes=(60.0, 72.0, 90.0, 120.0, 144.0)), 200) == pytest.approx(rate)


def test_without_dumpsys_display_the_usual_rates_serve() -> None:
    rec = Recording(hz=90.0)
    rec.panel(0, 400)
    assert hz(periods(rec, active=None, modes=()), 200) == pytest.approx(90.0)


def test_fewer_than_three_gaps_mean_the_active_mode() -> None:
    rec = Recording()
    for p in (190, 206, 222):
        rec.shown_at(p)
    assert hz(periods(rec, active=120.0), 200) == pytest.approx(120.0)


def test_three_gaps_are_enough() -> None:
    rec = Recording()
    for p in (190, 206.7, 223.3, 240):
        rec.shown_at(p)
    assert hz(periods(rec, active=120.0), 200) == pytest.approx(60.0)


def test_a_panel_at_60_hz_whose_active_mode_says_120_is_at_60() -> None:
    rec = Recording(hz=60.0)
    rec.panel(0, 2000)
    assert hz(periods(rec, active=120.0), 1000) == pytest.approx(60.0)


def test_a_change_of_mode_from_60_to_120_is_seen_on_its_own_side_each() -> None:
    rec = Recording()
    rec.panel(0, 1000, 1000 / 60)
    rec.panel(1000, 2000, 1000 / 120)
    found = periods(rec)
    assert hz(found, 850) == pytest.approx(60.0)
    assert hz(found, 1150) == pytest.approx(120.0)


def test_bracket_rule_a_half_rate_stretch_on_a_fast_panel_is_made_of_misses() -> None:
    rec = Recording()
    rec.panel(0, 400, 1000 / 120)
    rec.panel(400, 800, 1000 / 60)
    rec.panel(800, 1200, 1000 / 120)
    assert hz(periods(rec), 600) == pytest.approx(120.0)


def test_steady_rule_a_rate_told_before_and_after_is_the_slowest_that_can_be() -> None:
    rec = Recording()
    rec.panel(0, 2000, 1000 / 60)
    presents = display_presents(rec.trace().display)
    half_rate = Periods(presents, (60.0, 120.0), 120.0, steady_hz=120.0)
    assert hz(half_rate, 1000) == pytest.approx(120.0)


def test_steady_rule_an_idle_reading_does_not_slow_a_panel_that_was_faster() -> None:
    rec = Recording()
    rec.panel(0, 2000, 1000 / 120)
    sped_up = Periods(display_presents(rec.trace().display), (60.0, 120.0), 60.0, steady_hz=60.0)
    assert hz(sped_up, 1000) == pytest.approx(120.0)


def test_bracket_rule_needs_fast_gaps_on_both_sides_within_500_ms() -> None:
    rec = Recording()
    rec.panel(0, 400, 1000 / 120)
    rec.panel(400, 1300, 1000 / 60)
    assert hz(periods(rec), 600) == pytest.approx(60.0), "nothing fast behind"
    rec.panel(1300, 1500, 1000 / 120)
    assert hz(periods(rec), 600) == pytest.approx(60.0), "fast again only after 700 ms"
    assert hz(periods(rec), 850) == pytest.approx(120.0)


def test_bracket_rule_takes_a_gap_for_the_mode_that_it_is_nearest_to() -> None:
    """A 120 Hz panel with a present 0.4 ms off on each side is no 144 Hz panel."""
    rec = Recording()
    rec.panel(0, 95, 1000 / 120)
    rec.shown_at(107.9 - 8.333 + 0.3)
    rec.panel(108, 400, 1000 / 120)
    assert hz(periods(rec, modes=()), 60) == pytest.approx(120.0)
    assert hz(periods(rec, modes=()), 104) == pytest.approx(120.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"present_type": PresentType.DROPPED},
        {"display_token": 0},
        {"present_ns": ns(100) - 1, "start_ns": ns(100)},
        {"jank_type": JankType.DISPLAY_HAL | JankType.UNKNOWN},
    ],
    ids=["dropped", "token 0", "never ended", "bad fence"],
)
def test_display_frames_without_a_time_on_screen_take_no_part(changes: dict[str, int]) -> None:
    rec = Recording()
    rec.shown_at(50)
    rec.shown_at(100, **changes)
    assert display_presents(rec.trace().display).tolist() == [ns(50)]


@given(st.lists(st.floats(1, 1e9), min_size=1, max_size=40))
def test_the_percentile_is_numpys(gaps: list[float]) -> None:
    assert low_percentile(np.array(gaps)) == pytest.approx(float(np.percentile(gaps, 20)))
