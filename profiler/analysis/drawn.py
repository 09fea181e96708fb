"""Which doFrame made a buffer, where no vsync id says it: Android 11, or a trace without FrameTimeline.

A window's frame is drawn by the RenderThread in a slice `DrawFrame` (`DrawFrames ID` from 12 on) that begins
while the doFrame waits for it (`RenderProxy::syncAndDrawFrame` returns after the sync), and the buffer is
queued within that slice (`CanvasContext::draw`, Android 11 and 14).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from profiler.analysis.columns import container, ends, matching
from profiler.analysis.doframes import main_thread
from traces.tables import NA, Bools, Ints, SliceTable

DRAW, DO_FRAME, RESYNCED = "DrawFrame", "Choreographer#doFrame", "resynced"


@dataclass(frozen=True)
class DrawnFrames:
    """The doFrames of an app whose drawing is in the trace: one entry a drawing, by its start; ns."""

    draw_start_ns: Ints
    draw_end_ns: Ints
    start_ns: Ints
    """Start of the doFrame."""
    traversal_ns: Ints
    """Start of the last `traversal` in it, `NA` without one."""
    layout: Bools

    def of(self, queued_ns: Ints) -> Ints:
        """Return the index of the entry in whose drawing each buffer was queued, -1 for none."""
        return np.where(queued_ns == NA, -1, container(self.draw_start_ns, self.draw_end_ns, queued_ns))


def drawn_frames(slices: SliceTable, pid: int) -> DrawnFrames | None:
    """Return an app's drawn frames; None where the trace holds none."""
    main = main_thread(slices, pid)
    is_frame = matching(main.name, lambda name: name.startswith(DO_FRAME) and RESYNCED not in name)
    outer = main.where(np.flatnonzero(is_frame))
    drawing = (slices.pid == pid) & matching(slices.name, lambda name: name.startswith(DRAW))
    draws = slices.where(np.flatnonzero(drawing))
    draws = draws.where(np.argsort(draws.start_ns, kind="stable"))
    if not len(outer) or not len(draws):
        return None
    begin, end = outer.start_ns, ends(outer.start_ns, outer.dur_ns)
    by = container(begin, end, draws.start_ns)
    draws, by = draws.where(by >= 0), by[by >= 0]
    traversals = np.flatnonzero(main.name == "traversal")
    layouts = np.flatnonzero(main.name == "layout")
    until = ends(main.start_ns, main.dur_ns)[traversals]
    in_traversal = container(main.start_ns[traversals], until, main.start_ns[layouts]) >= 0
    last = np.full(len(begin), NA, np.int64)
    inside = container(begin, end, main.start_ns[traversals])
    last[inside[inside >= 0]] = main.start_ns[traversals][inside >= 0]
    laid = np.zeros(len(begin), np.bool_)
    held = container(begin, end, main.start_ns[layouts[in_traversal]])
    laid[held[held >= 0]] = True
    return DrawnFrames(draws.start_ns, ends(draws.start_ns, draws.dur_ns), begin[by], last[by], laid[by])
