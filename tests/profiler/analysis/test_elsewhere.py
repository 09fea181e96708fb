"""docs/metrics/sources.md: a pop-up whose app FrameTimeline did not see, and the dumps beside a trace."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from profiler.analysis.extras import Extras, read_extras
from profiler.analysis.rounds import analyze_round
from tests.profiler.analysis.synthetic import (
    APP,
    STEPS,
    Recording,
    T,
    approx_ms,
    capture,
    example,
    mono,
    ns,
    step,
)
from traces.capture import FRAMESTATS_FILE, LATENCY_FILE, MARKS
from traces.tables import NA, BufferTable
from traces.text.framestats_table import FrameStatsTable
from traces.text.latency import LatencyTable, PresentState

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.analysis.results import PopupResult, RoundResult

UP = 1000.0
DELIVERED = UP + 2


def popup(rec: Recording, *, surface: list[float] | None = None, extras: Extras | None = None) -> PopupResult:
    """The pop-up of a round."""
    return measured(rec, surface, extras).popups[0]


def measured(rec: Recording, surface: list[float] | None = None, extras: Extras | None = None) -> RoundResult:
    """The round, with buffers of a SurfaceView shown at these times, each dequeued 2 vsyncs before."""
    trace = rec.trace()
    if surface is not None:
        none = [NA] * len(surface)
        made = {
            "layer_name": [f"SurfaceView[{APP}/.Main](BLAST)#3"] * len(surface),
            "frame_number": list(range(len(surface))),
            "dequeue_ns": [ns(p - 2 * T) for p in surface],
            **dict.fromkeys(("queue_ns", "acquire_fence_ns", "latch_ns"), none),
            "present_ns": [ns(p) for p in surface],
        }
        trace = replace(trace, buffers=BufferTable.from_columns(made))
    return analyze_round(capture(1), trace, modes_hz=(60.0, 120.0), active_hz=120.0, extras=extras)


def framestats(*frames: tuple[float, float]) -> FrameStatsTable:
    """Rows by the start of the traversal and the time when they were finished."""
    made: dict[str, object] = {f.name: [NA] * len(frames) for f in fields(FrameStatsTable)}
    made |= {"usable": [True] * len(frames), "duplicate": [False] * len(frames)}
    made["intended_vsync_ns"] = made["vsync_ns"] = [mono(begun - 2) for begun, _ in frames]
    made["perform_traversals_start_ns"] = [mono(begun) for begun, _ in frames]
    made["completed_ns"] = [mono(done) for _, done in frames]
    return FrameStatsTable.from_columns(made)


def latency(*shown: float) -> LatencyTable:
    times = [mono(p) for p in shown]
    states = [int(PresentState.PRESENTED)] * len(times)
    return LatencyTable.from_columns(
        {"desired_ns": times, "actual_ns": times, "ready_ns": times, "state": states}
    )


def test_an_app_on_a_surface_that_follows_the_keyboard_is_seen_to_follow() -> None:
    """Its buffers come with every step but the 10th: one vsync missed, 33 of 34 steps shared."""
    found = popup(example(skipped=()), surface=[step(i) for i in range(STEPS + 1) if i != 10])
    assert found.metrics["content_missed_vsyncs"] == 1
    assert found.metrics["content_motion"] == "per-frame"
    assert found.metrics["content_jump_share"] == 0.0
    assert found.sources["content_hitch_ms"] == found.sources["content_motion"] == "FrameTracer"
    assert "content_hitch_ms" not in found.reasons


def test_its_hide_is_measured_by_the_surface_and_not_by_the_window_that_the_platform_draws_meanwhile() -> (
    None
):
    """The window comes with every step of the leash; the surface misses the 10th and the 11th."""
    rec = example(skipped=())
    rec.marks = [{**rec.marks[0], "name": MARKS["hide"]}]
    for i in range(STEPS + 1):
        rec.app_frame(step(i), layout=i == 0)
    surface = [step(i) for i in range(STEPS + 1) if i not in (10, 11)]
    (found,) = measured(rec, [*surface, *(step(STEPS + 20 + n) for n in range(3))]).interactions
    assert (found.kind, found.metrics["missed_vsyncs"], found.metrics["content_missed_vsyncs"]) == (
        "hide",
        0,
        2,
    )
    assert found.sources["content_missed_vsyncs"] == found.sources["frames.app"] == "FrameTracer"
    assert found.reasons["late_frames.app"] == "the source does not tell deadlines"
    assert found.reasons["content_returned_ms"] == "the source does not tell layout frames"


def test_its_answer_is_the_first_buffer_dequeued_after_delivery() -> None:
    found = popup(example(skipped=()), surface=[UP + 10, UP + 30, UP + 40])
    assert found.metrics["response_ms"] == approx_ms(30)
    assert found.sources["response_ms"] == "FrameTracer"


def test_one_that_does_not_follow_jumps_at_an_unknown_moment() -> None:
    found = popup(example(skipped=()), surface=[step(0), step(20)])
    assert found.metrics["content_motion"] == "unknown"
    assert found.metrics["content_jump_share"] is None
    assert found.reasons["content_motion"] == "the source does not tell layout frames"


def test_framestats_tell_the_answer_where_nothing_else_does_and_the_source_is_said() -> None:
    """The first row's traversal began before delivery, at 1001: the second's frame holds the answer."""
    extras = Extras(framestats=framestats((DELIVERED - 1, 1008), (DELIVERED + 5, 1016)))
    found = popup(example(skipped=()), extras=extras)
    assert found.metrics["response_ms"] == approx_ms(16)
    assert found.sources["response_ms"] == "framestats"
    assert found.standards["gfxinfo.frames"] == 1  # the first was meant for a vsync before UP


def test_latency_tells_cadence_and_no_answer() -> None:
    extras = Extras(latency=latency(*(step(i) for i in range(STEPS + 1))))
    found = popup(example(skipped=()), extras=extras)
    assert found.metrics["content_missed_vsyncs"] == 0
    assert found.sources["content_missed_vsyncs"] == "--latency"
    assert found.metrics["response_ms"] is None
    assert found.reasons["response_ms"] == "no source tells when a frame of the app began"


def test_what_frametimeline_saw_wins() -> None:
    rec = example(skipped=())
    rec.app_frame(UP + 50, start=UP + 5)
    found = popup(rec, extras=Extras(framestats=framestats((DELIVERED + 1, 1010))))
    assert found.metrics["response_ms"] == approx_ms(50)
    assert found.sources == {}


def test_dumps_of_a_round_are_read_from_its_folder(tmp_path: Path) -> None:
    layer = f"{APP}/{APP}.Main#1"
    rows = "\n".join(f"{t}\t{t + 5}\t{t}" for t in (1000, 2000, 3000))
    other = f"8333333\n{rows}\n9000\t9001\t9000\n"
    dumps = {layer: f"8333333\n{rows}\n", "com.other/com.other.Main#2": other}
    (tmp_path / LATENCY_FILE).write_text(json.dumps(dumps), encoding="utf-8")
    found = read_extras(replace(capture(1), extras=(LATENCY_FILE,)), tmp_path)
    assert found.latency is not None
    assert found.latency.actual_ns.tolist() == [1005, 2005, 3005]
    assert (found.framestats, found.warnings) == (None, ())


@pytest.mark.parametrize("text", ["", "[1, 2]", "{"])
def test_a_dump_that_cannot_be_read_is_a_warning(tmp_path: Path, text: str) -> None:
    (tmp_path / LATENCY_FILE).write_text(text, encoding="utf-8")
    found = read_extras(replace(capture(1), extras=(LATENCY_FILE, FRAMESTATS_FILE)), tmp_path)
    assert found.latency is None
    assert [w.split(" ")[0] for w in found.warnings][-1:] == [LATENCY_FILE]


def test_what_a_real_dump_holds_of_its_app(recordings: Path, tmp_path: Path) -> None:
    dump = (recordings / "gfxinfo" / "healer_mtk_a13_bugreport_gfxinfo.txt").read_bytes()
    (tmp_path / FRAMESTATS_FILE).write_bytes(dump)
    from traces.text.gfxinfo import parse_gfxinfo

    info = parse_gfxinfo(dump)
    process = max(info.windows, key=lambda window: window.rows).process
    one = replace(capture(1), extras=(FRAMESTATS_FILE,), package=process)
    found = read_extras(one, tmp_path).framestats
    assert found is not None
    assert len(set(found.window.tolist())) == 1
    assert len(found) == max(w.rows for w in info.windows if w.process == process)
