from __future__ import annotations

import json
from pathlib import Path

import pytest

from devices.adb.inventory import ListedPhone
from profiler.cli.checkup import clashes


def test_apps_lists_the_profiles(silky):
    done = silky("apps")
    assert done.out == silky("apps", "list").out
    assert "doubao" in done.out
    names = {entry["name"]: entry for entry in json.loads(silky("apps", "list", "--json").out)}
    assert names["settings-search"]["reference"] is True
    assert {"qwen", "doubao", "deepseek", "yuanbao", "kimi", "demo-heavy"} <= names.keys()


def test_apps_shows_one_profile_with_its_sources(silky):
    shown = silky("apps", "show", "doubao").out
    assert "com.larus.nova" in shown
    assert "confidence" in shown
    assert json.loads(silky("apps", "show", "doubao", "--json").out)["packages"] == ["com.larus.nova"]


@pytest.fixture
def listed(monkeypatch):
    def show(*phones: ListedPhone) -> None:
        monkeypatch.setattr("devices.adb.inventory.list_phones", lambda server: list(phones))

    return show


def test_devices_lists_phones_with_advice(silky, listed):
    listed(
        ListedPhone("A1", "device", "Some Phone", ""), ListedPhone("B2", "unauthorized", None, "Unlock it.")
    )
    done = silky("devices")
    assert done.code == 0
    assert done.out == "A1 (Some Phone, device)\nB2 (model unknown, unauthorized)\n  Unlock it.\n"
    assert [phone["usable"] for phone in json.loads(silky("devices", "--json").out)] == [True, False]


def test_devices_without_a_usable_phone_exits_with_4(silky, listed):
    listed(ListedPhone("B2", "unauthorized", None, "Unlock it."))
    assert silky("devices").code == 4
    listed()
    done = silky("devices")
    assert done.code == 4
    assert "silky demo" in done.err


def test_simulate_lists_what_it_can_play(silky):
    listing = json.loads(silky("simulate", "--list", "--json").out)
    assert "pixel-a14-120" in listing["personas"]
    assert "demo" in listing["apps"]
    assert silky("simulate", "--list").out.startswith("personas (--persona):")


def test_doctor_warns_of_distributions_with_the_same_top_level_names():
    here = {"profiler": Path("/env/profiler"), "devices": Path("/env/devices"), "traces": Path("/env/traces")}
    assert clashes({"traces": ["silky"], "numpy": ["numpy"]}, here) == []
    (found,) = clashes({"traces": ["silky", "traces"]}, here)
    assert found.state == "warning"
    assert "also brought by the distribution traces" in found.detail.en


def test_doctor_notices_parts_from_different_folders():
    (found,) = clashes({}, {"profiler": Path("/env/profiler"), "traces": Path("/elsewhere/traces")})
    assert found.state == "needs you"
    assert "/elsewhere" in found.detail.en
