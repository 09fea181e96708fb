"""Which menu a person is sent to, by the vendor that the phone names."""

from __future__ import annotations

import pytest

from devices.driver.state.vendor_menus import OTHER, VENDORS, refused_switch, vendor_of


@pytest.mark.parametrize(
    ("manufacturer", "en", "zh"),
    [
        ("Xiaomi", "USB debugging (Security settings)", "USB调试（安全设置）"),
        ("OPPO", "Disable permission monitoring", "禁止权限监控"),
        ("OnePlus", "Disable permission monitoring", "禁止权限监控"),
        ("realme", "Disable permission monitoring", "禁止权限监控"),
        ("vivo", "USB simulated clicks", "USB 模拟点击"),
        ("HUAWEI", "Look in Settings > System & updates", "开发人员选项"),
        ("HONOR", "Look in Settings > System & updates", "开发人员选项"),
        ("samsung", "Look in Settings > Developer options", "开发者选项"),
        ("Google", "Look in Settings > System > Developer options", "开发者选项"),
        ("Nobody Inc.", "simulated input", "模拟点击"),
    ],
)
def test_a_refusal_names_the_vendors_menu_in_both_languages(manufacturer, en, zh):
    words = refused_switch(manufacturer)
    assert en in words.text("en")
    assert zh in words.text("zh")


def test_every_vendor_has_sources_and_no_two_share_a_name():
    makers = [maker for vendor in VENDORS for maker in vendor.makers]
    assert len(makers) == len(set(makers))
    assert all(maker == maker.lower() for maker in makers)
    assert all(vendor.sources for vendor in (*VENDORS, OTHER))


def test_a_name_is_found_whatever_its_case_and_an_unknown_one_is_not_taken_for_another():
    assert vendor_of(" XIAOMI ").name.startswith("Xiaomi")
    assert vendor_of("") is OTHER
