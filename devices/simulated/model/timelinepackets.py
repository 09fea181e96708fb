"""What FrameTimeline traces of a display frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.tracefile import graphics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.simulated.model.frametimeline import DisplayFrame
    from devices.simulated.model.release import Release
    from devices.simulated.model.surfaces import SurfaceFrame


def display_packet(frame: DisplayFrame, pid: int, release: Release) -> graphics.Display:
    """Return a display frame as this release traces it; surface frames without a vsync id are not."""
    token = frame.token
    return graphics.Display(
        token=token.id,
        pid=pid,
        expected=(token.start_ns, token.deadline_ns),
        actual=(frame.start_ns, frame.present_ns),
        present_type=frame.present_type,
        on_time=frame.on_time,
        jank=frame.jank,
        surfaces=tuple(_surfaces(frame.surfaces, release)),
        severity=frame.severity if release.severity else None,
        skipped=frame.skipped_ns,
    )


def _surfaces(frames: Sequence[SurfaceFrame], release: Release) -> list[graphics.Surface]:
    found = []
    for frame in frames:
        token = frame.token
        if token is None:
            continue
        found.append(
            graphics.Surface(
                token=token.id,
                pid=frame.layer.owner_pid,
                layer=f"TX - {frame.layer.name}",
                expected=None if frame.prediction_expired else (token.start_ns, token.deadline_ns),
                start=frame.start_ns if release.real_starts else 0,
                end=frame.dropped_ns or frame.ready_ns,
                present_type=frame.present_type,
                on_time=frame.on_time and not frame.dropped_ns,
                jank=frame.jank,
                is_buffer=frame.is_buffer,
                severity=frame.severity if release.severity else None,
            )
        )
    return found
