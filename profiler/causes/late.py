"""Late frames: steps of the slide that cost vsyncs, and frames that missed their deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.analysis.answer import in_window
from profiler.analysis.columns import to_ms
from profiler.analysis.results import LateFrame
from profiler.causes import stages, who
from profiler.causes.threads import SLEEPING
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.popup import Window
    from profiler.analysis.scene import Scene
    from profiler.analysis.slide import Motion
    from profiler.causes.path import Frames, Path
    from traces.tables import Ints


@dataclass(frozen=True)
class Step:
    """A late frame with what the rules ask of it."""

    late: LateFrame
    path: Path
    cost_ms: float
    """Missed vsyncs times the period of that moment."""
    gap_ms: float
    second_pass_ms: float
    """Of it in second layout passes."""

    @property
    def idle_ms(self) -> float:
        """How long the driver had nothing to do."""
        return self.path.doing.get(SLEEPING, 0.0)


def late_steps(frames: Frames, window: Window) -> list[Step]:
    """Return the late frames of a pop-up in order of time.

    First the steps of the slide that cost vsyncs, then those frames of the app, of the insets thread and of
    the keyboard in the window that ended after their deadline without having cost a step.
    """
    scene = frames.scene
    steps: list[Step] = []
    seen: set[int] = set()
    if window.motion is not None and window.slide is not None:
        driver = who.MAIN if window.slide.synchronised else who.INSETS
        steps += slide_steps(frames, window.motion, driver, window.begin_ns)
        seen = {step.late.token for step in steps}
    lanes: tuple[tuple[str, str, Ints], ...] = (
        ("app", who.MAIN, scene.app_rows),
        ("keyboard", who.KEYBOARD, scene.keyboard_rows),
    )
    for lane, driver, rows in lanes:
        for row in in_window(scene, rows, window.begin_ns, window.end_ns).tolist():
            overrun = int(scene.overrun_ns[row])
            token = int(scene.frames.token[row])
            if overrun != NA and overrun > 0 and not (lane == "app" and token in seen):
                steps.append(step_of(frames, row, lane=lane, driver=driver, origin_ns=window.begin_ns))
    return sorted(steps, key=lambda step: step.late.start_ns)


def slide_steps(frames: Frames, motion: Motion, driver: str, origin_ns: int) -> list[Step]:
    """Return the steps of a slide that cost vsyncs."""
    lane = "leash" if motion.source == "leash" else "app"
    found = []
    for i in range(1, len(motion.rows)):
        missed = int(motion.cadence.missed[i])
        if missed:
            row, before = int(motion.rows[i]), int(motion.rows[i - 1])
            began = _should_begin(frames.scene, before, float(motion.period_ns[i]))
            gap = to_ms(int(motion.times_ns[i] - motion.times_ns[i - 1]))
            step = step_of(
                frames,
                row,
                lane=lane,
                driver=driver,
                origin_ns=origin_ns,
                began_ns=began,
                missed=missed,
                cost_ms=to_ms(missed * float(motion.period_ns[i])),
                gap_ms=gap,
            )
            found.append(step)
    return found


def _should_begin(scene: Scene, before: int, period_ns: float) -> int | None:
    """Return when the frame after `before` should have begun: one period after that one's own begin."""
    expected = int(scene.frames.expected_start_ns[before])
    return round(expected + period_ns) if expected != NA else None


def step_of(
    frames: Frames,
    row: int,
    *,
    lane: str,
    driver: str,
    origin_ns: int,
    began_ns: int | None = None,
    missed: int = 0,
    cost_ms: float = 0.0,
    gap_ms: float = 0.0,
) -> Step:
    """Return one late frame."""
    scene = frames.scene
    table = scene.frames
    path = frames.path(row, began_ns=began_ns, lane_driver=driver, missed=missed)
    shown, overrun = int(scene.on_screen_ns[row]), int(scene.overrun_ns[row])
    pid = int(table.pid[row])
    passes = stages.double_passes(frames.main, path.begin_ns, path.end_ns) if driver == who.MAIN else []
    late = LateFrame(
        lane=lane,
        present_ms=to_ms(shown - origin_ns) if shown != NA else None,
        missed=missed,
        overrun_ms=to_ms(overrun) if overrun != NA else None,
        token=int(table.token[row]),
        start_ns=path.begin_ns,
        driver=path.driver,
        owner=table.process[row] or scene.trace.processes.get(pid) or f"pid {pid}",
        stage=path.stage,
        doing=tuple(sorted(path.doing.items(), key=lambda one: -one[1])),
        slices=path.slices,
    )
    return Step(late, path, cost_ms, gap_ms, sum(passes))
