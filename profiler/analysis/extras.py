"""The dumps that were kept beside a round's trace, as sources of frame times. docs/metrics/sources.md."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from traces.capture import FRAMESTATS_FILE, LATENCY_FILE, LOG_FILE
from traces.errors import InputFileError
from traces.tables import MarkTable
from traces.text.driver_log import parse_marks
from traces.text.gfxinfo import RING_FRAMES, parse_gfxinfo
from traces.text.latency import merge_latency, parse_latency
from traces.text.layers import app_layers, parse_layer_list
from traces.trace import Clocks, Trace

if TYPE_CHECKING:
    from pathlib import Path

    from traces.capture import RoundCapture
    from traces.tables import Ints
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.gfxinfo import Gfxinfo
    from traces.text.latency import LatencyDump, LatencyTable

Blind = tuple[tuple[int, int], ...]
"""Stretches of MONOTONIC (ns, ends excluded) of which a ring's frames were overwritten before it was read."""
LONGEST_RING = 64
"""Rows of `--latency` from which a dump without an unused slot may have lost older ones: 127 of the frame
tracker, 64 of FrameTimeline on some builds of Android 16."""
BEGINNING = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class Extras:
    """What the dumps of a round hold of its app; None where there is no such dump, or nothing in it."""

    framestats: FrameStatsTable | None = None
    """`counted()` rows of the window that drew most, in order."""
    latency: LatencyTable | None = None
    """Rows of the app's layer on which most buffers came on screen."""
    warnings: tuple[str, ...] = ()
    """Dumps that can't be read."""
    framestats_blind: Blind = ()
    latency_blind: Blind = ()
    clocks: Clocks = field(default_factory=Clocks)
    """Pairs that gfxinfo prints, each cut to whole ms."""
    marks: MarkTable = field(default_factory=MarkTable.empty)
    """Those of a round without a trace."""


def read_extras(capture: RoundCapture, folder: Path) -> Extras:
    """Read the dumps that the driver kept in a round's folder."""
    warnings: list[str] = []
    framestats = latency = None
    framestats_blind: Blind = ()
    latency_blind: Blind = ()
    clocks, marks = Clocks(), MarkTable.empty()
    if FRAMESTATS_FILE in capture.extras:
        try:
            info = parse_gfxinfo((folder / FRAMESTATS_FILE).read_bytes(), FRAMESTATS_FILE)
            clocks = _clocks(info)
            framestats, framestats_blind = busiest_window(info, capture.package)
        except (OSError, InputFileError) as error:
            warnings.append(f"{FRAMESTATS_FILE} can't be read: {error}")
    if LATENCY_FILE in capture.extras:
        try:
            dumps: dict[str, str] = json.loads((folder / LATENCY_FILE).read_text(encoding="utf-8"))
            latency, latency_blind = busiest_layer_of(dumps, capture.package)
        except (OSError, ValueError, TypeError, AttributeError, InputFileError) as error:
            warnings.append(f"{LATENCY_FILE} can't be read: {error}")
    if capture.trace is None and LOG_FILE in capture.extras:
        try:
            marks = parse_marks((folder / LOG_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            warnings.append(f"{LOG_FILE} can't be read: {error}")
    return Extras(framestats, latency, tuple(warnings), framestats_blind, latency_blind, clocks, marks)


def untraced(capture: RoundCapture, extras: Extras, folder: Path) -> Trace | None:
    """Return a recording made of the dumps alone: marks and clocks, no frame and no slice.

    None where nothing marks the interactions, or no frame of the app is told.
    """
    told = extras.framestats is not None or extras.latency is not None
    if not len(extras.marks) or not told or not len(extras.clocks.monotonic_ns):
        return None
    pid = capture.before.app_pid or capture.after.app_pid
    processes = {} if pid is None else {pid: capture.package}
    return Trace(path=folder, marks=extras.marks, clocks=extras.clocks, processes=processes)


def _clocks(info: Gfxinfo) -> Clocks:
    pairs = [dump.clocks for dump in info.dumps if dump.clocks]
    boottime = np.array([pair.boottime_ns for pair in pairs], np.int64)
    return Clocks(boottime, np.array([pair.monotonic_ns for pair in pairs], np.int64))


def busiest_window(info: Gfxinfo, package: str) -> tuple[FrameStatsTable | None, Blind]:
    """Return the rows of the main process's window that drew most, and where its ring was blind.

    The rows of one window in several dumps on end are joined, each frame once. None without rows.
    """
    rows = info.frames.counted()
    groups: dict[tuple[str, str], list[int]] = {}
    for index, window in enumerate(info.windows):
        if window.process == package:
            groups.setdefault((window.title, window.root), []).append(index)
    counts = {name: int(np.isin(rows.window, places).sum()) for name, places in groups.items()}
    most = max(counts, key=lambda name: counts[name], default=None)
    if most is None or not counts[most]:
        return None, ()
    places = groups[most]
    found = rows.where(np.isin(rows.window, places))
    found = found.where(np.argsort(found.intended_vsync_ns, kind="stable"))
    rings = []
    for place in places:
        times = info.frames.intended_vsync_ns[(info.frames.window == place) & info.frames.usable]
        window = info.windows[place]
        rings.append((times, window.overflowed or window.rows >= RING_FRAMES))
    return found, _blind(rings)


def _blind(rings: list[tuple[Ints, bool]]) -> Blind:
    """Return what lies between successive rings, where the later one had overflowed."""
    seen, found = BEGINNING, []
    for times, overflowed in rings:
        if not len(times):
            continue
        if overflowed and int(times.min()) > seen:
            found.append((seen, int(times.min())))
        seen = max(seen, int(times.max()))
    return tuple(found)


def busiest_layer_of(dumps: dict[str, str], package: str) -> tuple[LatencyTable | None, Blind]:
    """Return the presented rows of the package's busiest layer, and where its ring was blind.

    Several dumps of one layer on end are joined, each buffer once. None where none came on screen.

    Args:
        dumps: layer -> what `--latency` printed.
        package: the app's.
    """
    layers = parse_layer_list("\n".join(dumps)) if dumps else ()
    found: list[tuple[LatencyTable, Blind]] = []
    for layer in app_layers(layers, package):
        read = parse_latency(dumps[layer.name], LATENCY_FILE)
        found += [_joined(read, block) for block in range(max(len(dump.blocks) for dump in read))]
    table, blind = max(found, key=lambda one: len(one[0]), default=(None, ()))
    return (table, blind) if table is not None and len(table) else (None, ())


def _joined(dumps: tuple[LatencyDump, ...], block: int) -> tuple[LatencyTable, Blind]:
    rings = []
    for dump in dumps:
        if block < len(dump.blocks):
            one = dump.blocks[block]
            full = not one.unused and len(one.frames) >= LONGEST_RING
            rings.append((one.frames.presented().actual_ns, full))
    return merge_latency(dumps, block), _blind(rings)
