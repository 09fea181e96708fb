from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.causes.stages import double_passes, main_stages, queued, render_stages
from tests.profiler.causes.threads_by_hand import MS, view


def test_the_innermost_stage_counts_and_the_rest_is_queue():
    main = view(
        [
            (2, 4, "reply chunk"),
            (5, 20, "Choreographer#doFrame 7"),
            (6, 7, "animation"),
            (7, 9, "insets_animation"),
            (9, 20, "traversal"),
            (10, 12, "measure"),
            (12, 15, "layout"),
            (16, 20, "draw"),
            (18, 20, "postAndWait"),
        ]
    )
    assert main_stages(main, 0, 20 * MS) == {
        "queue": 6.0,
        "animation": 1.0,
        "insets_animation": 2.0,
        "traversal": 2.0,
        "measure": 2.0,
        "layout": 3.0,
        "draw": 2.0,
        "sync": 2.0,
    }


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(1, 20), st.sampled_from(["traversal", "x", "draw"])),
        max_size=8,
    ),
    st.integers(0, 50),
    st.integers(51, 100),
)
def test_stages_add_up_to_the_interval(raw, begin, end):
    slices, free = [], 0
    for start, length, name in sorted(raw):
        at = max(start, free)
        slices.append((at, at + length, name))
        free = at + length
    assert sum(main_stages(view(slices), begin * MS, end * MS).values()) == pytest.approx(end - begin)


def test_a_wait_for_a_buffer_stands_in_itself_once():
    render = view([(0, 10, "DrawFrames 7"), (1, 5, "dequeueBuffer"), (1.5, 5, "dequeueBuffer")])
    assert render_stages(render, 0, 10 * MS) == {"render thread": 6.0, "buffer": 4.0}


def test_what_follows_queue_buffer_is_not_waited_for():
    render = view([(0, 10, "DrawFrames 7"), (6, 8, "queueBuffer"), (6.5, 7, "queueBuffer")])
    assert queued(render, 0, 10 * MS) == 8 * MS
    assert queued(view([(0, 10, "DrawFrames 7")]), 0, 10 * MS) == 10 * MS


def test_second_passes_are_a_measure_inside_a_layout_or_a_second_layout():
    nested = view([(0, 20, "traversal"), (1, 4, "measure"), (4, 12, "layout"), (7, 9, "measure")])
    assert double_passes(nested, 0, 20 * MS) == [5.0]
    again = view(
        [(0, 20, "traversal"), (1, 2, "measure"), (2, 4, "layout"), (5, 8, "measure"), (8, 12, "layout")]
    )
    assert double_passes(again, 0, 20 * MS) == [4.0]
    once = view([(0, 20, "traversal"), (1, 4, "measure"), (4, 12, "layout")])
    assert double_passes(once, 0, 20 * MS) == []
