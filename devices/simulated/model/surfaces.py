"""Layers, their frames, and the transactions that carry them to SurfaceFlinger."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.display import Token

RING = 128
"""Frames that SurfaceFlinger's FrameTracker keeps per layer."""


@dataclass(slots=True)
class SurfaceLayer:
    """One layer of SurfaceFlinger."""

    id: int
    base: str
    """Name without `#id`."""
    owner_pid: int
    package: str
    """Whose window it belongs to, for the truth."""
    kind: str
    """app, ime, leash or other."""
    parent_id: int | None = None
    has_buffer: bool = False
    backpressure: bool = True
    last_latch_ns: int = 0
    frame_number: int = 0
    since_clear: int = 0
    """Frames presented since its statistics were cleared."""
    number: int | None = None
    """What stands behind `#`; None: its id."""
    presents: deque[tuple[int, int, int]] = field(default_factory=lambda: deque(maxlen=RING))
    """Desired, actual, ready: BOOTTIME ns."""

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.base}#{self.id if self.number is None else self.number}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a frame and when, for the truth."""

    driver_pid: int
    driver_thread: str
    doframe_start_ns: int | None
    traversal_start_ns: int | None
    layout: bool
    fraction: float | None = None
    called_ns: int | None = None
    """The vsync that its doFrame was called for."""


@dataclass(slots=True)
class SurfaceFrame:
    """One frame of one layer on its way to the screen (FrameTimeline's SurfaceFrame)."""

    layer: SurfaceLayer
    token: Token | None
    is_buffer: bool
    start_ns: int
    """Actual start; 0 if the producer named none."""
    ready_ns: int
    """max(post, acquire fence); the post time for a frame without buffer."""
    post_ns: int
    origin: Origin
    buffer: int = 0
    number: int = 0
    """Of the buffer within its layer: what its events bear, also when a later one has been queued since
    (FrameTracer.cpp)."""
    previous_latch_ns: int = 0
    prediction_expired: bool = False
    dropped_ns: int = 0
    superseded: bool = False
    """A later one without buffer took its place in the same composition; FrameTimeline says presented."""
    present_type: int = 0
    on_time: bool = True
    jank: int = 1
    severity: int = 1


@dataclass(slots=True)
class Transaction:
    """What SurfaceFlinger applies as one."""

    queue: str
    """Transactions of one queue are applied in order."""
    token: Token | None
    post_ns: int
    ready_ns: int
    """When the buffer's fence has signalled; the post time without buffer."""
    frames: list[SurfaceFrame]
    on_latch: Callable[[int], None] | None = None
    """Called with the time when a transaction with a buffer is latched (or dropped)."""

    @property
    def buffer_layer(self) -> SurfaceLayer | None:
        """The layer whose buffer it carries."""
        return next((frame.layer for frame in self.frames if frame.is_buffer), None)
