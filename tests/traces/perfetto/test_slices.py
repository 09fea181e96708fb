"""Settling in batches gives what settling all at once gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perfetto_writer import TraceWriter

from traces.perfetto.atrace import Edges
from traces.perfetto.slices import LateEdge, ThreadSlices


def edges(rows):
    table = np.asarray(rows, np.int64).reshape(-1, 4)
    return Edges(table[:, 0], table[:, 1], table[:, 1] * 0 + 7, table[:, 2], table[:, 3])


def by_hand(rows):
    stacks, out = {}, []
    for time, tid, step, name in sorted(rows, key=lambda row: row[0]):
        stack = stacks.setdefault(tid, [])
        if step > 0:
            row = [time, -1, tid, len(stack), name]
            stack.append(row)
            out.append(row)
        elif stack:
            row = stack.pop()
            row[1] = time - row[0]
    return [tuple(row) for row in out if row[4] >= 0]


STEPS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([1, -1]), st.integers(-1, 3)), max_size=60)


@settings(deadline=None)
@given(STEPS, st.integers(1, 30), st.integers(1, 9))
def test_any_patience_gives_the_slices_that_stacks_give(steps, patience, piece):
    rows = [(10 * i, tid, step, name if step > 0 else -1) for i, (tid, step, name) in enumerate(steps)]
    collector = ThreadSlices(patience)
    for i in range(0, len(rows), piece):
        collector.add(edges(rows[i : i + piece]))
    start, dur, thread, depth, name = collector.finish()
    tids = [collector.threads[i][0] for i in thread]
    assert list(
        zip(start.tolist(), dur.tolist(), tids, depth.tolist(), name.tolist(), strict=True)
    ) == by_hand(rows)


def test_an_edge_older_than_what_is_settled_is_told():
    collector = ThreadSlices(patience=4)
    collector.add(edges([(time, 1, 1, 0) for time in range(100, 110)]))
    with pytest.raises(LateEdge):
        collector.add(edges([(50, 1, 1, 0)]))


def test_reading_again_with_more_patience_mends_late_edges(read, monkeypatch):
    from perfetto_writer import TraceWriter

    from traces.perfetto import containers, reader

    monkeypatch.setattr(reader, "PATIENCE", 2)
    monkeypatch.setattr(containers.pieces_of, "__defaults__", (64,))
    writer = TraceWriter()
    for time in range(100, 140, 10):
        writer.prints((time, 9, "B|1|a"), (time + 5, 9, "E|1"))
    writer.prints((10, 9, "B|1|early"), (20, 9, "E|1"), cpu=1)
    trace = read(writer.bytes())
    assert trace.slices.start_ns.tolist() == [10, 100, 110, 120, 130]
    assert trace.slices.dur_ns.tolist() == [10, 5, 5, 5, 5]


def test_instants_of_one_moment_lie_on_each_other_until_something_else_happens(read):
    writer = TraceWriter().prints(
        (10, 7, "B|7|draw"),
        (20, 7, "I|7|one"),
        (20, 7, "I|7|two"),
        (20, 8, "I|7|other thread"),
        (20, 7, "B|7|inside"),
        (20, 7, "I|7|three"),
        (20, 7, "E|7"),
        (21, 7, "I|7|four"),
        (22, 7, "E|7"),
    )
    found = [read(writer.bytes(), slice_names=globs).slices for globs in (None, ["two", "three"])]
    depths = {pair for rows in found for pair in zip(rows.name.tolist(), rows.depth.tolist(), strict=True)}
    assert depths == {
        ("draw", 0),
        ("one", 1),
        ("two", 2),
        ("other thread", 0),
        ("inside", 1),
        ("three", 2),
        ("four", 1),
    }
