"""The decoder says of generated traces what a plain scanner says."""

from __future__ import annotations

import perfetto_oracle as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perfetto_writer import TraceWriter, blob, number

from traces.perfetto import read_trace
from traces.tables import NA

TIMES = st.integers(1, 2**50)
SMALL = st.integers(0, 6)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="|\n\0"), min_size=1, max_size=20)


@st.composite
def frame_traces(draw):
    writer = TraceWriter(width=draw(st.sampled_from([0, 4])))
    for _ in range(draw(st.integers(1, 25))):
        start = draw(TIMES)
        end = draw(st.none() | st.integers(1, 10**9))
        ids = {"cookie": draw(st.integers(1, 12)), "token": draw(st.integers(-1, 6))}
        end = None if end is None else start + end
        kind = draw(SMALL)
        verdict = {
            "present": draw(st.none() | st.integers(0, 7)),
            "on_time": draw(st.none() | st.integers(0, 1)),
            "gpu": draw(st.none() | st.integers(0, 1)),
            "jank": draw(st.none() | st.integers(0, 2) | st.integers(0, 65535)),
            "prediction": draw(st.none() | st.integers(0, 5)),
            "severity": draw(st.none() | st.integers(0, 3)),
        }
        if kind == 0:
            writer.actual_display(start, end, **ids, **verdict)
        elif kind <= 2:
            writer.expected_surface(
                start, end, **ids, display_token=draw(SMALL), pid=draw(SMALL), layer=draw(NAMES)
            )
        elif kind <= 4:
            writer.actual_surface(
                start,
                end,
                **ids,
                display_token=draw(SMALL),
                pid=draw(SMALL),
                layer=draw(NAMES),
                is_buffer=draw(st.none() | st.integers(0, 1)),
                **verdict,
            )
        elif kind == 5:
            writer.packet(number(8, start) + blob(11, draw(st.binary(max_size=40))))
        else:
            writer.end(start, ids["cookie"])
    order = draw(st.permutations(writer.packets))
    writer.packets = list(order)
    return writer.bytes()


@st.composite
def print_traces(draw):
    writer = TraceWriter(width=draw(st.sampled_from([0, 4])))
    times = draw(st.lists(TIMES, min_size=1, max_size=40, unique=True))
    rows = []
    for time in times:
        tid, tgid = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        text = f"B|{tgid}|{draw(NAMES)}" if draw(st.booleans()) else f"E|{tgid}"
        rows.append((time, tid, text + draw(st.sampled_from(["", "\n"]))))
    while rows:
        take = draw(st.integers(1, 10))
        if draw(st.booleans()):
            writer.bundle(writer.event(rows[0][0], 5, 4, draw(st.binary(max_size=60))))
        writer.prints(*rows[:take], cpu=draw(SMALL))
        rows = rows[take:]
    return writer.bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("oracle") / "t.pftrace"


@settings(deadline=None, max_examples=60)
@given(data=frame_traces())
def test_every_field_of_frames_and_display_frames_is_the_scanners(path, data):
    path.write_bytes(data)
    trace = read_trace(path)
    verdict = ("present_type", "on_time_finish", "gpu_composition", "jank_type", "prediction_type")
    names = (
        "pid", "layer_name", "token", "display_token", "actual_start_ns", "actual_end_ns",
        "expected_start_ns", "expected_end_ns", "display_present_ns", *verdict,
    )  # fmt: skip
    is_buffer = [
        has if stated else None
        for has, stated in zip(trace.frames.is_buffer.tolist(), trace.is_buffer_stated.tolist(), strict=True)
    ]
    columns = [getattr(trace.frames, name).tolist() for name in names]
    ours = zip(*columns, is_buffer, trace.frames.jank_severity_type.tolist(), strict=True)
    frames, display = oracle.timeline(data)
    assert [tuple(None if cell == NA else cell for cell in row) for row in ours] == frames
    shown = ("pid", "display_token", "start_ns", "present_ns", *verdict)
    assert list(zip(*(getattr(trace.display, name).tolist() for name in shown), strict=True)) == display


@settings(deadline=None, max_examples=60)
@given(data=print_traces())
def test_slices_are_the_scanners(path, data):
    path.write_bytes(data)
    table = read_trace(path).slices
    names = ("tid", "pid", "start_ns", "dur_ns", "depth", "name")
    assert list(zip(*(getattr(table, name).tolist() for name in names), strict=True)) == oracle.slice_rows(
        data
    )
