"""Text dumps in the canonical frame table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.canonical import FrameClock, FrameSource, joined
from traces.canonical_text import from_framestats, from_latency, from_sf_frametimeline, unpresented_latency
from traces.tables import NA, JankType, PresentType
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.latency import parse_latency
from traces.text.sf_frametimeline import parse_sf_frametimeline

if TYPE_CHECKING:
    from pathlib import Path

PENDING = 2**63 - 1


def test_framestats_of_a_real_phone(recordings: Path):
    path = recordings / "gfxinfo/deepseek_wifi_f6_framestats_dump1.txt"
    info = parse_gfxinfo(path.read_bytes(), str(path))
    rows = from_framestats(info)
    assert len(rows) == 10
    assert set(rows.source) == {FrameSource.FRAMESTATS.value}
    assert set(rows.clock) == {FrameClock.MONOTONIC.value}
    assert set(rows.file) == {str(path)}
    assert set(rows.window) == {"com.deepseek.chat/com.deepseek.chat.MainActivity"}
    assert set(rows.process) == {"com.deepseek.chat"}
    assert rows.start_ns.tolist() == info.frames.intended_vsync_ns.tolist()
    assert rows.ready_ns.tolist() == info.frames.gpu_completed_ns.tolist()
    assert rows.deadline_ns.tolist() == info.frames.deadline_ns.tolist()
    assert rows.token.tolist() == info.frames.vsync_id.tolist()
    assert set(rows.present_ns.tolist()) == {NA}


def test_before_android_11_a_frame_is_ready_when_it_completed():
    text = "Flags,IntendedVsync,Vsync,SyncStart,FrameCompleted,\n1,100,100,150,190,\n"
    rows = from_framestats(parse_gfxinfo(text))
    assert (rows.ready_ns.tolist(), rows.flags.tolist(), rows.token.tolist(), rows.process.tolist()) == (
        [190],
        [1],
        [NA],
        [None],
    )


def test_latency_rings_are_joined_and_only_presented_rows_count():
    first = f"100\n10\t30\t20\n11\t{PENDING}\t21\n\n"
    later = "100\n10\t30\t20\n11\t40\t11\n\n"
    dumps = parse_latency(first + later)
    rows = from_latency(dumps, file="l.txt", layer_name="com.app/.Main#3")
    assert rows.present_ns.tolist() == [30, 40]
    assert rows.ready_ns.tolist() == [20, NA], "desired = ready: no acquire fence"
    assert set(rows.layer_name) == {"com.app/.Main#3"}
    assert unpresented_latency(dumps) == {"pending": 1}


def test_frametimeline_counts_from_its_dump():
    text = (
        "Number of display frames : 1\nDisplay Frame 0\n"
        "    Layer - com.app/.Main#1\n    Token: -1\n    Owner Pid : 7\n    Present State : Dropped\n"
        "    Jank Type : Dropped Frame\n"
        "Expected\t|\t      0.00\t|\t     12.00\t|\t     30.00\nActual  \t|\t      1.00\t|\t      9.00\t|\t     30.00\n"
    )
    rows = from_sf_frametimeline(parse_sf_frametimeline(text), file="sf.txt")
    assert rows.clock.tolist() == [FrameClock.DUMP.value]
    assert (rows.token.tolist(), rows.pid.tolist(), rows.present_ns.tolist()) == ([NA], [7], [NA])
    assert (rows.ready_ns.tolist(), rows.deadline_ns.tolist()) == ([9_000_000], [12_000_000])
    assert rows.present_type.tolist() == [PresentType.DROPPED]
    assert rows.jank_type.tolist() == [JankType.DROPPED]


def test_sources_stand_in_one_table_but_not_on_one_clock(recordings: Path):
    info = parse_gfxinfo((recordings / "gfxinfo/yuvaupdate_framestats_utf16.txt").read_bytes())
    rows = joined([from_framestats(info), from_latency(parse_latency("100\n10\t30\t20\n\n"), file="l")])
    assert len(rows) == 4
    from traces.trace import Clocks

    with pytest.raises(ValueError, match="no reading"):
        rows.on_boottime(Clocks())
