"""`--timestats -dump`, of 12+ and of the versions before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.timestats import parse_timestats

if TYPE_CHECKING:
    from pathlib import Path

ANDROID_10 = """\
SurfaceFlinger TimeStats:
statsStart = 100
statsEnd = 0
totalFrames = 40
missedFrames = 2
clientCompositionFrames = 1
displayOnTime = 900 ms
presentToPresent histogram is as below:
16ms=37 33ms=2
layerName = com.app/com.app.Main#0
packageName = com.app
totalFrames = 30
droppedFrames = 1
lateAcquireFrames = 3
badDesiredPresentFrames = 0
averageFPS = 59.880
present2present histogram is as below:
16ms=28 33ms=1
layerName = StatusBar#0
packageName = com.android.systemui
totalFrames = 10
droppedFrames = 0
"""


def test_before_12_layers_follow_without_blank_lines():
    stats = parse_timestats(ANDROID_10)
    assert (stats.start_s, stats.end_s, stats.total_frames, stats.missed_frames) == (100, 0, 40, 2)
    assert stats.totals["displayOnTime"] == 900
    assert stats.histograms_ms["presentToPresent"] == {16: 37, 33: 2}
    app, bar = stats.layers
    assert (app.layer_name, app.package_name, app.total_frames) == ("com.app/com.app.Main#0", "com.app", 30)
    assert (app.dropped_frames, app.late_acquire_frames, app.average_fps) == (1, 3, 59.88)
    assert app.histograms_ms == {"present2present": {16: 28, 33: 1}}
    assert (app.uid, app.refresh_rate, app.jank) == (None, None, {})
    assert (bar.layer_name, bar.total_frames, bar.histograms_ms) == ("StatusBar#0", 10, {})


def test_anything_else_is_refused():
    with pytest.raises(InputFileError, match="not a --timestats dump"):
        parse_timestats("totalFrames = 3\n")


@pytest.mark.data
def test_a_game_on_a_pixel(recordings: Path):
    stats = parse_timestats((recordings / "surfaceflinger/catmetro_c2b-crit8-urp_timestats.txt").read_bytes())
    assert (stats.start_s, stats.end_s) == (1_786_004_027, 1_786_004_139)
    assert (stats.total_frames, stats.missed_frames) == (6773, 1)
    assert stats.totals["refreshRateSwitches"] == 1
    assert stats.totals["averageFrameDuration"] == 2.76
    present = stats.histograms_ms["presentToPresent"]
    assert {edge: count for edge, count in present.items() if count} == {
        8: 130,
        16: 6637,
        17: 1,
        106: 1,
        118: 1,
        134: 1,
    }
    assert len(stats.layers) == 15
    game = stats.layers[0]
    assert "SurfaceView[com.catmetro.game/" in game.layer_name
    assert "(BLAST)#5458" in game.layer_name
    assert (game.uid, game.refresh_rate, game.render_rate, game.total_frames) == (10_373, 60, 60, 6513)
    assert game.average_fps == 62.499
    assert game.jank["appBufferStuffingJankyFrames"] == 0
    by_rate = [(layer.refresh_rate, layer.render_rate) for layer in stats.layers if layer.uid == 10_373]
    assert by_rate == [(60, 60), (120, 60), (120, 120), (120, 120), (120, 60)]


@pytest.mark.data
def test_each_real_layers_histogram_counts_its_frames(recordings: Path):
    stats = parse_timestats((recordings / "surfaceflinger/catmetro_c2b-crit8-urp_timestats.txt").read_bytes())
    with_frames = [layer for layer in stats.layers if layer.total_frames]
    assert len(with_frames) == 9
    for layer in with_frames:
        assert sum(layer.histograms_ms["present2present"].values()) == layer.total_frames
    nobody = [layer for layer in stats.layers if layer.layer_name == "none"]
    assert sum(layer.jank["totalTimelineFrames"] for layer in nobody) == 466
