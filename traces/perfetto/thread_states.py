"""What each thread was doing, from scheduling events: the rules of trace processor's `thread_state` table.

A switch ends the running of one thread, in a state that it tells, and begins that of another; a waking makes
a blocked thread runnable; a new task begins runnable. The rules are those of trace processor's
`ThreadStateTracker` and `FtraceSchedEventTracker`. They are applied to all events at once: sorted by thread
and time, what a row means depends on the row before it, and how long it lasts on the row after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from traces.perfetto.task_state import RUNNABLE, RUNNING, Kernel, state_name
from traces.tables import NA, ThreadStateTable

if TYPE_CHECKING:
    from collections.abc import Collection

    from traces.perfetto.wire import Index
    from traces.tables import Bools

_NONE = -1


class Kind(IntEnum):
    """Kinds of scheduling events. A compact switch does not tell which thread it takes off the CPU."""

    SWITCH = 0
    COMPACT_SWITCH = 1
    WAKING = 2
    COMPACT_WAKING = 3
    NEW_TASK = 4
    FREE = 5


@dataclass
class SchedEvents:
    """Scheduling events as columns.

    `tid` is the thread that a switch takes off its CPU (in state `mask`) or that the other kinds are about,
    `next_tid` the one that a switch puts on it. `rank` orders events of one CPU and time.
    """

    time_ns: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    tid: npt.NDArray[np.uint32]
    next_tid: npt.NDArray[np.uint32]
    cpu: npt.NDArray[np.uint16]
    mask: npt.NDArray[np.uint16]
    kind: npt.NDArray[np.uint8]

    @classmethod
    def of(
        cls,
        kind: Kind,
        time_ns: Index,
        cpu: Index,
        rank: Index,
        *,
        tid: Index | None = None,
        next_tid: Index | None = None,
        mask: Index | None = None,
    ) -> SchedEvents:
        """Take columns of one kind; thread numbers are taken as the kernel's unsigned ones."""
        count = len(time_ns)
        nothing = np.zeros(count, np.int64)
        return cls(
            time_ns=time_ns,
            rank=rank,
            tid=(nothing if tid is None else tid).astype(np.uint32),
            next_tid=(nothing if next_tid is None else next_tid).astype(np.uint32),
            cpu=cpu.astype(np.uint16),
            mask=(nothing if mask is None else mask).astype(np.uint16),
            kind=np.full(count, kind, np.uint8),
        )

    def take(self, pick: Index | Bools) -> SchedEvents:
        """Return the events that a mask or an index picks."""
        return SchedEvents(**{f.name: getattr(self, f.name)[pick] for f in fields(self)})

    @classmethod
    def join(cls, parts: list[SchedEvents]) -> SchedEvents:
        """Return events one part after another."""
        none = np.zeros(0, np.int64)
        parts = [cls.of(Kind.SWITCH, none, none, none), *parts]
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})


@dataclass
class ThreadStates:
    """Collects scheduling events of all CPUs and gives the states of threads.

    Args:
        only: the threads wanted, None for all.
    """

    only: Collection[int] | None = None
    _parts: list[SchedEvents] = field(default_factory=list)

    def add(self, events: SchedEvents) -> None:
        """Take events in the order of the file."""
        if not len(events.time_ns):
            return
        if self.only is not None:
            wanted = np.asarray(sorted(self.only), np.uint32)
            concerned = np.isin(events.tid, wanted) | np.isin(events.next_tid, wanted)
            # Compact switches are all needed: each tells the next one's thread.
            events = events.take(concerned | (events.kind == Kind.COMPACT_SWITCH))
        self._parts.append(events)

    def finish(self, *, kernel: Kernel | None, known_from_ns: int, begun_ns: int) -> ThreadStateTable:
        """Return the table.

        Args:
            kernel: version of the kernel, which decides what masks mean.
            known_from_ns: time from which on all CPUs' events are known; states begin there.
            begun_ns: events before this time count for nothing.
        """
        events = SchedEvents.join(self._parts)
        self._parts = []
        events = events.take(events.time_ns >= begun_ns)
        events = events.take(np.lexsort((events.rank, events.cpu, events.time_ns)))
        return _table(_changes(_complete(events, known_from_ns), self.only), kernel)


def _complete(events: SchedEvents, known_from_ns: int) -> SchedEvents:
    """Tell compact switches' threads by the switch before them on their CPU; leave out what does not count.

    Events before `known_from_ns` only tell what runs on a CPU, and of these only compact ones do.
    """
    early = events.time_ns < known_from_ns
    compact = events.kind == Kind.COMPACT_SWITCH
    switches = np.flatnonzero(compact | ((events.kind == Kind.SWITCH) & ~early))
    by_cpu = switches[np.argsort(events.cpu[switches], kind="stable")]
    cpu = events.cpu[by_cpu]
    first = np.ones(len(by_cpu), np.bool_)
    np.not_equal(cpu[1:], cpu[:-1], out=first[1:])
    known = np.ones(len(early), np.bool_)
    begins = by_cpu[first]
    known[begins] = ~compact[begins]
    later = np.flatnonzero(~first)
    before = np.zeros(len(early), np.uint32)
    before[by_cpu[later]] = events.next_tid[by_cpu[later - 1]]
    # A compact waking counts only where something is known to run on its CPU.
    runs_from = np.full(1 << 16, len(early), np.int64)
    runs_from[cpu[first]] = begins
    waking = events.kind == Kind.COMPACT_WAKING
    known &= ~waking | (np.arange(len(early)) > runs_from[events.cpu])
    events.tid = np.where(compact, before, events.tid)
    return events.take(known & ~early)


class _Action(IntEnum):
    OFF = 0  # a switch takes the thread off a CPU
    ON = 1
    WAKING = 2
    NEW = 3
    FREE = 4


@dataclass
class _Changes:
    """What happens to threads, sorted by thread and order of events."""

    tid: npt.NDArray[np.uint32]
    order: npt.NDArray[np.int64]
    time_ns: npt.NDArray[np.int64]
    action: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.uint16]
    cpu: npt.NDArray[np.uint16]

    def take(self, pick: Index | Bools) -> _Changes:
        return _Changes(**{f.name: getattr(self, f.name)[pick] for f in fields(self)})


_ACTIONS = {Kind.WAKING: _Action.WAKING, Kind.COMPACT_WAKING: _Action.WAKING, Kind.NEW_TASK: _Action.NEW}


def _changes(events: SchedEvents, only: Collection[int] | None) -> _Changes:
    switch = np.flatnonzero(events.kind <= Kind.COMPACT_SWITCH)
    other = np.flatnonzero(events.kind > Kind.COMPACT_SWITCH)
    action = np.full(256, _Action.FREE, np.uint8)
    for kind, meaning in _ACTIONS.items():
        action[kind] = meaning
    source = np.concatenate([switch, switch, other])
    changes = _Changes(
        tid=np.concatenate([events.tid[switch], events.next_tid[switch], events.tid[other]]),
        order=np.concatenate([2 * switch, 2 * switch + 1, 2 * other]),
        time_ns=events.time_ns[source],
        action=np.concatenate(
            [
                np.full(len(switch), _Action.OFF, np.uint8),
                np.full(len(switch), _Action.ON, np.uint8),
                action[events.kind[other]],
            ]
        ),
        mask=events.mask[source],
        cpu=events.cpu[source],
    )
    wanted = changes.tid != 0  # the idle threads of all CPUs
    if only is not None:
        wanted &= np.isin(changes.tid, np.asarray(sorted(only), np.uint32))
    changes = changes.take(wanted)
    return changes.take(np.lexsort((changes.order, changes.tid)))


def _same_thread(changes: _Changes) -> Bools:
    """Return per row whether it goes on with the thread of the row before."""
    goes_on = np.zeros(len(changes.tid), np.bool_)
    goes_on[1:] = (changes.tid[1:] == changes.tid[:-1]) & (changes.action[:-1] != _Action.FREE)
    return goes_on


def _table(changes: _Changes, kernel: Kernel | None) -> ThreadStateTable:
    masks, which = np.unique(changes.mask, return_inverse=True)
    names = [state_name(mask, kernel) for mask in masks.tolist()]
    blocks = np.asarray([name != RUNNABLE for name in names], np.bool_)
    # Only a blocked thread, or one that nothing is known of, can be woken.
    goes_on = _same_thread(changes)
    counts = changes.action != _Action.WAKING
    counts[~goes_on] = True
    before = np.flatnonzero(goes_on & ~counts) - 1
    counts[before + 1] = (changes.action[before] == _Action.OFF) & blocks[which[before]]
    changes, which = changes.take(counts), which[counts]

    goes_on = _same_thread(changes)
    dur = np.full(len(changes.tid), -1, np.int64)
    ended = np.flatnonzero(goes_on & (changes.action != _Action.NEW) & (changes.action != _Action.FREE)) - 1
    # A thread taken off a CPU that it was not seen to run on: something between is lost.
    ended = ended[(changes.action[ended + 1] != _Action.OFF) | (changes.action[ended] == _Action.ON)]
    dur[ended] = changes.time_ns[ended + 1] - changes.time_ns[ended]

    spelled = np.empty(len(names) + 2, np.object_)
    spelled[:] = [*names, RUNNING, RUNNABLE]
    state = np.where(changes.action == _Action.OFF, which, len(names) + (changes.action != _Action.ON))
    rows = np.flatnonzero(changes.action != _Action.FREE)
    rows = rows[np.argsort(changes.order[rows], kind="stable")]
    return ThreadStateTable(
        tid=changes.tid[rows].astype(np.int64),
        start_ns=changes.time_ns[rows],
        dur_ns=dur[rows],
        state=spelled[state[rows]],
        cpu=np.where(changes.action == _Action.ON, changes.cpu.astype(np.int64), NA)[rows],
    )
