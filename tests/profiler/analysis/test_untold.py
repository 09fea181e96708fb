"""An interaction of which nothing but the app's frames is told: docs/android-versions.md."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.analysis.frames_shown import NO_FRAMES, NO_START, OVERWRITTEN, LatencySource
from profiler.analysis.kinds.all import measure_interactions
from profiler.analysis.kinds.model import INPUT_UNKNOWN, Marked, Stage
from profiler.analysis.kinds.send import NO_LAYOUT
from profiler.analysis.kinds.untold import LIMITS_NS, NO_RHYTHM, NULL, RHYTHM, measure_untold
from tests.profiler.analysis.synthetic import Recording, T, mono, ns
from traces.capture import MARKS
from traces.text.latency import LatencyTable, PresentState

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.analysis.scene import Scene

FOREVER = int(np.iinfo(np.int64).max)
BEGIN = 1000.0


def ring(*shown: float, blind: tuple[float, float] | None = None) -> Callable[[Scene], LatencySource]:
    """A `--latency` ring with frames on screen at these times (ms)."""
    times = [mono(p) for p in shown]
    states = [int(PresentState.PRESENTED)] * len(times)
    rows = LatencyTable.from_columns(
        {"desired_ns": times, "actual_ns": times, "ready_ns": times, "state": states}
    )
    lost = () if blind is None else ((mono(blind[0]), mono(blind[1])),)
    return lambda scene: LatencySource(rows, scene.trace.clocks, lost)


def measured(
    *shown: float, kind: str = "scroll", until: float | None = None, blind: tuple[float, float] | None = None
):
    """The interaction, of an app whose `--latency` ring holds frames on screen at these times (ms)."""
    scene = Recording().scene()
    stage = Stage(scene, (ring(*shown, blind=blind)(scene),))
    end = FOREVER if until is None else ns(until)
    return measure_untold(stage, Marked(kind, 1, ns(BEGIN), end), INPUT_UNKNOWN)


def steps(*vsyncs: int) -> list[float]:
    """Times of frames at these vsyncs after the mark."""
    return [BEGIN + T * n for n in vsyncs]


@pytest.mark.parametrize("kind", sorted(LIMITS_NS))
def test_its_own_metrics_are_null_with_the_reason_and_the_apps_rhythm_is_told(kind: str) -> None:
    """Ten frames, vsyncs 6 and 7 without one: two missed, and 3 T from one frame to the next."""
    found = measured(*steps(1, 2, 3, 4, 5, 8, 9, 10, 11, 12), kind=kind)
    assert {name: found.reasons[name] for name in NULL[kind]} == dict.fromkeys(NULL[kind], INPUT_UNKNOWN)
    assert all(found.metrics[name] is None for name in NULL[kind])
    assert found.metrics["frames.app"] == 10
    assert found.metrics["app_missed_vsyncs"] == 2
    assert found.metrics["app_hitch_ms"] == pytest.approx(2 * T, abs=1e-5)
    assert found.metrics["app_longest_hole_ms"] == pytest.approx(3 * T, abs=1e-5)
    assert found.metrics["app_moving_ms"] == pytest.approx(11 * T, abs=1e-5)
    assert found.metrics["app_hitch_ratio_ms_per_s"] == pytest.approx(2 / 11 * 1000, abs=1e-3)
    assert {found.sources[f"app_{name}"] for name in RHYTHM} == {"--latency"}
    assert found.void == ()


def test_the_window_ends_with_the_next_mark_and_at_the_latest_with_the_kinds_limit() -> None:
    early = measured(*steps(1, 2, 3, 4, 5), until=BEGIN + 3.5 * T)
    assert (early.end_ns, early.metrics["frames.app"]) == (ns(BEGIN + 3.5 * T), 3)
    late = measured(*steps(1, 2, 3), BEGIN + 7000)
    assert (late.end_ns, late.metrics["frames.app"]) == (ns(BEGIN) + LIMITS_NS["scroll"], 3)


def test_frames_without_a_rhythm_are_counted_and_not_judged() -> None:
    found = measured(BEGIN + 10, BEGIN + 400)
    assert found.metrics["frames.app"] == 2
    assert {found.metrics[f"app_{name}"] for name in RHYTHM} == {None}
    assert {found.reasons[f"app_{name}"] for name in RHYTHM} == {NO_RHYTHM}
    assert found.void == ()


@pytest.mark.parametrize("kind", sorted(LIMITS_NS))
def test_no_frame_voids_it_but_for_a_key_which_may_change_nothing_in_the_app(kind: str) -> None:
    found = measured(kind=kind)
    assert found.void == (() if kind in {"key", "pick"} else (NO_FRAMES,))
    assert found.reasons["frames.app"] == NO_FRAMES


def test_a_key_that_the_keyboard_composes_draws_nothing_in_the_app_and_that_is_no_fault() -> None:
    recording = Recording()
    for kind, at in (("key", BEGIN), ("pick", BEGIN + 600)):
        recording.marks.append({"pid": 7, "time_ns": ns(at), "name": MARKS[kind], "value": 1})
    scene = recording.scene()
    key, pick = measure_interactions(scene, (ring(BEGIN - 900, *steps(80, 81))(scene),), None)
    assert (key.void, key.metrics["frames.app"], key.reasons["app_hitch_ms"]) == ((), 0, NO_RHYTHM)
    assert (pick.void, pick.metrics["frames.app"]) == ((), 2)


def test_a_ring_that_was_overwritten_says_so() -> None:
    found = measured(blind=(BEGIN - 10, BEGIN + 6500))
    assert found.void == (OVERWRITTEN,)
    assert found.reasons["app_hitch_ms"] == OVERWRITTEN


def test_an_overwritten_ring_voids_keys_too() -> None:
    assert measured(kind="key", blind=(BEGIN - 10, BEGIN + 6500)).void == (OVERWRITTEN,)


def test_a_reply_of_which_the_ring_lost_the_frames_says_so_too() -> None:
    """No frame is left to tell that this phone tells no layout frames: it tells none of any frame."""
    recording = Recording()
    recording.marks.append({"pid": 7, "time_ns": ns(BEGIN), "name": MARKS["stream"], "value": 1})
    scene = recording.scene()
    source = ring(BEGIN - 900, blind=(BEGIN - 10, BEGIN + 1000))
    (found,) = measure_interactions(scene, (source(scene),), None)
    assert found.void == (OVERWRITTEN,)
    assert found.reasons["stream_ms"] == NO_LAYOUT


def test_a_source_that_lost_nothing_goes_before_a_better_one_that_did() -> None:
    whole, better = ring(*steps(1, 2, 3, 4, 5, 6)), ring(*steps(4, 5, 6), blind=(BEGIN - 10, BEGIN + 3.5 * T))
    scene = Recording().scene()
    named = replace(better(scene), name="the better one")
    stage = Stage(scene, (named, whole(scene)))
    found = measure_untold(stage, Marked("scroll", 1, ns(BEGIN), FOREVER), INPUT_UNKNOWN)
    assert (found.metrics["frames.app"], found.sources["frames.app"]) == (6, "--latency")


@pytest.mark.parametrize(("kind", "metric"), [("send", "response_ms"), ("scroll", "first_move_ms")])
def test_an_answer_that_no_source_can_tell_is_not_said_to_have_been_missing(kind: str, metric: str) -> None:
    """`--latency` shows the frames, and not when they were begun."""
    recording = Recording()
    recording.marks.append({"pid": 7, "time_ns": ns(BEGIN - 200), "name": MARKS[kind], "value": 1})
    for time in (BEGIN - 60, BEGIN - 30, BEGIN):
        recording.event(time + 2, time)
    scene = recording.scene()
    (found,) = measure_interactions(scene, (ring(*steps(4, 5, 6))(scene),), None)
    assert (found.metrics[metric], found.reasons[metric]) == (None, NO_START)


def test_what_the_ring_still_held_of_the_end_is_judged_and_marked() -> None:
    found = measured(*steps(1, 2, 3, 4, 5, 6), blind=(BEGIN - 10, BEGIN + 2.5 * T))
    assert found.metrics["frames.app"] == 4
    assert found.sources["frames.app"] == "--latency (the end of it: what came before was overwritten)"
