from __future__ import annotations

import numpy as np

from traces.perfetto import read_trace
from traces.perfetto.binder import Sent, Taken, calls, read_binder

CALLER, SERVER = 100, 200


def sent(time, tid, number, to_tid=0, *, reply=False, one_way=False):
    return Sent(time, tid, number, 20, to_tid, reply, one_way)


def rows(table):
    return list(zip(table.tid.tolist(), table.start_ns.tolist(), table.end_ns.tolist(), strict=True))


def test_a_call_lasts_until_the_caller_takes_the_reply():
    found = calls(
        [sent(10, CALLER, 1), sent(50, SERVER, 2, CALLER, reply=True)],
        [Taken(15, SERVER, 1), Taken(55, CALLER, 2)],
    )
    assert rows(found) == [(CALLER, 10, 55)]
    assert found.server_tid.tolist() == [SERVER]
    assert found.server_pid.tolist() == [20]


def test_a_reply_that_nobody_was_seen_to_take_ends_the_call_when_it_was_sent():
    found = calls([sent(10, CALLER, 1), sent(50, SERVER, 2, CALLER, reply=True)], [Taken(15, SERVER, 1)])
    assert rows(found) == [(CALLER, 10, 50)]


def test_one_way_calls_and_calls_without_reply_are_no_waits():
    assert len(calls([sent(10, CALLER, 1, one_way=True)], [Taken(15, SERVER, 1)])) == 0
    assert len(calls([sent(10, CALLER, 1)], [Taken(15, SERVER, 1)])) == 0
    assert len(calls([sent(10, CALLER, 1)], [])) == 0


def test_an_earlier_reply_of_the_same_thread_is_not_taken_for_this_call():
    found = calls(
        [
            sent(5, SERVER, 9, CALLER, reply=True),
            sent(10, CALLER, 1),
            sent(50, SERVER, 2, CALLER, reply=True),
        ],
        [Taken(15, SERVER, 1), Taken(55, CALLER, 2)],
    )
    assert rows(found) == [(CALLER, 10, 55)]


def test_relayout_window_is_a_call_into_system_server(recordings):
    path = recordings / "perfetto/api32_startup_warm.perfetto-trace"
    table = read_binder(path)
    trace = read_trace(path, slice_names=["relayoutWindow#first=true*"])
    assert len(table) == 433
    assert (table.end_ns > table.start_ns).all()
    server = next(pid for pid, name in trace.processes.items() if name == "system_server")
    for tid, start, dur in zip(trace.slices.tid, trace.slices.start_ns, trace.slices.dur_ns, strict=True):
        inside = np.flatnonzero(
            (table.tid == tid) & (table.start_ns >= start) & (table.end_ns <= start + dur)
        )
        assert server in table.server_pid[inside].tolist()


def test_a_trace_without_binder_events_has_no_calls(recordings):
    assert len(read_binder(recordings / "perfetto/sidky_nowinandroid.perfetto-trace")) == 0
