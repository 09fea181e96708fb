"""How begins and ends nest, in columns: which end closes which begin, and how deep each slice lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from traces.perfetto.wire import Index

Steps = npt.NDArray[np.signedinteger[Any]]


def nest(thread: Steps, step: Steps) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Return the depth of each edge's slice (0 outermost) and the mask of ends that close nothing.

    Args:
        thread: numbers of threads; the edges of one thread stand together.
        step: +1 for a begin, -1 for an end, within a thread in order of time.
    """
    count = len(thread)
    if count == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.bool_)
    first = np.empty(count, np.bool_)
    first[0] = True
    np.not_equal(thread[1:], thread[:-1], out=first[1:])
    segment = np.cumsum(first) - 1
    total = np.cumsum(step, dtype=np.int64)
    starts = np.flatnonzero(first)
    height = total - (total[starts] - step[starts])[segment]
    # One running minimum for all threads: each thread is lifted below all before it.
    lift = segment * -(count + 1)
    floor = np.minimum(np.minimum.accumulate(height + lift) - lift, 0)
    before = np.zeros(count, np.int64)
    before[1:] = np.where(first[1:], 0, floor[:-1])
    unpaired = floor < before
    level = height - floor
    return np.where(step > 0, level - 1, level), unpaired


def stacked(thread: Steps, time_ns: Index, instant: Index) -> Index:
    """Return how many instants each instant lies on: those of its thread and ns right before it.

    Args:
        thread: numbers of threads, of all edges.
        time_ns: their times.
        instant: places of the ends of slices of no length, each right behind its begin.
    """
    one, other = instant[:-1], instant[1:]
    on_it = (other - one == 2) & (thread[one] == thread[other]) & (time_ns[one] == time_ns[other])
    count = np.arange(len(instant))
    first = count.copy()
    first[1:][on_it] = 0
    return count - np.maximum.accumulate(first)


def pair(
    thread: Steps, step: Steps, depth: Index, unpaired: npt.NDArray[np.bool_]
) -> tuple[Index, Index, Index]:
    """Return the places of begins, of the ends that close them, and of begins that stay open.

    Within one thread and depth, begins and ends alternate; so the end of a begin is its next neighbour there.
    """
    live = np.flatnonzero(~unpaired)
    width = int(depth.max(initial=0)) + 1
    key = thread[live].astype(np.int64) * width + depth[live]
    small = len(key) == 0 or int(key.max()) < 1 << 16
    order = live[np.argsort(key.astype(np.uint16) if small else key, kind="stable")]
    begins = np.flatnonzero(step[order] > 0)
    follower = np.minimum(begins + 1, len(order) - 1)
    one, other = order[begins], order[follower]
    closed = (step[other] < 0) & (thread[other] == thread[one]) & (depth[other] == depth[one])
    return one[closed], other[closed], np.sort(one[~closed])
