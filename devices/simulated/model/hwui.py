"""HWUI: a window's RenderThread work, its buffers, and the ring of its last frames."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.simulated.model.threads import Signal

if TYPE_CHECKING:
    from devices.simulated.model.choreographer import FrameStart
    from devices.simulated.model.kernel import Kernel

RING = 120
"""Frames that HWUI keeps per window."""
FLAG_WINDOW_CHANGED = 1


class Gpu:
    """The graphics processor: does one thing after another."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._free_ns = 0

    def submit(self, cost_ns: int) -> int:
        """Queue work; return when its fence will signal."""
        self._free_ns = max(self._free_ns, self._kernel.now_ns) + cost_ns
        return self._free_ns


class BufferQueue:
    """The free buffers of a window.

    Args:
        count: Number of buffers.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = deque(range(count))
        self._on_screen: int | None = None
        self._freed = Signal()

    @property
    def empty(self) -> bool:
        """Whether a dequeue would block."""
        return not self._free

    def freed(self) -> Signal:
        """Return what fires when the next buffer comes back."""
        if self._freed.fired:
            self._freed = Signal()
        return self._freed

    def take(self) -> int:
        """Dequeue a buffer."""
        return self._free.popleft()

    def latched(self, buffer: int) -> None:
        """Take back the buffer before the one that was latched."""
        if self._on_screen is not None:
            self._free.append(self._on_screen)
            self._freed.fire()
        self._on_screen = buffer


@dataclass(slots=True)
class UiFrame:
    """One frame of a window from doFrame to its buffer, BOOTTIME ns; 0 where a stage did not run."""

    start: FrameStart
    input_id: int = 0
    handle_input_ns: int = 0
    animation_ns: int = 0
    traversal_ns: int = 0
    draw_ns: int = 0
    sync_queued_ns: int = 0
    sync_ns: int = 0
    issue_ns: int = 0
    swap_ns: int = 0
    swapped_ns: int = 0
    dequeue_ns: int = 0
    queue_ns: int = 0
    gpu_done_ns: int = 0
    layout: bool = False
    first: bool = False
    synced: Signal = field(default_factory=Signal)
