"""View of a Winscope recording: when the keyboard was shown, how its layers moved, what was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.report.dumps.view import NS_PER_MS, Cell, DumpView, Grid
from traces.tables import NA
from traces.winscope import read_winscope

if TYPE_CHECKING:
    from pathlib import Path

    from traces.winscope import Winscope
    from traces.winscope.tables import ImeStateTable, InputTable, LayerPositionTable

KIND = "winscope"
_MOST_ROWS = 40
_ACTIONS = {0: "down", 1: "up", 2: "move", 3: "cancel", 4: "outside", 5: "pointer down", 6: "pointer up"}
_NOTE = "s: since boot (BOOTTIME). Such a trace slows the phone down: it is no measure of smoothness."


def view_winscope(path: Path) -> DumpView:
    """Return what a Winscope recording holds.

    Raises:
        InputFileError: it can't be read, or is of a kind that silky does not read.
    """
    return winscope_view(read_winscope(path))


def winscope_view(found: Winscope, *, lost: tuple[str, ...] = ()) -> DumpView:
    """Return the view of a recording that was read; `lost`: what its trace is known to have lost."""
    grids = (_states(found.ime), _slides(found.ime), _places(found.layers), _inputs(found.input))
    facts = (
        ("entries about the keyboard", len(found.ime)),
        ("places of the keyboard's layers", len(found.layers)),
        ("input events", len(found.input)),
    )
    return DumpView(
        KIND,
        str(found.path),
        "a Winscope recording",
        facts=facts,
        grids=tuple(grid for grid in grids if grid.rows),
        notes=(*(f"LOST: {what}" for what in lost), *found.warnings, _NOTE),
        problem=None if found else f"{found.path} holds nothing of the keyboard, its layers or input.",
        next_step="" if found else "Record the input method or layers trace.",
    )


def _seconds(ns: int) -> str | None:
    return None if ns == NA else f"{ns / 1e9:.3f}"


def _states(ime: ImeStateTable) -> Grid:
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    for side in ("client", "manager", "service"):
        table = ime.changes(side)
        for i in range(len(table)):
            top = int(table.top_px[i])
            cells = (
                _seconds(int(table.time_ns[i])),
                side,
                "shown" if table.shown[i] else "hidden",
                None if top == NA else top,
                table.window[i],
                table.call[i],
            )
            rows.append((int(table.time_ns[i]), cells))
    rows.sort(key=lambda row: row[0])
    title = "Keyboard shown or hidden, as each side knew"
    return Grid(title, ("s", "side", "state", "top px", "window", "call"), _cut(rows))


def _slides(ime: ImeStateTable) -> Grid:
    """Return the stretches in which the app ran an insets animation."""
    own = ime.where(ime.side == "client")
    running = np.flatnonzero(~np.isnan(own.fraction))
    restarts = np.flatnonzero(np.diff(own.fraction[running]) < 0) + 1
    stretches = np.split(running, restarts) if len(running) else []
    rows = tuple(
        (
            _seconds(int(own.time_ns[part[0]])),
            float(own.time_ns[part[-1]] - own.time_ns[part[0]]) / NS_PER_MS,
            float(own.fraction[part[0]]),
            float(own.fraction[part[-1]]),
            len(part),
        )
        for part in stretches
    )
    columns = ("s", "ms", "fraction from", "to", "entries")
    return Grid("Insets animations of the app, as far as entries tell", columns, rows[:_MOST_ROWS])


def _places(layers: LayerPositionTable) -> Grid:
    rows = tuple(
        (
            _seconds(int(layers.time_ns[i])),
            layers.layer[i],
            float(layers.x[i]),
            float(layers.y[i]),
            None if np.isnan(layers.width[i]) else float(layers.width[i]),
            None if np.isnan(layers.height[i]) else float(layers.height[i]),
        )
        for i in range(min(len(layers), _MOST_ROWS))
    )
    return Grid("Where the keyboard's layers stood, px", ("s", "layer", "x", "y", "width", "height"), rows)


def _inputs(events: InputTable) -> Grid:
    rows = tuple(
        (
            _seconds(int(events.event_time_ns[i])),
            events.kind[i],
            _ACTIONS.get(int(events.action[i]), str(events.action[i])),
            int(events.device_id[i]),
            f"0x{int(events.source[i]):x}",
            None if np.isnan(events.x[i]) else float(events.x[i]),
            None if np.isnan(events.y[i]) else float(events.y[i]),
            None if events.key_code[i] == NA else int(events.key_code[i]),
        )
        for i in range(min(len(events), _MOST_ROWS))
    )
    return Grid("Input", ("s", "kind", "action", "device", "source", "x", "y", "key code"), rows)


def _cut(rows: list[tuple[int, tuple[Cell, ...]]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(cells for _, cells in rows[:_MOST_ROWS])
