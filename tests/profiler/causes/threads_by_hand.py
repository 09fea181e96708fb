"""Threads written by hand: slices as (start, end, name) in ms, nested by containment; states likewise."""

from __future__ import annotations

import numpy as np

from profiler.causes.threads import ThreadView

MS = 1_000_000


def view(
    slices: list[tuple[float, float, str]],
    states: list[tuple[float, float, str]] = (),
    binder: list[tuple[float, float]] = (),
) -> ThreadView:
    """Return a thread; slices in order of start, an outer one before the inner ones."""
    depth = [sum(a <= s[0] and s[1] <= b for a, b, _ in slices[:i]) for i, s in enumerate(slices)]
    return ThreadView(
        tid=7,
        start_ns=np.array([round(s[0] * MS) for s in slices], np.int64),
        end_ns=np.array([round(s[1] * MS) for s in slices], np.int64),
        depth=np.array(depth, np.int64),
        name=np.array([s[2] for s in slices], np.object_),
        state_start_ns=np.array([round(s[0] * MS) for s in states], np.int64),
        state_end_ns=np.array([round(s[1] * MS) for s in states], np.int64),
        state=np.array([s[2] for s in states], np.object_),
        binder=tuple((round(a * MS), round(b * MS)) for a, b in binder),
    )
