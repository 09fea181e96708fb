"""What a trace lost, and whether numbers may be taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class TraceHealth:
    """Losses of one trace. Counts are events, packets or rows; times are ns on BOOTTIME.

    `scorable` is False where data of the recorded time is missing; `reasons` then say what, one sentence
    each. `warnings` hold those sentences and also what is worth knowing but loses nothing.
    """

    duration_ns: int = 0
    """From the first to the last time in frames and ftrace events."""
    truncated: bool = False
    damaged_packets: int = 0
    dropped_packets: int = 0
    """Packets that say that packets before them on their sequence were lost."""
    ftrace_overruns: Mapping[int, int] | None = None
    """CPU -> events that the kernel overwrote or dropped before they were read, during the trace."""
    lost_event_bundles: int = 0
    """Ftrace bundles that say that events before them were lost."""
    buffer_chunks_lost: int = 0
    """Chunks overwritten or discarded in the tracing service's buffers."""
    writer_packet_losses: int = 0
    failed_flushes: int = 0
    unreadable_frames: int = 0
    """FrameTimeline events without an identity or with an absurd time."""
    unpaired_frame_ends: int = 0
    unended_frames: int = 0
    unended_displays: int = 0
    frames_without_present: int = 0
    """Frames, neither dropped nor on display token 0, whose display frame is not in the trace."""
    unpaired_slice_ends: int = 0
    unended_slices: int = 0
    unconverted_times: int = 0
    """Frame events whose clock no snapshot of the trace explains; their times were taken as they are."""
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def scorable(self) -> bool:
        """Whether nothing of the recorded time is known to be missing."""
        return not self.reasons
