"""Apps that draw their content into a SurfaceView, as Flutter does: FrameTimeline sees only their window.

Their window is drawn as well while the keyboard slides, since the platform moves the leash with its buffers;
but what a person sees of the app is on the surface, whose buffers carry no vsync id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import matching
from profiler.analysis.frames_shown import FrameTracerSource

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource

FEWEST = 3
"""Buffers that a surface shows in a pop-up at least, to count as where the app draws."""


def surface_sources(
    sources: tuple[FrameSource, ...], package: str, begin_ns: int, end_ns: int
) -> tuple[FrameSource, ...]:
    """Return a source of the package's SurfaceViews alone; empty where none shows frames in the window.

    Args:
        sources: those of the recording, best first.
        package: the app's.
        begin_ns: the window's begin, BOOTTIME.
        end_ns: its end.
    """
    for source in sources:
        if not isinstance(source, FrameTracerSource):
            continue
        mine = matching(
            source.buffers.layer_name, lambda name: name.startswith("SurfaceView") and package in name
        )
        own = FrameTracerSource(source.buffers.where(mine), package)
        if len(own.shown(begin_ns, end_ns)) >= FEWEST:
            return (own,)
    return ()
