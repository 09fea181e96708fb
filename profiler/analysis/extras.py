"""The dumps that were kept beside a round's trace, as sources of frame times. docs/metrics/sources.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.capture import FRAMESTATS_FILE, LATENCY_FILE
from traces.errors import InputFileError
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.latency import parse_latency
from traces.text.layers import app_layers, parse_layer_list

if TYPE_CHECKING:
    from pathlib import Path

    from traces.capture import RoundCapture
    from traces.text.framestats_table import FrameStatsTable
    from traces.text.latency import LatencyTable


@dataclass(frozen=True)
class Extras:
    """What the dumps of a round hold of its app; None where there is no such dump, or nothing in it."""

    framestats: FrameStatsTable | None = None
    """`counted()` rows of the window that drew most, in order."""
    latency: LatencyTable | None = None
    """Rows of the app's layer on which most buffers came on screen."""
    warnings: tuple[str, ...] = ()
    """Dumps that can't be read."""


def read_extras(capture: RoundCapture, folder: Path) -> Extras:
    """Read the dumps that the driver kept in a round's folder."""
    warnings: list[str] = []
    framestats = latency = None
    if FRAMESTATS_FILE in capture.extras:
        try:
            framestats = busiest_window((folder / FRAMESTATS_FILE).read_bytes(), capture.package)
        except (OSError, InputFileError) as error:
            warnings.append(f"{FRAMESTATS_FILE} can't be read: {error}")
    if LATENCY_FILE in capture.extras:
        try:
            dumps: dict[str, str] = json.loads((folder / LATENCY_FILE).read_text(encoding="utf-8"))
            latency = busiest_layer_of(dumps, capture.package)
        except (OSError, ValueError, TypeError, AttributeError, InputFileError) as error:
            warnings.append(f"{LATENCY_FILE} can't be read: {error}")
    return Extras(framestats, latency, tuple(warnings))


def busiest_window(dump: bytes, package: str) -> FrameStatsTable | None:
    """Return the rows of the window of the package's main process that drew most; None without rows."""
    info = parse_gfxinfo(dump, FRAMESTATS_FILE)
    rows = info.frames.counted()
    mine = [i for i, window in enumerate(info.windows) if window.process == package]
    counts = {i: int((rows.window == i).sum()) for i in mine}
    most = max(counts, key=lambda i: counts[i], default=None)
    if most is None or not counts[most]:
        return None
    found = rows.where(rows.window == most)
    return found.where(np.argsort(found.intended_vsync_ns, kind="stable"))


def busiest_layer_of(dumps: dict[str, str], package: str) -> LatencyTable | None:
    """Return the presented rows of the package's busiest layer; None where none came on screen.

    Args:
        dumps: layer -> what `--latency` printed.
        package: the app's.
    """
    layers = parse_layer_list("\n".join(dumps)) if dumps else ()
    tables = [
        block.frames.presented()
        for layer in app_layers(layers, package)
        for dump in parse_latency(dumps[layer.name], LATENCY_FILE)
        for block in dump.blocks
    ]
    table = max(tables, key=len, default=None)
    return table if table is not None and len(table) else None
