"""The real gfxinfo recordings, read to facts, and checked against the dumps' own summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from traces.tables import NA
from traces.text.framestats_table import Unusable
from traces.text.gfxinfo import Gfxinfo, Outcome, parse_gfxinfo

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.data

FRAMES = {
    "aneb_doubao_huawei_framestats_block1.txt": ("com.larus.nova", 23, 10, 10),
    "choi890_framestats.txt": ("com.soundvisualization.accessibility", 23, 120, 120),
    "deepseek_wifi_f6_framestats_dump1.txt": ("com.deepseek.chat", 23, 10, 10),
    "poko_framestats_android16_avd60hz.txt": ("com.anonymous.rivespike", 24, 120, 119),
    "yuvaupdate_framestats_utf16.txt": ("com.nareshkumarbalamurugan.YuvaUpdate", 23, 3, 3),
}


def read(recordings: Path, name: str) -> Gfxinfo:
    return parse_gfxinfo((recordings / "gfxinfo" / name).read_bytes(), name)


@pytest.mark.parametrize(("name", "facts"), FRAMES.items())
def test_process_columns_and_rows(recordings: Path, name: str, facts: tuple[str, int, int, int]):
    info = read(recordings, name)
    package, columns, rows, usable = facts
    assert info.outcome is Outcome.FRAMES
    assert [process.name for process in info.processes] == [package]
    assert [len(window.headings) for window in info.windows] == [columns]
    assert (len(info.frames), len(info.require_frames())) == (rows, usable)
    assert info.windows[0].malformed_rows == 0
    assert info.windows[0].visibility == 0


@pytest.mark.parametrize(
    "name",
    [*FRAMES, "flashlight_GfxInfoSample.txt", "flashlight_sample-gfxinfo-output.txt", "lodrean_gfxinfo.txt"],
)
def test_summaries_agree_with_themselves(recordings: Path, name: str):
    info = read(recordings, name)
    summaries = [s for s in (*(p.summary for p in info.processes), *(w.summary for w in info.windows)) if s]
    assert summaries
    assert [summary.disagreements() for summary in summaries] == [()] * len(summaries)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("aneb_doubao_huawei_framestats_block1.txt", 89),
        ("deepseek_wifi_f6_framestats_dump1.txt", 14_071),
        ("choi890_framestats.txt", 396),
        ("poko_framestats_android16_avd60hz.txt", 118),
        ("yuvaupdate_framestats_utf16.txt", 0),
    ],
)
def test_frames_that_the_ring_no_longer_holds(recordings: Path, name: str, lost: int):
    window = read(recordings, name).windows[0]
    assert window.lost_frames == lost
    assert window.overflowed == (lost > 0)


def test_doubao_on_huawei(recordings: Path):
    info = read(recordings, "aneb_doubao_huawei_framestats_block1.txt")
    window, summary = info.windows[0], info.processes[0].summary
    assert (window.title, window.root) == (
        "com.larus.nova/com.larus.home.impl.alias.AliasActivity1",
        "91fc287",
    )
    assert window.swapped_headings
    assert info.vendor["MetaDataFps"].tolist() == [0] * 10
    assert set(info.frames.interval_ns.tolist()) == {16_666_666}
    assert info.frames.start_ns[0] == 1_054_913_553_923_927
    # the first frame is the window's first: kept, tagged, 381 ms long
    assert info.frames.flags.tolist()[:3] == [1, 0, 0]
    assert info.frames.duration_ns()[0] == 381_369_662
    assert (info.frames.present_ns != NA).all(), "this vendor fills the present time"
    assert summary is not None
    assert (summary.total_frames, summary.janky_frames, summary.janky_frames_legacy) == (99, 25, 34)
    assert summary.percentiles_ms == {50: 11, 90: 65, 95: 109, 99: 350}
    assert (summary.missed_vsync, summary.slow_ui_thread, summary.high_input_latency) == (21, 19, 109)


def test_deepseek_on_the_same_phone(recordings: Path):
    info = read(recordings, "deepseek_wifi_f6_framestats_dump1.txt")
    assert info.windows[0].swapped_headings
    assert set(info.frames.interval_ns.tolist()) == {16_666_666}
    assert (info.frames.present_ns == NA).all()
    gaps = np.diff(info.frames.intended_vsync_ns)
    assert (gaps.min(), gaps.max()) == (16_554_021, 16_573_665), "it draws every vsync, also while idle"
    summary = info.processes[0].summary
    assert summary is not None
    assert (summary.total_frames, summary.janky_frames, summary.janky_frames_legacy) == (14_081, 245, 12_244)
    assert summary.gpu_percentiles_ms == {50: 4, 90: 4, 95: 5, 99: 6}


def test_android_16_emulator_prints_the_pair_right(recordings: Path):
    info = read(recordings, "poko_framestats_android16_avd60hz.txt")
    assert not info.windows[0].swapped_headings
    assert set(info.frames.interval_ns.tolist()) == {16_666_666}
    assert set(info.frames.workload_target_ns.tolist()) == {16_666_666}
    assert -248_770_364 in info.frames.input_event_id
    # the newest row holds the completion of a frame 120 frames older
    assert np.flatnonzero(~info.frames.usable).tolist() == [119]
    assert info.frames.unusable_counts()[Unusable.UNFINISHED] == 1
    clocks = info.dumps[0].clocks
    assert clocks is not None
    assert clocks.monotonic_ns == clocks.boottime_ns == 11_848_451_000_000


def test_a_phone_that_has_slept_shows_two_clocks(recordings: Path):
    info = read(recordings, "choi890_framestats.txt")
    clocks = info.dumps[0].clocks
    assert clocks is not None
    assert clocks.boottime_ns - clocks.monotonic_ns == 1_105_330_509_000_000
    assert 8_309_603 <= info.frames.interval_ns.min() <= info.frames.interval_ns.max() == 8_315_015


def test_utf16_rows(recordings: Path):
    info = read(recordings, "yuvaupdate_framestats_utf16.txt")
    assert info.frames.flags.tolist() == [1, 0, 0]
    assert info.frames.duration_ns().tolist() == [585_246_159, 8_737_729, 124_705_104]
    assert info.frames.overrun_ns().tolist() == [565_246_159, -11_262_271, 104_705_104]


def test_failure_reply_in_utf16(recordings: Path):
    info = read(recordings, "yuvaupdate_failure_utf16.txt")
    assert info.outcome is Outcome.FAILED
    assert info.processes[0].pid == 25_723
    assert info.processes[0].detail.startswith("ProcessRecord{45d538c 25723:")


def test_no_process_and_nothing_drawn(recordings: Path):
    gone = read(recordings, "lodrean_no_process.txt")
    assert (gone.outcome, gone.not_found) == (Outcome.NO_PROCESS, ("com.funnyenglish.app",))
    empty = read(recordings, "lodrean_empty_hierarchy.txt")
    assert (empty.outcome, empty.processes[0].pid) == (Outcome.NO_STATS, 15_628)


def test_plain_summaries(recordings: Path):
    info = read(recordings, "lodrean_gfxinfo.txt")
    assert info.outcome is Outcome.SUMMARY
    summary = info.processes[0].summary
    assert summary is not None
    assert (summary.total_frames, summary.janky_frames, summary.gpu_histogram_ms[4950]) == (38, 37, 15)
    older = read(recordings, "flashlight_sample-gfxinfo-output.txt").processes[0].summary
    assert older is not None
    assert (older.total_frames, older.janky_frames, older.deadline_missed) == (35_360, 23_595, 12_149)
    assert older.janky_frames_legacy is None
    sample = read(recordings, "flashlight_GfxInfoSample.txt").processes[0].summary
    assert sample is not None
    assert (sample.total_frames, sample.deadline_missed_legacy) == (21, 3)


def test_a_whole_bugreport_section(recordings: Path):
    info = read(recordings, "healer_mtk_a13_bugreport_gfxinfo.txt")
    assert len(info.processes) == 15
    assert len(info.windows) == 15
    outcomes = [process.outcome for process in info.processes]
    assert outcomes.count(Outcome.FRAMES) == 5
    assert outcomes.count(Outcome.SUMMARY) == 2
    assert outcomes.count(Outcome.NO_STATS) == 8
    assert (len(info.frames), len(info.frames.counted())) == (1037, 1029)
    assert not info.frames.duplicate.any(), "one dump has no copies"
    same_title = [
        w for w in info.windows if w.title == "com.android.settings/com.android.settings.SubSettings"
    ]
    assert [(w.root, w.rows) for w in same_title] == [("8e5ca20", 69), ("10f3d5d", 120)]
    keyboard = next(w for w in info.windows if w.title == "InputMethod")
    assert (keyboard.process, keyboard.rows, keyboard.visibility) == ("com.android.inputmethod.latin", 0, 8)
    odd = {
        p.name: p.summary.disagreements() for p in info.processes if p.summary and p.summary.disagreements()
    }
    assert odd == {"com.android.launcher3": ("the histogram holds 514 frames, the total says 515",)}
    assert [w.summary.disagreements() for w in info.windows if w.summary] == [()] * 15


def test_janky_frames_of_complete_windows_follow_from_their_rows(recordings: Path):
    """Where the ring holds every frame, Android 12's rule on the rows gives the summary's count."""
    checked = 0
    for name in ("healer_mtk_a13_bugreport_gfxinfo.txt", "yuvaupdate_framestats_utf16.txt"):
        info = read(recordings, name)
        for index, window in enumerate(info.windows):
            if window.rows and window.summary and window.lost_frames == 0:
                rows = info.frames.where(info.frames.window == index)
                assert len(rows) == window.summary.total_frames
                assert (
                    np.count_nonzero(rows.gpu_completed_ns >= rows.deadline_ns) == window.summary.janky_frames
                )
                checked += 1
    assert checked == 4
