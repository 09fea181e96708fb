"""Which doFrame made a buffer, where no vsync id says it."""

from __future__ import annotations

import numpy as np

from profiler.analysis.drawn import DrawnFrames, drawn_frames
from tests.profiler.analysis.synthetic import APP_PID, OTHER_PID, Recording, ns
from traces.tables import NA

AT = 1000.0


def frame(rec: Recording, at: float, *, pid: int = APP_PID) -> None:
    """A doFrame of 8 ms with a traversal; its drawing begins 5 ms later and lasts 6."""
    rec.slice(at, 8, "Choreographer#doFrame", pid=pid)
    rec.slice(at + 1, 4, "traversal", pid=pid, depth=1)
    rec.slice(at + 5, 6, "DrawFrame", pid=pid, thread="RenderThread")


def drawn(rec: Recording) -> DrawnFrames:
    found = drawn_frames(rec.scene().slices, APP_PID)
    assert found is not None
    return found


def made_by(found: DrawnFrames, queued: float) -> float | None:
    """Return when the doFrame began that made a buffer, ms."""
    (index,) = found.of(np.array([ns(queued)])).tolist()
    return None if index < 0 else found.start_ns[index].item() / 1e6


def begun(found: DrawnFrames) -> list[int]:
    return found.start_ns.tolist()


def test_a_buffer_is_of_the_doframe_in_whose_drawing_it_was_queued():
    rec = Recording()
    frame(rec, AT)
    frame(rec, AT + 16)
    found = drawn(rec)
    assert begun(found) == [ns(AT), ns(AT + 16)]
    assert found.traversal_ns.tolist() == [ns(AT + 1), ns(AT + 17)]
    assert made_by(found, AT + 10) == ns(AT) / 1e6
    assert made_by(found, AT + 26) == ns(AT + 16) / 1e6


def test_a_buffer_queued_between_two_drawings_is_of_neither():
    rec = Recording()
    frame(rec, AT)
    frame(rec, AT + 16)
    assert made_by(drawn(rec), AT + 14) is None


def test_a_buffer_without_a_time_of_its_queueing_is_of_none():
    rec = Recording()
    frame(rec, AT)
    assert drawn(rec).of(np.array([NA])).tolist() == [-1]


def test_another_process_drawing_in_the_meantime_is_not_the_apps():
    rec = Recording()
    frame(rec, AT)
    rec.slice(AT + 6, 30, "DrawFrame", pid=OTHER_PID, thread="RenderThread")
    found = drawn(rec)
    assert len(begun(found)) == 1
    assert made_by(found, AT + 14) is None


def test_a_layout_counts_within_a_traversal_alone():
    rec = Recording()
    frame(rec, AT)
    rec.slice(AT + 0.2, 0.5, "layout", depth=1)  # of a measuring ahead of it
    frame(rec, AT + 16)
    rec.slice(AT + 18, 1, "layout", depth=2)
    assert drawn(rec).layout.tolist() == [False, True]


def test_a_doframe_that_was_moved_to_a_later_vsync_is_one_doframe():
    rec = Recording()
    frame(rec, AT)
    rec.slice(AT + 0.5, 7, "Choreographer#doFrame - resynced to 7 in 8.0s", depth=1)
    assert begun(drawn(rec)) == [ns(AT)]


def test_nothing_drawn_is_no_table():
    rec = Recording()
    rec.slice(AT, 8, "Choreographer#doFrame")
    assert drawn_frames(rec.scene().slices, APP_PID) is None
