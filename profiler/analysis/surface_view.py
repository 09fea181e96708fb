"""Apps that draw their content into a SurfaceView, as Flutter does: FrameTimeline sees only their window.

Their window is drawn as well while the keyboard slides, since the platform moves the leash with its buffers;
but what a person sees of the app is on the surface, whose buffers carry no vsync id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import matching
from profiler.analysis.frames_shown import FrameTimelineSource, FrameTracerSource, busiest_layer

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource

SURFACE = "SurfaceView"
"""Begin of the names of its layers."""
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
        if isinstance(source, FrameTracerSource):
            own = _of_surfaces(source, package)
            if len(own.shown(begin_ns, end_ns)) >= FEWEST:
                return (own,)
    return ()


def of_the_content(sources: tuple[FrameSource, ...], package: str) -> tuple[FrameSource, ...]:
    """Return the sources of what a person sees of an app, in interactions of which a few frames are all.

    Where most of the package's buffers of the recording came on a SurfaceView, its window is left out: it is
    drawn now and then too, empty.
    """
    traced = next((source for source in sources if isinstance(source, FrameTracerSource)), None)
    busiest = None if traced is None else busiest_layer(traced.buffers, package)
    if traced is None or busiest is None or not busiest.startswith(SURFACE):
        return sources
    seen = (source for source in sources if not isinstance(source, FrameTimelineSource))
    return tuple(_of_surfaces(traced, package) if source is traced else source for source in seen)


def _of_surfaces(source: FrameTracerSource, package: str) -> FrameTracerSource:
    """Return the buffers of a package's SurfaceViews alone; no doFrame made them."""
    mine = matching(source.buffers.layer_name, lambda name: name.startswith(SURFACE) and package in name)
    return FrameTracerSource(source.buffers.where(mine), package)
