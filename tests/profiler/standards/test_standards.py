"""Named standards on rows computed by hand."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest

from profiler.standards.framestats import jankstats_janky, jankstats_overrun_ns, vitals
from profiler.standards.scales import apple_2020, apple_now, cdd_8_1
from traces.tables import NA
from traces.text.framestats_table import FrameStatsTable

if TYPE_CHECKING:
    from collections.abc import Sequence

MS = 1_000_000


def rows(**columns: Sequence[float]) -> FrameStatsTable:
    """Rows of times in ms; every frame was meant for vsync 1000."""
    count = len(next(iter(columns.values())))
    made: dict[str, object] = {f.name: [NA] * count for f in fields(FrameStatsTable)}
    made |= {"usable": [True] * count, "duplicate": [False] * count, "intended_vsync_ns": [1000 * MS] * count}
    made |= {f"{name}_ns": [round(v * MS) for v in values] for name, values in columns.items()}
    return FrameStatsTable.from_columns(made)


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
