"""Compare a view's CSV with what trace processor printed for the same query, cell for cell."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from traces.views import csv_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from traces.views import View

KEYS = {
    "frames": ("pid", "token", "layer_name", "actual_start_ns"),
    "display": ("display_token", "start_ns"),
    "slices": ("tid", "start_ns", "depth"),
    "threads": ("tid", "start_ns"),
    "buffers": ("layer_name", "frame_number"),
}
"""Columns that name a row of each view."""


@dataclass(frozen=True)
class Difference:
    """One cell, or with an empty `column` one row that only one side has (None: the other has it not)."""

    row: str
    column: str
    ours: str | None
    theirs: str | None


@dataclass
class Agreement:
    """How two tables compare."""

    table: str
    rows: int
    cells: int
    their_rows: int
    differences: list[Difference] = field(default_factory=list)


def compare(view: View, theirs: Iterable[str]) -> Agreement:
    """Compare; rows that differ are laid side by side by the columns that name a row.

    Args:
        view: silky's table.
        theirs: lines of trace processor's CSV, the header first, without line ends.
    """
    ours = "".join(csv_pieces(view)).split("\n")[:-1]
    other = list(theirs) or [""]
    names = [column.name for column in view.columns]
    found = Agreement(view.name, len(view), len(view) * len(names), max(len(other) - 1, 0))
    if other[0] != ours[0]:
        found.differences.append(Difference("header", "", ours[0], other[0]))
        return found
    if other == ours:
        return found
    mine, yours = Counter(ours[1:]), Counter(other[1:])
    left, right = (_by_key(rows, names, KEYS[view.name]) for rows in ((mine - yours), (yours - mine)))
    for key in sorted(left.keys() | right.keys()):
        _lay_side_by_side(found, key, left.get(key, []), right.get(key, []), names)
    return found


def _by_key(lines: Counter[str], names: list[str], key: tuple[str, ...]) -> dict[str, list[list[str]]]:
    out: dict[str, list[list[str]]] = defaultdict(list)
    for line in lines.elements():
        cells = next(csv.reader([line]))
        by_name = dict(zip(names, cells, strict=False))
        out[", ".join(f"{name} {by_name.get(name, '?')}" for name in key)].append(cells)
    return out


def _lay_side_by_side(
    found: Agreement, key: str, ours: list[list[str]], theirs: list[list[str]], names: list[str]
) -> None:
    for mine, yours in zip(ours, theirs, strict=False):
        for at in range(max(len(mine), len(yours), len(names))):
            a, b = (cells[at] if at < len(cells) else "" for cells in (mine, yours))
            if a != b:
                found.differences.append(Difference(key, names[at] if at < len(names) else "?", a, b))
    for mine in ours[len(theirs) :]:
        found.differences.append(Difference(key, "", ",".join(mine), None))
    for yours in theirs[len(ours) :]:
        found.differences.append(Difference(key, "", None, ",".join(yours)))
