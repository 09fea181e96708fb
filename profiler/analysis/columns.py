"""Small vectorised helpers over table columns; times are int64 ns, results in ms are floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from traces.tables import NA, Bools, Ints, Strings

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]

MS = 1_000_000
"""Nanoseconds in a millisecond."""


def matching(texts: Strings, test: Callable[[str], bool]) -> Bools:
    """Return where `test` holds; each distinct text is tested once, None never matches."""
    verdicts = {text: test(text) for text in set(texts.tolist()) if text is not None}
    return np.fromiter((verdicts.get(text, False) for text in texts.tolist()), np.bool_, len(texts))


def to_ms(duration_ns: float) -> float:
    """Return a duration in ms."""
    return float(duration_ns) / MS


def ends(start_ns: Ints, dur_ns: Ints) -> Ints:
    """Return the ends of slices; one that never ended reaches beyond every time."""
    return np.where(dur_ns >= 0, start_ns + dur_ns, np.iinfo(np.int64).max)


def container(outer_start: Ints, outer_end: Ints, start: Ints) -> Ints:
    """Return for each start the index of the outer interval that holds it, -1 for none.

    `outer_start` is ascending and the intervals do not overlap (slices of one thread and one depth).
    """
    if not len(outer_start):
        return np.full(len(start), -1, np.int64)
    index = np.searchsorted(outer_start, start, side="right") - 1
    inside = (index >= 0) & (start < outer_end[np.maximum(index, 0)])
    return np.where(inside, index, -1)


def first_of_equal(sorted_times: Ints) -> Bools:
    """Return a mask that keeps one of each run of equal times; the times are ascending."""
    keep = np.ones(len(sorted_times), np.bool_)
    keep[1:] = sorted_times[1:] != sorted_times[:-1]
    return keep


def within(times: Ints, low: float, high: float) -> Bools:
    """Return where low <= time <= high; `NA` is never within."""
    return np.asarray((times != NA) & (times >= low) & (times <= high), np.bool_)
