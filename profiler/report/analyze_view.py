"""What `silky analyze FILE` prints of a bare trace or a text dump."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text as Rich

from profiler.report import wording
from profiler.report.catalog import HEADLINE, metric_of
from profiler.report.numbers import NULL, number, with_unit

if TYPE_CHECKING:
    from rich.console import Console

    from profiler.analysis.overview import DisplayOverview, LayerOverview, Overview
    from profiler.analysis.results import PopupResult
    from profiler.report.dumps.view import Cell, DumpView, Grid

MOST_LAYERS = 20
LONGEST_NAME = 64


def render_overview(overview: Overview, console: Console, *, lang: str = "en") -> None:
    """Print what a trace shows by itself: health, display, layers, pop-ups."""
    console.print(Rich(overview.path, style="bold", overflow="fold"))
    for line in _health(overview):
        console.print(Rich(line, overflow="fold"))
    console.print(Rich(_display(overview.display)))
    if overview.layers:
        console.print(_layers(overview.layers))
    if overview.popups:
        console.print(_popups(overview.popups, lang))
    else:
        console.print(Rich("No press on a text field with a keyboard slide after it."))


def overview_json(overview: Overview) -> str:
    """Return an overview as JSON, with every frame of its pop-ups."""
    return _dumps({"schema": "silky-overview", "version": 1, **asdict(overview)})


def _health(overview: Overview) -> list[str]:
    lines = [f"{overview.duration_ms / 1000:.2f} s of trace."]
    if overview.scorable:
        lines.append("Scorable: no data was lost.")
    else:
        lines.append("NOT scorable: " + "; ".join(overview.reasons))
    if overview.clock_error_ms is not None:
        lines.append(f"Input times are exact to {max(overview.clock_error_ms, 0.001):.3f} ms.")
    lines += [f"Warning: {warning}" for warning in overview.warnings if warning not in overview.reasons]
    return lines


def _display(display: DisplayOverview) -> str:
    if not display.frames:
        return "No display frames: the trace has no FrameTimeline of SurfaceFlinger."
    return (
        f"Display: {display.frames} frames, {display.shown} shown, period {number(display.period_ms, 2)} ms "
        f"({number(1000 / display.period_ms)} Hz), median gap {with_unit(display.median_gap_ms, 'ms', 2)}, "
        f"longest {with_unit(display.longest_gap_ms, 'ms', 1)} (stillness included)."
    )


def _layers(layers: tuple[LayerOverview, ...]) -> Table:
    table = _table("Layers (whole trace, idle included: no measure of smoothness)")
    table.add_column("process / layer", overflow="fold", min_width=24)
    for heading in ("frames", "shown", "dropped", "late", "worst\noverrun", "median\ngap", "longest\ngap"):
        table.add_column(heading, justify="right", no_wrap=True)
    for layer in layers[:MOST_LAYERS]:
        table.add_row(
            _layer_name(layer),
            *(str(n) for n in (layer.frames, layer.shown, layer.dropped)),
            f"{layer.late}/{layer.judged}",
            *(number(v) for v in (layer.worst_overrun_ms, layer.median_gap_ms, layer.longest_gap_ms)),
        )
    if len(layers) > MOST_LAYERS:
        table.caption = f"{len(layers) - MOST_LAYERS} more layers."
    return table


def _layer_name(layer: LayerOverview) -> str:
    """Return process and layer, the layer shortened in its middle; JSON has it whole."""
    process = layer.process if str(layer.pid) in layer.process else f"{layer.process} ({layer.pid})"
    name = layer.layer.removeprefix("TX - ")
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 40]}…{name[-39:]}"
    return f"{process}\n  {short}" if short else process


def _popups(popups: tuple[PopupResult, ...], lang: str) -> Table:
    table = _table("Keyboard pop-ups, ms")
    table.add_column("app", overflow="fold", min_width=12)
    table.add_column("#", justify="right")
    for name in HEADLINE:
        table.add_column(metric_of(name).label.get(lang), justify="right", max_width=12)
    for key in ("driver", "content"):
        table.add_column(wording.UI[key].get(lang), max_width=16)
    for popup in popups:
        modes = (popup.metrics.get(kind) for kind in ("driver_mode", "content_motion"))
        table.add_row(
            popup.app,
            str(popup.popup),
            *(_value(popup.metrics.get(name), metric_of(name).decimals) for name in HEADLINE),
            *(wording.mode_text(mode).get(lang) if isinstance(mode, str) else NULL for mode in modes),
        )
    reasons = {f"{name}: {why}": None for p in popups for name, why in p.reasons.items() if name in HEADLINE}
    if reasons:
        table.caption = "\n".join(f"{NULL} {reason}" for reason in reasons)
        table.caption_justify = "left"
    return table


def render_dump(view: DumpView, console: Console) -> None:
    """Print what a text dump says, or why it says nothing."""
    console.print(Rich(f"{view.source}: {view.what}", style="bold", overflow="fold"))
    if view.problem is not None:
        console.print(Rich(f"{view.problem}\n{view.next_step}".strip(), overflow="fold"))
        return
    for name, value in view.facts:
        console.print(Rich(f"{name}: {_cell(value)}", overflow="fold"))
    for grid in view.grids:
        console.print(_grid(grid))
    for note in view.notes:
        console.print(Rich(note, overflow="fold"))


def dump_json(view: DumpView) -> str:
    """Return a view of a text dump as JSON; the rows of a grid as objects by column."""
    document = {"schema": "silky-dump", "version": 1, **asdict(view)}
    document["facts"] = dict(view.facts)
    document["grids"] = [
        {"title": g.title, "rows": [dict(zip(g.columns, row, strict=True)) for row in g.rows]}
        for g in view.grids
    ]
    return _dumps(document)


def _grid(grid: Grid) -> Table:
    table = _table(grid.title)
    for i, column in enumerate(grid.columns):
        numeric = all(isinstance(row[i], int | float) or row[i] is None for row in grid.rows)
        width = min(24, max((len(_cell(row[0])) for row in grid.rows), default=1)) if i == 0 else None
        table.add_column(column, justify="right" if numeric else "left", overflow="fold", min_width=width)
    for row in grid.rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _cell(value: Cell) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)


def _value(value: object, decimals: int) -> str:
    return number(float(value), decimals) if isinstance(value, int | float) else NULL


def _dumps(document: dict[str, Any]) -> str:
    return json.dumps(_finite(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
