"""Read the file of a `silky trace` command, or say what else reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

    from traces.trace import Trace

_HEAD = 4096
_ENOUGH = 4 << 20
"""Bytes of a text that prove what it is."""


def read_file(path: Path, **options: Any) -> Trace:
    """Read a trace; `options` are those of `read_trace`.

    Raises:
        InputFileError: it is no trace; for a text dump or a bundle the error names the command that reads it.
    """
    from profiler.cli.output import note
    from traces.perfetto import is_trace, read_trace

    if path.is_dir():
        raise InputFileError(
            f"{path} is a folder, not a trace.",
            next_step=f"For a bundle: silky analyze {path}. Its traces lie in its folder rounds.",
        )
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputFileError(
            f"{path} can't be read: {error.strerror}.", next_step="Check the name and the permissions."
        ) from error
    if not is_trace(head):
        _say_what_reads(path)
    trace = read_trace(path, **options)
    if trace.simulated:
        note(f"SIMULATED: {path} was recorded on a phone in software, not on a real one.")
    return trace


def _say_what_reads(path: Path) -> None:
    """Raise for text dumps; whatever else is no trace is told by the reader of traces."""
    from traces.text.sniff import Kind, sniff

    with path.open("rb") as file:
        kind = sniff(file.read(_ENOUGH), str(path))
    if kind not in {Kind.UNKNOWN, Kind.EMPTY, Kind.ERROR_REPLY}:
        raise InputFileError(
            f"{path} is a text dump ({kind.value}), not a trace.",
            next_step=f"Read it with: silky analyze {path}",
        )
