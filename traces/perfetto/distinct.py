"""The distinct values of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from traces.perfetto.wire import Index


def distinct(values: Index) -> list[int]:
    """Return the distinct values in order.

    As `np.unique`, which loads all of `numpy.ma` when it is first asked for nothing but values.
    """
    if not len(values):
        return []
    ordered = np.sort(values)
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    found: list[int] = ordered[new].tolist()
    return found
