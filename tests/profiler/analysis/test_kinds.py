"""docs/metrics/interactions.md: each kind of interaction on traces whose answers were computed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.analysis.frames_shown import trusted
from profiler.analysis.kinds.all import interaction_means, measure_interactions
from profiler.analysis.kinds.motion import rhythm
from tests.profiler.analysis.synthetic import (
    APP_PID,
    DRIVER_PID,
    KEYBOARD,
    KEYBOARD_PID,
    Recording,
    T,
    approx_ms,
    ns,
)
from traces.capture import MARKS

if TYPE_CHECKING:
    from profiler.analysis.results import InteractionResult

T0 = 1000.0


def mark(rec: Recording, kind: str, at: float, value: int = 1) -> None:
    rec.marks.append({"pid": DRIVER_PID, "time_ns": ns(at), "name": MARKS[kind], "value": value})


def measured(rec: Recording) -> tuple[InteractionResult, ...]:
    scene = rec.scene()
    return measure_interactions(scene, trusted(scene, scene.package, scene.trace.buffers), KEYBOARD)


def one(rec: Recording) -> InteractionResult:
    (found,) = measured(rec)
    return found


def has_a_source_or_a_reason(found: InteractionResult) -> bool:
    return all(
        (name in found.reasons and bool(found.reasons[name])) if value is None else bool(found.sources[name])
        for name, value in found.metrics.items()
    )


def recording(kind: str) -> Recording:
    rec = Recording()
    rec.panel(0, 6000)
    mark(rec, kind, T0 - 200)
    return rec


def on_panel(ms: float) -> float:
    """The first vsync of the panel at or after a time."""
    return float(np.ceil(round(ms / T, 6))) * T


class TestHide:
    def hidden(self) -> Recording:
        rec = recording("hide")
        rec.event(T0 + 2, T0, source=0x101)
        rec.event(T0 + 70, T0 + 60, source=0x101)
        rec.slide(on_panel(T0 + 40) - 18, on_panel(T0 + 40) + 24 * T + 3)
        for i in range(25):
            if i != 5:
                rec.leash(on_panel(T0 + 40) + i * T)
        rec.app_frame(on_panel(T0 + 40) + 26 * T, layout=True)
        return rec

    def test_it_begins_at_the_down_of_back_and_its_slide_is_measured_as_a_shows(self) -> None:
        found = one(self.hidden())
        first = on_panel(T0 + 40) - T0
        assert found.t0_ns == ns(T0)
        assert found.metrics["first_motion_ms"] == approx_ms(first + T)
        assert found.metrics["settled_ms"] == approx_ms(first + 24 * T)
        assert found.metrics["missed_vsyncs"] == 1
        assert found.metrics["content_returned_ms"] == approx_ms(first + 26 * T)
        assert found.sources["driver_end_ms"] == "driver times"
        assert has_a_source_or_a_reason(found)

    def test_a_tap_outside_counts_from_its_lift(self) -> None:
        rec = recording("hide")
        rec.press(T0)
        found = one(rec)
        assert found.t0_ns == ns(T0)
        assert found.void == ("no slide seen",)

    def test_without_any_input_nothing_is_told(self) -> None:
        assert one(recording("hide")).void == ("input time unknown",)


class TestKey:
    def typed(self, *, commit: float | None = 70.0) -> Recording:
        rec = recording("key")
        rec.press(T0 + 60, held=60, pid=KEYBOARD_PID)
        for p in (on_panel(T0 + 20), on_panel(T0 + 28)):
            token = rec.keyboard_frame(p, start=p - 10, deadline=p - 1)
            rec.do_frame(token, p - 10, pid=KEYBOARD_PID)
        if commit is not None:
            rec.slice(T0 + commit, 0.4, "InputConnection#commitText")
        rec.app_frame(on_panel(T0 + 75), start=T0 + 64, deadline=T0 + 74)
        rec.app_frame(on_panel(T0 + 95), start=T0 + 72)
        return rec

    def test_preview_is_the_first_frame_that_the_keyboard_began_after_delivery(self) -> None:
        found = one(self.typed())
        assert found.t0_ns == ns(T0)
        assert found.metrics["key_preview_ms"] == approx_ms(on_panel(T0 + 20) - T0)
        assert found.metrics["late_frames.keyboard"] == 0
        assert has_a_source_or_a_reason(found)

    def test_the_text_is_in_the_first_frame_whose_traversal_ran_after_the_commit(self) -> None:
        found = one(self.typed())
        assert found.metrics["commit_seen"] == "slice"
        assert found.metrics["commit_ms"] == approx_ms(on_panel(T0 + 95) - T0)

    def test_an_unseen_commit_counts_from_the_lift(self) -> None:
        found = one(self.typed(commit=None))
        assert found.metrics["commit_seen"] == "lift"
        assert found.metrics["commit_ms"] == approx_ms(on_panel(T0 + 75) - T0)

    def test_a_round_of_keys_has_its_rate_and_its_tail(self) -> None:
        rec = Recording()
        rec.panel(0, 6000)
        for k, late in enumerate((0, 0, 0, 5)):
            down = 1000.0 + 200 * k
            mark(rec, "key", down - 20, k + 1)
            rec.press(down + 60, held=60, pid=KEYBOARD_PID)
            rec.app_frame(down + 100 + late * T, start=down + 70)
        means = interaction_means(measured(rec))
        assert means["key.rate_hz"] == pytest.approx(5.0)
        assert means["key.commit_ms"] == approx_ms(100 + 5 * T / 4)
        assert means["key.commit_ms.p90"] == approx_ms(100 + 0.7 * 5 * T)
        assert means["key.commit_gap_longest_ms"] == approx_ms(200 + 5 * T)
        assert means["key.key_preview_ms"] is None


class TestSendAndStream:
    def sent(self) -> Recording:
        rec = recording("send")
        rec.press(T0)
        mark(rec, "stream", T0 + 20)
        rec.app_frame(on_panel(T0 + 20), start=T0 + 5)  # the ripple: no layout
        begin = on_panel(T0 + 40)
        for i in (0, 1, 2, 4, 5):
            rec.app_frame(begin + i * T, layout=i == 0)
        token = on_panel(T0 + 1200)
        for i in range(6):
            rec.app_frame(token + i * 12 * T, layout=True)
        rec.app_frame(token + 60 * T + 1600, layout=True)  # after 1.6 s: not of the reply
        return rec

    def test_the_bubble_is_the_first_layout_frame_and_the_list_settles_before_the_first_pause(self) -> None:
        send = measured(self.sent())[0]
        begin = on_panel(T0 + 40) - T0
        assert send.metrics["response_ms"] == approx_ms(on_panel(T0 + 20) - T0)
        assert send.metrics["bubble_ms"] == approx_ms(begin)
        assert send.metrics["list_settled_ms"] == approx_ms(begin + 5 * T)
        assert send.metrics["list_missed_vsyncs"] == 1
        assert send.metrics["keyboard_moved"] == "no"
        assert send.metrics["field_cleared_ms"] is None
        assert has_a_source_or_a_reason(send)

    def test_the_reply_begins_after_the_list_has_settled_and_waiting_stands_apart_from_drawing(self) -> None:
        reply = measured(self.sent())[1]
        token = on_panel(T0 + 1200)
        settled = on_panel(T0 + 40) + 5 * T
        assert reply.metrics["first_token_ms"] == approx_ms(token - T0)
        assert reply.metrics["first_token_draw_ms"] == approx_ms(2 * T)
        assert reply.metrics["wait_ms"] == approx_ms(token - 2 * T - settled)
        assert reply.metrics["stream_ms"] == approx_ms(60 * T)
        assert reply.metrics["updates"] == 6
        assert reply.metrics["update_interval_ms"] == approx_ms(12 * T)
        assert reply.metrics["fps"] == pytest.approx(10.0)
        assert has_a_source_or_a_reason(reply)

    def test_an_app_that_appends_ten_times_a_second_does_not_hitch(self) -> None:
        reply = measured(self.sent())[1]
        assert reply.metrics["hitch_ms"] is None
        assert "no continuous motion" in reply.reasons["hitch_ms"]

    def test_no_reply_is_no_zero(self) -> None:
        rec = recording("stream")
        rec.app_frame(on_panel(T0 + 500))
        found = one(rec)
        assert found.metrics["first_token_ms"] is None
        assert found.void == ("no layout frame: no reply seen",)


class TestRhythm:
    def of(self, *gaps: int) -> object:
        times = np.cumsum([0, *gaps]) * round(T * 1e6)
        return rhythm(times.astype(np.int64), np.full(len(times), T * 1e6))

    def test_a_hole_needs_motion_on_both_sides(self) -> None:
        found = self.of(1, 1, 3, 1, 1)
        assert (found.holes, found.missed_vsyncs) == (1, 2)
        assert found.hitch_ms == approx_ms(2 * T)
        assert found.hitch_ratio_ms_per_s == pytest.approx(2 / 7 * 1000, rel=1e-4)
        assert self.of(1, 1, 3, 1).holes == 0

    def test_60_fps_on_a_120_hz_panel_is_a_rhythm_of_two_vsyncs(self) -> None:
        found = self.of(2, 2, 2, 4, 2, 2)
        assert (found.step, found.missed_vsyncs) == (2, 2)

    def test_ten_updates_a_second_are_none(self) -> None:
        assert self.of(12, 12, 12, 12) is None

    def test_a_pause_between_two_motions_is_no_hole(self) -> None:
        assert self.of(1, 1, 40, 1, 1).holes == 0


class TestScroll:
    def test_a_fling_counts_from_the_lift_to_the_last_frame_before_a_pause(self) -> None:
        rec = recording("scroll")
        for at in (-100.0, -90.0, -80.0, 0.0):
            rec.event(T0 + at + 1, T0 + at)
        rec.app_frame(on_panel(T0 - 70), start=T0 - 88)
        begin = on_panel(T0 + 1)
        for i in range(31):
            if i not in (10, 11):
                rec.app_frame(begin + i * T)
        rec.app_frame(begin + 30 * T + 500)  # the cursor blinks
        found = one(rec)
        assert found.metrics["first_move_ms"] == approx_ms(on_panel(T0 - 70) - (T0 - 90))
        assert found.metrics["fling_ms"] == approx_ms(begin + 30 * T - T0)
        assert found.metrics["missed_vsyncs"] == 2
        assert found.metrics["hitch_ratio_ms_per_s"] == pytest.approx(2 / 29 * 1000, rel=1e-4)
        assert has_a_source_or_a_reason(found)

    def test_a_list_that_does_not_fly_has_no_cadence(self) -> None:
        rec = recording("scroll")
        rec.press(T0)
        found = one(rec)
        assert found.metrics["hitch_ms"] is None
        assert found.reasons["hitch_ms"] == "no source saw a frame of the app"


class TestStart:
    def launched(self) -> Recording:
        rec = recording("launch")
        rec.slice(T0 - 100, 40, "bindApplication")
        rec.slice(T0 - 50, 30, "activityStart")
        rec.app_frame(on_panel(T0), layout=True)
        rec.app_frame(on_panel(T0 + 200), layout=True)
        rec.slice(on_panel(T0 + 200) - 2 * T + 2, 0.1, "reportFullyDrawn() for x", depth=2)
        return rec

    def test_a_start_without_a_tap_counts_from_the_mark_and_says_so(self) -> None:
        found = one(self.launched())
        assert found.metrics["counted_from"] == "mark"
        assert found.metrics["start_type"] == "cold"
        assert found.metrics["first_frame_ms"] == approx_ms(on_panel(T0) - (T0 - 200))
        assert found.metrics["fully_drawn_ms"] == approx_ms(on_panel(T0 + 200) - (T0 - 200))
        assert found.metrics["usable_ms"] is None
        assert has_a_source_or_a_reason(found)

    def test_a_tap_on_the_launcher_counts_from_its_lift(self) -> None:
        rec = self.launched()
        rec.press(T0 - 150, held=40, pid=APP_PID + 700)
        found = one(rec)
        assert found.metrics["counted_from"] == "tap"
        assert found.metrics["first_frame_ms"] == approx_ms(on_panel(T0) - (T0 - 150))

    def test_coming_back_ends_with_the_keyboard_up_again(self) -> None:
        rec = recording("return")
        rec.app_frame(on_panel(T0), layout=True)
        rec.slide(on_panel(T0 + 40) - 18, on_panel(T0 + 40) + 10 * T + 3)
        for i in range(11):
            rec.leash(on_panel(T0 + 40) + i * T)
        found = one(rec)
        settled = on_panel(T0 + 40) + 10 * T - (T0 - 200)
        assert found.metrics["keyboard_settled_ms"] == approx_ms(settled)
        assert found.metrics["usable_ms"] == approx_ms(settled)


def test_a_round_holds_its_other_interactions_and_their_means() -> None:
    rec = TestHide().hidden()
    found = rec.round(0)
    assert [one.kind for one in found.interactions] == ["hide"]
    assert found.metrics["hide.missed_vsyncs"] == 1.0
