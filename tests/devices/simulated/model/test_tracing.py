"""The trace file: only what was configured, in the packets and spellings of real recordings."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.model.behaviour import Fault
from devices.simulated.tracefile.wire import data, double, number, text, varint
from devices.simulated.world import DataSource, TraceConfig
from tests.devices.simulated.model import reader
from tests.devices.simulated.model.play import EMULATOR, FRAMETIMELINE, FULL, PIXEL, WRITE_NS, Scene, atrace
from tests.devices.simulated.model.reader import fields, one, read

APP = "sim.chat.smooth"

FTRACE, CLOCKS, PROCESS_TREE, CONFIG, STATS = 1, 6, 2, 33, 35
FTRACE_STATS, SYNC, SYSTEM_INFO, PACKAGES, GRAPHICS, SERVICE, TIMELINE = 34, 36, 45, 47, 57, 69, 76
ALWAYS = {CLOCKS, CONFIG, STATS, SYNC, SYSTEM_INFO, SERVICE}


@given(st.integers(0, 2**64 - 1))
def test_varints_read_back(value):
    assert fields(number(5, value))[5] == [value]
    assert len(varint(value)) <= 10


@given(st.text(), st.floats(allow_nan=False), st.binary())
def test_fields_read_back(words, real, raw):
    message = fields(text(1, words) + double(2, real) + data(33, raw))
    assert message == {1: [words.encode("utf-8", "replace")], 2: [real], 33: [raw]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (None, set()),
        (DataSource("linux.ftrace", ("ftrace/print",)), {FTRACE, FTRACE_STATS}),
        (FRAMETIMELINE, {TIMELINE}),
        (DataSource("android.surfaceflinger.frame"), {GRAPHICS}),
        (DataSource("linux.process_stats", scan_processes_on_start=True), {PROCESS_TREE}),
        (DataSource("android.packages_list"), {PACKAGES}),
        (DataSource("a.source.nobody.has"), set()),
    ],
)
def test_only_configured_data_sources_are_written(source, expected):
    scene = Scene(APP)
    config = TraceConfig((source,) if source is not None else ())
    session = scene.phone.start_trace(config)
    scene.phone.trace_marker(4711, "I|4711|mark")
    scene.show()
    assert read(session.stop()).kinds == ALWAYS | expected


def names(trace) -> set[str]:
    return {line.split("|")[2].split(" ")[0] for _, _, line in trace.prints if line[0] in "BSC"}


@pytest.mark.parametrize(
    ("categories", "there", "absent"),
    [
        (
            ("view",),
            {"Choreographer#doFrame", "DrawFrames", "deliverInputEvent"},
            {"commit", "IMMS.showSoftInput"},
        ),
        (("gfx",), {"commit", "composite", "dequeueBuffer"}, {"Choreographer#doFrame", "IMS.showWindow"}),
        (("wm",), {"IMMS.showSoftInput", "IMS.showWindow"}, {"Choreographer#doFrame", "commit"}),
        (
            ("input",),
            {"iq", "publishMotionEvent(inputChannel=sim.chat.smooth/sim.chat.smooth.MainActivity,"},
            {"commit"},
        ),
    ],
)
def test_sections_come_by_category(categories, there, absent):
    trace = Scene(APP).traced_show(TraceConfig((atrace(categories=categories),)))
    assert there <= names(trace)
    assert not absent & names(trace)


def test_sections_of_an_app_come_only_if_it_is_named():
    for apps, expected in (
        ((), False),
        (("other.app",), False),
        (("sim.mix.streaming",), True),
        (("*",), True),
    ):
        scene = Scene("sim.mix.streaming", behaviours="mixed")
        scene.show()
        session = scene.phone.start_trace(TraceConfig((atrace(*apps, categories=("view",)),)))
        scene.phone.inject_text("hi", lambda: None)
        scene.wait(500)
        scene.tap(scene.node("send"))
        scene.wait(2_000)
        assert ("reply" in names(read(session.stop()))) is expected


def test_lines_written_to_trace_marker_are_prints_of_their_writer():
    scene = Scene(APP)
    session = scene.phone.start_trace(TraceConfig((DataSource("linux.ftrace", ("ftrace/print",)),)))
    scene.wait(10)
    at = scene.phone.now_ns
    scene.phone.trace_marker(9000, "C|9000|host_sync|17\n")
    scene.wait(10)
    assert read(session.stop()).prints == [(at, 9000, "C|9000|host_sync|17")]


@pytest.mark.parametrize("persona", [PIXEL, EMULATOR])
def test_clock_snapshots_give_the_offsets_of_the_phones_clocks(persona):
    scene = Scene(APP, persona)
    begin = scene.phone.clocks()
    session = scene.phone.start_trace(TraceConfig(()))
    scene.wait(50)
    snapshots = read(session.stop()).of(CLOCKS)
    assert len(snapshots) == 2
    clocks = {one(c, 1): one(c, 2) for c in map(fields, snapshots[0][1])}
    suspended = scene.phone.persona.suspended_ns
    assert clocks[6] == begin.boottime_ns
    assert clocks[6] - clocks[3] == suspended == begin.boottime_ns - begin.monotonic_ns
    assert clocks[1] == begin.realtime_ns
    assert clocks[4] <= clocks[3], "the coarse clock lags"
    assert one(snapshots[0], 2) == 6
    assert (suspended > 0) is (persona == PIXEL)


def test_input_times_are_monotonic_and_whole_milliseconds():
    scene = Scene(APP)
    trace = scene.traced_show()
    delivered = [s for s in trace.slices() if s.name.startswith("deliverInputEvent ")]
    assert len(delivered) == 2
    for slice_, fact in zip(delivered, scene.truth("input"), strict=True):
        words = dict(word.split("=") for word in slice_.name.split()[1:])
        assert words["src"] == "0x1002"
        assert int(words["eventTimeNano"]) == fact["time_ns"] - scene.phone.persona.suspended_ns
        assert int(words["eventTimeNano"]) % 1_000_000 == 0
        assert 0 <= slice_.start - fact["delivered_ns"] < WRITE_NS


def test_slices_of_a_frame_nest_as_in_real_recordings():
    trace = Scene(APP).traced_show()
    parents = {(s.name.split(" ")[0], (s.parent or "").split(" ")[0]) for s in trace.slices()}
    frame = "Choreographer#doFrame"
    children = {
        "": {frame, "DrawFrames"},
        frame: {"animation", "insets_animation", "traversal"},
        "traversal": {"dispatchApplyInsets", "measure", "layout", "draw"},
        "draw": {"Record", "postAndWait"},
        "DrawFrames": {"syncFrameState", "dequeueBuffer", "queueBuffer"},
        "syncFrameState": {"prepareTree"},
    }
    expected = {(name, parent) for parent, names_ in children.items() for name in names_}
    assert expected <= parents


def test_no_slice_ends_before_it_begins_and_all_lie_inside_the_session():
    scene = Scene(APP)
    begin = scene.phone.now_ns
    trace = scene.traced_show()
    end = scene.phone.now_ns
    assert trace.slices()
    for s in trace.slices():
        assert begin <= s.start <= s.end <= end


def test_lines_of_one_thread_never_share_a_time():
    trace = Scene(APP).traced_show()
    seen = [(time, tid) for time, tid, _ in trace.prints]
    assert len(set(seen)) == len(seen)


def test_draw_frames_and_do_frame_share_the_vsync_id_that_frametimeline_calls_token():
    scene = Scene(APP)
    trace = scene.traced_show()
    pid = scene.phone.activities.by_package[APP].process.pid
    drawn = {
        int(s.name.split()[1]) for s in trace.slices() if s.pid == pid and s.name.startswith("DrawFrames ")
    }
    run = {
        int(s.name.split()[1])
        for s in trace.slices()
        if s.pid == pid and s.name.startswith("Choreographer#doFrame ")
    }
    begin = min(time for time, _, _ in trace.prints)
    rows = {
        f.token
        for f in trace.frames
        if f.kind == 4 and f.layer.startswith(f"TX - {APP}/") and f.start > begin
    }
    assert rows
    assert drawn <= run
    assert rows <= drawn


def test_frametimeline_packets_look_like_those_of_a_pixel():
    """Per display frame: expected, its end, actual, its end; then the same per surface; cookies count up."""
    scene = Scene(APP)
    session = scene.phone.start_trace(TraceConfig((FRAMETIMELINE,)))
    scene.show()
    packets = [p for p in read(session.stop()).packets if TIMELINE in p]
    sf = scene.phone.services.surfaceflinger.pid
    for packet in packets:
        assert (one(packet, 3), one(packet, 58), one(packet, 79)) == (1000, 6, sf)
    assert len({one(p, 10) for p in packets}) == 1
    events = [next(iter(fields(one(p, TIMELINE)).items())) for p in packets]
    kinds = [kind for kind, _ in events]
    assert kinds[:4] == [1, 5, 2, 5]
    cookies = [one(fields(raw), 1) for kind, (raw,) in events]
    assert cookies == sorted(cookies)
    actual = fields(next(raw for kind, (raw,) in events if kind == 4))
    assert set(actual) == set(range(1, 12))
    shown = fields(next(raw for kind, (raw,) in events if kind == 2))
    assert set(shown) == set(range(1, 9))


def test_expected_slices_have_the_work_durations_of_the_phone():
    scene = Scene(APP)
    trace = scene.traced_show()
    expected = {f.token: f for f in trace.frames if f.kind == 3 and APP in f.layer}
    assert {f.end - f.start for f in expected.values()} == {16_600_000}
    assert {f.end - f.start for f in trace.frames if f.kind == 1} == {10_500_000}


def test_token_ids_grow_by_eight_per_vsync_while_one_app_draws():
    """Seven frame timelines per app vsync and one for SurfaceFlinger, as recordings of Android 13 show."""
    trace = Scene("sim.chat.restless").traced_show()
    tokens = sorted({f.token for f in trace.frames if f.kind == 4 and "restless" in f.layer})
    steps = [b - a for a, b in itertools.pairwise(tokens)]
    assert max(set(steps), key=steps.count) == 8


def test_present_fences_of_frametracer_wait_for_the_buffers_next_event():
    scene = Scene(APP)
    trace = scene.traced_show(TraceConfig((DataSource("android.surfaceflinger.frame"),)))
    events = [fields(one(fields(one(p, GRAPHICS)), 1)) for p in trace.packets if GRAPHICS in p]
    assert {one(p, 58) for p in trace.packets if GRAPHICS in p} == {3}
    queued = [one(e, 1) for e in events if one(e, 2) == 2 and APP in reader.text(e, 3)]
    fenced = [one(e, 1) for e in events if one(e, 2) == 8 and APP in reader.text(e, 3)]
    assert set(fenced) < set(queued)
    assert queued[-1] not in fenced
    assert {f"{APP}/{APP}.MainActivity"} == {
        reader.text(e, 3).split("#")[0] for e in events if APP in reader.text(e, 3)
    }


def test_switches_say_who_runs_where_without_two_threads_on_one_cpu():
    trace = Scene(APP).traced_show(TraceConfig((DataSource("linux.ftrace", ("sched/sched_switch",)),)))
    assert not trace.prints
    assert len(trace.switches) > 200
    running: dict[int, int] = {}
    for _, cpu, switch in trace.switches:
        assert running.get(cpu, one(switch, 2)) == one(switch, 2)
        running[cpu] = one(switch, 6)


def test_the_process_tree_knows_all_processes_and_those_that_start_later():
    scene = Scene(APP)
    session = scene.phone.start_trace(
        TraceConfig((DataSource("linux.process_stats", scan_processes_on_start=True),))
    )
    scene.phone.start_activity("sim.chat.heavy", lambda: None)
    scene.wait(1_500)
    first, later = read(session.stop()).of(PROCESS_TREE)
    assert {"system_server", "/system/bin/surfaceflinger", APP} <= {
        reader.text(p, 3) for p in map(fields, first[1])
    }
    (heavy,) = (p for p in map(fields, later[1]) if reader.text(p, 3) == "sim.chat.heavy")
    assert one(heavy, 1) == scene.phone.activities.front.process.pid


def test_a_trace_says_that_it_lost_nothing():
    trace = Scene(APP).traced_show()
    assert not trace.lost
    begin, end = trace.of(FTRACE_STATS)
    for stats in (begin, end):
        for cpu in map(fields, stats[2]):
            assert (one(cpu, 3), one(cpu, 8)) == (0, 0)
    assert sum(one(cpu, 9) for cpu in map(fields, end[2])) == len(trace.prints) + len(trace.switches)


def test_a_lossy_trace_says_so_and_lacks_events():
    scene = Scene(APP)
    scene.phone.faults.schedule(Fault(kind="lossy-trace", nth=2, value=50))
    assert not scene.traced_show().lost
    scene.hide()
    session = scene.phone.start_trace(FULL)
    scene.show()
    trace = read(session.stop())
    assert trace.lost
    assert sum(one(cpu, 3) for cpu in map(fields, trace.of(FTRACE_STATS)[1][2])) == 50


def test_the_same_seed_and_actions_give_the_same_bytes_and_another_seed_others():
    def play(seed: int) -> tuple[bytes, str]:
        scene = Scene("sim.mix.noisy", seed=seed, behaviours="mixed")
        session = scene.phone.start_trace(FULL)
        scene.show()
        scene.hide()
        return session.stop(), scene.truth_text()

    assert play(5) == play(5)
    assert play(5) != play(6)


def test_stopping_twice_gives_the_same_file():
    scene = Scene(APP)
    session = scene.phone.start_trace(FULL)
    scene.show()
    first = session.stop()
    scene.hide()
    assert session.stop() == first
