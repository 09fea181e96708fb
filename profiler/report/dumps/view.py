"""The form that every view of a text dump has; times are in ms unless a name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from traces.tables import Ints

Cell = str | int | float | bool | None

NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table; every row has a cell for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class DumpView:
    """What one text dump says."""

    kind: str
    """A `traces.text.sniff.Kind`."""
    source: str
    what: str
    """One sentence: what the file is."""
    facts: tuple[tuple[str, Cell], ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None = None
    """Why nothing can be told from it; None where something can."""
    next_step: str = ""


def percentiles_ms(values_ns: Ints, percents: tuple[int, ...] = (50, 90, 95, 99)) -> tuple[float | None, ...]:
    """Return percentiles in ms (linear between ranks), None each where there are no values."""
    if not len(values_ns):
        return tuple(None for _ in percents)
    return tuple(float(v) / NS_PER_MS for v in np.percentile(values_ns, percents))
