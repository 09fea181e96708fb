"""gfxinfo's counts by hand, and against the summaries that a real phone printed over the same rows."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.standards.gfxinfo import (
    bucket_ms,
    histogram_durations_ns,
    histogram_ms,
    hwui_counts,
    percentiles_ms,
)
from traces.tables import NA
from traces.text.framestats_table import FrameStatsTable
from traces.text.gfxinfo import parse_gfxinfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MS = 1_000_000
PERIOD = 10 * MS
DURATIONS = ("interval", "dequeue_duration")


def rows(intended: Sequence[float], **after: Sequence[float]) -> FrameStatsTable:
    """Frames of 10 ms by the vsync they were meant for; the other columns in ms after it."""
    count = len(intended)
    made: dict[str, object] = {f.name: [NA] * count for f in fields(FrameStatsTable)}
    made |= {"usable": [True] * count, "duplicate": [False] * count}
    made["intended_vsync_ns"] = made["vsync_ns"] = [round(v * MS) for v in intended]
    for name, values in after.items():
        base = [0] * count if name in DURATIONS else intended
        made[f"{name}_ns"] = [round((v + b) * MS) for v, b in zip(values, base, strict=True)]
    return FrameStatsTable.from_columns(made)


def counts(table: FrameStatsTable, **more: int) -> dict[str, int | None]:
    return hwui_counts(table, PERIOD, **more).named()


def test_from_android_12_a_frame_is_janky_whose_gpu_work_ends_at_its_deadline_or_later() -> None:
    table = rows([100, 200, 300], completed=[9] * 3, deadline=[16] * 3, gpu_completed=[15.9, 16, 20])
    assert counts(table)["janky"] == 2


def test_without_deadlines_only_the_legacy_rule_has_an_answer() -> None:
    found = counts(rows([100, 200], completed=[10, 10.1]))
    assert (found["janky"], found["janky_legacy"]) == (None, 1)


def test_the_legacy_rule_takes_the_swap_and_leaves_out_the_wait_for_the_frame_before() -> None:
    table = rows(
        [100, 200, 300],
        completed=[30, 9, 12],
        swap_completed=[10, 11, 12],
        sync_queued=[4, 4, 4],
        sync_start=[4, 4, 6.5],
    )
    assert counts(table)["janky_legacy"] == 1


def test_a_wait_for_a_buffer_is_forgiven_up_to_what_was_to_be_expected_and_never_a_short_one() -> None:
    """Draw commands from 5 ms on, 6 ms forgiven: a wait counts 6 - 5 = 1 ms less, one of 0.4 ms in full."""
    table = rows([100, 200], completed=[10.9, 10.9], issue_draw_start=[5, 5], dequeue_duration=[3, 0.4])
    assert counts(table)["janky_legacy"] == 2
    assert counts(table, forgiveness_ns=6 * MS)["janky_legacy"] == 1


def test_the_running_swap_deadline_forgives_one_long_frame_and_calls_what_follows_latent() -> None:
    """The first frame is due at its vsync + 10, then + 10: 120, and done at 115. The next, meant for
    110, is due at 130: the one before is still in the queue, 120 - 110 > 1, and it is done in time."""
    found = counts(rows([100, 110], completed=[15, 12]))
    assert (found["deadline_missed_legacy"], found["high_input_latency"]) == (0, 2)


def test_a_missed_swap_deadline_starts_anew_from_the_vsync_after() -> None:
    """Done at 135 for 120: late by one frame; the new deadline is 135 - 5 + 10 = 140. The next frame is
    meant for 140 with 140 - 140 in the queue: in time and not latent."""
    found = counts(rows([100, 140], completed=[35, 8]))
    assert (found["deadline_missed_legacy"], found["high_input_latency"]) == (1, 0)


def test_from_android_12_a_frame_in_time_after_a_late_one_is_latent_too() -> None:
    """GPU done at 125 for 110: unstuffed again at 125 - 5 + 10 = 130. A frame of 120 comes 10 ms before that;
    one of 110 also before 120, the swap deadline of the frame before it, and counts by either rule."""
    table = rows([100, 120], completed=[15, 9], gpu_completed=[25, 9], deadline=[10, 20], interval=[10, 10])
    found = hwui_counts(table, PERIOD)
    assert found.janky is not None
    assert found.janky.tolist() == [True, False]
    assert found.high_input_latency.tolist() == [1, 1]
    late = rows([100, 110], completed=[15, 9], gpu_completed=[25, 9], deadline=[10, 20], interval=[10, 10])
    assert hwui_counts(late, PERIOD).high_input_latency.tolist() == [1, 2]


def test_causes_have_their_own_parts_of_the_interval() -> None:
    table = rows(
        [100, 200],
        sync_start=[4.9, 5],
        issue_draw_start=[6.8, 7],
        completed=[14.2, 14.5],
        gpu_completed=[20, 20],
        deadline=[10, 10],
        interval=[10, 10],
    )
    found = counts(table)
    assert [found[n] for n in ("slow_ui_thread", "slow_bitmap_uploads", "slow_issue_draw_commands")] == [
        1
    ] * 3


def test_a_slow_ui_thread_is_not_the_wait_for_the_frame_before() -> None:
    late = {"gpu_completed": [20], "deadline": [10], "interval": [10], "completed": [20]}
    assert counts(rows([100], sync_queued=[2], sync_start=[6.9], **late))["slow_ui_thread"] == 0
    assert counts(rows([100], sync_queued=[5], sync_start=[6.9], **late))["slow_ui_thread"] == 1


@pytest.mark.parametrize(
    ("ms", "bucket"),
    [
        (0, 5),
        (5.9, 5),
        (6, 6),
        (32.9, 32),
        (33, 32),
        (34, 34),
        (48, 48),
        (52, 53),
        (133, 133),
        (140, 150),
        (199, 150),
        (200, 200),
        (9000, 4950),
    ],
)
def test_buckets_grow_with_the_time(ms: float, bucket: int) -> None:
    assert bucket_ms(round(ms * MS)) == bucket


def test_a_real_dump_with_all_its_frames_has_every_count_of_its_own_summary(recordings: Path) -> None:
    """A panel of 58 Hz: that period is not in the summary, but in rows whose interval was not yet measured."""
    info = parse_gfxinfo((recordings / "gfxinfo" / "healer_mtk_a13_bugreport_gfxinfo.txt").read_bytes())
    compared = 0
    for index, window in enumerate(info.windows):
        own = window.summary
        if own is None or not window.rows or window.lost_frames != 0 or own.total_frames > 120:
            continue
        used = info.frames.where(info.frames.window == index).counted()
        assert 1_000_000_000 // 58 in used.interval_ns
        assert hwui_counts(used, 1_000_000_000 // 58).named() == {
            "janky": own.janky_frames,
            "janky_legacy": own.janky_frames_legacy,
            "deadline_missed_legacy": own.deadline_missed_legacy,
            "high_input_latency": own.high_input_latency,
            "missed_vsync": own.missed_vsync,
            "slow_ui_thread": own.slow_ui_thread,
            "slow_bitmap_uploads": own.slow_bitmap_uploads,
            "slow_issue_draw_commands": own.slow_issue_draw_commands,
        }
        took = histogram_durations_ns(used)
        assert histogram_ms(took) == {edge: n for edge, n in own.histogram_ms.items() if n}
        assert percentiles_ms(took) == own.percentiles_ms
        compared += 1
    assert compared == 3


def test_no_frames_have_no_percentiles() -> None:
    assert percentiles_ms(np.zeros(0, np.int64)) == {}
