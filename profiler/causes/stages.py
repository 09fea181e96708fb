"""The way of one frame: from the vsync that it should have begun at to the screen, stage by stage.

Stages of the main thread are the sections that Choreographer and ViewRootImpl write; the RenderThread's
work stands under `DrawFrames <vsync id>`. The time between the RenderThread's end and the buffer's
readiness is the graphics processor's. Sources: docs/causes.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.analysis.columns import MS

if TYPE_CHECKING:
    from profiler.causes.threads import ThreadView

QUEUE, SYNC, BUFFER, RENDER_THREAD, GPU, COMPOSITION, UNKNOWN = (
    "queue",
    "sync",
    "buffer",
    "render thread",
    "gpu",
    "composition",
    "unknown",
)
MAIN_STAGES = ("input", "animation", "insets_animation", "traversal", "measure", "layout", "draw")

_NAMES = {
    "input": "input",
    "animation": "animation",
    "insets_animation": "insets_animation",
    "traversal": "traversal",
    "measure": "measure",
    "layout": "layout",
    "draw": "draw",
    "postAndWait": "sync",
    "syncFrameState": "sync",
}
_DRAWING = re.compile(r"draw-VRI\[.*\]|Record View#draw\(\)|Drawing.*")
_FRAME = re.compile(r"Choreographer#doFrame (\d+)")
_DRAW_FRAME = re.compile(r"DrawFrames? (\d+)")


def stage_of(name: str) -> str | None:
    """Return the stage that a slice of the main thread stands for; None: it stands for none."""
    if name.startswith("deliverInputEvent"):
        return "input"
    return _NAMES.get(name) or ("draw" if _DRAWING.fullmatch(name) else None)


@dataclass(frozen=True, slots=True)
class Piece:
    """Time that a frame spent in one stage."""

    stage: str
    ms: float


def main_stages(main: ThreadView, begin_ns: int, end_ns: int) -> dict[str, float]:
    """Return how an interval of a main thread divides into stages, ms; `queue` is everything else.

    The innermost section that stands for a stage counts.
    """
    edges: list[tuple[int, int, str]] = []
    for row in main.inside(begin_ns, end_ns).tolist():
        stage = stage_of(str(main.name[row]))
        if stage is not None:
            a, b = max(int(main.start_ns[row]), begin_ns), min(int(main.end_ns[row]), end_ns)
            edges.append((a, b, stage))
    total: dict[str, int] = {QUEUE: max(0, end_ns - begin_ns)}
    # rows come in order of start, so a later one that overlaps is the inner one
    stack: list[tuple[int, str]] = []
    cursor = begin_ns

    def give(until: int) -> None:
        nonlocal cursor
        if until > cursor and stack:
            total[stack[-1][1]] = total.get(stack[-1][1], 0) + until - cursor
            total[QUEUE] -= until - cursor
        cursor = max(cursor, until)

    for a, b, stage in edges:
        while stack and stack[-1][0] <= a:
            give(stack[-1][0])
            stack.pop()
        give(a)
        cursor = max(cursor, a)
        stack.append((b, stage))
    while stack:
        give(stack[-1][0])
        stack.pop()
    return {stage: length / MS for stage, length in total.items() if length > 0}


def render_stages(render: ThreadView, begin_ns: int, end_ns: int) -> dict[str, float]:
    """Return how an interval of a RenderThread divides, ms.

    `buffer` is its wait for a free buffer (`dequeueBuffer`): all of them are queued or on screen.
    """
    waited, reached = 0, begin_ns
    for row in render.inside(begin_ns, end_ns).tolist():
        if render.name[row] == "dequeueBuffer":  # two of them stand one in the other
            until = min(int(render.end_ns[row]), end_ns)
            waited += max(0, until - max(int(render.start_ns[row]), reached))
            reached = max(reached, until)
    total = {RENDER_THREAD: end_ns - begin_ns - waited, BUFFER: waited}
    return {stage: length / MS for stage, length in total.items() if length > 0}


def queued(render: ThreadView, begin_ns: int, end_ns: int) -> int:
    """Return when a RenderThread had queued its buffer, the frame's end where no `queueBuffer` says so.

    DrawFrames goes on after that with work that the picture does not wait for.
    """
    rows = [r for r in render.inside(begin_ns, end_ns).tolist() if render.name[r] == "queueBuffer"]
    return max((int(render.end_ns[r]) for r in rows), default=end_ns)


def index_of(view: ThreadView, pattern: re.Pattern[str]) -> dict[int, tuple[int, int]]:
    """Return start and end by vsync id of all slices of this kind; the first of an id counts."""
    found: dict[int, tuple[int, int]] = {}
    for row, name in enumerate(view.name.tolist()):
        match = pattern.fullmatch(name) if name else None
        if match:
            found.setdefault(int(match[1]), (int(view.start_ns[row]), int(view.end_ns[row])))
    return found


def draw_frames(render: ThreadView) -> dict[int, tuple[int, int]]:
    """Return the RenderThread's frames by vsync id."""
    return index_of(render, _DRAW_FRAME)


def double_passes(main: ThreadView, begin_ns: int, end_ns: int) -> list[float]:
    """Return the lengths of second layout passes, ms: a `measure` inside a `layout`, or a second pair.

    ViewRootImpl measures and lays out again inside its `layout` section when views asked for a layout while
    they were laid out.
    """
    rows = main.inside(begin_ns, end_ns).tolist()
    layouts = [r for r in rows if main.name[r] == "layout"]
    found: list[float] = []
    for row in layouts:
        inner = [
            r
            for r in rows
            if main.name[r] == "measure"
            and main.start_ns[r] >= main.start_ns[row]
            and main.end_ns[r] <= main.end_ns[row]
        ]
        if inner:
            found.append((int(main.end_ns[row]) - int(main.start_ns[inner[0]])) / MS)
    frames = [(int(main.start_ns[r]), int(main.end_ns[r])) for r in rows if main.name[r] == "traversal"]
    for a, b in frames:
        mine = [r for r in layouts if a <= main.start_ns[r] < b]
        found += [(int(main.end_ns[r]) - int(main.start_ns[r])) / MS for r in mine[1:]]
    return found
