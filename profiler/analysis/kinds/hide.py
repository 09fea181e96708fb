"""The keyboard goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import MS
from profiler.analysis.interactions import Interaction, Press
from profiler.analysis.kinds.model import INPUT_UNKNOWN, Findings, gesture, nothing
from profiler.analysis.kinds.send import NO_LAYOUT
from profiler.analysis.popup import NO_SLIDE, SLIDE_UNTOLD, measure_popup
from traces.capture import TIMELINE

if TYPE_CHECKING:
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult

AFTER_NS = 1000 * MS
SLICES = "slices"
OF_THE_LEASH = (
    *(
        "first_motion_ms",
        "settled_ms",
        "slide_ms",
        "missed_vsyncs",
        "hitch_ms",
        "longest_gap_ms",
        "hitch_ratio",
    ),
    *("hitch_ms.least", "hitch_ms.most"),
)
"""What is measured of the keyboard's own rows, or of the app's that stand in for them."""


def measure_hide(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a hide from BACK's DOWN, or from the lift of a tap outside; the slide as that of a show."""
    scene = stage.scene
    back = gesture(stage, scene.inputs, marked, touch=False)
    tap = gesture(stage, scene.inputs, marked, touch=True)
    one = back or tap
    if one is None:
        return nothing(marked, INPUT_UNKNOWN)
    t0 = one.down_ns if back else one.up_ns
    delivery = one.down_delivery_ns if back else one.up_delivery_ns
    later = scene.inputs.start_ns[scene.inputs.start_ns > one.last_delivery_ns]
    end = min(marked.end_ns, int(later.min())) if len(later) else marked.end_ns
    press = Press(one.down_ns, t0, delivery)
    slid = measure_popup(
        scene,
        Interaction(marked.number, marked.begin_ns, end, press),
        app="",
        round_number=0,
        attempt=0,
        sources=stage.sources,
        kind=marked.kind,
    )
    found = Findings()
    usual = TIMELINE if scene.timed else SLICES
    for name, value in slid.metrics.items():
        by_leash = name in OF_THE_LEASH and slid.motion_source is not None
        source = f"{TIMELINE} ({slid.motion_source})" if by_leash else usual
        found.put(name, value, slid.sources.get(name, source), slid.reasons.get(name, NO_SLIDE))
        if value == "unknown" and name in slid.reasons:
            found.reasons[name] = slid.reasons[name]
            del found.sources[name]
    settled = slid.metrics["settled_ms"]
    limit = t0 + (round(settled * MS) if isinstance(settled, float) else 2 * AFTER_NS) + AFTER_NS
    _returned(found, stage, t0, min(limit, end))
    ends = (("driver_start_ms", slid.slide_start_ms), ("driver_end_ms", slid.slide_end_ms))
    for name, at in ends:
        found.put(name, at, "driver times", NO_SLIDE if scene.tells_slide else SLIDE_UNTOLD)
    void = (NO_SLIDE,) if slid.slide_start_ms is None and scene.tells_slide else ()
    last = t0 + round(settled * MS) if isinstance(settled, float) else min(t0 + 2 * AFTER_NS, end)
    return found.result(marked, t0, last, void)


def _returned(found: Findings, stage: Stage, t0: int, until: int) -> None:
    """Put down when the content was laid out for the last time: it has the whole height again."""
    frames = stage.frames(t0, until)
    laid = None if frames is None or frames.layout is None else frames.time_ns[frames.layout]
    last = int(laid[-1]) if laid is not None and len(laid) else None
    lost = stage.unseen(t0, until)
    why = lost if frames is None else NO_LAYOUT if laid is None else "no layout frame of the app"
    found.since("content_returned_ms", last, t0, frames.source if frames else "", why)
