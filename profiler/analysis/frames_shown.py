"""Which frames an app put on screen: one question to every source of frame times. docs/metrics/sources.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from profiler.analysis.columns import Floats, first_of_equal, matching, within
from profiler.analysis.drawn import drawn_frames
from profiler.analysis.extras import BEGINNING
from traces.capture import FRAMESTATS, LATENCY, TIMELINE, TRACER
from traces.tables import NA, Bools, Ints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.drawn import DrawnFrames
    from profiler.analysis.extras import Blind
    from profiler.analysis.scene import Scene
    from traces.tables import BufferTable
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.latency import LatencyTable
    from traces.trace import Clocks


ALWAYS = (0, 2**63 - 1)
LAST_PART = "the end of it: what came before was overwritten"


@dataclass(frozen=True)
class Shown:
    """An app's frames, ascending by `time_ns`, no two at one time; ns on BOOTTIME, `NA` where unknown.

    `answers_ns` is when the frame began to hold what the app knew: the start of its traversal where the
    source tells it, else of its buffer. An input delivered before that can be in the frame.
    """

    source: str
    on_screen: bool
    """False: the times are when the frame was finished, a vsync or more before it was seen."""
    time_ns: Ints
    start_ns: Ints
    """Start of the doFrame, or when the buffer was dequeued."""
    answers_ns: Ints
    layout: Bools | None
    """Which are layout frames; None where the source can't tell."""
    overrun_ns: Ints

    def __len__(self) -> int:
        return len(self.time_ns)

    def where(self, mask: Bools) -> Shown:
        """Return some of the frames."""
        layout = None if self.layout is None else self.layout[mask]
        return Shown(
            self.source,
            self.on_screen,
            self.time_ns[mask],
            self.start_ns[mask],
            self.answers_ns[mask],
            layout,
            self.overrun_ns[mask],
        )

    def between(self, begin_ns: float, end_ns: float) -> Shown:
        """Return the frames with begin <= time <= end."""
        return self.where(within(self.time_ns, begin_ns, end_ns))


class FrameSource(Protocol):
    """A source of frame times."""

    @property
    def name(self) -> str:
        """As it stands beside every value."""

    @property
    def on_screen(self) -> bool:
        """Whether its times are those on screen."""

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the frames of the app with begin <= time <= end; empty where the source saw none."""


def _shown(  # noqa: PLR0917  columns of one table, in its order
    source: str, on_screen: bool, time: Ints, start: Ints, answers: Ints, layout: Bools | None, overrun: Ints
) -> Shown:
    order = np.argsort(time, kind="stable")
    order = order[time[order] != NA]
    keep = order[first_of_equal(time[order])]
    chosen = None if layout is None else layout[keep]
    return Shown(source, on_screen, time[keep], start[keep], answers[keep], chosen, overrun[keep])


@dataclass(frozen=True)
class FrameTimelineSource:
    """FrameTimeline rows with the doFrames of the app's main thread (Android 12+)."""

    scene: Scene
    name: str = TIMELINE
    on_screen: bool = True

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the app's buffers by their display frame's present fence."""
        scene = self.scene
        rows = scene.app_rows
        start = answers = np.full(len(rows), NA, np.int64)
        if len(scene.do_frames.token):
            known = scene.app_frame >= 0
            start = np.where(known, scene.do_frames.start_ns[scene.app_frame], NA)
            answers = np.where(known, scene.do_frames.traversal_ns[scene.app_frame], NA)
        found = _shown(
            self.name,
            True,
            scene.on_screen_ns[rows],
            start,
            answers,
            scene.layout_frames() if len(scene.do_frames.token) else None,
            scene.overrun_ns[rows],
        )
        return found.between(begin_ns, end_ns)


def _plain_layer(name: str, package: str) -> bool:
    unseen = ("insets_animation", "Splash Screen", "Background for", "ActivityRecordInputSink", "Bounds for")
    return package in name and not any(word in name for word in unseen)


def busiest_layer(buffers: BufferTable, package: str) -> str | None:
    """Return the layer of a package on which most buffers came on screen: a surface, or the window."""
    mine = matching(buffers.layer_name, lambda name: _plain_layer(name, package))
    names = buffers.layer_name[mine & (buffers.present_ns != NA)].tolist()
    return max(sorted(set(names)), key=names.count) if names else None


@dataclass(frozen=True)
class FrameTracerSource:
    """Buffers that SurfaceFlinger's FrameTracer saw (Android 11+), of the app's busiest layer.

    With the app's sections in the trace, a buffer of a window is put to the doFrame that made it
    (`drawn.drawn_frames`); a buffer of a surface has none.
    """

    buffers: BufferTable
    package: str
    drawn: DrawnFrames | None = None
    name: str = TRACER
    on_screen: bool = True

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the buffers by their present fence."""
        layer = busiest_layer(self.buffers, self.package)
        mine = self.buffers.where(self.buffers.layer_name == layer)
        none = np.full(len(mine), NA, np.int64)
        begun = np.where(mine.dequeue_ns != NA, mine.dequeue_ns, mine.queue_ns)
        made = None if self.drawn is None else self.drawn.of(mine.queue_ns)
        if self.drawn is None or made is None or not (made >= 0).any():
            found = _shown(self.name, True, mine.present_ns, begun, begun, None, none)
            return found.between(begin_ns, end_ns)
        known = made >= 0
        start = np.where(known, self.drawn.start_ns[made], NA)
        answers = np.where(known, self.drawn.traversal_ns[made], NA)
        layout = np.asarray(known & self.drawn.layout[made], np.bool_)
        found = _shown(f"{self.name} and doFrame", True, mine.present_ns, start, answers, layout, none)
        return found.between(begin_ns, end_ns)


def boottime(clocks: Clocks, times: Ints) -> Ints:
    """Convert times on MONOTONIC; `NA` stays."""
    known = times != NA
    return np.where(known, clocks.monotonic_to_boottime_ns(np.where(known, times, 0)), NA)


def _blind_within(blind: Blind, clocks: Clocks, begin_ns: int, end_ns: int) -> bool:
    """Whether a ring was blind for some of [begin, end] (BOOTTIME)."""
    for low, high in blind:
        lower = low if low == BEGINNING else clocks.monotonic_to_boottime_ns(low)
        if lower < end_ns and clocks.monotonic_to_boottime_ns(high) > begin_ns:
            return True
    return False


@dataclass(frozen=True)
class FramestatsSource:
    """Rows of `dumpsys gfxinfo framestats` of the app's process: when frames were finished, not seen."""

    rows: FrameStatsTable
    clocks: Clocks
    blind: Blind = ()
    name: str = FRAMESTATS
    on_screen: bool = False

    def blind_within(self, begin_ns: int, end_ns: int) -> bool:
        """Whether frames of this time were overwritten before they were read."""
        return _blind_within(self.blind, self.clocks, begin_ns, end_ns)

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the frames by FrameCompleted."""
        rows = self.rows.counted()
        overrun = rows.overrun_ns()
        found = _shown(
            self.name,
            False,
            boottime(self.clocks, rows.completed_ns),
            boottime(self.clocks, rows.vsync_ns),
            boottime(self.clocks, rows.perform_traversals_start_ns),
            None,
            overrun,
        )
        return found.between(begin_ns, end_ns)


@dataclass(frozen=True)
class LatencySource:
    """Rows of `dumpsys SurfaceFlinger --latency` of the app's layer: times on screen alone (Android 8+)."""

    rows: LatencyTable
    clocks: Clocks
    blind: Blind = ()
    name: str = LATENCY
    on_screen: bool = True

    def blind_within(self, begin_ns: int, end_ns: int) -> bool:
        """Whether frames of this time were overwritten before they were read."""
        return _blind_within(self.blind, self.clocks, begin_ns, end_ns)

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the frames by the present fence; nothing says when one began."""
        rows = self.rows.presented()
        none = np.full(len(rows), NA, np.int64)
        times = boottime(self.clocks, rows.actual_ns)
        return _shown(self.name, True, times, none, none, None, none).between(begin_ns, end_ns)


@dataclass(frozen=True)
class JoinedSource:
    """The rows of both rings that are of one frame: its stages from framestats, its screen from `--latency`.

    A buffer's "desired" time is when it was queued (SurfaceFlinger fills it in where the app names none),
    which HWUI does between SwapBuffers and the end of the swap. So seen in each of ten frames of a real
    Huawei phone (`gfxinfo/deepseek_wifi_f6_framestats_dump1.txt`), where "ready" is FrameCompleted besides.
    """

    frames: FrameStatsTable
    buffers: LatencyTable
    clocks: Clocks
    blind: Blind = ()
    name: str = f"{FRAMESTATS} and {LATENCY}"
    on_screen: bool = True

    def blind_within(self, begin_ns: int, end_ns: int) -> bool:
        """Whether frames of this time were overwritten in either ring before they were read."""
        return _blind_within(self.blind, self.clocks, begin_ns, end_ns)

    def shown(self, begin_ns: int, end_ns: int) -> Shown:
        """Return the buffers by the present fence, each with its frame's stages where that is known."""
        rows, buffers = self.frames, self.buffers
        at = frame_of_buffer(rows, buffers.desired_ns)
        known = at >= 0
        clocks = self.clocks
        found = _shown(
            self.name,
            True,
            boottime(clocks, buffers.actual_ns),
            np.where(known, boottime(clocks, rows.vsync_ns)[at], NA),
            np.where(known, boottime(clocks, rows.perform_traversals_start_ns)[at], NA),
            None,
            np.where(known, rows.overrun_ns()[at], NA),
        )
        return found.between(begin_ns, end_ns)


def frame_of_buffer(rows: FrameStatsTable, queued_ns: Ints) -> Ints:
    """Return for each buffer the index of the framestats row that queued it, -1 for none."""
    swapped = np.maximum(rows.completed_ns, rows.swap_completed_ns)
    order = np.argsort(rows.swap_buffers_ns, kind="stable")
    order = order[rows.swap_buffers_ns[order] != NA]
    if not len(order):
        return np.full(len(queued_ns), -1, np.int64)
    begin = rows.swap_buffers_ns[order]
    place = np.searchsorted(begin, queued_ns, side="right") - 1
    inside = (place >= 0) & (queued_ns != NA) & (queued_ns <= swapped[order[np.maximum(place, 0)]])
    return np.where(inside, order[np.maximum(place, 0)], -1)


def best(sources: Iterable[FrameSource], begin_ns: int, end_ns: int) -> Shown | None:
    """Return what the first source says that saw a frame in the window; the sources by trust, best first.

    A ring that was overwritten in the window says nothing of it.
    """
    for source in sources:
        found = source.shown(begin_ns, end_ns)
        if len(found) and not is_blind(source, begin_ns, end_ns):
            return found
    return None


def answering(sources: Iterable[FrameSource], begin_ns: int, end_ns: int) -> Shown | None:
    """Return what the first source says that saw a frame and tells when it began; None: no source does.

    Where a source that tells so has times on screen in this recording, one that tells when frames were
    finished does not stand in for it: the values of one app would then end at two different moments.
    """
    sources = tuple(sources)
    seen = [one for one in sources if one.on_screen and (one.shown(*ALWAYS).answers_ns != NA).any()]
    for source in seen or sources:
        found = source.shown(begin_ns, end_ns)
        if (found.answers_ns != NA).any() and not is_blind(source, begin_ns, end_ns):
            return found
    return None


def judging(sources: Iterable[FrameSource], begin_ns: int, end_ns: int) -> Shown | None:
    """Return what the first source says that saw a frame with a deadline; None: no source does."""
    for source in sources:
        found = source.shown(begin_ns, end_ns)
        if (found.overrun_ns != NA).any() and not is_blind(source, begin_ns, end_ns):
            return found
    return None


def is_blind(source: FrameSource, begin_ns: int, end_ns: int) -> bool:
    """Whether a source is a ring of which frames of this time were overwritten before it was read."""
    if isinstance(source, JoinedSource | LatencySource | FramestatsSource):
        return source.blind_within(begin_ns, end_ns)
    return False


def last_part(sources: Iterable[FrameSource], begin_ns: int, end_ns: int) -> Shown | None:
    """Return the frames on screen of a window; where each source lost some, those of the end of it."""
    seen = [source for source in sources if source.on_screen]
    whole = best(seen, begin_ns, end_ns)
    if whole is not None:
        return whole
    for source in seen:
        since = begin_ns
        if isinstance(source, JoinedSource | LatencySource):
            ends = [source.clocks.monotonic_to_boottime_ns(high) for _, high in source.blind]
            since = max([begin_ns, *(high for high in ends if high <= end_ns)])
        found = source.shown(since, end_ns)
        if len(found):
            return found if since == begin_ns else replace(found, source=f"{found.source} ({LAST_PART})")
    return None


def trusted(  # noqa: PLR0917  each source by what it is read from
    scene: Scene | None,
    package: str,
    buffers: BufferTable | None,
    framestats: FrameStatsTable | None = None,
    latency: LatencyTable | None = None,
    clocks: Clocks | None = None,
    blind: tuple[Blind, Blind] = ((), ()),
) -> tuple[FrameSource, ...]:
    """Return the sources that a recording gives, best first; `blind` of framestats and of `--latency`."""
    found: list[FrameSource] = []
    if scene is not None and len(scene.app_rows):
        found.append(FrameTimelineSource(scene))
    if buffers is not None and len(buffers):
        drawn = None if scene is None else drawn_frames(scene.slices, scene.pid)
        found.append(FrameTracerSource(buffers, package, drawn))
    if latency is not None and clocks is not None:
        if framestats is not None and (frame_of_buffer(framestats, latency.desired_ns) >= 0).any():
            found.append(JoinedSource(framestats, latency, clocks, (*blind[0], *blind[1])))
        found.append(LatencySource(latency, clocks, blind[1]))
    if framestats is not None and clocks is not None:
        found.append(FramestatsSource(framestats, clocks, blind[0]))
    return tuple(found)


def gaps_of(frames: Shown) -> Floats:
    """Return the gaps between successive frames, ns."""
    return np.diff(frames.time_ns).astype(np.float64)
