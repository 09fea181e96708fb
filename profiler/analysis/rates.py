"""The panel's rate as SurfaceFlinger itself wrote it into the trace. docs/metrics.md section 3.

`DisplayDevice::setActiveMode` sets a counter each time the mode or the render rate changes, and only then; on
user builds too, in the atrace category `gfx`: `ActiveModeFPS -<display>` and, since Android 14,
`RenderRateFPS -<display>`. Android 15 spells them `ActiveModeFps` and `RenderRateFps`. (frameworks/native
DisplayDevice.cpp, Android 12 to 16.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.columns import Floats
    from traces.tables import Ints, MarkTable
    from traces.trace import Trace

_COUNTER = re.compile(r"(ActiveMode|RenderRate)F(?:PS|ps)\s*-?\s*(\d+)")
_SURFACEFLINGER = re.compile(r"(?:commit|composite|onMessageInvalidate) \d+\b")
"""What SurfaceFlinger writes for every frame of its own in `gfx`."""
SURFACEFLINGER_SLICES = ("commit *", "composite *", "onMessageInvalidate *")
NEAREST_HZ = 1.0
"""The counters hold whole numbers; panels run at 59.94."""


@dataclass(frozen=True)
class ToldRates:
    """When SurfaceFlinger said which rate the panel has; BOOTTIME ns, ascending."""

    time_ns: Ints
    hz: Floats
    """The rate from then on at which frames are shown: the render rate where it is below the mode's."""
    complete: bool
    """SurfaceFlinger's `gfx` was traced: a change that is not here did not happen."""


def told_rates(trace: Trace) -> ToldRates:
    """Return the rates that the counters of a trace tell; of several displays none can be told."""
    changes = _changes(trace.marks)
    names = trace.slices.name
    complete = any(name and _SURFACEFLINGER.match(name) for name in dict.fromkeys(names.tolist()))
    if changes is None:
        return ToldRates(np.zeros(0, np.int64), np.zeros(0), complete=False)
    times, rates = changes
    return ToldRates(
        np.array(times, np.int64), np.array(rates, np.float64), complete=complete or bool(len(times))
    )


def _changes(marks: MarkTable) -> tuple[list[int], list[float]] | None:
    rows = [
        (int(time), found[1], found[2], int(value))
        for name, time, value in zip(
            marks.name.tolist(), marks.time_ns.tolist(), marks.value.tolist(), strict=True
        )
        if name and value != NA and value > 0 and (found := _COUNTER.fullmatch(name.strip()))
    ]
    if len({display for _, _, display, _ in rows}) > 1:
        return None
    now: dict[str, int] = {}
    times: list[int] = []
    rates: list[float] = []
    for time, kind, _, value in sorted(rows, key=lambda row: row[0]):
        now[kind] = value
        if kind == "ActiveMode":
            now.pop("RenderRate", None)  # its own counter follows where there is one
        rate = float(min(now.values()))
        if not rates or rate != rates[-1]:
            times.append(time)
            rates.append(rate)
    return times, rates
