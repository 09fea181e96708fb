"""A Flutter engine: its threads, and the SurfaceView that it draws an app's content into.

Sources: flutter/engine `VsyncWaiterAndroid` (AChoreographer's frame callbacks), `Pipeline` (two frames under
way at most), `FlutterSurfaceView`; its buffers carry no vsync id, since only HWUI names one. The platform's
main thread keeps the window, the touches and the keyboard.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from devices.simulated.model.choreographer import Choreographer
from devices.simulated.model.hwui import BufferQueue
from devices.simulated.model.surfaces import Origin, SurfaceFrame, SurfaceLayer, Transaction
from devices.simulated.model.tracer import DEQUEUE, GFX, QUEUE, BufferEvent

if TYPE_CHECKING:
    import random

    from devices.simulated.model.choreographer import FrameStart
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.system import System
    from devices.simulated.model.threads import SimThread, Work
    from devices.simulated.model.viewroot import Animator, Style

_PIPELINE = 2
"""Frames that may be under way between the two threads."""


def surface_layers(system: System, title: str, pid: int, package: str, window: int) -> list[SurfaceLayer]:
    """Create the layers of a window's SurfaceView; the last has the buffers.

    Args:
        system: The shared system.
        title: The window's title.
        pid: Whose it is.
        package: The app.
        window: The window's own layer.
    """
    top = system.surfaceflinger
    if not system.release.blast:
        return [top.add_layer(f"SurfaceView - {title}", pid, package, "app", window, has_buffer=True)]
    view = f"SurfaceView[{title}]"
    holder = top.add_layer(view, pid, package, "other", window)
    ground = top.add_layer(f"Background for {view}", pid, package, "other", window)
    return [holder, ground, top.add_layer(f"{view}(BLAST)", pid, package, "app", holder.id, has_buffer=True)]


class FlutterSurface:
    """What an engine draws.

    Args:
        system: What all processes share.
        main: The app's main thread.
        layer: The SurfaceView's buffer layer.
        style: What its frames cost: animation, measure, layout and record on the UI thread, issue on the
            raster thread.
        rng: The process's noise.
        merged: Dart runs on the main thread.
    """

    def __init__(
        self,
        system: System,
        main: SimThread,
        layer: SurfaceLayer,
        style: Style,
        rng: random.Random,
        *,
        merged: bool,
    ) -> None:
        process = main.process
        self.system = system
        self.layer = layer
        self.style = style
        self.rng = rng
        self.ui: SimThread = main if merged else system.thread(process, "1.ui")
        self.raster: SimThread = system.thread(process, "1.raster")
        system.thread(process, "1.io")
        self.visible = False
        self._buffers = BufferQueue(style.buffers or system.buffer_count())
        self._vsync = Choreographer(
            system.kernel,
            system.panel,
            system.tokens,
            self.ui,
            release=system.release,
            source=system.app_source,
            callback=self._frame,
            every=style.every,
            traced=False,
        )
        self._dirty = self._layout = True
        self._animators: list[Animator] = []
        self._extra: list[Cost] = []
        self._waiting: deque[None] = deque()

    def invalidate(self, *, layout: bool = False, extra: Cost | None = None) -> None:
        """Draw at the next vsync, with a layout if asked for, and with `extra` work of the UI thread."""
        self._dirty = True
        self._layout = self._layout or layout
        if extra is not None:
            self._extra.append(extra)
        if self.visible:
            self._vsync.request()

    def animate(self, animator: Animator) -> None:
        """Run an animator from the next vsync on."""
        self._animators.append(animator)
        self._vsync.request()

    def _frame(self, start: FrameStart) -> Work:
        if not self.visible:
            return
        yield 20_000
        if len(self._waiting) >= _PIPELINE:
            self._vsync.request()
            return
        if self._animators or self.style.draws_always:
            self._animators = [one for one in self._animators if one.tick(start.frame_ns)]
            self._vsync.request()
        if not (self._dirty or self.style.draws_always):
            return
        costs, factor, began = self.style.costs, self._factor(), self.system.kernel.now_ns
        layout, self._layout, self._dirty = self._layout, False, False
        extra, self._extra = self._extra, []
        yield costs.animation.draw(self.rng, factor) + self._hitch("main", start)
        if layout:
            built = costs.measure.draw(self.rng, factor) + costs.layout.draw(self.rng, factor)
            built += sum(one.draw(self.rng, factor) for one in extra)
            yield int(built * self.system.accessibility_factor())
        yield costs.record.draw(self.rng, factor)
        self._waiting.append(None)
        self.raster.post(lambda: self._rasterize(start, began, factor, layout=layout))

    def _rasterize(self, start: FrameStart, began: int, factor: float, *, layout: bool) -> Work:
        raster, kernel, costs = self.raster, self.system.kernel, self.style.costs
        raster.begin("dequeueBuffer", GFX)
        while self._buffers.empty:
            yield self._buffers.freed()
        buffer = self._buffers.take()
        yield 35_000
        dequeued = kernel.now_ns
        raster.end(GFX)
        yield costs.issue.draw(self.rng, factor) + self._hitch("render", start)
        raster.begin("queueBuffer", GFX)
        done = self.system.gpu.submit(costs.gpu.draw(self.rng, self.system.thermal_factor()))
        yield 110_000
        raster.end(GFX)
        self._waiting.popleft()
        self._queue(start, began, (dequeued, max(done, kernel.now_ns)), buffer, layout=layout)

    def _queue(
        self, start: FrameStart, began: int, times: tuple[int, int], buffer: int, *, layout: bool
    ) -> None:
        now, layer, pid = self.system.kernel.now_ns, self.layer, self.raster.process.pid
        layer.frame_number += 1
        if self.system.tracer.active:
            for kind, time in ((DEQUEUE, times[0]), (QUEUE, now)):
                self.system.tracer.buffer_event(
                    BufferEvent(time, kind, layer.name, layer.frame_number, buffer)
                )
        origin = Origin(pid, self.raster.name, start.started_ns, began, layout)
        frame = SurfaceFrame(layer, None, True, began, times[1], now, origin, buffer, layer.frame_number)
        self.system.surfaceflinger.submit(
            Transaction(
                queue=f"{pid}/{layer.id}",
                token=None,
                post_ns=now,
                ready_ns=times[1],
                frames=[frame],
                on_latch=lambda _time: self._buffers.latched(buffer),
            )
        )

    def _factor(self) -> float:
        noise = self.style.noise
        spread = math.exp(noise * self.rng.gauss(0.0, 1.0)) if noise else 1.0
        return spread * self.system.cpu_factor()

    def _hitch(self, thread: str, start: FrameStart) -> int:
        cost = 0
        for hitch in self.style.hitches:
            chance = 1.0 - math.exp(-hitch.rate_per_s * start.interval_ns / 1e9)
            if hitch.thread == thread and self.rng.random() < chance:
                cost += hitch.cost.draw(self.rng, self.system.cpu_factor())
        return cost
