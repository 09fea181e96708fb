"""View of `dumpsys SurfaceFlinger --frametimeline`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.report.dumps.view import NS_PER_MS, Cell, DumpView, Grid, percentiles_ms
from traces.tables import NA, JankType, PresentType
from traces.text.sf_frametimeline import parse_sf_frametimeline

if TYPE_CHECKING:
    from traces.text.sf_frametimeline import SfFrameTable, SfFrameTimeline

_COLUMNS = (
    *("dump", "layer", "pid", "frames", "shown", "dropped", "janky", "late"),
    *("median gap", "longest gap"),
)
_NOTES = (
    "Times are after the first frame of the dump, to 0.01 ms; gaps in ms, stillness included.",
    "late: ready after its deadline. janky: by SurfaceFlinger's own rule, buffer stuffing included.",
)
_MOST_ROWS = 40


def view_sf_frametimeline(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the last 64 display frames by layer.

    Raises:
        InputFileError: the text is no --frametimeline dump.
    """
    dumps = parse_sf_frametimeline(data, source)
    rows = [row for number, dump in enumerate(dumps, 1) for row in _layers(number, dump)]
    notes = list(_NOTES)
    if any(dump.announced is None for dump in dumps):
        notes.append("-jank lists janky frames only: its gaps say nothing about what was shown between.")
    if any(dump.announced is not None and not dump.complete for dump in dumps):
        notes.append("A dump is cut off: it announces more display frames than stand in it.")
    unknown = dict.fromkeys(name for dump in dumps for name in dump.unknown_janks)
    if unknown:
        notes.append(f"Jank types that silky does not know: {', '.join(unknown)}.")
    frames = sum(len(dump.display) for dump in dumps)
    return DumpView(
        kind,
        source,
        "SurfaceFlinger --frametimeline" + (f", {len(dumps)} dumps" if len(dumps) > 1 else ""),
        facts=(("display frames", frames), ("surface frames", sum(len(dump.frames) for dump in dumps))),
        grids=(Grid("By layer", _COLUMNS, tuple(rows[:_MOST_ROWS])),) if rows else (),
        notes=tuple(notes),
    )


def _layers(number: int, dump: SfFrameTimeline) -> list[tuple[Cell, ...]]:
    names = dict.fromkeys(dump.frames.layer_name.tolist())
    return [_layer(number, dump.frames.where(dump.frames.layer_name == name)) for name in names]


def _layer(number: int, own: SfFrameTable) -> tuple[Cell, ...]:
    gaps = np.diff(np.unique(own.present_ns[own.present_ns != NA]))
    judged = (own.expected_end_ns != NA) & (own.end_ns != NA)
    late = int(np.count_nonzero(judged & (own.end_ns > own.expected_end_ns)))
    janky = int(np.count_nonzero(own.jank_type & ~int(JankType.NONE)))
    return (
        number,
        own.layer_name[0],
        int(own.pid[0]) if own.pid[0] != NA else None,
        len(own),
        int(np.count_nonzero(own.present_ns != NA)),
        int(np.count_nonzero(own.present_type == PresentType.DROPPED)),
        janky,
        f"{late}/{int(np.count_nonzero(judged))}",
        *percentiles_ms(gaps, (50,)),
        float(gaps.max()) / NS_PER_MS if len(gaps) else None,
    )
