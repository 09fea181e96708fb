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
        self._question = np.zeros(len(numbers), np.int64)
        rows = np.arange(len(numbers))
        alone = fixed[numbers] if len(numbers) else np.zeros(0, np.bool_)
        order = rows[alone][np.argsort(time_ns[alone], kind="stable")]
        distinct, first = np.unique(numbers[order], return_index=True)
        place = np.zeros(len(who), np.int64)
        place[distinct] = np.arange(len(distinct))
        self._question[alone] = place[numbers[alone]]
        for number, row in zip(distinct.tolist(), order[first].tolist(), strict=True):
            self._ask(int(time_ns[row]), number, who[number])
        for row in rows[~alone].tolist():
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
