"""Kernel events that put slices on threads: BinderTracker, and the plain begins and ends of FtraceParser."""

from __future__ import annotations

import pytest

from tests.traces.perfetto.perfetto_writer import TraceWriter, blob, number
from traces.perfetto import read_trace

SENT, TAKEN, COMMAND, RETURN, LOCK, LOCKED, UNLOCK = 50, 51, 485, 486, 53, 54, 55
BC_TRANSACTION, BR_FAILED_REPLY, BR_COMPLETE = 0x40406300, 0x7211, 0x7206
APP, SERVER = 100, 200


@pytest.fixture
def read(tmp_path):
    def read(data: bytes, **options):
        path = tmp_path / "trace"
        path.write_bytes(data)
        return read_trace(path, **options)

    return read


def sent(debug_id: int, *, reply: int = 0, flags: int = 0) -> bytes:
    return number(1, debug_id) + number(3, 20) + number(5, reply) + number(7, flags)


def write(events: list[tuple[int, int, int, bytes]]) -> TraceWriter:
    """Put events (time, thread, field, body) into a bundle for each thread's CPU, as ftrace does."""
    writer = TraceWriter()
    for cpu, tid in enumerate(sorted({event[1] for event in events})):
        writer.bundle(*(writer.event(*event) for event in events if event[1] == tid), cpu=cpu)
    return writer


def text(said: str) -> bytes:
    return blob(2, said)


def rows(trace) -> list[tuple[int, int, int, int, str]]:
    s = trace.slices
    return list(
        zip(s.tid.tolist(), s.start_ns.tolist(), s.dur_ns.tolist(), s.depth.tolist(), s.name, strict=True)
    )


CALL = [
    (10, APP, 3, text("B|100|draw")),
    (20, APP, SENT, sent(1)),
    (30, SERVER, TAKEN, number(1, 1)),
    (31, SERVER, 3, text("B|200|relayout")),
    (32, SERVER, 3, text("E|200")),
    (40, SERVER, SENT, sent(2, reply=1)),
    (50, APP, TAKEN, number(1, 2)),
    (60, APP, 3, text("E|100")),
]


def test_a_call_lies_on_both_threads_and_what_the_server_does_is_deeper_by_one(read):
    """Transaction begins on the sender until its reply is taken; TransactionReceived until it is sent."""
    assert rows(read(write(CALL).bytes())) == [
        (APP, 10, 50, 0, "draw"),
        (APP, 20, 30, 1, "binder transaction"),
        (SERVER, 30, 10, 0, "binder reply"),
        (SERVER, 31, 1, 1, "relayout"),
    ]


def test_the_choice_of_names_leaves_depths_alone(read):
    trace = read(write(CALL).bytes(), slice_names=["relayout"])
    assert rows(trace) == [(SERVER, 31, 1, 1, "relayout")]


def test_one_way_calls_take_no_time_and_what_was_not_seen_sent_is_not_taken(read):
    events = [
        (20, APP, SENT, sent(1, flags=1)),
        (30, SERVER, TAKEN, number(1, 1)),
        (35, SERVER, TAKEN, number(1, 7)),
        (40, SERVER, 3, text("B|200|work")),
        (45, SERVER, 3, text("E|200")),
    ]
    assert rows(read(write(events).bytes())) == [
        (APP, 20, 0, 0, "binder transaction async"),
        (SERVER, 30, 0, 0, "binder async rcv"),
        (SERVER, 40, 5, 0, "work"),
    ]


def test_a_call_that_fails_ends_when_the_driver_says_so(read):
    """ReturnFromKernel: after binder_transaction it ends the slice, before it there is none to end."""
    events = [
        (10, APP, 3, text("B|100|draw")),
        (18, APP, COMMAND, number(1, BC_TRANSACTION)),
        (20, APP, SENT, sent(1)),
        (22, APP, RETURN, number(1, BR_COMPLETE)),
        (25, APP, RETURN, number(1, BR_FAILED_REPLY)),
        (30, APP, COMMAND, number(1, BC_TRANSACTION)),
        (31, APP, RETURN, number(1, BR_FAILED_REPLY)),
        (40, APP, 3, text("E|100")),
    ]
    assert rows(read(write(events).bytes())) == [
        (APP, 10, 30, 0, "draw"),
        (APP, 20, 5, 1, "binder transaction"),
    ]


def test_locks_wait_and_then_are_held(read):
    events = [(1, APP, UNLOCK, b""), (2, APP, LOCK, b""), (5, APP, LOCKED, b""), (9, APP, UNLOCK, b"")]
    assert rows(read(write(events).bytes())) == [
        (APP, 2, 3, 0, "binder lock waiting"),
        (APP, 5, 4, 0, "binder lock held"),
    ]


def test_reclaim_fences_firmware_calls_and_signals_nest_with_atrace(read):
    events = [
        (1, APP, 3, text("B|100|draw")),
        (2, APP, 46, number(1, 0)),
        (3, APP, 443, number(1, 0)),
        (4, APP, 3, text("B|100|in")),
        (5, APP, 3, text("E|100")),
        (6, APP, 444, number(1, 0)),
        (7, APP, 47, number(1, 0)),
        (8, APP, 417, number(1, 0)),
        (9, APP, 418, number(1, 0)),
        (10, APP, 338, number(2, 0xC2)),
        (11, APP, 339, b""),
        (12, APP, 325, number(4, SERVER) + number(6, 9)),
        (13, APP, 3, text("E|100")),
    ]
    assert rows(read(write(events).bytes())) == [
        (APP, 1, 12, 0, "draw"),
        (APP, 2, 5, 1, "mm_vmscan_direct_reclaim"),
        (APP, 3, 3, 2, "mm_vmscan_shrink_slab"),
        (APP, 4, 1, 3, "in"),
        (APP, 8, 1, 1, "dma_fence_wait"),
        (APP, 10, 1, 1, "scm id=0xc2"),
        (SERVER, 12, 0, 0, "signal_generate"),
    ]


@pytest.mark.parametrize(
    ("release", "found"),
    [(None, []), ("5.4.0", []), ("5.10.1", [(2, 2)]), ("6.1.2", [(2, 4)])],
)
def test_allocations_of_contiguous_memory_end_as_the_kernel_tells_it(read, release, found):
    """cma_alloc_info ends them from 5.10 on, cma_alloc_finish from 6.1 on; older kernels tell too little."""
    writer = TraceWriter()
    if release:
        writer.packet(blob(45, blob(1, blob(1, "Linux") + blob(3, release))))
    writer.bundle(
        writer.event(2, APP, 465, number(1, 0)),
        writer.event(4, APP, 466, number(1, 0)),
        writer.event(6, APP, 576, number(1, 0)),
    )
    assert [(r[1], r[2]) for r in rows(read(writer.bytes()))] == found


def test_a_thread_known_by_its_number_first_goes_on_when_its_process_is_known(read):
    """GetOrCreateThread and then UpdateThread mean the same thread where no process was known."""
    writer = TraceWriter()
    writer.bundle(writer.event(2, APP, SENT, sent(1)))
    writer.prints((4, APP, "B|90|work"))
    trace = read(writer.bytes())
    assert rows(trace) == [(APP, 2, -1, 0, "binder transaction"), (APP, 4, -1, 1, "work")]
    assert trace.slices.pid.tolist() == [90, 90]


def test_binder_events_pair_across_settled_batches(read, monkeypatch):
    from traces.perfetto import reader

    monkeypatch.setattr(reader, "PATIENCE", 4)
    writer = TraceWriter()
    for i in range(50):
        numbers = {10: 2 * i + 1, 20: 2 * i + 2}
        bodies = {
            20: sent(numbers[10]),
            30: number(1, numbers[10]),
            40: sent(numbers[20], reply=1),
            50: number(1, numbers[20]),
        }
        for time, tid, field, said in CALL:
            event = writer.event(100 * i + time, tid, field, bodies.get(time, said))
            writer.bundle(event, cpu=int(tid == SERVER))
    # The first calls are not whole: nothing counts before all CPUs are known.
    found = [row for row in rows(read(writer.bytes())) if row[1] >= 200]
    assert [(r[0], r[1] % 100, *r[2:]) for r in found] == 48 * [
        (APP, 10, 50, 0, "draw"),
        (APP, 20, 30, 1, "binder transaction"),
        (SERVER, 30, 10, 0, "binder reply"),
        (SERVER, 31, 1, 1, "relayout"),
    ]
