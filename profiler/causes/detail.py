"""The second, fuller reading of a recording that explaining needs: all slices, scheduling, binder calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from traces.perfetto import read_trace
from traces.perfetto.binder import read_binder

if TYPE_CHECKING:
    from pathlib import Path

    from traces.trace import Trace


def read_detail(path: Path) -> Trace:
    """Read a trace with everything that causes are told by.

    Raises:
        InputFileError: the trace can't be read.
    """
    return replace(read_trace(path, thread_states=True), binder=read_binder(path))
