"""The summary block, and that it can contradict itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traces.text.gfxinfo_summary import EMPTY_PERCENTILE_MS, GfxSummary, SummaryReader, percentile_of

ANDROID_9 = """\
Stats since: 27089945586046ns
Total frames rendered: 4
Janky frames: 3 (75.00%)
50th percentile: 28ms
90th percentile: 53ms
Number Missed Vsync: 1
Number High input latency: 2
Number Slow UI thread: 0
Number Slow bitmap uploads: 0
Number Slow issue draw commands: 3
Number Frame deadline missed: 3
HISTOGRAM: 5ms=1 28ms=2 53ms=1 4950ms=0
"""


def read(text: str) -> GfxSummary:
    reader = SummaryReader()
    for line in text.splitlines():
        assert reader.take(line), line
    summary = reader.finish()
    assert summary is not None
    return summary


def test_fields_that_a_version_does_not_print_are_none():
    summary = read(ANDROID_9)
    assert (summary.total_frames, summary.janky_frames, summary.deadline_missed) == (4, 3, 3)
    assert summary.janky_frames_legacy is None
    assert summary.deadline_missed_legacy is None
    assert summary.gpu_histogram_ms == {}
    assert summary.since_ns == 27_089_945_586_046
    assert summary.disagreements() == ()


def test_an_edited_block_is_caught():
    assert "total says 5" in read(ANDROID_9.replace("rendered: 4", "rendered: 5")).disagreements()[0]
    assert (
        "90th percentile reads 28 ms" in read(ANDROID_9.replace("ile: 53ms", "ile: 28ms")).disagreements()[0]
    )
    assert "9 janky frames of 4" in read(ANDROID_9.replace("frames: 3", "frames: 9")).disagreements()


def test_other_lines_are_not_taken():
    reader = SummaryReader()
    assert not reader.take("Pipeline=Skia (OpenGL)")
    assert not reader.take("Number of things: 3")
    assert reader.finish() is None


def test_no_frames_give_the_last_bucket_as_hwui_prints_it():
    assert percentile_of({5: 0, EMPTY_PERCENTILE_MS: 0}, 99) == EMPTY_PERCENTILE_MS
    assert percentile_of({}, 50) is None


@given(st.dictionaries(st.integers(1, 5000), st.integers(0, 500), min_size=1), st.integers(1, 99))
def test_a_percentile_is_a_bucket_with_its_share_at_or_below(histogram: dict[int, int], percent: int):
    at = percentile_of(histogram, percent)
    total = sum(histogram.values())
    above = sum(count for edge, count in histogram.items() if at is not None and edge > at)
    assert at in histogram
    # fewer frames lie above it than the rest beyond the percentile
    assert above < total - percent * total // 100 or total == 0
