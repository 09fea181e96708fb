"""Ask who the processes and threads of rows are: by number, and by time where a number was used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.names import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from traces.perfetto.process_tracker import Process, Thread
    from traces.perfetto.wire import Index
    from traces.tables import Bools


class Rows:
    """Rows of a table, and what is to be asked of them: once for each number where that will do.

    Args:
        numbers: per row, which of `who` it is of.
        time_ns: per row, its time.
        who: (pid, tid) of each number; a tid of None asks for the process.
        changes: per number of a process or thread, the times at which it began or ended.
        since_ns: when it became known that each of `who` is of its process; before, it is asked for by its
            number alone.
    """

    def __init__(
        self,
        numbers: Index,
        time_ns: Index,
        who: list[tuple[int, int | None]],
        changes: Mapping[int, Sequence[int]],
        since_ns: Sequence[int] | None = None,
    ) -> None:
        self._since_ns = since_ns
        fixed = _fixed(numbers, time_ns, who, changes)
        self.asked: list[Asked] = []
        self._question = np.zeros(len(numbers), np.int32)
        together = np.flatnonzero(fixed[numbers])
        mine = numbers[together]
        row_of = together[_first_of_each(mine, time_ns[together], len(who))]
        distinct = numbers[row_of]
        place = np.zeros(len(who), np.int32)
        place[distinct] = np.arange(len(distinct), dtype=np.int32)
        self._question[together] = place[mine]
        for number, row in zip(distinct.tolist(), row_of.tolist(), strict=True):
            self._ask(int(time_ns[row]), number, who[number])
        for row in np.flatnonzero(~fixed[numbers]).tolist():
            self._question[row] = len(self.asked)
            number = int(numbers[row])
            self._ask(int(time_ns[row]), number, who[number])

    def _ask(self, time_ns: int, number: int, who: tuple[int, int | None]) -> None:
        known = self._since_ns is None or self._since_ns[number] <= time_ns
        self.asked.append(Asked(time_ns, who[0] if known else 0, who[1]))

    def spread(self, answers: list[str | None]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Return per row what was found for its question."""
        texts = np.empty(len(answers), np.object_)
        texts[:] = answers
        return texts[self._question]

    def spread_numbers(self, answers: list[int]) -> Index:
        """Return per row the number that was found for its question."""
        return np.asarray(answers, np.int64)[self._question]


def _first_of_each(numbers: Index, time_ns: Index, count: int) -> Index:
    """Return the earliest row of each number that there is, by number; of equal times the first."""
    order = np.arange(len(numbers))
    if (time_ns[1:] < time_ns[:-1]).any():
        order = np.argsort(time_ns, kind="stable")
    first = np.full(count, -1, np.int64)
    # Of several rows of one number the last that is written stays.
    first[numbers[order[::-1]]] = order[::-1]
    return first[first >= 0]


def _fixed(
    numbers: Index, time_ns: Index, who: list[tuple[int, int | None]], changes: Mapping[int, Sequence[int]]
) -> Bools:
    """Return for each number whether all of its rows are of one instance: nothing changed between them."""
    first = np.full(len(who), np.iinfo(np.int64).max)
    last = np.full(len(who), -1, np.int64)
    np.minimum.at(first, numbers, time_ns)
    np.maximum.at(last, numbers, time_ns)
    fixed = np.ones(len(who), np.bool_)
    for i, number in enumerate(who):
        times = [time for key in number if key is not None for time in changes.get(key, ())]
        fixed[i] = not any(first[i] < time <= last[i] for time in times)
    return fixed


def processes_of(answers: list[Process | Thread]) -> list[Process | None]:
    """Return the processes of answers, None where a thread's is not known."""
    return [one.process if hasattr(one, "process") else one for one in answers]
