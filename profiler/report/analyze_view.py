"""What `silky analyze FILE` prints of a bare trace or a text dump."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text as Rich

from profiler.analysis.overview import NO_JANK
from profiler.report import wording
from profiler.report.catalog import HEADLINE, Text, metric_of, texts
from profiler.report.numbers import NULL, number, with_unit
from profiler.report.terminal import SPEED

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console

    from profiler.analysis.overview import DisplayOverview, LayerOverview, Overview
    from profiler.analysis.results import PopupResult
    from profiler.report.dumps.view import Cell, DumpView, Grid

MOST_LAYERS = 20
_GAP = 3
"""Characters between two columns."""
WORDS = texts("overview")
POPUPS_OF = Text("Keyboard pop-ups of {}, ms", "{} 的键盘弹出，毫秒")


def render_overview(overview: Overview, console: Console, *, lang: str = "en") -> None:
    """Print what a trace shows by itself: health, display, layers, pop-ups."""
    console.print(Rich(overview.path, style="bold", overflow="fold"))
    if overview.simulated:
        console.print(Rich(WORDS["simulated"].get(lang), style="bold"))
    for line in _health(overview, lang):
        console.print(Rich(line, overflow="fold"))
    console.print(Rich(_display(overview.display, lang)))
    if overview.layers:
        console.print(_processes(overview.layers, lang))
        if (jank := _jank(overview.layers, lang)) is not None:
            console.print(jank)
        console.print(_layers(overview.layers, lang))
        for line in _layer_names(overview.layers):
            console.print(Rich(line, overflow="fold"))
    if overview.popups:
        for app in dict.fromkeys(popup.app for popup in overview.popups):
            console.print(_popups(app, [popup for popup in overview.popups if popup.app == app], lang))
    else:
        console.print(Rich(WORDS["no popups"].get(lang)))


def overview_json(overview: Overview) -> str:
    """Return an overview as JSON, with every frame of its pop-ups."""
    return _dumps({"schema": "silky-overview", "version": 1, **asdict(overview)})


def _health(overview: Overview, lang: str) -> list[str]:
    lines = [WORDS["length"].get(lang).format(overview.duration_ms / 1000)]
    if overview.scorable:
        kind = "scorable" if overview.display.frames or overview.layers else "complete"
        lines.append(WORDS[kind].get(lang))
    else:
        reasons = (wording.reason_text(why).get(lang) for why in overview.reasons)
        lines.append(WORDS["not scorable"].get(lang) + "; ".join(reasons))
    if overview.clock_error_ms is not None:
        lines.append(WORDS["exact"].get(lang).format(max(overview.clock_error_ms, 0.001)))
    warnings = [warning for warning in overview.warnings if warning not in overview.reasons]
    lines += [WORDS["warning"].get(lang) + wording.reason_text(warning).get(lang) for warning in warnings]
    return lines


def _display(display: DisplayOverview, lang: str) -> str:
    if not display.frames:
        return WORDS["no display"].get(lang)
    return (
        WORDS["display"]
        .get(lang)
        .format(
            display.frames,
            display.shown,
            number(display.period_ms, 2),
            number(1000 / display.period_ms),
            with_unit(display.median_gap_ms, "ms", 2),
            with_unit(display.longest_gap_ms, "ms", 1),
        )
    )


def _processes(layers: tuple[LayerOverview, ...], lang: str) -> Table:
    total = sum(layer.frames for layer in layers)
    table = _table(WORDS["by owner"].get(lang).format(total))
    table.add_column(WORDS["owner"].get(lang), overflow="fold", min_width=16)
    for heading in ("frames", "shown", "dropped", "late", "flagged"):
        table.add_column(WORDS[heading].get(lang), justify="right", no_wrap=True)
    for owner, mine in _by_owner(layers).items():
        flagged = sum(count for one in mine for types, count in one.jank.items() if types != NO_JANK)
        sums = [sum(getattr(one, key) for one in mine) for key in ("frames", "shown", "dropped")]
        late = f"{sum(one.late for one in mine)}/{sum(one.judged for one in mine)}"
        table.add_row(owner, *(str(n) for n in sums), late, str(flagged))
    return table


def _by_owner(layers: tuple[LayerOverview, ...]) -> dict[str, list[LayerOverview]]:
    owners: dict[str, list[LayerOverview]] = {}
    for layer in layers:
        owners.setdefault(_owner(layer), []).append(layer)
    return owners


def _owner(layer: LayerOverview) -> str:
    return layer.process if str(layer.pid) in layer.process else f"{layer.process} ({layer.pid})"


def _jank(layers: tuple[LayerOverview, ...], lang: str) -> Table | None:
    """Return FrameTimeline's jank types by owner: frames with exactly that set of types."""
    counts: Counter[tuple[str, str]] = Counter()
    for layer in layers:
        for types, count in layer.jank.items():
            counts[types, _owner(layer)] += count
    rows = [(types, owner, count) for (types, owner), count in counts.items() if types != NO_JANK]
    if not rows:
        return None
    total: Counter[str] = Counter()
    for types, _, count in rows:
        total[types] += count
    table = _table(WORDS["by jank"].get(lang))
    table.add_column(WORDS["jank types"].get(lang), overflow="fold", min_width=24)
    table.add_column(WORDS["frames"].get(lang), justify="right")
    table.add_column(WORDS["owners"].get(lang), overflow="fold")
    for types, count in total.most_common():
        owners = sorted(((n, o) for t, o, n in rows if t == types), reverse=True)
        table.add_row(types, str(count), ", ".join(f"{owner}: {n}" for n, owner in owners))
    single = sorted({name for types in total for name in types.split(", ")})
    having = {name: sum(n for types, n in total.items() if name in types.split(", ")) for name in single}
    table.caption = WORDS["typed"].get(lang) + "; ".join(f"{k} {v}" for k, v in having.items())
    table.caption_justify = "left"
    return table


def _layers(layers: tuple[LayerOverview, ...], lang: str) -> Table:
    table = _table(WORDS["cadence"].get(lang))
    table.add_column("#", justify="right")
    for heading in ("frames", "shown", "late", "overrun", "median gap", "longest gap", "missed"):
        table.add_column(WORDS[heading].get(lang), justify="right", no_wrap=True)
    for i, layer in enumerate(layers[:MOST_LAYERS], 1):
        table.add_row(
            str(i),
            *(str(n) for n in (layer.frames, layer.shown)),
            f"{layer.late}/{layer.judged}",
            *(number(v) for v in (layer.worst_overrun_ms, layer.median_gap_ms, layer.longest_gap_ms)),
            NULL if layer.missed_vsyncs is None else str(layer.missed_vsyncs),
        )
    table.caption = WORDS["cadence key"].get(lang)
    table.caption_justify = "left"
    return table


def _layer_names(layers: tuple[LayerOverview, ...]) -> list[str]:
    names = [
        f"#{i} {_owner(layer)}: {layer.layer.removeprefix('TX - ') or '(no layer name)'}"
        for i, layer in enumerate(layers[:MOST_LAYERS], 1)
    ]
    more = len(layers) - MOST_LAYERS
    return names if more <= 0 else [*names, f"{more} more layers. See --json."]


def _popups(app: str, popups: list[PopupResult], lang: str) -> Table:
    table = _table(POPUPS_OF.get(lang).format(app))
    table.add_column("#", justify="right", no_wrap=True)
    for _, english, chinese in SPEED:
        table.add_column(chinese if lang == "zh" else english, justify="right", no_wrap=True)
    for key in ("driver", "content"):
        table.add_column(wording.UI[key].get(lang), min_width=12, max_width=16)
    for popup in popups:
        modes = (popup.metrics.get(kind) for kind in ("driver_mode", "content_motion"))
        table.add_row(
            str(popup.popup),
            *(_value(popup.metrics.get(name), metric_of(name).decimals) for name in HEADLINE),
            *(wording.mode_text(mode).get(lang) if isinstance(mode, str) else NULL for mode in modes),
        )
    reasons = {
        f"{metric_of(name).label.get(lang)}: {wording.reason_text(why).get(lang)}": None
        for p in popups
        for name, why in p.reasons.items()
        if name in HEADLINE
    }
    if reasons:
        table.caption = "\n".join(f"{NULL} {reason}" for reason in reasons)
        table.caption_justify = "left"
    return table


def render_dump(view: DumpView, console: Console, *, told: Collection[str] = ()) -> None:
    """Print what a text dump says, or why it says nothing; without notes that are `told` elsewhere."""
    console.print(Rich(f"{view.source}: {view.what}", style="bold", overflow="fold"))
    if view.problem is not None:
        console.print(Rich(f"{view.problem}\n{view.next_step}".strip(), overflow="fold"))
        return
    for name, value in view.facts:
        console.print(Rich(f"{name}: {_cell(value)}", overflow="fold"))
    for grid in view.grids:
        console.print(_grid(grid, console.width))
    for note in view.notes:
        if note not in told:
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


def _grid(grid: Grid, most: int) -> Table:
    """Return a grid as a table of at most so many columns of characters."""
    table = _table(grid.title)
    natural = [
        max([len(name), *(len(_cell(row[i])) for row in grid.rows)]) for i, name in enumerate(grid.columns)
    ]
    fits = sum(natural) + _GAP * len(natural) <= most
    if not fits:
        table.padding = (0, 0)
    for i, column in enumerate(grid.columns):
        numeric = all(isinstance(row[i], int | float) or row[i] is None for row in grid.rows)
        # the names in front stay whole; a least width would be added to what rich has shared out
        width = None if i or fits else min(24, natural[0])
        table.add_column(column, justify="right" if numeric else "left", overflow="fold", width=width)
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
