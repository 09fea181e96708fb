"""Late frames of real recordings, each read by hand in the trace's slices and states first."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from profiler.analysis.scene import make_scene
from profiler.causes.detail import read_detail
from profiler.causes.late import step_of
from profiler.causes.path import Frames
from profiler.causes.threads import Threads


def late_frames(path, package, pid):
    trace = read_detail(path)
    scene = make_scene(trace, package, pid=pid)
    assert scene is not None
    frames = Frames(scene, Threads(trace))
    rows = np.flatnonzero((trace.frames.overrun_ns() > 0) & (trace.frames.pid == pid))
    return [step_of(frames, int(r), lane="app", driver="app main thread", origin_ns=0) for r in rows]


def test_the_splash_screen_waited_for_a_call_into_the_window_manager(recordings):
    """Its doFrame ran on System UI's thread wmshell.splashscreen, 7.9 ms after its vsync.

    Until then that thread was in addRootView (7.35 ms), asleep in a call into system_server; inside the frame
    it was 3.7 ms in relayoutWindow, a call too. The RenderThread queued the buffer 0.13 ms before it was ready.
    """
    (step,) = late_frames(
        recordings / "perfetto/api32_startup_warm.perfetto-trace", "com.android.systemui", 2348
    )
    assert (step.late.driver, step.late.stage) == ("system", "queue")
    assert step.late.owner == "com.android.systemui"
    assert step.late.overrun_ms == pytest.approx(0.197, abs=0.001)
    pieces = {stage: ms for (_, stage), ms in step.path.pieces.items()}
    assert pieces["queue"] == pytest.approx(7.94, abs=0.02)
    assert pieces["traversal"] == pytest.approx(4.96, abs=0.05)
    assert pieces["buffer"] == pytest.approx(2.13, abs=0.01)
    assert pieces["gpu"] == pytest.approx(0.13, abs=0.01)
    doing = dict(step.late.doing)
    assert max(doing, key=lambda what: doing[what]) == "binder"
    assert doing["binder"] == pytest.approx(9.08, abs=0.05)
    assert step.late.slices[0] == ("addRootView", pytest.approx(7.35, abs=0.01))


def test_frames_on_time_are_not_late(recordings):
    launcher = late_frames(
        recordings / "perfetto/api32_startup_warm.perfetto-trace",
        "com.google.android.apps.nexuslauncher",
        2969,
    )
    assert launcher == []


def test_without_view_slices_frametimeline_says_who_and_no_more(recordings):
    """The recording has FrameTimeline and the app's own sections only: no doFrame, no scheduling."""
    steps = late_frames(
        recordings / "perfetto/sidky_nowinandroid.perfetto-trace",
        "com.google.samples.apps.nowinandroid",
        9305,
    )
    assert Counter((s.late.driver, s.late.stage) for s in steps) == {
        ("app main thread", "unknown"): 16,
        ("app main thread", "buffer"): 16,
    }
    assert all(step.late.doing == () and step.late.slices == () for step in steps)
    by_token = {step.late.token: step for step in steps}
    # 89 ms late by itself (App Deadline Missed), and one that only queued behind others (Buffer Stuffing)
    assert by_token[154407810].late.overrun_ms == pytest.approx(89.04, abs=0.01)
    assert by_token[154407810].late.stage == "unknown"
    assert by_token[154409399].late.stage == "buffer"
