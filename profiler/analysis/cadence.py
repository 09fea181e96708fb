"""How even the successive times on screen of one thing are: docs/metrics.md section 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import Floats, to_ms

if TYPE_CHECKING:
    from traces.tables import Ints

FEWEST = 3
"""Times on screen that a cadence needs."""


@dataclass(frozen=True)
class Cadence:
    """The gaps of one continuous motion; `missed[i]` stands before the i-th time, 0 before the first."""

    missed: Ints
    missed_vsyncs: int
    hitch_ms: float
    longest_gap_ms: float
    hitch_ratio: float | None
    """hitch_ms / (p_n - p_1); None where that span is empty."""


def cadence(times_ns: Ints, period_ns: Floats) -> Cadence:
    """Return the cadence of at least two ascending times on screen.

    Args:
        times_ns: p_0 ... p_n.
        period_ns: T_i = T(p_i), one for each time.
    """
    gaps = np.diff(times_ns)
    periods = period_ns[1:]
    vsyncs = np.floor(gaps / periods + 0.5).astype(np.int64)
    missed = np.maximum(0, vsyncs - 1)
    hitch_ns = float((missed * periods).sum())
    span_ns = int(times_ns[-1] - times_ns[1])
    return Cadence(
        missed=np.concatenate([np.zeros(1, np.int64), missed]),
        missed_vsyncs=int(missed.sum()),
        hitch_ms=to_ms(hitch_ns),
        longest_gap_ms=to_ms(gaps.max()),
        hitch_ratio=hitch_ns / span_ns if span_ns > 0 else None,
    )
