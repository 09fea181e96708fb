"""Layer names of every version, and the choice of the layer that holds an app's buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.layers import (
    LayerKind,
    app_layers,
    keyboard_layers,
    keyboard_leashes,
    layer_of_name,
    parse_layer_list,
)

if TYPE_CHECKING:
    from pathlib import Path

ANDROID_11 = """\
Display 0 name="Built-in Screen"#0
com.app/com.app.Main#0
SurfaceView - com.app/com.app.Main#0
Background for SurfaceView - com.app/com.app.Main#0
InputMethod#0
StatusBar#0
"""
ANDROID_14 = """\
Display 0 name="Built-in Screen"#3
ActivityRecord{5e6ac22 u0 com.app/.Main t12}#110
9ab1cde com.app/com.app.Main#112
com.app/com.app.Main#1234
com.app.beta/com.app.beta.Main#1300
SurfaceView[com.app/com.app.Main]#120
SurfaceView[com.app/com.app.Main](BLAST)#121
Background for SurfaceView[com.app/com.app.Main]#122
Bounds for - com.app/com.app.Main#124
77c1f00 ActivityRecordInputSink com.app/.Main#125
9e6a1cb InputMethod#103
InputMethod#1100
Surface(name=9e6a1cb InputMethod)/@0x93e90c1 - animation-leash of insets_animation#282
Surface(name=c7432be StatusBar)/@0x1359035 - animation-leash of insets_animation#519
Surface(name=Task=12)/@0x1 - animation-leash of app_transition#77
"""


def as_android_15(text: str) -> str:
    return "".join(f"RequestedLayerState{{{line} parentId=28989 z=3}}\n" for line in text.splitlines())


def kinds(text: str) -> dict[str, LayerKind]:
    return {layer.name: layer.kind for layer in parse_layer_list(text)}


@pytest.mark.parametrize("text", [ANDROID_14, as_android_15(ANDROID_14)], ids=["14", "15"])
def test_kinds_by_name(text: str):
    assert list(kinds(text).values()) == [
        LayerKind.OTHER,
        LayerKind.ACTIVITY_RECORD,
        LayerKind.CONTAINER,
        LayerKind.WINDOW,
        LayerKind.WINDOW,
        LayerKind.SURFACE_VIEW,
        LayerKind.SURFACE_VIEW_BUFFERS,
        LayerKind.SURFACE_VIEW_BACKGROUND,
        LayerKind.BOUNDS,
        LayerKind.INPUT_SINK,
        LayerKind.CONTAINER,
        LayerKind.KEYBOARD,
        LayerKind.KEYBOARD_LEASH,
        LayerKind.LEASH,
        LayerKind.LEASH,
    ]


@pytest.mark.parametrize("text", [ANDROID_14, as_android_15(ANDROID_14)], ids=["14", "15"])
def test_the_apps_buffers_are_its_window_then_its_blast_surface(text: str):
    names = [layer.name for layer in app_layers(parse_layer_list(text), "com.app")]
    assert names == ["com.app/com.app.Main#1234", "SurfaceView[com.app/com.app.Main](BLAST)#121"]


def test_up_to_11_the_surface_view_itself_holds_buffers():
    names = [layer.name for layer in app_layers(parse_layer_list(ANDROID_11), "com.app")]
    assert names == ["com.app/com.app.Main#0", "SurfaceView - com.app/com.app.Main#0"]


@pytest.mark.parametrize(
    ("activity", "count"), [("com.app.Main", 2), (".Main", 2), ("com.app.Other", 0), ("Main", 0)]
)
def test_an_activity_narrows_the_choice(activity: str, count: int):
    assert len(app_layers(parse_layer_list(ANDROID_14), "com.app", activity)) == count


def test_a_vendors_hash_before_the_surface_view_does_not_hide_it():
    (layer,) = app_layers(
        parse_layer_list("1d3af67 SurfaceView[com.app/com.app.Main](BLAST)#5458\n"), "com.app"
    )
    assert layer.kind is LayerKind.SURFACE_VIEW_BUFFERS


def test_keyboard_and_its_leash():
    layers = parse_layer_list(ANDROID_14)
    assert [layer.id for layer in keyboard_layers(layers)] == [1100]
    assert [layer.id for layer in keyboard_leashes(layers)] == [282]


def test_no_layer_is_an_error():
    with pytest.raises(InputFileError, match="names no layer") as error:
        parse_layer_list("nothing here\n", "list.txt")
    assert "--list" in error.value.next_step


@pytest.mark.data
def test_real_android_15_list(recordings: Path):
    layers = parse_layer_list(
        (recordings / "surfaceflinger/solox303_android15_sf_list_excerpt.txt").read_bytes()
    )
    assert [layer.kind for layer in layers] == [
        LayerKind.INPUT_SINK,
        LayerKind.ACTIVITY_RECORD,
        LayerKind.CONTAINER,
        LayerKind.WINDOW,
    ]
    assert [layer.id for layer in layers] == [28_994, 28_983, 28_989, 29_149]
    assert [layer.parent_id for layer in layers] == [28_983, 28_965, 28_983, 28_989]
    (chosen,) = app_layers(layers, "ctrip.android.view")
    assert chosen.name == (
        "ctrip.android.view/ctrip.android.publicproduct.home.business.activity.CtripHomeActivity#29149"
    )


@pytest.mark.data
def test_layers_of_a_whole_dump_with_the_screen_off(recordings: Path):
    layers = parse_layer_list((recordings / "surfaceflinger/healer_sf_layers.txt").read_bytes())
    assert len(layers) == 99
    (leash,) = keyboard_leashes(layers)
    assert (
        leash.name == "Surface(name=9e6a1cb InputMethod)/@0x93e90c1 - animation-leash of insets_animation#282"
    )
    assert keyboard_layers(layers) == (), "the keyboard has no buffers while hidden"
    assert app_layers(layers, "com.mediatek.camera") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("com.app/com.app.Main@0#512", LayerKind.WINDOW),
        ("3ab com.app/com.app.Main#511", LayerKind.CONTAINER),
        ("SurfaceView[com.app/com.app.Main]@0(BLAST)#515", LayerKind.SURFACE_VIEW_BUFFERS),
        ("TX - com.app/com.app.Main#512", LayerKind.WINDOW),
    ],
    ids=["vendor-tail", "short-hash", "vendor-surface", "frametimeline"],
)
def test_names_of_vendors_and_of_other_sources(name: str, kind: LayerKind):
    layer = layer_of_name(name)
    assert layer.kind is kind
    assert "com.app/com.app.Main" in layer.title
    assert "#" not in layer.title
