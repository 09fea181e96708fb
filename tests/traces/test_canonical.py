"""The one frame table: every row knows its source, file and clock."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from traces.canonical import (
    CanonicalFrames,
    FrameClock,
    FrameSource,
    canonical_rows,
    from_trace,
    joined,
)
from traces.tables import NA, BufferTable, FrameTable
from traces.trace import Clocks, Trace

DOCS = Path(__file__).parents[2] / "docs" / "tables.md"


def row(table: CanonicalFrames, at: int) -> dict:
    cells = {field.name: getattr(table, field.name)[at] for field in fields(table)}
    return {name: cell for name, cell in cells.items() if cell is not None and cell != NA}


def frames(**changed) -> FrameTable:
    base = {
        "pid": 1000, "process": "com.example.chat", "layer_name": "TX - chat#3", "token": 7, "display_token": 9,
        "actual_start_ns": 102, "actual_end_ns": 120, "expected_start_ns": 100, "expected_end_ns": 116,
        "display_present_ns": 133, "present_type": 2, "on_time_finish": False, "gpu_composition": False,
        "jank_type": 64, "prediction_type": 1, "is_buffer": True, "jank_severity_type": 3,
    }  # fmt: skip
    return FrameTable.from_columns({name: [value] for name, value in {**base, **changed}.items()})


def test_a_surface_frame_and_a_buffer_of_one_trace():
    buffers = BufferTable.from_columns(
        {"layer_name": ["SurfaceView#4"], "frame_number": [5], "dequeue_ns": [10], "queue_ns": [20],
         "acquire_fence_ns": [30], "latch_ns": [40], "present_ns": [60]}
    )  # fmt: skip
    table = from_trace(Trace(Path("a.pftrace"), frames=frames(), buffers=buffers))
    assert [row(table, 0), row(table, 1)] == [
        {
            "source": "frametimeline", "file": "a.pftrace", "clock": "BOOTTIME", "pid": 1000,
            "process": "com.example.chat", "layer_name": "TX - chat#3", "token": 7, "start_ns": 102,
            "ready_ns": 120, "deadline_ns": 116, "present_ns": 133, "present_type": 2, "jank_type": 64,
        },
        {
            "source": "frametracer", "file": "a.pftrace", "clock": "BOOTTIME", "layer_name": "SurfaceView#4",
            "frame_number": 5, "start_ns": 10, "ready_ns": 30, "present_ns": 60,
        },
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"actual_end_ns": 101}, {"ready_ns", "present_ns"}),
        ({"expected_start_ns": NA, "expected_end_ns": NA}, {"deadline_ns"}),
        ({"expected_end_ns": 99}, {"deadline_ns"}),
        ({"present_type": 4}, {"present_ns"}),
        ({"display_token": 0}, {"present_ns"}),
        ({"jank_type": 8 | 256}, {"present_ns"}),
    ],
)
def test_what_may_not_be_believed_is_not_told(changed, missing):
    told = set(row(from_trace(Trace(Path("a"), frames=frames())), 0))
    assert told - set(row(from_trace(Trace(Path("a"), frames=frames(**changed))), 0)) == missing


@pytest.mark.parametrize(
    ("queue", "fence", "ready"), [(20, NA, 20), (NA, 30, 30), (20, 15, 20), (NA, NA, NA)]
)
def test_a_buffer_is_ready_when_it_is_queued_and_its_fence_signalled(queue, fence, ready):
    buffers = BufferTable.from_columns(
        {"layer_name": ["a"], "frame_number": [NA], "dequeue_ns": [NA], "queue_ns": [queue],
         "acquire_fence_ns": [fence], "latch_ns": [NA], "present_ns": [NA]}
    )  # fmt: skip
    assert from_trace(Trace(Path("a"), buffers=buffers)).ready_ns.tolist() == [ready]


def test_monotonic_rows_move_to_boottime_and_others_stay():
    latency = canonical_rows(
        2,
        source=FrameSource.LATENCY,
        file="l.txt",
        clock=FrameClock.MONOTONIC,
        present_ns=[100, NA],
        layer_name="x",
    )
    dump = canonical_rows(
        1, source=FrameSource.SF_FRAMETIMELINE, file="f.txt", clock=FrameClock.DUMP, present_ns=[100]
    )
    table = joined([latency, dump])
    moved = table.on_boottime(Clocks(*(np.array([time]) for time in (5000, 1000, 9))))
    assert moved.present_ns.tolist() == [4100, NA, 100]
    assert moved.clock.tolist() == ["BOOTTIME", "BOOTTIME", "DUMP"]
    assert moved.layer_name.tolist() == ["x", "x", None]
    assert table.present_ns.tolist() == [100, NA, 100]


def test_without_readings_of_the_clocks_nothing_is_moved():
    rows = canonical_rows(1, source=FrameSource.LATENCY, file="l", clock=FrameClock.MONOTONIC, present_ns=[1])
    with pytest.raises(ValueError, match="no reading"):
        rows.on_boottime(Clocks())
    empty = canonical_rows(0, source=FrameSource.LATENCY, file="l", clock=FrameClock.MONOTONIC)
    assert len(empty.on_boottime(Clocks())) == 0


def test_a_misspelt_column_is_refused():
    with pytest.raises(ValueError, match="presnt_ns"):
        canonical_rows(1, source=FrameSource.LATENCY, file="l", clock=FrameClock.DUMP, presnt_ns=[1])


def test_the_documented_columns_are_the_tables():
    section = DOCS.read_text().split("## CanonicalFrames")[1]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert listed == [field.name for field in fields(CanonicalFrames)]


def test_a_recording_in_the_canonical_table(recordings):
    from traces.perfetto import read_trace

    trace = read_trace(recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace", ftrace=False)
    table = from_trace(trace)
    assert len(table) == 1068
    assert set(table.source) == {"frametimeline"}
    assert np.array_equal(table.present_ns, trace.frames.on_screen_ns())
