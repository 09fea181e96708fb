"""Every persona is measured as any phone is, and each value is held to what that persona really did (20 s).

How near a value must come follows from its source: all speak of one present fence, so FrameTimeline, FrameTracer
and the joined rings are exact but for what their formats cut off; a phone that does not tell something must leave
it null and say why.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devices.simulated.model import load_persona, personas
from profiler.analysis.popup import INPUT_UNKNOWN, NOT_TIMED, SLIDE_UNTOLD

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import android_versions as benchmark

pytestmark = pytest.mark.adb

TIMELINE = {"FrameTimeline"}
TRACER = {"FrameTracer and doFrame"}
RINGS = {"framestats and --latency"}
DELIVERED = {"framestats and --latency, since delivery"}
DRIVER = {"sections (driver times)"}

MOTION = ("first_motion_ms", "settled_ms", "hitch_ms", "missed_vsyncs", "longest_gap_ms")
FRAMES = ("frames.app", "app_missed_vsyncs", "app_hitch_ms")
TOLERANCE = {
    # docs/android-versions.md. Microseconds are what a trace's clock pairs and whole-µs sections may cost.
    "FrameTimeline": 0.05,
    "FrameTracer and doFrame": 0.05,
    "framestats and --latency": 0.05,
    # the delivery's slice begins in the app, a moment after the truth's
    "framestats and --latency, since delivery": 0.5,
    "sections (driver times)": 0.05,
}
COUNTS = ("missed_vsyncs", "content_missed_vsyncs", "app_missed_vsyncs")
BY_MARK = 1
"""Frames at the ends of a window that begins at a mark, which the phone's uptime places to 10 ms."""

BY_TIMELINE = dict.fromkeys((*MOTION, "response_ms"), TIMELINE)
BY_TRACER = {
    **dict.fromkeys(("response_ms", "content_missed_vsyncs", "frames.app"), TRACER),
    **dict.fromkeys(("driver_start_ms", "driver_end_ms"), DRIVER),
}
BY_DELIVERY = {**dict.fromkeys(FRAMES, RINGS), "response_ms": DELIVERED}
BY_RINGS = dict.fromkeys(FRAMES, RINGS)
SCORED = {
    "pixel-a11-90": BY_TRACER,
    "phone-a10-60": BY_DELIVERY,
    "phone-a8-60": BY_RINGS,
    "huawei-a12-60": BY_RINGS,
}
LATENCIES = dict.fromkeys(("first_motion_ms", "settled_ms", "response_ms"), INPUT_UNKNOWN)
UNTIMED = dict.fromkeys(("missed_vsyncs", "hitch_ms", "longest_gap_ms", "slide_ms"), SLIDE_UNTOLD)
NULL = {
    "pixel-a11-90": dict.fromkeys(MOTION, NOT_TIMED),
    "phone-a10-60": dict.fromkeys(MOTION, SLIDE_UNTOLD),
    "phone-a8-60": UNTIMED | LATENCIES,
    "huawei-a12-60": UNTIMED | LATENCIES,
}


@pytest.fixture(scope="module")
def server():
    with benchmark.adb_server() as made:
        yield made


@pytest.fixture(autouse=True)
def own_environment(server, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)


@pytest.mark.parametrize("persona", personas())
def test_the_keyboard_popup_is_measured_as_well_as_the_phones_sources_allow(persona, server, tmp_path):
    played = benchmark.play(persona, "demo-heavy", 2, tmp_path, server)
    assert played.result.void == ()
    assert len(played.result.popups) == 2
    scored = SCORED.get(persona, BY_TIMELINE)
    assert ("FrameTimeline" in played.sources) == (scored is BY_TIMELINE)
    for metric, sources in scored.items():
        one = benchmark.told(played, metric)
        assert {one.source} == sources, (metric, one)
        assert (len(one.errors), one.one_sided) == (2, 0), (metric, one)
        near = 0 if metric in COUNTS else TOLERANCE[one.source]
        if metric == "frames.app" and scored is BY_RINGS:
            near = BY_MARK
        assert max(abs(error) for error in one.errors) <= near, (metric, one)
    for metric, reason in NULL.get(persona, {}).items():
        one = benchmark.told(played, metric)
        assert (one.source, one.reason) == ("", reason), metric


def test_every_android_version_and_kind_of_phone_is_played():
    phones = {name: load_persona(name) for name in personas()}
    assert {int(phone.android.split(".")[0]) for phone in phones.values()} >= {8, 10, 11, 12, 13, 14, 15, 16}
    assert set(SCORED) == set(NULL) <= set(phones)
