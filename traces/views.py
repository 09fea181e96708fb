"""Tables as people take them away: named columns with unit, clock and meaning, written as CSV, JSON, Parquet.

The writers give pieces, so that a table of millions of rows is never one text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from traces.tables import NA, Ints, Mask, Strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

NULL = '"[NULL]"'
"""What trace processor's CSV has for what is not there."""
SCHEMA = "silky-trace"
VERSION = 1
"""Raised when a column goes away or changes its meaning; new columns don't raise it."""
_ROWS = 8192


@dataclass(frozen=True)
class Column:
    """One column: int64 values with `NA`, or texts with None.

    `clock` is that of times; lengths of time have a unit and no clock.
    """

    name: str
    values: Ints | Strings
    meaning: str
    unit: str = ""
    clock: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return self.values.dtype == np.object_


@dataclass(frozen=True)
class View:
    """Columns of equal length, and where they come from."""

    name: str
    source: str
    columns: tuple[Column, ...]
    clock: str = "BOOTTIME"
    """The clock of all columns in ns that name no other."""

    def __len__(self) -> int:
        return len(self.columns[0].values)

    def where(self, mask: Mask) -> View:
        """Return the rows that a boolean mask or an index array picks."""
        return replace(self, columns=tuple(replace(c, values=c.values[mask]) for c in self.columns))

    def column(self, name: str) -> Any:
        """Return the values of a column."""
        return next(column.values for column in self.columns if column.name == name)

    def clock_of(self, column: Column) -> str:
        """Return the clock of a column, empty if its values are no times."""
        if column.clock is not None:
            return column.clock
        return self.clock if column.unit == "ns" else ""


def csv_pieces(view: View) -> Iterator[str]:
    """Yield CSV as trace processor prints it: texts quoted, numbers not, `"[NULL]"` for what is not there."""
    yield ",".join(f'"{column.name}"' for column in view.columns) + "\n"
    for at in range(0, len(view), _ROWS):
        cells = [
            map(_quoted if column.is_text else _number, column.values[at : at + _ROWS].tolist())
            for column in view.columns
        ]
        yield "".join(",".join(row) + "\n" for row in zip(*cells, strict=True))


def _quoted(text: str | None) -> str:
    return NULL if text is None else '"' + text + '"'


def _number(value: int) -> str:
    return NULL if value == NA else str(value)


def json_pieces(view: View, file: str) -> Iterator[str]:
    """Yield one JSON document: what the columns are, then one object a row; null for what is not there."""
    head = {
        "schema": SCHEMA,
        "version": VERSION,
        "table": view.name,
        "file": file,
        "source": view.source,
        "row_count": len(view),
        "columns": [described(view, column) for column in view.columns],
    }
    text = json.dumps(head, ensure_ascii=False, indent=2)
    yield text.removesuffix("\n}") + ',\n  "rows": ['
    names = [column.name for column in view.columns]
    for at in range(0, len(view), _ROWS):
        cells = [
            [None if cell == NA and not column.is_text else cell for cell in values]
            for column, values in ((c, c.values[at : at + _ROWS].tolist()) for c in view.columns)
        ]
        rows = (
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            for row in zip(*cells, strict=True)
        )
        yield (",\n    " if at else "\n    ") + ",\n    ".join(rows)
    yield "\n  ]\n}\n" if len(view) else "]\n}\n"


def described(view: View, column: Column) -> dict[str, str]:
    """Return what a column is, as plain data."""
    return {
        "name": column.name,
        "dtype": "string" if column.is_text else "int64",
        "unit": column.unit,
        "clock": view.clock_of(column),
        "source": view.source,
        "meaning": column.meaning,
    }


def write_parquet(view: View, file: str, out: IO[bytes]) -> None:
    """Write Parquet; each column's metadata holds its unit, clock, source and meaning."""
    import pyarrow as pa  # noqa: PLC0415  slow to import, and only this writer needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(
        [_field(pa, view, column) for column in view.columns],
        metadata={"schema": SCHEMA, "version": str(VERSION), "table": view.name, "file": file},
    )
    with pq.ParquetWriter(out, schema) as writer:
        for at in range(0, max(len(view), 1), 16 * _ROWS):
            part = [_array(pa, column, slice(at, at + 16 * _ROWS)) for column in view.columns]
            writer.write_table(pa.table(part, schema=schema))


def _field(pa: Any, view: View, column: Column) -> pa.Field:
    about = described(view, column)
    kind = pa.string() if column.is_text else pa.int64()
    return pa.field(column.name, kind, metadata={key: about[key] for key in about if key != "dtype"})


def _array(pa: Any, column: Column, rows: slice) -> pa.Array:
    values = column.values[rows]
    if column.is_text:
        return pa.array(values.tolist(), pa.string())
    return pa.array(values, pa.int64(), mask=values == NA)
