"""What troubles look like in a trace: sections, scheduler states and kernel events as Android writes them."""

from __future__ import annotations

import numpy as np
import pytest

from devices.simulated.model.behaviour import AppBehaviour, Behaviours
from devices.simulated.model.threads import CPUS
from devices.simulated.world import DataSource, TraceConfig
from tests.devices.simulated.model.play import FRAMETIMELINE, Scene, app
from traces.perfetto import read_trace
from traces.perfetto.binder import read_binder

CATEGORIES = ("gfx", "view", "input", "wm", "am", "dalvik", "binder_driver")
EVENTS = ("ftrace/print", "sched/sched_switch", "sched/sched_waking")
PACKAGE = "sim.test.app"


def config(*, compact: bool = False) -> TraceConfig:
    source = DataSource("linux.ftrace", EVENTS, CATEGORIES, ("*",), compact_sched=compact)
    stats = DataSource("linux.process_stats", scan_processes_on_start=True)
    return TraceConfig((source, FRAMETIMELINE, stats))


def shown(tmp_path, behaviours, *, compact=False, seed=1):
    scene = Scene(PACKAGE, behaviours=behaviours, seed=seed)
    scene.show()
    scene.hide()
    session = scene.phone.start_trace(config(compact=compact))
    scene.wait(100)
    scene.show()
    path = tmp_path / f"trace{int(compact)}.pftrace"
    path.write_bytes(session.stop())
    return scene, path


def trouble(kind: str, at: str = "step", ms: float = 30.0) -> Behaviours:
    return app(troubles=[{"kind": kind, "at": at, "first": 3, "cost": {"median_ms": ms, "sigma": 0}}])


def main_states(trace, scene, begin, end):
    pid = scene.phone.activities.by_package[PACKAGE].process.pid
    table = trace.thread_states
    mine = (table.tid == pid) & (table.start_ns < end) & (table.start_ns + table.dur_ns > begin)
    return set(table.state[mine].tolist())


@pytest.mark.parametrize(
    ("kind", "state", "section"),
    [
        ("gc", "S", "GC: Wait For Completion Alloc"),
        ("lock", "S", "Lock contention on a monitor lock (owner tid: "),
        ("io", "D", None),
        ("binder", "S", None),
    ],
)
def test_a_wait_shows_as_a_state_of_the_main_thread(tmp_path, kind, state, section):
    scene, path = shown(tmp_path, trouble(kind))
    told = scene.truth("trouble", kind=kind)[-1]
    trace = read_trace(path, thread_states=True)
    assert told["end_ns"] - told["start_ns"] >= 30_000_000
    middle = (told["start_ns"] + told["end_ns"]) // 2
    assert main_states(trace, scene, middle, middle + 1) == {state}
    names = [n for n in trace.slices.name.tolist() if section and n.startswith(section)]
    assert len(names) == (1 if section else 0)


def test_the_collector_runs_on_its_own_thread_meanwhile(tmp_path):
    _, path = shown(tmp_path, trouble("gc"))
    slices = read_trace(path).slices
    row = np.flatnonzero(slices.name == "Background young concurrent copying GC")
    assert len(row) == 1
    assert slices.tid[row[0]] != slices.pid[row[0]]


def test_a_binder_call_is_answered_by_system_server(tmp_path):
    scene, path = shown(tmp_path, trouble("binder"))
    (told,) = scene.truth("trouble", kind="binder")[-1:]
    calls = read_binder(path)
    assert len(calls) == 1
    assert abs(int(calls.start_ns[0]) - told["start_ns"]) < 1_000_000
    assert abs(int(calls.end_ns[0]) - told["end_ns"]) < 1_000_000
    assert scene.phone.system.processes[int(calls.server_pid[0])].name == "system_server"


def test_under_a_load_threads_wait_for_a_cpu_and_are_preempted(tmp_path):
    load = {"load": {"wait": {"median_ms": 9, "sigma": 0.2}, "quantum": {"median_ms": 1, "sigma": 0}}}
    scene, path = shown(tmp_path, app(around=load, keyboard={"step": 4.0}))
    trace = read_trace(path, thread_states=True)
    pid = scene.phone.activities.by_package[PACKAGE].process.pid
    table = trace.thread_states
    waited = {
        state: table.dur_ns[(table.tid == pid) & (table.state == state)].max(initial=0)
        for state in ("R", "R+")
    }
    assert waited["R"] > 5_000_000
    assert waited["R+"] > 5_000_000


def test_compact_scheduling_says_the_same(tmp_path):
    """But for the first switch on each CPU: CompactSched does not tell whom it took the place of."""
    _, plain = shown(tmp_path, trouble("io"))
    _, packed = shown(tmp_path, trouble("io"), compact=True)
    one, two = (
        set(zip(t.tid.tolist(), t.start_ns.tolist(), t.dur_ns.tolist(), t.state.tolist(), strict=True))
        for t in (read_trace(path, thread_states=True).thread_states for path in (plain, packed))
    )
    assert len(one) > 500
    assert two <= one
    assert len({tid for tid, *_ in one - two}) <= CPUS
    assert len(one - two) <= 2 * CPUS
    assert {state for *_, state in one - two} == {"R", "Running"}


def test_a_second_pass_measures_inside_the_layout(tmp_path):
    keyboard = {"resize": "sync", "step_layout": True, "passes": 2}
    _, path = shown(tmp_path, app(keyboard=keyboard))
    slices = read_trace(path).slices
    measures = slices.where(slices.name == "measure")
    layouts = slices.where(slices.name == "layout")
    depth = int(layouts.depth[-1])
    assert (measures.depth == depth + 1).any()


def test_a_killed_keyboard_starts_cold_at_the_next_show(tmp_path):
    _, path = shown(tmp_path, app(around={"keyboard_dies": True}))
    slices = read_trace(path).slices
    assert (slices.name == "bindApplication").sum() == 1
    _, path = shown(tmp_path, app())
    assert not (read_trace(path).slices.name == "bindApplication").any()


def test_what_goes_on_around_an_app_ends_with_it():
    hot = AppBehaviour(package=PACKAGE, label="Hot", around={"thermal": 3, "idle_hz": 60})
    cool = AppBehaviour(package="sim.test.cool", label="Cool")
    scene = Scene(PACKAGE, behaviours=Behaviours(version=1, apps=(hot, cool)))
    assert (scene.phone.thermal_status, scene.phone.active_mode().refresh_hz) == (3, 60.0)
    scene.phone.start_activity("sim.test.cool", lambda: None)
    scene.wait(500)
    assert (scene.phone.thermal_status, scene.phone.active_mode().refresh_hz) == (0, 120.0)
