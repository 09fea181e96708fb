"""docs/metrics.md section 4: missed vsyncs, hitch time, longest gap, hitch ratio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.analysis.cadence import cadence
from tests.profiler.analysis.synthetic import (
    APP_PID,
    STEPS,
    SYSTEM_PID,
    Recording,
    T,
    approx_ms,
    example,
    step,
)
from traces.tables import JankType


def test_worked_example() -> None:
    found = example().popup().metrics
    assert found["first_motion_ms"] == approx_ms(48.333)
    assert found["settled_ms"] == approx_ms(315.0)
    assert found["missed_vsyncs"] == 2
    assert found["hitch_ms"] == approx_ms(16.667)
    assert found["longest_gap_ms"] == approx_ms(25.0)
    assert found["hitch_ratio"] == pytest.approx(0.0625, abs=1e-5)


def test_an_even_slide_has_no_hitch() -> None:
    found = example(skipped=()).popup().metrics
    assert (found["missed_vsyncs"], found["hitch_ms"], found["hitch_ratio"]) == (0, 0.0, 0.0)
    assert found["longest_gap_ms"] == approx_ms(T)


def test_the_gap_after_fraction_0_counts() -> None:
    assert example(skipped=(1,)).popup().metrics["missed_vsyncs"] == 1


def test_the_gap_before_the_last_frame_counts() -> None:
    found = example(skipped=(STEPS - 1,)).popup().metrics
    assert found["missed_vsyncs"] == 1
    assert found["settled_ms"] == approx_ms(315.0)


def test_half_a_period_late_rounds_up_and_a_hair_less_rounds_down() -> None:
    period = np.full(2, 1000.0)
    assert cadence(np.array([0, 1500]), period).missed_vsyncs == 1
    assert cadence(np.array([0, 1499]), period).missed_vsyncs == 0
    assert cadence(np.array([0, 2500]), period).missed_vsyncs == 2, "half up, not to even"


def test_frames_closer_than_a_period_are_no_negative_miss() -> None:
    assert cadence(np.array([0, 100, 2100]), np.full(3, 1000.0)).missed_vsyncs == 1


def test_each_gap_is_judged_by_the_period_of_its_moment() -> None:
    found = cadence(np.array([0, 1000, 3000, 5000]), np.array([1000.0, 1000.0, 2000.0, 1000.0]))
    assert found.missed.tolist() == [0, 0, 0, 1]
    assert found.hitch_ms == pytest.approx(1000 / 1e6)


def test_at_60_hz_a_gap_of_16_7_ms_is_no_miss_and_at_120_hz_it_is_one() -> None:
    for hz, missed in ((60.0, 0), (120.0, 1)):
        rec = Recording(hz=hz, steady_hz=hz)
        rec.surfaceflinger()
        rec.panel(0, 1020)
        rec.panel(1500, 3000)
        rec.mark(800, 1)
        rec.press(1000)
        rec.slide(1010, 1340)
        first = 1020 + 20 / 1.2
        for i in range(18):
            rec.leash(first + i * 1000 / 60)
        assert rec.popup().metrics["missed_vsyncs"] == missed * 17


def test_buffer_stuffing_with_even_gaps_is_latency_and_no_hitch() -> None:
    rec = example(skipped=())
    for row in rec.frames:
        row["jank_type"] = JankType.BUFFER_STUFFING
        row["actual_end_ns"] = row["expected_end_ns"] + 1_000_000
    assert rec.popup().metrics["hitch_ms"] == 0.0


def test_a_gap_counts_though_no_frame_is_late() -> None:
    """A late or re-synced doFrame has no late slice."""
    rec = example()
    assert all(row["actual_end_ns"] < row["expected_end_ns"] for row in rec.frames)
    assert rec.popup().metrics["hitch_ms"] == approx_ms(2 * T)


def test_another_drawers_presents_hide_no_miss() -> None:
    rec = example()
    for i in range(STEPS + 1):
        rec.keyboard_frame(step(i))
        rec.app_frame(step(i))
    assert rec.popup().metrics["missed_vsyncs"] == 2


def test_a_dropped_leash_row_was_not_shown() -> None:
    from traces.tables import PresentType

    rec = example()
    rec.leash(step(3), present_type=PresentType.DROPPED)
    assert rec.popup().metrics["missed_vsyncs"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"display_token": 0},
        {"jank_type": JankType.DISPLAY_HAL | JankType.UNKNOWN},
        {"actual_end_ns": 0},
    ],
    ids=["display token 0", "bad fence", "never ended"],
)
def test_rows_without_a_time_on_screen_fill_no_gap(changes: dict[str, int]) -> None:
    rec = example()
    rec.leash(step(3), **changes)
    assert rec.popup().metrics["missed_vsyncs"] == 2


@pytest.mark.parametrize(
    "changes",
    [{"present_ns": 0}, {"jank_type": JankType.DISPLAY_HAL | JankType.UNKNOWN}],
    ids=["never ended", "bad fence"],
)
def test_a_row_is_not_believed_where_its_display_frame_is_not(changes: dict[str, int]) -> None:
    rec = example()
    rec.leash(step(3))
    rec.display[-1] |= changes
    assert rec.popup().metrics["missed_vsyncs"] == 2


def test_several_rows_with_one_time_on_screen_are_one() -> None:
    rec = example()
    rec.leash(step(10))
    found = rec.popup()
    assert found.metrics["missed_vsyncs"] == 2
    assert sum(f.lane == "leash" for f in found.strip) == STEPS - 1


HALF = tuple(range(1, STEPS + 1, 2))


def half_rate(**known: float) -> Recording:
    """A slide with every other vsync missed; panel frames at 120 Hz before and after it."""
    rec = example(skipped=HALF, rec=Recording(**known))
    rec.panel(700, 1030)
    rec.panel(1330, 1700)
    return rec


def test_half_rate_driver_at_a_true_120_hz_is_charged_for_every_other_vsync() -> None:
    rec = half_rate(steady_hz=120.0, before_hz=120.0)
    rec.surfaceflinger()
    found = rec.popup()
    assert found.metrics["missed_vsyncs"] == 16
    assert found.period_ms == approx_ms(T)


@pytest.mark.parametrize(
    "name",
    ["ActiveModeFPS -4619827", "ActiveModeFps 4619827", "RenderRateFPS -4619827", "RenderRateFps 4619827"],
)
def test_a_panel_that_surfaceflinger_slowed_for_the_slide_missed_nothing(name: str) -> None:
    rec = half_rate(steady_hz=120.0, before_hz=120.0)
    rec.surfaceflinger()
    rec.rate(1020, 60, name)
    rec.rate(1325, 120, name)
    found = rec.popup().metrics
    assert (found["missed_vsyncs"], found["hitch_ms"]) == (0, 0.0)


def test_a_panel_with_one_mode_may_show_half_of_it() -> None:
    rec = half_rate(before_hz=120.0, modes_hz=(120.0,))
    rec.surfaceflinger()
    rec.rate(1020, 60, "RenderRateFps 1")
    rec.rate(1325, 120, "RenderRateFps 1")
    assert rec.popup().metrics["missed_vsyncs"] == 0


def test_of_mode_and_render_rate_the_lower_one_counts() -> None:
    rec = half_rate(before_hz=120.0)
    for at, render in ((1020, 60), (1325, 120)):
        rec.rate(at, 120)
        rec.rate(at + 0.01, render, "RenderRateFPS -4619827")
    assert rec.popup().metrics["missed_vsyncs"] == 0


def test_without_surfaceflingers_word_a_slide_at_half_the_rate_is_uncertain_with_bounds() -> None:
    found = half_rate(steady_hz=120.0, before_hz=120.0).popup()
    assert found.metrics["hitch_ms"] is None
    assert found.metrics["missed_vsyncs"] is None
    assert found.reasons["hitch_ms"] == "period uncertain: the panel may have run slower"
    assert found.metrics["hitch_ms.least"] == 0.0
    assert found.metrics["hitch_ms.most"] == approx_ms(16 * T)
    assert found.metrics["longest_gap_ms"] == approx_ms(2 * T), "needs no period"


def test_two_displays_counters_tell_nothing() -> None:
    rec = half_rate(steady_hz=120.0, before_hz=120.0)
    rec.rate(1020, 60, "ActiveModeFPS -1")
    rec.rate(1020, 60, "ActiveModeFPS -2")
    assert rec.popup().metrics["hitch_ms"] is None


def test_readings_that_differ_without_a_change_in_the_trace_tell_nothing() -> None:
    rec = half_rate(before_hz=60.0)
    rec.surfaceflinger()
    assert rec.popup().metrics["hitch_ms"] is None


def test_presents_faster_than_the_told_rate_refute_it() -> None:
    """The panel sped up between the reading and the start of the trace."""
    rec = example(rec=Recording(steady_hz=60.0, before_hz=60.0))
    rec.surfaceflinger()
    assert rec.popup().metrics["missed_vsyncs"] == 2


def test_single_misses_are_certain_without_surfaceflingers_word() -> None:
    found = example(rec=Recording(steady_hz=120.0)).popup().metrics
    assert found["missed_vsyncs"] == 2
    assert found["hitch_ms.least"] == found["hitch_ms.most"] == found["hitch_ms"]


def ramp() -> Recording:
    """A panel that goes from 60 to 120 Hz in the middle of a slide that keeps its pace."""
    rec = Recording(before_hz=60.0)
    rec.panel(600, 1030, 1000 / 60)
    rec.mark(800, 1)
    rec.press(1000)
    rec.slide(1005, 1450)
    slow = [1040 + i * 1000 / 60 for i in range(15)]
    fast = [slow[-1] + (i + 1) * T for i in range(20)]
    for p in slow + fast:
        rec.leash(p)
    rec.panel(fast[-1], 1900)
    return rec


def test_a_panel_that_speeds_up_during_the_slide_made_no_misses_before() -> None:
    rec = ramp()
    rec.surfaceflinger()
    rec.rate(1040 + 14 * 1000 / 60, 120)
    assert rec.popup().metrics["missed_vsyncs"] == 0


def test_a_ramp_that_nobody_told_of_is_never_charged() -> None:
    found = ramp().popup().metrics
    assert found["missed_vsyncs"] in (0, None)
    assert found["hitch_ms.least"] == 0.0


def test_a_stall_after_a_told_change_is_charged_by_the_new_rate() -> None:
    rec = Recording(before_hz=60.0)
    rec.mark(800, 1)
    rec.press(1000)
    rec.slide(1005, 1400)
    rec.surfaceflinger()
    rec.rate(1030, 120)
    for i in range(30):
        if i not in (20, 21):
            rec.leash(1040 + i * T)
    assert rec.popup().metrics["missed_vsyncs"] == 2


class TestTheAnimationsClock:
    """ValueAnimator.start() applies fraction 0; the first frame applies it again and sets the clock."""

    def slide(self, stands: int, skipped: tuple[int, ...] = ()) -> Recording:
        rec = Recording()
        rec.mark(800, 1)
        rec.press(1000)
        rec.slide(1030, 1330)
        rec.leash(1040 - stands * T, start=1028, ready=1029)
        for i in range(30):
            if i not in skipped:
                rec.leash(1048 + i * T, start=1032 + i * T)
        return rec

    def test_a_standstill_before_the_clock_starts_is_latency_and_no_hitch(self) -> None:
        found = self.slide(stands=0).popup().metrics
        late = self.slide(stands=1).popup().metrics
        assert len(self.slide(stands=1).scene().leash_rows) == 31, "the row of the start was on screen"
        assert found["missed_vsyncs"] == late["missed_vsyncs"] == 0
        assert found["first_motion_ms"] == late["first_motion_ms"] == approx_ms(1048 + T - 1000)

    def test_a_stall_after_it_is_a_jump_of_the_keyboard(self) -> None:
        found = self.slide(stands=0, skipped=(1, 2)).popup().metrics
        assert found["missed_vsyncs"] == 2
        assert found["first_motion_ms"] == approx_ms(1048 + 3 * T - 1000)

    def test_a_first_frame_that_comes_on_screen_together_with_the_start_is_the_clocks(self) -> None:
        rec = Recording()
        rec.mark(800, 1)
        rec.press(1000)
        rec.slide(1030, 1330)
        rec.leash(1048, start=1028, ready=1029)
        for i in range(30):
            rec.leash(1048 + i * T, start=1032 + i * T)
        assert rec.popup().metrics["slide_ms"] == approx_ms(29 * T)

    def test_the_row_of_the_start_is_left_out_once(self) -> None:
        rec = self.slide(stands=0)
        assert rec.popup().metrics["slide_ms"] == approx_ms(29 * T)


def test_a_panel_at_60_hz_throughout_missed_nothing_though_it_can_do_120() -> None:
    rec = Recording()
    rec.panel(600, 1030, 1000 / 60)
    rec.mark(800, 1)
    rec.press(1000)
    rec.slide(1035, 1320)
    for i in range(17):
        rec.leash(1040 + i * 1000 / 60)
    found = rec.popup()
    assert found.metrics["missed_vsyncs"] == 0
    assert found.period_ms == approx_ms(1000 / 60)


class TestContentCadence:
    """The same of the app's buffers, only where the slide is synchronised."""

    def test_it_is_the_apps_own(self) -> None:
        rec = example(skipped=())
        for i in range(STEPS + 1):
            if i not in (10, 11, 12):
                rec.app_frame(step(i))
        found = rec.popup().metrics
        assert (found["missed_vsyncs"], found["content_missed_vsyncs"]) == (0, 3)
        assert found["content_hitch_ms"] == approx_ms(3 * T)
        assert found["content_longest_gap_ms"] == approx_ms(4 * T)

    def test_it_ends_half_a_period_beyond_the_slide(self) -> None:
        rec = example(skipped=())
        for i in range(STEPS + 1):
            rec.app_frame(step(i))
        rec.app_frame(step(STEPS + 9))
        rec.app_frame(step(-9))
        assert rec.popup().metrics["content_missed_vsyncs"] == 0

    def test_it_is_null_for_an_asynchronous_slide(self) -> None:
        rec = example(skipped=(), synchronised=False)
        for i in range(STEPS + 1):
            rec.app_frame(step(i))
        found = rec.popup()
        assert found.metrics["content_hitch_ms"] is None
        assert "not synchronised" in found.reasons["content_hitch_ms"]

    def test_it_needs_three_buffers(self) -> None:
        rec = example(skipped=())
        rec.app_frame(step(0))
        rec.app_frame(step(9))
        assert rec.popup().metrics["content_hitch_ms"] is None
        rec.app_frame(step(10))
        assert rec.popup().metrics["content_missed_vsyncs"] == 8

    def test_the_keyboards_own_buffers_and_anothers_are_not_content(self) -> None:
        rec = example(skipped=())
        for i in range(STEPS + 1):
            rec.keyboard_frame(step(i))
            rec.row(step(i), "TX - com.example.chat.other#4", SYSTEM_PID, "system_server")
            rec.row(step(i), "TX - Toast#9", APP_PID, "com.example.chat")
        found = rec.popup().metrics
        assert found["content_hitch_ms"] is None
        assert found["frames.app"] == 0


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=40), st.sampled_from([60.0, 72.0, 90.0, 120.0, 144.0])
)
def test_planned_misses_are_counted_exactly(missed: list[int], hz: float) -> None:
    period = 1e9 / hz
    times = np.cumsum([0.0, *((m + 1) * period for m in missed)]).round().astype(np.int64)
    found = cadence(times, np.full(len(times), period))
    assert found.missed.tolist() == [0, *missed]
    assert found.missed_vsyncs == sum(missed)
    assert found.hitch_ms == pytest.approx(sum(missed) * period / 1e6)
    assert found.longest_gap_ms == pytest.approx((max(missed) + 1) * period / 1e6, abs=1e-5)


@given(st.integers(0, 10), st.floats(-0.45, 0.45))
def test_jitter_under_half_a_period_changes_no_count(missed: int, jitter: float) -> None:
    times = np.array([0, 1_000_000, 1_000_000 + round((missed + 1 + jitter) * 1_000_000)])
    assert cadence(times, np.full(3, 1e6)).missed_vsyncs == missed
