"""An interaction of which nothing but the app's frames is told: docs/android-versions.md."""

from __future__ import annotations

import numpy as np
import pytest

from profiler.analysis.elsewhere import OVERWRITTEN
from profiler.analysis.frames_shown import LatencySource
from profiler.analysis.kinds.all import measure_interactions
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Marked, Stage
from profiler.analysis.kinds.send import NO_LAYOUT
from profiler.analysis.kinds.untold import LIMITS_NS, NO_RHYTHM, NULL, RHYTHM, measure_untold
from tests.profiler.analysis.synthetic import Recording, T, mono, ns
from traces.capture import MARKS
from traces.text.latency import LatencyTable, PresentState

FOREVER = int(np.iinfo(np.int64).max)
BEGIN = 1000.0


def measured(
    *shown: float, kind: str = "scroll", until: float | None = None, blind: tuple[float, float] | None = None
):
    """The interaction, of an app whose `--latency` ring holds frames on screen at these times (ms)."""
    times = [mono(p) for p in shown]
    states = [int(PresentState.PRESENTED)] * len(times)
    rows = LatencyTable.from_columns(
        {"desired_ns": times, "actual_ns": times, "ready_ns": times, "state": states}
    )
    scene = Recording().scene()
    lost = () if blind is None else ((mono(blind[0]), mono(blind[1])),)
    stage = Stage(scene, (LatencySource(rows, scene.trace.clocks, lost),))
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


def test_no_frame_voids_it() -> None:
    found = measured()
    assert found.void == (NO_FRAMES,)
    assert found.reasons["frames.app"] == NO_FRAMES


def test_a_ring_that_was_overwritten_says_so() -> None:
    found = measured(blind=(BEGIN - 10, BEGIN + 6500))
    assert found.void == (OVERWRITTEN,)
    assert found.reasons["app_hitch_ms"] == OVERWRITTEN


def test_a_reply_of_which_the_ring_lost_the_frames_says_so_too() -> None:
    """No frame is left to tell that this phone tells no layout frames: it tells none of any frame."""
    rows = LatencyTable.from_columns(
        {name: [mono(BEGIN - 900)] for name in ("desired_ns", "actual_ns", "ready_ns")}
        | {"state": [int(PresentState.PRESENTED)]}
    )
    recording = Recording()
    recording.marks.append({"pid": 7, "time_ns": ns(BEGIN), "name": MARKS["stream"], "value": 1})
    scene = recording.scene()
    source = LatencySource(rows, scene.trace.clocks, ((mono(BEGIN - 10), mono(BEGIN + 1000)),))
    (found,) = measure_interactions(scene, (source,), None)
    assert found.void == (OVERWRITTEN,)
    assert found.reasons["stream_ms"] == NO_LAYOUT


def test_what_the_ring_still_held_of_the_end_is_judged_and_marked() -> None:
    found = measured(*steps(1, 2, 3, 4, 5, 6), blind=(BEGIN - 10, BEGIN + 2.5 * T))
    assert found.metrics["frames.app"] == 4
    assert found.sources["frames.app"] == "--latency (the end of it: what came before was overwritten)"
