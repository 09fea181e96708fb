"""The critical path of one frame: on which threads its time went before it reached the screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS
from profiler.analysis.doframes import DoFrames, do_frames
from profiler.causes import stages, who
from profiler.causes.stages import COMPOSITION, GPU, QUEUE, RENDER_THREAD, SYNC, UNKNOWN
from traces.tables import NA, JankType

if TYPE_CHECKING:
    from profiler.analysis.scene import Scene
    from profiler.causes.threads import Threads, ThreadView

_SF_JANK = int(
    JankType.SF_SCHEDULING
    | JankType.SF_CPU_DEADLINE_MISSED
    | JankType.SF_GPU_DEADLINE_MISSED
    | JankType.SF_STUFFING
    | JankType.DISPLAY_HAL
)
_APP_JANK = int(JankType.APP_DEADLINE_MISSED)
INSETS_THREAD = "InsetsAnimation"
"""The thread `InsetsAnimations`, as the kernel cuts its name."""


@dataclass(frozen=True)
class Path:
    """Where a frame's time went."""

    begin_ns: int
    """When it should have begun (or did, if that is not known)."""
    end_ns: int
    """When it was ready, or on screen where SurfaceFlinger kept it."""
    pieces: dict[tuple[str, str], float]
    """ms by (driver, stage)."""
    driver: str
    stage: str
    """Where most of the time went."""
    doing: dict[str, float]
    """What the driver's thread was doing, ms; empty where the recording does not tell."""
    slices: tuple[tuple[str, float], ...]
    known: bool
    """Whether the recording has the frame's own slices."""


class Frames:
    """The frames of one app's drivers in a trace.

    Args:
        scene: the app.
        threads: the threads of the same trace.
    """

    def __init__(self, scene: Scene, threads: Threads) -> None:
        self.scene = scene
        self.threads = threads

    @cached_property
    def main(self) -> ThreadView:
        """The app's main thread."""
        return self.threads.view(self.scene.pid, self.scene.pid)

    @cached_property
    def renders(self) -> tuple[ThreadView, ...]:
        """The app's RenderThread (one per process, as long as it lives)."""
        pid = self.scene.pid
        return tuple(self.threads.view(tid, pid) for tid in self.threads.named(pid, "RenderThread"))

    @cached_property
    def drawn(self) -> dict[int, tuple[ThreadView, int, int]]:
        """RenderThread, start and end of `DrawFrames` by vsync id."""
        return {
            token: (view, *span) for view in self.renders for token, span in stages.draw_frames(view).items()
        }

    @cached_property
    def insets(self) -> ThreadView | None:
        """The app's InsetsAnimationThread, None where the trace does not know it."""
        tids = self.threads.named(self.scene.pid, INSETS_THREAD)
        return self.threads.view(tids[0], self.scene.pid) if tids else None

    @cached_property
    def insets_frames(self) -> DoFrames | None:
        """The doFrames of the InsetsAnimationThread."""
        if self.insets is None:
            return None
        slices = self.scene.slices
        mine = slices.where((slices.tid == self.insets.tid) & (slices.pid == self.scene.pid))
        return do_frames(mine.where(np.argsort(mine.start_ns, kind="stable")))

    @cached_property
    def buffer_of(self) -> dict[int, int]:
        """Row of the app's buffer by token."""
        rows = self.scene.app_rows
        return dict(zip(self.scene.frames.token[rows].tolist(), rows.tolist(), strict=True))

    def compositor_view(self, pid: int) -> ThreadView:
        """SurfaceFlinger's main thread."""
        return self.threads.view(pid, pid)

    def path(self, row: int, *, began_ns: int | None, lane_driver: str) -> Path:
        """Return where the time of a frame went.

        Args:
            row: of the trace's frames.
            began_ns: when it should have begun, None: by its own prediction.
            lane_driver: the thread that makes frames of this lane.
        """
        token = int(self.scene.frames.token[row])
        if lane_driver == who.MAIN:
            return self._of_main(self.buffer_of.get(token, row), row, token, began_ns)
        if lane_driver == who.INSETS:
            return self._of_insets(row, token, began_ns)
        return self._of_frames_alone(row, lane_driver)

    def late_composition(self, row: int) -> bool:
        """Whether SurfaceFlinger showed a frame late that was ready by its deadline."""
        frames, display = self.scene.frames, self.scene.trace.display
        overrun = int(self.scene.overrun_ns[row])
        shown_with = np.flatnonzero(display.display_token == frames.display_token[row])
        if overrun == NA or overrun > 0 or not len(shown_with):
            return False
        return bool(int(display.jank_type[shown_with[0]]) & _SF_JANK)

    def _of_main(self, buffer: int, row: int, token: int, began_ns: int | None) -> Path:
        frames = self.scene.frames
        at = int(self.scene.do_frames.of(np.asarray([token]))[0])
        if self.late_composition(row) and self.late_composition(buffer):
            return self._of_compositor(row)
        if at < 0:
            return self._of_frames_alone(row, who.MAIN)
        start, end = int(self.scene.do_frames.start_ns[at]), int(self.scene.do_frames.end_ns[at])
        expected = int(frames.expected_start_ns[row])
        own = expected if began_ns is None and expected != NA else None
        begin = min(t for t in (began_ns, own, start) if t)
        ready = int(frames.actual_end_ns[buffer])
        handed = self._handed_over(start, end)
        pieces: dict[tuple[str, str], float] = {}
        for stage, ms in stages.main_stages(self.main, begin, handed).items():
            # a wait for the RenderThread, which still has an earlier frame
            key = (who.RENDER, RENDER_THREAD) if stage == SYNC else (who.MAIN, stage)
            pieces[key] = pieces.get(key, 0.0) + ms
        spans = {who.MAIN: (self.main, begin, handed)}
        drawn = self.drawn.get(token)
        if drawn is not None:
            render, _, drawn_end = drawn
            self._of_render(pieces, render, handed, drawn_end)
            spans[who.RENDER] = (render, handed, drawn_end)
            if ready > drawn_end:
                pieces[who.RENDER, GPU] = (ready - drawn_end) / MS
        return self._path(begin, ready, pieces, spans)

    def _handed_over(self, start: int, end: int) -> int:
        """Return when the main thread gave the frame to the RenderThread; its end where it never did."""
        main = self.main
        rows = [r for r in main.inside(start, end).tolist() if main.name[r] == "postAndWait"]
        return int(main.start_ns[rows[-1]]) if rows else end

    def _of_render(
        self, pieces: dict[tuple[str, str], float], render: ThreadView, begin: int, end: int
    ) -> None:
        waited = 0.0
        for row in render.inside(begin, end).tolist():
            name = str(render.name[row])
            stage = {"dequeueBuffer": QUEUE, "syncFrameState": SYNC}.get(name)
            if stage is not None:
                length = min(int(render.end_ns[row]), end) - max(int(render.start_ns[row]), begin)
                pieces[who.RENDER, stage] = pieces.get((who.RENDER, stage), 0.0) + length / MS
                waited += length / MS
        rest = (end - begin) / MS - waited
        if rest > 0:
            pieces[who.RENDER, RENDER_THREAD] = pieces.get((who.RENDER, RENDER_THREAD), 0.0) + rest

    def _of_insets(self, row: int, token: int, began_ns: int | None) -> Path:
        frames = self.scene.frames
        if self.late_composition(row):
            return self._of_compositor(row)
        own, view = self.insets_frames, self.insets
        at = int(own.of(np.asarray([token]))[0]) if own is not None else -1
        if own is None or view is None or at < 0:
            return self._of_frames_alone(row, who.INSETS)
        start, end = int(own.start_ns[at]), max(int(own.end_ns[at]), int(frames.actual_end_ns[row]))
        expected = int(frames.expected_start_ns[row])
        begin = min(t for t in (began_ns, expected if expected != NA else None, start) if t)
        pieces = {(who.INSETS, stage): ms for stage, ms in stages.main_stages(view, begin, end).items()}
        return self._path(begin, end, pieces, {who.INSETS: (view, begin, end)})

    def _of_compositor(self, row: int) -> Path:
        display = self.scene.trace.display
        at = int(np.flatnonzero(display.display_token == self.scene.frames.display_token[row])[0])
        begin, end = int(display.start_ns[at]), int(display.present_ns[at])
        view = self.compositor_view(int(display.pid[at]))
        pieces = {(who.COMPOSITOR, COMPOSITION): (end - begin) / MS}
        return self._path(begin, end, pieces, {who.COMPOSITOR: (view, begin, end)})

    def _of_frames_alone(self, row: int, driver: str) -> Path:
        """Return what FrameTimeline alone says: who was late, not why."""
        frames = self.scene.frames
        if self.late_composition(row):
            return self._of_compositor(row)
        begin, end = int(frames.actual_start_ns[row]), int(frames.actual_end_ns[row])
        overrun = int(self.scene.overrun_ns[row])
        late = overrun > 0 or bool(int(frames.jank_type[row]) & _APP_JANK)
        blamed = driver if late else who.UNKNOWN
        return Path(begin, end, {}, blamed, UNKNOWN, {}, (), known=False)

    def _path(
        self,
        begin: int,
        end: int,
        pieces: dict[tuple[str, str], float],
        spans: dict[str, tuple[ThreadView, int, int]],
    ) -> Path:
        driver, stage = max(pieces, key=lambda key: pieces[key], default=(who.UNKNOWN, UNKNOWN))
        doing: dict[str, float] = {}
        slices: list[tuple[str, float]] = []
        if driver in spans and stage != GPU:
            view, a, b = spans[driver]
            doing, slices = view.doing(a, b), view.own_times(a, b)
        return Path(begin, end, pieces, driver, stage, doing, tuple(slices[:5]), known=True)
