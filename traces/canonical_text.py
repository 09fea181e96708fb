"""The rows of the canonical frame table that text dumps give: framestats, --latency, --frametimeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from traces.canonical import CanonicalFrames, FrameClock, FrameSource, canonical_rows, joined
from traces.tables import NA, PresentType
from traces.text.latency import PresentState, merge_latency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.text.gfxinfo import Gfxinfo
    from traces.text.latency import LatencyDump
    from traces.text.sf_frametimeline import SfFrameTimeline


def from_framestats(info: Gfxinfo) -> CanonicalFrames:
    """Return the counted rows of framestats, each frame once, on MONOTONIC.

    `start_ns` is IntendedVsync, when the frame should have begun; `ready_ns` GpuCompleted, where the layout
    has none FrameCompleted; `present_ns` DisplayPresentTime, which is rarely filled. `window` is the title.
    """
    frames = info.frames.counted()
    ready = np.where(frames.gpu_completed_ns != NA, frames.gpu_completed_ns, frames.completed_ns)
    windows = [info.windows[index] for index in frames.window.tolist()]
    return canonical_rows(
        len(frames),
        source=FrameSource.FRAMESTATS,
        file=info.source,
        clock=FrameClock.MONOTONIC,
        pid=frames.pid,
        process=_texts([window.process or None for window in windows]),
        window=_texts([window.title or None for window in windows]),
        token=np.where(frames.vsync_id > 0, frames.vsync_id, NA),
        start_ns=frames.intended_vsync_ns,
        ready_ns=ready,
        deadline_ns=frames.deadline_ns,
        present_ns=frames.present_ns,
        flags=frames.flags,
    )


def from_latency(
    dumps: Sequence[LatencyDump], *, file: str, layer_name: str | None = None
) -> CanonicalFrames:
    """Return the presented buffers of `--latency`, each once, on MONOTONIC.

    Args:
        dumps: what `parse_latency` gave; several are joined, block by block.
        file: the file that they were read from.
        layer_name: which layer was asked for; the dump does not say it.
    """
    blocks = max((len(dump.blocks) for dump in dumps), default=0)
    tables = []
    for block in range(blocks):
        rows = merge_latency(list(dumps), block)
        # desired = ready says that there was no acquire fence, not when the buffer was ready
        ready = np.where(rows.ready_ns != rows.desired_ns, rows.ready_ns, NA)
        tables.append(
            canonical_rows(
                len(rows),
                source=FrameSource.LATENCY,
                file=file,
                clock=FrameClock.MONOTONIC,
                layer_name=layer_name,
                ready_ns=ready,
                present_ns=rows.actual_ns,
            )
        )
    return joined(tables)


def unpresented_latency(dumps: Sequence[LatencyDump]) -> dict[str, int]:
    """Return rows without a time on screen by `PresentState`; a later dump may hold them presented."""
    counts: dict[str, int] = {}
    for dump in dumps:
        for block in dump.blocks:
            for state in PresentState:
                rows = int(np.count_nonzero(block.frames.state == state))
                if rows and state is not PresentState.PRESENTED:
                    counts[state.name.lower()] = counts.get(state.name.lower(), 0) + rows
    return counts


def from_sf_frametimeline(dumps: Sequence[SfFrameTimeline], *, file: str) -> CanonicalFrames:
    """Return the surface frames of `--frametimeline`; each dump's times count from its own first frame."""
    tables = []
    for dump in dumps:
        frames = dump.frames
        dropped = frames.present_type == PresentType.DROPPED
        tables.append(
            canonical_rows(
                len(frames),
                source=FrameSource.SF_FRAMETIMELINE,
                file=file,
                clock=FrameClock.DUMP,
                pid=frames.pid,
                layer_name=frames.layer_name,
                token=np.where(frames.token > 0, frames.token, NA),
                start_ns=frames.start_ns,
                ready_ns=frames.end_ns,
                deadline_ns=frames.expected_end_ns,
                present_ns=np.where(dropped, NA, frames.present_ns),
                present_type=frames.present_type,
                jank_type=frames.jank_type,
            )
        )
    return joined(tables)


def _texts(texts: list[str | None]) -> Any:
    column = np.empty(len(texts), np.object_)
    column[:] = texts
    return column
