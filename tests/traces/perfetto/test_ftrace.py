"""Slices, marks and names from ftrace bundles."""

from __future__ import annotations

import pytest
from perfetto_writer import TraceWriter, blob, number, varint

from traces.tables import NA

MAIN, RENDER = 1000, 1001


def slices(trace):
    table = trace.slices
    return list(
        zip(
            table.tid.tolist(),
            table.start_ns.tolist(),
            table.dur_ns.tolist(),
            table.depth.tolist(),
            table.name,
            strict=True,
        )
    )


def test_begins_and_ends_nest_by_thread(read):
    trace = read(
        TraceWriter()
        .prints(
            (10, MAIN, "B|1000|Choreographer#doFrame 7\n"),
            (11, RENDER, "B|1000|DrawFrames 7\n"),
            (12, MAIN, "B|1000|traversal"),
            (13, MAIN, "B|1000|draw\0\n"),
            (14, MAIN, "E|1000\n"),
            (15, RENDER, "E|1000"),
            (16, MAIN, "E|1000"),
            (17, MAIN, "E|1000"),
        )
        .bytes()
    )
    assert slices(trace) == [
        (MAIN, 10, 7, 0, "Choreographer#doFrame 7"),
        (RENDER, 11, 4, 0, "DrawFrames 7"),
        (MAIN, 12, 4, 1, "traversal"),
        (MAIN, 13, 1, 2, "draw"),
    ]
    assert trace.slices.pid.tolist() == [1000] * 4


def test_depth_counts_slices_that_are_not_kept(read):
    data = (
        TraceWriter()
        .prints(
            (1, MAIN, "B|1000|outer"), (2, MAIN, "B|1000|measure"), (3, MAIN, "E|1000"), (4, MAIN, "E|1000")
        )
        .bytes()
    )
    assert slices(read(data, slice_names=["mea*"])) == [(MAIN, 2, 1, 1, "measure")]
    assert slices(read(data, slice_names=[])) == []


def test_patterns_find_names_by_beginning_middle_class_and_case(read):
    names = [
        "Choreographer#doFrame 1",
        "IMS.showWindow",
        "MyIMEThing",
        "ime",
        "drawing",
        "draw",
        "H:IME",
        "x",
    ]
    lines = []
    for i, name in enumerate(names):
        lines += [(10 * i, MAIN, f"B|1000|{name}"), (10 * i + 5, MAIN, "E|1000")]
    data = TraceWriter().prints(*lines).bytes()

    def kept(*globs):
        return [row[4] for row in slices(read(data, slice_names=globs))]

    assert kept("Choreographer#doFrame*") == ["Choreographer#doFrame 1"]
    assert kept("*IME*") == ["MyIMEThing", "H:IME"]
    assert kept("draw") == ["draw"]
    assert kept("*" + "M" * 100 + "*") == []
    assert kept("[dx]*", "?ME") == ["drawing", "draw", "x"]
    assert kept("*") == names


def test_a_thread_that_moves_between_cpus_nests_by_time(read):
    trace = read(
        TraceWriter()
        .prints((20, MAIN, "E|1000"), (30, MAIN, "B|1000|second"), cpu=1)
        .prints((10, MAIN, "B|1000|first"), (40, MAIN, "E|1000"), cpu=0)
        .bytes()
    )
    assert slices(trace) == [(MAIN, 10, 10, 0, "first"), (MAIN, 30, 10, 0, "second")]


def test_a_slice_that_never_ends_and_an_end_of_nothing(read):
    trace = read(
        TraceWriter()
        .prints((1, MAIN, "E|1000"), (2, MAIN, "B|1000|open"), (3, MAIN, "B|1000|inner"), (4, MAIN, "E|1000"))
        .bytes()
    )
    assert slices(trace) == [(MAIN, 2, -1, 0, "open"), (MAIN, 3, 1, 1, "inner")]
    assert (trace.health.unpaired_slice_ends, trace.health.unended_slices) == (1, 1)


def test_old_ends_without_a_process_close_the_threads_slice(read):
    trace = read(
        TraceWriter()
        .prints((1, MAIN, "B|1000|a"), (5, MAIN, "E"), (6, MAIN, "B|1000|"), (8, MAIN, "E|"))
        .bytes()
    )
    assert slices(trace) == [(MAIN, 1, 4, 0, "a"), (MAIN, 6, 2, 0, "[empty slice name]")]


def test_a_thread_number_used_again_by_another_process_starts_afresh(read):
    trace = read(
        TraceWriter()
        .prints((1, 50, "B|40|old"), (5, 50, "B|60|new"), (6, 50, "E|60"))
        .processes({40: "old.app", 60: "new.app"})
        .bytes()
    )
    assert slices(trace) == [(50, 1, -1, 0, "old"), (50, 5, 1, 0, "new")]
    assert trace.slices.process.tolist() == ["old.app", "new.app"]


def test_texts_that_are_no_slices_change_nothing(read):
    texts = [
        "hello",
        "",
        "B|",
        "B|x|name",
        "B|12x|name",
        "random|text",
        "trace_event_clock_sync: parent_ts=1.5",
        "C|1|a|x",
    ]
    trace = read(TraceWriter().prints(*((i, MAIN, text) for i, text in enumerate(texts))).bytes())
    assert slices(trace) == []
    assert len(trace.marks) == 0
    assert trace.health.unpaired_slice_ends == 0


def test_asynchronous_slices_pair_by_process_name_and_cookie(read):
    trace = read(
        TraceWriter()
        .processes({1000: "com.example.chat"})
        .prints(
            (1, MAIN, "S|1000|InsetsAnimation: ime|5\n"),
            (2, RENDER, "S|1000|InsetsAnimation: ime|6\n"),
            (3, MAIN, "S|1000|InsetsAnimation: ime|5\n"),
            (9, RENDER, "F|1000|InsetsAnimation: ime|5\n"),
            (10, MAIN, "F|1000|never begun|5\n"),
            (11, MAIN, "G|1000|track|work|8\n"),
            (14, MAIN, "H|1000|track|8\n"),
        )
        .bytes()
    )
    table = trace.async_slices
    assert list(
        zip(table.cookie.tolist(), table.start_ns.tolist(), table.dur_ns.tolist(), table.name, strict=True)
    ) == [
        (5, 1, 8, "InsetsAnimation: ime"),
        (6, 2, -1, "InsetsAnimation: ime"),
        (8, 11, 3, "work"),
    ]
    assert table.process.tolist() == ["com.example.chat"] * 3


def test_asynchronous_slices_of_a_named_track_nest(read):
    """`G` is begun with SliceTracker::Begin: of one track and cookie the last begun ends first."""
    trace = read(
        TraceWriter()
        .prints(
            (1, MAIN, "G|1000|track|outer|8"),
            (2, MAIN, "G|1000|track|inner|8"),
            (5, MAIN, "H|1000|track|8"),
            (9, MAIN, "H|1000|track|outer|8"),
            (10, MAIN, "H|1000|track|8"),
        )
        .bytes()
    )
    table = trace.async_slices
    assert list(zip(table.start_ns.tolist(), table.dur_ns.tolist(), table.name, strict=True)) == [
        (1, 8, "outer"),
        (2, 3, "inner"),
    ]


def test_numbers_of_asynchronous_slices_stand_in_their_place_whatever_follows(read):
    """ParseSystraceTracePoint reads field by field: S and F take the fourth, N needs a name of its own."""
    trace = read(
        TraceWriter()
        .prints((1, MAIN, "S|1000|a|5|more"), (4, MAIN, "F|1000|a|5|6"), (5, MAIN, "N|1000|track"))
        .bytes()
    )
    assert trace.async_slices.dur_ns.tolist() == [3]
    assert len(trace.marks) == 0


def test_a_name_that_is_cut_within_a_character_loses_the_rest_of_it(read):
    """CheckAsciiAndRemoveInvalidUTF8 drops what is no UTF-8, and does not put a sign in its place."""
    texts = ["绘制".encode()[:4], b"a\xff\xc3(b", "绘制".encode()]
    writer = TraceWriter()
    writer.bundle(
        *(writer.event(i, MAIN, 3, blob(2, b"B|1000|" + text + b"\n")) for i, text in enumerate(texts, 1))
    )
    trace = read(writer.bytes())
    assert trace.slices.name.tolist() == ["绘", "ab", "绘制"]


def test_instants_and_counters_are_marks(read):
    trace = read(
        TraceWriter()
        .prints(
            (5, MAIN, "C|77|silky:step|3\n"),
            (3, MAIN, "I|77|silky:begin\n"),
            (6, MAIN, "C|77|silky:step|-4|group\n"),
            (7, MAIN, "N|77|track|silky:point\n"),
        )
        .bytes()
    )
    marks = trace.marks
    assert list(zip(marks.time_ns.tolist(), marks.name, marks.value.tolist(), strict=True)) == [
        (3, "silky:begin", NA),
        (5, "silky:step", 3),
        (6, "silky:step", -4),
        (7, "silky:point", NA),
    ]


def test_events_of_unusual_form_are_read_like_the_usual_ones(read):
    """No thread (0), other field order, kernel addresses, long times, other payloads in between."""
    writer = TraceWriter()
    text = blob(2, "B|1|late field")
    odd = [
        blob(3, text) + number(1, 100) + number(2, 9),
        number(1, 110) + number(2, 9) + blob(3, number(1, 0xFFFFFF8008123456) + blob(2, "B|1|inner")),
        number(1, 120) + number(2, 9) + blob(4, b"\x12\x02\x08\x01" * 20),
        number(2, 9) + number(1, 130) + blob(3, blob(2, "E|1")),
        number(1, 2**57) + number(2, 9) + blob(3, blob(2, "E|1")),
        number(1, 140) + blob(3, blob(2, "I|1|without thread")),
    ]
    trace = read(writer.bundle(*odd, more=blob(8, b"\x12\x05\x08\x01") + number(3, 0)).bytes())
    assert slices(trace) == [
        (9, 100, 2**57 - 100, 0, "late field"),
        (9, 110, 20, 1, "inner"),
        (0, 140, 0, 0, "without thread"),
    ]
    assert trace.marks.name.tolist() == ["without thread"]


def test_a_bundle_that_does_not_come_first_in_its_packet(read):
    writer = TraceWriter()
    body = (
        number(1, 0)
        + blob(2, writer.event(5, 9, 3, blob(2, "B|1|a")))
        + blob(2, writer.event(8, 9, 3, blob(2, "E|1")))
    )
    assert slices(read(writer.packet(number(8, 1) + blob(1, body)).bytes())) == [(9, 5, 3, 0, "a")]


def test_names_come_from_the_tree_from_tasks_and_from_switches(read):
    writer = TraceWriter().processes(
        {1000: "com.example.chat"}, {1000: (1000, "mple.chat"), 1001: (1000, None)}
    )
    newtask = number(1, 1002) + blob(2, "worker") + number(3, 0x10000)
    newprocess = number(1, 1005) + blob(2, "sh") + number(3, 0)
    rename = number(1, 1002) + blob(2, "worker") + blob(3, "Binder:1")
    # Switches at 50 and 60 to thread 1001, whose name changes.
    sched = (
        blob(1, varint(50) + varint(10))
        + blob(3, varint(1001) * 2)
        + blob(5, "old")
        + blob(5, "RenderThread")
    )
    sched += blob(6, varint(0) + varint(1))
    writer.bundle(
        writer.event(10, 1000, 235, newtask),
        writer.event(11, 1000, 235, newprocess),
        writer.event(20, 1000, 236, rename),
        more=blob(4, sched),
    )
    trace = read(writer.bytes())
    assert trace.threads[1000] == (1000, "mple.chat")
    assert trace.threads[1001] == (1000, "RenderThread")
    assert trace.threads[1002] == (1000, "Binder:1")
    assert trace.processes == {1000: "com.example.chat", 1005: "sh"}


def test_a_text_that_begins_with_e_ends_a_slice_whatever_follows(read):
    """As trace processor: only the first letter counts, so a stray "Error ..." closes what is open."""
    trace = read(
        TraceWriter()
        .prints(
            (1, MAIN, "B|1000|a"),
            (2, MAIN, "Begin|1000|b"),
            (3, MAIN, "Error: none"),
            (4, MAIN, "End|1000|x"),
        )
        .bytes()
    )
    assert slices(trace) == [(MAIN, 1, 3, 0, "a"), (MAIN, 2, 1, 1, "b")]


def test_an_instant_is_a_slice_without_length_at_its_depth(read):
    writer = TraceWriter().prints(
        (1, MAIN, "B|1000|outer"), (2, MAIN, "I|1000|hideIME"), (2, MAIN, "B|1000|inner"), (3, MAIN, "E|1000"),
        (4, MAIN, "E|1000"), (5, MAIN, "I|1000|"), (6, MAIN, "I|x|bad")
    )  # fmt: skip
    trace = read(writer.bytes())
    assert slices(trace) == [
        (MAIN, 1, 3, 0, "outer"),
        (MAIN, 2, 0, 1, "hideIME"),
        (MAIN, 2, 1, 1, "inner"),
    ]
    assert trace.marks.name.tolist() == ["hideIME"]
    assert slices(read(writer.bytes(), slice_names=["*IME*"])) == [(MAIN, 2, 0, 1, "hideIME")]


def test_the_name_of_a_mark_does_not_make_slices_of_that_name_wanted(read):
    writer = TraceWriter().prints(
        (1, MAIN, "C|1000|work|5"), (2, MAIN, "I|1000|work"), (3, MAIN, "B|1000|work")
    )
    trace = read(writer.bytes(), slice_names=["other"])
    assert slices(trace) == []
    assert trace.marks.name.tolist() == ["work", "work"]


_BITS = {"B": 1, "E": 2, "C": 4}


def kernel_mark(kind, letter, name, *, begin=None, pid=1000, value=5):
    """A driver's mark: the field of the event and its body."""
    type_ = None if letter is None else ord(letter)
    return {
        "mdss": (80, number(1, pid) + blob(2, name) + number(3, begin)),
        "sde": (333, number(1, pid) + blob(2, name) + number(3, type_) + number(4, value) + number(5, begin)),
        "dpu": (348, number(1, pid) + blob(4, name) + number(5, type_) + number(6, value)),
        "g2d": (349, number(1, pid) + blob(4, name) + number(5, type_) + number(6, value)),
        "mali": (350, blob(1, name) + number(2, pid) + number(3, type_) + number(4, value)),
        "samsung": (484, number(1, pid) + blob(2, name) + number(4, type_) + number(5, value)),
        "lwis": (467, blob(1, "cam") + number(2, type_) + number(3, pid) + blob(4, name) + number(5, value)),
        "panel": (490, number(1, pid) + blob(4, name) + number(5, type_) + number(6, value)),
        "zero": (331, number(1, _BITS.get(letter)) + blob(2, name) + number(3, pid) + number(4, value)),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["mdss", "sde", "sde by type", "dpu", "g2d", "mali", "samsung", "lwis", "panel", "zero"]
)
def test_marks_of_the_kernels_drivers_nest_with_those_of_apps(read, kind):
    by_flag = kind in {"mdss", "sde"}
    name = kind.split()[0]
    writer = TraceWriter()

    def mark(ts, letter):
        flag = int(letter == "B") if by_flag else None
        return writer.event(ts, MAIN, *kernel_mark(name, None if by_flag else letter, "kickoff", begin=flag))

    writer.bundle(
        writer.event(1, MAIN, 3, blob(2, "B|1000|commit")), mark(2, "B"), writer.event(3, MAIN, 3, blob(2, "B|1000|in")),
        writer.event(4, MAIN, 3, blob(2, "E|1000")), mark(5, "E"), writer.event(6, MAIN, 3, blob(2, "E|1000")),
    )  # fmt: skip
    trace = read(writer.bytes())
    assert slices(trace) == [(MAIN, 1, 5, 0, "commit"), (MAIN, 2, 3, 1, "kickoff"), (MAIN, 3, 1, 2, "in")]
    assert trace.health.scorable


def test_counters_of_the_kernels_drivers_are_marks_and_a_mark_of_no_kind_is_nothing(read):
    writer = TraceWriter()
    writer.bundle(
        writer.event(1, MAIN, *kernel_mark("dpu", "C", "level", pid=77)),
        writer.event(2, MAIN, *kernel_mark("g2d", None, "x")),
        writer.event(3, MAIN, *kernel_mark("mdss", None, "x")),
        writer.event(4, MAIN, *kernel_mark("sde", "?", "x")),
    )
    trace = read(writer.bytes())
    assert (trace.marks.pid.tolist(), trace.marks.name.tolist(), trace.marks.value.tolist()) == (
        [77],
        ["level"],
        [5],
    )
    assert slices(trace) == []


def cropped(read, field):
    """Perfetto's own case of a ring buffer (`ftrace_crop_tests`): CPU 0 is known from 2000 on."""
    writer = TraceWriter()
    first = [writer.event(1500, 42, 3, blob(2, "B|42|left out")), writer.event(2700, 42, 3, blob(2, "E|42"))]
    events = b"".join(blob(2, event) for event in first)
    writer.packet(blob(1, number(1, 1) + number(field, 1000) + events))
    kept = blob(2, writer.event(2200, 42, 3, blob(2, "B|42|kept")))
    writer.packet(blob(1, number(1, 0) + number(field, 2000) + kept))
    return slices(read(writer.bytes()))


def test_slices_begin_where_all_cpus_are_known(read):
    assert cropped(read, 10) == cropped(read, 9) == [(42, 2200, 500, 0, "kept")]


def test_what_stood_in_the_kernels_buffer_before_the_trace_began_is_left_out_unless_it_was_kept(read):
    def names(*more):
        writer = TraceWriter().packet(number(8, 150) + blob(69, number(2, 1)))
        for packet in more:
            writer.packet(packet)
        writer.prints((100, 9, "B|1|old"), (110, 9, "E|1"), (120, 9, "I|1|old"), (200, 9, "B|1|new"))
        trace = read(writer.bytes())
        return trace.slices.name.tolist() + trace.marks.name.tolist()

    assert names() == ["new"]
    assert names(blob(34, number(1, 1) + number(8, 1))) == ["old", "old", "new", "old"]


def test_times_that_grow_by_a_byte_lose_neither_slices_of_the_kernel_nor_names(read):
    """A time of 2^28 ns takes a byte more than the one before it, as one of 2^42 does (73 minutes)."""
    edge = 1 << 28
    writer = TraceWriter()
    switch = blob(1, "worker") + number(2, 7) + number(4, 1) + blob(5, "other") + number(6, 8)
    writer.bundle(
        writer.event(edge - 20, 7, 3, blob(2, "B|7|draw")),
        writer.event(edge - 10, 7, 3, blob(2, "E|7")),
        writer.event(edge - 5, 7, 3, blob(2, "B|7|draw")),
        writer.event(edge + 10, 7, 417, number(1, 1)),
        writer.event(edge + 20, 7, 418, number(1, 1)),
        writer.event(edge + 30, 7, 4, switch),
    )
    trace = read(writer.bytes())
    rows = zip(
        trace.slices.name.tolist(), trace.slices.depth.tolist(), trace.slices.dur_ns.tolist(), strict=True
    )
    assert list(rows) == [("draw", 0, 10), ("draw", 0, -1), ("dma_fence_wait", 1, 10)]
    assert trace.threads[7] == (7, "worker")


def test_a_bundle_that_tells_no_cpu_is_not_taken(read):
    writer = TraceWriter().prints((10, 7, "B|7|draw"), (20, 7, "E|7"))
    event = writer.event(15, 7, 3, blob(2, "B|7|inside"))
    trace = read(writer.packet(blob(1, blob(2, event))).bytes())
    assert trace.slices.name.tolist() == ["draw"]
    assert not trace.health.scorable


def test_frames_and_counters_tell_that_a_thread_is_the_main_one_of_a_process(read):
    writer = TraceWriter().actual_display(10, 20, cookie=1, token=1, pid=50)
    writer.bundle(
        writer.event(5, 7, 3, blob(2, "C|60|count|1")),
        *(writer.event(30 + tid, tid, 417, number(1, 1)) for tid in (50, 60, 70)),
    )
    slices = read(writer.bytes()).slices
    assert list(zip(slices.tid.tolist(), slices.pid.tolist(), strict=True)) == [(50, 50), (60, 60), (70, NA)]
