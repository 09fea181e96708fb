"""What the app itself did on the press: docs/metrics.md section 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.cadence import FEWEST, Cadence, cadence
from profiler.analysis.columns import MS, first_of_equal, to_ms, within
from traces.tables import NA, Ints

if TYPE_CHECKING:
    from profiler.analysis.interactions import Press
    from profiler.analysis.scene import Scene
    from profiler.analysis.slide import Motion

IDLE_NS = 500 * MS
RESTLESS_FPS = 30.0
"""An app that draws faster than this before the press has no first answer to be found."""

DRAWS_WHILE_IDLE = "app draws while idle"


@dataclass(frozen=True, slots=True)
class DriverFrames:
    """One driver's frames of a window."""

    frames: int
    late: int
    worst_overrun_ms: float | None
    """None without a frame that has a deadline."""


@dataclass(frozen=True)
class ContentCadence:
    """The cadence of the app's own buffers while the keyboard slides."""

    rows: Ints
    cadence: Cadence


def idle_fps(scene: Scene, down_ns: int) -> float:
    """Return how many app buffers a second came on screen in the 500 ms before the finger went down.

    What the app draws between DOWN and UP is its answer to the touch, not idleness.
    """
    times = scene.on_screen_ns[scene.app_rows]
    return float(((times >= down_ns - IDLE_NS) & (times < down_ns)).sum()) * 1e9 / IDLE_NS


def response_ns(scene: Scene, press: Press, end_ns: int) -> int | None:
    """Return the time on screen of the first app buffer that answers the press; None: none by `end_ns`.

    It answers when its doFrame held a traversal that started at or after delivery.
    """
    if not len(scene.do_frames.token):
        return None
    traversal = np.where(scene.app_frame >= 0, scene.do_frames.traversal_ns[scene.app_frame], NA)
    times = scene.on_screen_ns[scene.app_rows]
    answers = times[(traversal >= press.delivery_ns) & (times <= end_ns)]
    return int(answers[0]) if len(answers) else None


def in_window(scene: Scene, rows: Ints, begin_ns: int, end_ns: int) -> Ints:
    """Return those rows whose actual start lies in [begin, end]."""
    return rows[within(scene.frames.actual_start_ns[rows], begin_ns, end_ns)]


def driver_frames(scene: Scene, rows: Ints, begin_ns: int, end_ns: int) -> DriverFrames:
    """Count a driver's frames in a window, and the late ones among them."""
    mine = in_window(scene, rows, begin_ns, end_ns)
    overrun = scene.overrun_ns[mine]
    judged = overrun[overrun != NA]
    worst = to_ms(judged.max()) if len(judged) else None
    return DriverFrames(len(mine), int((judged > 0).sum()), worst)


def content_cadence(scene: Scene, motion: Motion) -> ContentCadence | None:
    """Return the cadence of the app's buffers from p_0 - T/2 to p_n + T/2; None for fewer than 3."""
    low = motion.first_ns - motion.period_ns[0] / 2
    high = motion.last_ns + motion.period_ns[-1] / 2
    rows = scene.app_rows[within(scene.on_screen_ns[scene.app_rows], low, high)]
    rows = rows[first_of_equal(scene.on_screen_ns[rows])]
    if len(rows) < FEWEST:
        return None
    times = scene.on_screen_ns[rows]
    return ContentCadence(rows, cadence(times, scene.periods.gaps(times).period_ns))
