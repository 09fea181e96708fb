"""ImeTracker: the requests to show or hide the keyboard, their history and lines in logcat (Android 14+)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.world import ImeRequest

if TYPE_CHECKING:
    from devices.simulated.model.services import Services

_HISTORY = 100


@dataclass(slots=True)
class Request:
    """One request."""

    number: int
    tag: str
    show: bool
    origin: str
    reason: str
    start_realtime_ns: int
    window: str
    pid: int
    status: str = "RUN"
    phase: str = "PHASE_CLIENT_VIEW_SERVED"
    duration_ms: int | None = None


class ImeTracker:
    """Keeps the requests.

    Args:
        services: The services.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._rng = services.system.stream("imetracker")
        self._requests: deque[Request] = deque(maxlen=_HISTORY)
        self._number = 0

    def open(self, package: str, window: str, pid: int, *, show: bool, origin: str, reason: str) -> Request:
        """Begin a request; one that still runs is cancelled by it."""
        self.cancel_open("PHASE_CLIENT_APPLY_ANIMATION")
        self._number += 1
        tag = f"{package}:{self._rng.randrange(1 << 28, 1 << 32):x}"
        now = self._services.clocks().realtime_ns
        request = Request(self._number, tag, show, origin, reason, now, window, pid)
        self._requests.append(request)
        what = "onRequestShow" if show else "onRequestHide"
        self._log(pid, f"{tag}: {what} at {origin} reason {reason}")
        return request

    def cancel_open(self, phase: str) -> None:
        """Cancel what still runs."""
        for request in self._requests:
            self.close(request, "CANCEL", phase)

    def close(self, request: Request, status: str, phase: str) -> None:
        """End a request that still runs."""
        if request.status != "RUN":
            return
        request.status, request.phase = status, phase
        request.duration_ms = (self._services.clocks().realtime_ns - request.start_realtime_ns) // 1_000_000
        done = "onShown" if request.show else "onHidden"
        self._log(request.pid, f"{request.tag}: {done if status == 'SUCCESS' else f'onCancelled at {phase}'}")

    def animates(self, request: Request) -> None:
        """Say in logcat, as InsetsController does, that the app got the keyboard to show or hide."""
        if self._services.system.release.tells_tracker:
            verb = "show" if request.show else "hide"
            self._services.logs.write(request.pid, "D", "InsetsController", f"{verb}(ime(), fromIme=true)")

    def history(self) -> tuple[ImeRequest, ...]:
        """Return the requests, oldest first."""
        return tuple(
            ImeRequest(
                sequence=one.number,
                tag=one.tag,
                show=one.show,
                status=one.status,
                origin=one.origin,
                reason=one.reason,
                phase=one.phase,
                start_realtime_ns=one.start_realtime_ns,
                duration_ms=one.duration_ms,
                window=one.window,
            )
            for one in self._requests
        )

    def _log(self, pid: int, message: str) -> None:
        if "imetracker" not in self._services.persona.lacks:
            self._services.logs.write(pid, "I", "ImeTracker", message)
