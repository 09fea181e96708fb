"""`framestats` rows: any layout by its header, sentinels, bad rows tagged, rings joined."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.errors import InputFileError
from traces.tables import NA
from traces.text.framestats_table import COLUMNS, FrameFlag, Unusable
from traces.text.gfxinfo import Gfxinfo, Outcome, parse_gfxinfo

OLD = [
    "Flags",
    "IntendedVsync",
    "Vsync",
    "OldestInputEvent",
    "NewestInputEvent",
    "HandleInputStart",
    "AnimationStart",
    "PerformTraversalsStart",
    "DrawStart",
    "SyncQueued",
    "SyncStart",
    "IssueDrawCommandsStart",
    "SwapBuffers",
    "FrameCompleted",
]
A8 = [*OLD, "DequeueBufferDuration", "QueueBufferDuration"]
A11 = [*A8, "GpuCompleted"]
HEAD_12 = [
    "Flags",
    "FrameTimelineVsyncId",
    "IntendedVsync",
    "Vsync",
    "InputEventId",
    "HandleInputStart",
    "AnimationStart",
    "PerformTraversalsStart",
    "DrawStart",
    "FrameDeadline",
]
TAIL_12 = [
    "SyncQueued",
    "SyncStart",
    "IssueDrawCommandsStart",
    "SwapBuffers",
    "FrameCompleted",
    "DequeueBufferDuration",
    "QueueBufferDuration",
    "GpuCompleted",
    "SwapBuffersCompleted",
    "DisplayPresentTime",
]
A12 = [*HEAD_12, "FrameInterval", "FrameStartTime", *TAIL_12]
A13 = [*A12, "CommandSubmissionCompleted"]
A16 = [*HEAD_12, "FrameStartTime", "FrameInterval", "WorkloadTarget", *TAIL_12, "CommandSubmissionCompleted"]
A16_QPR = [
    *HEAD_12, "FrameStartTime", "FrameInterval", "WorkloadTarget", "AnimationTime", *TAIL_12,
    "CommandSubmissionCompleted",
]  # fmt: skip
LAYOUTS = {14: OLD, 16: A8, 17: A11, 22: A12, 23: A13, 24: A16, 25: A16_QPR}
LONG_MAX = 2**63 - 1


def frame(index: int = 0, **changes: int) -> dict[str, int]:
    """Return one good frame at 60 Hz as heading -> value, changed where asked."""
    start = 100_000_000_000 + index * 16_666_667
    values = dict.fromkeys(COLUMNS, start + 1000000)
    values |= {
        "Flags": 0,
        "FrameTimelineVsyncId": 5000 + 8 * index,
        "IntendedVsync": start,
        "Vsync": start,
        "OldestInputEvent": LONG_MAX,
        "NewestInputEvent": 0,
        "InputEventId": 0,
        "FrameDeadline": start + 16_666_667,
        "FrameInterval": 16_666_667,
        "WorkloadTarget": 16_666_667,
        "FrameCompleted": start + 9_000_000,
        "DequeueBufferDuration": 20_000,
        "QueueBufferDuration": 30_000,
        "DisplayPresentTime": 0,
    }
    return values | changes


def block(headings: list[str], frames: list[dict[str, int]], swap: bool = False) -> str:
    rows = []
    for values in frames:
        shown = dict(values)
        if swap:
            shown["FrameInterval"], shown["FrameStartTime"] = (
                values["FrameStartTime"],
                values["FrameInterval"],
            )
        rows.append(",".join(str(shown.get(heading, 7)) for heading in headings) + ",")
    return "\n".join(["---PROFILEDATA---", ",".join(headings) + ",", *rows, "---PROFILEDATA---", ""])


def dump(
    body: str,
    *,
    total: int | None = None,
    since: int = 1_000,
    pid: int = 4731,
    root: str = "1b2c3d",
    uptime: int = 9_000,
) -> str:
    summary = "" if total is None else f"Stats since: {since}ns\nTotal frames rendered: {total}\n"
    return (
        f"Applications Graphics Acceleration Info:\nUptime: {uptime} Realtime: {uptime + 500}\n\n"
        f"** Graphics info for pid {pid} [com.app] **\n\n{summary}\nProfile data in ms:\n\n"
        f"\tcom.app/com.app.Main/android.view.ViewRootImpl@{root} (visibility=0)\n"
        f"Window: com.app/com.app.Main\n{summary}\n\n{body}\n\nView hierarchy:\n\n"
    )


def parse(headings: list[str], frames: list[dict[str, int]], swap: bool = False) -> Gfxinfo:
    return parse_gfxinfo(dump(block(headings, frames, swap)))


@pytest.mark.parametrize("count", LAYOUTS)
def test_every_layout_reads_by_its_headings(count: int):
    headings = LAYOUTS[count]
    assert len(headings) == count
    frames = [frame(0), frame(1)]
    table = parse(headings, frames).frames
    assert len(table) == 2
    for heading in set(headings) - {"OldestInputEvent", "NewestInputEvent", "DisplayPresentTime"}:
        assert getattr(table, COLUMNS[heading]).tolist() == [values[heading] for values in frames], heading
    for heading in set(COLUMNS) - set(headings):
        assert getattr(table, COLUMNS[heading]).tolist() == [NA, NA], heading


@pytest.mark.parametrize("headings", [A12, A13], ids=["12", "13"])
def test_swapped_headings_of_12_to_15_are_put_right(headings: list[str]):
    info = parse(headings, [frame(0)], swap=True)
    assert info.frames.interval_ns.tolist() == [16_666_667]
    assert info.frames.start_ns.tolist() == [frame(0)["FrameStartTime"]]
    assert info.windows[0].swapped_headings
    assert not parse(headings, [frame(0)]).windows[0].swapped_headings


def test_an_interval_that_can_not_be_told_is_not_guessed():
    both_large = frame(0, FrameInterval=99_000_000_000)
    both_small = frame(0, FrameInterval=0, FrameStartTime=0)
    table = parse(A16, [both_large, both_small]).frames
    assert table.interval_ns.tolist() == [NA, NA]
    assert table.start_ns.tolist() == [NA, NA]


def test_vendor_columns_are_kept_beside():
    info = parse([*A12, "MetaDataFps"], [frame(0, MetaDataFps=60)])
    assert info.vendor["MetaDataFps"].tolist() == [60]
    assert info.windows[0].headings[-1] == "MetaDataFps"


def test_sentinels_become_na():
    table = parse(A11, [frame(0)]).frames
    assert table.oldest_input_ns.tolist() == [NA]
    assert table.newest_input_ns.tolist() == [NA]
    late = parse(A12, [frame(0, FrameDeadline=LONG_MAX, FrameTimelineVsyncId=-1)]).frames
    assert late.deadline_ns.tolist() == [NA]
    assert late.vsync_id.tolist() == [NA]
    assert late.overrun_ns().tolist() == [NA]


START = frame(0)["IntendedVsync"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Flags": 8}, Unusable.SKIPPED),
        ({"FrameCompleted": 0}, Unusable.UNFINISHED),
        ({"FrameCompleted": START - 2_000_000_000}, Unusable.UNFINISHED),
        ({"FrameCompleted": LONG_MAX}, Unusable.UNFINISHED),
        ({"IntendedVsync": 0}, Unusable.UNFINISHED),
        ({"IntendedVsync": -1}, Unusable.UNFINISHED),
        ({"FrameCompleted": START + 10_000_000_000}, Unusable.TOO_LONG),
        ({"SyncStart": 0}, Unusable.NO_SYNC),
    ],
)
def test_rows_that_are_no_finished_frame_are_kept_and_tagged(changes: dict[str, int], reason: Unusable):
    info = parse(A13, [frame(0, **changes), frame(1)])
    assert info.frames.unusable.tolist() == [int(reason), 0]
    assert info.frames.usable.tolist() == [False, True]
    assert info.frames.unusable_counts()[reason] == 1
    assert len(info.frames.counted()) == 1
    assert info.frames.duration_ns().tolist() == [NA, 9_000_000]


@pytest.mark.parametrize(
    "flag", [FrameFlag.WINDOW_VISIBILITY_CHANGED, FrameFlag.RT_ANIMATION, FrameFlag.SURFACE_CANVAS]
)
def test_flagged_frames_stay_usable(flag: FrameFlag):
    table = parse(A13, [frame(0, Flags=int(flag))]).frames
    assert table.usable.all()
    assert table.flags.tolist() == [int(flag)]


@pytest.mark.parametrize(
    "bad",
    [
        "0,1,2,",
        "0," * 23 + "0,0,",
        "0,x" + ",1" * 21 + ",",
        "0,1-2" + ",1" * 21 + ",",
        "0,," + "1," * 21,
        "0,-,",
    ],
)
def test_malformed_rows_are_counted_and_left_out(bad: str):
    good = block(A13, [frame(0), frame(1)])
    lines = good.split("\n")
    lines.insert(3, bad)
    info = parse_gfxinfo(dump("\n".join(lines)))
    assert info.windows[0].malformed_rows == 1
    assert info.frames.intended_vsync_ns.tolist() == [frame(0)["IntendedVsync"], frame(1)["IntendedVsync"]]


def test_negative_numbers_are_numbers():
    info = parse(A16, [frame(0, InputEventId=-248_770_364), frame(1)])
    assert info.frames.input_event_id.tolist() == [-248_770_364, 0]
    assert info.windows[0].malformed_rows == 0


def test_a_dump_cut_in_the_middle_of_a_row_keeps_the_rest():
    text = dump(block(A13, [frame(index) for index in range(5)]))
    cut = text[: text.index(f"0,{frame(4)['FrameTimelineVsyncId']},") + 30]
    info = parse_gfxinfo(cut)
    assert len(info.frames) == 4
    assert info.windows[0].malformed_rows == 1


def test_rows_without_a_needed_column_are_refused():
    with pytest.raises(InputFileError, match="without the column FrameCompleted") as error:
        parse_gfxinfo(dump(block([h for h in A13 if h != "FrameCompleted"], [frame(0)])), "phone-dump.txt")
    assert "phone-dump.txt" in error.value.what
    assert error.value.next_step


def test_a_file_that_starts_at_the_rows_has_frames_of_an_unknown_process():
    info = parse_gfxinfo(block(A13, [frame(0)]))
    assert info.outcome is Outcome.FRAMES
    assert info.frames.pid.tolist() == [NA]


def test_repeated_dumps_count_each_frame_once_and_keep_the_finished_copy():
    first = dump(block(A13, [frame(0), frame(1), frame(2, FrameCompleted=0)]), total=3)
    second = dump(block(A13, [frame(1), frame(2), frame(3)]), total=4, uptime=9_100)
    info = parse_gfxinfo(first + second)
    assert len(info.dumps) == 2
    assert len(info.frames) == 6
    assert info.frames.counted().vsync_id.tolist() == [5000, 5008, 5016, 5024]
    assert info.frames.duplicate.tolist() == [False, True, True, False, False, False]
    assert [window.lost_frames for window in info.windows] == [0, 0]


def test_a_finished_copy_wins_over_a_later_overwritten_one():
    first = dump(block(A13, [frame(0)]))
    second = dump(block(A13, [frame(0, FrameCompleted=0)]))
    info = parse_gfxinfo(first + second)
    assert info.frames.duplicate.tolist() == [False, True]


def test_dumps_without_vsync_ids_are_joined_by_intended_vsync():
    info = parse_gfxinfo(dump(block(A8, [frame(0), frame(1)])) + dump(block(A8, [frame(1), frame(2)])))
    assert len(info.frames.counted()) == 3


@pytest.mark.parametrize("change", [{"pid": 4732}, {"root": "ffffff"}])
def test_the_same_vsync_in_another_window_or_process_is_another_frame(change: dict[str, int | str]):
    info = parse_gfxinfo(dump(block(A13, [frame(0)])) + dump(block(A13, [frame(0)]), **change))  # type: ignore[arg-type]
    assert len(info.frames.counted()) == 2


def test_an_overflowed_ring_says_how_many_frames_it_lost():
    rows = [frame(index) for index in range(120)]
    info = parse_gfxinfo(dump(block(A13, rows), total=500))
    assert info.windows[0].lost_frames == 380
    assert info.windows[0].overflowed


def test_a_gap_between_two_dumps_is_counted():
    first = dump(block(A13, [frame(index) for index in range(120)]), total=120)
    second = dump(block(A13, [frame(index) for index in range(200, 320)]), total=320)
    assert [window.lost_frames for window in parse_gfxinfo(first + second).windows] == [0, 80]


def test_a_reset_between_two_dumps_starts_the_count_again():
    first = dump(block(A13, [frame(index) for index in range(120)]), total=120)
    second = dump(block(A13, [frame(index) for index in range(200, 230)]), total=30, since=2_000)
    assert [window.lost_frames for window in parse_gfxinfo(first + second).windows] == [0, 0]


def test_a_full_ring_without_a_summary_may_have_lost_frames():
    full = parse_gfxinfo(dump(block(A13, [frame(index) for index in range(120)])))
    assert full.windows[0].lost_frames is None
    assert full.windows[0].overflowed
    assert not parse(A13, [frame(0)]).windows[0].overflowed


def test_the_clock_pair_of_each_dump_is_kept():
    clocks = parse(A13, [frame(0)]).dumps[0].clocks
    assert clocks is not None
    assert (clocks.monotonic_ns, clocks.boottime_ns) == (9_000_000_000, 9_500_000_000)


@pytest.mark.parametrize(
    ("text", "outcome", "why"),
    [
        ("No process found for: com.app\n", Outcome.NO_PROCESS, "no process of com.app was running"),
        (
            "** Graphics info for pid 5 [com.app] **\nFailure while dumping the app: ProcessRecord{4}\n",
            Outcome.FAILED,
            "did not answer",
        ),
        (
            "** Graphics info for pid 5 [com.app] **\n\nProfile data in ms:\n",
            Outcome.NO_STATS,
            "has drawn nothing",
        ),
        (dump(block(A13, []), total=0), Outcome.SUMMARY, "only summaries"),
        (dump(block(A13, [frame(0, Flags=8)])), Outcome.FRAMES, "no row of it is a finished frame"),
    ],
)
def test_each_empty_outcome_is_explicit(text: str, outcome: Outcome, why: str):
    info = parse_gfxinfo(text, "dump.txt")
    assert info.outcome is outcome
    with pytest.raises(InputFileError, match=why) as error:
        info.require_frames()
    assert error.value.what.startswith("dump.txt")
    assert error.value.next_step


def test_text_that_is_no_dump_is_refused():
    with pytest.raises(InputFileError, match='it starts with "hello"'):
        parse_gfxinfo("hello\nworld\n", "x.txt")
    with pytest.raises(InputFileError, match="it is empty"):
        parse_gfxinfo(b"", "x.txt")


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(LAYOUTS)),
    st.lists(st.integers(1, 2**40), min_size=1, max_size=30, unique=True),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
    st.sampled_from(["\n", "\r\n", "\r\r\n"]),
)
def test_a_written_table_reads_back(count: int, offsets: list[int], encoding: str, end: str):
    frames = [
        frame(0, IntendedVsync=START + o, FrameCompleted=START + o + 5, FrameTimelineVsyncId=o)
        for o in offsets
    ]
    text = dump(block(LAYOUTS[count], frames))
    table = parse_gfxinfo(text.replace("\n", end).encode(encoding)).frames
    assert table.usable.all()
    assert table.intended_vsync_ns.tolist() == [START + offset for offset in offsets]
    assert table.completed_ns.tolist() == [START + offset + 5 for offset in offsets]
    assert np.all(table.duration_ns() == 5)


def test_a_hundred_thousand_rows_are_read_quickly():
    text = "".join(
        dump(block(A13, [frame(1000 * k + i) for i in range(120)]), total=120 * (k + 1)) for k in range(834)
    )
    began = time.process_time()
    info = parse_gfxinfo(text.encode())
    took = time.process_time() - began
    assert len(info.frames.counted()) == 100_080
    # 1.5 s is the aim on an idle machine; the rest is room for a shared one
    assert took < 4
