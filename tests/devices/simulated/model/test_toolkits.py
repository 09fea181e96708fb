"""Apps that are not made of views, and a keyboard in a process of its own: what they draw, where, and who tells."""

from __future__ import annotations

import pytest

from devices.driver.screen.chatscreen import Kind, read_chat_screen
from devices.driver.screen.hierarchy import parse_hierarchy
from devices.simulated.uiservice.hierarchy import dump
from devices.simulated.uiservice.nodes import Node
from tests.devices.simulated.model.play import Scene, walk
from traces.perfetto.reader import read_trace

FLUTTER, WEB, SPLIT = "sim.kit.flutter", "sim.kit.web", "sim.keyboard.split/.SplitKeyboard"


def scene(package: str, persona: str = "pixel-a14-120") -> Scene:
    return Scene(package, persona, 1, "toolkits")


def test_a_flutter_app_draws_its_content_on_a_surface_without_vsync_ids():
    played = scene(FLUTTER)
    trace = played.traced_show()
    shown = played.truth("present", kind="app", package=FLUTTER)
    assert {one["driver_thread"] for one in shown} == {"1.raster"}
    assert {one["token"] for one in shown} == {None}
    assert all("SurfaceView[" in one["layer"] and "(BLAST)" in one["layer"] for one in shown)
    assert trace.kinds


@pytest.mark.parametrize(
    ("persona", "name"), [("pixel-a11-90", "SurfaceView - "), ("pixel-a14-120", "SurfaceView[")]
)
def test_its_layer_is_named_as_the_release_names_it(persona: str, name: str):
    [layer] = [
        one for one in scene(FLUTTER, persona).phone.layers() if one.has_buffer and "SurfaceView" in one.name
    ]
    assert layer.name.startswith(name)


def test_frame_timeline_has_its_window_but_frame_tracer_its_surface(tmp_path):
    from tests.devices.simulated.model.play import FULL

    played = scene(FLUTTER)
    session = played.phone.start_trace(FULL)
    played.show()
    path = tmp_path / "t.perfetto-trace"
    path.write_bytes(session.stop())
    trace = read_trace(path)
    assert not any("SurfaceView" in str(name) for name in trace.frames.layer_name)
    assert any("(BLAST)" in str(name) for name in trace.buffers.layer_name)


def test_a_page_shows_the_keyboards_room_only_when_its_process_has_laid_it_out():
    played = scene(WEB)
    before = played.phone.view_tree()
    played.show()
    [reflow] = played.truth("reflow")
    [slide] = played.truth("slide")
    assert slide["start_ns"] < reflow["start_ns"] < reflow["end_ns"]
    names = {one.pid: one.name for one in played.phone.processes()}
    assert names[reflow["pid"]].startswith("com.google.android.webview:sandboxed_process0:")
    after = [one["time_ns"] for one in played.truth("present", kind="app", package=WEB)]
    assert max(after) > reflow["end_ns"]
    field = next(one for one in walk(before) if one.editable)
    assert next(one for one in walk(played.phone.view_tree()) if one.editable).bounds[1] < field.bounds[1]


@pytest.mark.parametrize(("package", "host"), [(FLUTTER, "FrameLayout"), (WEB, "android.webkit.WebView")])
def test_accessibility_sees_an_empty_view_until_the_toolkit_has_told_its_nodes(package: str, host: str):
    played = scene(package)
    assert not any(one.editable for one in walk(played.phone.told_tree()))
    played.phone.set_ui_automation(True)
    assert not any(one.editable for one in walk(played.phone.told_tree()))
    played.wait(500)
    told = list(walk(played.phone.told_tree()))
    assert any(one.class_name.endswith(host) for one in told)
    assert {one.resource_id for one in told} <= {"", "android:id/content"}
    xml = dump(
        [Node(played.phone.told_tree(), 0, None, 0)], rotation=0, width=1080, height=2400, max_depth=50
    )
    found = read_chat_screen(parse_hierarchy(xml), package)
    assert found.kind is Kind.CHAT
    assert found.input is not None
    assert found.input.node.editable
    assert found.send is not None
    assert "Send" in (found.send.node.description, found.send.node.text)


def test_a_split_keyboard_draws_in_a_process_with_a_suffix_beside_others_of_its_package():
    played = scene("sim.kit.views")
    assert played.phone.set_ime(SPLIT)
    played.show()
    names = {one.pid: one.name for one in played.phone.processes()}
    assert {"sim.keyboard.split", "sim.keyboard.split:ime", "sim.keyboard.split:push"} <= set(names.values())
    drawn = played.truth("present", kind="ime", package="sim.keyboard.split")
    assert {names[one["driver_pid"]] for one in drawn} == {"sim.keyboard.split:ime"}
    played.phone.force_stop("sim.keyboard.split")
    assert not any(one.name.startswith("sim.keyboard.split") for one in played.phone.processes())
