"""docs/metrics.md section 8: other tools' numbers under their own names."""

from __future__ import annotations

import numpy as np
import pytest

from profiler.analysis.jank import jank_names
from profiler.standards.perfdog import janks
from tests.profiler.analysis.synthetic import (
    APP,
    OTHER_PID,
    STEPS,
    Recording,
    approx_ms,
    example,
    step,
)
from traces.tables import JankType


def counts(*intervals: float, window: float = 1000.0) -> tuple[object, ...]:
    found = janks(list(intervals), window)
    return found["small_jank"], found["jank"], found["big_jank"]


class TestPerfDog:
    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            (41.6, (0, 0, 0)),
            (41.7, (1, 0, 0)),
            (83.3, (1, 0, 0)),
            (83.4, (1, 1, 0)),
            (125.0, (1, 1, 0)),
            (125.1, (1, 1, 1)),
        ],
    )
    def test_thresholds_are_one_two_and_three_film_frames(
        self, interval: float, expected: tuple[int, int, int]
    ) -> None:
        assert counts(16.7, 16.7, 16.7, interval) == expected

    def test_it_must_be_over_twice_the_mean_of_the_three_before(self) -> None:
        assert counts(50, 50, 50, 100) == (0, 0, 0)
        assert counts(50, 50, 50, 100.1) == (1, 1, 0)

    def test_it_needs_three_before(self) -> None:
        assert counts(16, 16, 200) == (0, 0, 0)

    def test_the_history_restarts_after_a_jank(self) -> None:
        assert counts(16, 16, 16, 200, 200) == (1, 1, 1)
        assert counts(16, 16, 16, 200, 16, 16, 200) == (1, 1, 1)
        assert counts(16, 16, 16, 200, 16, 16, 16, 200) == (2, 2, 2)

    def test_a_small_jank_stays_in_the_history(self) -> None:
        assert counts(16, 16, 16, 60, 70) == (2, 0, 0)

    def test_stutter_is_the_janks_part_of_the_window(self) -> None:
        assert janks([16, 16, 16, 100, 16], 400.0)["stutter"] == pytest.approx(0.25)

    def test_it_is_blind_to_five_missed_vsyncs_in_a_slide(self) -> None:
        rec = example(skipped=())
        for i in range(STEPS + 1):
            if i not in (5, 9, 13, 17, 21):
                rec.app_frame(step(i))
        found = rec.popup()
        assert found.metrics["content_missed_vsyncs"] == 5
        assert [found.standards[f"perfdog.{k}"] for k in ("small_jank", "jank", "big_jank")] == [0, 0, 0]


def frames() -> Recording:
    rec = example(skipped=())
    for i, overrun in enumerate((-4.0, -2.0, 0.0, 2.0, 10.0)):
        p = step(4 * i)
        rec.app_frame(p, start=p - 30, deadline=p - 12, ready=p - 12 + overrun)
    return rec


def test_macrobenchmark_overrun_has_the_apps_percentiles() -> None:
    rec = frames()
    rec.row(1100, "TX - elsewhere#1", OTHER_PID, "elsewhere", start=1050, ready=1099)
    found = rec.popup().standards
    expected = np.percentile([-4, -2, 0, 2, 10], [50, 90, 95, 99])
    for p, value in zip((50, 90, 95, 99), expected, strict=True):
        assert found[f"macrobenchmark.frameOverrunMs.P{p}"] == approx_ms(value)


def test_macrobenchmark_cpu_duration_is_from_do_frame_to_the_end_of_draw_frames() -> None:
    found = frames().popup().standards
    assert found["macrobenchmark.frameDurationCpuMs.P50"] == approx_ms(9.0)


def test_without_frames_percentiles_are_null() -> None:
    assert example().popup().standards["macrobenchmark.frameDurationCpuMs.P50"] is None


def test_jank_types_are_counted_by_owner() -> None:
    rec = frames()
    rec.frames[-1]["jank_type"] = JankType.APP_DEADLINE_MISSED | JankType.BUFFER_STUFFING
    found = rec.popup().standards
    assert found[f"perfetto.jank_types.{APP}.App Deadline Missed, Buffer Stuffing"] == 1
    assert found[f"perfetto.jank_types.{APP}.No Jank"] == 4
    assert found["perfetto.jank_types.system_server.No Jank"] == 34


def test_vitals_count_from_do_frame_to_ready() -> None:
    rec = example(skipped=())
    for start, took in ((1050, 16.0), (1080, 16.1), (1110, 700.0), (1140, 700.1)):
        rec.app_frame(start + took + 10, start=start, ready=start + took)
    found = rec.popup().standards
    assert (found["vitals.slow"], found["vitals.frozen"]) == (3, 1)


def test_apples_hitch_ratio_is_per_second() -> None:
    assert example().popup().standards["apple.hitch_ratio_ms_per_s"] == pytest.approx(62.5, abs=0.01)


def test_jank_names() -> None:
    both = JankType.SF_SCHEDULING | JankType.BUFFER_STUFFING
    assert jank_names(JankType.NONE) == ""
    assert jank_names(both) == "SurfaceFlinger Scheduling, Buffer Stuffing"
    assert all(jank_names(flag) for flag in JankType if flag > JankType.NONE)
