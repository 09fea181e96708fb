"""The names of all metrics that a run can have: docs/metrics.md, docs/metrics/interactions.md.

So that a name can be refused before anything is measured.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")
_LATE = ("late_frames.app", "late_frames.keyboard")
_SLIDE = (
    *("first_motion_ms", "settled_ms", "slide_ms", *_CADENCE, "hitch_ms.least", "hitch_ms.most"),
    *(f"content_{name}" for name in _CADENCE),
    *("idle_fps", "response_ms", "content_jump_share"),
    *(f"{name}.{who}" for name in ("frames", "late_frames", "worst_overrun_ms") for who in ("app", "insets")),
    *(f"{name}.keyboard" for name in ("frames", "late_frames", "worst_overrun_ms")),
)
_OLDER = (
    *("driver_start_ms", "driver_end_ms", "app_missed_vsyncs", "app_hitch_ms", "app_longest_hole_ms"),
    "app_moving_ms",
)
"""Of a pop-up on phones without FrameTimeline: docs/android-versions.md."""
_START = (
    *("first_frame_ms", "fully_drawn_ms", "keyboard_shown_ms", "keyboard_settled_ms", "usable_ms"),
    *_LATE,
)
_KEY = ("key_preview_ms", "candidates_ms", "commit_ms", "held_ms", *_LATE)
_FLING = ("missed_vsyncs", "hitch_ms", "hitch_ratio_ms_per_s", "longest_standstill_ms", "first_move_ms")
_BY_FRAMES_ALONE = (
    "frames.app",
    *(f"app_{name}" for name in ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms")),
    "app_hitch_ratio_ms_per_s",
)
"""Of a phone that tells no input times."""
_KINDS: dict[str, tuple[str, ...]] = {
    "hide": (*_SLIDE, "content_returned_ms", "driver_start_ms", "driver_end_ms"),
    "key": (
        *(*_KEY, "key_preview_ms.p90", "candidates_ms.p90", "commit_ms.p90", "rate_hz"),
        *("commit_gap_longest_ms", "keys_in_a_shared_frame"),
    ),
    "pick": _KEY,
    "send": (
        *("response_ms", "bubble_ms", "list_settled_ms", "list_missed_vsyncs", "list_hitch_ms"),
        *("list_longest_gap_ms", *_LATE),
    ),
    "stream": (
        *("first_sign_ms", "first_token_ms", "wait_ms", "first_token_draw_ms", "stream_ms", "updates"),
        *("update_interval_ms", "update_interval_p90_ms", "longest_stall_ms", "fps", "missed_vsyncs"),
        *("hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s", "frames_per_update", *_LATE),
    ),
    "scroll": (
        *("first_move_ms", "first_move_from_down_ms", "fling_ms", "fps", "longest_gap_ms", *_LATE),
        *_FLING,
        *(f"{name}.keyboard_{state}" for name in _FLING for state in ("up", "down")),
    ),
    "return": _START,
    "launch": _START,
}


def known_metrics() -> frozenset[str]:
    """Return the names of all metrics of silky and of the packages that bring some."""
    from profiler.analysis.kinds.untold import LIMITS_NS  # noqa: PLC0415
    from profiler.analysis.metric_names import SHOW  # noqa: PLC0415
    from profiler.analysis.plugins import list_metrics  # noqa: PLC0415  asks all packages that are installed

    brought = (one.name if one.kind == SHOW else f"{one.kind}.{one.name}" for one in list_metrics())
    own = {f"{kind}.{name}" for kind, names in _KINDS.items() for name in names}
    own |= {f"{kind}.{name}" for kind in LIMITS_NS for name in _BY_FRAMES_ALONE}
    return frozenset((*_SLIDE, *_OLDER, *own, *brought))


def check_names(names: Iterable[str]) -> None:
    """Refuse names that no run can have.

    Raises:
        UsageError: names the first, and what may have been meant.
    """
    known = known_metrics()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
            meant = f"Did you mean {' or '.join(near)}? " if near else ""
            raise UsageError(
                f"There is no metric {name}.", next_step=f"{meant}Known: {', '.join(sorted(known))}."
            )
