"""What reaches the screen, when, and how FrameTimeline judges it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.simulated.model.display import Token
from devices.simulated.model.frametimeline import (
    APP_DEADLINE_MISSED,
    BUFFER_STUFFING,
    NONE,
    PREDICTION_ERROR,
    SF_CPU_DEADLINE_MISSED,
    SF_SCHEDULING,
    DisplayFrame,
    Judge,
)
from devices.simulated.model.release import Release
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer
from devices.simulated.world import TraceConfig
from tests.devices.simulated.model.play import EMULATOR, FRAMETIMELINE, MS, PIXEL, SECOND, Scene, app
from tests.devices.simulated.model.reader import one, read

PERIOD = 8_333_333
A14 = Release(34)


def display(
    present: int, *, vsync: int = 100 * MS, late_end: bool = False, release: Release = A14
) -> DisplayFrame:
    token = Token(9, vsync - 10 * MS, vsync, vsync)
    end = vsync + MS if late_end else vsync - 5 * MS
    frame = DisplayFrame(token, vsync - 10 * MS, end, present, PERIOD, [])
    Judge(release).display(frame)
    return frame


def surface(
    frame: DisplayFrame,
    *,
    ready: int,
    present: int = 100 * MS,
    previous_latch: int = 0,
    release: Release = A14,
) -> SurfaceFrame:
    deadline = present - 10 * MS
    token = Token(8, deadline - 16 * MS, deadline, present)
    origin = Origin(1, "main", None, None, layout=False)
    layer = SurfaceLayer(1, "layer", 1, "a.b", "app")
    one_frame = SurfaceFrame(layer, token, True, deadline - 15 * MS, ready, ready, origin)
    one_frame.previous_latch_ns = previous_latch
    Judge(release).surface(one_frame, frame)
    return one_frame


# FrameTimeline's rules
def test_a_frame_at_its_vsync_is_fine_even_if_it_was_finished_late():
    assert surface(display(100 * MS), ready=89 * MS).jank == NONE
    late = surface(display(100 * MS), ready=95 * MS)
    assert (late.jank, late.on_time) == (NONE, False)


def test_late_and_finished_late_is_the_apps_miss():
    frame = surface(display(100 * MS + PERIOD, vsync=100 * MS + PERIOD), ready=95 * MS)
    assert (frame.jank, frame.present_type, frame.on_time) == (APP_DEADLINE_MISSED, 2, False)


def test_late_behind_a_buffer_that_was_latched_after_the_deadline_is_buffer_stuffing():
    shown = display(100 * MS + PERIOD, vsync=100 * MS + PERIOD)
    frame = surface(shown, ready=80 * MS, previous_latch=91 * MS)
    assert (frame.jank, frame.on_time) == (BUFFER_STUFFING, True)
    both = surface(shown, ready=91 * MS + PERIOD + 1, previous_latch=91 * MS)
    assert (both.jank, both.on_time) == (BUFFER_STUFFING | APP_DEADLINE_MISSED, False)


def test_late_though_finished_on_time_falls_to_surfaceflinger_or_the_prediction():
    on_grid = surface(display(100 * MS + PERIOD, vsync=100 * MS + PERIOD), ready=80 * MS)
    assert on_grid.jank == SF_SCHEDULING
    off_grid = surface(display(104 * MS, vsync=104 * MS), ready=80 * MS)
    assert off_grid.jank == PREDICTION_ERROR


def test_a_display_frame_that_composition_made_late_is_surfaceflingers_and_its_surfaces_inherit_it():
    shown = display(100 * MS + PERIOD, late_end=True)
    assert (shown.jank, shown.on_time) == (SF_CPU_DEADLINE_MISSED, False)
    assert surface(shown, ready=80 * MS).jank == SF_CPU_DEADLINE_MISSED


def test_what_is_early_is_a_matter_of_scheduling_or_prediction():
    assert surface(display(100 * MS - PERIOD, vsync=100 * MS - PERIOD), ready=80 * MS).jank == SF_SCHEDULING
    assert surface(display(96 * MS, vsync=96 * MS), ready=80 * MS).jank == PREDICTION_ERROR


# the whole phone
@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    package=st.sampled_from(["plain", "hitches", "render", "half", "noisy", "dropper", "jump", "atend"]),
    persona=st.sampled_from([PIXEL, EMULATOR]),
)
def test_whatever_the_seed_presents_lie_on_the_vsync_grid_and_grow_strictly_per_layer(seed, package, persona):
    scene = Scene(f"sim.mix.{package}", persona, seed, "mixed")
    scene.show()
    (mode,) = scene.truth("mode")
    jitter = 3 * scene.phone.persona.timings["present_jitter_us"] * 1e3
    panel = scene.phone.system.panel
    layers: dict[str, list[int]] = {}
    for row in scene.truth("present"):
        off = (row["time_ns"] - panel.vsync_at_or_after(0)) % mode["period_ns"]
        assert min(off, mode["period_ns"] - off) <= jitter
        layers.setdefault(row["layer"], []).append(row["time_ns"])
        assert row["ready_ns"] < row["time_ns"]
    for times in layers.values():
        assert all(a < b for a, b in pairwise(times))


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_traced_surface_frame_joins_a_display_frame_and_the_truth_agrees_on_its_present(seed):
    scene = Scene("sim.mix.noisy", PIXEL, seed, "mixed")
    trace = scene.traced_show()
    displays = {f.token: f for f in trace.frames if f.kind == 2}
    truth = {(r["layer"], r["token"]): r for r in scene.truth("present")}
    rows = [f for f in trace.frames if f.kind == 4 and one(f.message, 6) != 4]
    assert rows
    for row in rows:
        fact = truth.get((row.layer.removeprefix("TX - "), row.token))
        if fact is not None:
            assert displays[row.display_token].end == fact["time_ns"]
            assert row.end == fact["ready_ns"]


def test_the_last_frame_before_the_screen_rests_is_traced_only_when_another_is_composed():
    scene = Scene("sim.test.app", behaviours=app(cursor=False))
    scene.show()
    scene.hide()
    session = scene.phone.start_trace(TraceConfig((FRAMETIMELINE,)))
    scene.phone.activities.front.root.invalidate()
    scene.wait(1_000)
    presented = scene.truth("present", kind="app")[-1]
    trace = read(session.stop())
    assert presented["token"] not in {f.token for f in trace.frames}
    later = scene.phone.start_trace(TraceConfig((FRAMETIMELINE,)))
    scene.phone.activities.front.root.invalidate()
    scene.wait(1_000)
    trace = read(later.stop())
    assert presented["token"] in {f.token for f in trace.frames if f.kind == 4}, (
        "flushed by the next composition"
    )


def test_a_slow_main_thread_makes_late_frames_skips_vsyncs_and_resyncs():
    overloaded = app(
        keyboard={"resize": "sync", "step": 6.0, "step_layout": True},
        frame={"measure": 9.0, "layout": 6.0, "record": 1.5, "issue": 2.5},
    )
    scene = Scene("sim.test.app", behaviours=overloaded)
    trace = scene.traced_show()
    jank = [one(f.message, 9) for f in trace.frames if f.kind == 4 and "sim.test.app" in f.layer]
    assert sum(j & APP_DEADLINE_MISSED > 0 for j in jank) >= 5
    times = [s["time_ns"] for s in scene.truth("present", kind="leash")]
    gaps = [round((b - a) / scene.period) for a, b in pairwise(times)]
    assert max(gaps) >= 3
    resynced = [s for s in trace.slices() if "resynced to" in s.name]
    assert resynced
    assert all(s.parent.startswith("Choreographer#doFrame ") for s in resynced)
    drawn = {int(s.name.split()[1]) for s in trace.slices() if s.name.startswith("DrawFrames ")}
    traversed = {s.parent for s in trace.slices() if s.name == "traversal"}
    moved = {int(s.name.split()[4]) for s in resynced if s.name in traversed}
    assert moved
    assert moved <= drawn, "the frame goes on under the token it was moved to"


def test_a_slow_gpu_stuffs_the_buffer_queue_with_a_steady_delay():
    scene = Scene("sim.mix.render", behaviours="mixed")
    trace = scene.traced_show()
    jank = [one(f.message, 9) for f in trace.frames if f.kind == 4 and "sim.mix.render" in f.layer]
    assert sum(j & BUFFER_STUFFING > 0 for j in jank) >= 3


def test_of_two_buffers_ready_for_one_composition_the_older_is_dropped_if_the_layer_has_no_backpressure():
    dropped = 0
    for seed in range(4):
        scene = Scene("sim.mix.dropper", seed=seed, behaviours="mixed")
        trace = scene.traced_show()
        facts = scene.truth("dropped", kind="app")
        rows = [f for f in trace.frames if f.kind == 4 and one(f.message, 6) == 4]
        assert {f["token"] for f in facts} == {row.token for row in rows}
        shown = {(p["layer"], p["token"]) for p in scene.truth("present")}
        assert not shown & {(f["layer"], f["token"]) for f in facts}
        dropped += len(rows)
    assert dropped > 0


def test_with_backpressure_nothing_is_dropped():
    for seed in range(3):
        scene = Scene("sim.mix.noisy", seed=seed, behaviours="mixed")
        scene.show()
        assert scene.truth("dropped", kind="app") == []


def test_an_app_at_half_rate_presents_at_every_second_vsync():
    scene = Scene("sim.mix.half", behaviours="mixed")
    scene.show()
    times = [s["time_ns"] for s in scene.truth("present", kind="leash")]
    assert {round((b - a) / scene.period) for a, b in pairwise(times)} == {2}


def test_a_change_of_mode_is_in_the_truth_and_the_frames_follow_it():
    scene = Scene("sim.chat.restless")
    assert scene.phone.request_mode(60.0)
    assert scene.phone.active_mode().refresh_hz == 60.0
    scene.wait(500)
    modes = scene.truth("mode")
    assert [m["period_ns"] for m in modes] == [8_333_333, 16_666_667]
    times = [
        p["time_ns"]
        for p in scene.truth("present", kind="app")
        if p["time_ns"] > modes[1]["time_ns"] + 100 * MS
    ]
    assert {round((b - a) / 16_666_667) for a, b in pairwise(times)} == {1}
    assert not scene.phone.request_mode(144.0)


def test_refresh_rate_settings_switch_the_mode():
    scene = Scene("sim.chat.smooth")
    scene.phone.settings["system"]["peak_refresh_rate"] = "60.0"
    assert scene.phone.active_mode().refresh_hz == 60.0
    del scene.phone.settings["system"]["peak_refresh_rate"]
    assert scene.phone.active_mode().refresh_hz == 120.0


def test_an_app_that_never_rests_draws_at_every_vsync_and_a_still_one_only_its_cursor():
    restless, smooth = Scene("sim.chat.restless"), Scene("sim.chat.smooth")
    for scene, low, high in ((restless, 110, 130), (smooth, 0, 1)):
        since = scene.phone.now_ns
        scene.wait(1_000)
        drawn = [p for p in scene.truth("present", kind="app") if since < p["time_ns"] <= since + SECOND]
        assert low <= len(drawn) <= high
    smooth.show()
    since = smooth.phone.now_ns
    smooth.wait(5_000)
    blinks = [p["time_ns"] for p in smooth.truth("present", kind="app") if p["time_ns"] > since]
    assert 9 <= len(blinks) <= 11, "one per 500 ms"


def test_nothing_is_scheduled_on_a_phone_at_rest():
    scene = Scene("sim.test.app", behaviours=app(cursor=False))
    scene.wait(500)
    assert scene.phone.next_event_ns() is None


@pytest.mark.parametrize(("persona", "count"), [(PIXEL, 5), (EMULATOR, 3)])
def test_windows_get_as_many_buffers_as_the_pipeline_is_deep(persona, count):
    """Acquired buffers: the pipeline's depth in periods less one; and two more for HWUI."""
    assert Scene("sim.chat.smooth", persona).phone.system.buffer_count() == count
