"""Every cell of what trace processor says of real recordings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from traces.perfetto import DEFAULT_SLICE_NAMES, is_perfetto_trace, read_trace
from traces.perfetto.csv_view import display_csv, frames_csv, slices_csv

VIEWS = {"frames": frames_csv, "disp": display_csv, "slices": lambda trace: slices_csv(trace.slices)}


@pytest.mark.parametrize(
    ("name", "view", "rows"),
    [
        ("sidky_nowinandroid", "frames", 1068),
        ("sidky_nowinandroid", "disp", 801),
        ("api32_startup_warm", "frames", 6),
        ("api32_startup_warm", "disp", 10),
        ("api32_startup_warm", "slices", 88),
        ("frame_timeline_events", "frames", 6),
        ("frame_timeline_events", "disp", 9),
        ("frame_timeline_metric", "frames", 12),
    ],
)
def test_agrees_with_trace_processor_cell_for_cell(recordings, name, view, rows):
    folder = recordings / "perfetto"
    trace = read_trace(next(folder.glob(f"{name}.*trace")), slice_names=DEFAULT_SLICE_NAMES)
    ours = VIEWS[view](trace).splitlines()
    theirs = (folder / "expected" / f"{name}.{view}.csv").read_text().splitlines()
    assert len(ours) == rows + 1
    assert [(mine, other) for mine, other in zip(ours, theirs, strict=True) if mine != other] == []


def test_every_expected_file_has_its_test(recordings):
    expected = {path.stem for path in (recordings / "perfetto" / "expected").glob("*.csv")}
    tested = {
        f"{args[0]}.{args[1]}"
        for args in test_agrees_with_trace_processor_cell_for_cell.pytestmark[0].args[1]
    }
    assert expected == tested


def test_keeping_all_slices_keeps_the_chosen_ones_unchanged(recordings):
    path = recordings / "perfetto" / "api32_startup_warm.perfetto-trace"
    chosen = read_trace(path, slice_names=["Choreographer#doFrame*", "*IME*", "measure"]).slices
    every = read_trace(path).slices
    wanted = [
        i
        for i, n in enumerate(every.name)
        if n.startswith("Choreographer#doFrame") or "IME" in n or n == "measure"
    ]
    assert len(every) > 5000
    assert len(chosen) == len(wanted) > 20
    assert slices_csv(every.where(wanted)) == slices_csv(chosen)


def test_slices_do_not_depend_on_thread_states(recordings):
    path = recordings / "perfetto" / "api32_startup_warm.perfetto-trace"
    with_states = read_trace(path, thread_states=True)
    assert len(with_states.thread_states) > 1000
    assert slices_csv(read_trace(path).slices) == slices_csv(with_states.slices)


def test_traces_may_be_read_in_several_threads_at_once(recordings):
    path = recordings / "perfetto" / "api32_startup_warm.perfetto-trace"
    with ThreadPoolExecutor(4) as pool:
        told = set(pool.map(lambda _: slices_csv(read_trace(path).slices), range(8)))
    assert told == {slices_csv(read_trace(path).slices)}


def test_frames_do_not_depend_on_reading_ftrace(recordings):
    path = recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace"
    assert frames_csv(read_trace(path, ftrace=False)) == frames_csv(read_trace(path))


def test_health_of_a_recording_without_losses(recordings):
    trace = read_trace(recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace")
    assert trace.health.scorable
    assert trace.health.ftrace_overruns == dict.fromkeys(range(8), 0)
    assert not trace.health.truncated
    assert trace.health.unended_frames == 1
    assert len(trace.clocks.boottime_ns) == 4
    assert trace.clocks.monotonic_error_ns < 1_000_000


@pytest.mark.parametrize("name", ["ime", "input-events", "layers_trace"])
def test_other_perfetto_recordings_are_read_and_said_to_hold_no_frames(recordings, name):
    trace = read_trace(recordings / "perfetto" / "winscope" / f"{name}.perfetto-trace")
    assert len(trace.frames) == 0
    assert any("no frame of FrameTimeline" in warning for warning in trace.health.warnings)


def test_tells_traces_from_other_files(recordings):
    for path in (recordings / "perfetto").rglob("*trace"):
        assert is_perfetto_trace(path.read_bytes()[:4096]), path
    for folder in ("surfaceflinger", "gfxinfo", "video"):
        for path in (recordings / folder).iterdir():
            if path.is_file():
                assert not is_perfetto_trace(path.read_bytes()[:4096]), path
