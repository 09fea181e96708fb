"""What each Android release records of the same pop-up: its names, clocks and gaps."""

from __future__ import annotations

import re

import pytest

from devices.simulated.model.display import Token
from devices.simulated.model.frametimeline import DisplayFrame, Judge, skipped
from devices.simulated.model.release import Release
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer
from devices.simulated.world import LACKS, DataSource
from tests.devices.simulated.model.play import FULL, MS, Scene, app
from tests.devices.simulated.model.reader import Trace, one, read

A8, A11, A14, A16 = "phone-a8-60", "pixel-a11-90", "pixel-a14-120", "pixel-a16-120"
SMOOTH = {"keyboard": {"resize": "sync"}}
PLAIN = {"keyboard": {"resize": "at-start"}}
BUFFER_EVENTS, TIMELINE, FTRACE = 57, 76, 1


def shown(persona: str, behaviour: dict[str, object]) -> tuple[Scene, Trace]:
    scene = Scene("sim.test.app", persona, 3, app(**behaviour))
    return scene, scene.traced_show()


def names(trace: Trace) -> set[str]:
    return {one_slice.name for one_slice in trace.slices()}


def test_what_a_release_is_without_follows_from_its_level():
    assert {"perfetto", "thermal", "frametracer", "frametimeline", "imetracker"} <= Release(27).lacks
    assert {"frametimeline", "imetracker"} == Release(30).lacks
    assert Release(34).lacks == frozenset()
    assert all(Release(sdk).lacks <= LACKS.keys() for sdk in range(26, 37))


# Android 11
def test_android_11_has_the_slide_but_no_vsync_ids_and_no_sections_of_the_keyboard_services():
    _, trace = shown(A11, SMOOTH)
    found = names(trace)
    assert {"Choreographer#doFrame", "DrawFrame", "insets_animation", "traversal"} <= found
    assert not {name for name in found if re.match(r"(IMMS|IMS|IC|WMS|ISC)\.|.*doFrame \d|DrawFrames", name)}
    (slide,) = trace.asyncs("InsetsAnimation: ime")
    assert 285 * MS <= slide[1] - slide[0] <= 285 * MS + 3 * 11.2 * MS
    assert any(name.startswith("deliverInputEvent src=0x1002 eventTimeNano=") for name in found)


def test_android_11_records_buffers_and_no_frame_timeline():
    _, trace = shown(A11, SMOOTH)
    assert BUFFER_EVENTS in trace.kinds
    assert TIMELINE not in trace.kinds


def test_android_11_slides_unsynchronised_apps_on_their_own_thread():
    scene, trace = shown(A11, PLAIN)
    assert trace.asyncs("InsetsAsyncAnimation: ime")
    rows = scene.truth("present", kind="leash")
    assert {row["driver_thread"] for row in rows} == {"InsetsAnimation"}
    assert {row["token"] for row in rows} == {None}
    assert {row["deadline_ns"] for row in rows} == {None}


def test_the_composition_has_each_releases_names():
    eleven, fourteen = names(shown(A11, PLAIN)[1]), names(shown(A14, PLAIN)[1])
    assert {"onMessageReceived", "onMessageInvalidate", "onMessageRefresh"} <= eleven
    assert any(re.fullmatch(r"commit \d+ vsyncIn \d+\.\d\dms", name) for name in fourteen)


# text
@pytest.mark.parametrize(("persona", "traced"), [(A11, False), (A14, True)])
def test_text_that_reaches_the_field_has_a_section_from_android_12_on(persona, traced):
    """RemoteInputConnectionImpl traces each call; IInputConnectionWrapper of 11 traces none."""
    scene = Scene("sim.test.app", persona, 3, app(**SMOOTH))
    scene.show()
    session = scene.phone.start_trace(FULL)
    keys = scene.phone.ime().frame
    scene.tap_at(10, keys[1] + 20)
    scene.wait(400)
    found = [row for row in read(session.stop()).slices() if row.name.startswith("InputConnection#")]
    (text,) = scene.truth("text")
    assert text["package"] == "sim.test.app"
    assert len(found) == (1 if traced else 0)
    assert all(abs(row.start - text["time_ns"]) < MS // 10 for row in found)


@pytest.mark.parametrize(("persona", "traced"), [(A11, False), (A14, True)])
def test_the_start_of_an_app_has_a_section_of_the_server_from_android_12_on(persona, traced):
    scene = Scene("sim.test.app", persona, 3, app(**SMOOTH), start=False)
    session = scene.phone.start_trace(FULL)
    drawn = []
    assert scene.phone.start_activity("sim.test.app", lambda: drawn.append(scene.phone.now_ns))
    scene.wait(1_500)
    sections = read(session.stop()).asyncs("launchingActivity#1")
    (begun,) = scene.truth("start", package="sim.test.app")
    assert len(sections) == (1 if traced else 0)
    for begin, end, *_ in sections:
        assert abs(begin - begun["time_ns"]) < MS // 10
        assert abs(end - drawn[0]) < MS // 10


def test_the_truth_has_what_the_shell_wrote_into_the_trace():
    scene = Scene("sim.test.app", A14, 3, app(**SMOOTH))
    scene.phone.trace_marker(77, "C|77|silky_popup|1\n")
    assert scene.truth("marker") == [
        {"type": "marker", "text": "C|77|silky_popup|1", "time_ns": scene.phone.now_ns}
    ]


# Android 8: WindowManager animates the keyboard's window
def test_on_android_8_the_server_moves_the_keyboards_own_surface_and_the_app_gets_a_new_size():
    scene = Scene("sim.test.app", A8, 3, app(**SMOOTH))
    scene.show()
    (slide,) = scene.truth("slide")
    assert slide["mode"] == "window"
    moves = scene.truth("present", kind="leash")
    assert {row["layer"] for row in moves} == {"InputMethod#0"}
    assert {row["driver_thread"] for row in moves} == {"android.anim"}
    assert [row["fraction"] for row in moves] == sorted(row["fraction"] for row in moves)
    assert moves[0]["fraction"] == 0
    assert moves[-1]["fraction"] == 1
    assert 185 * MS <= moves[-1]["time_ns"] - moves[0]["time_ns"] <= 240 * MS


def test_on_android_8_an_app_with_callbacks_moves_by_its_own_animation_of_160_ms():
    scene = Scene("sim.test.app", A8, 3, app(**SMOOTH))
    scene.show()
    (slide,) = scene.truth("slide")
    bars = [
        row["time_ns"]
        for row in scene.truth("present", kind="app")
        if slide["start_ns"] < row["time_ns"] < slide["end_ns"]
    ]
    assert 140 * MS <= bars[-1] - bars[0] <= 175 * MS


def test_on_android_8_a_plain_app_jumps_as_the_window_animation_starts():
    scene = Scene("sim.test.app", A8, 3, app(keyboard={"resize": "at-end"}))
    scene.show()
    (slide,) = scene.truth("slide")
    layouts = [row["time_ns"] for row in scene.truth("present", kind="app") if row["layout"]]
    assert next(time for time in layouts if time > slide["start_ns"]) - slide["start_ns"] < 60 * MS


def test_on_android_8_the_window_animation_scale_counts():
    scene = Scene("sim.test.app", A8, 3, app(**PLAIN))
    scene.phone.settings["global"]["animator_duration_scale"] = "5"
    scene.phone.settings["global"]["window_animation_scale"] = "0.5"
    scene.show()
    (slide,) = scene.truth("slide")
    assert slide["end_ns"] - slide["start_ns"] < 150 * MS


def test_up_to_12_a_layers_number_counts_its_name():
    scene = Scene("sim.test.app", A8, 3, app(**PLAIN))
    scene.show()
    names_8 = [f"{one.name}#{one.number}" for one in scene.phone.layers()]
    assert "InputMethod#0" in names_8
    assert len(names_8) == len(set(names_8))
    assert all(one.number is None for one in Scene("sim.test.app", A14, 3, app()).phone.layers())


# Android 15 and 16: FrameTimeline
def frames(trace: Trace, kind: int) -> list:
    return [frame for frame in trace.frames if frame.kind == kind]


def test_severity_is_told_from_15_on():
    assert {one(frame.message, 12) for frame in frames(shown(A14, SMOOTH)[1], 4)} == {None}
    told = {one(frame.message, 12) for frame in frames(shown(A16, SMOOTH)[1], 4)}
    assert told <= {0, 1, 2, 3}
    assert 1 in told


def composed(present: int, *, token_present: int, surfaces: list[SurfaceFrame]) -> DisplayFrame:
    token = Token(9, token_present - 10 * MS, token_present, token_present)
    return DisplayFrame(token, token_present - 10 * MS, token_present - 5 * MS, present, 8_333_333, surfaces)


def surface(present: int, *, late: bool = False, expired: bool = False, dropped: int = 0) -> SurfaceFrame:
    deadline = present - 10 * MS
    token = Token(8, deadline - 16 * MS, deadline, present)
    layer = SurfaceLayer(1, "layer", 1, "a.b", "app")
    origin = Origin(1, "main", None, None, layout=False)
    ready = deadline + 2 * MS if late else deadline - MS
    return SurfaceFrame(
        layer, token, True, 0, ready, ready, origin, prediction_expired=expired, dropped_ns=dropped
    )


@pytest.mark.parametrize(("sdk", "jank"), [(31, 256), (33, 64), (36, 64)])
def test_an_expired_prediction_is_unknown_on_12_and_a_miss_from_13_on(sdk, jank):
    frame = surface(100 * MS, expired=True)
    Judge(Release(sdk)).surface(frame, composed(100 * MS, token_present=100 * MS, surfaces=[frame]))
    assert frame.jank == jank


@pytest.mark.parametrize(("sdk", "jank"), [(34, 1), (35, 1024)])
def test_a_dropped_frame_is_of_type_dropped_from_15_on(sdk, jank):
    frame = surface(100 * MS, dropped=99 * MS)
    Judge(Release(sdk)).surface(frame, composed(100 * MS, token_present=100 * MS, surfaces=[frame]))
    assert frame.jank == jank


@pytest.mark.parametrize(("off_ms", "severity"), [(1, 1), (5, 2), (9, 3)])
def test_severity_is_partial_within_a_period_and_full_beyond(off_ms, severity):
    frame = surface(100 * MS)
    Judge(Release(35)).surface(frame, composed((100 + off_ms) * MS, token_present=100 * MS, surfaces=[frame]))
    assert frame.severity == severity


def test_a_flag_of_16_forgives_four_milliseconds():
    frame = surface(100 * MS, late=True)
    shown_at = composed(103 * MS, token_present=103 * MS, surfaces=[frame])
    Judge(Release(36)).surface(frame, shown_at)
    assert frame.present_type == 2
    Judge(Release(36, frozenset({"increase_missed_frame_jank_threshold"}))).surface(frame, shown_at)
    assert (frame.present_type, frame.jank) == (1, 1)


def test_a_vsync_that_surfaceflinger_skipped_is_told_with_the_surfaces_deadline_and_present():
    late = surface(108 * MS)
    frame = composed(117 * MS, token_present=117 * MS, surfaces=[late])
    assert skipped(frame, 100 * MS) == (98 * MS, 108 * MS)
    assert skipped(frame, 0) is None
    assert skipped(frame, 108 * MS) is None
    late.jank = 64
    assert skipped(frame, 100 * MS) is None


def test_skipped_vsyncs_stand_in_the_trace_as_display_frames_with_token_0():
    scene = Scene("sim.test.app", A16, 3, app(around={"compositor": 14, "compositor_every": 3}, **SMOOTH))
    trace = scene.traced_show(FULL)
    gone = [frame for frame in frames(trace, 2) if frame.token == 0]
    assert gone
    assert {one(frame.message, 4) for frame in gone} == {4}
    assert {one(frame.message, 7) for frame in gone} == {1024}


def test_a_capture_on_android_11_that_asks_for_everything_has_what_there_is():
    scene = Scene("sim.test.app", A11, 3, app(**SMOOTH))
    trace = scene.traced_show(FULL.__class__((DataSource("android.surfaceflinger.frametimeline"),)))
    assert not trace.kinds & {FTRACE, TIMELINE, BUFFER_EVENTS}


def test_deprecate_frame_tracker_tells_the_oldest_display_frames_that_are_kept():
    scene = Scene("sim.test.app", A16, 1, app(**SMOOTH))
    layer = next(one.id for one in scene.phone.layers() if one.name.startswith("sim.test.app/"))
    scene.phone.clear_layer_presents(layer)
    assert scene.phone.layer_presents(layer) == []
    began = scene.phone.clocks().monotonic_ns
    scene.show()
    scene.wait(1_000)
    rows = scene.phone.layer_presents(layer)
    presents = {
        one["time_ns"] - scene.phone.persona.suspended_ns
        for one in scene.truth("present", kind="app", package="sim.test.app")
    }
    assert 8 < len(rows) <= 64
    assert {one.actual for one in rows} <= presents
    # the newest are missing as long as fewer frames were drawn than display frames are kept
    assert max(one.actual for one in rows) < max(presents)
    assert sum(one.actual >= began for one in rows) < sum(time >= began for time in presents)
