"""All interactions of a round that are no pop-ups, and their means."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from profiler.analysis.interactions import SINCE_DELIVERY
from profiler.analysis.kinds.comeback import measure_start
from profiler.analysis.kinds.hide import measure_hide
from profiler.analysis.kinds.key import measure_key, typing
from profiler.analysis.kinds.model import INPUT_UNKNOWN, Stage, marked_interactions
from profiler.analysis.kinds.scroll import by_keyboard, measure_scroll
from profiler.analysis.kinds.send import NO_LAYOUT, measure_send
from profiler.analysis.kinds.stream import measure_stream
from profiler.analysis.kinds.untold import LIMITS_NS, measure_untold
from profiler.analysis.plugins import add_metrics
from profiler.standards.model import JudgedWindow
from profiler.standards.registry import standards_of

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import FrameSource
    from profiler.analysis.kinds.model import Kind, Marked
    from profiler.analysis.results import InteractionResult
    from profiler.analysis.scene import Scene
    from traces.text.framestats_table import FrameStatsTable

KINDS: dict[str, Kind] = {
    "hide": measure_hide,
    "key": measure_key,
    "pick": measure_key,
    "send": measure_send,
    "scroll": measure_scroll,
    "return": measure_start,
    "launch": measure_start,
}
"""`stream` is apart: it needs the send before it."""


def measure_interactions(
    scene: Scene,
    sources: tuple[FrameSource, ...],
    keyboard: str | None,
    *,
    framestats: FrameStatsTable | None = None,
    keyboard_shown: tuple[bool | None, bool | None] = (None, None),
) -> tuple[InteractionResult, ...]:
    """Measure every marked interaction that is no pop-up, in order.

    Args:
        scene: the app in the trace.
        sources: where its frames come from, best first (`frames_shown.trusted`).
        keyboard: the keyboard's package.
        framestats: the app's rows, for what gfxinfo itself would say.
        keyboard_shown: whether the keyboard was up before and after the recording.
    """
    paired = len(scene.trace.clocks.monotonic_ns) > 0
    stage = Stage(scene, sources, keyboard, framestats if paired else None, keyboard_shown)
    found: list[InteractionResult] = []
    for one in marked_interactions(scene.trace.marks):
        why = _untold(stage, one)
        if why is not None:
            found.append(measure_untold(stage, one, why))
        elif one.kind == "stream":
            before = found[-1] if found else None
            sent = before if before and (before.kind, before.number) == ("send", one.number) else None
            found.append(measure_stream(stage, one, sent))
        elif one.kind in KINDS:
            found.append(KINDS[one.kind](stage, one))
    found = [_since_delivery(one) if _delivered_only(stage, one.kind) else one for one in found]
    for result in found:
        add_metrics(result, result.kind, scene, result.t0_ns, result.end_ns)
    return tuple(_judged(stage, one) for one in found)


FROM_INPUT = frozenset(
    {
        *("response_ms", "bubble_ms", "list_settled_ms", "first_sign_ms", "first_token_ms", "held_ms"),
        *("commit_ms", "key_preview_ms", "candidates_ms", "content_returned_ms"),
        *("first_move_ms", "first_move_from_down_ms", "fling_ms"),
    }
)
"""Metrics that count from the time of an input."""


ON_KEYBOARD = frozenset({"key", "pick"})
"""Kinds whose touch the keyboard's window is handed."""


def _delivered_only(stage: Stage, kind: str) -> bool:
    """Return whether of the inputs of a kind only the delivery is told (Android 10 and older)."""
    return (stage.keyboard_inputs if kind in ON_KEYBOARD else stage.scene.inputs).delivered_only


def _since_delivery(one: InteractionResult) -> InteractionResult:
    """Say of each latency that it counts from when the app was handed the input."""
    sources = {
        name: source + SINCE_DELIVERY if name in FROM_INPUT and SINCE_DELIVERY not in source else source
        for name, source in one.sources.items()
    }
    return replace(one, sources=sources)


def _untold(stage: Stage, one: Marked) -> str | None:
    """Return why an interaction can be measured by the app's frames alone; None: there is more."""
    if one.kind not in LIMITS_NS:
        return None
    if one.kind == "stream":
        layout = stage.scene.timed or stage.tells_layout(one.begin_ns, one.end_ns)
        return None if layout else NO_LAYOUT
    return None if stage.scene.tells_input else INPUT_UNKNOWN


def _judged(stage: Stage, one: InteractionResult) -> InteractionResult:
    """Return an interaction with the named standards of its window; without a window there are none."""
    if one.t0_ns is None or one.end_ns is None:
        return one
    ratio = one.metrics.get("hitch_ratio")
    per_second = one.metrics.get("hitch_ratio_ms_per_s")
    if isinstance(per_second, int | float):
        ratio = per_second / 1000
    window = JudgedWindow(
        stage.scene,
        one.t0_ns,
        one.end_ns,
        stage.frames(one.t0_ns, one.end_ns),
        float(ratio) if isinstance(ratio, int | float) else None,
        stage.framestats,
    )
    return replace(one, standards=standards_of(window))


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
        if kind == "scroll":
            made |= by_keyboard(mine)
    return made
