"""The truth file: what the phone really did, facts in JSON lines, never metrics. Times are BOOTTIME ns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from devices.simulated.model.frametimeline import DisplayFrame
    from devices.simulated.model.surfaces import SurfaceFrame


class Truth:
    """Writes facts as they become known.

    Args:
        file: Where to; None writes nothing.
    """

    def __init__(self, file: TextIO | None) -> None:
        self._file = file

    def write(self, event: str, **facts: object) -> None:
        """Write one fact."""
        if self._file is not None:
            self._file.write(json.dumps({"type": event, **facts}, ensure_ascii=False) + "\n")
            self._file.flush()

    def presented(self, frame: DisplayFrame) -> None:
        """Write the frames of a display frame that reached the screen."""
        if self._file is None:
            return
        for surface in frame.surfaces:
            if surface.superseded:
                self.dropped(surface)
            elif not surface.dropped_ns:
                self.write("present", time_ns=frame.present_ns, **_facts(surface))

    def dropped(self, surface: SurfaceFrame) -> None:
        """Write a frame that will never reach the screen."""
        self.write("dropped", **_facts(surface))


def _facts(surface: SurfaceFrame) -> dict[str, object]:
    origin, token = surface.origin, surface.token
    return {
        "layer": surface.layer.name,
        "kind": surface.layer.kind,
        "package": surface.layer.package,
        "owner_pid": surface.layer.owner_pid,
        "driver_pid": origin.driver_pid,
        "driver_thread": origin.driver_thread,
        "token": token.id if token is not None else None,
        "ready_ns": surface.ready_ns,
        "deadline_ns": token.deadline_ns if token is not None and not surface.prediction_expired else None,
        "doframe_start_ns": origin.doframe_start_ns,
        "traversal_start_ns": origin.traversal_start_ns,
        "layout": origin.layout,
        "fraction": origin.fraction,
        "called_ns": origin.called_ns,
    }
