"""Every named standard over one window, and those that other packages bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from profiler.standards import registry
from profiler.standards.frame_timing_gfxinfo import of_summary
from profiler.standards.games import slow_session, slow_share
from tests.profiler.analysis.synthetic import APP, APP_PID, Recording, approx_ms, example, ns, step
from traces.capture import MARKS
from traces.errors import UsageError
from traces.tables import JankType
from traces.text.gfxinfo import parse_gfxinfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow

NAMES = [
    "macrobenchmark",
    "frameTimingGfxInfo",
    "jankstats",
    "gfxinfo",
    "perfdog",
    "perfetto",
    "apple",
    "vitals",
    "games",
    "cdd",
]


def shown(*at: int) -> Recording:
    """The example with app frames at these steps of its slide."""
    rec = example(skipped=())
    for i in at:
        rec.app_frame(step(i))
    return rec


def test_all_standards_speak_of_a_pop_up_each_under_its_name() -> None:
    found = shown(*range(20)).popup().standards
    assert list(dict.fromkeys(name.split(".")[0] for name in found)) == NAMES
    assert [one.name for one in registry.list_standards()] == NAMES
    assert all(one.source for one in registry.list_standards())


def test_what_a_recording_cannot_tell_is_null_under_the_same_names() -> None:
    """Without framestats gfxinfo and JankStats have no answer."""
    found = shown(*range(20)).popup().standards
    gone = {n: v for n, v in found.items() if n.startswith(("gfxinfo.", "jankstats.", "frameTimingGfxInfo."))}
    assert len(gone) == 16
    assert set(gone.values()) == {None}


def test_perfdog_fps_is_frames_on_screen_by_the_windows_length() -> None:
    """From the lift to settled the example takes T ms; 20 frames of its slide came on screen in it."""
    popup = shown(*range(20)).popup()
    settled = popup.metrics["settled_ms"]
    assert isinstance(settled, float)
    assert popup.standards["perfdog.fps"] == pytest.approx(20 / (settled / 1000))


def test_perfetto_counts_neither_stuffing_nor_unknown_as_a_miss() -> None:
    rec = shown(0, 2, 4, 6, 8, 10)
    types = (
        JankType.APP_DEADLINE_MISSED,
        JankType.APP_RESYNCED_JITTER | JankType.PREDICTION_ERROR,
        JankType.BUFFER_STUFFING,
        JankType.UNKNOWN,
        JankType.DROPPED,
        JankType.SF_STUFFING,
    )
    for row, jank in zip(rec.frames[-len(types) :], types, strict=True):
        row["jank_type"] = jank
    found = rec.popup().standards
    names = ("frames", "app_jank", "sf_jank", "missed")
    assert [found[f"perfetto.{name}"] for name in names] == [6, 2, 1, 3]


def test_macrobenchmark_pairs_frames_by_time_where_they_carry_no_number() -> None:
    """Android 11: doFrame 1050 to 1058 holds the start of a DrawFrame from 1054 to 1065: 15 ms; one from
    1070 on lies in no doFrame."""
    rec = example(skipped=())
    for begun, ended in ((1050, 1058), (1080, 1084)):
        rec.slice(begun, ended - begun, "Choreographer#doFrame")
    for begun, ended in ((1054, 1065), (1070, 1075), (1082, 1090)):
        rec.slice(begun, ended - begun, "DrawFrame", tid=APP_PID + 1, thread="RenderThread")
    found = rec.popup().standards
    assert found["macrobenchmark.frameCount"] == 2
    assert found["macrobenchmark.frameDurationCpuMs.P50"] == approx_ms((15 + 10) / 2)


def test_games_are_slow_over_50_and_34_ms_from_present_to_present() -> None:
    """At 120 Hz: gaps of 6, 4 and 5 vsyncs are 50, 33.3 and 41.7 ms; one of 7 is 58.3 ms."""
    rec = shown(0, 6, 10, 15, 22)
    found = rec.popup().standards
    assert (found["games.slow_20fps_share"], found["games.slow_30fps_share"]) == (0.25, 0.75)


def test_a_session_is_slow_when_over_a_quarter_of_its_frames_are() -> None:
    assert slow_share({16: 3, 50: 1}, 50) == 0.25
    assert slow_session({16: 3, 50: 1}, 50) is False
    assert slow_session({16: 2, 50: 1}, 50) is True
    assert slow_session({}, 50) is None


def test_a_hitch_ratio_has_apples_grade_on_both_scales() -> None:
    found = example().popup().standards
    assert (found["apple.wwdc20"], found["apple.organizer"]) == ("critical", "immediate attention")


def test_frame_timing_gfxinfo_reads_a_dump_as_macrobenchmark_does(recordings: Path) -> None:
    """The largest complete window of the dump: 33 janky of 115 frames are 28.7 %."""
    info = parse_gfxinfo((recordings / "gfxinfo" / "healer_mtk_a13_bugreport_gfxinfo.txt").read_bytes())
    summaries = [window.summary for window in info.windows if window.summary is not None]
    own = next(one for one in summaries if one.total_frames == 115)
    found = of_summary(own)
    assert found["gfxFrameTotalCount"] == 115
    assert [found[f"gfxFrameTime{p}thPercentileMs"] for p in (50, 90, 95, 99)] == [14, 40, 48, 85]
    assert found["gfxFrameJankPercent"] == pytest.approx(100 * 33 / 115)
    assert of_summary(replace(own, total_frames=0))["gfxFrameJankPercent"] is None


@dataclass(frozen=True)
class Own:
    """A standard that another package brings."""

    name: str = "own"
    source: str = "nowhere"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        return {"package": window.scene.package, "ms": window.seconds * 1000}


class Taken(Own):
    def __init__(self) -> None:
        super().__init__(name="perfdog")


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    entry = EntryPoint("own", f"{__name__}:{request.param}", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: [entry] if group == registry.GROUP else [])
    registry.list_standards.cache_clear()
    yield
    registry.list_standards.cache_clear()


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("announced", ["Own"], indirect=True)
def test_a_package_brings_a_standard_of_its_own() -> None:
    found = example().popup()
    assert found.standards["own.package"] == APP
    assert found.standards["own.ms"] == pytest.approx(found.metrics["settled_ms"])


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("announced", ["Taken", "missing"], indirect=True)
def test_one_that_cannot_be_loaded_or_takes_a_name_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="standard own"):
        registry.list_standards()


def test_interactions_have_standards_too() -> None:
    rec = Recording()
    rec.panel(0, 1000)
    rec.marks.append({"pid": 1, "time_ns": ns(5), "name": MARKS["scroll"], "value": 1})
    rec.press(100)
    for i in range(30):
        rec.app_frame(125 + i * rec.period)
    (one,) = rec.round(0).interactions
    assert one.standards["perfdog.jank"] == 0
    assert one.standards["macrobenchmark.frameCount"] == 30
    assert one.standards["apple.hitch_ratio_ms_per_s"] == one.metrics["hitch_ratio_ms_per_s"]
