"""Views of SurfaceFlinger's dumps: `--latency`, `--list`, `--timestats`."""

from __future__ import annotations

from collections import Counter

import numpy as np

from profiler.report.dumps.view import NS_PER_MS, Cell, DumpView, Grid, percentiles_ms
from traces.text.latency import (
    LatencyBlock,
    LatencyDump,
    LatencyOutcome,
    LatencyTable,
    PresentState,
    merge_latency,
    parse_latency,
)
from traces.text.layers import parse_layer_list
from traces.text.timestats import LayerStats, parse_timestats

_LATENCY_COLUMNS = (
    *("dump", "period", "rows", "on screen", "pending", "bad fence", "not shown", "unused"),
    *("median gap", "P95 gap", "longest gap", "gaps over 1.5 periods"),
)
_MOST_LAYERS = 40


def view_latency(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the rings of `--latency`, one by one and joined.

    Raises:
        InputFileError: the text is no --latency dump.
    """
    dumps = parse_latency(data, source)
    what = "SurfaceFlinger --latency" + (f", {len(dumps)} dumps" if len(dumps) > 1 else "")
    outcomes = {dump.outcome for dump in dumps}
    if LatencyOutcome.FRAMES not in outcomes:
        return _no_frames(outcomes, source, kind, what)
    rows = [_block(i, d, b) for i, d in enumerate(dumps, 1) for b in d.blocks]
    if len(dumps) > 1:
        rows.append(_row("all", dumps[0].period_ns, merge_latency(dumps), 0))
    return DumpView(
        kind,
        source,
        what,
        grids=(Grid("Times on screen, ms", _LATENCY_COLUMNS, tuple(rows)),),
        notes=_notes(dumps),
    )


def _no_frames(outcomes: set[LatencyOutcome], source: str, kind: str, what: str) -> DumpView:
    if outcomes == {LatencyOutcome.UNKNOWN_LAYER}:
        problem = f"{source} holds only the period: no layer had exactly that name."
        step = "Take the name, with its #number, from `dumpsys SurfaceFlinger --list` and dump again."
    else:
        problem = f"{source} holds no frames: the layer is a container, or nothing was drawn."
        step = "Take the layer that holds the buffers, e.g. SurfaceView[...](BLAST)#n, and dump again."
    return DumpView(kind, source, what, problem=problem, next_step=step)


def _block(number: int, dump: LatencyDump, block: LatencyBlock) -> tuple[Cell, ...]:
    return _row(number, dump.period_ns, block.frames, block.unused)


def _row(name: Cell, period_ns: int, frames: LatencyTable, unused: int) -> tuple[Cell, ...]:
    gaps = np.diff(np.unique(frames.presented().actual_ns)).astype(np.int64)
    states = [int((frames.state == state).sum()) for state in PresentState]
    longest = float(gaps.max()) / NS_PER_MS if len(gaps) else None
    return (
        name,
        period_ns / NS_PER_MS,
        len(frames),
        *states,
        unused,
        *percentiles_ms(gaps, (50, 95)),
        longest,
        int((gaps > 1.5 * period_ns).sum()),
    )


def _notes(dumps: tuple[LatencyDump, ...]) -> tuple[str, ...]:
    notes = ["A gap may be stutter or stillness: over a whole ring it is no measure of smoothness."]
    if any(b.evenly_spaced(d.period_ns) for d in dumps for b in d.blocks):
        notes.append(
            "The times on screen stand exactly on the vsync grid: the composer may have no present fence "
            "(emulators), and the times be made up."
        )
    return tuple(notes)


def view_layer_list(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return how many layers of each kind there are, and their names.

    Raises:
        InputFileError: the text is no layer list.
    """
    layers = parse_layer_list(data, source)
    kinds = Counter(layer.kind.value for layer in layers)
    rows = tuple((layer.kind.value, layer.name) for layer in layers)[:_MOST_LAYERS]
    notes = (f"{len(layers) - len(rows)} more layers.",) if len(layers) > len(rows) else ()
    facts = tuple((name, count) for name, count in kinds.most_common())
    grid = Grid("Layers", ("kind", "name"), rows)
    return DumpView(kind, source, f"SurfaceFlinger --list, {len(layers)} layers", facts, (grid,), notes)


def view_timestats(data: bytes | str, source: str, kind: str) -> DumpView:
    """Return the counts of `--timestats`.

    Raises:
        InputFileError: the text is no timestats dump.
    """
    stats = parse_timestats(data, source)
    columns = ("layer", "refresh Hz", "render Hz", "frames", "dropped", "average fps", "janky by its payload")
    grid = Grid("Layers", columns, tuple(_layer_stats(layer) for layer in stats.layers))
    return DumpView(
        kind,
        source,
        "SurfaceFlinger --timestats",
        facts=(("frames composed", stats.total_frames), ("missed", stats.missed_frames)),
        grids=(grid,) if grid.rows else (),
        notes=("Counts over all the time of collecting, idle included, in whole ms.",),
    )


def _layer_stats(layer: LayerStats) -> tuple[Cell, ...]:
    worst = sorted(((n, c) for n, c in layer.jank.items() if c), key=lambda pair: -pair[1])[:3]
    return (
        layer.layer_name,
        layer.refresh_rate,
        layer.render_rate,
        layer.total_frames,
        layer.dropped_frames,
        layer.average_fps,
        ", ".join(f"{name} {count}" for name, count in worst) or None,
    )
