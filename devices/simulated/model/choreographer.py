"""A thread's Choreographer: asks for vsync, runs doFrame, realigns when it comes late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.model.display import Panel, Token, Tokens
from devices.simulated.model.tracer import VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.kernel import Kernel
    from devices.simulated.model.release import Release
    from devices.simulated.model.threads import SimThread, Work


@dataclass(frozen=True, slots=True)
class VsyncSource:
    """Where a Choreographer's vsync stands against the present: `app` or `appSf` of SurfaceFlinger."""

    lead_ns: int
    """Callback before the vsync of the present."""
    deadline_lead_ns: int
    """Deadline (SurfaceFlinger's wake-up) before that vsync."""


@dataclass(frozen=True, slots=True)
class FrameStart:
    """What doFrame knows when it starts."""

    token: Token
    intended_ns: int
    """The vsync it was called for."""
    frame_ns: int
    """The frame time that animations use."""
    started_ns: int
    """When doFrame really started."""
    interval_ns: int
    resynced: bool


class Choreographer:
    """Calls one frame callback per requested vsync.

    Args:
        kernel: The event kernel.
        panel: The panel.
        tokens: The tokens.
        thread: The thread that doFrame runs on.
        release: What its Android release does.
        source: Offsets of its vsync.
        callback: The frame's work.
        every: Only every n-th vsync of the panel (a frame rate override).
        traced: It is Java's, which traces its frames; AChoreographer's frame callbacks are not traced.
    """

    def __init__(
        self,
        kernel: Kernel,
        panel: Panel,
        tokens: Tokens,
        thread: SimThread,
        *,
        release: Release,
        source: Callable[[], VsyncSource],
        callback: Callable[[FrameStart], Work],
        every: int = 1,
        traced: bool = True,
    ) -> None:
        self._kernel = kernel
        self._panel = panel
        self._tokens = tokens
        self._thread = thread
        self._release = release
        self._source = source
        self._callback = callback
        self._every = every
        self._traced = traced
        self._requested = False
        self._last_present_ns = 0
        self.last_token: Token | None = None
        """Of the last frame, as Choreographer.getVsyncId() keeps it."""

    def request(self) -> None:
        """Ask for the next vsync, unless that is done already."""
        if self._requested:
            return
        self._requested = True
        source = self._source()
        panel = self._panel
        present = panel.vsync_at_or_after(
            max(self._kernel.now_ns + source.lead_ns + 1, self._last_present_ns + panel.period_ns // 2)
        )
        while panel.number(present) % self._every:
            present += panel.period_ns
        self._last_present_ns = present
        self._kernel.at(present - source.lead_ns, lambda: self._vsync(present, source))

    def _vsync(self, present_ns: int, source: VsyncSource) -> None:
        token = self._token(present_ns, source)
        self._thread.post(lambda: self._do_frame(token, source))

    def _token(self, present_ns: int, source: VsyncSource) -> Token:
        return self._tokens.give(
            present_ns - source.lead_ns,
            present_ns - source.deadline_lead_ns,
            present_ns,
            ids=self._release.timelines,
        )

    def _do_frame(self, token: Token, source: VsyncSource) -> Work:
        self._requested = False
        thread = self._thread
        now = self._kernel.now_ns
        if not self._traced:
            start = self._aligned(token, source, now)
            self.last_token = start.token
            yield from self._callback(start)
            return
        number = f" {token.id}" if self._release.vsync_ids else ""
        if number:
            thread.slice(f"Choreographer#onVsync{number}", VIEW, now, now + 9_000)
        yield 15_000
        now = self._kernel.now_ns
        thread.begin(f"Choreographer#doFrame{number}", VIEW)
        start = self._aligned(token, source, now)
        self.last_token = start.token
        if start.resynced:
            left_ms = (start.token.deadline_ns - now) / 1e6
            thread.begin(f"Choreographer#doFrame - resynced to {start.token.id} in {left_ms:.1f}ms", VIEW)
        yield from self._callback(start)
        if start.resynced:
            thread.end(VIEW)
        thread.end(VIEW)

    def _aligned(self, token: Token, source: VsyncSource, now: int) -> FrameStart:
        """Move a late frame on to the last vsync, and from 13 on to the timeline that it can still meet."""
        period = self._panel.period_ns
        late = now - token.start_ns
        if late < period:
            return FrameStart(
                token, token.start_ns, token.start_ns, now, period * self._every, resynced=False
            )
        frame_ns = now - late % period
        if not self._release.resyncs:
            return FrameStart(token, token.start_ns, frame_ns, now, period * self._every, resynced=False)
        ahead = math.ceil(late / period)
        if ahead < self._release.timelines:
            shift = ahead * period
            fresh = Token(
                token.id + ahead, token.start_ns + shift, token.deadline_ns + shift, token.present_ns + shift
            )
        else:
            fresh = self._token(self._panel.vsync_at_or_after(now + source.lead_ns), source)
        return FrameStart(fresh, token.start_ns, frame_ns, now, period * self._every, resynced=True)
