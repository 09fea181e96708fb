"""The critical path of one frame: on which threads its time went before it reached the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, matching
from profiler.analysis.doframes import DoFrames, do_frames, main_thread
from profiler.causes import stages, who
from profiler.causes.stages import BUFFER, COMPOSITION, GPU, QUEUE, RENDER_THREAD, SYNC, UNKNOWN
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
_STUFFED = int(JankType.BUFFER_STUFFING)
SYSTEM_PROCESSES = ("system_server", "com.android.systemui")
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


@dataclass(frozen=True)
class Drawer:
    """A process that draws a window: its main thread, its doFrames, its RenderThread's frames."""

    pid: int
    main: ThreadView
    do_frames: DoFrames
    drawn: dict[int, tuple[ThreadView, int, int]]
    """RenderThread, start and end of `DrawFrames` by vsync id."""
    main_driver: str
    render_driver: str


class Frames:
    """The frames of one app's drivers in a trace.

    Args:
        scene: the app.
        threads: the threads of the same trace.
    """

    def __init__(self, scene: Scene, threads: Threads) -> None:
        self.scene = scene
        self.threads = threads

    @property
    def main(self) -> ThreadView:
        """The app's main thread."""
        return self.app.main

    @cached_property
    def app(self) -> Drawer:
        """The app."""
        return self._drawer(self.scene.pid, self.scene.do_frames, who.MAIN, who.RENDER)

    @cached_property
    def keyboard(self) -> Drawer | None:
        """The keyboard, None where the trace shows no frame of it."""
        rows = self.scene.keyboard_rows
        if not len(rows):
            return None
        pid = int(self.scene.frames.pid[rows[0]])
        own = do_frames(main_thread(self.scene.slices, pid))
        return self._drawer(pid, own, who.KEYBOARD, who.KEYBOARD)

    def _drawer(self, pid: int, own: DoFrames, main_driver: str, render_driver: str) -> Drawer:
        slices = self.scene.slices
        mine = np.flatnonzero((slices.pid == pid) & (slices.tid != pid))
        drawing = matching(slices.name[mine], lambda name: name.startswith("DrawFrame"))
        views = [self.threads.view(int(tid), pid) for tid in np.unique(slices.tid[mine[drawing]])]
        drawn = {token: (view, *span) for view in views for token, span in stages.draw_frames(view).items()}
        return Drawer(pid, self.threads.view(pid, pid), own, drawn, main_driver, render_driver)

    def _beside(self, drawer: Drawer, token: int) -> Drawer:
        """Return the thread beside the main thread that ran the doFrame of a token; `drawer` without one.

        System UI draws its splash screens so. Who drives is told for the system's processes only.
        """
        slices, pid = self.scene.slices, drawer.pid
        names = np.flatnonzero((slices.pid == pid) & (slices.name == f"Choreographer#doFrame {token}"))
        tids = [tid for tid in slices.tid[names].tolist() if tid != pid]
        if not tids:
            return drawer
        mine = slices.where((slices.tid == tids[0]) & (slices.pid == pid))
        own = do_frames(mine.where(np.argsort(mine.start_ns, kind="stable")))
        system = self.scene.trace.processes.get(pid) in SYSTEM_PROCESSES
        return replace(
            drawer,
            main=self.threads.view(tids[0], pid),
            do_frames=own,
            main_driver=who.SYSTEM if system else who.UNKNOWN,
            render_driver=who.SYSTEM if system else drawer.render_driver,
        )

    @cached_property
    def insets(self) -> ThreadView | None:
        """The app's InsetsAnimationThread, None where the trace does not show it at work.

        It is the thread beside the main thread that has doFrames; its name is not always in a trace.
        """
        slices, pid = self.scene.slices, self.scene.pid
        mine = np.flatnonzero((slices.pid == pid) & (slices.tid != pid))
        framing = matching(slices.name[mine], lambda name: name.startswith("Choreographer#doFrame"))
        tids = np.unique(slices.tid[mine[framing]]).tolist()
        named = [tid for tid in tids if tid in self.threads.named(pid, INSETS_THREAD)]
        return self.threads.view((named or tids)[0], pid) if tids else None

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

    def path(self, row: int, *, began_ns: int | None, lane_driver: str, missed: int = 0) -> Path:
        """Return where the time of a frame went.

        Args:
            row: of the trace's frames.
            began_ns: when it should have begun, None: by its own prediction.
            lane_driver: the thread that makes frames of this lane.
            missed: vsyncs that it cost.
        """
        token = int(self.scene.frames.token[row])
        buffer = self.buffer_of.get(token, row) if lane_driver == who.MAIN else row
        if self.late_composition(buffer, missed):
            return self._of_compositor(row)
        if lane_driver == who.MAIN:
            return self._of_window(self.app, buffer, began_ns)
        if lane_driver == who.KEYBOARD and self.keyboard is not None:
            return self._of_window(self.keyboard, row, began_ns)
        if lane_driver == who.INSETS:
            return self._of_insets(row, token, began_ns)
        return self._of_frames_alone(row, lane_driver)

    def late_composition(self, row: int, missed: int) -> bool:
        """Whether SurfaceFlinger is why a frame came late: it says so, and the frame was hardly late itself.

        A composition counts that showed this frame, or one that ran in the vsyncs that were missed. What the
        frame itself was late for must be less than half of what was lost.
        """
        frames, display, scene = self.scene.frames, self.scene.trace.display, self.scene
        shown, overrun = int(scene.on_screen_ns[row]), int(scene.overrun_ns[row])
        if NA in (overrun, shown):
            return False
        period = scene.periods.one(shown)
        if max(0, overrun) > 0.5 * max(0, missed) * period:
            return False
        since = shown - missed * period
        mine = (display.display_token == frames.display_token[row]) | (
            (display.present_ns > since) & (display.present_ns <= shown)
        )
        return bool((display.jank_type[mine] & _SF_JANK).any())

    def _of_window(self, drawer: Drawer, row: int, began_ns: int | None) -> Path:
        frames = self.scene.frames
        token = int(frames.token[row])
        at = int(drawer.do_frames.of(np.asarray([token]))[0])
        if at < 0:
            drawer = self._beside(drawer, token)
            at = int(drawer.do_frames.of(np.asarray([token]))[0])
        if at < 0:
            return self._of_frames_alone(row, drawer.main_driver)
        start, end = int(drawer.do_frames.start_ns[at]), int(drawer.do_frames.end_ns[at])
        expected = int(frames.expected_start_ns[row])
        own = expected if began_ns is None and expected != NA else None
        begin = min(t for t in (began_ns, own, start) if t)
        ready = int(frames.actual_end_ns[row])
        handed = _handed_over(drawer.main, start, end)
        pieces: dict[tuple[str, str], float] = {}
        for stage, ms in stages.main_stages(drawer.main, begin, handed).items():
            # a wait for the RenderThread, which still has an earlier frame
            key = (drawer.render_driver, RENDER_THREAD) if stage == SYNC else (drawer.main_driver, stage)
            pieces[key] = pieces.get(key, 0.0) + ms
        spans = {True: (drawer.main, begin, handed)}
        drawn = drawer.drawn.get(token)
        if drawn is not None:
            render, drawn_start, drawn_end = drawn
            drawn_end = stages.queued(render, drawn_start, drawn_end)
            for stage, ms in stages.render_stages(render, handed, drawn_end).items():
                key = (drawer.render_driver, stage)
                pieces[key] = pieces.get(key, 0.0) + ms
            spans[False] = (render, handed, drawn_end)
            if ready > drawn_end:
                pieces[drawer.render_driver, GPU] = (ready - drawn_end) / MS
        _, stage = max(pieces, key=lambda key: pieces[key])
        return _path(begin, ready, pieces, spans.get(stage in (QUEUE, *stages.MAIN_STAGES)))

    def _of_insets(self, row: int, token: int, began_ns: int | None) -> Path:
        frames = self.scene.frames
        own, view = self.insets_frames, self.insets
        at = int(own.of(np.asarray([token]))[0]) if own is not None else -1
        if own is None or view is None or at < 0:
            return self._of_frames_alone(row, who.INSETS)
        start, end = int(own.start_ns[at]), max(int(own.end_ns[at]), int(frames.actual_end_ns[row]))
        expected = int(frames.expected_start_ns[row])
        begin = min(t for t in (began_ns, expected if expected != NA else None, start) if t)
        pieces = {(who.INSETS, stage): ms for stage, ms in stages.main_stages(view, begin, end).items()}
        return _path(begin, end, pieces, (view, begin, end))

    def _of_compositor(self, row: int) -> Path:
        display = self.scene.trace.display
        at = int(np.flatnonzero(display.display_token == self.scene.frames.display_token[row])[0])
        begin, end = int(display.start_ns[at]), int(display.present_ns[at])
        view = self.threads.view(int(display.pid[at]), int(display.pid[at]))
        pieces = {(who.COMPOSITOR, COMPOSITION): (end - begin) / MS}
        return _path(begin, end, pieces, (view, begin, end))

    def _of_frames_alone(self, row: int, driver: str) -> Path:
        """Return what FrameTimeline alone says: who was late, not why."""
        frames = self.scene.frames
        begin, end = int(frames.actual_start_ns[row]), int(frames.actual_end_ns[row])
        overrun = int(self.scene.overrun_ns[row])
        jank = int(frames.jank_type[row])
        if jank == _STUFFED and frames.on_time_finish[row]:
            # it was ready in its turn: buffers of earlier late frames were still queued before it
            return Path(begin, end, {}, driver, BUFFER, {}, (), known=False)
        late = overrun > 0 or bool(jank & _APP_JANK)
        return Path(begin, end, {}, driver if late else who.UNKNOWN, UNKNOWN, {}, (), known=False)


def _handed_over(main: ThreadView, start: int, end: int) -> int:
    """Return when a main thread gave a frame to its RenderThread; its end where it never did."""
    rows = [r for r in main.inside(start, end).tolist() if main.name[r] == "postAndWait"]
    return int(main.start_ns[rows[-1]]) if rows else end


def _path(
    begin: int,
    end: int,
    pieces: dict[tuple[str, str], float],
    span: tuple[ThreadView, int, int] | None,
) -> Path:
    driver, stage = max(pieces, key=lambda key: pieces[key], default=(who.UNKNOWN, UNKNOWN))
    doing: dict[str, float] = {}
    slices: list[tuple[str, float]] = []
    if span is not None and stage != GPU:
        view, a, b = span
        doing, slices = view.doing(a, b), view.own_times(a, b)
    return Path(begin, end, pieces, driver, stage, doing, tuple(slices[:5]), known=True)
