"""docs/metrics.md section 2: presses, window starts, marks, and the clock of input times."""

from __future__ import annotations

import pytest

from profiler.analysis.interactions import interactions, unmarked
from tests.profiler.analysis.synthetic import OTHER_PID, Recording, example, ns
from traces.trace import Clocks


def one_press(rec: Recording) -> tuple[int, int, int]:
    (found,) = rec.interactions()
    assert found.press is not None
    return found.press.down_ns, found.press.up_ns, found.press.delivery_ns


def test_window_start_is_the_ups_event_time_on_boottime() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000, held=80, delay=3)
    assert one_press(rec) == (ns(920), ns(1000), ns(1003))


def test_moves_between_down_and_up_are_neither() -> None:
    rec = Recording()
    rec.mark(800, 1)
    for event_time in (940, 956, 972, 1000):
        rec.event(event_time + 2, event_time)
    assert one_press(rec) == (ns(940), ns(1000), ns(1002))


def test_down_and_up_of_the_same_time_as_input_tap_sends_them() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.event(1001, 1000)
    rec.event(1004, 1000)
    assert one_press(rec) == (ns(1000), ns(1000), ns(1004))


def test_a_single_event_is_no_press() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.event(1002, 1000)
    assert rec.interactions()[0].press is None


def test_only_the_touchscreen_presses() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.event(902, 900, source=0x101)
    rec.event(904, 903, source=0x101)
    rec.press(1000)
    assert one_press(rec)[1] == ns(1000)


def test_events_of_another_process_are_not_the_apps() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(900, pid=OTHER_PID)
    rec.press(1000)
    assert one_press(rec)[1] == ns(1000)


def test_each_mark_owns_what_follows_until_the_next() -> None:
    rec = Recording()
    for k, at in enumerate((1000, 4000, 7000), 1):
        rec.mark(at - 200, k)
        rec.press(at)
    rec.mark(9000, 0)
    rec.press(9500)
    found = rec.interactions()
    assert [i.number for i in found] == [1, 2, 3]
    assert [i.press.up_ns for i in found if i.press] == [ns(1000), ns(4000), ns(7000)]
    assert [i.end_ns for i in found] == [ns(3800), ns(6800), ns(9000)]


def test_an_interaction_ends_at_the_next_input_of_any_kind() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000)
    rec.event(2600, 2598, source=0x101)
    assert rec.interactions()[0].end_ns == ns(2600)


def test_an_up_delivered_to_two_windows_is_no_further_input() -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000)
    rec.event(1004, 1000)
    rec.mark(3000, 0)
    assert rec.interactions()[0].end_ns == ns(3000)


def test_without_marks_touches_are_grouped_into_presses() -> None:
    rec = Recording()
    for at in (1000, 3000, 5000):
        rec.press(at)
    scene = rec.scene()
    found = unmarked(scene.inputs, scene.trace.clocks)
    assert [(i.number, i.press.up_ns) for i in found if i.press] == [
        (1, ns(1000)),
        (2, ns(3000)),
        (3, ns(5000)),
    ]
    assert interactions(scene.trace.marks, scene.inputs, scene.trace.clocks) == found


def test_input_times_that_no_clock_pair_converts_are_unknown() -> None:
    rec = Recording()
    rec.press(1000)
    assert unmarked(rec.scene().inputs, Clocks()) == []


def test_without_input_slices_latencies_are_null_and_the_cadence_is_not() -> None:
    rec = example()
    rec.slices.clear()
    rec.do_frame(1, 700)
    found = rec.popup()
    assert found.t0_ns is None
    for name in ("first_motion_ms", "settled_ms", "response_ms", "idle_fps"):
        assert found.metrics[name] is None
        assert found.reasons[name] == "input time unknown"
    assert found.metrics["missed_vsyncs"] == 2
    assert found.void == ("input time unknown",)


@pytest.mark.parametrize("delay", [0.5, 2.0, 30.0])
def test_latencies_start_at_the_finger_and_not_at_delivery(delay: float) -> None:
    rec = Recording()
    rec.mark(800, 1)
    rec.press(1000, delay=delay)
    rec.slide(1020, 1200)
    for i in range(9):
        rec.leash(1040 + i * 8.333)
    assert rec.popup().metrics["first_motion_ms"] == pytest.approx(48.333, abs=0.01)
