"""Times of other clocks are brought to BOOTTIME."""

from __future__ import annotations

import pytest
from perfetto_writer import BOOTTIME, MONOTONIC, REALTIME, TraceWriter, blob, number

SUSPENDED = 5_000_000
FRAME = {"cookie": 1, "token": 7, "display_token": 9, "pid": 1000}


def reading(boot: int) -> dict[int, int]:
    return {BOOTTIME: boot, MONOTONIC: boot - SUSPENDED, REALTIME: boot + 10**15}


def test_monotonic_packets_of_android_12_move_by_the_time_suspended(read):
    writer = (
        TraceWriter(clock=MONOTONIC).clocks(reading(10_000_000)).actual_surface(6_000_000, 6_500_000, **FRAME)
    )
    trace = read(writer.bytes())
    assert trace.frames.actual_start_ns.tolist() == [11_000_000]
    assert trace.frames.actual_end_ns.tolist() == [11_500_000]
    assert trace.clocks.monotonic_to_boottime_ns(6_000_000) == 11_000_000
    assert trace.clocks.realtime_to_boottime_ns(10**15 + 11_000_000) == 11_000_000


def test_a_packet_names_its_own_clock_before_its_sequences_default(read):
    writer = TraceWriter().clocks(reading(10_000_000)).default_clock(MONOTONIC)
    writer.actual_surface(6_000_000, None, **FRAME)
    writer.clock = BOOTTIME
    writer.actual_surface(6_000_000, None, **{**FRAME, "cookie": 2})
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [6_000_000, 11_000_000]


def test_a_default_counts_from_its_packet_on_and_only_for_its_sequence(read):
    writer = TraceWriter().clocks(reading(10_000_000)).actual_surface(1, None, **FRAME)
    writer.default_clock(MONOTONIC, sequence=1).actual_surface(2, None, **{**FRAME, "cookie": 2})
    writer.sequence = 2
    writer.actual_surface(3, None, **{**FRAME, "cookie": 3})
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [1, 3, SUSPENDED + 2]


def test_each_time_goes_by_the_last_snapshot_before_it(read):
    writer = (
        TraceWriter(clock=MONOTONIC)
        .clocks({BOOTTIME: 1000, MONOTONIC: 900})
        .clocks({BOOTTIME: 5000, MONOTONIC: 2000})
    )
    for cookie, ts in enumerate((800, 950, 1999, 2000, 2500)):
        writer.actual_surface(ts, None, **{**FRAME, "cookie": cookie + 1})
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [900, 1050, 2099, 5000, 5500]


def test_a_snapshot_further_on_in_the_file_is_not_known_yet(read):
    """As trace processor: the second snapshot changes only what stands behind it."""
    writer = (
        TraceWriter(clock=MONOTONIC)
        .clocks({BOOTTIME: 1000, MONOTONIC: 900})
        .actual_surface(2500, None, **FRAME)
    )
    writer.clocks({BOOTTIME: 5000, MONOTONIC: 2000}).actual_surface(2500, None, **{**FRAME, "cookie": 2})
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [2600, 5500]


def test_times_before_the_only_snapshot_wait_for_it(read):
    writer = (
        TraceWriter(clock=MONOTONIC).actual_surface(6_000_000, 6_500_000, **FRAME).clocks(reading(10_000_000))
    )
    trace = read(writer.bytes())
    assert trace.frames.actual_start_ns.tolist() == [11_000_000]
    assert trace.health.unconverted_times == 0


def test_times_that_no_snapshot_explains_are_told(read):
    trace = read(TraceWriter(clock=MONOTONIC).actual_surface(100, 110, **FRAME).bytes())
    assert trace.frames.actual_start_ns.tolist() == [100]
    assert trace.health.unconverted_times == 2
    assert not trace.health.scorable


def test_the_primary_clock_is_the_clock_of_packets_that_name_none(read):
    writer = (
        TraceWriter().clocks(reading(10_000_000), primary=MONOTONIC).actual_surface(6_000_000, None, **FRAME)
    )
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [11_000_000]


def test_clocks_of_a_sequence_are_its_own(read):
    writer = TraceWriter(clock=64)
    writer.clocks({BOOTTIME: 1000, 64: 10}, sequence=1).clocks({BOOTTIME: 9000, 64: 10}, sequence=2)
    writer.actual_surface(20, None, **FRAME)
    writer.sequence = 2
    writer.actual_surface(20, None, **{**FRAME, "cookie": 2})
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [1010, 9010]


def test_a_clocks_unit_is_heeded(read):
    clock = blob(1, number(1, MONOTONIC) + number(2, 5) + number(4, 1000)) + blob(
        1, number(1, BOOTTIME) + number(2, 9000)
    )
    writer = TraceWriter(clock=MONOTONIC).packet(blob(6, clock)).actual_surface(6000, None, **FRAME)
    assert read(writer.bytes()).frames.actual_start_ns.tolist() == [10_000]


def test_the_bound_of_the_error_is_the_largest_step_of_the_offset(read):
    writer = TraceWriter()
    for boot, offset in ((1000, 100), (2000, 103), (3000, 101)):
        writer.clocks({BOOTTIME: boot, MONOTONIC: boot - offset, REALTIME: boot})
    clocks = read(writer.bytes()).clocks
    assert clocks.monotonic_error_ns == 3
    assert clocks.monotonic_to_boottime_ns(clocks.monotonic_ns).tolist() == [1000, 2000, 3000]


def test_without_a_snapshot_nothing_is_converted(read):
    clocks = read(TraceWriter().actual_surface(100, 110, **FRAME).bytes()).clocks
    with pytest.raises(ValueError, match="no reading"):
        clocks.monotonic_to_boottime_ns(5)
