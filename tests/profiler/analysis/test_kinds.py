"""docs/metrics/interactions.md: each kind of interaction on traces whose answers were computed by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.analysis.frames_shown import trusted
from profiler.analysis.interactions import lift_delivery
from profiler.analysis.kinds.all import interaction_means, measure_interactions
from profiler.analysis.kinds.key import UNTOLD_FRAME, UNTOLD_TEXT
from profiler.analysis.kinds.model import Stage
from profiler.analysis.kinds.motion import rhythm
from tests.profiler.analysis.synthetic import (
    APP,
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
from traces.tables import NA, BufferTable

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
    """The word "unknown" is no value."""
    return all(
        bool(found.reasons.get(name)) if value in (None, "unknown") else bool(found.sources.get(name))
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
        assert found.sources["settled_ms"] == "FrameTimeline (leash)"
        assert found.sources["response_ms"] == found.sources["content_returned_ms"] == "FrameTimeline"
        assert has_a_source_or_a_reason(found)

    def test_a_tap_outside_counts_from_its_lift(self) -> None:
        rec = recording("hide")
        rec.press(T0)
        found = one(rec)
        assert found.t0_ns == ns(T0)
        assert found.void == ("no slide seen",)

    def test_without_any_input_nothing_is_told(self) -> None:
        rec = recording("hide")
        rec.app_frame(on_panel(T0 - 100))
        assert one(rec).void == ("input time unknown",)

    def test_without_any_frame_either_that_is_the_reason(self) -> None:
        assert one(recording("hide")).void == ("no source saw a frame of the app",)


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

    def test_a_key_that_a_keyboard_composes_brings_the_app_nothing_and_the_candidate_brings_it(self) -> None:
        """The cursor that blinks after the lift is no text; the candidates are laid out after it."""
        rec = self.typed(commit=None)
        p = on_panel(T0 + 90)
        token = rec.keyboard_frame(p, start=p - 10, deadline=p - 1)
        rec.do_frame(token, p - 10, pid=KEYBOARD_PID, layout=True)
        mark(rec, "pick", T0 + 400)
        rec.press(T0 + 560, held=60, pid=KEYBOARD_PID)
        rec.slice(T0 + 570, 0.4, "InputConnection#commitText")
        rec.app_frame(on_panel(T0 + 590), start=T0 + 572)
        key, pick = measured(rec)
        assert key.metrics["commit_ms"] is None
        assert key.reasons["commit_ms"] == "nothing reached the app: the keyboard composes"
        assert key.metrics["candidates_ms"] == approx_ms(p - T0)
        assert pick.kind == "pick"
        assert pick.metrics["commit_ms"] == approx_ms(on_panel(T0 + 590) - (T0 + 500))
        assert pick.metrics["candidates_ms"] is None
        assert has_a_source_or_a_reason(key)
        assert has_a_source_or_a_reason(pick)

    def test_a_composed_key_is_not_told_where_the_trace_tells_no_text_at_all(self) -> None:
        """Android 11 and older: the cursor that blinks after the lift would be taken for the text."""
        rec = self.typed(commit=None)
        mark(rec, "pick", T0 + 400)
        rec.press(T0 + 560, held=60, pid=KEYBOARD_PID)
        rec.app_frame(on_panel(T0 + 590), start=T0 + 572)
        key, pick = measured(rec)
        assert key.metrics["commit_ms"] is None
        assert key.reasons["commit_ms"] == UNTOLD_TEXT
        assert pick.metrics["commit_seen"] == "lift"
        assert pick.metrics["commit_ms"] == approx_ms(on_panel(T0 + 590) - (T0 + 500))

    def test_a_keyboard_in_a_process_of_its_own_is_found_by_what_it_was_handed(self) -> None:
        """`package` and `package:ime` both run; the keys were pressed in the second."""
        other = KEYBOARD_PID + 7
        rec = self.typed()
        for row in (*rec.slices, *rec.frames):
            row["process"] = f"{KEYBOARD}:ime" if row["pid"] == KEYBOARD_PID else row["process"]
        scene = rec.scene()
        names = {other: KEYBOARD, KEYBOARD_PID: f"{KEYBOARD}:ime", APP_PID: APP}
        scene = replace(scene, trace=replace(scene.trace, processes=names))
        (key,) = measure_interactions(scene, trusted(scene, scene.package, scene.trace.buffers), KEYBOARD)
        assert key.metrics["key_preview_ms"] == approx_ms(on_panel(T0 + 20) - T0)

    def test_without_frametimeline_the_keyboards_buffers_are_put_to_its_doframes(self) -> None:
        """Android 11: FrameTracer sees the keyboard's window too."""
        rec = recording("key")
        rec.press(T0 + 60, held=60, pid=KEYBOARD_PID)
        rec.slice(T0 + 1, 0.1, "traversal")
        shown = []
        for start, layout in ((T0 - 30, False), (T0 + 10, False), (T0 + 70, True)):
            rec.slice(start, 8, "Choreographer#doFrame", pid=KEYBOARD_PID)
            rec.slice(start + 1, 4, "traversal", pid=KEYBOARD_PID, depth=1)
            if layout:
                rec.slice(start + 2, 1, "layout", pid=KEYBOARD_PID, depth=2)
            rec.slice(start + 6, 5, "DrawFrame", pid=KEYBOARD_PID, thread="RenderThread")
            shown.append((start + 9, on_panel(start + 25)))
        none = [NA] * len(shown)
        buffers = BufferTable.from_columns(
            {
                "layer_name": ["InputMethod#4"] * len(shown),
                "frame_number": list(range(len(shown))),
                **dict.fromkeys(("dequeue_ns", "acquire_fence_ns", "latch_ns"), none),
                "queue_ns": [ns(queued) for queued, _ in shown],
                "present_ns": [ns(p) for _, p in shown],
            }
        )
        scene = rec.scene()
        scene = replace(scene, trace=replace(scene.trace, buffers=buffers))
        (key,) = measure_interactions(scene, trusted(scene, scene.package, scene.trace.buffers), KEYBOARD)
        assert key.metrics["key_preview_ms"] == approx_ms(on_panel(T0 + 35) - T0)
        assert key.metrics["candidates_ms"] == approx_ms(on_panel(T0 + 95) - T0)
        assert key.sources["candidates_ms"] == "FrameTracer and doFrame"
        buffers = replace(buffers, present_ns=np.where(buffers.frame_number < 2, buffers.present_ns, NA))
        scene = replace(scene, trace=replace(scene.trace, buffers=buffers))
        (key,) = measure_interactions(scene, trusted(scene, scene.package, buffers), KEYBOARD)
        assert key.metrics["key_preview_ms"] == approx_ms(on_panel(T0 + 35) - T0)
        assert key.reasons["candidates_ms"] == UNTOLD_FRAME

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

    def test_an_app_that_draws_without_pause_has_no_list_at_rest_and_its_reply_begins_after_the_bubble(
        self,
    ) -> None:
        rec = recording("send")
        rec.press(T0)
        mark(rec, "stream", T0 + 20)
        bubble, token = on_panel(T0 + 40), on_panel(T0 + 700)
        for i in range(360):
            p = on_panel(T0 - 600) + i * T
            laid = abs(p - bubble) < 1 or any(abs(p - token - k * 12 * T) < 1 for k in range(6))
            rec.app_frame(p, layout=laid)
        send, reply = measured(rec)
        assert send.metrics["bubble_ms"] == approx_ms(bubble - T0)
        assert send.metrics["list_settled_ms"] is None
        assert send.reasons["list_settled_ms"] == "app draws while idle"
        assert reply.metrics["first_token_ms"] == approx_ms(token - T0)
        assert reply.metrics["updates"] == 6
        assert has_a_source_or_a_reason(send)
        assert has_a_source_or_a_reason(reply)

    def glided(self, *, late: bool) -> InteractionResult:
        """Two glides of 40 frames with 8 vsyncs between them: the app was late, or there was nothing new."""
        rec = recording("stream")
        begin = on_panel(T0 + 500)
        for i in range(40):
            rec.app_frame(begin + i * T, layout=i % 10 == 0)
        again = begin + 47 * T
        rec.app_frame(again, layout=True, **({"deadline": again - 5 * T, "ready": again - 4} if late else {}))
        for i in range(1, 40):
            rec.app_frame(again + i * T, layout=i % 10 == 0)
        return one(rec)

    def test_time_in_which_nothing_new_arrived_is_no_hitch_but_a_late_frame_is(self) -> None:
        assert self.glided(late=False).metrics["missed_vsyncs"] == 0
        late = self.glided(late=True)
        assert late.metrics["missed_vsyncs"] == 7
        assert late.metrics["hitch_ratio_ms_per_s"] == pytest.approx(
            7 / 77 * 1000, rel=1e-4
        )  # up to the last update

    def test_a_placeholder_is_a_sign_of_the_reply_but_not_its_first_token(self) -> None:
        """ "Thinking ..." at 300 ms, the text from 2500 ms on: 1.5 s apart."""
        rec = recording("stream")
        rec.app_frame(on_panel(T0 + 300), layout=True)
        for i in range(4):
            rec.app_frame(on_panel(T0 + 2500) + i * 12 * T, layout=True)
        found = one(rec)
        assert found.metrics["first_sign_ms"] == approx_ms(on_panel(T0 + 300) - (T0 - 200))
        assert found.metrics["first_token_ms"] == approx_ms(on_panel(T0 + 2500) - (T0 - 200))
        assert found.metrics["updates"] == 4
        assert has_a_source_or_a_reason(found)

    def streamed(self, *, ends: float = 5000.0, between: int = 0, idle: int = 0) -> InteractionResult:
        """Eleven updates 12 vsyncs apart, each with more frames after it; `idle` frames just before the mark."""
        rec = Recording()
        rec.panel(0, 6000)
        mark(rec, "stream", T0)
        mark(rec, "stream", T0 + ends, 0)
        for i in range(idle):
            rec.app_frame(on_panel(T0 - 400) + i * T)
        for i in range(11):
            for k in range(between + 1):
                rec.app_frame(on_panel(T0 + 500) + (12 * i + k) * T, layout=k == 0)
        return one(rec)

    def test_a_reply_that_has_stopped_has_a_length_and_one_cut_off_has_none(self) -> None:
        whole, cut = self.streamed(), self.streamed(ends=2500)
        assert (whole.metrics["ended"], whole.metrics["stream_ms"]) == ("rest", approx_ms(120 * T))
        assert (cut.metrics["ended"], cut.metrics["stream_ms"]) == ("limit", None)
        assert "still growing" in cut.reasons["stream_ms"]
        assert cut.metrics["updates"] == 11

    def test_a_list_that_moves_between_the_updates_glides_and_one_that_moves_with_them_jumps(self) -> None:
        assert self.streamed(between=11).metrics["follow"] == "glides"
        assert self.streamed(between=11).metrics["hitch_ms"] == 0.0
        jumps = self.streamed()
        assert (jumps.metrics["follow"], jumps.metrics["frames_per_update"]) == ("jumps", 1.0)

    def test_the_frames_of_an_app_that_always_draws_tell_nothing_of_how_it_follows(self) -> None:
        found = self.streamed(between=11, idle=30)
        assert found.metrics["follow"] is None
        assert found.reasons["follow"] == "app draws while idle"

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
        assert found.metrics["hitch_ratio_ms_per_s"] == pytest.approx(
            2 / 28 * 1000, rel=1e-4
        )  # the first frame
        # was begun before the lift: it still follows the finger
        assert has_a_source_or_a_reason(found)

    def test_a_finger_that_moves_as_it_lifts_gives_both_events_one_time_and_the_lift_is_the_later(
        self,
    ) -> None:
        """The first frame's traversal ran between their deliveries: it still follows the finger."""
        rec = recording("scroll")
        for at, event in ((-99.0, -100.0), (-89.0, -90.0), (1.0, 0.0), (9.0, 0.0)):
            rec.event(T0 + at, T0 + event)
        first = on_panel(T0 + 20)
        rec.app_frame(first, start=T0 + 4)
        for i in range(1, 11):
            rec.app_frame(first + i * T, start=T0 + 4 + i * T)
        found = one(rec)
        assert found.metrics["fps"] == pytest.approx(1000 / T, rel=1e-4)
        assert found.metrics["fling_ms"] == approx_ms(first + 10 * T - T0)
        scene = rec.scene()
        lift = lift_delivery(scene.inputs, np.arange(len(scene.inputs)))
        assert lift == ns(T0 + 9)

    def frozen(self, *, begun: float, **late: float) -> Recording:
        """A fling of 10 frames, then 400 ms nothing, then 10 frames, of which the first began at `begun`."""
        rec = recording("scroll")
        rec.press(T0)
        begin = on_panel(T0 + 1)
        for i in range(10):
            rec.app_frame(begin + i * T)
        after = begin + (9 + 48) * T
        rec.app_frame(after, start=begin + 9 * T + begun, **{k: after + v for k, v in late.items()})
        for i in range(1, 10):
            rec.app_frame(after + i * T)
        return rec

    @pytest.mark.parametrize("how", [{"begun": 10.0}, {"begun": 380.0, "deadline": -250.0, "ready": -5.0}])
    def test_a_freeze_within_a_fling_is_one_hitch_and_not_its_end(self, how: dict[str, float]) -> None:
        """48 vsyncs without a picture are 47 missed, 391.7 ms; the fling goes on."""
        found = one(self.frozen(**how))
        assert found.metrics["missed_vsyncs"] == 47
        assert found.metrics["longest_standstill_ms"] == approx_ms(47 * T)
        assert found.metrics["hitch_ms"] == approx_ms(47 * T)

    def test_a_frame_that_had_to_move_to_a_later_vsync_was_kept_from_drawing(self) -> None:
        rec = self.frozen(begun=385.0)
        token = next(row["token"] for row in rec.frames if row["actual_start_ns"] >= ns(T0 + 440))
        frame = next(row for row in rec.slices if row["name"] == f"Choreographer#doFrame {token}")
        frame["name"] = f"Choreographer#doFrame {token - 500}"
        begun = (frame["start_ns"] - ns(0)) / 1e6
        rec.slice(begun + 0.1, 0.1, f"Choreographer#doFrame - resynced to {token} in 4.0ms", depth=1)
        assert one(rec).metrics["missed_vsyncs"] == 47

    def test_what_moves_after_a_rest_is_another_motion(self) -> None:
        """As a scroll bar that fades out: its first frame begins when it is due, and is in time."""
        found = one(self.frozen(begun=385.0))
        assert found.metrics["missed_vsyncs"] == 0
        assert found.metrics["longest_standstill_ms"] == 0.0

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [(True, True, "up"), (False, True, None), (False, False, "down"), (None, True, None)],
    )
    def test_a_fling_is_told_apart_by_the_keyboard(
        self, before: bool | None, after: bool | None, expected: str | None
    ) -> None:
        rec = self.frozen(begun=385.0)
        scene = rec.scene()
        found = measure_interactions(
            scene,
            trusted(scene, scene.package, scene.trace.buffers),
            KEYBOARD,
            keyboard_shown=(before, after),
        )
        assert found[0].metrics["keyboard"] == expected
        means = interaction_means(found)
        assert [n for n in means if n.startswith("scroll.hitch_ms.")] == (
            [f"scroll.hitch_ms.keyboard_{expected}"] if expected else []
        )

    def test_a_slide_turns_the_keyboard_over(self) -> None:
        rec = self.frozen(begun=385.0)
        rec.slide(T0 - 150, T0 - 120)
        scene = rec.scene()
        stage = Stage(scene, (), KEYBOARD, keyboard_shown=(False, True))
        assert [stage.keyboard_up(ns(T0 + at)) for at in (-160, -140)] == [False, True]

    def test_where_no_slide_is_told_nobody_knows_whether_the_keyboard_came_meanwhile(self) -> None:
        """Android 8 to 10: down before and after, and up for half of the flings between."""
        stage = Stage(Recording().scene(), (), KEYBOARD, keyboard_shown=(False, False))
        assert stage.keyboard_up(ns(T0)) is None

    def test_a_cursor_that_blinks_soon_after_a_fling_is_no_motion_of_it(self) -> None:
        rec = recording("scroll")
        rec.press(T0)
        begin = on_panel(T0 + 20)
        for i in range(20):
            rec.app_frame(begin + i * T)
        rec.app_frame(begin + 19 * T + 200)
        found = one(rec)
        assert found.metrics["missed_vsyncs"] == 0
        assert found.metrics["fling_ms"] == approx_ms(begin + 19 * T - T0)

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

    def test_a_phone_that_tells_no_slide_does_not_say_that_the_keyboard_did_not_come(self) -> None:
        rec = Recording()
        mark(rec, "return", T0)
        scene = rec.scene()
        (found,) = measure_interactions(scene, (), KEYBOARD)
        assert found.reasons["keyboard_shown_ms"] == "no source of this phone tells of the keyboard's slide"
        assert found.reasons["usable_ms"].startswith(
            "no source of this phone tells of the keyboard's slide: "
        )

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
