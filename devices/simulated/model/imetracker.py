"""ImeTracker: the requests to show or hide the keyboard, their history and lines in logcat (Android 14+).

Sources: `ImeTracker.java` and `InsetsController.java` of 14, 15 and 16, and lines of real logs of each.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.world import ImeRequest

if TYPE_CHECKING:
    from devices.simulated.model.services import Services

_HISTORY = 100
_ORIGINS = {
    "ORIGIN_CLIENT_SHOW_SOFT_INPUT": "ORIGIN_CLIENT",
    "ORIGIN_SERVER_START_INPUT": "ORIGIN_SERVER",
    "ORIGIN_SERVER_HIDE_INPUT": "ORIGIN_SERVER",
}
"""What 15 calls the origins of 14."""
_TYPES_WITH, _TYPES_WITHOUT = -1, -9
"""WindowInsets.Type masks with and without ime()."""


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
        self._release = services.system.release
        self._rng = services.system.stream("imetracker")
        self._requests: deque[Request] = deque(maxlen=_HISTORY)
        self._number = 0

    def open(
        self, component: str, window: str, client: int, *, show: bool, origin: str, reason: str, asks: int
    ) -> Request:
        """Begin a request; one that still runs is cancelled by it.

        Args:
            component: The process that asks, as its tag has it.
            window: The window that the keyboard serves.
            client: Process of that window, which tells the request's end.
            show: Whether the keyboard is to come.
            origin: As 14 calls it.
            reason: Why.
            asks: Process that asks, which tells the request's begin.
        """
        if self._release.tracker_names_who:
            origin = _ORIGINS.get(origin, origin)
        self.cancel_open("PHASE_CLIENT_APPLY_ANIMATION")
        self._number += 1
        tag = f"{component}:{self._rng.randrange(1 << 28, 1 << 32):x}"
        now = self._services.clocks().realtime_ns
        request = Request(self._number, tag, show, origin, reason, now, window, client)
        self._requests.append(request)
        what = "onRequestShow" if show else "onRequestHide"
        self._log(asks, f"{tag}: {what} at {origin} reason {reason}{self._who()}")
        if not self._release.shows_from_ime:
            self._tell_client(client, show=show)
        return request

    def _who(self) -> str:
        """Return the end of a request's line: taps are handled in posted clicks, so never `fromUser`."""
        text = " fromUser false" if self._release.tracker_names_who else ""
        return f"{text} userId 0 displayId 0" if self._release.tracker_names_display else text

    def _tell_client(self, pid: int, *, show: bool) -> None:
        """Say, as InsetsController of 16 does when the app asks, what the app wants to be visible."""
        verb = "show" if show else "hide"
        types = (_TYPES_WITHOUT, _TYPES_WITH) if show else (_TYPES_WITH, _TYPES_WITHOUT)
        named = "" if self._release.tracker_names_display else ", fromIme=false"
        self._insets(pid, f"{verb}(ime(){named})")
        self._insets(pid, f"Setting requestedVisibleTypes to {types[1]} (was {types[0]})")

    def _insets(self, pid: int, message: str) -> None:
        self._services.logs.write(pid, "D", "InsetsController", message)

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
        """Say in logcat, as InsetsController up to 15 does, that the keyboard had the app show or hide it."""
        if self._release.tells_tracker and self._release.shows_from_ime:
            self._insets(request.pid, f"{'show' if request.show else 'hide'}(ime(), fromIme=true)")

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
        if "imetracker" not in self._services.persona.lacks and self._release.tracker_in_logcat:
            self._services.logs.write(pid, "I", "ImeTracker", message)
