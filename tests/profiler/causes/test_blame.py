from __future__ import annotations

import pytest

from profiler.analysis.results import LateFrame
from profiler.causes.diagnose.slide import blame
from profiler.causes.late import Step
from profiler.causes.path import Path

T = 8.33
MAIN, RENDER, INSETS = "app main thread", "app RenderThread", "app insets thread"


def step(pieces, doing=None, *, missed=1, second_pass=0.0, slices=(), known=True):
    driver, stage = max(pieces, key=lambda key: pieces[key]) if pieces else (MAIN, "unknown")
    path = Path(0, 0, pieces, driver, stage, doing or {}, slices, known=known)
    late = LateFrame("leash", 100.0, missed, 1.0, 7, 0, driver, "system_server", stage, (), ())
    return Step(late, path, missed * T, (missed + 1) * T, second_pass)


@pytest.mark.parametrize(
    ("pieces", "doing", "cause", "driver"),
    [
        ({(MAIN, "insets_animation"): 15, (MAIN, "draw"): 1}, {"running": 16}, "heavy-inset-step", MAIN),
        ({(MAIN, "layout"): 15}, {}, "heavy-inset-step", MAIN),
        ({(MAIN, "queue"): 20, (MAIN, "draw"): 2}, {"running": 21}, "main-thread-busy", MAIN),
        ({(MAIN, "insets_animation"): 20}, {"gc": 18, "running": 2}, "gc", MAIN),
        ({(MAIN, "layout"): 20}, {"lock": 18, "running": 2}, "lock", MAIN),
        ({(MAIN, "layout"): 20}, {"binder": 18, "running": 2}, "binder", MAIN),
        ({(MAIN, "layout"): 20}, {"io": 18, "running": 2}, "io", MAIN),
        ({(MAIN, "queue"): 20}, {"runnable": 12, "running": 8}, "cpu-contention", "system"),
        ({(RENDER, "render thread"): 20, (MAIN, "draw"): 2}, {"running": 20}, "render-thread", RENDER),
        ({(RENDER, "render thread"): 20}, {"runnable": 12, "running": 8}, "cpu-contention", "system"),
        ({(RENDER, "gpu"): 20, (MAIN, "draw"): 2}, {}, "gpu", RENDER),
        ({(INSETS, "animation"): 12}, {"runnable": 10, "running": 2}, "cpu-contention", "system"),
        ({("SurfaceFlinger", "composition"): 20}, {}, "surfaceflinger-late", "SurfaceFlinger"),
    ],
)
def test_where_the_time_went_names_the_cause(pieces, doing, cause, driver):
    found = blame(step(pieces, doing), T)
    assert found is not None
    assert (found.cause, found.driver) == (cause, driver)


@pytest.mark.parametrize(
    ("pieces", "doing", "why"),
    [
        ({(MAIN, "queue"): 20}, {}, "nothing tells what it did before its frame"),
        ({(MAIN, "layout"): 20}, {"sleeping": 18, "running": 2}, "it waited for something unknown"),
        ({(RENDER, "render thread"): 20}, {"sleeping": 18, "running": 2}, "it waited for something unknown"),
        ({(RENDER, "buffer"): 20, (MAIN, "draw"): 2}, {"sleeping": 20}, "an earlier frame's buffers"),
        ({(INSETS, "animation"): 12}, {"running": 12}, "the insets thread has no work of its own to blame"),
    ],
)
def test_nobody_is_accused_on_absence_of_data(pieces, doing, why):
    assert blame(step(pieces, doing), T) is None, why


def test_frametimeline_alone_accuses_nobody():
    assert blame(step({}, known=False), T) is None


def test_second_passes_come_before_plain_work():
    found = blame(step({(MAIN, "layout"): 16, (MAIN, "measure"): 4}, {"running": 20}, second_pass=9.0), T)
    assert found is not None
    assert found.cause == "double-layout"


def test_an_idle_thread_that_begins_at_every_second_vsync_draws_at_a_lower_rate():
    idle = {(MAIN, "queue"): 8.3, (MAIN, "draw"): 1.0}
    found = blame(step(idle, {"sleeping": 8.3, "running": 1.0}), T)
    assert found is not None
    assert (found.cause, found.firm) == ("low-frame-rate", False)
    assert blame(step(idle, {"sleeping": 8.3, "running": 1.0}, missed=3), T) is None


def test_sure_needs_scheduling():
    known = blame(step({(MAIN, "layout"): 15}, {"running": 15}), T)
    unknown = blame(step({(MAIN, "layout"): 15}, {}), T)
    assert known is not None
    assert unknown is not None
    assert (known.firm, unknown.firm) == (True, False)
