"""Thread states: the cases of trace processor's own unit tests, and any trace against a plain tracker."""

from __future__ import annotations

import pytest
import sched_oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from perfetto_writer import TraceWriter, blob, number, varint

from traces.perfetto import read_trace
from traces.perfetto.task_state import kernel_version, state_name
from traces.tables import NA

SLEEPS = 1


def rows(trace):
    table = trace.thread_states
    columns = (table.tid, table.start_ns, table.dur_ns, table.state, table.cpu)
    return [
        (*row[:4], None if row[4] == NA else row[4])
        for row in zip(*(column.tolist() for column in columns), strict=True)
    ]


def switch(time, prev, state, following):
    body = blob(1, "one") + number(2, prev) + number(3, 120) + number(4, state)
    return TraceWriter().event(time, prev, 4, body + blob(5, "two") + number(6, following) + number(7, 120))


def waking(time, tid):
    return TraceWriter().event(time, 3, 20, blob(1, "some") + number(2, tid) + number(5, 1))


def newtask(time, tid):
    return TraceWriter().event(time, 3, 235, number(1, tid) + blob(2, "new") + number(3, 0x10000))


def free(time, tid):
    return TraceWriter().event(time, 3, 240, blob(1, "gone") + number(2, tid))


def differences(times):
    return b"".join(varint(time - before) for before, time in zip([0, *times], times, strict=False))


def compact(switches=(), wakings=(), names=2):
    """Lists of (time, next thread, state of the one before) and of (time, thread)."""
    out = blob(1, differences([row[0] for row in switches]))
    out += blob(2, b"".join(varint(row[2]) for row in switches))
    out += blob(3, b"".join(varint(row[1]) for row in switches))
    out += blob(4, varint(120) * len(switches)) + b"".join(blob(5, f"name {i}") for i in range(names))
    out += blob(6, b"".join(varint(i % 2) for i in range(len(switches))))
    out += blob(7, differences([row[0] for row in wakings]))
    out += blob(8, b"".join(varint(row[1]) for row in wakings))
    return out + b"".join(
        blob(i, varint(value) * len(wakings)) for i, value in ((9, 1), (10, 120), (11, 0), (12, 1))
    )


def states(read, *bundles, **options):
    writer = TraceWriter()
    for cpu, *events in bundles:
        writer.bundle(*events, cpu=cpu)
    return rows(read(writer.bytes(), **{"thread_states": True, **options}))


def test_a_switch_ends_one_state_and_begins_two(read):
    assert states(read, (2, switch(10, 11, SLEEPS, 12), switch(20, 12, 0, 11))) == [
        (11, 10, 10, "S", None),
        (12, 10, 10, "Running", 2),
        (12, 20, -1, "R", None),
        (11, 20, -1, "Running", 2),
    ]


def test_waking_makes_only_a_blocked_or_unknown_thread_runnable(read):
    events = [
        waking(1, 8),
        waking(2, 8),
        switch(3, 9, SLEEPS, 8),
        waking(4, 8),
        switch(5, 8, 0, 0),
        waking(6, 8),
        waking(7, 9),
    ]
    assert states(read, (0, *events)) == [
        (8, 1, 2, "R", None),
        (9, 3, 4, "S", None),
        (8, 3, 2, "Running", 0),
        (8, 5, -1, "R", None),
        (9, 7, -1, "R", None),
    ]


def test_a_preempted_thread_counts_as_blocked_as_in_trace_processor(read):
    assert states(read, (0, switch(3, 9, 0x800, 0), waking(7, 9))) == [
        (9, 3, 4, "R+", None),
        (9, 7, -1, "R", None),
    ]


def test_the_idle_thread_has_no_states(read):
    assert states(read, (0, switch(1, 0, 0, 7), switch(4, 7, 2, 0), waking(5, 0))) == [
        (7, 1, 3, "Running", 0),
        (7, 4, -1, "D", None),
    ]


def test_a_thread_taken_off_without_having_been_put_on_has_lost_its_state(read):
    assert states(read, (0, switch(1, 7, SLEEPS, 8), switch(2, 7, SLEEPS, 8))) == [
        (7, 1, -1, "S", None),
        (8, 1, 1, "Running", 0),
        (7, 2, -1, "S", None),
        (8, 2, -1, "Running", 0),
    ]


def test_a_forced_migration_cuts_the_running_short(read):
    assert states(read, (1, switch(2, 6, SLEEPS, 8)), (0, switch(1, 5, SLEEPS, 8))) == [
        (5, 1, -1, "S", None),
        (8, 1, 1, "Running", 0),
        (6, 2, -1, "S", None),
        (8, 2, -1, "Running", 1),
    ]


def test_a_new_task_begins_runnable_and_a_freed_one_is_forgotten(read):
    events = [newtask(1, 50), switch(3, 0, 0, 50), switch(6, 50, 16, 0), free(7, 50), waking(9, 50)]
    assert states(read, (0, *events, newtask(12, 50))) == [
        (50, 1, 2, "R", None),
        (50, 3, 3, "Running", 0),
        (50, 6, -1, "X", None),
        (50, 9, -1, "R", None),
        (50, 12, -1, "R", None),
    ]


def test_compact_switches_tell_the_thread_before_by_their_order(read):
    lists = compact([(10, 5, 0), (12, 6, SLEEPS), (15, 0, 2)], [(9, 6), (11, 7), (13, 5)])
    writer = TraceWriter().bundle(cpu=3, more=blob(4, lists))
    # The first switch and the waking before it tell nothing: who runs is not known yet.
    assert rows(read(writer.bytes(), thread_states=True)) == [
        (7, 11, -1, "R", None),
        (5, 12, 1, "S", None),
        (6, 12, 3, "Running", 3),
        (5, 13, -1, "R", None),
        (6, 15, -1, "D", None),
    ]


def test_compact_lists_go_on_over_bundles_and_end_at_a_name_that_is_not_there(read):
    writer = TraceWriter().bundle(cpu=1, more=blob(4, compact([(10, 5, 0)])))
    writer.bundle(cpu=1, more=blob(4, compact([(20, 6, 1), (30, 7, 1)], names=1)))
    assert rows(read(writer.bytes(), thread_states=True)) == [
        (5, 20, -1, "S", None),
        (6, 20, -1, "Running", 1),
    ]


def test_states_begin_where_all_cpus_are_known(read):
    """Perfetto's own case of a ring buffer (`ftrace_crop_tests`)."""
    first, second = [(1100, 50, 0), (1200, 51, 0)], [(500, 40, 0), (600, 41, 0), (1100, 42, 0), (1200, 43, 0)]
    writer = TraceWriter().bundle(cpu=3, more=number(10, 1000) + blob(4, compact(first)))
    writer.bundle(cpu=6, more=number(10, 0) + blob(4, compact(second)))
    running = [row for row in rows(read(writer.bytes(), thread_states=True)) if row[3] == "Running"]
    assert running == [
        (42, 1100, 100, "Running", 6),
        (51, 1200, -1, "Running", 3),
        (43, 1200, -1, "Running", 6),
    ]


def test_chosen_threads_have_the_rows_that_all_threads_give(read):
    bundle = (0, switch(1, 5, SLEEPS, 6), waking(2, 5), switch(3, 6, 0, 5), waking(4, 9))
    every = states(read, bundle)
    assert states(read, bundle, thread_states=[5]) == [row for row in every if row[0] == 5]
    assert states(read, bundle, thread_states=[]) == []
    assert states(read, bundle, thread_states=False) == []


@pytest.mark.parametrize(
    ("release", "mask", "name"),
    [
        (None, 0, "R"),
        (None, 0x800, "R+"),
        (None, 0x402, "I"),
        (None, 0x40 | 0x80 | 1, "SxK"),
        ("4.9.1", 0x1000, "R+"),
        ("4.9.1", 0x200, "P"),
        ("4.14.186-perf", 0x100, "R+"),
        ("5.10.43-android12", 0x82, "DI"),
        ("6.1.0", 0x40, "P"),
        ("6.1.0", 0x80, "I"),
        ("6.1.0", 0x200, None),
    ],
)
def test_state_names_follow_the_kernel(read, release, mask, name):
    told = (
        b"" if release is None else blob(45, blob(1, blob(1, "Linux") + blob(2, "#1 SMP") + blob(3, release)))
    )
    data = TraceWriter().packet(told).bundle(switch(10, 11, mask, 0)).bytes()
    assert rows(read(data, thread_states=True)) == [(11, 10, -1, name, None)]


def test_kernels_that_are_not_linux_or_spelled_otherwise_count_as_old():
    assert kernel_version("Linux", "5.15.94-android13") == (5, 15)
    assert kernel_version("Linux", "5.15-rc1") is None
    assert kernel_version("Fuchsia", "5.15.1") is None
    assert state_name(0x100, None) == "W"


TIDS = st.integers(0, 4)
MASKS = st.sampled_from(sorted(sched_oracle.OLD))


@st.composite
def sched_traces(draw):
    writer = TraceWriter(width=draw(st.sampled_from([0, 4])))
    clock = [0, 0, 0]
    for _ in range(draw(st.integers(1, 8))):
        cpu = draw(st.integers(0, 2))
        events, lists = [], []
        for _ in range(draw(st.integers(0, 6))):
            # Times of one CPU rise; equal times of different CPUs happen.
            clock[cpu] += draw(st.integers(0, 5))
            kind = draw(st.integers(0, 4))
            if kind <= 1:
                events.append(switch(clock[cpu], draw(TIDS), draw(MASKS), draw(TIDS)))
            else:
                events.append((waking, newtask, free)[kind - 2](clock[cpu], draw(TIDS)))
        if draw(st.booleans()):
            clock[cpu] += 1
            switches = [(clock[cpu] + i, draw(TIDS), draw(MASKS)) for i in range(draw(st.integers(0, 4)))]
            wakings = [(clock[cpu] + i, draw(TIDS)) for i in range(draw(st.integers(0, 4)))]
            clock[cpu] += 4
            lists.append(blob(4, compact(switches, wakings, names=draw(st.sampled_from([1, 2])))))
        writer.bundle(*events, cpu=cpu, more=b"".join(lists))
    return writer.bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("states") / "t.pftrace"


@settings(deadline=None, max_examples=60)
@given(data=sched_traces())
def test_states_are_the_trackers(path, data):
    path.write_bytes(data)
    assert rows(read_trace(path, thread_states=True)) == sched_oracle.state_rows(data)


def test_states_of_a_real_recording_are_the_trackers(recordings):
    path = recordings / "perfetto" / "api32_startup_warm.perfetto-trace"
    ours = rows(read_trace(path, slice_names=[], thread_states=True))
    assert len(ours) == 23016
    # Perfetto began at the time that its first service event tells.
    theirs = sched_oracle.state_rows(path.read_bytes(), sched_oracle.NEW, known_from=157479470420807)
    assert ours == theirs
