"""A window: the root of its views, its doFrame on the main thread, its drawing on the RenderThread."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devices.simulated.model.choreographer import Choreographer, FrameStart
from devices.simulated.model.hwui import RING, BufferQueue, UiFrame
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer, Transaction
from devices.simulated.model.tracer import DEQUEUE, GFX, QUEUE, VIEW, BufferEvent

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from devices.simulated.model.behaviour import FrameCosts, Hitch
    from devices.simulated.model.display import Token
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work


class Befalling(Protocol):
    """What may befall the window's threads."""

    def befall(self, stage: str, thread: SimThread) -> Work:
        """Pass a stage on a thread."""
        ...

    def gpu_ns(self, thread: SimThread) -> int:
        """Return further work of the graphics processor for the frame that is queued."""
        ...


class Animator(Protocol):
    """Something that a Choreographer's frames drive."""

    def tick(self, frame_ns: int) -> bool:
        """Go on to this frame time; False when it has ended."""
        ...


class InsetsStep(Protocol):
    """The `insets_animation` callback of a frame."""

    def apply(self, root: ViewRoot) -> Work:
        """Run the step on the main thread."""
        ...


@dataclass(frozen=True, slots=True)
class LeashChange:
    """A new position of a leash that goes to SurfaceFlinger with the window's next buffer."""

    layer: SurfaceLayer
    fraction: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a window draws."""

    costs: FrameCosts
    hitches: tuple[Hitch, ...] = ()
    noise: float = 0.08
    every: int = 1
    backpressure: bool = True
    buffers: int | None = None
    draws_always: bool = False


class ViewRoot:
    """One window.

    Args:
        system: What all processes share.
        main: The process's main thread.
        render: Its RenderThread.
        layer: The window's buffer layer.
        title: The window's title.
        style: How it draws.
        rng: The process's noise.
    """

    def __init__(
        self,
        system: System,
        main: SimThread,
        render: SimThread,
        layer: SurfaceLayer,
        *,
        title: str,
        style: Style,
        rng: random.Random,
    ) -> None:
        self.system = system
        self.main = main
        self.render = render
        self.layer = layer
        self.title = title
        self.style = style
        self.rng = rng
        layer.backpressure = style.backpressure
        self.choreographer = Choreographer(
            system.kernel,
            system.panel,
            system.tokens,
            main,
            release=system.release,
            source=system.app_source,
            callback=self._do_frame,
            every=style.every,
        )
        self.buffers = BufferQueue(style.buffers or system.buffer_count())
        self.frames: deque[UiFrame] = deque(maxlen=RING)
        self.visible = True
        self.layout_requested = True
        self.insets_changed = False
        self._dirty = True
        self._animators: list[Animator] = []
        self._step: InsetsStep | None = None
        self._pre_draw: list[Callable[[], None]] = []
        self._on_queued: list[Callable[[], None]] = []
        self._leash: list[LeashChange] = []
        self._extra_layout: list[Cost] = []
        self._drawn = 0
        self.input_id = 0
        self.troubles: Befalling | None = None
        self.merged = True
        """Whether a leash moves with the buffer of its frame."""
        self._running: FrameStart | None = None
        self.twice = False
        """Whether the next layouts ask for another pass."""

    def _token(self, start: FrameStart) -> Token | None:
        """Return the vsync id that goes to SurfaceFlinger with a frame, where the release sends one."""
        return start.token if self.system.release.vsync_ids else None

    def _befall(self, stage: str, thread: SimThread) -> Work:
        if self.troubles is not None:
            yield from self.troubles.befall(stage, thread)

    # what may be asked of it
    def invalidate(self, *, layout: bool = False, extra: Cost | None = None) -> None:
        """Draw at the next vsync, with a layout if asked for, and with `extra` layout work."""
        self._dirty = True
        self.layout_requested = self.layout_requested or layout
        if extra is not None:
            self._extra_layout.append(extra)
        if self.visible:
            self.choreographer.request()

    def animate(self, animator: Animator) -> None:
        """Run an animator from the next vsync on."""
        self._animators.append(animator)
        self.choreographer.request()

    def insets_step(self, step: InsetsStep) -> None:
        """Run this as the insets_animation callback of the frame that runs."""
        self._step = step

    def pre_draw(self, action: Callable[[], None]) -> None:
        """Run an action in the next traversal, just before drawing."""
        self._pre_draw.append(action)
        self.invalidate()

    def when_queued(self, action: Callable[[], None]) -> None:
        """Run an action when the next frame's buffer is queued."""
        self._on_queued.append(action)
        self.invalidate()

    def move_leash(self, change: LeashChange) -> None:
        """Merge a leash's new position with the next buffer, or send it by itself where that is not done."""
        self._dirty = True
        if self.merged or self._running is None:
            self._leash.append(change)
            return
        now, start, pid = self.system.kernel.now_ns, self._running, self.main.process.pid
        token = self._token(start)
        origin = Origin(pid, "main", start.started_ns, None, layout=False, fraction=change.fraction)
        surface = SurfaceFrame(change.layer, token, False, start.started_ns, now, now, origin)
        transaction = Transaction(f"{pid}/leash", token, post_ns=now, ready_ns=now, frames=[surface])
        self.system.surfaceflinger.submit(transaction)

    # the frame on the main thread
    def _do_frame(self, start: FrameStart) -> Work:
        frame = UiFrame(start)
        frame.input_id, self.input_id = self.input_id, 0
        if not self.visible:
            return
        self._running = start
        factor = self._factor()
        yield from self._animate(frame, factor)
        if self._step is not None:
            step, self._step = self._step, None
            self.main.begin("insets_animation", VIEW)
            yield from step.apply(self)
            yield from self._befall("step", self.main)
            self.main.end(VIEW)
        if self._dirty or self.style.draws_always:
            yield from self._traverse(frame, factor)

    def _animate(self, frame: UiFrame, factor: float) -> Work:
        if not self._animators and not self.style.draws_always:
            return
        self.main.begin("animation", VIEW)
        frame.animation_ns = self.system.kernel.now_ns
        self._animators = [one for one in self._animators if one.tick(frame.start.frame_ns)]
        if self._animators or self.style.draws_always:
            self.choreographer.request()
        yield self.style.costs.animation.draw(self.rng, factor)
        self.main.end(VIEW)

    def _traverse(self, frame: UiFrame, factor: float) -> Work:
        main, costs, kernel = self.main, self.style.costs, self.system.kernel
        frame.traversal_ns = kernel.now_ns
        frame.first = self._drawn == 0
        self._drawn += 1
        main.begin("traversal", VIEW)
        hitch = self._hitch("main", frame)
        if self.layout_requested:
            yield from self._lay_out(frame, factor, hitch)
        elif hitch:
            yield hitch
        self._dirty = False
        actions, self._pre_draw = self._pre_draw, []
        for action in actions:
            action()
        self._dirty = False
        main.begin("draw", VIEW)
        frame.draw_ns = kernel.now_ns
        record = costs.record.draw(self.rng, factor)
        main.begin("Record View#draw()", VIEW)
        yield record
        yield from self._befall("draw", main)
        main.end(VIEW)
        leash, self._leash = self._leash, []
        queued, self._on_queued = self._on_queued, []
        frame.sync_queued_ns = kernel.now_ns
        main.begin("postAndWait", VIEW)
        self.render.post(lambda: self._draw_frame(frame, leash, queued, factor))
        yield frame.synced
        main.end(VIEW)
        main.end(VIEW)
        main.end(VIEW)

    def _lay_out(self, frame: UiFrame, factor: float, hitch: int) -> Work:
        main, costs = self.main, self.style.costs
        self.layout_requested = False
        frame.layout = True
        factor *= self.system.accessibility_factor()
        if self.insets_changed:
            self.insets_changed = False
            main.begin("dispatchApplyInsets", VIEW)
            yield int(150_000 * factor)
            main.end(VIEW)
        main.begin("measure", VIEW)
        yield costs.measure.draw(self.rng, factor) + hitch
        main.end(VIEW)
        main.begin("layout", VIEW)
        extra, self._extra_layout = self._extra_layout, []
        yield costs.layout.draw(self.rng, factor) + sum(one.draw(self.rng, factor) for one in extra)
        yield from self._befall("layout", main)
        if self.twice:
            yield from self._second_pass(factor, extra)
        main.end(VIEW)

    def _second_pass(self, factor: float, extra: list[Cost]) -> Work:
        """Measure and lay out again, as ViewRootImpl.performLayout does when views ask for it meanwhile."""
        costs = self.style.costs
        self.main.begin("measure", VIEW)
        yield costs.measure.draw(self.rng, factor)
        self.main.end(VIEW)
        yield costs.layout.draw(self.rng, factor) + sum(one.draw(self.rng, factor) for one in extra)

    def _factor(self) -> float:
        noise = self.style.noise
        spread = math.exp(noise * self.rng.gauss(0.0, 1.0)) if noise else 1.0
        return spread * self.system.cpu_factor()

    def _hitch(self, thread: str, frame: UiFrame) -> int:
        """Draw the cost of hitches that fall on this frame."""
        cost = 0
        for hitch in self.style.hitches:
            chance = 1.0 - math.exp(-hitch.rate_per_s * frame.start.interval_ns / 1e9)
            if hitch.thread == thread and self.rng.random() < chance:
                cost += hitch.cost.draw(self.rng, self.system.cpu_factor())
        return cost

    # the frame on the RenderThread
    def _draw_frame(
        self, frame: UiFrame, leash: list[LeashChange], queued: list[Callable[[], None]], factor: float
    ) -> Work:
        render, kernel, costs = self.render, self.system.kernel, self.style.costs
        ids = self.system.release.vsync_ids
        render.begin(f"DrawFrames {frame.start.token.id}" if ids else "DrawFrame", VIEW)
        frame.sync_ns = kernel.now_ns
        sync = costs.sync.draw(self.rng, factor)
        render.begin("syncFrameState", VIEW)
        render.slice("prepareTree", VIEW, kernel.now_ns, kernel.now_ns + sync * 3 // 4)
        yield sync
        render.end(VIEW)
        frame.synced.fire()
        frame.issue_ns = kernel.now_ns
        render.begin("dequeueBuffer", GFX)
        while self.buffers.empty:
            yield self.buffers.freed()
        buffer = self.buffers.take()
        yield 35_000
        frame.dequeue_ns = kernel.now_ns - frame.issue_ns
        render.end(GFX)
        issue = costs.issue.draw(self.rng, factor) + self._hitch("render", frame)
        render.begin("flush commands", VIEW)
        yield issue
        yield from self._befall("render", render)
        render.end(VIEW)
        frame.swap_ns = kernel.now_ns
        render.begin("queueBuffer", GFX)
        further = self.troubles.gpu_ns(render) if self.troubles is not None else 0
        gpu = costs.gpu.draw(self.rng, self.system.thermal_factor()) + further
        frame.gpu_done_ns = self.system.gpu.submit(gpu)
        yield 110_000
        render.end(GFX)
        self._queue_buffer(frame, buffer, leash)
        for action in queued:
            action()
        render.end(VIEW)

    def _queue_buffer(self, frame: UiFrame, buffer: int, leash: list[LeashChange]) -> None:
        now = self.system.kernel.now_ns
        frame.swapped_ns = now
        frame.queue_ns = now - frame.swap_ns
        frame.gpu_done_ns = max(frame.gpu_done_ns, now)
        self.frames.append(frame)
        start, token = frame.start, self._token(frame.start)
        self.layer.frame_number += 1
        self._trace_buffer(buffer, ((DEQUEUE, frame.issue_ns + frame.dequeue_ns), (QUEUE, now)))
        pid = self.main.process.pid
        origin = Origin(
            pid, "main", start.started_ns, frame.traversal_ns, frame.layout, called_ns=start.intended_ns
        )
        done, number = frame.gpu_done_ns, self.layer.frame_number
        surfaces = [
            SurfaceFrame(self.layer, token, True, start.started_ns, done, now, origin, buffer, number)
        ]
        for change in leash:
            moved = Origin(pid, "main", start.started_ns, frame.traversal_ns, frame.layout, change.fraction)
            surfaces.append(SurfaceFrame(change.layer, token, False, start.started_ns, now, now, moved))
        self.system.surfaceflinger.submit(
            Transaction(
                queue=f"{pid}/{self.layer.id}",
                token=token,
                post_ns=now,
                ready_ns=frame.gpu_done_ns,
                frames=surfaces,
                on_latch=lambda _time: self.buffers.latched(buffer),
            )
        )

    def _trace_buffer(self, buffer: int, events: tuple[tuple[int, int], ...]) -> None:
        tracer, layer = self.system.tracer, self.layer
        if tracer.active:
            for kind, time_ns in events:
                tracer.buffer_event(BufferEvent(time_ns, kind, layer.name, layer.frame_number, buffer))
