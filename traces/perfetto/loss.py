"""Counts of what was lost, gathered while decoding, and their sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from traces.health import TraceHealth
from traces.perfetto.distinct import distinct

if TYPE_CHECKING:
    import numpy.typing as npt

    from traces.perfetto.framing import Damage
    from traces.perfetto.wire import Index

_START, _END = 1, 2
_FLUSH_FAILED = 2


@dataclass
class Losses:
    """What the packets say about losses."""

    damaged: int = 0
    not_unpacked: int = 0
    dropped: int = 0
    other_ftrace_clock: int = 0
    lost_event_bundles: int = 0
    _sequences: set[int] = field(default_factory=set)
    _overrun: dict[int, dict[int, int]] = field(default_factory=lambda: {_START: {}, _END: {}})
    _stats: Any = None

    def see_packets(self, sequence: Index, previous_dropped: npt.NDArray[np.bool_]) -> None:
        """Count losses told by packets. The first packet of a sequence has nothing before it to lose."""
        for i in np.flatnonzero(previous_dropped).tolist():
            number = int(sequence[i])
            self.dropped += number in self._sequences or bool((sequence[:i] == number).any())
        self._sequences.update(distinct(sequence))

    def add_ftrace_stats(self, stats: Any) -> None:
        """Take one `FtraceStats`; the last of each phase counts."""
        if stats.phase in self._overrun:
            self._overrun[stats.phase].update(
                {cpu.cpu: cpu.overrun + cpu.commit_overrun + cpu.dropped_events for cpu in stats.cpu_stats}
            )

    def add_trace_stats(self, stats: Any) -> None:
        """Take one `TraceStats`; its counts grow, so the last one counts."""
        self._stats = stats

    def overruns(self) -> dict[int, int]:
        """Return CPU -> events lost in the kernel between start and end of the trace."""
        start = self._overrun[_START]
        return {cpu: max(0, count - start.get(cpu, 0)) for cpu, count in sorted(self._overrun[_END].items())}

    def buffer_chunks(self) -> int:
        """Return the chunks that the service's buffers lost."""
        stats = self._stats
        if stats is None:
            return 0
        # TraceStats.chunks_discarded is left out: it counts since the service began, over all sessions.
        return sum(b.chunks_overwritten + b.chunks_discarded for b in stats.buffer_stats)

    def writer_losses(self) -> int:
        """Return how often writers ran out of room."""
        return 0 if self._stats is None else sum(b.trace_writer_packet_loss for b in self._stats.buffer_stats)

    def final_flush_failed(self) -> bool:
        """Whether the last flush, which brings in what producers still hold, failed."""
        return self._stats is not None and self._stats.final_flush_outcome == _FLUSH_FAILED

    def failed_flushes(self) -> int:
        """Return the number of flushes that failed."""
        return 0 if self._stats is None else int(self._stats.flushes_failed)


@dataclass
class Findings:
    """Counts that come from the finished tables."""

    duration_ns: int = 0
    unreadable_frames: int = 0
    unpaired_frame_ends: int = 0
    unended_frames: int = 0
    unended_displays: int = 0
    frames_without_present: int = 0
    frames: int = 0
    unpaired_slice_ends: int = 0
    unended_slices: int = 0
    unconverted_times: int = 0


def health(losses: Losses, damage: Damage, findings: Findings, *, cut_short: bool) -> TraceHealth:
    """Judge a trace."""
    reasons = list(_reasons(losses, damage, findings, cut_short=cut_short))
    return TraceHealth(
        duration_ns=findings.duration_ns,
        truncated=damage.truncated or cut_short,
        damaged_packets=losses.damaged,
        dropped_packets=losses.dropped,
        ftrace_overruns=losses.overruns(),
        lost_event_bundles=losses.lost_event_bundles,
        buffer_chunks_lost=losses.buffer_chunks(),
        writer_packet_losses=losses.writer_losses(),
        failed_flushes=losses.failed_flushes(),
        unreadable_frames=findings.unreadable_frames,
        unpaired_frame_ends=findings.unpaired_frame_ends,
        unended_frames=findings.unended_frames,
        unended_displays=findings.unended_displays,
        frames_without_present=findings.frames_without_present,
        unpaired_slice_ends=findings.unpaired_slice_ends,
        unended_slices=findings.unended_slices,
        unconverted_times=findings.unconverted_times,
        reasons=tuple(reasons),
        warnings=(*reasons, *_notices(losses, findings)),
    )


def _reasons(losses: Losses, damage: Damage, findings: Findings, *, cut_short: bool) -> list[str]:
    overruns = losses.overruns()
    lost = sum(overruns.values())
    cpus = [str(cpu) for cpu, count in overruns.items() if count]
    said = [
        (
            damage.stopped_at is not None,
            f"The bytes from {damage.stopped_at} on are no packets; what stood before is kept.",
        ),
        (damage.left_bytes, f"The last packet is cut off ({damage.left_bytes} bytes of it are there)."),
        (cut_short, "The compressed file is damaged or cut short; what could be unpacked is kept."),
        (losses.damaged, f"{losses.damaged} packets or bundles can't be read."),
        (
            losses.not_unpacked,
            f"{losses.not_unpacked} compressed packets unpack to more than is allowed or can't be unpacked.",
        ),
        (
            lost,
            f"The kernel lost {lost} ftrace events (CPUs {', '.join(cpus)}).",
        ),
        (
            losses.lost_event_bundles,
            f"{losses.lost_event_bundles} ftrace bundles say that events before them were lost.",
        ),
        (losses.buffer_chunks(), f"The tracing service lost {losses.buffer_chunks()} chunks of its buffers."),
        (losses.writer_losses(), f"Writers lost packets {losses.writer_losses()} times for want of room."),
        (losses.dropped, f"{losses.dropped} packets say that packets before them were dropped."),
        (losses.final_flush_failed(), "The final flush failed: what producers still held is missing."),
        (
            findings.unconverted_times,
            f"{findings.unconverted_times} frame events are on a clock that no snapshot explains.",
        ),
    ]
    return [sentence for wrong, sentence in said if wrong]


def _notices(losses: Losses, findings: Findings) -> list[str]:
    said = [
        (losses.failed_flushes(), f"{losses.failed_flushes()} flushes failed."),
        (losses.other_ftrace_clock, f"{losses.other_ftrace_clock} ftrace bundles are not on BOOTTIME."),
        (
            findings.unreadable_frames,
            f"{findings.unreadable_frames} frame events lack an identity or a sane time.",
        ),
        (
            findings.unpaired_frame_ends,
            f"{findings.unpaired_frame_ends} frame ends have no start (begun before the trace).",
        ),
        (findings.unended_frames, f"{findings.unended_frames} frames never ended."),
        (findings.unended_displays, f"{findings.unended_displays} display frames have no present time."),
        (
            findings.frames_without_present,
            f"{findings.frames_without_present} of {findings.frames} frames have no time on screen.",
        ),
        (
            not findings.frames,
            "The trace holds no frame of FrameTimeline (it needs Android 12 or later, and its data source).",
        ),
    ]
    return [sentence for wrong, sentence in said if wrong]
