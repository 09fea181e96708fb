"""A list under a finger: dragged, flung, slowed down as OverScroller and VelocityTracker do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.model.drawing import Moving

_SLOP_DP, _LEAST_DP, _MOST_DP = 8, 50, 8000
"""ViewConfiguration: touch slop; least and most velocity of a fling, dp/s."""
_HORIZON_NS, _STOPPED_NS = 100_000_000, 40_000_000
"""VelocityTracker: how far back it looks; after so long without a move the finger has stopped."""
_FRICTION, _INFLEXION, _TENSION_START, _TENSION_END = 0.015, 0.35, 0.5, 1.0
_RATE = math.log(0.78) / math.log(0.9)
_GRAVITY = 9.80665 * 39.37 * 160 * 0.84
"""OverScroller's physical coefficient for a density of 1: gravity in inch/s^2, dots an inch, friction."""


class Scrolling:
    """The scroll position of one list.

    Args:
        dp: px of one dp.

    Attributes:
        offset: By how many px older content has been pulled in, 0 (the end) to `reach`.
    """

    def __init__(self, dp: float) -> None:
        self._dp = dp
        self.offset = 0.0
        self._reach = 0.0
        self._samples: list[tuple[int, float]] = []
        self._from = 0.0
        self.dragging = False
        self._fling: _Fling | None = None

    def down(self, y: float, now_ns: int, reach: float) -> None:
        """Take a finger that goes down on the list; a fling stops."""
        if self._fling is not None:
            self._fling.stop()
            self._fling = None
        self._reach = reach
        self._samples = [(now_ns, y)]
        self._from = y
        self.dragging = False

    def move(self, y: float, now_ns: int) -> bool:
        """Follow the finger; return whether the list moved."""
        if not self._samples:
            return False
        before = self._samples[-1][1] if self.dragging else self._from
        self._samples.append((now_ns, y))
        if not self.dragging and abs(y - self._from) <= _SLOP_DP * self._dp:
            return False
        self.dragging = True
        return self.go(self.offset + y - before)

    def go(self, offset: float) -> bool:
        """Scroll to an offset, as far as there is content; return whether the list moved."""
        old, self.offset = self.offset, min(max(offset, 0.0), self._reach)
        return self.offset != old

    def up(self, now_ns: int, root: Moving) -> bool:
        """Let the finger lift, which may fling the list; return whether it was dragged."""
        dragged, self.dragging = self.dragging, False
        velocity = self._velocity(now_ns) if dragged else 0.0
        self._samples = []
        if abs(velocity) >= _LEAST_DP * self._dp:
            self._fling = _Fling(self, root, velocity, now_ns, self._dp)
            root.animate(self._fling)
        return dragged

    def _velocity(self, now_ns: int) -> float:
        """Return px/s of the finger's last 100 ms: a line through its moves."""
        recent = [(t, y) for t, y in self._samples if now_ns - t <= _HORIZON_NS]
        if len(recent) < 2 or now_ns - recent[-1][0] > _STOPPED_NS:
            return 0.0
        mean_t = sum(t for t, _ in recent) / len(recent)
        mean_y = sum(y for _, y in recent) / len(recent)
        spread = sum((t - mean_t) ** 2 for t, _ in recent)
        slope = sum((t - mean_t) * (y - mean_y) for t, y in recent) / spread if spread else 0.0
        most = _MOST_DP * self._dp
        return min(max(slope * 1e9, -most), most)


class _Fling:
    """Moves a list on after the finger has left it, frame by frame."""

    def __init__(self, scrolling: Scrolling, root: Moving, velocity: float, began_ns: int, dp: float) -> None:
        self._scrolling = scrolling
        self._root = root
        self._began_ns = began_ns
        self._from = scrolling.offset
        friction = _FRICTION * _GRAVITY * dp
        deceleration = math.log(_INFLEXION * abs(velocity) / friction)
        self.duration_ns = int(1e9 * math.exp(deceleration / (_RATE - 1)))
        self._distance = math.copysign(friction * math.exp(_RATE / (_RATE - 1) * deceleration), velocity)
        self._stopped = False

    def stop(self) -> None:
        """End it, as a finger does that touches the list."""
        self._stopped = True

    def tick(self, frame_ns: int) -> bool:
        """Move on; False at its end or at the end of the list."""
        if self._stopped:
            return False
        part = min(1.0, max(0.0, (frame_ns - self._began_ns) / self.duration_ns))
        goal = self._from + self._distance * spline(part)
        moved = self._scrolling.go(goal)
        if moved:
            self._root.invalidate()
        return part < 1.0 and (moved or self._scrolling.offset == goal)


def spline(part: float) -> float:
    """Return which part of a fling's way is done after a part of its time."""
    low, high = 0.0, 1.0
    for _ in range(30):
        x = (low + high) / 2
        if _bezier(x, _TENSION_START * _INFLEXION, 1 - _TENSION_END * (1 - _INFLEXION)) < part:
            low = x
        else:
            high = x
    return _bezier((low + high) / 2, _TENSION_START, 1.0)


def _bezier(x: float, one: float, two: float) -> float:
    return 3 * x * (1 - x) * ((1 - x) * one + x * two) + x**3
