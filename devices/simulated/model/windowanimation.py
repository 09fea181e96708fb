"""The keyboard's animation as WindowManager runs it up to Android 10: the app only gets a new size.

Durations and curves as in core/res/res/anim/input_method_enter.xml and input_method_exit.xml; the thread
that runs it and what it moves as in SurfaceAnimationRunner (9, 10) and WindowAnimator (8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.choreographer import Choreographer, FrameStart
from devices.simulated.model.insets import interpolate
from devices.simulated.model.noise import Cost
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer, Transaction
from devices.simulated.model.tracer import VIEW

if TYPE_CHECKING:
    from devices.simulated.model.insets import Listener
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work

ENTER_MS, EXIT_MS = 200, 150
EXIT_CURVE = (0.4, 0.0, 1.0, 1.0)
"""fast_out_linear_in."""

_STEP = Cost(median_ms=0.2, sigma=0.25)


def decelerate_quint(x: float) -> float:
    """Return DecelerateInterpolator with factor 2.5: 1 - (1 - x)^5."""
    return 1.0 - (1.0 - min(max(x, 0.0), 1.0)) ** 5


class ServerAnimations:
    """The thread of system_server that runs window animations, with its Choreographer.

    Args:
        system: The shared system.
        thread: The thread.
    """

    def __init__(self, system: System, thread: SimThread) -> None:
        self.thread = thread
        self.rng = system.stream("window animation")
        self.running: WindowSlide | None = None
        self.choreographer = Choreographer(
            system.kernel,
            system.panel,
            system.tokens,
            thread,
            release=system.release,
            source=system.app_source,
            callback=self._frame,
        )

    def _frame(self, start: FrameStart) -> Work:
        if self.running is not None:
            yield from self.running.frame(start)


class WindowSlide:
    """The enter or exit animation of the keyboard's window.

    Args:
        system: The shared system.
        server: Who runs it.
        layer: What is moved: the window's leash, or on Android 8 its own surface.
        scale: The window animation scale.
        show: It enters.
        listener: Who hears of it.
    """

    mode = "window"

    def __init__(
        self,
        system: System,
        server: ServerAnimations,
        layer: SurfaceLayer,
        scale: float,
        *,
        show: bool,
        listener: Listener,
    ) -> None:
        self._system = system
        self._server = server
        self._layer = layer
        self._show = show
        self._duration_ns = (ENTER_MS if show else EXIT_MS) * 1e6 * scale
        self._listener = listener
        self._start_ns: int | None = None
        self.started_ns = 0
        self.ended_ns = 0
        self._ended = False

    def start(self) -> None:
        """Begin at the server's next vsync; the app is told of its new size at once."""
        self.started_ns = self._system.kernel.now_ns
        self._server.running = self
        self._listener.slide_started()
        self._server.choreographer.request()

    def cancel(self) -> None:
        """End it where it is."""
        if not self._ended:
            self._finish(completed=False)

    def frame(self, start: FrameStart) -> Work:
        """Go on by one frame of the server's thread."""
        if self._ended:
            return
        thread = self._server.thread
        thread.begin("animation", VIEW)
        if self._start_ns is None:
            self._start_ns = start.frame_ns
        elapsed = start.frame_ns - self._start_ns
        raw = min(1.0, elapsed / self._duration_ns) if self._duration_ns > 0 else 1.0
        if raw < 1.0:
            self._server.choreographer.request()
        yield _STEP.draw(self._server.rng, self._system.cpu_factor())
        if not self._ended:
            self._move(decelerate_quint(raw) if self._show else interpolate(EXIT_CURVE, raw), start)
            if raw >= 1.0:
                self._finish(completed=True)
        thread.end(VIEW)

    def _move(self, fraction: float, start: FrameStart) -> None:
        now, thread = self._system.kernel.now_ns, self._server.thread
        origin = Origin(
            thread.process.pid, thread.name, start.started_ns, None, layout=False, fraction=fraction
        )
        frame = SurfaceFrame(self._layer, None, False, 0, now, now, origin)
        self._system.surfaceflinger.submit(
            Transaction(f"{thread.process.pid}/animation", None, post_ns=now, ready_ns=now, frames=[frame])
        )

    def _finish(self, *, completed: bool) -> None:
        self._ended = True
        self.ended_ns = self._system.kernel.now_ns
        self._listener.slide_ended(completed)
