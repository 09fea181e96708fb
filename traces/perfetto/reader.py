"""Read a Perfetto trace into the canonical tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import InputFileError
from traces.perfetto.asynchronous import pair_async
from traces.perfetto.containers import (
    GZIP_MAGIC,
    ZIP_MAGIC,
    ZSTD_MAGIC,
    Unwrapping,
    is_perfetto_trace,
    looks_like,
    pieces_of,
)
from traces.perfetto.decoder import Decoder
from traces.perfetto.framing import Damage, packets
from traces.perfetto.loss import Findings, health
from traces.perfetto.slices import PATIENCE, LateEdge
from traces.perfetto.thread_states import ThreadStates
from traces.perfetto.timeline import Timeline, build
from traces.systrace.source import Reading, is_systrace, packets_of
from traces.tables import NA, MarkTable, PresentType, SliceTable, ThreadStateTable
from traces.trace import Trace

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Sequence

    from traces.tables import FrameTable

_WITHOUT_END = 1 << 62
_HEAD = 4096
_PACKETS_AT_ONCE = 1 << 14  # of tiny ones; columns of more do not stay in the processor's cache


def read_trace(
    path: str | os.PathLike[str],
    *,
    slice_names: Sequence[str] | None = None,
    ftrace: bool = True,
    thread_states: bool | Collection[int] = False,
) -> Trace:
    """Read a Perfetto trace: plain, .gz, .zip or .zst, with plain or compressed packets, cut short or not.

    Text traces of atrace and systrace (Android 8 and older) are read too, into the same tables.

    Args:
        path: the file.
        slice_names: shell patterns (`*`, `?`, `[...]`, case-sensitive) of the thread slices to keep; None
            keeps all. Depth counts all slices of the thread in any case. Asynchronous slices and marks are
            always kept.
        ftrace: False reads only frames and what belongs to them, which is much faster.
        thread_states: True fills `Trace.thread_states`; a collection of thread numbers fills it for these
            only, which saves memory. Needs `ftrace`.

    Raises:
        InputFileError: the file can't be read, is empty, or is no Perfetto trace.
    """
    file = Path(path)
    wanted = _Wanted(slice_names, ftrace, thread_states)
    try:
        return _read(file, wanted, PATIENCE)
    except LateEdge:
        return _read(file, wanted, _WITHOUT_END)


@dataclass(frozen=True)
class _Wanted:
    slice_names: Sequence[str] | None
    ftrace: bool
    thread_states: bool | Collection[int]

    def states(self) -> ThreadStates | None:
        if self.thread_states is False:
            return None
        return ThreadStates(None if self.thread_states is True else self.thread_states)


def _read(path: Path, wanted: _Wanted, patience: int) -> Trace:
    decoder = Decoder(wanted.slice_names, ftrace=wanted.ftrace, patience=patience, states=wanted.states())
    damage, unwrapping, text = Damage(), Unwrapping(), Reading()
    is_text = _is_text_trace(path)
    pieces = packets_of(path, text) if is_text else pieces_of(path, unwrapping)
    seen = 0
    for block, starts, ends in packets(pieces, damage, None if is_text else _plain_size(path)):
        for some in range(0, len(starts), _PACKETS_AT_ONCE):
            these = slice(some, some + _PACKETS_AT_ONCE)
            decoder.take(block, starts[these], ends[these])
        seen += len(starts)
    decoder.losses.damaged += text.unreadable
    unwrapping.cut_short |= text.cut_short
    if not seen and is_text:
        raise InputFileError(
            f"{path}: no event of an atrace or systrace text is in it; it looks like {_looks(path)}.",
            next_step="Record again: atrace --async_start ... and --async_dump, or systrace.py.",
        )
    if not seen:
        raise InputFileError(
            f"{path}: no whole packet of a Perfetto trace is in it.",
            next_step="The file was cut short at its very start: record or copy it again.",
        )
    return _trace(path, decoder, damage, unwrapping)


def _looks(path: Path) -> str:
    with path.open("rb") as file:
        return looks_like(file.read(_HEAD))


def _is_text_trace(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return not is_perfetto_trace(head) and is_systrace(head)


def _plain_size(path: Path) -> int | None:
    """Return the size of the trace's bytes, None where the file is wrapped or can't be read."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
        return None if head.startswith((GZIP_MAGIC, ZIP_MAGIC, ZSTD_MAGIC)) else path.stat().st_size
    except OSError:
        return None


def _trace(path: Path, decoder: Decoder, damage: Damage, unwrapping: Unwrapping) -> Trace:
    columns = decoder.slices.finish()
    for tid, tgid in decoder.slices.threads:
        decoder.processes.see(tid, tgid)
    names = decoder.processes.process_names()
    unconverted = decoder.convert_the_rest()
    timeline = build(decoder.frames, names)
    losses = decoder.losses
    losses.damaged += decoder.notes.damaged
    losses.lost_event_bundles = decoder.notes.lost_events
    losses.other_ftrace_clock = decoder.notes.other_clock
    findings = Findings(
        duration_ns=_duration(decoder, timeline),
        unreadable_frames=decoder.frames.incomplete + timeline.bad_times,
        unpaired_frame_ends=timeline.unpaired_ends,
        unended_frames=timeline.unended_frames,
        unended_displays=timeline.unended_displays,
        frames_without_present=_without_present(timeline.frames),
        frames=len(timeline.frames),
        unpaired_slice_ends=decoder.slices.unpaired_ends,
        unended_slices=decoder.slices.unended,
        unconverted_times=unconverted,
    )
    return Trace(
        path=path,
        frames=timeline.frames,
        display=timeline.display,
        slices=_slice_table(decoder, columns, names),
        async_slices=pair_async(decoder.markers, names, decoder.known_from_ns()),
        marks=_mark_table(decoder),
        thread_states=_states(decoder),
        buffers=decoder.buffers.build(),
        processes=names,
        threads=decoder.processes.threads(),
        clocks=decoder.clocks.clocks(),
        health=health(losses, damage, findings, cut_short=unwrapping.cut_short),
        is_buffer_stated=timeline.is_buffer_stated,
    )


def _states(decoder: Decoder) -> ThreadStateTable:
    if decoder.states is None:
        return ThreadStateTable.empty()
    return decoder.states.finish(
        kernel=decoder.kernel,
        known_from_ns=decoder.known_from_ns(),
        begun_ns=0 if decoder.keeps_older else decoder.begun_ns,
    )


def _duration(decoder: Decoder, timeline: Timeline) -> int:
    notes, frames, display = decoder.notes, timeline.frames, timeline.display
    times = [np.asarray([t for t in (notes.first_ns, notes.last_ns) if t is not None], np.int64)]
    times += [frames.actual_start_ns, frames.actual_end_ns, display.start_ns, display.present_ns]
    every = np.concatenate(times)
    return int(every.max() - every.min()) if len(every) else 0


def _without_present(frames: FrameTable) -> int:
    expected = (frames.present_type != PresentType.DROPPED) & (frames.display_token != 0)
    return int((expected & (frames.display_present_ns == NA)).sum())


def _slice_table(decoder: Decoder, columns: tuple[np.ndarray, ...], names: dict[int, str]) -> SliceTable:
    start, dur, thread, depth, name = columns
    known = decoder.processes.threads()
    pids, processes, tids, threads = [], [], [], []
    for tid, tgid in decoder.slices.threads:
        pid = tgid or known.get(tid, (0, None))[0]
        pids.append(pid)
        processes.append(names.get(pid))
        tids.append(tid)
        threads.append(decoder.processes.thread_name(tid))
    return SliceTable(
        pid=np.asarray(pids, np.int64)[thread],
        process=_texts(processes)[thread],
        tid=np.asarray(tids, np.int64)[thread],
        thread=_texts(threads)[thread],
        start_ns=start,
        dur_ns=dur,
        depth=depth,
        name=_texts(decoder.names.texts)[name],
    )


def _texts(texts: Sequence[str | None]) -> np.ndarray:
    out = np.empty(len(texts), np.object_)
    out[:] = texts
    return out


def _mark_table(decoder: Decoder) -> MarkTable:
    table = decoder.markers.joined(decoder.markers.marks, decoder.known_from_ns())
    return MarkTable(
        pid=table[:, 1].copy(),
        time_ns=table[:, 0].copy(),
        name=_texts(decoder.names.texts)[table[:, 2]],
        value=table[:, 3].copy(),
    )
