"""Ends that name what they end; the tables are what trace processor prints of these traces."""

from __future__ import annotations

import numpy as np
import pytest
from both_ways import NUMPY
from perfetto_writer import TraceWriter, blob, number

from traces.perfetto import compiled

APP = 100
SENT, LOCK, LOCKED, UNLOCK = 50, 53, 54, 55
WORK_START, WORK_END, KSWAPD_WAKE, KSWAPD_SLEEP, SIGNAL = 58, 57, 538, 539, 324
TRANSACTION = number(1, 1) + number(3, 20) + number(5, 0) + number(7, 0)


@pytest.fixture(params=["compiled", "numpy"])
def slices(request, read):
    """Slices as (start, duration, depth, name), by each of the two forms of the decoder's loops."""
    if request.param == "compiled" and compiled.load().functions is None:
        pytest.skip(compiled.load().why_not)

    def slices(*events: tuple[int, int, bytes], **options):
        writer = TraceWriter()
        writer.bundle(*(writer.event(time, APP, field, body) for time, field, body in events))
        try:
            compiled.use(compiled.load() if request.param == "compiled" else NUMPY)
            trace = read(writer.bytes(), **options)
        finally:
            compiled.use(None)
        s = trace.slices
        return list(zip(s.start_ns.tolist(), s.dur_ns.tolist(), s.depth.tolist(), s.name, strict=True))

    return slices


def text(time: int, said: str) -> tuple[int, int, bytes]:
    return time, 3, blob(2, said)


HELD = [(10, LOCK, b""), (20, LOCKED, b""), (30, SENT, TRANSACTION), (40, UNLOCK, b"")]


def test_a_call_sent_under_the_lock_is_cut_off_where_the_lock_ended(slices):
    """BinderTracker::Unlock ends the lock by name; the next event of the thread closes what lay in it."""
    assert slices(*HELD, text(50, "B|100|draw"), text(60, "E|100")) == [
        (10, 10, 0, "binder lock waiting"),
        (20, 20, 0, "binder lock held"),
        (30, 10, 1, "binder transaction"),
        (50, 10, 0, "draw"),
    ]


def test_what_lies_in_an_ended_lock_stays_open_without_a_later_event(slices):
    assert slices(*HELD) == [
        (10, 10, 0, "binder lock waiting"),
        (20, 20, 0, "binder lock held"),
        (30, -1, 1, "binder transaction"),
    ]


def test_events_of_the_ns_in_which_the_lock_ended_still_lie_in_it(slices):
    assert slices(*HELD, text(40, "B|100|draw"), text(40, "E|100"), text(41, "B|100|next")) == [
        (10, 10, 0, "binder lock waiting"),
        (20, 20, 0, "binder lock held"),
        (30, 10, 1, "binder transaction"),
        (40, 0, 2, "draw"),
        (41, -1, 0, "next"),
    ]


@pytest.mark.parametrize("names", [["draw", "next"], ["draw", "next", "binder transaction"]])
def test_the_choice_of_names_leaves_all_as_it_is(slices, names):
    events = [text(5, "B|100|draw"), *HELD, text(50, "B|100|next"), text(60, "E|100"), text(70, "E|100")]
    chosen = slices(*events, slice_names=names)
    assert chosen == [row for row in slices(*events) if row[3] in names]
    assert (50, 10, 1, "next") in chosen


def test_the_end_of_a_work_ends_no_slice_of_a_program(slices):
    """ParseWorkqueueExecuteEnd ends slices of its own category only."""
    assert slices(text(10, "B|100|draw"), (20, WORK_END, number(1, 1)), text(30, "E|100")) == [
        (10, 20, 0, "draw")
    ]


def test_a_work_that_ends_below_a_program_s_slice(slices):
    events = [(10, WORK_START, number(1, 1)), text(20, "B|100|draw"), (30, WORK_END, number(1, 1))]
    assert slices(*events, text(40, "B|100|next")) == [(20, 10, 1, "draw"), (40, -1, 0, "next")]


@pytest.mark.parametrize("names", [None, ["draw", "next"]])
def test_kswapd_goes_to_sleep_below_an_instant_and_a_slice(slices, names):
    """PixelMmKswapdEventTracker ends `kswapd_efficiency` by name."""
    events = [
        text(5, "B|100|draw"),
        (10, KSWAPD_SLEEP, b""),
        (20, KSWAPD_WAKE, b""),
        text(30, "B|100|in"),
        (35, SIGNAL, number(3, 9)),
        (40, KSWAPD_SLEEP, b""),
        text(50, "E|100"),
        text(60, "B|100|next"),
    ]
    whole = [
        (5, 45, 0, "draw"),
        (20, 20, 1, "kswapd_efficiency"),
        (30, 10, 2, "in"),
        (35, 0, 3, "signal_deliver"),
        (60, -1, 0, "next"),
    ]
    assert slices(*events, slice_names=names) == [row for row in whole if names is None or row[3] in names]


def test_an_open_slice_keeps_the_depth_that_it_began_at(slices):
    events = [(10, WORK_START, number(1, 1)), text(20, "B|100|draw"), (30, WORK_END, number(1, 1))]
    assert slices(*events) == [(20, -1, 1, "draw")]


def test_a_rename_before_its_process_is_known_names_the_thread_alone(read):
    """UpdateThreadNameAndMaybeProcessName renames the process of a main thread that has one by then."""
    writer = TraceWriter()
    rename = number(1, APP) + blob(2, "old") + blob(3, "kworker/0:1-events")
    writer.bundle(writer.event(20, APP, 236, rename), writer.event(10, APP, SIGNAL, number(3, 9)))
    writer.bundle(writer.event(30, APP, 3, blob(2, "B|100|draw")))
    trace = read(writer.bytes())
    assert trace.slices.name.tolist() == ["signal_deliver", "draw"]
    assert trace.slices.process.tolist() == [None, None]
    assert trace.slices.thread.tolist() == ["kworker/0:1-events"] * 2
    assert np.array_equal(trace.slices.pid, [APP, APP])


def test_a_rename_after_its_process_is_known_names_both(read):
    writer = TraceWriter()
    rename = number(1, APP) + blob(2, "old") + blob(3, "kworker/0:1-events")
    writer.bundle(writer.event(10, APP, 3, blob(2, "B|100|draw")), writer.event(20, APP, 236, rename))
    trace = read(writer.bytes())
    assert trace.slices.process.tolist() == ["kworker/0:1-events"]
