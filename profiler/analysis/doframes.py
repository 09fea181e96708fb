"""The main thread's frames: each `Choreographer#doFrame` with what it held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import container, ends
from traces.tables import NA, Bools, Ints, SliceTable, Strings

if TYPE_CHECKING:
    from collections.abc import Sequence

_DO_FRAME = re.compile(r"Choreographer#doFrame (\d+)")
_RESYNCED = re.compile(r"Choreographer#doFrame - resynced to (\d+)\b.*")
VIEW_SLICES = (
    "Choreographer#doFrame",
    "deliverInputEvent",
    "traversal",
    "measure",
    "layout",
    "insets_animation",
)


@dataclass(frozen=True)
class DoFrames:
    """One entry per vsync id that a doFrame of one main thread ran for, ascending by `token`.

    A re-synced doFrame stands twice: under the id that it was woken for and under the one it moved to, which
    is the one that its buffer carries (AOSP `Choreographer.doFrame`).
    """

    token: Ints
    start_ns: Ints
    end_ns: Ints
    traversal_ns: Ints
    """Start of the last `traversal` inside, `NA` without one."""
    layout: Bools
    """Whether a `layout` lies inside a traversal of it."""
    insets_animation: Bools
    """Whether an `insets_animation` callback ran in it."""

    def of(self, tokens: Ints) -> Ints:
        """Return the index of the doFrame of each token, -1 where the trace has none."""
        if not len(self.token):
            return np.full(len(tokens), -1, np.int64)
        at = np.minimum(np.searchsorted(self.token, tokens), len(self.token) - 1)
        return np.where(self.token[at] == tokens, at, -1)


def numbers(names: Strings, pattern: re.Pattern[str]) -> Ints:
    """Return the number that each name holds, `NA` where the pattern does not fit."""
    found = [pattern.fullmatch(name) if name else None for name in names.tolist()]
    return np.array([int(m.group(1)) if m else NA for m in found], np.int64)


def main_thread(slices: SliceTable, pid: int) -> SliceTable:
    """Return the slices of a process' main thread in order of their starts."""
    mine = np.flatnonzero((slices.pid == pid) & (slices.tid == pid))
    return slices.where(mine[np.argsort(slices.start_ns[mine], kind="stable")])


def has_view_slices(slices: SliceTable, pid: int) -> bool:
    """Whether the process wrote any of the view system's slices."""
    names: Sequence[str | None] = slices.name[slices.pid == pid].tolist()
    return any(name is not None and name.startswith(VIEW_SLICES) for name in names)


def do_frames(main: SliceTable) -> DoFrames:
    """Return the doFrames of a main thread (`main_thread`)."""
    own = numbers(main.name, _DO_FRAME)
    moved = numbers(main.name, _RESYNCED)
    end = ends(main.start_ns, main.dur_ns)
    outer = np.flatnonzero(own != NA)
    start, stop = main.start_ns[outer], end[outer]

    def holder(rows: Ints) -> Ints:
        return container(start, stop, main.start_ns[rows])

    def holds(rows: Ints) -> Bools:
        held = np.zeros(len(outer), np.bool_)
        inside = holder(rows)
        held[inside[inside >= 0]] = True
        return held

    traversals = np.flatnonzero(main.name == "traversal")
    layouts = np.flatnonzero(main.name == "layout")
    in_traversal = container(main.start_ns[traversals], end[traversals], main.start_ns[layouts]) >= 0
    last_traversal = np.full(len(outer), NA, np.int64)
    inside = holder(traversals)
    last_traversal[inside[inside >= 0]] = main.start_ns[traversals][inside >= 0]

    resyncs = np.flatnonzero(moved != NA)
    at = holder(resyncs)
    index = np.concatenate([np.arange(len(outer)), at[at >= 0]])
    token = np.concatenate([own[outer], moved[resyncs][at >= 0]])
    order = np.argsort(token, kind="stable")
    index = index[order]
    return DoFrames(
        token=token[order],
        start_ns=start[index],
        end_ns=stop[index],
        traversal_ns=last_traversal[index],
        layout=holds(layouts[in_traversal])[index],
        insets_animation=holds(np.flatnonzero(main.name == "insets_animation"))[index],
    )
