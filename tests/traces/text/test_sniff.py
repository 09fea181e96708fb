"""Every recording is told for what it is, by content."""

from __future__ import annotations

from pathlib import Path

import pytest

from traces.text.sniff import Kind, sniff

RECORDED = {
    "gfxinfo/aneb_doubao_huawei_framestats_block1.txt": Kind.FRAMESTATS,
    "gfxinfo/choi890_framestats.txt": Kind.FRAMESTATS,
    "gfxinfo/deepseek_wifi_f6_framestats_dump1.txt": Kind.FRAMESTATS,
    "gfxinfo/flashlight_GfxInfoSample.txt": Kind.GFXINFO,
    "gfxinfo/flashlight_sample-gfxinfo-output.txt": Kind.GFXINFO,
    "gfxinfo/healer_mtk_a13_bugreport_gfxinfo.txt": Kind.FRAMESTATS,
    "gfxinfo/lodrean_empty_hierarchy.txt": Kind.GFXINFO,
    "gfxinfo/lodrean_gfxinfo.txt": Kind.GFXINFO,
    "gfxinfo/lodrean_no_process.txt": Kind.ERROR_REPLY,
    "gfxinfo/poko_framestats_android16_avd60hz.txt": Kind.FRAMESTATS,
    "gfxinfo/yuvaupdate_failure_utf16.txt": Kind.ERROR_REPLY,
    "gfxinfo/yuvaupdate_framestats_utf16.txt": Kind.FRAMESTATS,
    "surfaceflinger/aneb_doubao_huawei_latency_block1.txt": Kind.LATENCY,
    "surfaceflinger/deepseek_wifi_f6_latency_answer.txt": Kind.LATENCY,
    "surfaceflinger/deepseek_wifi_f6_latency_dump1.txt": Kind.LATENCY,
    "surfaceflinger/doubao_wifi_f6_latency_mid.txt": Kind.LATENCY,
    "surfaceflinger/catmetro_c2b-crit8-urp_timestats.txt": Kind.TIMESTATS,
    "surfaceflinger/healer_sf_displays.txt": Kind.SURFACEFLINGER,
    "surfaceflinger/healer_sf_layers.txt": Kind.SURFACEFLINGER,
    "surfaceflinger/solox303_android15_sf_list_excerpt.txt": Kind.LAYER_LIST,
    "ime/averi_real_ime_insets_lines_api33.txt": Kind.WINDOW,
    "ime/averi_window_displays_api33_keyboard_shown_EXCERPT.txt": Kind.WINDOW,
    "ime/averi_window_displays_api36_insets_EXCERPT.txt": Kind.WINDOW,
    "ime/flashlight_dumpsys-window.txt": Kind.WINDOW,
    "ime/healer_mtk_a13_dumpsys_input_method.txt": Kind.INPUT_METHOD,
    "ime/healer_mtk_a13_dumpsys_window_displays_windows.txt": Kind.WINDOW,
    "ime/mobium_input_method_shown_api35.txt": Kind.INPUT_METHOD,
    "ime/logcat/imetracker_formats_by_version_EXCERPT.log": Kind.IMETRACKER,
    "ime/logcat/samsung_oneui_ime_show_EXCERPT.log": Kind.IMETRACKER,
    "ime/logcat/yuva_logs_full.ime_lines_filtered.log": Kind.IMETRACKER,
    "misc/flashlight_dumpsys-display.txt": Kind.DISPLAY,
    "misc/flashlight_dumpsys-display120.txt": Kind.DISPLAY,
    "misc/healer_dumpsys_display.txt": Kind.DISPLAY,
    "misc/healer_mtk_a13_dumpsys_battery.txt": Kind.BATTERY,
    "misc/healer_mtk_a13_dumpsys_thermalservice.txt": Kind.THERMAL,
    "misc/getprop_moto_edge20_android13.filtered.txt": Kind.GETPROP,
    "misc/getprop_oneplus_n10_android11.filtered.txt": Kind.GETPROP,
    "misc/getprop_poco_f6_hyperos2_android15.filtered.txt": Kind.GETPROP,
    "misc/getprop_samsung_s25plus_android16.filtered.txt": Kind.GETPROP,
    "misc/getprop_xiaomi12s_miui13_android12.filtered.txt": Kind.GETPROP,
    "misc/nightsparrows_getevent.txt": Kind.GETEVENT,
}


@pytest.mark.parametrize(("path", "kind"), RECORDED.items())
def test_every_recording(recordings: Path, path: str, kind: Kind):
    assert sniff((recordings / path).read_bytes(), Path(path).name) is kind


def test_no_recording_is_left_out(recordings: Path):
    folders = ("gfxinfo", "surfaceflinger", "ime", "ime/logcat", "misc")
    there = {str(p.relative_to(recordings)) for folder in folders for p in (recordings / folder).glob("*.*")}
    assert there == set(RECORDED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.EMPTY),
        (" \n\r\n", Kind.EMPTY),
        ("\ufeff", Kind.EMPTY),
        ("16666667\n\n", Kind.LATENCY),
        ("16666667\n0\t0\t0\n\n", Kind.LATENCY),
        ("com.app/com.app.Main#0\nStatusBar#0\n", Kind.LAYER_LIST),
        ("Permission Denial: can't dump gfxinfo from pid 1\n", Kind.ERROR_REPLY),
        ("Can't find service: thermalservice\n", Kind.ERROR_REPLY),
        ("error: no devices/emulators found\n", Kind.ERROR_REPLY),
        ("/system/bin/sh: dumpsys: not found\n", Kind.ERROR_REPLY),
        ("Dear diary, today I drew at 60 fps.\n", Kind.UNKNOWN),
        ("42\n", Kind.UNKNOWN),
    ],
)
def test_small_texts(text: str, kind: Kind):
    assert sniff(text) is kind
