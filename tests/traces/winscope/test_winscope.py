"""Winscope recordings: AOSP's own fixtures, and small ones written here for what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.errors import InputFileError
from traces.perfetto.wire import walk_fields
from traces.tables import NA
from traces.winscope import is_winscope_file, read_winscope
from traces.winscope.schema import CLASSES

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000
LEASH = "Surface(name=3ab InputMethod)/@0x7 - animation-leash of insets_animation#77"


def write(path: Path, *packets: Any) -> Path:
    out = b""
    for packet in packets:
        raw = packet.SerializeToString()
        size, length = b"", len(raw)
        while length > 0x7F:
            size += bytes([length & 0x7F | 0x80])
            length >>= 7
        out += b"\x0a" + size + bytes([length]) + raw
    path.write_bytes(out)
    return path


def clocks(monotonic: int, boottime: int) -> Any:
    packet = CLASSES["TracePacket"]()
    for number, time in ((3, monotonic), (6, boottime)):
        packet.clock_snapshot.clocks.add(clock_id=number, timestamp=time)
    return packet


def snapshot(time: int, y: float, vsync: int = 5) -> Any:
    packet = CLASSES["TracePacket"](timestamp=time)
    packet.layers.elapsed_ns, packet.layers.vsync_id = time, vsync
    leash = packet.layers.layers.layers.add(id=77, name=LEASH.encode())
    leash.position.y = y
    keys = packet.layers.layers.layers.add(id=78, name=b"InputMethod#78")
    keys.position.y, keys.color.a, keys.buffer.width = y, 1.0, 1080
    for side, value in (("left", 0), ("top", y), ("right", 1080), ("bottom", 2400)):
        setattr(keys.screen_bounds, side, value)
    packet.layers.layers.layers.add(id=9, name=b"com.app/com.app.Main#9")
    return packet


def test_the_keyboards_layers_over_time(tmp_path: Path):
    trace = write(
        tmp_path / "t", clocks(0, 0), *(snapshot(10**9 + i * 8 * MS, 2400 - 100 * i, i) for i in range(4))
    )
    layers = read_winscope(trace).layers
    leash = layers.where(layers.layer == LEASH)
    assert leash.time_ns.tolist() == [10**9 + i * 8 * MS for i in range(4)]
    assert leash.vsync_id.tolist() == [0, 1, 2, 3]
    assert leash.y.tolist() == [2400, 2300, 2200, 2100]
    assert np.isnan(leash.height).all(), "a leash has no bounds of its own"
    keys = layers.where(layers.layer == "InputMethod#78")
    assert keys.height.tolist() == [0, 100, 200, 300]
    assert set(layers.layer_id.tolist()) == {77, 78}, "other layers are not kept"


def test_layers_are_chosen_by_pattern(tmp_path: Path):
    trace = write(tmp_path / "t", snapshot(10**9, 2400))
    assert read_winscope(trace, layers=("com.app/*",)).layers.layer.tolist() == ["com.app/com.app.Main#9"]


def motion(monotonic: int) -> Any:
    packet = CLASSES["TracePacket"](timestamp=monotonic + 2 * MS, timestamp_clock_id=3)
    event = packet.extensions.input.motion_redacted
    event.event_id, event.event_time_ns, event.source, event.action = 7, monotonic, 0x1002, 1
    return packet


def test_input_times_are_converted_with_the_traces_clocks(tmp_path: Path):
    events = read_winscope(write(tmp_path / "t", clocks(10**9, 5 * 10**9), motion(2 * 10**9))).input
    assert events.event_time_monotonic_ns.tolist() == [2 * 10**9]
    assert events.event_time_ns.tolist() == [6 * 10**9]
    assert events.time_ns.tolist() == [6 * 10**9 + 2 * MS]
    assert (events.kind.tolist(), events.action.tolist(), events.source.tolist()) == (
        ["motion"],
        [1],
        [0x1002],
    )
    assert np.isnan(events.x[0]), "a redacted event has no place"


def test_without_both_clocks_a_time_is_missing_and_said_so(tmp_path: Path):
    found = read_winscope(write(tmp_path / "t", motion(2 * 10**9)))
    assert found.input.event_time_ns.tolist() == [NA]
    assert any("MONOTONIC" in warning for warning in found.warnings)


def test_absurd_times_are_missing_ones(tmp_path: Path):
    packet = CLASSES["TracePacket"](timestamp=2**64 - 1)
    packet.extensions.manager.manager.input_shown = True
    found = read_winscope(write(tmp_path / "t", clocks(2**63, 2**63 + 5), packet, motion(2**62 + 1)))
    assert found.ime.time_ns.tolist() == [NA]
    assert found.input.event_time_ns.tolist() == [NA]


def test_a_trace_without_any_of_it_is_empty(tmp_path: Path):
    assert not read_winscope(write(tmp_path / "t", clocks(1, 1)))


def test_the_app_side_of_a_real_show_and_hide(recordings: Path):
    found = read_winscope(recordings / "ime/winscope/ime_InputMethodClients.pb")
    assert (len(found.ime), found.warnings) == (187, ())
    shows = found.ime.changes("client")
    assert shows.shown.tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    # the second visit to the search page: visible to the app 120 ms after the window's focus, 200 ms of slide
    assert shows.time_ns[5] == 507_288_098_970
    assert shows.top_px[5] == 1480
    slide = found.ime.where((found.ime.time_ns >= 507_288_098_970) & (found.ime.time_ns < 507_499_812_585))
    fractions = slide.fraction[~np.isnan(slide.fraction)]
    assert (np.diff(fractions) >= 0).all()
    assert fractions[-1] == pytest.approx(0.8265, abs=0.01)


def test_the_servers_side_of_the_same_session(recordings: Path):
    found = read_winscope(recordings / "ime/winscope/ime_InputMethodManagerService.pb")
    changes = found.ime.changes("manager")
    assert changes.shown.tolist() == [0, 1, 0, 1, 0, 1]
    assert changes.time_ns[1] == 503_054_839_903
    assert "nexuslauncher" in changes.window[0]


def test_the_keyboards_side_of_that_version_says_nothing_of_visibility(recordings: Path):
    found = read_winscope(recordings / "ime/winscope/ime_InputMethodService.pb")
    assert len(found.ime) == 59
    assert set(found.ime.shown.tolist()) == {NA}


def test_a_perfetto_trace_of_all_three_sides(recordings: Path):
    found = read_winscope(recordings / "perfetto/winscope/ime.perfetto-trace")
    assert {side: int((found.ime.side == side).sum()) for side in ("client", "manager", "service")} == {
        "client": 56,
        "manager": 7,
        "service": 18,
    }
    first = {side: found.ime.changes(side).time_ns[1] for side in ("manager", "service", "client")}
    assert first == {
        "manager": 10_496_939_416_989,
        "service": 10_497_099_744_260,
        "client": 10_497_202_144_285,
    }


def test_real_input_events(recordings: Path):
    events = read_winscope(recordings / "perfetto/winscope/input-events.perfetto-trace").input
    assert events.kind.tolist() == ["motion"] * 6 + ["key"] * 2
    assert events.action.tolist()[:3] == [0, 4, 2]
    assert events.device_id.tolist() == [4] * 6 + [2] * 2
    assert events.key_code.tolist()[-2:] == [24, 24], "volume up"
    assert (events.x[0], events.y[0]) == (431, 624)
    assert events.event_time_monotonic_ns[0] == 517_481_507_875_000
    assert (events.time_ns > events.event_time_ns).all(), "traced after it happened"


def test_a_real_leash(recordings: Path):
    layers = read_winscope(recordings / "perfetto/winscope/layers_trace.perfetto-trace").layers
    leashes = [name for name in dict.fromkeys(layers.layer) if "insets_animation" in name]
    assert leashes == [
        f"Surface(name=8fabe01 InputMethod)/@0x554393d - animation-leash of insets_animation#{n}"
        for n in (114, 115)
    ]
    second = layers.where(layers.layer == leashes[1])
    assert second.time_ns[0] == 16_593_220_954


def test_a_kind_that_is_not_read_is_named(recordings: Path):
    path = recordings / "ime/winscope/ime_WindowManager_with_IME.pb"
    assert is_winscope_file(path.read_bytes()[:9])
    with pytest.raises(InputFileError, match="WindowManager, which silky does not read") as error:
        read_winscope(path)
    assert error.value.next_step


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_cut_file_gives_what_was_whole(recordings: Path, tmp_path: Path, part: float):
    data = (recordings / "ime/winscope/ime_InputMethodManagerService.pb").read_bytes()
    cut = tmp_path / "cut.pb"
    cut.write_bytes(data[: int(len(data) * part)])
    found = read_winscope(cut)
    assert 0 < len(found.ime) < 18
    assert any("cut short" in warning for warning in found.warnings)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"\x09IMCTRACE", b"\x09LYRTRACE", b"\x0a\x10\x82\x07\x0d", b"\x0a\x20\xea\x05\x1d"]),
)
def test_any_bytes_give_an_answer_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
):
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(head + data)
    reason = None
    try:
        read_winscope(path)
    except InputFileError as error:
        reason = error
    assert reason is None or reason.next_step


def test_the_schema_reads_what_a_plain_walk_reads(recordings: Path):
    data = (recordings / "ime/winscope/ime_InputMethodManagerService.pb").read_bytes()
    entries = [data[start:end] for number, _, start, end in walk_fields(data, 0, len(data)) if number == 2]
    walked = []
    for raw in entries:
        fields = {number: raw[start:end] for number, _, start, end in walk_fields(raw, 0, len(raw))}
        walked.append(int.from_bytes(fields[1], "little"))
    found = read_winscope(recordings / "ime/winscope/ime_InputMethodManagerService.pb")
    assert found.ime.time_ns.tolist() == sorted(walked)
