"""Battery, thermal service, properties, raw input events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.tables import NA
from traces.text.battery import BatteryStatus, parse_battery
from traces.text.getevent import UNNAMED, parse_getevent
from traces.text.getprop import BuildFacts, build_facts, parse_getprop
from traces.text.thermal import ThermalStatus, parse_thermal

if TYPE_CHECKING:
    from pathlib import Path

BATTERY = """\
Current Battery Service state:
  (UPDATES STOPPED -- use 'reset' to restart)
  AC powered: false
  USB powered: false
  status: 3
  level: 41
  scale: 100
  temperature: 285
"""
THERMAL = """\
IsStatusOverride: true
Thermal Status: 2
Cached temperatures:
\tTemperature{mValue=99.0, mType=0, mName=CPU, mStatus=3}
HAL Ready: false
Current temperatures from HAL:
Current cooling devices from HAL:
"""


def test_a_battery_whose_values_are_frozen_says_so():
    state = parse_battery(BATTERY)
    assert (state.percent, state.status, state.plugged) == (41.0, BatteryStatus.DISCHARGING, frozenset())
    assert (state.temperature_c, state.voltage_mv, state.simulated) == (28.5, None, True)


@pytest.mark.parametrize(
    "text",
    ["", "level: 5\n", BATTERY.replace("level: 41", "level: ?"), BATTERY.replace("scale: 100", "scale: 0")],
)
def test_a_battery_without_level_is_refused(text: str):
    with pytest.raises(InputFileError, match="battery"):
        parse_battery(text, "emulator-5554")


@pytest.mark.data
def test_real_battery(recordings: Path):
    state = parse_battery((recordings / "misc/healer_mtk_a13_dumpsys_battery.txt").read_bytes())
    assert (state.percent, state.status, state.plugged) == (58.0, BatteryStatus.CHARGING, frozenset({"USB"}))
    assert (state.temperature_c, state.voltage_mv, state.simulated) == (37.0, 4060, False)


def test_an_overridden_status_and_cached_temperatures_say_so():
    state = parse_thermal(THERMAL)
    assert (state.status, state.overridden, state.hal_ready, state.cached) == (
        ThermalStatus.MODERATE,
        True,
        False,
        True,
    )
    assert state.hottest(0) == 99.0
    assert state.hottest(3) is None


@pytest.mark.parametrize("text", ["", "Thermal Status: 9\n", "Can't find service: thermalservice\n"])
def test_no_thermal_status_is_refused(text: str):
    with pytest.raises(InputFileError, match="thermalservice"):
        parse_thermal(text)


@pytest.mark.data
def test_real_thermal_service(recordings: Path):
    state = parse_thermal((recordings / "misc/healer_mtk_a13_dumpsys_thermalservice.txt").read_bytes())
    assert (state.status, state.overridden, state.hal_ready, state.cached) == (
        ThermalStatus.NONE,
        False,
        True,
        False,
    )
    assert [(t.name, t.type, t.value_c) for t in state.temperatures] == [
        ("CPU", 0, 45.3),
        ("GPU", 1, 45.3),
        ("SKIN", 3, 35.0),
        ("NPU", 9, 45.3),
    ]
    assert state.hottest(3) == 35.0


def test_values_may_be_empty_or_hold_line_ends():
    text = "[a.b]: []\n[ro.x]: [one\ntwo]\n[ro.build.version.sdk]: [34]\n"
    assert parse_getprop(text) == {"a.b": "", "ro.x": "one\ntwo", "ro.build.version.sdk": "34"}


def test_no_properties_or_no_api_level_are_errors():
    with pytest.raises(InputFileError, match="getprop"):
        parse_getprop("ro.build.version.sdk=34\n")
    with pytest.raises(InputFileError, match="no API level"):
        build_facts({"ro.build.version.sdk": "REL"}, "emulator-5554")


def test_an_emulator_is_told():
    assert build_facts({"ro.build.version.sdk": "34", "ro.hardware": "ranchu"}).emulator
    assert not build_facts({"ro.build.version.sdk": "34", "ro.hardware": "qcom"}).emulator


PHONES = {
    "moto_edge20_android13": (219, 33, "13", "motorola", "motorola edge 20", ""),
    "oneplus_n10_android11": (212, 30, "11", "OnePlus", "BE2028", ""),
    "poco_f6_hyperos2_android15": (257, 35, "15", "Xiaomi", "24069PC21I", ""),
    "samsung_s25plus_android16": (276, 36, "16", "samsung", "SM-S936B", "One UI 80500"),
    "xiaomi12s_miui13_android12": (291, 31, "12", "Xiaomi", "2206123SC", "MIUI V130"),
}


@pytest.mark.data
@pytest.mark.parametrize(("phone", "facts"), PHONES.items())
def test_real_properties(recordings: Path, phone: str, facts: tuple[int, int, str, str, str, str]):
    properties = parse_getprop((recordings / f"misc/getprop_{phone}.filtered.txt").read_bytes())
    found: BuildFacts = build_facts(properties)
    assert (len(properties), found.sdk, found.release, found.manufacturer, found.model, found.skin) == facts
    assert found.build_type == "user"
    assert found.fingerprint.endswith(":user/release-keys")
    assert found.soc
    assert not found.emulator


def test_times_and_labels_of_getevent():
    table = parse_getevent(
        "add device 1: /dev/input/event2\n"
        '  name:     "touch"\n'
        "[   123.456789] /dev/input/event2: EV_ABS       ABS_MT_TRACKING_ID   00000759\n"
        "[   123.456789] /dev/input/event2: EV_KEY       BTN_TOUCH            DOWN\n"
        "[   123.456789] /dev/input/event2: EV_SYN       SYN_REPORT           00000000\n"
        "[   123.556789] /dev/input/event2: EV_ABS       ABS_MT_TRACKING_ID   ffffffff\n"
        "[   123.556789] EV_MSC       MSC_SCAN             00000001\n"
    )
    assert len(table) == 4, "a type without a number is no event"
    assert table.finger_downs().time_ns.tolist() == [123_456_789_000]
    assert table.finger_ups().time_ns.tolist() == [123_556_789_000]
    assert table.value.tolist() == [0x759, 1, 0, 0xFFFFFFFF]
    assert UNNAMED not in table.code


def test_no_events_are_refused():
    with pytest.raises(InputFileError, match="getevent"):
        parse_getevent("add device 1: /dev/input/event2\n")


@pytest.mark.data
def test_real_getevent(recordings: Path):
    table = parse_getevent((recordings / "misc/nightsparrows_getevent.txt").read_bytes())
    assert len(table) == 209
    assert set(table.device) == {"/dev/input/event2"}
    assert (table.time_ns == NA).all(), "recorded without -t"
    assert table.finger_downs().value.tolist() == [0x759, 0x75A]
