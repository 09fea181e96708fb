"""docs/metrics.md section 2: the slide slice, the leash rows, the stand-in, the driver."""

from __future__ import annotations

import pytest

from tests.profiler.analysis.synthetic import (
    APP_PID,
    NEVER,
    OTHER_PID,
    STEPS,
    SYSTEM,
    SYSTEM_PID,
    Recording,
    T,
    approx_ms,
    example,
    step,
)
from traces.tables import PresentType


def test_times_are_first_motion_settled_and_slide() -> None:
    found = example().popup()
    assert found.motion_source == "leash"
    assert found.metrics["slide_ms"] == approx_ms(275.0)
    assert found.slide_start_ms == approx_ms(22.0)
    assert found.slide_end_ms == approx_ms(318.0)


def test_rows_up_to_two_periods_after_the_slice_are_its_frames() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000)
    rec.slide(1034, step(10) + 0.1)
    for i in range(16):
        rec.leash(step(i))
    assert rec.popup().metrics["settled_ms"] == approx_ms(step(12) - 1000)


def test_rows_before_the_slice_are_not_its_frames() -> None:
    rec = example(skipped=())
    rec.leash(step(-3))
    assert rec.popup().metrics["first_motion_ms"] == approx_ms(48.333)


def test_the_leash_is_known_by_both_words_of_its_name() -> None:
    rec = example()
    status_bar = "TX - Surface(name=77 StatusBar)/@0x1 - animation-leash of insets_animation#9"
    rec.row(step(3), status_bar, SYSTEM_PID, SYSTEM, is_buffer=False)
    rec.keyboard_frame(step(4))
    assert rec.popup().metrics["missed_vsyncs"] == 2


def test_the_slide_is_of_the_apps_process() -> None:
    rec = example(skipped=(), synchronised=False)
    rec.slide(1005, 1200, pid=OTHER_PID)
    found = rec.popup()
    assert found.metrics["driver_mode"] == "async"
    assert found.slide_start_ms == approx_ms(22.0)


def test_a_hide_that_ends_before_the_press_is_no_show() -> None:
    rec = example(skipped=())
    rec.slide(820, 995, synchronised=False)
    for i in range(10):
        rec.leash(830 + i * T)
    found = rec.popup()
    assert found.metrics["driver_mode"] == "sync"
    assert found.metrics["first_motion_ms"] == approx_ms(48.333)


def test_a_hide_after_a_back_key_is_no_show() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000)
    rec.event(2400, 2398, source=0x101)
    rec.slide(2420, 2620)
    for i in range(20):
        rec.leash(2425 + i * T)
    found = rec.popup()
    assert found.metrics["driver_mode"] == "none"
    assert found.void == ("no slide seen",)


def test_a_slide_that_starts_2_s_after_the_press_is_not_its_answer() -> None:
    for start, mode in ((2999.0, "sync"), (3000.0, "none")):
        rec = Recording()
        rec.mark(800, 1)
        rec.press(1000)
        rec.slide(start, start + 200)
        assert rec.popup().metrics["driver_mode"] == mode


def test_the_first_slide_is_the_one() -> None:
    rec = example(skipped=())
    rec.slide(1700, 1900, synchronised=False)
    assert rec.popup().metrics["driver_mode"] == "sync"


def test_a_process_without_view_slices_has_an_unknown_driver() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.app_frame(900)
    rec.slices.clear()
    found = rec.popup()
    assert found.metrics["driver_mode"] == "unknown"


@pytest.mark.parametrize(
    ("synchronised", "driver"), [(True, "app main thread"), (False, "insets animation thread")]
)
def test_blame_follows_the_driver_and_not_the_owner_of_the_leash(synchronised: bool, driver: str) -> None:
    found = example(synchronised=synchronised).popup()
    drivers = {frame.driver for frame in found.strip if frame.lane == "leash"}
    assert drivers == {driver}
    assert "late_frames.system_server" not in found.metrics


def test_late_leash_rows_are_the_insets_threads_where_that_drives() -> None:
    rec = example(skipped=(), synchronised=False)
    for i in (5, 6):
        rec.frames[i]["actual_end_ns"] = rec.frames[i]["expected_end_ns"] + 3_000_000
    found = rec.popup().metrics
    assert (found["late_frames.insets"], found["frames.insets"]) == (2, STEPS + 1)
    assert found["worst_overrun_ms.insets"] == approx_ms(3.0)
    assert found["late_frames.app"] == 0


def test_in_a_synchronised_slide_there_is_no_insets_driver() -> None:
    found = example().popup()
    assert found.metrics["late_frames.insets"] is None
    assert "main thread" in found.reasons["late_frames.insets"]


class TestStandIn:
    """Without leash rows the app's buffers with insets callbacks show a synchronised slide."""

    def recording(self, *, synchronised: bool = True, insets: bool = True) -> Recording:
        rec = example(leash=False, synchronised=synchronised)
        for i in range(STEPS + 1):
            if i not in (3, 4):
                rec.app_frame(step(i), insets=insets)
        return rec

    def test_they_stand_in_and_the_result_says_so(self) -> None:
        found = self.recording().popup()
        assert found.motion_source == "app-buffers"
        assert found.metrics["missed_vsyncs"] == 2
        assert found.metrics["settled_ms"] == approx_ms(315.0)

    def test_two_leash_rows_are_too_few(self) -> None:
        rec = self.recording()
        rec.leash(step(0))
        rec.leash(step(1))
        assert rec.popup().motion_source == "app-buffers"
        rec.leash(step(2))
        assert rec.popup().motion_source == "app-buffers", "three of 32 steps are no whole leash"
        short = example(skipped=tuple(range(3, STEPS + 1)))
        assert short.popup().motion_source == "leash"

    def test_buffers_without_insets_callbacks_do_not_stand_in(self) -> None:
        found = self.recording(insets=False).popup()
        assert found.metrics["hitch_ms"] is None
        assert found.reasons["hitch_ms"] == "no leash rows"
        assert found.void == ()

    def test_an_asynchronous_slide_has_no_stand_in(self) -> None:
        found = self.recording(synchronised=False).popup()
        assert found.motion_source is None
        assert found.reasons["settled_ms"] == "no leash rows"


def test_a_slide_slice_that_never_ended_is_followed_to_the_windows_end() -> None:
    rec = example(skipped=())
    rec.async_slices.clear()
    rec.slide(step(0) - 6, NEVER)
    found = rec.popup()
    assert found.slide_end_ms is None
    assert found.metrics["settled_ms"] == approx_ms(315.0)


def test_two_processes_may_share_a_token() -> None:
    """Joining by token alone would give the app the other's doFrame with its insets callbacks."""
    rec = example(leash=False)
    for i in range(STEPS + 1):
        token = rec.app_frame(step(i))
        rec.do_frame(token, step(i) - 18, pid=OTHER_PID, insets=True)
    assert rec.popup().motion_source is None
    assert {s["pid"] for s in rec.slices} == {APP_PID, OTHER_PID}


class TestMissingRows:
    """Rows that the trace lost are no standstill of the keyboard."""

    def stepped(self, *, synchronised: bool, lost: int) -> Recording:
        rec = example(skipped=tuple(range(10, 10 + lost)), synchronised=synchronised)
        for i in range(STEPS + 1):
            if synchronised:
                rec.do_frame(5000 + i, step(i) - 16, 3, insets=True, traversal=False)
            else:
                name = f"Choreographer#doFrame {5000 + i}"
                rec.slice(step(i) - 16, 1.0, name, tid=APP_PID + 5, thread="InsetsAnimation")
        return rec

    @pytest.mark.parametrize("synchronised", [True, False])
    def test_a_leash_without_rows_for_many_steps_is_not_measured(self, synchronised: bool) -> None:
        found = self.stepped(synchronised=synchronised, lost=8).popup()
        assert found.metrics["hitch_ms"] is None
        assert found.metrics["settled_ms"] is None
        assert found.reasons["hitch_ms"] == "leash rows missing from the trace"

    @pytest.mark.parametrize("synchronised", [True, False])
    def test_one_or_two_are_within_what_may_merge(self, synchronised: bool) -> None:
        assert self.stepped(synchronised=synchronised, lost=2).popup().metrics["missed_vsyncs"] == 2

    def test_a_driver_that_made_no_step_lost_no_row(self) -> None:
        rec = example(skipped=tuple(range(10, 18)))
        for i in range(STEPS + 1):
            if not 10 <= i < 18:
                rec.do_frame(5000 + i, step(i) - 16, 3, insets=True, traversal=False)
        assert rec.popup().metrics["missed_vsyncs"] == 8

    def test_a_row_that_was_dropped_is_not_missing(self) -> None:
        rec = self.stepped(synchronised=True, lost=8)
        for i in range(10, 18):
            rec.leash(step(i) + 1, start=step(i) - 16, present_type=PresentType.DROPPED)
        assert rec.popup().metrics["missed_vsyncs"] == 8


def test_a_slide_that_the_next_input_cuts_short_is_void() -> None:
    rec = example()
    assert rec.popup().void == ()
    rec.event(step(20), step(20) - 1, source=0x101)
    assert rec.popup().void == ("the slide was cut short by the next input",)


@pytest.mark.parametrize(
    ("held", "void"), [(399.0, ()), (400.0, ("the press was held as long as a long press",))]
)
def test_a_long_press_is_another_thing(held: float, void: tuple[str, ...]) -> None:
    rec = Recording()
    rec.mark(400, 1)
    rec.press(1000, held=held)
    rec.slide(1020, 1330)
    for i in range(30):
        rec.leash(1060 + i * T)
    assert rec.popup().void == void
