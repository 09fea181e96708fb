"""`--latency`: column order, sentinels, several blocks and dumps, made-up times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.errors import InputFileError
from traces.tables import NA
from traces.text.latency import (
    FENCE_ERROR,
    PENDING,
    LatencyDump,
    LatencyOutcome,
    PresentState,
    merge_latency,
    parse_latency,
)

if TYPE_CHECKING:
    from pathlib import Path

T = 16_666_667
ROW = tuple[int, int, int]


def write(period: int, *blocks: list[ROW]) -> str:
    return f"{period}\n" + "".join("".join(f"{a}\t{b}\t{c}\n" for a, b, c in rows) + "\n" for rows in blocks)


def one(text: str) -> LatencyDump:
    (dump,) = parse_latency(text)
    return dump


def ring(start: int, count: int, jitter: int = 0) -> list[ROW]:
    rng = np.random.default_rng(7)
    noise = rng.integers(-jitter, jitter + 1, count)
    return [
        (start + i * T, start + i * T + 30_000_000 + int(noise[i]), start + i * T + 5_000_000)
        for i in range(count)
    ]


def test_the_columns_are_desired_actual_ready():
    frames = one(write(T, [(10, 30, 20)])).blocks[0].frames
    assert (frames.desired_ns[0], frames.actual_ns[0], frames.ready_ns[0]) == (10, 30, 20)


def test_sentinels_are_told_apart():
    rows = [(0, 0, 0), (10, 30, 20), (11, PENDING, 21), (12, FENCE_ERROR, 22), (13, 0, 23), (14, 34, PENDING)]
    block = one(write(T, rows)).blocks[0]
    assert block.unused == 1
    assert block.frames.state.tolist() == [
        PresentState.PRESENTED,
        PresentState.PENDING,
        PresentState.FENCE_ERROR,
        PresentState.NOT_PRESENTED,
        PresentState.PRESENTED,
    ]
    assert block.frames.actual_ns.tolist() == [30, NA, NA, NA, 34]
    assert block.frames.ready_ns.tolist() == [20, 21, 22, 23, NA]
    assert block.frames.presented().desired_ns.tolist() == [10, 14]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (write(T), LatencyOutcome.UNKNOWN_LAYER),
        (f"{T}", LatencyOutcome.UNKNOWN_LAYER),
        (write(T, [(0, 0, 0)] * 127), LatencyOutcome.NO_FRAMES),
        (write(T, [(0, 0, 0)] * 126 + [(10, 30, 20)]), LatencyOutcome.FRAMES),
        (write(T, ring(1000, 64)), LatencyOutcome.FRAMES),
    ],
    ids=["only-period", "only-period-no-newline", "empty-ring", "one-frame", "64-frames-of-16"],
)
def test_outcomes(text: str, outcome: LatencyOutcome):
    assert one(text).outcome is outcome
    assert one(text).period_ns == T


def test_layers_of_the_same_name_are_blocks_of_one_dump():
    dump = one(write(T, ring(10**9, 3), [(0, 0, 0)] * 4))
    assert [len(block.frames) for block in dump.blocks] == [3, 0]


def test_several_dumps_follow_each_other_and_join_without_copies():
    early, late = ring(10**9, 6, 500), ring(10**9, 9, 500)
    late[:6] = early
    pending = [*early[:5], (early[5][0], PENDING, early[5][2])]
    dumps = parse_latency((write(T, pending) + write(T, late)).replace("\n", "\r\r\n").encode("utf-16"))
    assert len(dumps) == 2
    merged = merge_latency(dumps)
    assert merged.actual_ns.tolist() == [row[1] for row in late]
    assert merged.desired_ns.tolist() == [row[0] for row in late]


def test_joining_nothing_gives_an_empty_table():
    assert len(merge_latency(parse_latency(write(T)))) == 0


def test_times_on_the_grid_are_suspected_and_fences_are_not():
    grid = one(write(T, ring(10**12, 60)))
    fences = one(write(T, ring(10**12, 60, jitter=60_000)))
    few = one(write(T, ring(10**12, 5)))
    assert grid.blocks[0].evenly_spaced(T)
    assert not fences.blocks[0].evenly_spaced(T)
    assert not few.blocks[0].evenly_spaced(T), "too few gaps to tell"


@pytest.mark.parametrize("text", ["", "hello\n", "1\t2\t3\n", f"{T}\n1\t2\n", f"{T}\nFATAL\n"])
def test_anything_else_is_refused(text: str):
    with pytest.raises(InputFileError, match="--latency") as error:
        parse_latency(text, "poll.txt")
    assert "poll.txt" in error.value.what


@given(
    st.lists(st.tuples(*[st.integers(1, 2**62)] * 3), min_size=1, max_size=127),
    st.integers(1, 10**9),
    st.integers(0, 40),
)
def test_a_written_ring_reads_back(rows: list[ROW], period: int, unused: int):
    dump = one(write(period, [(0, 0, 0)] * unused + rows))
    frames = dump.blocks[0].frames
    assert (dump.period_ns, dump.blocks[0].unused) == (period, unused)
    assert (
        list(
            zip(frames.desired_ns.tolist(), frames.actual_ns.tolist(), frames.ready_ns.tolist(), strict=True)
        )
        == rows
    )


RECORDED = {
    "aneb_doubao_huawei_latency_block1.txt": (35, 92, 0, 33_136_458),
    "deepseek_wifi_f6_latency_answer.txt": (127, 0, 0, None),
    "deepseek_wifi_f6_latency_dump1.txt": (127, 0, 1, None),
    "doubao_wifi_f6_latency_mid.txt": (127, 0, 0, None),
}


@pytest.mark.data
@pytest.mark.parametrize(("name", "facts"), RECORDED.items())
def test_recordings(recordings: Path, name: str, facts: tuple[int, int, int, int | None]):
    (dump,) = parse_latency((recordings / "surfaceflinger" / name).read_bytes(), name)
    (block,) = dump.blocks
    rows, unused, pending, _ = facts
    assert dump.period_ns == 16_666_666
    assert (len(block.frames), block.unused) == (rows, unused)
    assert np.count_nonzero(block.frames.state == PresentState.PENDING) == pending
    shown = block.frames.presented()
    assert len(shown) == rows - pending
    assert (np.diff(shown.actual_ns) > 0).all()
    assert (shown.actual_ns > shown.ready_ns).all()
    assert (shown.ready_ns > shown.desired_ns).all()
    assert not block.evenly_spaced(dump.period_ns), "this phone has real fences"


@pytest.mark.data
def test_deepseek_draws_evenly_while_idle_and_doubao_stands_still(recordings: Path):
    gaps = {}
    for name in RECORDED:
        (dump,) = parse_latency((recordings / "surfaceflinger" / name).read_bytes(), name)
        gaps[name] = np.diff(dump.blocks[0].frames.presented().actual_ns)
    assert gaps["deepseek_wifi_f6_latency_dump1.txt"].max() < 18_000_000
    assert gaps["doubao_wifi_f6_latency_mid.txt"].max() == 7_473_499_999
    (mid,) = parse_latency((recordings / "surfaceflinger/doubao_wifi_f6_latency_mid.txt").read_bytes())
    frames = mid.blocks[0].frames
    repeated = (np.diff(frames.desired_ns) == 0) & (np.diff(frames.ready_ns) == 0)
    assert np.count_nonzero(repeated) == 1, "one buffer was presented twice"
    assert len(merge_latency((mid,))) == 127
