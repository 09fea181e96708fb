"""The real windows whose ring holds every frame: what HWUI printed follows from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.text.gfxinfo import parse_gfxinfo
from traces.text.gfxinfo_checks import Recount, recounts

if TYPE_CHECKING:
    from pathlib import Path

COMPLETE = {
    "healer_mtk_a13_bugreport_gfxinfo.txt": [(69, 11), (13, 6), (115, 33)],
    "yuvaupdate_framestats_utf16.txt": [(3, 2)],
}
"""Recording -> frames and janky frames of its complete windows, as printed."""


@pytest.mark.parametrize(("name", "printed"), COMPLETE.items())
def test_totals_jank_and_gpu_histogram_follow_from_the_rows(
    recordings: Path, name: str, printed: list[tuple[int, int]]
):
    found = recounts(parse_gfxinfo((recordings / "gfxinfo" / name).read_bytes(), name))
    assert [(one.frames, one.janky) for one in found] == [((n, n), (janky, janky)) for n, janky in printed]
    assert [one.gpu_histogram_agrees for one in found] == [True] * len(printed)
    assert all(one.agrees for one in found)


def test_windows_that_lost_frames_are_not_counted_again(recordings: Path):
    for name in (
        "poko_framestats_android16_avd60hz.txt",
        "choi890_framestats.txt",
        "deepseek_wifi_f6_framestats_dump1.txt",
    ):
        assert recounts(parse_gfxinfo((recordings / "gfxinfo" / name).read_bytes(), name)) == ()


def test_an_edited_row_is_found(recordings: Path):
    text = (recordings / "gfxinfo/yuvaupdate_framestats_utf16.txt").read_bytes().decode("utf-16")
    info = parse_gfxinfo(text)
    late = str(info.frames.gpu_completed_ns[1])
    (one,) = recounts(parse_gfxinfo(text.replace(late, str(int(late) + 30_000_000))))
    assert one.janky == (3, 2)
    assert not one.agrees


def test_before_android_12_only_the_total_follows():
    text = (
        "** Graphics info for pid 5 [com.app] **\nWindow: com.app/.Main\nStats since: 5ns\nTotal frames rendered: 1\n"
        "Janky frames: 1 (100.00%)\n"
        "Flags,IntendedVsync,Vsync,SyncStart,FrameCompleted,GpuCompleted,\n0,100,100,150,190,180,\n"
    )
    assert recounts(parse_gfxinfo(text)) == (Recount(0, (1, 1), None, None),)
