from __future__ import annotations

import pytest

from profiler.causes.threads import wait_of
from tests.profiler.causes.threads_by_hand import MS, view

LOCK = "monitor contention with owner worker (81) at void a.b.C.d()(C.java:1) waiters=0 blocking from void a.b.E.f()"


def test_states_are_divided_over_an_interval():
    thread = view([], [(0, 4, "Running"), (4, 6, "R+"), (6, 9, "D"), (9, 20, "S")])
    assert thread.doing(2 * MS, 12 * MS) == {"running": 2.0, "runnable": 2.0, "io": 3.0, "sleeping": 3.0}


def test_sleep_inside_a_named_wait_is_that_wait():
    thread = view(
        [
            (2, 5, "GC: Wait For Completion Alloc"),
            (6, 9, LOCK),
            (6.5, 9, "Lock contention on a monitor lock (owner tid: 81)"),
        ],
        [(0, 2, "Running"), (2, 5, "S"), (5, 6, "Running"), (6, 9, "S"), (9, 10, "R"), (10, 14, "S")],
        binder=[(10, 13)],
    )
    assert thread.doing(0, 14 * MS) == {
        "running": 3.0,
        "gc": 3.0,
        "lock": 3.0,
        "runnable": 1.0,
        "binder": 3.0,
        "sleeping": 1.0,
    }


def test_a_collection_that_the_thread_runs_itself_is_no_work_of_its_own():
    thread = view([(2, 8, "Alloc concurrent copying GC")], [(0, 10, "Running")])
    assert thread.doing(0, 10 * MS) == {"running": 4.0, "gc": 6.0}


def test_running_while_it_spins_on_a_lock_stays_running():
    assert view([(2, 8, LOCK)], [(0, 10, "Running")]).doing(0, 10 * MS) == {"running": 10.0}


def test_without_scheduling_only_named_waits_are_told():
    assert view([(2, 5, LOCK), (6, 9, "inflate")]).doing(0, 10 * MS) == {"lock": 3.0}
    assert view([(6, 9, "inflate")]).doing(0, 10 * MS) == {}


def test_own_times_leave_out_the_children():
    thread = view([(0, 10, "traversal"), (1, 4, "measure"), (2, 3, "inflate"), (5, 9, "layout")])
    assert thread.own_times(0, 10 * MS) == [
        ("layout", 4.0),
        ("traversal", 3.0),
        ("measure", 2.0),
        ("inflate", 1.0),
    ]


@pytest.mark.parametrize(
    ("name", "wait"),
    [
        ("Background young concurrent copying GC", "gc"),
        ("Lock contention on thread list lock (owner tid: 0)", "lock"),
        ("waitWhileAllocatingLocked", None),  # a buffer queue's, not the heap's
        ("MetricsCollector", None),
        ("gcm-SchedulerChimeraReceiver_onReceive", None),
    ],
)
def test_names_of_waits(name, wait):
    assert wait_of(name) == wait
