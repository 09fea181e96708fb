"""What processes and threads are called: trace processor's ProcessTracker and those who call it."""

from __future__ import annotations

import pytest

from tests.traces.perfetto.perfetto_writer import TraceWriter, blob, number, varint
from traces.perfetto import read_trace
from traces.tables import NA

NEWTASK, RENAME, FREE, SWITCH, WAKING = 235, 236, 240, 4, 20
THREAD = 0x10000


@pytest.fixture
def read(tmp_path):
    def read(data: bytes, **options):
        path = tmp_path / "trace"
        path.write_bytes(data)
        return read_trace(path, **options)

    return read


def newtask(pid: int, comm: str, flags: int = 0) -> bytes:
    return number(1, pid) + blob(2, comm) + number(3, flags)


def rename(pid: int, new: str) -> bytes:
    return number(1, pid) + blob(2, "old") + blob(3, new)


def switch(before: tuple[int, str], after: tuple[int, str]) -> bytes:
    return blob(1, before[1]) + number(2, before[0]) + number(4, 0) + blob(5, after[1]) + number(6, after[0])


def whole_switch(before: tuple[int, str], after: tuple[int, str], priority: int = 120) -> bytes:
    """All fields, as perfetto writes them."""
    said = blob(1, before[1]) + number(2, before[0]) + number(3, priority) + number(4, 1)
    return said + blob(5, after[1]) + number(6, after[0]) + number(7, priority)


def tree(processes=(), threads=(), ts=None) -> bytes:
    """Processes: (pid, parent, words, is comm); threads: (tid, name, tgid)."""
    body = b"".join(
        blob(1, number(1, pid) + number(2, parent) + b"".join(blob(3, w) for w in words) + number(9, comm))
        for pid, parent, words, comm in processes
    )
    body += b"".join(blob(2, number(1, tid) + blob(2, name) + number(3, tgid)) for tid, name, tgid in threads)
    return number(8, ts) + blob(2, body)


def names(trace) -> list[tuple[int, str | None, int, str | None, str]]:
    s = trace.slices
    return list(zip(s.pid.tolist(), s.process, s.tid.tolist(), s.thread, s.name, strict=True))


def test_plain_switches_and_wakings_name_threads_but_no_processes(read):
    """PushSchedSwitch names both threads, ParseSchedWaking the one woken; a process stays without a name."""
    writer = TraceWriter().prints((1, 10, "B|10|a"), (2, 11, "B|10|b"), (3, 12, "B|10|c"))
    writer.bundle(
        writer.event(5, 10, SWITCH, switch((10, "ten"), (11, "eleven"))),
        writer.event(6, 11, WAKING, blob(1, "twelve") + number(2, 12)),
        writer.event(7, 11, SWITCH, switch((11, "renamed"), (10, "ten"))),
    )
    assert names(read(writer.bytes())) == [
        (10, None, 10, "ten", "a"),
        (10, None, 11, "renamed", "b"),
        (10, None, 12, "twelve", "c"),
    ]


@pytest.mark.parametrize("tids", [(10, 11, 12), (300, 301, 302), (20_000, 20_001, 20_002)])
@pytest.mark.parametrize("priority", [120, 139, -1, 70_000])
def test_the_latest_mention_of_a_thread_names_it_in_whichever_place(read, tids, priority):
    """Both threads of a switch and the one that a waking wakes; numbers of one to three bytes."""
    one, two, three = tids
    writer = TraceWriter().prints(*((i, tid, f"B|{tid}|a") for i, tid in enumerate(tids)))
    waking = blob(1, "woken") + number(2, three) + number(3, 120) + number(4, 1) + number(5, 0)
    writer.bundle(
        writer.event(5, one, SWITCH, whole_switch((one, "first"), (two, "early"), priority)),
        writer.event(6, two, WAKING, waking),
        writer.event(7, two, SWITCH, whole_switch((two, "second"), (one, "renamed"), priority)),
    )
    assert [row[3] for row in names(read(writer.bytes()))] == ["renamed", "second", "woken"]


def test_the_first_word_of_the_command_line_names_the_process(read):
    """ParseProcessTree: argv[0], cut at a space only where it is the only word; threads outrank the kernel."""
    writer = TraceWriter().prints((1, 10, "B|10|a"), (2, 20, "B|20|b"))
    writer.packet(tree([(10, 1, ["/bin/x y", "-v"], None), (20, 1, ["one two"], None)], [(10, "x", 10)]))
    writer.bundle(writer.event(9, 10, SWITCH, switch((10, "late"), (20, "kernel's"))))
    assert names(read(writer.bytes())) == [(10, "/bin/x y", 10, "x", "a"), (20, "one", 20, "kernel's", "b")]


def test_kernel_workers_lose_their_queue_and_are_named_by_the_tree(read):
    """A child of kthreadd: `kworker/3:1-events` is `kworker/3:1`; with cmdline_is_comm its thread too."""
    writer = TraceWriter().prints((1, 30, "B|30|a"), (2, 31, "B|31|b"))
    writer.packet(tree([(30, 2, ["kworker/3:1-events"], 1), (31, 5, ["kworker/3:1-events"], 1)]))
    writer.bundle(writer.event(9, 30, SWITCH, switch((30, "kworker/3:1"), (31, "other"))))
    assert names(read(writer.bytes())) == [
        (30, "kworker/3:1", 30, "kworker/3:1", "a"),
        (31, "kworker/3:1-events", 31, "kworker/3:1-events", "b"),
    ]


def test_the_latest_of_fork_tree_and_rename_names_a_process(read):
    """UpdateProcessName takes what comes last of equal rank: a rename after the tree wins, one before loses."""
    writer = TraceWriter()
    writer.bundle(
        writer.event(10, 1, NEWTASK, newtask(40, "zygote64")),
        writer.event(11, 1, NEWTASK, newtask(41, "zygote64")),
        writer.event(12, 1, NEWTASK, newtask(42, "zygote64")),
        writer.event(20, 40, RENAME, rename(40, "short")),
        writer.event(40, 41, RENAME, rename(41, "ple.chat:push")),
    )
    writer.packet(
        tree([(40, 1, ["com.example.chat"], None), (41, 1, ["com.example.chat:push"], None)], ts=30)
    )
    writer.prints((50, 40, "B|40|a"), (51, 41, "B|41|b"), (52, 42, "B|42|c"))
    assert names(read(writer.bytes())) == [
        (40, "com.example.chat", 40, "short", "a"),
        (41, "ple.chat:push", 41, "ple.chat:push", "b"),
        (42, "zygote64", 42, "zygote64", "c"),
    ]


def test_rows_before_a_numbers_second_use_keep_the_first_owners_name(read):
    """A task_newtask without CLONE_THREAD starts a new process and thread of the number."""
    writer = TraceWriter().packet(tree([(50, 1, ["com.old"], None)], [(50, "com.old", 50)], ts=1))
    writer.prints((5, 50, "B|50|old"), (6, 50, "E|50"))
    for start, cookie in ((7, 1), (25, 2)):
        writer.actual_surface(start, start + 1, cookie=cookie, token=cookie, display_token=9, pid=50)
    writer.bundle(
        writer.event(10, 50, FREE, number(2, 50)), writer.event(20, 1, NEWTASK, newtask(50, "zygote"))
    )
    writer.packet(tree([(50, 1, ["com.new"], None)], ts=22))
    writer.prints((30, 50, "B|50|new"))
    sched = blob(1, varint(4) + varint(27)) + blob(3, varint(50) * 2) + blob(5, "before") + blob(5, "after")
    writer.bundle(more=blob(4, sched + blob(6, varint(0) + varint(1))))
    trace = read(writer.bytes())
    assert names(trace) == [
        (50, "com.old", 50, "com.old", "old"),
        (50, "com.new", 50, "after", "new"),
    ]
    assert trace.frames.process.tolist() == ["com.old", "com.new"]


def test_a_thread_of_a_maker_whose_process_is_told_later_joins_it(read):
    """AssociateThreads: maker and made wait together; a mark without a process number finds it."""
    writer = TraceWriter()
    writer.bundle(writer.event(10, 60, NEWTASK, newtask(61, "made", THREAD)))
    mark = number(1, 0) + blob(2, "work") + number(3, ord("B"))
    writer.bundle(writer.event(12, 61, 333, mark))
    writer.packet(tree([(60, 1, ["maker"], None)], ts=20))
    assert names(read(writer.bytes())) == [(60, "maker", 61, "made", "work")]


def test_a_process_of_a_tree_without_a_command_line_is_not_told_of(read):
    writer = TraceWriter().packet(number(8, 5) + blob(2, blob(1, number(1, 42) + number(2, 1))))
    writer.bundle(writer.event(10, 42, 417, number(1, 1)))
    slices = read(writer.bytes()).slices
    assert (slices.tid.tolist(), slices.pid.tolist()) == ([42], [NA])
