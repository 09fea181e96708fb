"""Flutter, web pages and a split keyboard are measured as the simulated phone says they were."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devices.simulated.model import build_world, load_behaviours, load_persona
from profiler.analysis.run import analyze_capture

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

from direct_rounds import capture_round
from expected_metrics import expected

MOTION = ("first_motion_ms", "settled_ms", "hitch_ms", "missed_vsyncs")


@pytest.mark.parametrize(
    ("persona", "package", "source"),
    [
        ("pixel-a14-120", "sim.kit.flutter", "FrameTracer"),
        ("pixel-a14-120", "sim.kit.web", None),
        ("pixel-a11-90", "sim.kit.flutter", "FrameTracer"),
    ],
)
def test_what_is_measured_is_what_happened(persona: str, package: str, source: str | None, tmp_path: Path):
    played = load_persona(persona)
    truth_file = tmp_path / "truth.jsonl"
    with truth_file.open("w") as truth:
        world = build_world(played, load_behaviours("toolkits"), seed=3, truth=truth)
        assert world.set_ime("sim.keyboard.split/.SplitKeyboard")
        capture = capture_round(world, package, package, 1, tmp_path / "r", 3)
    result = analyze_capture(
        capture,
        tmp_path / "r" / capture.folder / str(capture.trace),
        modes_hz=tuple(mode.refresh_hz for mode in played.modes),
        active_hz=world.active_mode().refresh_hz,
    )
    truths = {round(one["t0_ns"] / 1e7): one for one in expected(truth_file)}
    assert len(result.popups) == 3
    for popup in result.popups:
        assert popup.t0_ns is not None
        true = truths[round(popup.t0_ns / 1e7)]
        assert popup.void == ()
        assert popup.metrics["driver_mode"] == true["driver_mode"]
        assert popup.metrics["response_ms"] == pytest.approx(true["response_ms"], abs=0.001)
        assert popup.sources.get("response_ms") == source
        for name in MOTION:
            if persona == "pixel-a11-90":
                assert popup.metrics[name] is None
                assert popup.reasons[name]
            else:
                assert popup.metrics[name] == pytest.approx(true[name], abs=0.001)
        if played.sdk >= 31:
            assert popup.metrics["content_motion"] == true["content_motion"]
            assert popup.metrics["frames.keyboard"] >= 1
