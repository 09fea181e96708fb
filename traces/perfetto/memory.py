"""Arrays for block after block: used again, growing, and given back to the system at once.

Fresh memory costs more than what is done in it, and what the allocator keeps back between other things is
memory that nobody has.
"""

from __future__ import annotations

from mmap import ACCESS_COPY, mmap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from traces.perfetto.wire import Index

    Signed = np.ndarray[tuple[int, ...], np.dtype[np.signedinteger[Any]]]


def own_memory(count: int, kind: type[np.signedinteger[Any]] = np.int64) -> Signed:
    """Return an array that goes back to the system when it is let go of, whatever else is in memory then.

    Memory that nothing was written to costs nothing.
    """
    size = max(count, 1) * np.dtype(kind).itemsize
    return np.frombuffer(mmap(-1, size, access=ACCESS_COPY), kind, count)


class Scratch:
    """Lends arrays, all of which it takes back at once.

    Whoever asks for about as many of about the same sizes each time gets the same memory each time.
    """

    def __init__(self) -> None:
        self._arrays: list[Index] = []
        self._lent = 0

    def take_back(self) -> None:
        """Lend the same memory again from now on: nobody looks at it any more."""
        self._lent = 0

    def room(self, count: int, kinds: int = 1) -> list[Index]:
        """Return arrays for so many numbers, which hold whatever was there."""
        return [self._lend(count) for _ in range(kinds)]

    def _lend(self, count: int) -> Index:
        place = self._lent
        self._lent += 1
        if place == len(self._arrays):
            self._arrays.append(own_memory(count))
        elif len(self._arrays[place]) < count:
            self._arrays[place] = own_memory(count)
        return self._arrays[place][:count]


class Kept:
    """Columns that grow.

    Args:
        kinds: of the columns.
    """

    def __init__(self, *kinds: type[np.signedinteger[Any]]) -> None:
        self._kinds = kinds
        self.clear()

    def clear(self) -> None:
        """Let go of everything."""
        self._count = 0
        self._columns: list[Signed] = [own_memory(0, kind) for kind in self._kinds]

    def add(self, *more: Signed) -> None:
        """Add rows, as columns."""
        count = self._count + len(more[0])
        for place, (column, theirs) in enumerate(zip(self._columns, more, strict=True)):
            mine = column
            if count > len(mine):
                self._columns[place] = mine = own_memory(2 * count, self._kinds[place])
                mine[: self._count] = column[: self._count]
            mine[self._count : count] = theirs
        self._count = count

    def column(self, place: int) -> Signed:
        """Return a view of a column, good until more is added."""
        return self._columns[place][: self._count]

    def let_go(self, place: int) -> None:
        """Let go of a column; nothing can be added any more."""
        self._columns[place] = own_memory(0, self._kinds[place])
