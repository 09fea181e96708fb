from __future__ import annotations

from dataclasses import replace

import pytest

from profiler.verdict.fingerprint import differing, fingerprint
from tests.profiler.manifests import manifest
from traces.capture import PhoneState

BASE = replace(manifest("qwen", "field"), state_before=PhoneState(animation_scales=(1.0, 1.0, 1.0)))


def keys(now, *equal):
    return [one.key for one in differing(BASE, now, equal)]


def phone(**changes):
    return replace(BASE, phone=replace(BASE.phone, **changes))


def test_a_run_has_the_fingerprint_of_its_repetition():
    assert differing(BASE, replace(BASE, run_id="another", created="later")) == ()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"model": "Other"}, "model"),
        ({"fingerprint": "other/build"}, "build"),
        ({"active_hz": 90.0}, "refresh_rate"),
        ({"ime_id": "com.other/.Ime"}, "keyboard"),
        ({"ime_version": "99.9"}, "keyboard_version"),
        ({"simulated": not BASE.phone.simulated}, "simulated"),
    ],
)
def test_each_condition_of_the_phone_is_named_when_it_differs(change, key):
    assert keys(phone(**change)) == [key]


def test_the_tool_and_the_scenario_belong_to_it():
    assert keys(replace(BASE, tool_version="0.0.other", popups_per_round=3)) == [
        "tool_version",
        "popups_per_round",
    ]


def test_one_mode_told_as_two_numbers_is_one_rate():
    assert keys(phone(active_hz=BASE.phone.active_hz - 0.1)) == []


def test_scales_that_silky_set_count_and_not_those_it_found():
    found = replace(BASE, state_before=PhoneState(animation_scales=(0.5, 0.5, 0.5)))
    assert keys(found) == ["animation_scale"]
    setting = ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")
    assert keys(replace(found, settings_changed={f"global/{n}": ("0.5", "1.0") for n in setting})) == []


def test_what_only_one_phone_told_differs_and_what_neither_told_does_not():
    untold = phone(ime_version=None)
    (one,) = differing(phone(ime_version="1.0"), untold)
    assert (one.key, one.was, one.now) == ("keyboard_version", "1.0", "unknown")
    assert [d for d in differing(untold, untold) if d.key == "keyboard_version"] == []


def test_an_app_is_compared_by_version_only_where_it_must_be_equal():
    newer = replace(BASE, apps=(replace(BASE.apps[0], version_name="2.0", version_code=9), BASE.apps[1]))
    assert keys(newer) == []
    (one,) = differing(BASE, newer, ("qwen", "field"))
    assert one.key == "app_version:qwen"
    assert "the version of qwen" in one.words.en
    assert "qwen 的版本" in one.words.zh
    assert "2.0 (9) now" in one.words.en


def test_an_app_that_one_run_lacks_differs():
    assert keys(replace(BASE, apps=BASE.apps[:1]), "field") == ["app_version:field"]
    assert fingerprint(BASE, ("gone",))["app_version:gone"] is None


@pytest.mark.parametrize(
    ("trait", "was", "now", "said"),
    [
        ("theme", "light", "dark", "the theme (light then, dark now)"),
        ("font_scale", 1.0, 1.3, "the font scale (1 then, 1.3 now)"),
        ("density_dpi", 420, 480, "the display density (420 dpi then, 480 dpi now)"),
    ],
)
def test_another_appearance_is_another_set_up(trait, was, now, said):
    runs = [replace(BASE, state_before=replace(BASE.state_before, **{trait: value})) for value in (was, now)]
    (found,) = differing(*runs)
    assert (found.key, found.words.en) == (trait, said)


AUTO, TURNED = "system/accelerometer_rotation", "system/user_rotation"


@pytest.mark.parametrize(
    ("set_by_silky", "before"),
    [
        ({AUTO: ("1", "0"), TURNED: ("1", "0")}, {}),
        ({AUTO: ("1", "0")}, {TURNED: "0"}),  # only the sensor had turned it
        ({AUTO: ("1", "0")}, {}),
    ],
)
def test_a_phone_that_lay_on_its_side_counts_as_the_run_held_it(set_by_silky, before):
    upright = replace(BASE, state_before=replace(BASE.state_before, rotation=0))
    lying = replace(BASE, state_before=replace(BASE.state_before, rotation=1))
    assert [one.key for one in differing(upright, lying)] == ["rotation"], (
        "measured as it lay, it is another thing"
    )
    held = replace(lying, settings_changed=set_by_silky, device_before=before)
    assert differing(upright, held) == ()
