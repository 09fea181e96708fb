"""Pick the rows of a process or layer, and tell which there are when none fits."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from traces.tables import Bools, Ints, Strings
    from traces.trace import Trace
    from traces.views import View

_MOST_LISTED = 20


def of_process(view: View, pids: Ints, wanted: str | None, trace: Trace) -> View:
    """Return the rows whose process is wanted: a pid, a name, or a pattern of names.

    Args:
        view: the rows.
        pids: the process of each row.
        wanted: what the user typed, None for all.
        trace: knows the names.

    Raises:
        UsageError: no process of the trace fits; says which have rows.
    """
    if wanted is None:
        return view
    if wanted.isdigit():
        fitting = {int(wanted)} & (set(pids.tolist()) | trace.processes.keys())
    else:
        fitting = {pid for pid, name in trace.processes.items() if fits(name, wanted)}
    if not fitting:
        raise UsageError(
            f"{trace.path}: no process {wanted} is in it.", next_step=_processes_there(view, pids, trace)
        )
    return view.where(np.isin(pids, sorted(fitting)))


def of_layer(view: View, wanted: str | None, path: Path) -> View:
    """Return the rows whose layer's name is wanted, or fits its pattern.

    Raises:
        UsageError: no layer of these rows fits; says which there are.
    """
    if wanted is None or not len(view):
        return view
    names = view.column("layer_name")
    keep = mask_of(names, wanted)
    if not keep.any():
        there = _listed([name or "(no name)" for name in names.tolist()])
        raise UsageError(f"{path}: no layer of {view.name} fits {wanted}.", next_step=f"Layers: {there}.")
    return view.where(keep)


def mask_of(names: Ints | Strings, wanted: str) -> Bools:
    """Return which names fit."""
    return np.asarray([name is not None and fits(name, wanted) for name in names.tolist()], np.bool_)


def fits(name: str, wanted: str) -> bool:
    """Whether a name is what is wanted, or fits the pattern; names may hold brackets themselves."""
    return name == wanted or fnmatchcase(name, wanted)


def _processes_there(view: View, pids: Ints, trace: Trace) -> str:
    if not len(view):
        return f"The table {view.name} of this trace is empty in any case."
    there = _listed([f"{trace.processes.get(pid, 'unnamed')} ({pid})" for pid in pids.tolist()])
    return f"Processes with rows in {view.name}: {there}."


def _listed(names: list[str]) -> str:
    """Return the distinct names, those with most rows first."""
    distinct, count = np.unique(np.asarray(names), return_counts=True)
    order = np.lexsort((distinct, -count))
    shown = [str(distinct[i]) for i in order[:_MOST_LISTED]]
    more = len(order) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
