"""A pop-up's frames as a strip, for people who want to see them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import MS, to_ms, within
from profiler.analysis.jank import jank_names
from profiler.analysis.results import StripFrame
from profiler.analysis.slide import KEYBOARD, MAIN_THREAD, Motion, Slide
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.answer import ContentCadence
    from profiler.analysis.scene import Scene
    from traces.tables import Ints

BEFORE_NS = 100 * MS
AFTER_NS = 300 * MS


def strip(
    scene: Scene,
    window: tuple[int, int],
    *,
    slide: Slide | None,
    motion: Motion | None,
    content: ContentCadence | None,
) -> tuple[StripFrame, ...]:
    """Return the frames from 100 ms before the window to 300 ms after it, lane by lane, by time on screen."""
    t0_ns, end_ns = window

    def visible(rows: Ints) -> Ints:
        return rows[within(scene.on_screen_ns[rows], t0_ns - BEFORE_NS, end_ns + AFTER_NS)]

    on_leash = motion is not None and motion.source == "leash"
    moved = _missed(motion.rows, motion.cadence.missed) if motion else {}
    followed = _missed(content.rows, content.cadence.missed) if content else {}
    leash = motion.rows if motion and on_leash else visible(scene.leash_rows)
    lanes: tuple[tuple[str, str, Ints, dict[int, int]], ...] = (
        ("leash", slide.driver if slide else MAIN_THREAD, leash, moved if on_leash else {}),
        ("app", MAIN_THREAD, visible(scene.app_rows), followed if on_leash else followed | moved),
        ("keyboard", KEYBOARD, visible(scene.keyboard_rows), {}),
    )
    layouts = set(scene.app_rows[scene.layout_frames()].tolist())
    return tuple(
        _frame(
            scene,
            row,
            t0_ns,
            lane=lane,
            driver=driver,
            missed=missed.get(row, 0),
            layout=lane == "app" and row in layouts,
        )
        for lane, driver, rows, missed in lanes
        for row in rows.tolist()
    )


def _missed(rows: Ints, missed: Ints) -> dict[int, int]:
    return dict(zip(rows.tolist(), missed.tolist(), strict=True))


def _frame(
    scene: Scene, row: int, t0_ns: int, *, lane: str, driver: str, missed: int, layout: bool
) -> StripFrame:
    frames = scene.frames
    deadline, overrun = int(frames.expected_end_ns[row]), int(scene.overrun_ns[row])
    return StripFrame(
        lane=lane,
        present_ms=to_ms(int(scene.on_screen_ns[row]) - t0_ns),
        ready_ms=to_ms(int(frames.actual_end_ns[row]) - t0_ns),
        deadline_ms=to_ms(deadline - t0_ns) if deadline != NA else None,
        missed_before=missed,
        late=bool(overrun != NA and overrun > 0),
        layout=layout,
        jank=jank_names(int(frames.jank_type[row])),
        driver=driver,
        token=token if (token := int(frames.token[row])) != NA else None,
    )
