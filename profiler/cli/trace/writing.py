"""Write a view where it was asked for, piece by piece."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from profiler.cli.trace.options import FORMATS
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from traces.views import View

STDOUT = Path("-")


def chosen_format(form: str | None, out: Path) -> str:
    """Return the format: the one named, else that of the suffix, else CSV.

    Raises:
        UsageError: the suffix is of no format, or Parquet would go to a terminal.
    """
    suffix = out.suffix.removeprefix(".").lower()
    if form is None and out != STDOUT and suffix not in FORMATS:
        raise UsageError(
            f"{out}: its suffix is not one of {', '.join('.' + name for name in FORMATS)}.",
            next_step="Name the format with --format, or give the file one of these suffixes.",
        )
    chosen = form or ("csv" if out == STDOUT else suffix)
    if chosen == "parquet" and out == STDOUT and sys.stdout.isatty():
        raise UsageError(
            "Parquet is binary and can't be shown on a terminal.", next_step="Add -o FILE, or pipe it on."
        )
    return chosen


def write_view(view: View, file: Path, form: str | None, out: Path) -> None:
    """Write a view of a file's table.

    Raises:
        UsageError: see `chosen_format`; or the folder of `out` is not there.
    """
    chosen = chosen_format(form, out)
    with opened(out) as stream:
        if chosen == "parquet":
            from traces.views import write_parquet

            write_parquet(view, str(file), stream)
        else:
            from traces.views import csv_pieces, json_pieces

            pieces = csv_pieces(view) if chosen == "csv" else json_pieces(view, str(file))
            for piece in pieces:
                stream.write(piece.encode("utf-8", "surrogateescape"))


@contextmanager
def opened(out: Path) -> Iterator[IO[bytes]]:
    """Open standard output, or a file that is whole or absent whatever happens."""
    if out == STDOUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not out.parent.is_dir():
        found = "is a file" if out.parent.exists() else "is not there"
        raise UsageError(
            f"{out} can't be written: its folder {out.parent} {found}.",
            next_step="Make the folder first, or name another file with -o.",
        )
    handle, temporary = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(temporary).chmod(0o644)
        Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
