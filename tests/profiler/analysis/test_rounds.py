"""docs/metrics.md section 6: means over a round's pop-ups, and every reason why a round is void."""

from __future__ import annotations

import dataclasses

import pytest

from profiler.analysis.rounds import analyze_round, round_means, steady_rate
from profiler.analysis.run import app_result, summarize
from profiler.analysis.state import state_void
from tests.profiler.analysis.synthetic import APP, Recording, T, approx_ms, capture, example, state, step
from tests.profiler.manifests import facts, manifest
from traces.capture import PhoneState, PopupCapture
from traces.health import TraceHealth


def five(skipped: tuple[tuple[int, ...], ...] = ((), (3,), (3, 4), (), (9,))) -> Recording:
    rec = Recording()
    for k, missing in enumerate(skipped, 1):
        example(skipped=missing, t0=1000.0 + 3000 * k, number=k, rec=rec)
    rec.mark(19_000, 0)
    return rec


def test_a_rounds_value_is_the_mean_over_its_five_pop_ups() -> None:
    found = five().round(5)
    assert [p.metrics["missed_vsyncs"] for p in found.popups] == [0, 1, 2, 0, 1]
    assert found.metrics["missed_vsyncs"] == pytest.approx(0.8)
    assert found.metrics["hitch_ms"] == approx_ms(0.8 * T)
    assert found.metrics["settled_ms"] == approx_ms(315.0)
    assert found.void == ()


def test_a_null_in_any_makes_the_rounds_value_null() -> None:
    rec = five()
    for k in (1, 2, 3, 4):
        t0 = 1000.0 + 3000 * k
        rec.app_frame(t0 + 30, start=t0 + 4)
    found = rec.round(5)
    assert [p.metrics["response_ms"] for p in found.popups][:2] == [approx_ms(30.0), approx_ms(30.0)]
    assert found.metrics["response_ms"] is None


def test_words_have_no_mean() -> None:
    assert "driver_mode" not in five().round(5).metrics
    assert "content_motion" not in five().round(5).metrics


def test_a_pop_up_that_the_trace_does_not_show_makes_the_round_void() -> None:
    found = five().round(6)
    assert len(found.popups) == 6
    assert found.void == ("pop-up 6: input time unknown",)
    assert found.metrics["hitch_ms"] is None


def test_a_round_of_which_nothing_was_shown_is_no_valid_round() -> None:
    rec = five()
    rec.frames.clear()
    rec.display.clear()
    assert rec.round(5).void == ("no frame of its pop-ups is in the recording",)


def test_without_marks_the_presses_are_told_apart_by_their_order() -> None:
    rec = five()
    rec.marks.clear()
    found = rec.round(5)
    assert [p.metrics["missed_vsyncs"] for p in found.popups] == [0, 1, 2, 0, 1]
    assert found.void == ()


def test_without_marks_a_press_too_few_makes_all_of_them_unknown() -> None:
    rec = five()
    rec.marks.clear()
    found = rec.round(6)
    assert found.void == tuple(f"pop-up {k}: input time unknown" for k in range(1, 7))


def test_a_pop_up_without_a_slide_makes_the_round_void() -> None:
    rec = five()
    rec.async_slices.pop()
    assert rec.round(5).void == ("pop-up 5: no slide seen",)


def test_a_lossy_trace_is_not_scored() -> None:
    rec = five()
    rec.health = TraceHealth(reasons=("the kernel overwrote 12 events",), warnings=("a slice never ended",))
    found = rec.round(5)
    assert found.void == ("trace not scorable: the kernel overwrote 12 events",)
    assert found.warnings == ("a slice never ended",)


def test_without_a_trace_there_is_nothing() -> None:
    found = analyze_round(capture(5, trace=None), None)
    assert found.void == ("there is no trace",)
    assert found.metrics == {}


def test_an_app_that_the_trace_does_not_know_has_no_input_times() -> None:
    found = five().round(2, package="com.example.unknown", before=state(app_pid=None))
    assert found.void == ("pop-up 1: input time unknown", "pop-up 2: input time unknown")


def test_the_drivers_reasons_come_first_and_once() -> None:
    found = five().round(5, void=("a dialog came up", "a dialog came up"))
    assert found.void == ("a dialog came up",)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({}, {"ime_id": "com.other/.Ime"}, "the keyboard changed"),
        ({}, {"refresh_hz": 60.0}, "the refresh rate changed from 120 to 60 Hz"),
        ({}, {"focused_window": "Window{2 u0 crash dialog}"}, "the focused window changed"),
        ({}, {"app_pid": 4001}, "the app's process ended"),
        ({}, {"app_pid": None}, "the app's process ended"),
        ({}, {"thermal_status": 2}, "thermal status 2"),
        ({"thermal_status": 3}, {}, "thermal status 3"),
        ({"ime_shown": True}, {}, "up already before the round"),
        ({}, {"animation_scales": (1.0, 1.0, 0.5)}, "an animation scale was not 1: 1, 1, 0.5"),
    ],
)
def test_the_phones_state_makes_a_round_void(before: dict, after: dict, reason: str) -> None:
    found = five().round(5, before=state(**before), after=state(**after)).void
    assert len(found) == 1
    assert reason in found[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"thermal_status": 1}, {"thermal_status": 1}),
        ({}, {"refresh_hz": 119.9}),
        ({}, {"ime_shown": True}),
        ({"ime_id": None, "refresh_hz": None, "focused_window": None, "app_pid": None}, {}),
        ({}, {"ime_id": None, "refresh_hz": None, "focused_window": None, "app_pid": None}),
        ({"thermal_status": None}, {"thermal_status": None}),
    ],
)
def test_what_the_phone_did_not_tell_is_no_reason(before: dict, after: dict) -> None:
    assert five().round(5, before=state(**before), after=state(**after)).void == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"shown_before": True}, "pop-up 1: the keyboard was up already before the press"),
        ({"shown_after": False}, "pop-up 1: the keyboard did not come up"),
        ({"shown_before": None, "shown_after": None}, None),
    ],
)
def test_the_keyboards_own_word_counts(changes: dict, reason: str | None) -> None:
    one = dataclasses.replace(PopupCapture(1, 1, 1, 60, shown_before=False, shown_after=True), **changes)
    assert five().round(1, popups=(one,)).void == ((reason,) if reason else ())


def test_a_stand_in_is_told() -> None:
    rec = example(leash=False)
    for i in range(20):
        rec.app_frame(step(i), insets=True)
    (warning,) = rec.round(1).warnings
    assert warning.startswith("no leash rows in pop-up 1")


def test_the_process_that_the_phone_named_wins_over_the_name() -> None:
    rec = five()
    for row in (*rec.slices, *rec.frames):
        row["process"] = None
    trace = dataclasses.replace(rec.trace(), processes={})
    assert analyze_round(capture(5), trace, active_hz=120.0, modes_hz=(60.0, 120.0)).void == ()


def test_means_of_no_pop_ups_are_none_at_all() -> None:
    assert round_means(()) == {}


class TestRun:
    """All rounds of an app."""

    def rounds(self) -> list:
        good = [five().round(5, round=k, folder=f"{k:03d}") for k in (1, 2, 3)]
        void = five().round(5, round=2, attempt=1, void=("a dialog came up",))
        warm = five(((3, 4, 5, 6),) * 5).round(5, round=0)
        return [warm, good[2], void, dataclasses.replace(good[1], attempt=2), good[0]]

    def test_warm_ups_and_void_rounds_enter_no_number(self) -> None:
        found = app_result(facts("chat", package=APP), self.rounds())
        assert (found.rounds_valid, found.rounds_void) == (3, 1)
        assert found.metrics["missed_vsyncs"] == pytest.approx([0.8] * 3)
        assert found.medians["missed_vsyncs"] == pytest.approx(0.8)
        assert found.means["missed_vsyncs"] == pytest.approx(0.8)

    def test_rounds_stand_in_order(self) -> None:
        rounds = [five(((3,) * k,) * 5).round(5, round=k) for k in (3, 1, 2)]
        rounds = [
            dataclasses.replace(one, metrics=one.metrics | {"missed_vsyncs": float(one.round)})
            for one in rounds
        ]
        assert app_result(facts("chat"), rounds).metrics["missed_vsyncs"] == [1.0, 2.0, 3.0]

    def test_a_round_without_a_value_is_left_out_of_that_metric_only(self) -> None:
        rounds = [five().round(5, round=k) for k in (1, 2)]
        rounds[1] = dataclasses.replace(rounds[1], metrics=rounds[1].metrics | {"hitch_ms": None})
        found = app_result(facts("chat"), rounds)
        assert (len(found.metrics["hitch_ms"]), len(found.metrics["settled_ms"])) == (1, 2)
        assert found.medians["response_ms"] is None

    def test_modes_are_counted_over_pop_ups_of_valid_rounds(self) -> None:
        found = app_result(facts("chat"), self.rounds())
        assert found.modes["driver_mode"] == {"sync": 15}
        assert sum(found.modes["content_motion"].values()) == 15

    def test_an_app_that_was_never_measured_has_nothing(self) -> None:
        found = summarize(manifest("chat", "other"), self.rounds()).apps[1]
        assert (found.app, found.rounds_valid, found.metrics) == ("other", 0, {})

    def test_the_run_keeps_every_round_and_the_recorded_modes_period(self) -> None:
        found = summarize(manifest("chat"), self.rounds(), warnings=("cut off",))
        assert len(found.rounds) == 5
        assert found.period_ms == pytest.approx(T)
        assert found.warnings == ("cut off",)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"theme": "light"}, {"theme": "dark"}, "the theme changed from light to dark"),
        ({"font_scale": 1.0}, {"font_scale": 1.3}, "the font scale changed from 1 to 1.3"),
        ({"rotation": 0}, {"rotation": 3}, "the orientation changed from 0° to 270°"),
        ({"density_dpi": 420}, {"density_dpi": 480}, "the display density changed from 420 dpi to 480 dpi"),
        ({"theme": "light"}, {}, None),
        ({"theme": "dark", "rotation": 1}, {"theme": "dark", "rotation": 1}, None),
    ],
)
def test_an_appearance_that_changes_voids_the_round(before: dict, after: dict, reason: str | None) -> None:
    told = dataclasses.replace(capture(5), before=PhoneState(**before), after=PhoneState(**after), popups=())
    assert state_void(told) == ([] if reason is None else [reason])


@pytest.mark.parametrize(
    ("before", "after", "rate"),
    [
        ({"refresh_hz": 120.0}, {"refresh_hz": 120.0}, 120.0),
        ({"refresh_hz": 120.0}, {"refresh_hz": 60.0}, None),
        ({"refresh_hz": 120.0, "render_hz": 60.0}, {"refresh_hz": 120.0, "render_hz": 60.0}, 60.0),
        ({"refresh_hz": 120.0, "render_hz": 60.0}, {"refresh_hz": 120.0}, None),
        ({}, {}, None),
    ],
)
def test_a_rate_is_steady_when_the_phone_told_it_twice(before: dict, after: dict, rate: float | None) -> None:
    told = dataclasses.replace(capture(5), before=PhoneState(**before), after=PhoneState(**after))
    assert steady_rate(told) == rate

    def test_the_period_is_that_of_the_rounds_and_not_of_a_reading_before_them(self) -> None:
        found = summarize(manifest("chat", hz=60.0), self.rounds())
        assert found.period_ms == pytest.approx(T)
        (note,) = found.warnings
        assert "ran at 120 Hz while it was measured, not at the 60 Hz" in note

    def test_a_round_at_another_rate_than_most_is_void(self) -> None:
        good = [five().round(5, round=k, folder=f"{k:03d}") for k in (1, 2, 3)]
        slow = tuple(dataclasses.replace(p, period_ms=2 * T) for p in good[0].popups)
        odd = dataclasses.replace(good[0], popups=slow)
        found = summarize(manifest("chat"), [odd, *good[1:]])
        assert found.rounds[0].void == ("the refresh rate is 60 Hz; usual for this app: 120 Hz",)
        assert found.apps[0].rounds_valid == 2
        even = summarize(manifest("chat"), [odd, good[1]])
        assert even.apps[0].rounds_valid == 2, "of two neither is the odd one"
