"""What a thread was doing in an interval: by its scheduler states, and by the waits that its slices name.

Times are BOOTTIME ns, results ms. Nothing is concluded from data that the trace does not have: without
scheduler states only waits that have a name (GC, locks, binder calls) are told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, ends
from traces.perfetto.kernel_slices import is_kernels

if TYPE_CHECKING:
    from traces.tables import Ints, SliceTable, Strings
    from traces.trace import Trace

RUNNING, RUNNABLE, BINDER, LOCK, IO, GC, SLEEPING = (
    "running",
    "runnable",
    "binder",
    "lock",
    "io",
    "gc",
    "sleeping",
)
WAITS = (GC, LOCK, BINDER)
_GC = re.compile(r"GC: Wait For Completion|.* GC$")
_LOCK = re.compile(r"monitor contention with owner|Lock contention on ")


def wait_of(name: str) -> str | None:
    """Return which wait a slice of ART names; None for any other slice."""
    if _GC.match(name):
        return GC
    return LOCK if _LOCK.match(name) else None


@dataclass(frozen=True)
class ThreadView:
    """One thread's slices in order of start, its scheduler states, and its named waits."""

    tid: int
    start_ns: Ints
    end_ns: Ints
    depth: Ints
    name: Strings
    state_start_ns: Ints
    state_end_ns: Ints
    state: Strings
    binder: tuple[tuple[int, int], ...]
    """Calls into other processes that it waited for: from, until."""

    @cached_property
    def waits(self) -> tuple[tuple[int, int, str], ...]:
        """Named waits, ascending; a lock inside a wait for the collector counts as both, the first wins."""
        kinds = {name: wait_of(name) for name in set(self.name.tolist()) if name}
        named = [
            (int(a), int(b), kind)
            for a, b, name in zip(self.start_ns, self.end_ns, self.name, strict=True)
            if (kind := kinds.get(name)) is not None
        ]
        return tuple(sorted([*named, *((a, b, BINDER) for a, b in self.binder)]))

    def inside(self, begin_ns: int, end_ns: int) -> Ints:
        """Return the rows of slices that overlap an interval."""
        stop = int(np.searchsorted(self.start_ns, end_ns, "left"))
        return np.flatnonzero(self.end_ns[:stop] > begin_ns)

    def doing(self, begin_ns: int, end_ns: int) -> dict[str, float]:
        """Return how long it was doing what, ms; what the trace cannot tell is left out."""
        if end_ns <= begin_ns:
            return {}
        waits = [
            (max(a, begin_ns), min(b, end_ns), k) for a, b, k in self.waits if a < end_ns and b > begin_ns
        ]
        if not len(self.state_start_ns):
            return _ms(_covered(waits))
        total: dict[str, int] = {}
        first = max(0, int(np.searchsorted(self.state_start_ns, begin_ns, "right")) - 1)
        last = int(np.searchsorted(self.state_start_ns, end_ns, "left"))
        for row in range(first, last):
            a = max(int(self.state_start_ns[row]), begin_ns)
            b = min(int(self.state_end_ns[row]), end_ns)
            if b <= a:
                continue
            kind = _kind(self.state[row])
            counted = waits if kind == SLEEPING else [w for w in waits if w[2] == GC and kind == RUNNING]
            named = _covered([(max(x, a), min(y, b), k) for x, y, k in counted if x < b and y > a])
            for wait, length in (*named.items(), (kind, b - a - sum(named.values()))):
                total[wait] = total.get(wait, 0) + length
        return _ms(total)

    def own_times(self, begin_ns: int, end_ns: int) -> list[tuple[str, float]]:
        """Return the names of slices with the time that was theirs alone, longest first, ms."""
        own: dict[str, int] = {}
        rows = self.inside(begin_ns, end_ns)
        lengths = {
            int(row): min(int(self.end_ns[row]), end_ns) - max(int(self.start_ns[row]), begin_ns)
            for row in rows
        }
        for row in rows.tolist():
            children = [
                lengths[other]
                for other in rows.tolist()
                if self.depth[other] == self.depth[row] + 1
                and self.start_ns[other] >= self.start_ns[row]
                and self.end_ns[other] <= self.end_ns[row]
            ]
            name = str(self.name[row])
            own[name] = own.get(name, 0) + max(0, lengths[row] - sum(children))
        return sorted(_ms(own).items(), key=lambda one: -one[1])


def _kind(state: str | None) -> str:
    if state == "Running":
        return RUNNING
    letter = (state or "S")[0]
    return {"R": RUNNABLE, "D": IO}.get(letter, SLEEPING)


def _covered(waits: list[tuple[int, int, str]]) -> dict[str, int]:
    """Return the length of each kind of wait; where two overlap, the one that began first counts."""
    total: dict[str, int] = {}
    reached = 0
    for a, b, kind in sorted(waits):
        length = b - max(a, reached)
        if length > 0:
            total[kind] = total.get(kind, 0) + length
            reached = b
    return total


def _ms(lengths_ns: dict[str, int]) -> dict[str, float]:
    return {key: length / MS for key, length in lengths_ns.items() if length > 0}


class Threads:
    """All threads of a trace, looked up when asked for.

    Args:
        trace: with all slices; `thread_states` and `binder` where the recording has them.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._views: dict[tuple[int, int | None], ThreadView] = {}

    @property
    def states_known(self) -> bool:
        """Whether the recording has scheduler states."""
        return bool(len(self._trace.thread_states))

    @cached_property
    def wakeups_known(self) -> bool:
        """Whether waiting for a CPU can be told from sleeping (sched_waking was recorded).

        Without it a woken thread reads S until it runs; only preemption shows as runnable.
        """
        states = self._trace.thread_states
        return bool(len(states)) and bool((states.state == "R").any())

    def view(self, tid: int, pid: int | None = None) -> ThreadView:
        """Return one thread; with a pid only the slices that it wrote as a thread of that process."""
        key = (tid, pid)
        if key not in self._views:
            self._views[key] = self._make(tid, pid)
        return self._views[key]

    def _make(self, tid: int, pid: int | None) -> ThreadView:
        trace = self._trace
        slices: SliceTable = trace.slices
        mine = slices.tid == tid
        if pid is not None:
            mine &= slices.pid == pid
        # What the kernel did is told by states and binder calls; slices say what the program did.
        rows = np.asarray([row for row in np.flatnonzero(mine) if not is_kernels(slices.name[row])], np.int64)
        rows = rows[np.argsort(slices.start_ns[rows], kind="stable")]
        states = trace.thread_states
        at = np.flatnonzero(states.tid == tid)
        at = at[np.argsort(states.start_ns[at], kind="stable")]
        calls = trace.binder
        called = np.flatnonzero(calls.tid == tid)
        return ThreadView(
            tid=tid,
            start_ns=slices.start_ns[rows],
            end_ns=ends(slices.start_ns[rows], slices.dur_ns[rows]),
            depth=slices.depth[rows],
            name=slices.name[rows],
            state_start_ns=states.start_ns[at],
            state_end_ns=ends(states.start_ns[at], states.dur_ns[at]),
            state=states.state[at],
            binder=tuple(zip(calls.start_ns[called].tolist(), calls.end_ns[called].tolist(), strict=True)),
        )

    def named(self, pid: int, prefix: str) -> list[int]:
        """Return the tids of a process' threads whose name begins so, in order of tid."""
        found = {
            tid
            for tid, (owner, name) in self._trace.threads.items()
            if owner == pid and name is not None and name.startswith(prefix)
        }
        slices = self._trace.slices
        mine = np.flatnonzero(slices.pid == pid)
        for tid, name in set(zip(slices.tid[mine].tolist(), slices.thread[mine].tolist(), strict=True)):
            if name is not None and name.startswith(prefix):
                found.add(tid)
        return sorted(found)
