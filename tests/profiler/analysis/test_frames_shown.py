"""docs/metrics/sources.md: every source of frame times answers the same question in the same way."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.analysis.drawn import drawn_frames
from profiler.analysis.frames_shown import (
    FrameSource,
    FramestatsSource,
    FrameTimelineSource,
    FrameTracerSource,
    JoinedSource,
    LatencySource,
    answering,
    best,
    trusted,
)
from profiler.analysis.kinds.model import Marked, Stage
from profiler.analysis.kinds.scroll import measure_scroll
from profiler.analysis.scored import seen_by
from profiler.analysis.surface_view import of_the_content
from tests.profiler.analysis.synthetic import APP, Recording, T, approx_ms, mono, ns
from traces.tables import NA, BufferTable
from traces.text.framestats_table import FrameStatsTable
from traces.text.latency import LatencyTable, PresentState

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = [1000.0 + i * T for i in (1, 2, 3, 6, 7, 8)]
"""When the frames were shown: two vsyncs missed in the middle."""


def recording() -> Recording:
    rec = Recording()
    rec.panel(0, 3000)
    return rec


def timeline() -> FrameSource:
    rec = recording()
    for p in TIMES:
        rec.app_frame(p)
    return FrameTimelineSource(rec.scene())


def tracer() -> FrameSource:
    layer = f"SurfaceView[{APP}/.Main](BLAST)#3"
    rows = [(layer, p, p - 2 * T) for p in TIMES] + [(f"Background for {layer}", 1500.0, 1490.0)]
    rows += [(f"{APP}/.Main#1", 1001.0, 995.0)]
    none = [NA] * len(rows)
    return FrameTracerSource(
        BufferTable.from_columns(
            {
                "layer_name": [r[0] for r in rows],
                "frame_number": list(range(len(rows))),
                "dequeue_ns": [ns(r[2]) for r in rows],
                "queue_ns": none,
                "acquire_fence_ns": none,
                "latch_ns": none,
                "present_ns": [ns(r[1]) for r in rows],
            }
        ),
        APP,
    )


def framestats() -> FrameSource:
    blank = {f.name: [NA] * len(TIMES) for f in fields(FrameStatsTable)}
    told = {
        "completed_ns": [mono(p) for p in TIMES],
        "intended_vsync_ns": [mono(p - 2 * T) for p in TIMES],
        "vsync_ns": [mono(p - 2 * T) for p in TIMES],
        "perform_traversals_start_ns": [mono(p - 10) for p in TIMES],
        "usable": [True] * len(TIMES),
        "duplicate": [False] * len(TIMES),
    }
    return FramestatsSource(FrameStatsTable.from_columns(blank | told), recording().trace().clocks)


def latency() -> FrameSource:
    times = [mono(p) for p in TIMES]
    rows = {"desired_ns": times, "actual_ns": times, "ready_ns": times}
    rows["state"] = [int(PresentState.PRESENTED)] * len(times)
    return LatencySource(LatencyTable.from_columns(rows), recording().trace().clocks)


@pytest.mark.parametrize("make", [timeline, tracer, framestats, latency])
class TestEverySource:
    def test_it_names_itself_and_says_whether_its_times_are_on_screen(
        self, make: Callable[[], FrameSource]
    ) -> None:
        source = make()
        found = source.shown(ns(0), ns(3000))
        assert found.source == source.name
        assert found.on_screen == source.on_screen == (source.name != "framestats")

    def test_it_gives_the_frames_of_the_app_on_boottime_once_and_in_order(
        self, make: Callable[[], FrameSource]
    ) -> None:
        found = make().shown(ns(0), ns(3000))
        assert found.time_ns.tolist() == [ns(p) for p in TIMES]
        assert len(found.answers_ns) == len(found.start_ns) == len(found.overrun_ns) == len(TIMES)

    def test_both_ends_of_the_window_belong_to_it(self, make: Callable[[], FrameSource]) -> None:
        found = make().shown(ns(TIMES[1]), ns(TIMES[3]))
        assert found.time_ns.tolist() == [ns(p) for p in TIMES[1:4]]

    def test_an_empty_window_is_empty(self, make: Callable[[], FrameSource]) -> None:
        assert len(make().shown(ns(2000), ns(2500))) == 0

    def test_the_same_motion_has_the_same_cadence_from_every_source(
        self, make: Callable[[], FrameSource]
    ) -> None:
        rec = recording()
        rec.press(1000.0)
        stage = Stage(rec.scene(), (make(),))
        found = measure_scroll(stage, Marked("scroll", 1, ns(900), ns(3000)))
        assert found.metrics["missed_vsyncs"] == 2
        assert found.metrics["fling_ms"] == approx_ms(8 * T)
        assert found.sources["missed_vsyncs"] == stage.sources[0].name


def test_the_best_source_that_saw_a_frame_answers() -> None:
    rec = recording()
    empty = FrameTimelineSource(rec.scene())
    found = best((empty, tracer(), framestats()), ns(0), ns(3000))
    assert found is not None
    assert found.source == "FrameTracer"
    assert best((empty,), ns(0), ns(3000)) is None


def test_a_source_without_starts_finds_no_answer_to_an_input() -> None:
    found = latency().shown(ns(0), ns(3000))
    assert found.layout is None
    assert np.all(found.answers_ns == NA)


def joined(blind: tuple[tuple[int, int], ...] = ()) -> FrameSource:
    told = {f.name: [NA] * len(TIMES) for f in fields(FrameStatsTable)}
    told |= {"vsync_ns": [mono(p - 2 * T) for p in TIMES], "swap_buffers_ns": [mono(p - 8) for p in TIMES]}
    told |= {"perform_traversals_start_ns": [mono(p - 10) for p in TIMES]}
    told |= {"completed_ns": [mono(p - 4) for p in TIMES], "swap_completed_ns": [NA] * len(TIMES)}
    told |= {"usable": [True] * len(TIMES), "duplicate": [False] * len(TIMES)}
    rows = {"desired_ns": [mono(p - 6) for p in TIMES], "actual_ns": [mono(p) for p in TIMES]}
    rows |= {"ready_ns": rows["actual_ns"], "state": [int(PresentState.PRESENTED)] * len(TIMES)}
    clocks = recording().trace().clocks
    tables = FrameStatsTable.from_columns(told), LatencyTable.from_columns(rows)
    return JoinedSource(*tables, clocks, blind)


def drawn_latency() -> tuple[Recording, FrameSource]:
    """Frames of Android 10: each doFrame begins 20 ms before its buffer is seen; every second lays out."""
    rec = recording()
    for i, p in enumerate(TIMES):
        rec.slice(p - 20, 6, "Choreographer#doFrame")
        rec.slice(p - 19, 4, "traversal", depth=1)
        if i % 2:
            rec.slice(p - 18, 1, "layout", depth=2)
        rec.slice(p - 15, 5, "DrawFrame", thread="RenderThread")
    rows = {"desired_ns": [mono(p - 11) for p in TIMES], "actual_ns": [mono(p) for p in TIMES]}
    rows |= {"ready_ns": rows["actual_ns"], "state": [int(PresentState.PRESENTED)] * len(TIMES)}
    scene = rec.scene()
    drawn = drawn_frames(scene.slices, scene.pid)
    return rec, LatencySource(LatencyTable.from_columns(rows), rec.trace().clocks, drawn=drawn)


def test_buffers_of_latency_are_put_to_the_doframes_in_whose_drawing_they_were_queued() -> None:
    found = drawn_latency()[1].shown(ns(0), ns(3000))
    assert found.source == "--latency and doFrame"
    assert found.time_ns.tolist() == [ns(p) for p in TIMES]
    assert found.start_ns.tolist() == [ns(p - 20) for p in TIMES]
    assert found.answers_ns.tolist() == [ns(p - 19) for p in TIMES]
    assert found.layout is not None
    assert found.layout.tolist() == [False, True] * 3


@pytest.mark.parametrize(("timed", "expected"), [(False, "--latency and doFrame"), (True, "--latency")])
def test_with_frametimeline_a_buffer_of_latency_is_not_put_to_a_doframe(timed: bool, expected: str) -> None:
    rec, source = drawn_latency()
    assert isinstance(source, LatencySource)
    scene = rec.scene()
    assert not scene.timed
    if timed:
        rec.app_frame(2000.0)
        scene = rec.scene()
        assert scene.timed
    sources = trusted(scene, scene.package, None, latency=source.rows, clocks=source.clocks)
    assert sources[-1].shown(ns(0), ns(1500)).source == expected


def test_finished_frames_answer_only_where_nothing_tells_when_such_frames_were_seen() -> None:
    window = ns(0), ns(3000)
    seen = answering((joined(), latency(), framestats()), *window)
    assert seen is not None
    assert seen.source == "framestats and --latency"
    lost = joined(blind=((mono(900), mono(1500)),))
    assert answering((lost, latency(), framestats()), *window) is None
    finished = answering((latency(), framestats()), *window)
    assert finished is not None
    assert finished.source == "framestats"


def test_times_on_screen_have_one_source_whatever_told_the_beginnings() -> None:
    assert seen_by("framestats and --latency") == seen_by("--latency") == "--latency"
    assert seen_by("--latency and doFrame, since delivery") == "--latency, since delivery"
    assert seen_by("framestats and --latency, since delivery") == "--latency, since delivery"
    assert seen_by("framestats") == "framestats"


class TestASurface:
    """An app that an engine draws: its window is drawn now and then too, empty."""

    def test_its_buffers_are_what_is_seen_of_it_and_its_window_is_left_out(self) -> None:
        sources = of_the_content((timeline(), tracer(), latency()), APP)
        assert [source.name for source in sources] == ["FrameTracer", "--latency"]
        shown = sources[0].shown(ns(0), ns(3000))
        assert shown.time_ns.tolist() == [ns(p) for p in TIMES]

    def test_a_window_that_draws_more_than_its_surface_stays(self) -> None:
        made = tracer()
        assert isinstance(made, FrameTracerSource)
        names = [f"{APP}/.Main#1" if i < 4 else name for i, name in enumerate(made.buffers.layer_name)]
        window = replace(made, buffers=replace(made.buffers, layer_name=np.array(names, object)))
        sources = (timeline(), window)
        assert of_the_content(sources, APP) == sources
