"""What each kind of phone tells of each metric, from which source, and what it can't tell, for which reason.

docs/android-versions.md is this in words. A metric of a kind of interaction is in exactly one line of its table:

- `by(source, ...)`: it has a value, from this source.
- `untold(reason, ...)`: null, whatever happened: no source tells.
- `nothing(reason, ...)`: null, and the phone's own truth knows of nothing either.
- `both(one, other)`: the first in some interactions, the second in others.
"""

from __future__ import annotations

from dataclasses import dataclass

TIMELINE, LEASH = "FrameTimeline", "FrameTimeline (leash)"
TRACER, SURFACE = "FrameTracer and doFrame", "FrameTracer"
RINGS, LATENCY = "framestats and --latency", "--latency"
DRAWN, DELIVERED = "--latency and doFrame", "--latency and doFrame, since delivery"
SECTIONS, DRIVER = "sections (driver times)", "driver times"
SLICES, HELD = "slices", "slices, since delivery"

INPUT = "input time unknown"
NO_STEPS = "no FrameTimeline: no source of this phone times the keyboard's steps"
NO_SLIDE = "no source of this phone tells of the keyboard's slide"
NO_DEADLINE = "no source of this phone tells deadlines (framestats does from Android 12 on)"
SOURCE_WITHOUT_DEADLINE = "the source does not tell deadlines"
NO_LAYOUT = "the source does not tell layout frames"
NO_KEYBOARD = "no source of this phone tells of the keyboard's frames"
NO_STATE = "the phone did not tell whether the keyboard was up"
OVERWRITTEN = "the phone's ring of frames was overwritten before it was read"
ENDED = "the recording ended before it told when the frame was seen"
NO_TEXT = "the trace does not tell which keys brought text: the keyboard composes"
NO_START = "no start of an activity in the trace"
ONLY_A_PRESS = ": only a press can tell that the field is usable"

SYNCHRONISED = "no insets thread at work: the app's main thread drives the slide"
ASYNCHRONOUS = "slide not synchronised with the app"
DRAWS = "app draws while idle"
DID_NOT_COME = "the keyboard did not come"
NOT_REPORTED = "the app did not report that it was fully drawn"
UNDUE, UNDUE_KEYBOARD = "no frame with a deadline", "no frame of the keyboard with a deadline"
NOT_LAID_OUT = "no layout of the keyboard after the lift"
COMPOSED = "nothing reached the app: the keyboard composes"
JUMPED = "fewer than 3 frames: the list did not move, or jumped"
NO_BUBBLE = "no layout frame answered the tap"
NO_MOTION = "no continuous motion: less than 300 ms of frames in a rhythm"
NO_RHYTHM = "no three frames in a rhythm"


@dataclass(frozen=True)
class Says:
    """What stands beside a metric."""

    sources: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()

    @property
    def mixed(self) -> bool:
        """Whether it differs between interactions: not each scenario then shows all of it."""
        return len(self.sources) + len(self.untold) + len(self.nothing) > 1

    def __or__(self, other: Says) -> Says:
        return Says(self.sources | other.sources, self.untold | other.untold, self.nothing | other.nothing)


Table = dict[str, Says]


def by(source: str, *metrics: str) -> Table:
    return dict.fromkeys(metrics, Says(sources=frozenset({source})))


def untold(reason: str, *metrics: str) -> Table:
    return dict.fromkeys(metrics, Says(untold=frozenset({reason})))


def nothing(reason: str, *metrics: str) -> Table:
    return dict.fromkeys(metrics, Says(nothing=frozenset({reason})))


def both(one: Table, other: Table) -> Table:
    assert one.keys() == other.keys()
    return {name: one[name] | other[name] for name in one}


CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")
STEPS = ("slide_ms", *CADENCE, "hitch_ms.least", "hitch_ms.most")
MOTION = ("first_motion_ms", "settled_ms", *STEPS)
CONTENT = tuple(f"content_{name}" for name in CADENCE)
MOVES = ("content_motion", "content_jump_share")
ANSWER = ("idle_fps", "response_ms")
APP, INSETS, KEYBOARD = (
    tuple(f"{name}.{who}" for name in ("frames", "late_frames", "worst_overrun_ms"))
    for who in ("app", "insets", "keyboard")
)
DRIVEN = ("driver_start_ms", "driver_end_ms")
RHYTHM = ("app_missed_vsyncs", "app_hitch_ms", "app_longest_hole_ms", "app_moving_ms")
ALONE = ("frames.app", *RHYTHM, "app_hitch_ratio_ms_per_s")
LATE, LATE_KEYBOARD = "late_frames.app", "late_frames.keyboard"
START = ("counted_from", "start_type")
BACK = ("keyboard_shown_ms", "keyboard_settled_ms", "usable_ms")
LIST = ("list_missed_vsyncs", "list_hitch_ms", "list_longest_gap_ms")
FLING = (
    *("first_move_ms", "first_move_from_down_ms", "fling_ms", "missed_vsyncs", "hitch_ms", "longest_gap_ms"),
    *("longest_standstill_ms", "hitch_ratio_ms_per_s", "fps"),
)
HOLES = ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s")
REPLY = (
    *("first_sign_ms", "first_token_ms", "wait_ms", "first_token_draw_ms", "ended", "stream_ms", "updates"),
    *("update_interval_ms", "update_interval_p90_ms", "longest_stall_ms", "fps", "missed_vsyncs", "hitch_ms"),
    *("longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s", "frames_per_update", "follow"),
)


NOT_COME = nothing(DID_NOT_COME, *BACK[:2]) | nothing(DID_NOT_COME + ONLY_A_PRESS, BACK[2])
NOT_TOLD_TO_COME = untold(NO_SLIDE, *BACK[:2]) | untold(NO_SLIDE + ONLY_A_PRESS, BACK[2])


# Android 12 to 16 with FrameTimeline, an app whose main thread moves the keyboard
_SHOW = by(TIMELINE, "driver_mode", *CONTENT, *MOVES, *ANSWER, *APP) | nothing(SYNCHRONISED, *INSETS)
BY_TIMELINE = {
    "show": _SHOW | by(TIMELINE, *MOTION, *KEYBOARD),
    "hide": _SHOW
    | by(LEASH, *MOTION)
    | by(TIMELINE, "content_returned_ms", *KEYBOARD[:2])
    | nothing(UNDUE, KEYBOARD[2])
    | by(DRIVER, *DRIVEN),
    "return": by(SLICES, *START)
    | by(TIMELINE, "first_frame_ms", *BACK, LATE, LATE_KEYBOARD)
    | nothing(NOT_REPORTED, "fully_drawn_ms"),
    "launch": by(SLICES, *START)
    | by(TIMELINE, "first_frame_ms", LATE)
    | NOT_COME
    | nothing(NOT_REPORTED, "fully_drawn_ms")
    | nothing(UNDUE_KEYBOARD, LATE_KEYBOARD),
    "key": by(SLICES, "commit_seen", "held_ms")
    | by(TIMELINE, "key_preview_ms", "commit_ms", LATE, LATE_KEYBOARD)
    | nothing(NOT_LAID_OUT, "candidates_ms"),
    "composed key": by(SLICES, "held_ms")
    | by(TIMELINE, "key_preview_ms", "candidates_ms", LATE_KEYBOARD)
    | nothing(COMPOSED, "commit_seen", "commit_ms")
    | both(by(TIMELINE, LATE), nothing(UNDUE, LATE)),
    "pick": by(SLICES, "commit_seen", "held_ms")
    | by(TIMELINE, "key_preview_ms", "candidates_ms", "commit_ms", LATE, LATE_KEYBOARD),
    "scroll": by(SLICES, "keyboard") | by(TIMELINE, *FLING, LATE) | nothing(UNDUE_KEYBOARD, LATE_KEYBOARD),
    "send": by(SLICES, "keyboard_moved")
    | by(TIMELINE, "response_ms", "bubble_ms", "list_settled_ms", LATE)
    | nothing(JUMPED, *LIST)
    | nothing(UNDUE_KEYBOARD, LATE_KEYBOARD),
    "stream": by(SLICES, "counted_from")
    | by(TIMELINE, *REPLY, LATE)
    | nothing(UNDUE_KEYBOARD, LATE_KEYBOARD),
}

# Android 11: FrameTracer shows the app's buffers and the keyboard's, not the keyboard's place
_UNDUE = untold(UNDUE, LATE) | untold(UNDUE_KEYBOARD, LATE_KEYBOARD)
_SHOW = (
    by(SLICES, "driver_mode")
    | by(TRACER, *CONTENT, *ANSWER, "frames.app")
    | untold(NO_STEPS, *MOTION, *MOVES, *INSETS, *KEYBOARD)
    | untold(NO_DEADLINE, *APP[1:])
)
BY_TRACER = {
    "show": _SHOW | by(SECTIONS, *DRIVEN),
    "hide": _SHOW | by(DRIVER, *DRIVEN) | by(TRACER, "content_returned_ms"),
    "return": by(SLICES, *START)
    | by(TRACER, "first_frame_ms")
    | NOT_COME
    | nothing(NOT_REPORTED, "fully_drawn_ms")
    | _UNDUE,
    "key": by(SLICES, "commit_seen", "held_ms")
    | by(TRACER, "commit_ms")
    | both(by(TRACER, "key_preview_ms"), untold(ENDED, "key_preview_ms"))
    | nothing(NOT_LAID_OUT, "candidates_ms")
    | _UNDUE,
    "composed key": by(SLICES, "held_ms")
    | by(TRACER, "key_preview_ms", "candidates_ms")
    | untold(NO_TEXT, "commit_seen", "commit_ms")
    | _UNDUE,
    "pick": by(SLICES, "commit_seen", "held_ms")
    | by(TRACER, "commit_ms")
    | untold(ENDED, "key_preview_ms", "candidates_ms")
    | _UNDUE,
    "scroll": by(SLICES, "keyboard") | by(TRACER, *FLING) | _UNDUE,
    "send": by(SLICES, "keyboard_moved")
    | by(TRACER, "response_ms", "bubble_ms", "list_settled_ms")
    | nothing(JUMPED, *LIST)
    | _UNDUE,
    "stream": by(SLICES, "counted_from") | by(TRACER, *REPLY) | _UNDUE,
}
BY_TRACER["launch"] = BY_TRACER["return"]

# Android 9 and 10: the trace tells when the app was handed an input and what it drew, --latency when that was seen
_SHOW = (
    by(DRAWN, "idle_fps", "frames.app", *RHYTHM)
    | by(DELIVERED, "response_ms")
    | untold(NO_SLIDE, "driver_mode", *MOTION, *CONTENT, *MOVES, *INSETS, *KEYBOARD)
    | untold(NO_DEADLINE, *APP[1:])
)
BY_DELIVERY = {
    "show": _SHOW,
    "hide": _SHOW | untold(NO_SLIDE, *DRIVEN) | by(DELIVERED, "content_returned_ms"),
    "return": by(SLICES, *START)
    | by(DRAWN, "first_frame_ms")
    | NOT_TOLD_TO_COME
    | nothing(NOT_REPORTED, "fully_drawn_ms")
    | _UNDUE,
    "key": by(SLICES, "commit_seen")
    | by(HELD, "held_ms")
    | by(DELIVERED, "commit_ms")
    | untold(NO_KEYBOARD, "key_preview_ms", "candidates_ms")
    | _UNDUE,
    "composed key": by(HELD, "held_ms")
    | untold(NO_TEXT, "commit_seen", "commit_ms")
    | untold(NO_KEYBOARD, "key_preview_ms", "candidates_ms")
    | _UNDUE,
    "scroll": untold(NO_STATE, "keyboard") | by(DELIVERED, *FLING[:3]) | by(DRAWN, *FLING[3:]) | _UNDUE,
    "send": by(SLICES, "keyboard_moved")
    | by(DELIVERED, "response_ms", "bubble_ms", "list_settled_ms")
    | nothing(JUMPED, *LIST)
    | _UNDUE,
    "stream": by(SLICES, "counted_from") | by(DELIVERED, *REPLY[:2]) | by(DRAWN, *REPLY[2:]) | _UNDUE,
}
BY_DELIVERY["launch"] = BY_DELIVERY["return"]
BY_DELIVERY["pick"] = BY_DELIVERY["key"]

# no trace: Android 8, some vendors. The windows begin at the mark.
_START = (
    by(SLICES, "counted_from")
    | untold(NO_START, "start_type")
    | by(RINGS, "first_frame_ms")
    | NOT_TOLD_TO_COME
    | nothing(NOT_REPORTED, "fully_drawn_ms")
)
_FEW = by(RINGS, "frames.app") | nothing(NO_RHYTHM, *ALONE[1:])
_ALONE = ("first_token_ms", "wait_ms", "stream_ms", "update_interval_ms", "hitch_ratio_ms_per_s")
BY_RINGS = {
    "show": by(RINGS, "frames.app", *RHYTHM)
    | untold(INPUT, "first_motion_ms", "settled_ms", *ANSWER)
    | untold(NO_SLIDE, "driver_mode", *STEPS, *CONTENT, *MOVES, *INSETS, *KEYBOARD)
    | untold(NO_DEADLINE, *APP[1:]),
    "hide": by(RINGS, *ALONE)
    | untold(INPUT, "response_ms", "first_motion_ms", "settled_ms", "hitch_ms", "missed_vsyncs")
    | _UNDUE,
    "return": _START | _UNDUE,
    "launch": _START | _UNDUE,
    "key": _FEW | untold(INPUT, "commit_ms", "key_preview_ms") | _UNDUE,
    "pick": _FEW | untold(INPUT, "commit_ms", "candidates_ms") | _UNDUE,
    "scroll": by(RINGS, *ALONE)
    | untold(INPUT, "first_move_ms", "fling_ms", "hitch_ms", "missed_vsyncs", "hitch_ratio_ms_per_s")
    | _UNDUE,
    # framestats is overwritten by the reply; where there is none, both rings are there
    "send": both(by(RINGS, *ALONE), by(LATENCY, *ALONE))
    | untold(INPUT, "response_ms", "bubble_ms", "list_settled_ms", "list_hitch_ms")
    | _UNDUE,
    "stream": untold(NO_LAYOUT, *_ALONE) | by(LATENCY, *ALONE) | _UNDUE,
}
BY_RINGS["composed key"] = BY_RINGS["key"]

# the same from Android 12 on: framestats has the app's deadlines
_DUE = by(RINGS, LATE)
BY_RINGS_WITH_DEADLINES = {
    kind: table | (_DUE if kind != "stream" else {}) for kind, table in BY_RINGS.items()
} | {
    "show": BY_RINGS["show"] | by(RINGS, *APP[1:]),
    "send": BY_RINGS["send"] | both(_DUE, untold(UNDUE, LATE)),
    "composed key": BY_RINGS["key"] | both(_DUE, nothing(UNDUE, LATE)),
}

# An app that the insets thread slides for: its content jumps
_ASYNC = by(TIMELINE, *INSETS) | nothing(ASYNCHRONOUS, *CONTENT)
OF_A_JUMPER = (
    BY_TIMELINE
    | {kind: BY_TIMELINE[kind] | _ASYNC for kind in ("show", "hide")}
    | {"stream": BY_TIMELINE["stream"] | nothing(NO_MOTION, *HOLES)}
)
_STILL = both(by(TIMELINE, APP[2]), nothing(UNDUE, APP[2]))
OF_A_LATE_ONE = OF_A_JUMPER | {"hide": OF_A_JUMPER["hide"] | _STILL}
_RESTLESS = nothing(DRAWS, "response_ms", *MOVES)
OF_A_RESTLESS_ONE = (
    BY_TIMELINE
    | {kind: BY_TIMELINE[kind] | _RESTLESS for kind in ("show", "hide")}
    | {"send": BY_TIMELINE["send"] | nothing(DRAWS, "response_ms", "list_settled_ms", *LIST)}
)
OF_A_PAGE = OF_A_JUMPER | {
    "send": BY_TIMELINE["send"] | nothing(NO_BUBBLE, "bubble_ms", "list_settled_ms", *LIST)
}

# Flutter: what a person sees is on a SurfaceView, of which FrameTracer alone tells
_SEEN = by(SURFACE, *CONTENT, *ANSWER, *MOVES, "frames.app") | untold(SOURCE_WITHOUT_DEADLINE, *APP[1:])
_SENT = by(SURFACE, "response_ms") | untold(NO_LAYOUT, "bubble_ms", "list_settled_ms", *LIST)
_BLIND = untold(UNDUE, LATE)
OF_FLUTTER = {
    "show": BY_TIMELINE["show"] | _SEEN,
    "hide": BY_TIMELINE["hide"] | _SEEN | untold(NO_LAYOUT, "content_returned_ms"),
    "return": BY_TIMELINE["return"] | by(SURFACE, "first_frame_ms", "usable_ms") | _BLIND,
    "launch": BY_TIMELINE["launch"] | by(SURFACE, "first_frame_ms") | _BLIND,
    "key": BY_TIMELINE["key"] | by(SURFACE, "commit_ms") | _BLIND,
    "scroll": BY_TIMELINE["scroll"] | by(SURFACE, *FLING) | _BLIND,
    "send": BY_TIMELINE["send"] | _SENT | _BLIND,
}
OF_FLUTTER_ON_11 = {
    "show": BY_TRACER["show"] | by(SURFACE, *CONTENT, *ANSWER, "frames.app"),
    "hide": BY_TRACER["hide"]
    | by(SURFACE, *CONTENT, *ANSWER, "frames.app")
    | untold(NO_LAYOUT, "content_returned_ms"),
    "return": BY_TRACER["return"] | by(SURFACE, "first_frame_ms"),
    "launch": BY_TRACER["return"] | by(SURFACE, "first_frame_ms"),
    "key": BY_TRACER["key"] | by(SURFACE, "commit_ms"),
    "scroll": BY_TRACER["scroll"] | by(SURFACE, *FLING),
    "send": BY_TRACER["send"] | _SENT,
}

TABLES = (
    *(BY_TIMELINE, BY_TRACER, BY_DELIVERY, BY_RINGS, BY_RINGS_WITH_DEADLINES),
    *(OF_A_JUMPER, OF_A_LATE_ONE, OF_A_RESTLESS_ONE, OF_A_PAGE, OF_FLUTTER, OF_FLUTTER_ON_11),
)
NEVER_SHOWN = {
    **dict.fromkeys(("return.fully_drawn_ms", "launch.fully_drawn_ms"), "no app calls reportFullyDrawn"),
    **dict.fromkeys((f"launch.{name}" for name in BACK), "no app's keyboard comes by itself at its start"),
    **dict.fromkeys((f"send.{name}" for name in LIST), "each list jumps to the new message"),
    **dict.fromkeys(
        (f"{kind}.{name}" for kind in ("key", "pick") for name in ALONE[1:]),
        "text is no motion: a frame a key",
    ),
    **dict.fromkeys(
        (f"{kind}.{LATE_KEYBOARD}" for kind in ("launch", "scroll", "send", "stream")),
        "the keyboard draws nothing then",
    ),
    f"hide.{KEYBOARD[2]}": "the keyboard draws nothing then",
}
"""Metrics that are null in every table, and why on the simulated phone. Unit tests hold them to recordings made by hand."""

OF_A_ROUND = (
    *("key.key_preview_ms.p90", "key.candidates_ms.p90", "key.commit_ms.p90", "key.rate_hz"),
    *("key.commit_gap_longest_ms", "key.keys_in_a_shared_frame"),
    *(
        f"scroll.{name}.keyboard_{state}"
        for name in (
            "missed_vsyncs",
            "hitch_ms",
            "hitch_ratio_ms_per_s",
            "longest_standstill_ms",
            "first_move_ms",
        )
        for state in ("up", "down")
    ),
)
"""Metrics of a round alone."""
