"""Read a Perfetto trace into the canonical tables."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import InputFileError
from traces.perfetto.ahead import AT_ONCE, ahead
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
from traces.perfetto.prepared import Preparing
from traces.perfetto.slices import PATIENCE, LateEdge
from traces.perfetto.thread_states import ThreadStates
from traces.perfetto.timeline import Timeline, build
from traces.perfetto.who import Rows, processes_of
from traces.systrace.source import Reading, is_systrace, packets_of
from traces.tables import NA, MarkTable, PresentType, SliceTable, ThreadStateTable
from traces.trace import Trace

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Generator, Iterable, Sequence

    from traces.perfetto.prepared import Prepared
    from traces.perfetto.wire import Block, Index
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
    blocks = packets(pieces, damage, None if is_text else _plain_size(path), windows=AT_ONCE)
    seen = _take_all(decoder, _prepared(blocks, wanted))
    del blocks, pieces
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
    return _trace(path, decoder, damage, unwrapping, is_text=is_text)


def _take_all(decoder: Decoder, prepared: Generator[Prepared]) -> int:
    """Return how many packets there were."""
    seen = 0
    with closing(ahead(prepared)) as made:
        for some in made:
            decoder.take(some)
            seen += len(some.end)
    return seen


def _prepared(blocks: Iterable[tuple[Block, Index, Index]], wanted: _Wanted) -> Generator[Prepared]:
    told = wanted.thread_states is not False
    preparing = Preparing(ftrace=wanted.ftrace, spans=told, at_once=AT_ONCE)
    for block, starts, ends in blocks:
        for some in range(0, len(starts), _PACKETS_AT_ONCE):
            these = slice(some, some + _PACKETS_AT_ONCE)
            yield preparing.prepare(block, starts[these], ends[these])


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


def _trace(path: Path, decoder: Decoder, damage: Damage, unwrapping: Unwrapping, *, is_text: bool) -> Trace:
    # In this order: what may be large lets go of what it is made from before the next is made.
    marks = _mark_table(decoder)
    columns = decoder.slices.finish()
    unconverted = decoder.convert_the_rest()
    timeline = build(decoder.frames)
    told = [*timeline.processes, *decoder.texts.processes(marks, decoder.known_from_ns())]
    who = _Who(decoder, columns, timeline, told, is_text=is_text)
    names = who.told.process_names()
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
        frames=replace(timeline.frames, process=who.frame_process()),
        display=timeline.display,
        slices=_slice_table(decoder, columns, who),
        async_slices=pair_async(decoder.texts, names, decoder.known_from_ns()),
        marks=marks,
        thread_states=_states(decoder),
        buffers=decoder.buffers.build(),
        processes=names,
        threads=who.told.threads(),
        clocks=decoder.clocks.clocks(),
        health=health(losses, damage, findings, cut_short=unwrapping.cut_short),
        is_buffer_stated=timeline.is_buffer_stated,
        simulated=decoder.simulated,
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


class _Who:
    """The instances of processes and threads that rows of frames and slices are of."""

    def __init__(
        self,
        decoder: Decoder,
        columns: tuple[np.ndarray, ...],
        timeline: Timeline,
        processes: list[tuple[int, int]],
        *,
        is_text: bool,
    ) -> None:
        names, slices, frames = decoder.processes, decoder.slices, timeline.frames
        pids, number = np.unique(frames.pid, return_inverse=True)
        of_frames: list[tuple[int, int | None]] = [(pid, None) for pid in pids.tolist()]
        self._frames = Rows(number, frames.actual_start_ns, of_frames, names.changes)
        threads: list[tuple[int, int | None]] = [(pid, tid) for tid, pid in slices.threads]
        self._slices = Rows(columns[2], columns[0], threads, names.changes, slices.seen_ns)
        self.told = names.tell(
            known_from_ns=decoder.known_from_ns(),
            begun_ns=0 if decoder.keeps_older else decoder.begun_ns,
            seen=[(t, tid, pid) for t, (tid, pid) in zip(slices.seen_ns, slices.threads, strict=True) if pid],
            asked=[*self._frames.asked, *self._slices.asked],
            processes=processes,
        )
        # Texts hardly tell names of processes: there those of main threads must do.
        self._instead = self.told.process_names() if is_text else {}

    def frame_process(self) -> np.ndarray:
        """Return the name of each frame's process."""
        return self._frames.spread([one.name for one in self.told.answers[: len(self._frames.asked)]])

    def slice_columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the process number and name and the thread's name of each slice."""
        answers = self.told.answers[len(self._frames.asked) :]
        processes = processes_of(answers)
        return (
            self._slices.spread_numbers([NA if one is None else one.pid for one in processes]),
            self._slices.spread(
                [
                    None if one is None else self._instead.get(one.pid) if one.name is None else one.name
                    for one in processes
                ]
            ),
            self._slices.spread([one.name for one in answers]),
        )


def _slice_table(decoder: Decoder, columns: tuple[np.ndarray, ...], who: _Who) -> SliceTable:
    start, dur, thread, depth, name = columns
    pid, process, thread_name = who.slice_columns()
    tids = np.asarray([tid for tid, _ in decoder.slices.threads], np.int64)
    return SliceTable(
        pid=pid,
        process=process,
        tid=tids[thread],
        thread=thread_name,
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
    time_ns, pid, name, value = decoder.texts.in_order(decoder.texts.marks, decoder.known_from_ns())
    return MarkTable(pid=pid, time_ns=time_ns, name=_texts(decoder.names.texts)[name], value=value)
