"""FrameTimeline: judges frames as SurfaceFlinger does, and holds them until their fences have signalled.

Rules as in FrameTimeline.cpp of Android 13 and 14: classifyJankLocked and classifyJank.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.model.display import Token
    from devices.simulated.model.surfaces import SurfaceFrame
    from devices.simulated.model.tracer import Tracer

NONE = 1
SF_SCHEDULING = 2
PREDICTION_ERROR = 4
DISPLAY_HAL = 8
SF_CPU_DEADLINE_MISSED = 16
APP_DEADLINE_MISSED = 64
BUFFER_STUFFING = 128
UNKNOWN = 256

ON_TIME = 1
LATE = 2
EARLY = 3
DROPPED = 4
UNKNOWN_PRESENT = 5

_PRESENT_THRESHOLD_NS = 2_000_000
_START_THRESHOLD_NS = 2_000_000
_PENDING_LIMIT = 64


@dataclass(slots=True)
class DisplayFrame:
    """One composition of SurfaceFlinger."""

    token: Token
    start_ns: int
    end_ns: int
    """When composition ended on the CPU."""
    present_ns: int
    period_ns: int
    surfaces: list[SurfaceFrame]
    present_type: int = ON_TIME
    on_time: bool = True
    jank: int = NONE


def _off_grid(delta_ns: int, period_ns: int) -> bool:
    rest = abs(delta_ns) % period_ns
    return _PRESENT_THRESHOLD_NS <= rest < period_ns - _PRESENT_THRESHOLD_NS


def _present_type(delta_ns: int) -> int:
    if abs(delta_ns) <= _PRESENT_THRESHOLD_NS:
        return ON_TIME
    return LATE if delta_ns > 0 else EARLY


def judge_display(frame: DisplayFrame) -> None:
    """Fill present type, finish and jank type of a display frame."""
    delta = frame.present_ns - frame.token.present_ns
    frame.present_type = _present_type(delta)
    frame.on_time = frame.end_ns <= frame.token.deadline_ns
    if frame.present_type == ON_TIME:
        frame.jank = NONE
    elif frame.present_type == EARLY:
        frame.jank = PREDICTION_ERROR if _off_grid(delta, frame.period_ns) else SF_SCHEDULING
    elif not frame.on_time:
        late_start = frame.start_ns - frame.token.start_ns > _START_THRESHOLD_NS
        frame.jank = SF_SCHEDULING if late_start else SF_CPU_DEADLINE_MISSED
    else:
        frame.jank = PREDICTION_ERROR if _off_grid(delta, frame.period_ns) else DISPLAY_HAL


def judge_surface(surface: SurfaceFrame, frame: DisplayFrame) -> None:
    """Fill present type, finish and jank type of a frame of a layer that was presented."""
    token = surface.token
    assert token is not None
    if surface.prediction_expired:
        surface.jank, surface.present_type = APP_DEADLINE_MISSED, UNKNOWN_PRESENT
        surface.on_time = False
        return
    delta = frame.present_ns - token.present_ns
    surface.on_time = surface.ready_ns <= token.deadline_ns
    surface.present_type = _present_type(delta)
    if surface.present_type == ON_TIME:
        surface.jank = NONE
    elif surface.present_type == EARLY:
        surface.jank = _early_jank(surface.on_time, delta, frame.period_ns)
    else:
        surface.jank = _late_jank(surface, token, frame, delta)


def _early_jank(on_time: bool, delta_ns: int, period_ns: int) -> int:
    if not on_time:
        return UNKNOWN
    return PREDICTION_ERROR if _off_grid(delta_ns, period_ns) else SF_SCHEDULING


def _late_jank(surface: SurfaceFrame, token: Token, frame: DisplayFrame, delta_ns: int) -> int:
    jank = 0
    last = surface.previous_latch_ns
    if last and token.deadline_ns <= last:
        jank = BUFFER_STUFFING
        surface.on_time = surface.ready_ns < last + frame.period_ns
    if not surface.on_time:
        return jank | APP_DEADLINE_MISSED | (frame.jank if frame.jank != NONE else 0)
    if frame.jank != NONE:
        return jank | frame.jank
    if jank:
        return jank
    return PREDICTION_ERROR if _off_grid(delta_ns, frame.period_ns) else SF_SCHEDULING


def _cannot_judge(frame: DisplayFrame) -> None:
    """Without a fence Android 14 calls the jank DisplayHAL and Unknown."""
    frame.present_type, frame.on_time, frame.jank = UNKNOWN_PRESENT, True, DISPLAY_HAL | UNKNOWN
    for surface in frame.surfaces:
        if surface.token is not None and not surface.dropped_ns:
            surface.present_type, surface.jank = UNKNOWN_PRESENT, DISPLAY_HAL | UNKNOWN


class FrameTimeline:
    """Display frames whose present fences are pending, traced only when a later frame is composed.

    Args:
        tracer: Where they are traced.
        empty_frames: Trace display frames that show no surface frame (Android 13 and older).
        fences: The hardware composer gives present fences.
    """

    def __init__(self, tracer: Tracer, *, empty_frames: bool, fences: bool = True) -> None:
        self._tracer = tracer
        self.fences = fences
        self._empty_frames = empty_frames
        self._pending: deque[DisplayFrame] = deque(maxlen=_PENDING_LIMIT)

    def set_present(self, frame: DisplayFrame, now_ns: int) -> None:
        """Judge a composed frame and flush all earlier ones whose fences have signalled by now."""
        if self.fences:
            judge_display(frame)
            for surface in frame.surfaces:
                if surface.token is not None and not surface.dropped_ns:
                    judge_surface(surface, frame)
        else:
            _cannot_judge(frame)
        self._pending.append(frame)
        while self._pending and self._pending[0].present_ns <= now_ns:
            done = self._pending.popleft()
            if self._empty_frames or any(surface.token is not None for surface in done.surfaces):
                self._tracer.display_frame(done if self.fences else replace(done, present_ns=done.end_ns))
