"""What a bare trace shows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.analysis.overview import overview
from profiler.analysis.scene import SLICE_NAMES
from tests.profiler.analysis.synthetic import APP, APP_LAYER, LEASH_LAYER, STEPS, T, approx_ms, example, step
from traces.perfetto import read_trace
from traces.tables import JankType, PresentType

if TYPE_CHECKING:
    from pathlib import Path


def test_layers_with_their_frames_late_ones_and_gaps() -> None:
    rec = example()
    rec.app_frame(step(1), ready=step(1), deadline=step(1) - 6, jank_type=JankType.APP_DEADLINE_MISSED)
    rec.app_frame(step(4))
    rec.app_frame(step(6), present_type=PresentType.DROPPED)
    found = {layer.layer: layer for layer in overview(rec.trace(), active_hz=120.0).layers}
    app = found[APP_LAYER]
    assert (app.process, app.frames, app.shown, app.dropped, app.late, app.judged) == (APP, 3, 2, 1, 1, 3)
    assert app.worst_overrun_ms == approx_ms(6.0)
    assert app.jank == {"No Jank": 2, "App Deadline Missed": 1}
    assert (app.missed_vsyncs, app.longest_gap_ms) == (2, approx_ms(3 * T))
    leash = found[LEASH_LAYER]
    assert (leash.frames, leash.buffers, leash.missed_vsyncs) == (STEPS - 1, 0, 2)
    assert leash.median_gap_ms == approx_ms(T)


def test_presses_that_a_slide_followed_are_measured_without_marks() -> None:
    rec = example()
    rec.marks.clear()
    rec.press(5000)
    (popup,) = overview(rec.trace(), active_hz=120.0, modes_hz=(60.0, 120.0)).popups
    assert (popup.app, popup.metrics["missed_vsyncs"]) == (APP, 2)


def test_an_empty_trace_has_nothing() -> None:
    from tests.profiler.analysis.synthetic import Recording

    found = overview(Recording().trace())
    assert (found.layers, found.popups, found.display.frames) == ((), (), 0)
    assert found.scorable


def test_a_real_recording(recordings: Path) -> None:
    """Pixel 7 Pro, Android 13, 10 s: the rows that Perfetto's trace processor counts."""
    path = recordings / "perfetto" / "sidky_nowinandroid.perfetto-trace"
    found = overview(read_trace(path, slice_names=SLICE_NAMES))
    expected = (
        (recordings / "perfetto" / "expected" / "sidky_nowinandroid.frames.csv").read_text().splitlines()
    )
    assert sum(layer.frames for layer in found.layers) == len(expected) - 1
    assert sum(layer.dropped for layer in found.layers) == sum('"Dropped Frame"' in line for line in expected)
    assert found.display.period_ms == pytest.approx(1000 / 120)


def test_a_real_android_12_recording(recordings: Path) -> None:
    path = recordings / "perfetto" / "api32_startup_warm.perfetto-trace"
    found = overview(read_trace(path, slice_names=SLICE_NAMES))
    assert found.display.period_ms == pytest.approx(1000 / 60)
    splash = next(layer for layer in found.layers if "Splash Screen" in layer.layer)
    assert (splash.late, splash.judged) == (1, 1)
    assert splash.worst_overrun_ms == approx_ms((157479818495758 - 157479818298488) / 1e6)
