"""The keyboard's slide as InsetsController runs it, synchronised with the app or not.

Durations, interpolators and the order of the first steps as in InsetsController.java and ValueAnimator.java:
`start()` applies fraction 0 at once, the animator's first frame sets its start time, so has fraction 0 again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from devices.simulated.model.choreographer import Choreographer, FrameStart
from devices.simulated.model.noise import Cost
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer, Transaction
from devices.simulated.model.tracer import VIEW
from devices.simulated.model.viewroot import LeashChange, ViewRoot

if TYPE_CHECKING:
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work

IME_TYPE = 8
"""WindowInsets.Type.ime(), the cookie of the slide's slices."""

_READY = Cost(median_ms=0.3, sigma=0.2)
_STEP = Cost(median_ms=0.12, sigma=0.25)


def interpolate(curve: tuple[float, float, float, float], x: float) -> float:
    """Return y at x of the cubic Bezier through (0, 0) and (1, 1), as PathInterpolator does."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    x1, y1, x2, y2 = curve
    low, high = 0.0, 1.0
    for _ in range(24):
        t = (low + high) / 2
        if 3 * x1 * t * (1 - t) ** 2 + 3 * x2 * t * t * (1 - t) + t**3 < x:
            low = t
        else:
            high = t
    t = (low + high) / 2
    return 3 * y1 * t * (1 - t) ** 2 + 3 * y2 * t * t * (1 - t) + t**3


class Slide(Protocol):
    """A running slide."""

    mode: str
    """sync or async."""
    started_ns: int
    ended_ns: int
    """Edges of the animation's slice; 0 while there is none."""

    def start(self) -> None:
        """Begin it."""
        ...

    def cancel(self) -> None:
        """End it where it is."""
        ...


class Listener(Protocol):
    """Who hears of a slide: the app's content and the keyboard's state."""

    def slide_started(self) -> None:
        """Take the begin of the animation's slice."""
        ...

    def slide_progress(self, fraction: float) -> Cost | None:
        """Follow one step of a synchronised slide; return what the callback costs."""
        ...

    def slide_ended(self, completed: bool) -> None:
        """Take the end of the animation's slice."""
        ...


class SyncSlide:
    """Driven by the app's main thread, because the app has WindowInsetsAnimation callbacks."""

    mode = "sync"

    def __init__(
        self,
        system: System,
        root: ViewRoot,
        leash: SurfaceLayer,
        scale: float,
        *,
        show: bool,
        listener: Listener,
    ) -> None:
        self._system = system
        self._root = root
        self._leash = leash
        times = system.persona.slide
        self._curve = times.sync_show if show else times.sync_hide
        self._duration_ns = (times.sync_show_ms if show else times.sync_hide_ms) * 1e6 * scale
        self._listener = listener
        self._start_ns: int | None = None
        self._raw = 0.0
        self.started_ns = 0
        self.ended_ns = 0
        self._ended = False

    def start(self) -> None:
        """Wait for the next traversal, as the animation is prepared before it draws."""
        if self._system.release.ime_sections:
            self._system.tracer.async_begin(self._root.main, "IC.pendingAnim", 0, VIEW)
        self._root.insets_changed = True
        self._root.pre_draw(self._ready)
        self._root.invalidate(layout=True)

    def cancel(self) -> None:
        """End it where it is."""
        if not self._ended:
            self._finish(completed=False)

    def _ready(self) -> None:
        if self._system.release.ime_sections:
            self._system.tracer.async_end(self._root.main, "IC.pendingAnim", 0, VIEW)
        if self._ended:
            return
        self.started_ns = self._system.kernel.now_ns
        self._system.tracer.async_begin(self._root.main, "InsetsAnimation: ime", IME_TYPE, VIEW)
        self._listener.slide_started()
        self._root.move_leash(LeashChange(self._leash, 0.0))
        self._root.animate(self)

    def tick(self, frame_ns: int) -> bool:
        """Go on to this frame time."""
        if self._ended:
            return False
        if self._start_ns is None:
            self._start_ns = frame_ns
        elapsed = frame_ns - self._start_ns
        self._raw = min(1.0, elapsed / self._duration_ns) if self._duration_ns > 0 else 1.0
        self._root.insets_step(self)
        return self._raw < 1.0

    def apply(self, root: ViewRoot) -> Work:
        """Run the app's callback and move the leash with the next buffer."""
        if self._ended:
            return
        fraction = interpolate(self._curve, self._raw)
        cost = self._listener.slide_progress(fraction)
        if cost is not None:
            yield cost.draw(root.rng, self._system.cpu_factor())
        root.move_leash(LeashChange(self._leash, fraction))
        if self._raw >= 1.0 and not self._ended:
            self._finish(completed=True)

    def _finish(self, *, completed: bool) -> None:
        self._ended = True
        self.ended_ns = self._system.kernel.now_ns
        if self.started_ns and self._root.main.process.alive:
            self._system.tracer.async_end(self._root.main, "InsetsAnimation: ime", IME_TYPE, VIEW)
        self._listener.slide_ended(completed)


class AnimationThread:
    """The app's InsetsAnimationThread with its Choreographer on SurfaceFlinger's vsync.

    Args:
        system: The shared system.
        thread: The thread.
    """

    def __init__(self, system: System, thread: SimThread) -> None:
        self.thread = thread
        self.rng = system.stream(f"insets/{thread.process.name}/{thread.tid}")
        self.slide: AsyncSlide | None = None
        self.choreographer = Choreographer(
            system.kernel,
            system.panel,
            system.tokens,
            thread,
            release=system.release,
            source=system.sf_source,
            callback=self._frame,
        )

    def _frame(self, start: FrameStart) -> Work:
        if self.slide is not None:
            yield from self.slide.frame(start)


class AsyncSlide:
    """Driven by the InsetsAnimationThread, because the app has no callbacks."""

    mode = "async"

    def __init__(
        self,
        system: System,
        root: ViewRoot,
        animation: AnimationThread,
        leash: SurfaceLayer,
        scale: float,
        *,
        show: bool,
        listener: Listener,
    ) -> None:
        self._system = system
        self._root = root
        self._animation = animation
        self._leash = leash
        times = system.persona.slide
        self._curve = times.async_show if show else times.async_hide
        self._duration_ns = (times.async_show_ms if show else times.async_hide_ms) * 1e6 * scale
        self._listener = listener
        self._start_ns: int | None = None
        self.started_ns = 0
        self.ended_ns = 0
        self._ended = False

    def start(self) -> None:
        """Tell the app at once, on its main thread, and post the start to the animation thread."""
        self._animation.slide = self
        self._animation.thread.post(self._ready)
        self._listener.slide_started()

    def cancel(self) -> None:
        """End it where it is."""
        if not self._ended:
            self._finish(completed=False)

    def _ready(self) -> Work:
        if self._ended:
            return
        self.started_ns = self._system.kernel.now_ns
        self._system.tracer.async_begin(self._animation.thread, "InsetsAsyncAnimation: ime", IME_TYPE, VIEW)
        yield _READY.draw(self._animation.rng, self._system.cpu_factor())
        self._move(0.0, None)
        self._animation.choreographer.request()

    def frame(self, start: FrameStart) -> Work:
        """Go on by one frame of the animation thread."""
        if self._ended:
            return
        thread = self._animation.thread
        thread.begin("animation", VIEW)
        if self._start_ns is None:
            self._start_ns = start.frame_ns
        elapsed = start.frame_ns - self._start_ns
        raw = min(1.0, elapsed / self._duration_ns) if self._duration_ns > 0 else 1.0
        if raw < 1.0:
            self._animation.choreographer.request()
        yield _STEP.draw(self._animation.rng, self._system.cpu_factor())
        if not self._ended:
            self._move(interpolate(self._curve, raw), start)
            if raw >= 1.0:
                self._finish(completed=True)
        thread.end(VIEW)

    def _move(self, fraction: float, start: FrameStart | None) -> None:
        """Apply a position at once, with what Choreographer.getVsyncId() says: an old id at the start."""
        now = self._system.kernel.now_ns
        thread = self._animation.thread
        token = start.token if start is not None else self._animation.choreographer.last_token
        if not self._system.release.vsync_ids:
            token = None
        began = start.started_ns if start is not None else None
        origin = Origin(thread.process.pid, thread.name, began, None, layout=False, fraction=fraction)
        frame = SurfaceFrame(self._leash, token, False, 0, now, now, origin)
        self._system.surfaceflinger.submit(
            Transaction(f"{thread.process.pid}/insets", token, post_ns=now, ready_ns=now, frames=[frame])
        )

    def _finish(self, *, completed: bool) -> None:
        self._ended = True
        self.ended_ns = self._system.kernel.now_ns
        if self.started_ns and self._root.main.process.alive:
            self._system.tracer.async_end(self._animation.thread, "InsetsAsyncAnimation: ime", IME_TYPE, VIEW)
        if completed:
            self._root.main.post(self._tell_end)
        else:
            self._listener.slide_ended(False)

    def _tell_end(self) -> Work:
        yield 20_000
        self._listener.slide_ended(True)
