"""The keyboard's slide: who drives it, how long it takes, how FrameTimeline books it."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.devices.simulated.model.play import EMULATOR, MS, PIXEL, WRITE_NS, Scene
from tests.devices.simulated.model.reader import one

SYNC, ASYNC = "sim.chat.smooth", "sim.chat.jumpy"
LEASH = re.compile(
    r"TX - Surface\(name=[0-9a-f]+ InputMethod\)/@0x[0-9a-f]+ - animation-leash of insets_animation#\d+"
)


def leash_steps(scene: Scene) -> list[dict]:
    return scene.truth("present", kind="leash")


def surfaces(trace, part: str):
    return [f for f in trace.frames if f.kind == 4 and part in f.layer]


@pytest.mark.parametrize("persona", [PIXEL, EMULATOR])
@pytest.mark.parametrize(
    ("package", "name", "duration_ms"),
    [(SYNC, "InsetsAnimation: ime", 285), (ASYNC, "InsetsAsyncAnimation: ime", 200)],
)
def test_the_slide_takes_285_ms_synchronised_and_200_ms_otherwise_rounded_up_to_frames(
    persona, package, name, duration_ms
):
    scene = Scene(package, persona)
    ((begin, end, pid),) = scene.traced_show().asyncs(name)
    # it opens up to two frames before the animator's first frame, and closes in the first at or past the end
    assert duration_ms * MS <= end - begin <= duration_ms * MS + 3 * scene.period
    (slide,) = scene.truth("slide")
    assert slide["direction"] == "show"
    assert abs(slide["start_ns"] - begin) < WRITE_NS
    assert abs(slide["end_ns"] - end) < WRITE_NS
    assert slide["mode"] == ("sync" if package == SYNC else "async")
    assert pid == scene.phone.activities.by_package[package].process.pid


@pytest.mark.parametrize("package", [SYNC, ASYNC])
def test_steps_begin_at_fraction_0_grow_and_end_at_1(package):
    scene = Scene(package)
    scene.show()
    fractions = [step["fraction"] for step in leash_steps(scene)]
    assert fractions[0] == 0.0
    assert fractions[1] == 0.0, "the animator's first frame only sets its start time"
    assert fractions[2] > 0.0
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_synchronised_steps_are_one_vsync_apart_on_a_phone_with_nothing_else_to_do():
    scene = Scene(SYNC)
    scene.show()
    times = [step["time_ns"] for step in leash_steps(scene)]
    gaps = [round((b - a) / scene.period) for a, b in itertools.pairwise(times)]
    assert len(gaps) >= 285 * MS // scene.period
    assert set(gaps) == {1}


def test_a_synchronised_leash_row_carries_the_token_of_the_apps_buffer_and_shares_its_display_frame():
    scene = Scene(SYNC)
    trace = scene.traced_show()
    buffers = {f.token: f for f in surfaces(trace, SYNC)}
    rows = surfaces(trace, "insets_animation")
    assert len(rows) >= 30
    for row in rows:
        buffer = buffers[row.token]
        assert row.display_token == buffer.display_token
        assert one(row.message, 11) == 0, "a leash has no buffer"
        assert one(buffer.message, 11) == 1
        assert row.start == buffer.start
        assert row.end <= buffer.end, (
            "the leash is ready when the transaction is posted, the buffer when the GPU is done"
        )


def test_the_leash_is_booked_under_system_server_whoever_drives_it():
    scene = Scene(SYNC)
    trace = scene.traced_show()
    server = scene.phone.services.server.pid
    rows = surfaces(trace, "insets_animation")
    assert {one(row.message, 4) for row in rows} == {server}
    assert all(LEASH.fullmatch(row.layer) for row in rows)
    steps = leash_steps(scene)
    app = scene.phone.activities.by_package[SYNC].process.pid
    assert {(s["owner_pid"], s["driver_pid"], s["driver_thread"]) for s in steps} == {(server, app, "main")}


def test_an_unsynchronised_slide_is_driven_by_the_apps_animation_thread_on_surfaceflingers_vsync():
    scene = Scene(ASYNC)
    trace = scene.traced_show()
    app = scene.phone.activities.by_package[ASYNC]
    steps = leash_steps(scene)
    assert {(s["driver_pid"], s["driver_thread"]) for s in steps} == {(app.process.pid, "InsetsAnimation")}, (
        "Linux keeps 15 characters of InsetsAnimations"
    )
    assert {f.token for f in surfaces(trace, ASYNC)}.isdisjoint(s["token"] for s in steps)
    expected = [f for f in trace.frames if f.kind == 3 and "insets_animation" in f.layer]
    assert {f.end - f.start for f in expected} == {scene.period}, "one period until SurfaceFlinger wakes"
    frames = [
        s
        for s in trace.slices()
        if s.tid != app.process.pid and s.pid == app.process.pid and "doFrame" in s.name
    ]
    assert {int(s.name.split()[1]) for s in frames} == {s["token"] for s in steps if s["token"] is not None}


def test_the_first_step_of_an_unsynchronised_slide_has_the_old_vsync_id_of_its_thread():
    scene = Scene(ASYNC)
    scene.show()
    assert leash_steps(scene)[0]["token"] is None, "the thread's Choreographer has not run yet: vsync id -1"
    last = leash_steps(scene)[-1]["token"]
    scene.hide()
    hidden = [s for s in leash_steps(scene) if s["layer"] != leash_steps(scene)[0]["layer"]]
    assert hidden[0]["token"] == last


def test_frames_without_a_vsync_id_are_not_traced():
    scene = Scene(ASYNC)
    rows = surfaces(scene.traced_show(), "insets_animation")
    assert len(rows) == len(leash_steps(scene)) - 1


def test_each_slide_has_a_new_leash():
    scene = Scene(SYNC)
    for _ in range(2):
        scene.show()
        scene.hide()
    layers = {step["layer"] for step in leash_steps(scene)}
    assert len(layers) == 4


@pytest.mark.parametrize(("package", "duration_ms"), [(SYNC, 285), (ASYNC, 200)])
def test_hiding_slides_as_well(package, duration_ms):
    scene = Scene(package)
    scene.show()
    assert scene.phone.ime().input_shown
    scene.hide()
    show, hide = scene.truth("slide")
    assert (show["direction"], hide["direction"]) == ("show", "hide")
    assert duration_ms * MS <= hide["end_ns"] - hide["start_ns"] <= duration_ms * MS + 3 * scene.period
    ime = scene.phone.ime()
    assert not ime.input_shown
    assert ime.frame[1] == ime.frame[3]


def test_hiding_while_it_still_comes_up_cancels_the_first_slide():
    scene = Scene(SYNC)
    scene.show(wait_ms=250)
    assert scene.phone.ime().animating
    scene.hide()
    show, hide = scene.truth("slide")
    assert (show["completed"], hide["completed"]) == (False, True)
    assert [r.status for r in scene.phone.ime().history] == ["CANCEL", "SUCCESS"]


def test_the_animator_scale_stretches_the_slide_and_zero_leaves_no_steps_between():
    scene = Scene(SYNC)
    scene.phone.settings["global"]["animator_duration_scale"] = "2.0"
    scene.show()
    (slide,) = scene.truth("slide")
    assert slide["end_ns"] - slide["start_ns"] >= 570 * MS
    scene.hide(2_000)
    scene.phone.settings["global"]["animator_duration_scale"] = "0"
    scene.show()
    layer = leash_steps(scene)[-1]["layer"]
    assert [s["fraction"] for s in leash_steps(scene) if s["layer"] == layer] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("package", "first_ms", "last_ms"),
    [("sim.chat.jumpy", -20, 60), ("sim.chat.late", 350, 700)],
)
def test_an_unsynchronised_app_lays_its_bar_out_at_its_own_time(package, first_ms, last_ms):
    scene = Scene(package)
    scene.show()
    (slide,) = scene.truth("slide")
    layouts = [
        f
        for f in scene.truth("present", kind="app", package=package, layout=True)
        if f["time_ns"] > slide["start_ns"]
    ]
    assert layouts
    for frame in layouts:
        assert first_ms * MS <= frame["traversal_start_ns"] - slide["start_ns"] <= last_ms * MS


def test_the_bar_in_the_view_tree_follows_the_keyboard():
    scene = Scene(SYNC)
    before = scene.node("input").bounds
    scene.tap_field()
    seen = []
    for _ in range(60):
        scene.wait(10)
        seen.append(scene.node("input").bounds[3])
    after = scene.node("input").bounds
    assert after[3] < before[3]
    assert after[3] <= scene.phone.ime().frame[1], "the field stands above the keyboard"
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) > 20, "it moved in many steps"


def test_the_app_on_a_userdebug_build_marks_the_slide_as_a_cuj_and_on_a_user_build_does_not():
    for persona, expected in ((EMULATOR, 1), (PIXEL, 0)):
        trace = Scene(SYNC, persona).traced_show()
        assert len(trace.asyncs("J<IME_INSETS_ANIMATION>")) == expected
