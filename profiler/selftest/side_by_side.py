"""The same frames by several sources of one round, laid side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.errors import InputFileError
from traces.tables import NA
from traces.text.latency import parse_latency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from traces.tables import Ints
    from traces.trace import Trace


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two sources agree on when frames were on screen."""

    pair: str
    """Which sources, of which layer."""
    matched: int
    """Frames that both could have seen: within the time that both cover."""
    agreeing: float | None
    """Part of them that differ by less than half a vsync; None without any."""
    reason: str
    """Why there is none."""


def timeline_against_latency(
    trace: Trace, latency: Mapping[str, str], period_ns: float
) -> tuple[Agreement, ...]:
    """Compare FrameTimeline's times on screen with those of `--latency`, layer by layer.

    Args:
        trace: of a round.
        latency: layer -> what `--latency` printed just after it.
        period_ns: one vsync.
    """
    found = []
    for layer, text in latency.items():
        pair = f"FrameTimeline and --latency of {layer}"
        shown = _presented(text)
        if not len(trace.clocks.monotonic_ns):
            found.append(Agreement(pair, 0, None, "no readings of the clocks"))
        elif not len(shown):
            found.append(Agreement(pair, 0, None, "--latency has no frames"))
        else:
            mine = _timeline(trace, layer)
            found.append(_agree(pair, mine, trace.clocks.monotonic_to_boottime_ns(shown), period_ns))
    return tuple(found)


def _presented(text: str) -> Ints:
    try:
        times = [block.frames.presented().actual_ns for dump in parse_latency(text) for block in dump.blocks]
    except InputFileError:
        times = []
    return np.sort(np.concatenate(times)) if times else np.zeros(0, np.int64)


def _timeline(trace: Trace, layer: str) -> Ints:
    frames = trace.frames
    own = np.asarray([name == f"TX - {layer}" for name in frames.layer_name.tolist()], np.bool_)
    shown = frames.on_screen_ns()[own & frames.is_buffer] if len(frames) else np.zeros(0, np.int64)
    return np.unique(shown[shown != NA])


def _agree(pair: str, mine: Ints, other: Ints, period_ns: float) -> Agreement:
    if not len(mine):
        return Agreement(pair, 0, None, "FrameTimeline has no frames of this layer")
    first, last = max(mine[0], other[0]), min(mine[-1], other[-1])
    within = other[(other >= first) & (other <= last)]
    if not len(within):
        return Agreement(pair, 0, None, "the two cover no common time")
    right = np.clip(np.searchsorted(mine, within), 1, max(len(mine) - 1, 1))
    nearest = np.minimum(
        np.abs(mine[np.minimum(right, len(mine) - 1)] - within), np.abs(mine[right - 1] - within)
    )
    return Agreement(pair, len(within), float(np.mean(nearest < period_ns / 2)), "")
