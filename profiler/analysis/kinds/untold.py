"""An interaction of which a phone tells no input times, or no layout frames: by the app's frames alone.

On such a phone (no trace: Android 8, some vendors) the window begins at the mark, which the driver printed up
to 10 ms and the start of a command before the touch. So no latency is told; how evenly the app moved in its
own rhythm is, and whether its frames were late. docs/android-versions.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.analysis.columns import MS
from profiler.analysis.frames_shown import OVERWRITTEN
from profiler.analysis.kinds.model import Findings, late_frames
from profiler.analysis.kinds.motion import rhythm

if TYPE_CHECKING:
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMITS_NS = {
    "hide": 2000 * MS,
    "key": 1000 * MS,
    "pick": 1000 * MS,
    "send": 3000 * MS,
    "scroll": 6000 * MS,
    "stream": 600_000 * MS,
}
"""How long after its mark an interaction of a kind that needs an input is looked at."""
NULL = {
    "hide": ("response_ms", "first_motion_ms", "settled_ms", "hitch_ms", "missed_vsyncs"),
    "key": ("commit_ms", "key_preview_ms"),
    "pick": ("commit_ms", "candidates_ms"),
    "send": ("response_ms", "bubble_ms", "list_settled_ms", "list_hitch_ms"),
    "scroll": ("first_move_ms", "fling_ms", "hitch_ms", "missed_vsyncs", "hitch_ratio_ms_per_s"),
    "stream": ("first_token_ms", "wait_ms", "stream_ms", "update_interval_ms", "hitch_ratio_ms_per_s"),
}
"""The kind's own metrics, which stay null."""
QUIET = frozenset({"key", "pick"})
"""A key of a keyboard that composes changes nothing in the app: no frame of it is no loss."""
RHYTHM = ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s")
NO_RHYTHM = "no three frames in a rhythm"


def measure_untold(stage: Stage, marked: Marked, why: str) -> InteractionResult:
    """Measure an interaction from its mark by the app's frames alone.

    Args:
        stage: the app and its sources.
        marked: the interaction.
        why: why its own metrics can't be told.
    """
    t0 = marked.begin_ns
    end = min(t0 + LIMITS_NS[marked.kind], marked.end_ns)
    found = Findings()
    for name in NULL[marked.kind]:
        found.put(name, None, "", why)
    frames = stage.on_screen(t0, end)
    lost = stage.unseen(t0, end)
    if frames is None and lost != OVERWRITTEN and marked.kind == "key" and stage.composes:
        frames = stage.none_shown(t0, end)
    source = "" if frames is None else frames.source
    found.put("frames.app", None if frames is None else len(frames), source, lost)
    even = None
    if frames is not None:
        even = rhythm(frames.time_ns, stage.scene.periods.at(frames.time_ns))
    reason = lost if frames is None else NO_RHYTHM
    for name in RHYTHM:
        found.put(f"app_{name}", getattr(even, name) if even else None, source, reason)
    late_frames(found, stage, t0, end, frames)
    missed = frames is None and (lost == OVERWRITTEN or marked.kind not in QUIET)
    return found.result(marked, t0, end, (lost,) if missed else ())
