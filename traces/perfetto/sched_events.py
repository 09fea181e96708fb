"""Scheduling events out of ftrace bundles: single ones, and those packed into lists (`CompactSched`).

Perfetto packs a CPU's switches and wakings into parallel lists: times as differences, threads, states, and
indices into a table of names that each bundle brings along. Lists are followed as far as all of them go, as
trace processor does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.fieldscan import ABSENT, Fields
from traces.perfetto.schema import CompactSched, FtraceEvent
from traces.perfetto.thread_states import Kind, SchedEvents
from traces.perfetto.wire import LENGTH, VARINT, joined_varints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.wire import Block, Index

_TIME, _SWITCH, _WAKING, _NEWTASK, _FREE = range(5)
_EVENT = Fields([(1, VARINT), (4, LENGTH), (20, LENGTH), (235, LENGTH), (240, LENGTH)])
_SWITCH_FIELDS = Fields([(2, VARINT), (4, VARINT), (6, VARINT)])
_PID_FIELDS = {_WAKING: Fields([(2, VARINT)]), _NEWTASK: Fields([(1, VARINT)]), _FREE: Fields([(2, VARINT)])}
_KINDS = {_WAKING: Kind.WAKING, _NEWTASK: Kind.NEW_TASK, _FREE: Kind.FREE}
_NOT_A_TIME = 1 << 62


@dataclass
class CompactList:
    """One bundle's lists as bytes, with its CPU and its rank in the file."""

    cpu: int
    rank: int
    raw: bytes


def single_events(block: Block, start: Index, end: Index, cpu: Index, rank: Index) -> SchedEvents:
    """Return the scheduling events among the ftrace events at `start` .. `end`, in their order."""
    scanned = _EVENT.scan(block, start, end)
    present = scanned.value[_SWITCH:] != ABSENT
    timed = scanned.value[_TIME] != ABSENT
    odd = scanned.odd | (present.sum(axis=0) > 1)
    out: list[SchedEvents] = []
    place: list[Index] = []
    for row in (_SWITCH, *_KINDS):
        mine = np.flatnonzero((scanned.value[row] != ABSENT) & timed & ~odd)
        if not len(mine):
            continue
        fields = _SWITCH_FIELDS if row == _SWITCH else _PID_FIELDS[row]
        inner = fields.scan(block, scanned.value[row, mine], scanned.end[row, mine])
        odd[mine[inner.odd]] = True
        good = ~inner.odd
        values = np.where(inner.value == ABSENT, 0, inner.value)[:, good]
        mine = mine[good]
        named = (
            {"tid": values[0], "mask": values[1], "next_tid": values[2]}
            if row == _SWITCH
            else {"tid": values[0]}
        )
        kind = Kind.SWITCH if row == _SWITCH else _KINDS[row]
        out.append(SchedEvents.of(kind, scanned.value[_TIME, mine], cpu[mine], rank[mine], **named))
        place.append(mine)
    for i in np.flatnonzero(odd).tolist():
        event = FtraceEvent()
        with suppress(DecodeError):
            event.ParseFromString(block.data[start[i] : end[i]])
            parsed = _message_event(event, int(cpu[i]), int(rank[i]))
            out += parsed
            place += [np.array([i])] * len(parsed)
    none = np.zeros(0, np.int64)
    return SchedEvents.join(out).take(np.argsort(np.concatenate([none, *place]), kind="stable"))


def _message_event(event: Any, cpu: int, rank: int) -> list[SchedEvents]:
    """Return what one parsed `FtraceEvent` says of scheduling, if it does."""
    if not event.HasField("timestamp") or event.timestamp >= _NOT_A_TIME:
        return []
    if event.HasField("sched_switch"):
        kind, said = Kind.SWITCH, event.sched_switch
        values = {"tid": said.prev_pid, "mask": said.prev_state, "next_tid": said.next_pid}
    elif event.HasField("sched_waking"):
        kind, values = Kind.WAKING, {"tid": event.sched_waking.pid}
    elif event.HasField("task_newtask"):
        kind, values = Kind.NEW_TASK, {"tid": event.task_newtask.pid}
    elif event.HasField("sched_process_free"):
        kind, values = Kind.FREE, {"tid": event.sched_process_free.pid}
    else:
        return []
    one = {name: np.array([value], np.int64) for name, value in values.items()}
    times, cpus = np.array([event.timestamp], np.int64), np.array([cpu])
    return [SchedEvents.of(kind, times, cpus, np.array([rank]), **one)]


def compact_events(lists: Sequence[CompactList]) -> list[SchedEvents]:
    """Return the switches and wakings of compact lists; lists that can't be read are left out."""
    messages, cpus, ranks = [], [], []
    for packed in lists:
        message = CompactSched()
        with suppress(DecodeError):
            message.ParseFromString(packed.raw)
            messages.append(message)
            cpus.append(packed.cpu)
            ranks.append(packed.rank)
    cpu, rank = np.asarray(cpus, np.int64), np.asarray(ranks, np.int64)
    names = np.asarray([len(message.intern_table) for message in messages], np.int64)
    owner, times, columns = _parallel(
        [
            [message.switch_timestamp for message in messages],
            [message.switch_next_comm_index for message in messages],
            [message.switch_next_pid for message in messages],
            [message.switch_prev_state for message in messages],
            [message.switch_next_prio for message in messages],
        ],
        names,
    )
    next_tid, mask, _ = columns
    switches = SchedEvents.of(
        Kind.COMPACT_SWITCH, times, cpu[owner], rank[owner], next_tid=next_tid, mask=mask
    )
    owner, times, columns = _parallel(
        [
            [message.waking_timestamp for message in messages],
            [message.waking_comm_index for message in messages],
            [message.waking_pid for message in messages],
            [message.waking_target_cpu for message in messages],
            [message.waking_prio for message in messages],
        ],
        names,
    )
    wakings = SchedEvents.of(Kind.COMPACT_WAKING, times, cpu[owner], rank[owner] + 1, tid=columns[0])
    sane = [part.take((part.time_ns >= 0) & (part.time_ns < _NOT_A_TIME)) for part in (switches, wakings)]
    return [part for part in sane if len(part.time_ns)]


def _parallel(lists: list[list[bytes]], names: Index) -> tuple[Index, Index, list[Index]]:
    """Return owner, time and the further columns of the rows that all lists of a bundle have.

    Args:
        lists: per column one packed list per bundle; times first, then indices into the table of names.
        names: per bundle, how many names its table has; an index beyond ends the bundle's list.
    """
    joined = [joined_varints(packed) for packed in lists]
    counts = np.min([np.diff(edges) for _, edges in joined], axis=0) if len(names) else np.zeros(0, np.int64)
    owner = np.repeat(np.arange(len(names)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    values = [column[edges[:-1][owner] + place] for column, edges in joined]
    # From the first name that is not in the table on, the list counts for nothing.
    bad = np.flatnonzero((values[1] < 0) | (values[1] >= names[owner]))
    cut = np.full(len(names), np.iinfo(np.int64).max)
    cut[owner[bad][::-1]] = place[bad][::-1]
    good = place < cut[owner]
    owner, values = owner[good], [column[good] for column in values]
    # Times are differences within each bundle.
    run = np.cumsum(values[0])
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    base = np.zeros(len(names), np.int64)
    base[owner[first]] = run[first] - values[0][first]
    return owner, run - base[owner], values[2:]
