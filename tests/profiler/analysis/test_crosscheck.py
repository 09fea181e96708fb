"""One truth told by four sources: where they agree, what each of them can't know, and what gives a liar away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from profiler.analysis.crosscheck import Agreement, Series, cross_check
from profiler.analysis.crosscheck_files import read_moment
from profiler.analysis.crosscheck_sources import (
    ToBoottime,
    of_gfxinfo,
    of_latency,
    of_sf_frametimeline,
    of_trace,
)
from traces.tables import NA, BufferTable, FrameTable, JankType, PresentType
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.latency import parse_latency
from traces.text.sf_frametimeline import parse_sf_frametimeline
from traces.trace import Clocks, Trace

MS = 1_000_000
T = 8_333_333
TITLE = "com.app/com.app.Main"
ASLEEP = 777_123_456_789
"""BOOTTIME minus MONOTONIC of the phone."""
PENDING = 2**63 - 1


@dataclass(frozen=True)
class Truth:
    """What happened to each frame, on MONOTONIC."""

    token: int
    start: int
    ready: int
    present: int
    dropped: bool = False


def truth(count: int = 160, dropped: int = 70) -> list[Truth]:
    rng = np.random.default_rng(5)
    frames = []
    for i in range(count):
        start = 10**12 + i * T
        ready = start + 5 * MS + int(rng.integers(0, 4 * MS))
        frames.append(
            Truth(
                9000 + 4 * i, start, ready, start + 3 * T + int(rng.integers(-20_000, 20_000)), i == dropped
            )
        )
    return frames


def trace(frames: list[Truth], *, tracer: bool = False) -> Trace:
    shift = ASLEEP
    n = len(frames)
    table = FrameTable.from_columns(
        {
            "pid": [4321] * n,
            "process": ["com.app"] * n,
            "layer_name": [f"TX - {TITLE}#77"] * n,
            "token": [f.token for f in frames],
            "display_token": [f.token + 2 for f in frames],
            "actual_start_ns": [f.start + shift for f in frames],
            "actual_end_ns": [f.ready + shift for f in frames],
            "expected_start_ns": [f.start + shift for f in frames],
            "expected_end_ns": [f.start + 12 * MS + shift for f in frames],
            "display_present_ns": [f.present + shift for f in frames],
            "present_type": [PresentType.DROPPED if f.dropped else PresentType.ON_TIME for f in frames],
            "on_time_finish": [True] * n,
            "gpu_composition": [False] * n,
            "jank_type": [JankType.NONE] * n,
            "prediction_type": [1] * n,
            "is_buffer": [True] * n,
            "jank_severity_type": [0] * n,
        }
    )
    buffers = BufferTable.from_columns(
        {
            "layer_name": [f"{TITLE}#77"] * n,
            "frame_number": list(range(n)),
            "dequeue_ns": [f.start + shift for f in frames],
            "queue_ns": [f.ready - MS + shift for f in frames],
            "acquire_fence_ns": [f.ready + shift for f in frames],
            "latch_ns": [f.present - T + shift for f in frames],
            # the fences of the last buffers are written at their next event, which never came
            "present_ns": [
                NA if f.dropped or i >= n - 3 else f.present + shift for i, f in enumerate(frames)
            ],
        }
    )
    pairs = Clocks(np.array([10**12 + ASLEEP]), np.array([10**12]), np.array([0]))
    return Trace(Path("t"), frames=table, buffers=buffers if tracer else BufferTable.empty(), clocks=pairs)


def latency(frames: list[Truth], *, pending: int = 1, ring: int = 127) -> str:
    shown = [f for f in frames if not f.dropped][-ring:]
    rows = [
        f"{f.start + T}\t{PENDING if i >= len(shown) - pending else f.present}\t{f.ready}"
        for i, f in enumerate(shown)
    ]
    return "\n".join([str(T), *rows, "", ""])


def framestats(frames: list[Truth], *, ring: int = 120) -> str:
    kept = frames[-ring:]
    rows = [f"0,{f.token},{f.start},{f.start},{f.start + MS},{f.ready},{f.ready}," for f in kept]
    uptime = (10**12 + 999_999) // MS
    return "\n".join(
        [
            "Applications Graphics Acceleration Info:",
            f"Uptime: {uptime} Realtime: {(10**12 + ASLEEP) // MS}",
            "** Graphics info for pid 4321 [com.app] **",
            f"{TITLE}/android.view.ViewRootImpl@1b2c3d (visibility=0)",
            f"Window: {TITLE}",
            f"Total frames rendered: {len(frames)}",
            "---PROFILEDATA---",
            "Flags,FrameTimelineVsyncId,IntendedVsync,Vsync,SyncStart,FrameCompleted,GpuCompleted,",
            *rows,
            "---PROFILEDATA---",
            "",
        ]
    )


def sf_frametimeline(frames: list[Truth]) -> str:
    kept = frames[-64:]
    base = kept[0].start
    lines = [f"Number of display frames : {len(kept)}"]
    for i, f in enumerate(kept):
        lines += [
            f"Display Frame {i}",
            f"Vsync Period: {T / MS:10f}",
            f"    Layer - {TITLE}#77",
            f"    Token: {f.token}",
            "    Is Buffer?: 1",
            f"    Present State : {'Dropped' if f.dropped else 'Presented'}",
            f"    Actual  \t|\t{0:10.2f}\t|\t{(f.ready - base) / MS:10.2f}\t|\t{(f.present - base) / MS:10.2f}",
        ]
    return "\n".join(lines)


def all_series(frames: list[Truth], **changes: str) -> list[Series]:
    recorded = trace(frames, tracer=True)
    info = parse_gfxinfo(changes.get("framestats", framestats(frames)))
    convert = ToBoottime(recorded.clocks, [info])
    return [
        *of_trace(recorded, "trace"),
        *of_latency(parse_latency(changes.get("latency", latency(frames))), "latency.txt", convert),
        *of_gfxinfo(info, "framestats.txt", convert),
        *of_sf_frametimeline(parse_sf_frametimeline(sf_frametimeline(frames)), "sf.txt"),
    ]


def by_source(agreements: tuple[Agreement, ...]) -> dict[str, Agreement]:
    return {one.other.split(" ")[0]: one for one in agreements}


def test_all_sources_of_one_truth_agree_in_every_frame():
    found = by_source(cross_check(all_series(truth()), T))
    assert list(found) == ["frame-tracer", "latency", "sf-frametimeline", "framestats"]
    for one in found.values():
        assert (one.problem, one.layer, one.reference) == (None, TITLE, "frame-timeline (trace)")
        assert set(one.vsyncs) == {0}, one
        assert one.agrees, one


def test_how_each_source_is_paired_and_what_is_compared():
    found = by_source(cross_check(all_series(truth()), T))
    assert {name: (one.paired_by, one.compared) for name, one in found.items()} == {
        "frame-tracer": ("ready time", "time on screen"),
        "latency": ("ready time", "time on screen"),
        "sf-frametimeline": ("vsync id", "time on screen"),
        "framestats": ("vsync id", "ready time"),
    }
    assert found["latency"].bias_ms == 0
    assert found["sf-frametimeline"].bias_ms is None, "its times stand on no clock"
    assert "no clock" in str(found["sf-frametimeline"].explained)


def test_what_a_source_cannot_know_is_no_disagreement():
    found = by_source(cross_check(all_series(truth()), T))
    latency_, tracer, stats = found["latency"], found["frame-tracer"], found["framestats"]
    # 160 frames, one dropped inside the ring's 127: the dropped one is no row of --latency
    assert (latency_.pairs, latency_.compared_pairs) == (127, 126)
    assert latency_.missing == {"other: pending": 1}
    assert (latency_.only_reference, latency_.outside_reference) == (0, 32), "the ring's past"
    assert tracer.missing == {"reference: dropped": 1, "other: no present event": 4}
    assert (stats.pairs, stats.outside_reference) == (120, 40)


def test_a_frame_that_one_source_lacks_is_counted_on_the_right_side():
    frames = truth(dropped=-1)
    without = [f for i, f in enumerate(frames) if i not in {100, 120}]
    found = by_source(cross_check(all_series(frames, latency=latency(without)), T))
    assert (found["latency"].only_reference, found["latency"].only_other) == (2, 0)
    assert not found["latency"].agrees


def test_times_one_vsync_off_now_and_then_are_told():
    frames = truth(dropped=-1)
    wrong = [replace(f, present=f.present + T) if i in {90, 110, 130} else f for i, f in enumerate(frames)]
    far = [replace(f, present=f.present + 5 * T) if i == 140 else f for i, f in enumerate(wrong)]
    found = by_source(cross_check(all_series(frames, latency=latency(far)), T))
    assert found["latency"].vsyncs == {0: 122, 1: 3, 5: 1}
    assert found["latency"].same_vsync == pytest.approx(122 / 126)
    assert not found["latency"].agrees


def test_a_constant_shift_of_whole_vsyncs_is_a_bias_that_nothing_explains():
    frames = truth(dropped=-1)
    late = [replace(f, present=f.present + 2 * T) for f in frames]
    one = by_source(cross_check(all_series(frames, latency=latency(late)), T))["latency"]
    assert (one.bias_vsyncs, one.vsyncs, one.explained) == (2, {0: 126}, None)
    assert not one.agrees


def test_made_up_times_explain_a_bias():
    frames = truth(dropped=-1)
    grid = [replace(f, present=10**12 + (i + 4) * T) for i, f in enumerate(frames)]
    one = by_source(cross_check(all_series(frames, latency=latency(grid)), T))["latency"]
    assert one.bias_vsyncs == 1
    assert "made up" in str(one.explained)


def test_without_a_reading_of_both_clocks_nothing_is_guessed():
    frames = truth()
    recorded = trace(frames)
    series = [
        *of_trace(recorded, "trace"),
        *of_latency(parse_latency(latency(frames)), "latency.txt", ToBoottime()),
    ]
    (one,) = cross_check(series, T)
    assert "no readings of both clocks" in str(one.problem)
    assert one.pairs == 0


def test_the_dumps_own_pair_of_clocks_is_good_to_a_millisecond():
    frames = truth(dropped=-1)
    info = parse_gfxinfo(framestats(frames))
    convert = ToBoottime(None, [info])
    assert convert.error_ns == MS
    series = [
        *of_trace(replace(trace(frames), clocks=Clocks()), "trace"),
        *of_latency(parse_latency(latency(frames)), "latency.txt", convert),
    ]
    (one,) = cross_check(series, T)
    assert (one.problem, one.vsyncs, one.bias_vsyncs) == (None, {0: 126}, 0)
    assert "within the clocks' readings" in str(one.explained)


def test_dumps_alone_share_their_clock_and_need_none():
    frames = truth()
    info = parse_gfxinfo(framestats(frames))
    series = [
        *of_latency(parse_latency(latency(frames)), "latency.txt", ToBoottime()),
        *of_gfxinfo(info, "framestats.txt", ToBoottime()),
    ]
    (one,) = cross_check(series, T)
    assert (one.layer, one.compared, one.bias_ms) == (TITLE, "ready time", 0)


def test_another_layer_is_not_forced_together():
    frames = truth()
    other = [
        replace(f, start=f.start + 10**9, ready=f.ready + 10**9, present=f.present + 10**9) for f in frames
    ]
    (one,) = cross_check(
        [
            *of_trace(trace(frames[:60]), "trace"),
            *of_latency(parse_latency(latency(other)), "l", ToBoottime(trace(frames).clocks)),
        ],
        T,
    )
    assert "another moment, or another layer" in str(one.problem)


def test_files_of_one_moment(tmp_path: Path):
    frames = truth()
    (tmp_path / "latency.txt").write_text(latency(frames))
    (tmp_path / "framestats.txt").write_text(framestats(frames))
    (tmp_path / "notes.txt").write_text("It was a dark and stormy night.")
    (tmp_path / "empty-latency.txt").write_text(f"{T}\n\n")
    (tmp_path / "stats.txt").write_text(
        f"TimeStats:\n\nlayerName = {TITLE}#77\ntotalFrames = 160\ndroppedFrames = 1\n"
    )
    moment = read_moment(sorted(tmp_path.iterdir()))
    assert moment.used == ["framestats.txt", "latency.txt", "stats.txt"]
    assert set(moment.unused) == {"notes.txt", "empty-latency.txt"}
    assert moment.period_ns == T
    (one,) = cross_check(moment.series, T)
    # without a trace nobody says that the frame was dropped: the app drew it, and it was never shown
    assert (one.vsyncs, one.only_reference, one.only_other, one.agrees) == ({0: 119}, 0, 1, False)


def test_two_real_dumps_of_one_moment_agree_to_the_nanosecond(recordings: Path):
    """DeepSeek on a Huawei: GpuCompleted of framestats is frameReady of --latency."""
    moment = read_moment(
        [
            recordings / "gfxinfo/deepseek_wifi_f6_framestats_dump1.txt",
            recordings / "surfaceflinger/deepseek_wifi_f6_latency_dump1.txt",
        ]
    )
    assert moment.period_ns is not None
    (one,) = cross_check(moment.series, moment.period_ns)
    assert (one.pairs, one.vsyncs, one.bias_ms, one.only_reference, one.only_other) == (
        10,
        {0: 10},
        0.0,
        0,
        0,
    )
    assert one.agrees


def test_two_real_dumps_of_different_moments_are_not_compared(recordings: Path):
    """The Doubao pair: the ring of --latency begins 26 s after the last frame of framestats."""
    moment = read_moment(
        [
            recordings / "gfxinfo/aneb_doubao_huawei_framestats_block1.txt",
            recordings / "surfaceflinger/aneb_doubao_huawei_latency_block1.txt",
        ]
    )
    assert moment.period_ns is not None
    (one,) = cross_check(moment.series, moment.period_ns)
    assert "another moment" in str(one.problem)
