"""FrameTimeline: judges frames as SurfaceFlinger does, and holds them until their fences have signalled.

Rules as in FrameTimeline.cpp of Android 12 to 16: classifyJankLocked and classifyJank.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.model.display import Token
    from devices.simulated.model.release import Release
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
JANK_DROPPED = 1024

SEVERITY_UNKNOWN, SEVERITY_NONE, SEVERITY_PARTIAL, SEVERITY_FULL = 0, 1, 2, 3

ON_TIME = 1
LATE = 2
EARLY = 3
DROPPED = 4
UNKNOWN_PRESENT = 5

_START_THRESHOLD_NS = 2_000_000
_PENDING_LIMIT = 64
_KEPT = 64
"""Display frames that FrameTimeline keeps (kDefaultMaxDisplayFrames)."""


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
    severity: int = SEVERITY_NONE
    skipped_ns: tuple[int, int] | None = None
    """Deadline and present of a vsync before it that SurfaceFlinger skipped, where that is traced."""


class Judge:
    """Classifies frames as one release does.

    Args:
        release: Which.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._threshold_ns = release.jank_threshold_ns

    def display(self, frame: DisplayFrame) -> None:
        """Fill present type, finish, jank type and severity of a display frame."""
        delta = frame.present_ns - frame.token.present_ns
        frame.present_type = self._present_type(delta)
        frame.severity = self._severity(delta, frame)
        frame.on_time = frame.end_ns <= frame.token.deadline_ns
        if frame.present_type == ON_TIME:
            frame.jank = NONE
        elif frame.present_type == EARLY:
            frame.jank = self._grid_jank(delta, frame)
        elif not frame.on_time:
            late_start = frame.start_ns - frame.token.start_ns > _START_THRESHOLD_NS
            frame.jank = SF_SCHEDULING if late_start else SF_CPU_DEADLINE_MISSED
        else:
            frame.jank = PREDICTION_ERROR if self._off_grid(delta, frame.period_ns) else DISPLAY_HAL

    def surface(self, surface: SurfaceFrame, frame: DisplayFrame) -> None:
        """Fill present type, finish, jank type and severity of a frame of a layer."""
        token = surface.token
        assert token is not None
        if surface.dropped_ns:
            if self._release.severity:
                surface.jank, surface.severity = JANK_DROPPED, SEVERITY_UNKNOWN
            return
        if surface.prediction_expired:
            surface.jank = APP_DEADLINE_MISSED if self._release.expired_is_missed else UNKNOWN
            surface.present_type, surface.severity = UNKNOWN_PRESENT, SEVERITY_UNKNOWN
            surface.on_time = False
            return
        delta = frame.present_ns - token.present_ns
        surface.on_time = surface.ready_ns <= token.deadline_ns
        surface.present_type = self._present_type(delta)
        surface.severity = self._severity(delta, frame)
        if surface.present_type == ON_TIME:
            surface.jank = NONE
        elif surface.present_type == EARLY:
            surface.jank = self._grid_jank(delta, frame) if surface.on_time else UNKNOWN
        else:
            surface.jank = self._late_jank(surface, token, frame, delta)

    def _off_grid(self, delta_ns: int, period_ns: int) -> bool:
        rest = abs(delta_ns) % period_ns
        return self._threshold_ns <= rest < period_ns - self._threshold_ns

    def _present_type(self, delta_ns: int) -> int:
        if abs(delta_ns) <= self._threshold_ns:
            return ON_TIME
        return LATE if delta_ns > 0 else EARLY

    def _severity(self, delta_ns: int, frame: DisplayFrame) -> int:
        if abs(delta_ns) <= self._threshold_ns:
            return SEVERITY_NONE
        return SEVERITY_PARTIAL if abs(delta_ns) < frame.period_ns else SEVERITY_FULL

    def _grid_jank(self, delta_ns: int, frame: DisplayFrame) -> int:
        return PREDICTION_ERROR if self._off_grid(delta_ns, frame.period_ns) else SF_SCHEDULING

    def _late_jank(self, surface: SurfaceFrame, token: Token, frame: DisplayFrame, delta_ns: int) -> int:
        jank = 0
        last = surface.previous_latch_ns
        if last and token.deadline_ns <= last:
            jank = BUFFER_STUFFING
            surface.on_time = surface.ready_ns < last + frame.period_ns
        if not surface.on_time:
            return jank | APP_DEADLINE_MISSED | (frame.jank if frame.jank != NONE else 0)
        if frame.jank != NONE:
            return jank | frame.jank
        return jank or self._grid_jank(delta_ns, frame)


def _cannot_judge(frame: DisplayFrame) -> None:
    """Without a fence Android 14 calls the jank DisplayHAL and Unknown."""
    frame.present_type, frame.on_time, frame.jank = UNKNOWN_PRESENT, True, DISPLAY_HAL | UNKNOWN
    frame.severity = SEVERITY_UNKNOWN
    for surface in frame.surfaces:
        if surface.token is not None and not surface.dropped_ns:
            surface.present_type, surface.jank = UNKNOWN_PRESENT, DISPLAY_HAL | UNKNOWN
            surface.severity = SEVERITY_UNKNOWN


def skipped(frame: DisplayFrame, before_ns: int) -> tuple[int, int] | None:
    """Return deadline and present of the vsync that a frame's surfaces were for and SurfaceFlinger skipped.

    As addSkippedFrame does it: between the presents predicted for the display frame before and for this one.

    Args:
        frame: A display frame.
        before_ns: The present predicted for the one before, 0 if there is none.
    """
    here, period = frame.token.present_ns, frame.period_ns
    if not before_ns or here - before_ns < 1.5 * period:
        return None
    for surface in frame.surfaces:
        token = surface.token
        if token is None or surface.prediction_expired or surface.jank & (APP_DEADLINE_MISSED | UNKNOWN):
            continue
        if before_ns + 0.5 * period <= token.present_ns <= here - 0.5 * period:
            return token.deadline_ns, token.present_ns
    return None


class FrameTimeline:
    """Display frames whose present fences are pending, traced only when a later frame is composed.

    Args:
        tracer: Where they are traced.
        release: What the Android release does.
        fences: The hardware composer gives present fences.
    """

    def __init__(self, tracer: Tracer, release: Release, *, fences: bool = True) -> None:
        self._tracer = tracer
        self.fences = fences
        self._release = release
        self._judge = Judge(release)
        self._before_ns = 0
        self._pending: deque[DisplayFrame] = deque(maxlen=_PENDING_LIMIT)
        self._kept: deque[DisplayFrame] = deque(maxlen=_KEPT)

    def set_present(self, frame: DisplayFrame, now_ns: int) -> None:
        """Judge a composed frame and flush all earlier ones whose fences have signalled by now."""
        if self.fences:
            self._judge.display(frame)
            for surface in frame.surfaces:
                if surface.token is not None:
                    self._judge.surface(surface, frame)
        else:
            _cannot_judge(frame)
        self._pending.append(frame)
        self._kept.append(frame)
        while self._pending and self._pending[0].present_ns <= now_ns:
            self._flush(self._pending.popleft())

    def _flush(self, done: DisplayFrame) -> None:
        named = any(surface.token is not None for surface in done.surfaces)
        if not named and not self._release.empty_display_frames:
            return
        if "add_sf_skipped_frames_to_trace" in self._release.flags:
            done.skipped_ns = skipped(done, self._before_ns)
        self._before_ns = done.token.present_ns
        self._tracer.display_frame(done if self.fences else replace(done, present_ns=done.end_ns))

    def layer_rows(self, layer_id: int, count: int, now_ns: int) -> list[tuple[int, int, int]]:
        """Return desired, actual and ready times of a layer's frames, as generateFrameStats (16) does.

        It looks at the **oldest** `count` of the display frames that are kept, not at the newest, and
        leaves out those whose fence has not signalled; a dropped frame's actual time is 0.

        Args:
            layer_id: The layer.
            count: Frames of that layer since its statistics were cleared.
            now_ns: Now, BOOTTIME.
        """
        rows = []
        for frame in islice(self._kept, count):
            if frame.present_ns > now_ns:
                continue
            for surface in frame.surfaces:
                if surface.layer.id == layer_id:
                    actual = 0 if surface.dropped_ns else frame.present_ns
                    rows.append((surface.post_ns, actual, surface.ready_ns))
        return rows
