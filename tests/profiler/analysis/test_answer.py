"""docs/metrics.md section 5: the app's answer, late frames by driver."""

from __future__ import annotations

import pytest

from tests.profiler.analysis.synthetic import (
    APP,
    APP_PID,
    OTHER,
    OTHER_PID,
    STEPS,
    Recording,
    T,
    approx_ms,
    example,
    ns,
    step,
)
from traces.tables import NA, PresentType


def pressed() -> Recording:
    rec = Recording()
    rec.mark(300, 1)
    rec.press(1000)
    return rec


class TestResponse:
    def test_it_is_the_first_buffer_whose_traversal_ran_after_delivery(self) -> None:
        rec = pressed()
        rec.app_frame(1010, start=990)
        rec.app_frame(1030, start=1003)
        rec.app_frame(1040, start=1015)
        assert rec.popup().metrics["response_ms"] == approx_ms(30.0)

    def test_a_traversal_before_delivery_is_no_answer(self) -> None:
        rec = pressed()
        rec.app_frame(1020, start=1000.5)
        assert rec.popup().metrics["response_ms"] is None
        rec.app_frame(1030, start=1001)
        assert rec.popup().metrics["response_ms"] == approx_ms(30.0), "traversal at 1002, as the delivery"

    def test_a_frame_without_a_traversal_is_no_answer(self) -> None:
        rec = pressed()
        rec.app_frame(1030, start=1003, traversal=False)
        rec.app_frame(1050, start=1020)
        assert rec.popup().metrics["response_ms"] == approx_ms(50.0)

    def test_a_dropped_frame_answered_nobody(self) -> None:
        rec = pressed()
        rec.app_frame(1030, start=1003, present_type=PresentType.DROPPED)
        rec.app_frame(1050, start=1020)
        assert rec.popup().metrics["response_ms"] == approx_ms(50.0)

    def test_the_first_is_by_time_on_screen(self) -> None:
        rec = pressed()
        rec.app_frame(1080, start=1003)
        rec.app_frame(1050, start=1004)
        assert rec.popup().metrics["response_ms"] == approx_ms(50.0)

    def test_another_apps_frame_with_the_same_token_is_no_answer(self) -> None:
        rec = pressed()
        token = rec.app_frame(1030, start=990)
        rec.do_frame(token, 1005, pid=OTHER_PID)
        rec.row(1035, f"TX - {OTHER}/{OTHER}.Main#3", OTHER_PID, OTHER, token=token)
        assert rec.popup().metrics["response_ms"] is None

    def test_a_resynced_frame_is_known_by_the_token_that_it_moved_to(self) -> None:
        rec = pressed()
        woken, moved = rec.token(), rec.token()
        rec.slice(1003, 12, f"Choreographer#doFrame {woken}")
        rec.slice(1003.2, 11, f"Choreographer#doFrame - resynced to {moved} in 8.1ms", depth=1)
        rec.slice(1004, 9, "traversal", depth=2)
        rec.row(1040, f"TX - {APP}/{APP}.MainActivity#120", APP_PID, APP, token=moved)
        assert rec.popup().metrics["response_ms"] == approx_ms(40.0)

    def test_it_is_null_if_the_app_draws_while_idle(self) -> None:
        rec = pressed()
        for i in range(30):
            rec.app_frame(939 - i * 16.6)
        rec.app_frame(1030, start=1003)
        found = rec.popup()
        assert found.metrics["idle_fps"] == 60.0
        assert found.metrics["response_ms"] is None
        assert found.reasons["response_ms"] == "app draws while idle"

    @pytest.mark.parametrize(("frames", "restless"), [(15, False), (16, True)])
    def test_the_limit_is_30_fps(self, frames: int, restless: bool) -> None:
        rec = pressed()
        for i in range(frames):
            rec.app_frame(930 - i * 30)
        rec.app_frame(1030, start=1003)
        assert (rec.popup().metrics["response_ms"] is None) == restless

    def test_idle_is_the_half_second_before_the_finger_came_and_not_its_touch(self) -> None:
        rec = pressed()
        for p in (439, 440, 700, 939, 940, 960, 1000):
            rec.app_frame(p)
        assert rec.popup().metrics["idle_fps"] == 6.0

    def test_what_comes_after_2_s_is_no_answer(self) -> None:
        rec = pressed()
        rec.app_frame(3001, start=2980)
        found = rec.popup()
        assert found.metrics["response_ms"] is None
        assert found.reasons["response_ms"] == "no app frame answered the press"


class TestLateFrames:
    def test_late_is_after_the_frames_own_deadline(self) -> None:
        rec = example(skipped=())
        rec.app_frame(1100, start=1080, deadline=1095, ready=1095)
        rec.app_frame(1120, start=1100, deadline=1115, ready=1117.5)
        found = rec.popup().metrics
        assert (found["late_frames.app"], found["frames.app"]) == (1, 2)
        assert found["worst_overrun_ms.app"] == approx_ms(2.5)

    def test_a_16_7_ms_frame_with_a_later_deadline_is_not_late(self) -> None:
        rec = example(skipped=())
        rec.app_frame(1140, start=1100, deadline=1133, ready=1130)
        assert rec.popup().metrics["late_frames.app"] == 0

    def test_frames_count_whose_start_lies_in_the_window(self) -> None:
        rec = example(skipped=())
        for start in (999.9, 1000.0, 1315.0, 1315.1):
            rec.app_frame(start + 30, start=start, deadline=start + 10, ready=start + 12)
        assert rec.popup().metrics["late_frames.app"] == 2

    def test_a_row_without_an_expected_slice_is_a_frame_but_not_late(self) -> None:
        rec = example(skipped=())
        rec.app_frame(1100, start=1080, expected_end_ns=NA)
        found = rec.popup().metrics
        assert (found["frames.app"], found["late_frames.app"], found["worst_overrun_ms.app"]) == (1, 0, None)

    def test_the_keyboards_late_frames_are_the_keyboards(self) -> None:
        rec = example(skipped=())
        rec.keyboard_frame(1100, start=1080, deadline=1090, ready=1095)
        found = rec.popup().metrics
        assert (found["late_frames.keyboard"], found["late_frames.app"]) == (1, 0)


class TestContentMotion:
    def motion(self, rec: Recording) -> object:
        return rec.popup().metrics["content_motion"]

    def test_per_frame_from_70_percent_of_leash_vsyncs(self) -> None:
        for missing, motion in ((9, "per-frame"), (10, "unknown")):
            rec = example(skipped=())
            for i in range(STEPS + 1 - missing):
                rec.app_frame(step(i), layout=True)
            assert self.motion(rec) == motion, f"{STEPS - missing} of {STEPS}"

    def test_sharing_is_within_half_a_period(self) -> None:
        for offset, motion in ((0.45, "per-frame"), (0.55, "per-frame"), (-0.49, "per-frame")):
            rec = example(skipped=())
            for i in range(STEPS + 1):
                rec.app_frame(step(i + offset))
            assert self.motion(rec) == motion
        rec = example(skipped=(), synchronised=False)
        for i in range(0, STEPS + 1, 2):
            rec.app_frame(step(i + 0.6 if i % 4 else i - 0.6), layout=True)
        assert self.motion(rec) == "unknown"

    def test_where_the_slide_is_asynchronous_only_layouts_follow(self) -> None:
        rec = example(skipped=(), synchronised=False)
        for i in range(STEPS + 1):
            rec.app_frame(step(i), layout=i in (1, 2))
        assert self.motion(rec) == "at-start"

    def test_where_the_app_is_restless_only_layouts_follow(self) -> None:
        rec = example(skipped=())
        for i in range(-60, STEPS + 1):
            rec.app_frame(step(i), layout=i == 32)
        assert self.motion(rec) == "unknown"  # it may follow by drawing alone
        rec = example(skipped=())
        for i in range(-60, STEPS + 1):
            rec.app_frame(step(i), layout=i > 0)
        assert self.motion(rec) == "per-frame"
        rec = example(skipped=(), synchronised=False)
        for i in range(-60, STEPS + 1):
            rec.app_frame(step(i), layout=i == 32)
        assert self.motion(rec) == "at-end"

    @pytest.mark.parametrize(
        ("layouts", "motion"),
        [
            ((0,), "at-start"),
            ((0, 5, 10), "at-start"),
            ((0, 1, 2, 3), "unknown"),
            ((0, 12), "unknown"),
            ((23,), "at-end"),
            ((23, 33, 33.9), "at-end"),
            ((21, 33), "unknown"),
            ((36,), "unknown"),
            ((33 + 12,), "after-slide"),
            ((33 + 12, 60, 70, 80), "after-slide"),
            ((33, 33 + 12), "unknown"),
            ((), "unknown"),
        ],
    )
    def test_layout_frames_tell_a_jump_by_its_third(self, layouts: tuple[float, ...], motion: str) -> None:
        rec = example(skipped=())
        for i in layouts:
            rec.app_frame(step(i), layout=True)
        assert self.motion(rec) == motion

    def test_a_mixture_says_how_mixed_it_is(self) -> None:
        rec = example(skipped=())
        for i in (0, 12):
            rec.app_frame(step(i), layout=True)
        reason = rec.popup().reasons["content_motion"]
        assert reason == "mixed: 2 layout frames, 3% of the slide shared"

    def test_layouts_before_the_slide_and_long_after_it_are_not_its(self) -> None:
        rec = example(skipped=())
        rec.app_frame(step(-3), layout=True)
        rec.app_frame(step(33) + 1001, layout=True)
        assert self.motion(rec) == "unknown"
        assert rec.popup().reasons["content_motion"] == "no layout frame"

    def test_layouts_after_the_next_input_are_not_its(self) -> None:
        rec = example(skipped=())
        rec.app_frame(step(1), layout=True)
        rec.app_frame(1800, layout=True)
        assert self.motion(rec) == "unknown"
        rec.event(1700, 1698, source=0x101)
        assert self.motion(rec) == "at-start"

    def test_a_layout_outside_a_traversal_is_no_layout_frame(self) -> None:
        rec = example(skipped=())
        token = rec.app_frame(step(1), traversal=False)
        rec.slice(step(1) - 2 * T + 1, 2, "layout", depth=1)
        assert token
        assert self.motion(rec) == "unknown"

    def test_the_keyboards_frames_are_no_content(self) -> None:
        rec = example(skipped=())
        for i in range(STEPS + 1):
            rec.keyboard_frame(step(i))
        assert self.motion(rec) == "unknown"


def test_the_strip_shows_each_frame_with_its_misses() -> None:
    rec = example()
    rec.app_frame(step(1), layout=True, start=1020, deadline=1040, ready=1041)
    rec.keyboard_frame(step(2))
    lanes = {lane: [f for f in rec.popup().strip if f.lane == lane] for lane in ("leash", "app", "keyboard")}
    assert [f.missed_before for f in lanes["leash"]][:5] == [0, 0, 0, 2, 0]
    (frame,) = lanes["app"]
    assert (frame.layout, frame.late, frame.ready_ms) == (True, True, approx_ms(41.0))
    assert frame.present_ms == approx_ms(step(1) - 1000)
    assert len(lanes["keyboard"]) == 1
    assert rec.popup().t0_ns == ns(1000)
