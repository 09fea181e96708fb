"""How the app's content moves while the keyboard slides: docs/metrics.md section 5, `content_motion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, first_of_equal, within

if TYPE_CHECKING:
    from profiler.analysis.scene import Scene
    from profiler.analysis.slide import Motion, Slide
    from traces.tables import Ints

DRAWS_WHILE_IDLE = "app draws while idle"
SHARING = 0.70
AFTER_NS = 100 * MS
LOOK_ON_NS = 1000 * MS
MOST_LAYOUTS = 3


def content_motion(
    scene: Scene, slide: Slide, motion: Motion, *, restless: bool, end_ns: int
) -> tuple[str, str | None]:
    """Return how the content moves, and the reason where that is `unknown`.

    Args:
        scene: the app in its trace.
        slide: the slide slice.
        motion: the frames of the slide.
        restless: whether the app draws while idle.
        end_ns: what comes on screen later answers another input.
    """
    layouts = layout_times(scene, slide, motion, end_ns)
    only_layouts = restless or not slide.synchronised
    drawn = layouts if only_layouts else scene.on_screen_ns[scene.app_rows]
    shared = sharing(motion, drawn)
    if shared >= SHARING:
        return "per-frame", None
    if restless and slide.synchronised:
        # it may follow by drawing alone, without a layout, and its drawing tells nothing
        return "unknown", DRAWS_WHILE_IDLE
    if not len(layouts):
        return "unknown", "no layout frame"
    jump = _jump(motion, layouts)
    if jump is None:
        return "unknown", f"mixed: {len(layouts)} layout frames, {shared:.0%} of the slide shared"
    return jump, None


def jump_share(kind: str) -> float | None:
    """Return 1 where the content jumps, 0 where it moves along frame by frame, None where that is unknown.

    A round's mean of it is the share of its pop-ups in which the content jumps.
    """
    return None if kind == "unknown" else float(kind != "per-frame")


def _jump(motion: Motion, layouts: Ints) -> str | None:
    """Return which part of the slide, or the time after it, holds all layout frames."""
    first, last = motion.first_ns, motion.last_ns
    third = (last - first) / 3
    if (layouts >= last + AFTER_NS).all():
        return "after-slide"
    if len(layouts) > MOST_LAYOUTS:
        return None
    if (layouts <= first + third).all():
        return "at-start"
    at_end = (layouts >= first + 2 * third) & (layouts <= last + motion.period_ns[-1])
    return "at-end" if at_end.all() else None


def layout_times(scene: Scene, slide: Slide, motion: Motion, end_ns: int) -> Ints:
    """Return the times on screen of the layout frames from the slide's start to p_n + 1000 ms."""
    times = scene.on_screen_ns[scene.app_rows[scene.layout_frames()]]
    times = times[within(times, slide.start_ns, min(motion.last_ns + LOOK_ON_NS, end_ns))]
    return times[first_of_equal(times)]


def sharing(motion: Motion, drawn_ns: Ints) -> float:
    """Return the part of the leash times p_1 ... p_n that has one of the ascending times within T/2."""
    if not len(drawn_ns):
        return 0.0
    times, half = motion.times_ns[1:], motion.period_ns[1:] / 2
    at = np.searchsorted(drawn_ns, times)
    before = np.abs(times - drawn_ns[np.maximum(at - 1, 0)])
    after = np.abs(drawn_ns[np.minimum(at, len(drawn_ns) - 1)] - times)
    return float((np.minimum(before, after) <= half).mean())
