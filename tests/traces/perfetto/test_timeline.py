"""FrameTimeline's rules on small traces, each with its whole expected table."""

from __future__ import annotations

from perfetto_writer import TraceWriter

from traces.perfetto.csv_view import display_csv, frames_csv, jank_text
from traces.tables import NA, JankType, PresentType


def columns(table, *names):
    return list(zip(*(getattr(table, name).tolist() for name in names), strict=True))


def test_a_frame_with_its_expectation_and_its_display_frame(read):
    trace = read(
        TraceWriter()
        .processes({1000: "com.example.chat"})
        .expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
        .actual_surface(102, 120, cookie=2, token=7, display_token=9, pid=1000, layer="TX - chat#3",
                        jank=64 | 16, present=2, on_time=0, gpu=1, severity=3)
        .actual_display(118, 133, cookie=3, token=9, pid=500)
        .bytes()
    )  # fmt: skip
    row = (
        '1000,"com.example.chat","TX - chat#3",7,9,102,120,100,116,133,"Late Present",0,1,'
        '"SurfaceFlinger CPU Deadline Missed, App Deadline Missed","Valid Prediction","Yes","Full"'
    )
    assert frames_csv(trace).splitlines()[1:] == [row]
    assert display_csv(trace).splitlines()[1:] == [
        '500,9,118,133,"On-time Present",1,0,"None","Valid Prediction"'
    ]
    assert trace.frames.overrun_ns().tolist() == [4]


def test_the_first_expected_slice_of_pid_and_token_counts_whatever_its_layer(read):
    trace = read(
        TraceWriter()
        .expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000, layer="a")
        .expected_surface(101, 130, cookie=2, token=7, display_token=9, pid=1000, layer="b")
        .actual_surface(102, 110, cookie=3, token=7, display_token=9, pid=1000, layer="b")
        .bytes()
    )
    assert columns(trace.frames, "layer_name", "expected_start_ns", "expected_end_ns") == [("b", 100, 116)]
    assert trace.health.unpaired_frame_ends == 0


def test_a_token_shared_by_processes_has_an_expectation_for_each(read):
    trace = read(
        TraceWriter()
        .expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
        .expected_surface(200, 216, cookie=2, token=7, display_token=9, pid=2000)
        .actual_surface(210, 215, cookie=3, token=7, display_token=9, pid=2000)
        .actual_surface(111, 115, cookie=4, token=7, display_token=9, pid=1000)
        .actual_surface(300, 315, cookie=5, token=7, display_token=9, pid=3000)
        .actual_display(220, 233, cookie=6, token=9)
        .bytes()
    )
    assert columns(trace.frames, "pid", "expected_start_ns", "expected_end_ns", "display_present_ns") == [
        (1000, 100, 116, 233),
        (2000, 200, 216, 233),
        (3000, NA, NA, 233),
    ]


def test_dropped_frames_were_never_on_screen(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1000, present=4, jank=1024)
        .actual_display(105, 133, cookie=2, token=9)
        .bytes()
    )
    assert trace.frames.present_type.tolist() == [PresentType.DROPPED]
    assert trace.frames.display_present_ns.tolist() == [133]
    assert trace.frames.on_screen_ns().tolist() == [NA]
    assert trace.health.frames_without_present == 0


def test_token_zero_says_nothing_about_the_screen(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=0, pid=1000)
        .actual_display(105, 133, cookie=2, token=0, present=4)
        .bytes()
    )
    assert trace.frames.on_screen_ns().tolist() == [NA]
    assert trace.display.display_token.tolist() == [0]


def test_a_frame_without_an_end_ends_before_it_starts(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, None, cookie=1, token=7, display_token=9, pid=1000)
        .actual_display(105, None, cookie=2, token=9)
        .bytes()
    )
    assert trace.frames.actual_end_ns.tolist() == [99]
    assert trace.frames.on_screen_ns().tolist() == [NA]
    assert trace.frames.overrun_ns().tolist() == [NA]
    assert trace.display.present_ns.tolist() == [104]
    assert (trace.health.unended_frames, trace.health.unended_displays) == (1, 1)


def test_a_bad_present_fence_gives_no_time_on_screen(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1000, jank=8 | 256)
        .actual_surface(100, 110, cookie=2, token=8, display_token=9, pid=1000, jank=8)
        .actual_display(105, 133, cookie=3, token=9)
        .bytes()
    )
    assert trace.frames.jank_type.tolist() == [JankType.DISPLAY_HAL | JankType.UNKNOWN, JankType.DISPLAY_HAL]
    assert trace.frames.on_screen_ns().tolist() == [NA, 133]


def test_the_first_display_frame_of_a_token_is_the_time_on_screen(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1000)
        .actual_display(120, 150, cookie=2, token=9)
        .actual_display(105, 133, cookie=3, token=9)
        .bytes()
    )
    assert trace.frames.display_present_ns.tolist() == [133]


def test_a_cookie_that_is_used_again_belongs_to_its_last_start(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1000)
        .actual_surface(200, None, cookie=1, token=8, display_token=10, pid=1000)
        .actual_surface(300, 310, cookie=1, token=9, display_token=11, pid=1000)
        .bytes()
    )
    assert columns(trace.frames, "actual_start_ns", "actual_end_ns") == [(100, 110), (200, 199), (300, 310)]


def test_packets_in_any_order_give_the_same_tables(read):
    writer = (
        TraceWriter()
        .expected_surface(100, 116, cookie=1, token=7, display_token=9, pid=1000)
        .actual_surface(102, 120, cookie=2, token=7, display_token=9, pid=1000)
        .actual_display(118, 133, cookie=3, token=9)
        .actual_surface(119, 125, cookie=4, token=8, display_token=10, pid=1000)
    )
    straight = frames_csv(read(writer.bytes()))
    writer.packets.reverse()
    assert frames_csv(read(writer.bytes(), "reversed.pftrace")) == straight
    assert len(straight.splitlines()) == 3


def test_an_end_without_a_start_is_counted(read):
    trace = read(
        TraceWriter().end(50, 99).actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1).bytes()
    )
    assert trace.health.unpaired_frame_ends == 1
    assert trace.frames.actual_end_ns.tolist() == [110]


def test_an_event_without_identity_is_left_out_and_counted(read):
    writer = TraceWriter().actual_surface(100, 110, cookie=1, token=None, display_token=9, pid=1000)
    trace = read(writer.actual_surface(100, 110, cookie=2, token=7, display_token=9, pid=None).bytes())
    assert len(trace.frames) == 0
    assert trace.health.unreadable_frames == 2


def test_what_old_phones_do_not_say_is_told_as_unspecified(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=1, token=7, display_token=9, pid=1000, is_buffer=None, jank=None,
                        present=None, prediction=None, on_time=None, layer=None)
        .bytes()
    )  # fmt: skip
    assert frames_csv(trace).splitlines()[1] == (
        '1000,"[NULL]","[NULL]",7,9,100,110,"[NULL]","[NULL]","[NULL]","Unspecified Present",0,0,'
        '"Unspecified","Unspecified Prediction","Unspecified","Unknown"'
    )


def test_negative_tokens_and_values_out_of_range_are_read_through_the_schema(read):
    trace = read(
        TraceWriter()
        .actual_surface(100, 110, cookie=-5, token=-1, display_token=-1, pid=1000, present=99, prediction=77)
        .actual_display(105, 133, cookie=2, token=-1)
        .bytes()
    )
    assert columns(
        trace.frames, "token", "display_token", "actual_end_ns", "display_present_ns", "present_type"
    ) == [(-1, -1, 110, 133, 0)]


def test_short_lengths_read_as_padded_ones(read):
    def written(width):
        writer = TraceWriter(width=width).expected_surface(1, 5, cookie=1, token=7, display_token=9, pid=3)
        return writer.actual_surface(2, 6, cookie=2, token=7, display_token=9, pid=3).bytes()

    assert frames_csv(read(written(0))) == frames_csv(read(written(4)))
    assert len(written(0)) < len(written(4))


JANKS = {
    0: "Unspecified", 1: "None", 2: "SurfaceFlinger Scheduling", 4: "Prediction Error", 8: "Display HAL",
    16: "SurfaceFlinger CPU Deadline Missed", 32: "SurfaceFlinger GPU Deadline Missed", 64: "App Deadline Missed",
    128: "Buffer Stuffing", 256: "Unknown Jank", 512: "SurfaceFlinger Stuffing", 1024: "Dropped Frame",
    2048: "Non Animating", 4096: "App Resynced Jitter", 8192: "Display not ON", 16384: "ModeChange in progress",
    32768: "PowerModeChange in progress",
}  # fmt: skip
"""As in trace processor's frame_timeline_event_parser.cc."""


def test_every_jank_type_and_their_order_are_spelt_as_trace_processor_spells_them():
    assert {bit: jank_text(bit) for bit in JANKS} == JANKS
    several = [2, 4, 8, 16, 32, 64, 4096, 128, 256, 512, 1024, 2048, 8192, 16384, 32768]
    assert jank_text(sum(several)) == ", ".join(JANKS[bit] for bit in several)
    # NONE beside others says nothing, and bits that no version knows have no name.
    assert [jank_text(1 | 64), jank_text(1 << 20), jank_text(1 << 20 | 128)] == [
        "App Deadline Missed",
        "",
        "Buffer Stuffing",
    ]
