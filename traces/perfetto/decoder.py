"""Take the packets of a trace, in the order of the file, and hand each to what collects its kind.

Frame events and the few fields around ftrace bundles are read in columns, block by block. Rare kinds and
packets of unusual form go through the schema, one by one and in their place, as clocks and names depend on
the order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.atrace import Edges, Names, Texts
from traces.perfetto.buffer_events import BufferCollector
from traces.perfetto.bundle_heads import KnownFrom
from traces.perfetto.clock_sync import BOOTTIME, ClockSync
from traces.perfetto.containers import unpack_packets
from traces.perfetto.fieldscan import ABSENT
from traces.perfetto.frame_events import EventCollector
from traces.perfetto.framing import cut
from traces.perfetto.ftrace import BundleNotes, Prints, read_bundles, take_scheduling
from traces.perfetto.kernel_marks import marks_of
from traces.perfetto.kernel_slices import KernelSlices
from traces.perfetto.loss import Losses
from traces.perfetto.memory import Scratch
from traces.perfetto.names import ProcessNames
from traces.perfetto.prepared import BUFFER, ENOUGH, FRAME, Preparing
from traces.perfetto.sched import last_names_in, last_plain_names
from traces.perfetto.schema import FrameTimelineEvent, GraphicsFrameEvent, TracePacket
from traces.perfetto.slices import ThreadSlices
from traces.perfetto.task_state import Kernel, kernel_version
from traces.perfetto.wire import PADDING, Block, WireError, walk_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.ftrace import Bundled
    from traces.perfetto.prepared import Frames, Gathered, Prepared
    from traces.perfetto.thread_states import ThreadStates
    from traces.perfetto.wire import Index, Readable

UNPACKED_PACKET_LIMIT = 256 << 20
"""Bytes that one packet of compressed packets may unpack to."""

_SIMULATED = b"simulated phone"
"""In the version of the tracing service: how a phone in software names itself; no Perfetto does."""
_FTRACE_EVENTS = 1


@dataclass
class _Waiting:
    """Frame events whose clock no snapshot so far explains."""

    place: Index
    time_ns: Index
    clock: Index
    sequence: Index


@dataclass
class _Later:
    """Frame events of blocks that hold few, gathered until there are enough for reading in columns to pay."""

    texts: list[Gathered] = field(default_factory=list)
    size: list[Index] = field(default_factory=list)
    place: list[Index] = field(default_factory=list)
    time_ns: list[Index] = field(default_factory=list)
    count: int = 0


class Decoder:
    """Collects one trace.

    Args:
        slice_names: shell patterns of the thread slices to keep, None for all.
        ftrace: False leaves ftrace events alone: no slices, no marks.
        patience: see `traces.perfetto.slices`.
        states: takes the scheduling events where they are wanted.
    """

    def __init__(
        self,
        slice_names: Sequence[str] | None,
        *,
        ftrace: bool,
        patience: int,
        states: ThreadStates | None = None,
    ) -> None:
        self.names = Names(slice_names)
        self.texts = Texts(self.names)
        self.kernel_slices = KernelSlices(self.names)
        self.slices = ThreadSlices(patience, self.kernel_slices.decide, self.kernel_slices.kinds())
        self.frames = EventCollector()
        self.buffers = BufferCollector()
        self.clocks = ClockSync()
        self.processes = ProcessNames()
        self.losses = Losses()
        self.notes = BundleNotes()
        self._scratch = Scratch()
        self.known_from = KnownFrom()
        self.states = states
        self.kernel: Kernel | None = None
        self.simulated = False
        self.begun_ns = 0
        self.keeps_older = False
        self._ftrace = ftrace
        self._packets = 0
        self._latest_ns = 0
        self._waiting: list[_Waiting] = []
        self._later = {FRAME: _Later(), BUFFER: _Later()}

    def take(self, made: Prepared) -> None:
        """Take packets, in the order of the trace."""
        block, end, body, frames = made.block, made.end, made.body, made.frames
        base = self._packets
        self._packets += len(end)
        self.losses.see_packets(made.sequence, made.dropped)
        bundles: list[tuple[int, int]] = []
        for i in made.rare.tolist():
            span = (int(body[i]), int(end[i]))
            bundles += self._take_rare(block.data, span, i, frames, base)
        self._settle_clocks(frames, len(end), base)
        self._take_frames(block, frames, base)
        bundled = made.bundled
        if bundled is None:
            return
        if bundles:
            more = np.asarray(bundles, np.int64)
            first, last = np.append(made.first, more[:, 0]), np.append(made.last, more[:, 1])
            order = np.argsort(first, kind="stable")
            bundled = read_bundles(block, first[order], last[order], Scratch(), spans=self.states is not None)
        self._take_bundles(block, bundled)

    def _settle_clocks(self, frames: Frames, upto: int, base: int) -> None:
        """Convert the times of frame events before packet `upto`, by what is known of the clocks by now."""
        stop = int(np.searchsorted(frames.at, upto))
        here = slice(frames.done, stop)
        frames.done = stop
        if here.start == here.stop:
            return
        clock, sequence = frames.clock[here], np.maximum(frames.sequence[here], 0)
        clock = self.clocks.clocks_of(clock, sequence)
        times, known = self.clocks.convert_many(frames.time_ns[here], clock, sequence)
        if not known.all():
            place = base + frames.at[here]
            self._waiting.append(_Waiting(place[~known], times[~known], clock[~known], sequence[~known]))
        frames.time_ns[here] = times

    def _take_frames(self, block: Block, frames: Frames, base: int) -> None:
        # A packet without a time counts from 0, as protobuf's default is.
        time_ns = np.where(frames.time_ns == ABSENT, 0, frames.time_ns)
        for kind, found in frames.messages.items():
            place, times = base + frames.at[found.which], time_ns[found.which]
            if found.gathered is None:
                self._read_frames(kind, block, (found.start, found.start + found.size), place, times)
                continue
            later = self._later[kind]
            later.texts.append(found.gathered)
            later.size.append(found.size)
            later.place.append(place)
            later.time_ns.append(times)
            later.count += len(times)
            if later.count >= ENOUGH:
                self._read_later()

    def _read_later(self) -> None:
        """Read the frame events that were put off."""
        for kind, later in self._later.items():
            if later.texts:
                behind = np.cumsum(np.concatenate(later.size))
                start = np.append(0, behind[:-1])
                block = Block(b"".join((*later.texts, bytes(PADDING))))
                place, times = np.concatenate(later.place), np.concatenate(later.time_ns)
                self._later[kind] = _Later()
                self._read_frames(kind, block, (start, behind), place, times)

    def _read_frames(
        self, kind: int, block: Block, spans: tuple[Index, Index], place: Index, time_ns: Index
    ) -> None:
        collector, message = (
            (self.frames, FrameTimelineEvent) if kind == FRAME else (self.buffers, GraphicsFrameEvent)
        )
        start, end = spans
        for i in collector.add_block(block, start, end, place, time_ns).tolist():
            event = message()
            try:
                event.ParseFromString(block.data[start[i] : end[i]])
            except DecodeError:
                self.losses.damaged += 1
            else:
                collector.add_message(event, int(place[i]), int(time_ns[i]))

    def _parsed(self, raw: bytes) -> Any:
        packet = TracePacket()
        try:
            packet.ParseFromString(raw)
        except DecodeError:
            self.losses.damaged += 1
            return None
        return packet

    def _take_rare(
        self, data: Readable, span: tuple[int, int], number: int, frames: Frames, base: int
    ) -> list[tuple[int, int]]:
        """Take one packet through the schema; return the bundles in it."""
        start, end = span
        packet = self._parsed(data[start:end])
        if packet is None:
            return []
        sequence = packet.trusted_packet_sequence_id
        if packet.HasField("clock_snapshot") or packet.HasField("trace_packet_defaults"):
            self._settle_clocks(frames, number, base)
            self.clocks.add(packet)
        if packet.HasField("process_tree"):
            self.processes.add_tree(packet.process_tree, self._time_of(packet))
        self._take_circumstances(packet)
        if packet.HasField("compressed_packets"):
            self._take_compressed(packet.compressed_packets, zstd=False)
        if packet.HasField("zstd_compressed_packets"):
            self._take_compressed(packet.zstd_compressed_packets, zstd=True)
        if packet.HasField("frame_timeline_event") or packet.HasField("graphics_frame_event"):
            self._take_frame_message(packet, sequence, base + number)
        if not packet.HasField("ftrace_events"):
            return []
        try:
            return [(a, b) for field, _, a, b in walk_fields(data, start, end) if field == _FTRACE_EVENTS]
        except WireError:
            self.losses.damaged += 1
            return []

    def _take_circumstances(self, packet: Any) -> None:
        """Take what a packet says of losses, of the kernel, and of the beginning of the trace."""
        if packet.HasField("ftrace_stats"):
            self.losses.add_ftrace_stats(packet.ftrace_stats)
            self.keeps_older |= packet.ftrace_stats.preserve_ftrace_buffer
        if packet.HasField("trace_stats"):
            self.losses.add_trace_stats(packet.trace_stats)
        self.simulated |= _SIMULATED in packet.system_info.tracing_service_version
        if packet.HasField("system_info") and packet.system_info.HasField("utsname"):
            name = packet.system_info.utsname
            self.kernel = kernel_version(
                name.sysname.decode("utf-8", "replace"), name.release.decode("utf-8", "replace")
            )
        if packet.service_event.tracing_started:
            self.begun_ns = self._boottime(packet)

    def _time_of(self, packet: Any) -> int:
        """Return a packet's time; one without a time counts as of the latest seen so far."""
        if packet.HasField("timestamp"):
            self._latest_ns = max(self._latest_ns, time := self._boottime(packet))
            return time
        return max(self._latest_ns, self.notes.last_ns or 0)

    def _boottime(self, packet: Any) -> int:
        """Return a service event's time, which is on BOOTTIME unless it names another clock."""
        clock = packet.timestamp_clock_id if packet.HasField("timestamp_clock_id") else BOOTTIME
        raw = np.array([min(packet.timestamp, 2**63 - 1)], np.int64)
        times, _ = self.clocks.convert_many(raw, np.array([clock]), np.array([0]))
        return int(times[0])

    def _take_frame_message(self, packet: Any, sequence: int, place: int) -> None:
        clock = int(packet.timestamp_clock_id) if packet.HasField("timestamp_clock_id") else ABSENT
        sequences = np.array([sequence])
        clocks = self.clocks.clocks_of(np.array([clock]), sequences)
        # Times beyond int64 are absurd either way.
        raw = np.array([min(packet.timestamp, 2**63 - 1)], np.int64)
        times, known = self.clocks.convert_many(raw, clocks, sequences)
        if not known[0]:
            self._waiting.append(_Waiting(np.array([place]), times, clocks, sequences))
        if packet.HasField("frame_timeline_event"):
            self.frames.add_message(packet.frame_timeline_event, place, int(times[0]))
        else:
            self.buffers.add_message(packet.graphics_frame_event, place, int(times[0]))

    def _take_compressed(self, raw: bytes, *, zstd: bool) -> None:
        unpacked = unpack_packets(raw, zstd=zstd, limit=UNPACKED_PACKET_LIMIT)
        if unpacked is None:
            self.losses.not_unpacked += 1
            return
        block = Block(unpacked + bytes(PADDING))
        starts, ends, at, _ = cut(block, len(unpacked))
        self.losses.damaged += at < len(unpacked)
        preparing = Preparing(ftrace=self._ftrace, spans=self.states is not None, at_once=1)
        self.take(preparing.prepare(block, starts, ends))

    def _take_bundles(self, block: Block, bundled: Bundled) -> None:
        self.known_from.see(block, bundled.first, bundled.last, bundled.cpu)
        if self.states is not None:
            take_scheduling(block, bundled, self.notes.bundles, self.states)
        self.notes.add(bundled.notes)
        self.slices.begin_at(self.known_from_ns())
        self._scratch.take_back()
        edges = [self.texts.edges(prints, self._scratch) for prints in bundled.prints]
        for raw in bundled.tasks:
            try:
                self.processes.add_task(raw)
            except DecodeError:
                self.losses.damaged += 1
        texts, rows = marks_of(bundled.tasks)
        if len(rows):
            time_ns, tid, start, end = rows.T
            edges.append(self.texts.edges(Prints(texts, time_ns, tid, start, end), self._scratch))
        if bundled.slices is not None and len(bundled.slices[0]):
            edges.append(self.kernel_slices.edges(block, *bundled.slices, self.kernel))
        # All at once, as what is added later may be too old for what is settled by then.
        if edges:
            self.slices.add(Edges.join(edges))
        changing = self.processes.changes.keys()
        for time_ns, tid, comm in last_names_in(block, bundled.found.sched, changing):
            self.processes.name_thread(tid, comm, time_ns)
        # Unlike packed ones, single events count for nothing before all CPUs are known.
        known_from_ns = self.known_from_ns()
        single = bundled.named
        if bundled.plain is not None and len(bundled.plain.tag):
            single = single + last_plain_names(block, bundled.plain, changing, self._scratch)
        for time_ns, tid, comm in single:
            if time_ns >= known_from_ns:
                self.processes.name_thread(tid, comm, time_ns)

    def known_from_ns(self) -> int:
        """Return the time from which on ftrace events count: all CPUs are known, and the trace has begun."""
        return max(self.known_from.ns, 0 if self.keeps_older else self.begun_ns)

    def convert_the_rest(self) -> int:
        """Convert frame times whose snapshot came after them; return how many have none at all."""
        self._read_later()
        unknown = 0
        for waiting in self._waiting:
            times, known = self.clocks.convert_many(waiting.time_ns, waiting.clock, waiting.sequence)
            self.frames.set_times(waiting.place, times)
            self.buffers.set_times(waiting.place, times)
            unknown += int(np.count_nonzero(~known))
        return unknown
