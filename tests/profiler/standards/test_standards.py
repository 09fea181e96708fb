"""Named standards on rows computed by hand, and on a recording with the platform's own answer."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.standards.framestats import (
    gfxinfo_causes,
    gfxinfo_janky,
    gfxinfo_janky_legacy,
    jankstats_janky,
    jankstats_overrun_ns,
    vitals,
)
from profiler.standards.scales import apple_2020, apple_now, cdd_8_1
from traces.tables import NA
from traces.text.framestats_table import FrameStatsTable
from traces.text.gfxinfo import parse_gfxinfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MS = 1_000_000
PERIOD = 16_666_667


def rows(**columns: Sequence[float]) -> FrameStatsTable:
    """Rows of times in ms; every frame was meant for vsync 1000."""
    count = len(next(iter(columns.values())))
    made: dict[str, object] = {f.name: [NA] * count for f in fields(FrameStatsTable)}
    made |= {"usable": [True] * count, "duplicate": [False] * count, "intended_vsync_ns": [1000 * MS] * count}
    made |= {f"{name}_ns": [round(v * MS) for v in values] for name, values in columns.items()}
    return FrameStatsTable.from_columns(made)


def test_gfxinfo_from_android_12_counts_frames_whose_gpu_work_ended_at_the_deadline_or_later() -> None:
    table = rows(completed=[1010] * 3, deadline=[1016] * 3, gpu_completed=[1015.9, 1016, 1020])
    assert gfxinfo_janky(table) == 2


def test_gfxinfo_new_is_null_where_rows_have_no_deadline() -> None:
    assert gfxinfo_janky(rows(completed=[1010])) is None


def test_gfxinfo_legacy_takes_swap_completed_and_forgives_the_stall_before_sync() -> None:
    table = rows(
        completed=[1030, 1016, 1020],
        swap_completed=[1016, 1017, 1020],
        sync_queued=[1004, 1004, 1004],
        sync_start=[1004, 1004, 1008],
    )
    assert gfxinfo_janky_legacy(table, PERIOD) == 1
    assert gfxinfo_janky_legacy(rows(completed=[1016.6, 1016.7]), PERIOD) == 1


def test_gfxinfo_causes_have_their_own_parts_of_the_interval() -> None:
    table = rows(
        vsync=[1000, 1000.001],
        sync_start=[1008.3, 1008.4],
        issue_draw_start=[1011.6, 1011.8],
        completed=[1024.0, 1024.4],
    )
    assert gfxinfo_causes(table, PERIOD) == {
        "missed_vsync": 1,
        "slow_ui_thread": 1,
        "slow_bitmap_uploads": 1,
        "slow_issue_draw_commands": 1,
    }


def test_jankstats_calls_a_frame_jank_over_twice_the_expected_time() -> None:
    ui = np.array([33, 34, 50, NA]) * 1
    expected = np.array([16.5, 16.5, NA, 16])
    found = jankstats_janky(
        np.where(ui > 0, ui * MS, NA).astype(np.int64),
        np.where(expected > 0, expected * MS, NA).astype(np.int64),
    )
    assert found.tolist() == [False, True, False, False]


def test_jankstats_overrun_is_total_minus_deadline() -> None:
    total, deadline = np.array([20, 10, NA], np.int64), np.array([16, 16, 16], np.int64)
    assert jankstats_overrun_ns(total, deadline).tolist() == [4, -6, NA]


def test_vitals_are_over_16_and_over_700_ms() -> None:
    assert vitals(rows(completed=[1016, 1016.1, 1700, 1700.1])) == {"slow": 3, "frozen": 1}


@pytest.mark.parametrize(
    ("ratio", "then", "now"),
    [
        (5, "good", "good"),
        (5.1, "warning", "good"),
        (10, "critical", "good"),
        (10.1, "critical", "warning"),
        (25.1, "critical", "critical"),
        (50.1, "critical", "immediate attention"),
    ],
)
def test_apples_two_scales_differ(ratio: float, then: str, now: str) -> None:
    assert (apple_2020(ratio), apple_now(ratio)) == (then, now)


def test_the_cdd_allows_five_late_frames_a_second_and_wants_less_than_one() -> None:
    assert [cdd_8_1(n, 2.0) for n in (1, 2, 10, 11)] == ["meets", "must", "must", "fails"]


def test_a_real_dump_with_all_its_frames_has_the_same_counts_as_its_own_summary(recordings: Path) -> None:
    info = parse_gfxinfo((recordings / "gfxinfo" / "healer_mtk_a13_bugreport_gfxinfo.txt").read_bytes())
    compared = 0
    for index, window in enumerate(info.windows):
        own = window.summary
        if own is None or not window.rows or window.lost_frames != 0 or own.total_frames > 120:
            continue
        table = info.frames.where(info.frames.window == index)
        causes = gfxinfo_causes(table, int(table.interval_ns[table.interval_ns != NA][0]))
        assert gfxinfo_janky(table) == own.janky_frames
        assert causes["missed_vsync"] == own.missed_vsync
        assert causes["slow_issue_draw_commands"] == own.slow_issue_draw_commands
        compared += 1
    assert compared == 3
