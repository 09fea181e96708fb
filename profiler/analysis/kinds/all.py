"""All interactions of a round that are no pop-ups, and their means."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from profiler.analysis.kinds.comeback import measure_start
from profiler.analysis.kinds.hide import measure_hide
from profiler.analysis.kinds.key import measure_key, typing
from profiler.analysis.kinds.model import Stage, marked_interactions
from profiler.analysis.kinds.scroll import measure_scroll
from profiler.analysis.kinds.send import measure_send, measure_stream

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource
    from profiler.analysis.kinds.model import Kind
    from profiler.analysis.results import InteractionResult
    from profiler.analysis.scene import Scene

KINDS: dict[str, Kind] = {
    "hide": measure_hide,
    "key": measure_key,
    "send": measure_send,
    "scroll": measure_scroll,
    "return": measure_start,
    "launch": measure_start,
}
"""`stream` is apart: it needs the send before it."""


def measure_interactions(
    scene: Scene, sources: tuple[FrameSource, ...], keyboard: str | None
) -> tuple[InteractionResult, ...]:
    """Measure every marked interaction that is no pop-up, in order.

    Args:
        scene: the app in the trace.
        sources: where its frames come from, best first (`frames_shown.trusted`).
        keyboard: the keyboard's package.
    """
    stage = Stage(scene, sources, keyboard)
    found: list[InteractionResult] = []
    for one in marked_interactions(scene.trace.marks):
        if one.kind == "stream":
            before = found[-1] if found else None
            sent = before if before and (before.kind, before.number) == ("send", one.number) else None
            found.append(measure_stream(stage, one, sent))
        elif one.kind in KINDS:
            found.append(KINDS[one.kind](stage, one))
    return tuple(found)


def interaction_means(found: tuple[InteractionResult, ...]) -> dict[str, float | None]:
    """Return `kind.metric` -> its mean over a round, null with a null in any; typing has more of its own."""
    made: dict[str, float | None] = {}
    for kind in dict.fromkeys(one.kind for one in found):
        mine = [one for one in found if one.kind == kind]
        for name in dict.fromkeys(name for one in mine for name in one.metrics):
            values = [one.metrics.get(name) for one in mine]
            if any(isinstance(value, str) for value in values):
                continue
            numbers = [float(v) for v in values if isinstance(v, int | float)]
            made[f"{kind}.{name}"] = fmean(numbers) if len(numbers) == len(values) else None
        if kind == "key":
            made |= typing(mine)
    return made
