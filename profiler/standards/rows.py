"""framestats rows of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import within

if TYPE_CHECKING:
    from profiler.standards.model import JudgedWindow
    from traces.tables import Bools


def inside(window: JudgedWindow) -> Bools:
    """Return which of a window's framestats rows were meant for a vsync in it."""
    if window.framestats is None:
        return np.zeros(0, np.bool_)
    meant = window.scene.trace.clocks.monotonic_to_boottime_ns(window.framestats.intended_vsync_ns)
    return within(meant, window.begin_ns, window.end_ns)
