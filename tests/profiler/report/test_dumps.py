"""Views of text dumps: synthetic ones for the rules, real ones for the truth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from profiler.report.analyze_view import dump_json
from profiler.report.dumps import DumpView, Grid, view_dump
from traces.errors import InputFileError, SilkyError

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000
HEADINGS = (
    "Flags,FrameTimelineVsyncId,IntendedVsync,Vsync,InputEventId,HandleInputStart,AnimationStart,"
    "PerformTraversalsStart,DrawStart,FrameDeadline,FrameInterval,FrameStartTime,SyncQueued,SyncStart,"
    "IssueDrawCommandsStart,SwapBuffers,FrameCompleted,DequeueBufferDuration,QueueBufferDuration,GpuCompleted,"
    "SwapBuffersCompleted,DisplayPresentTime,CommandSubmissionCompleted,"
)


def row(number: int, *, took_ms: float, deadline_ms: float, flags: int = 0) -> str:
    start = 10**12 + number * 20 * MS
    done = int(start + took_ms * MS)
    steps = [start + MS] * 4
    values = [flags, number, start, start, 0, *[start] * 4, int(start + deadline_ms * MS), 16_666_667, start]
    values += [*steps, done, 0, 0, done, done, 0, done]
    return ",".join(map(str, values)) + ","


def framestats(rows: list[str], total: int, janky: int, package: str = "com.example.app") -> bytes:
    return "\n".join(
        [
            "Applications Graphics Acceleration Info:",
            "Uptime: 1000000 Realtime: 1000000",
            "",
            f"** Graphics info for pid 4321 [{package}] **",
            "",
            "Stats since: 900000000000ns",
            f"Total frames rendered: {total}",
            f"Janky frames: {janky} ({100 * janky / total:.2f}%)",
            "50th percentile: 8ms",
            "90th percentile: 12ms",
            "95th percentile: 20ms",
            "99th percentile: 40ms",
            "",
            f"{package}/{package}.Main/android.view.ViewRootImpl@1f2e3d",
            f"Window: {package}/{package}.Main",
            "Stats since: 900000000000ns",
            f"Total frames rendered: {total}",
            f"Janky frames: {janky} ({100 * janky / total:.2f}%)",
            "50th percentile: 8ms",
            "",
            "---PROFILEDATA---",
            HEADINGS,
            *rows,
            "---PROFILEDATA---",
            "",
        ]
    ).encode()


def cells(grid: Grid) -> list[dict[str, object]]:
    return [dict(zip(grid.columns, one, strict=True)) for one in grid.rows]


def named(view: DumpView, title: str) -> Grid:
    return next(grid for grid in view.grids if title in grid.title)


def test_framestats_by_the_rows_and_by_the_summary() -> None:
    rows = [row(i, took_ms=10.0, deadline_ms=16.0) for i in range(1, 9)]
    rows += [row(9, took_ms=30.0, deadline_ms=16.0, flags=1), row(10, took_ms=0.0, deadline_ms=16.0)]
    view = view_dump(framestats(rows, total=12, janky=3), "f.txt")
    assert view.kind == "framestats"
    assert view.problem is None
    (window,) = cells(named(view, "By the rows"))
    assert window["rows"] == 10
    assert window["usable"] == 9
    assert window["first"] == 1
    assert window["lost"] == 2
    assert window["P50"] == pytest.approx(10.0)
    assert window["late of judged"] == "1/9"
    (process,) = cells(named(view, "own summary"))
    assert (process["process"], process["frames"], process["janky"], process["janky %"]) == (
        "com.example.app",
        12,
        3,
        25.0,
    )
    facts = dict(view.facts)
    assert facts["unusable rows"] == "1 unfinished"
    assert any("overflowed" in note for note in view.notes)


def test_the_same_rows_dumped_twice_count_once() -> None:
    dump = framestats([row(i, took_ms=10.0, deadline_ms=16.0) for i in range(1, 5)], total=4, janky=0)
    view = view_dump(dump + dump, "f.txt")
    (window,) = cells(named(view, "By the rows"))
    assert (window["rows"], window["usable"]) == (8, 4)
    assert dict(view.facts)["rows that another dump of the file holds again"] == 4


def latency(period: int, rows: list[tuple[int, int, int]]) -> bytes:
    return "\n".join([str(period), *("\t".join(map(str, r)) for r in rows), ""]).encode()


def test_latency_tells_gaps_and_what_is_missing() -> None:
    period = 16_666_666
    jitter = [0, 40_000, -30_000, 20_000]
    times = [10**12 + i * period + jitter[i % 4] for i in range(6)] + [10**12 + 9 * period]
    rows = [(t - MS, t, t - MS) for t in times] + [(10**12, 2**63 - 1, 10**12), (0, 0, 0)]
    view = view_dump(latency(period, rows), "l.txt")
    (dump,) = cells(view.grids[0])
    assert (dump["rows"], dump["on screen"], dump["pending"], dump["unused"]) == (8, 7, 1, 1)
    assert dump["gaps over 1.5 periods"] == 1
    assert dump["longest gap"] == pytest.approx(4 * period / MS, abs=0.1)
    assert not any("vsync grid" in note for note in view.notes)


def test_latency_with_made_up_times_is_suspected() -> None:
    period = 16_666_666
    times = [10**12 + i * period for i in range(20)]
    view = view_dump(latency(period, [(t, t, t) for t in times]), "l.txt")
    assert any("vsync grid" in note for note in view.notes)


def test_latency_of_no_layer_says_what_to_do() -> None:
    view = view_dump(b"16666666\n", "l.txt")
    assert "no layer had exactly that name" in str(view.problem)
    assert "--list" in view.next_step


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("No process found for: com.example.app\n", "the app was not running"),
        ("Can't find service: gfxinfo\n", "the phone has no such service"),
        ("error: no devices/emulators found\n", "the command failed"),
    ],
)
def test_a_refusal_in_place_of_a_dump_is_told_in_words(text: str, meaning: str) -> None:
    view = view_dump(text.encode(), "r.txt")
    assert meaning in str(view.problem)
    assert text.strip() in str(view.problem)
    assert view.next_step


def test_an_empty_file_and_an_unknown_one() -> None:
    assert view_dump(b"  \n", "e.txt").problem == "e.txt is empty."
    with pytest.raises(InputFileError, match="neither a trace nor a text dump") as raised:
        view_dump(b"Dear diary, nothing happened today.", "d.txt")
    assert raised.value.next_step


KINDS = {
    "gfxinfo/aneb_doubao_huawei_framestats_block1.txt": "framestats",
    "gfxinfo/poko_framestats_android16_avd60hz.txt": "framestats",
    "gfxinfo/lodrean_gfxinfo.txt": "gfxinfo",
    "surfaceflinger/deepseek_wifi_f6_latency_answer.txt": "latency",
    "surfaceflinger/catmetro_c2b-crit8-urp_timestats.txt": "timestats",
    "surfaceflinger/solox303_android15_sf_list_excerpt.txt": "layer-list",
    "ime/healer_mtk_a13_dumpsys_input_method.txt": "input-method",
    "ime/healer_mtk_a13_dumpsys_window_displays_windows.txt": "window",
    "ime/logcat/yuva_logs_full.ime_lines_filtered.log": "imetracker",
    "misc/flashlight_dumpsys-display120.txt": "display",
    "misc/healer_mtk_a13_dumpsys_battery.txt": "battery",
    "misc/healer_mtk_a13_dumpsys_thermalservice.txt": "thermal",
    "misc/getprop_samsung_s25plus_android16.filtered.txt": "getprop",
    "misc/nightsparrows_getevent.txt": "getevent",
}


@pytest.mark.data
@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=list(KINDS))
def test_every_kind_of_real_dump_has_a_view(recordings: Path, name: str, kind: str) -> None:
    view = view_dump((recordings / name).read_bytes(), name)
    assert (view.kind, view.problem) == (kind, None)
    assert view.facts or view.grids
    made = json.loads(dump_json(view))
    assert made["schema"] == "silky-dump"


@pytest.mark.data
def test_a_real_dump_that_failed_says_that_the_app_did_not_answer(recordings: Path) -> None:
    name = "gfxinfo/yuvaupdate_failure_utf16.txt"
    view = view_dump((recordings / name).read_bytes(), name)
    assert "the app did not answer" in str(view.problem)


@pytest.mark.data
def test_a_restless_app_has_even_gaps_and_that_proves_nothing(recordings: Path) -> None:
    """DeepSeek draws at 60 fps without pause (PROVENANCE: Huawei P40 Pro, an answer under way)."""
    name = "surfaceflinger/deepseek_wifi_f6_latency_answer.txt"
    view = view_dump((recordings / name).read_bytes(), name)
    (ring,) = cells(view.grids[0])
    assert ring["on screen"] == 127
    assert ring["gaps over 1.5 periods"] == 0
    assert any("no measure of smoothness" in note for note in view.notes)


@pytest.mark.data
def test_no_text_recording_breaks_a_view(recordings: Path) -> None:
    files = [
        p for folder in ("gfxinfo", "surfaceflinger", "ime", "misc") for p in (recordings / folder).rglob("*")
    ]
    texts = [p for p in files if p.suffix in {".txt", ".log"}]
    assert len(texts) > 30
    advice = []
    for path in texts:
        try:
            dump_json(view_dump(path.read_bytes(), path.name))
        except SilkyError as error:
            advice.append(error.next_step)
    assert all(advice)
