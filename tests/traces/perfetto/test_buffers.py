"""FrameTracer: one row per buffer and frame, whatever order its events come in."""

from __future__ import annotations

from perfetto_writer import BOOTTIME, MONOTONIC, TraceWriter, blob, number

from traces.perfetto import read_trace
from traces.tables import NA

DEQUEUE, QUEUE, POST, ACQUIRE, LATCH, HWC, FALLBACK, PRESENT, RELEASE = range(1, 10)


def rows(trace):
    table = trace.buffers.to_pandas()
    return [
        tuple(None if cell == NA else cell for cell in row)
        for row in table.itertuples(index=False, name=None)
    ]


def test_a_frame_that_took_every_step(read):
    writer = TraceWriter()
    for ts, kind in ((10, DEQUEUE), (20, QUEUE), (30, ACQUIRE), (40, LATCH), (45, HWC), (60, PRESENT)):
        writer.buffer_event(ts, kind, frame=7, layer="SurfaceView[chat]#3")
    assert rows(read(writer.bytes())) == [("SurfaceView[chat]#3", 7, 10, 20, 30, 40, 60)]


def test_a_dequeue_without_a_number_gets_that_of_the_queueing(read):
    writer = TraceWriter().buffer_event(10, DEQUEUE, buffer=1).buffer_event(12, DEQUEUE, buffer=2)
    writer.buffer_event(20, QUEUE, frame=8, buffer=2).buffer_event(21, QUEUE, frame=9, buffer=1)
    assert rows(read(writer.bytes())) == [
        ("layer", 9, 10, 21, None, None, None),
        ("layer", 8, 12, 20, None, None, None),
    ]


def test_a_dequeued_buffer_that_is_never_queued_keeps_its_own_row(read):
    writer = (
        TraceWriter().buffer_event(10, DEQUEUE).buffer_event(20, DEQUEUE).buffer_event(30, QUEUE, frame=5)
    )
    assert rows(read(writer.bytes())) == [
        ("layer", None, 10, None, None, None, None),
        ("layer", 5, 20, 30, None, None, None),
    ]


def test_one_buffer_in_two_layers_is_two_rows(read):
    writer = TraceWriter()
    for layer, frame in (("a", 30), ("b", 35)):
        writer.buffer_event(10 + frame, QUEUE, frame=frame, layer=layer)
        writer.buffer_event(20 + frame, PRESENT, frame=frame, layer=layer)
    assert rows(read(writer.bytes())) == [
        ("a", 30, None, 40, None, None, 50),
        ("b", 35, None, 45, None, None, 55),
    ]


def test_a_layer_made_anew_counts_its_frames_from_one_again(read):
    writer = TraceWriter()
    for base in (100, 200):
        for ts, kind in ((0, QUEUE), (10, LATCH), (20, PRESENT)):
            writer.buffer_event(base + ts, kind, frame=1)
    assert rows(read(writer.bytes())) == [
        ("layer", 1, None, 100, None, 110, 120),
        ("layer", 1, None, 200, None, 210, 220),
    ]


def test_the_first_of_repeated_steps_counts_and_order_in_the_file_does_not(read):
    writer = TraceWriter().buffer_event(60, PRESENT, frame=7).buffer_event(40, LATCH, frame=7)
    writer.buffer_event(80, PRESENT, frame=7).buffer_event(20, QUEUE, frame=7).buffer_event(
        10, DEQUEUE, frame=7
    )
    writer.buffer_event(48, LATCH, frame=7)
    assert rows(read(writer.bytes())) == [("layer", 7, 10, 20, None, 40, 60)]


def test_a_fence_with_a_duration_is_signalled_at_its_end(read):
    writer = TraceWriter().buffer_event(20, QUEUE, frame=7, duration=900)
    writer.buffer_event(30, ACQUIRE, frame=7, duration=5).buffer_event(50, PRESENT, frame=7, duration=11)
    assert rows(read(writer.bytes())) == [("layer", 7, None, 20, 35, None, 61)]


def test_monotonic_times_are_brought_to_boottime_even_before_their_snapshot(read):
    writer = TraceWriter(clock=MONOTONIC).buffer_event(100, QUEUE, frame=7)
    writer.clocks({BOOTTIME: 5000, MONOTONIC: 1000}).buffer_event(110, PRESENT, frame=7)
    trace = read(writer.bytes())
    assert rows(trace) == [("layer", 7, None, 4100, None, None, 4110)]
    assert trace.health.unconverted_times == 0


def test_events_of_other_kinds_or_without_a_buffer_or_kind_make_no_row(read):
    writer = TraceWriter().buffer_event(10, RELEASE, frame=3).buffer_event(11, POST, frame=3)
    writer.buffer_event(12, 0, frame=3).buffer_event(13, None, frame=3).buffer_event(
        14, QUEUE, frame=3, buffer=None
    )
    writer.timed(15, blob(57, b"")).timed(16, blob(57, number(2, 1)))
    assert rows(read(writer.bytes())) == []


def test_unusual_encodings_take_the_slow_way_to_the_same_row(read):
    # A nine-byte varint and a field that silky does not know.
    inner = (
        b"\x28" + b"\x81\x80\x80\x80\x80\x80\x80\x80\x00" + number(1, 7) + number(2, QUEUE) + blob(99, "x")
    )
    writer = TraceWriter().timed(20, blob(57, blob(1, inner + blob(3, "layer"))))
    writer.packet(number(8, 40) + blob(57, blob(1, number(5, 1) + number(1, 7) + number(2, LATCH) + blob(3, "layer")))
                  + blob(2, b""))  # fmt: skip
    assert rows(read(writer.bytes())) == [("layer", 7, None, 20, None, 40, None)]


def test_perfettos_own_example(recordings):
    trace = read_trace(recordings / "perfetto" / "graphics_frame_events.pftrace")
    assert rows(trace) == [
        ("layer1", 11, 1, 4, 6, 8, 14),
        ("layer2", 12, 6, 9, 8, 11, 16),
        ("layer1", 13, None, None, None, None, 24),
        ("layer1", 21, 31, 34, None, None, None),
        ("layer1", 22, 37, 41, 46, None, None),
        ("layer2", 24, 53, None, 59, 61, None),
        ("layer1", 25, 63, None, None, None, None),
        ("layer1", 26, 73, 75, 79, None, None),
        ("layer1", 30, 81, 83, None, None, None),
        ("layer2", 35, 90, 92, None, None, None),
    ]
