"""SurfaceFlinger: wakes before a vsync, applies what is ready, composes, presents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.frametimeline import DROPPED, DisplayFrame, FrameTimeline
from devices.simulated.model.noise import Cost
from devices.simulated.model.surfaces import SurfaceFrame, SurfaceLayer, Transaction
from devices.simulated.model.tracer import ACQUIRE_FENCE, GFX, LATCH, PRESENT_FENCE, BufferEvent, Tracer

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from devices.simulated.model.display import Panel, Token, Tokens
    from devices.simulated.model.kernel import Kernel
    from devices.simulated.model.release import CompositionNames
    from devices.simulated.model.threads import SimThread, Work

_EARLY_LIMIT_NS = 100_000_000


class SurfaceFlinger:
    """The compositor.

    Args:
        kernel: The event kernel.
        panel: The panel.
        tokens: The tokens.
        thread: Its main thread.
        timeline: Its FrameTimeline.
        tracer: The tracer.
        timings: The persona's timings.
        rng: Noise.
        names: How its slices are called.
        counts_names: Layers are numbered by equal names, not in sequence.
        on_present: Called with the display frame when it reaches the screen.
        on_drop: Called with a frame that never will.
    """

    def __init__(
        self,
        *,
        kernel: Kernel,
        panel: Panel,
        tokens: Tokens,
        thread: SimThread,
        timeline: FrameTimeline,
        tracer: Tracer,
        timings: dict[str, float],
        rng: random.Random,
        names: CompositionNames,
        counts_names: bool,
        on_present: Callable[[DisplayFrame], None],
        on_drop: Callable[[SurfaceFrame], None],
    ) -> None:
        self._kernel = kernel
        self._panel = panel
        self._tokens = tokens
        self._thread = thread
        self._timeline = timeline
        self._tracer = tracer
        self._rng = rng
        self._names = names
        self._counts_names = counts_names
        self._on_present = on_present
        self._on_drop = on_drop
        self.work_ns = int(timings["sf_work_ms"] * 1e6)
        self._margin_ns = int(timings["hwc_margin_ms"] * 1e6)
        self._commit = Cost(median_ms=timings["sf_commit_ms"], sigma=0.2)
        self._composite = Cost(median_ms=timings["sf_composite_ms"], sigma=0.2)
        self._late = Cost(median_ms=timings["sf_late_ms"], sigma=0.2)
        self._late_chance = timings["sf_late_chance"]
        self.layers: dict[int, SurfaceLayer] = {}
        self._next_layer = 1 + rng.randrange(200, 400)
        self._queue: list[Transaction] = []
        self._scheduled = False
        self._last_target_ns = 0
        self._last_vsync_ns = 0
        self.note: Callable[..., None] = lambda _event, **_facts: None
        """Writes a fact to the truth."""
        self.further: Callable[[], int] = lambda: 0
        """Draws further composition work, ns."""

    def add_layer(
        self,
        base: str,
        owner_pid: int,
        package: str,
        kind: str,
        parent: int | None = None,
        *,
        has_buffer: bool = False,
    ) -> SurfaceLayer:
        """Create a layer with the next sequence number."""
        layer = SurfaceLayer(self._next_layer, base, owner_pid, package, kind, parent, has_buffer)
        if self._counts_names:
            taken = {one.number for one in self.layers.values() if one.base == base}
            layer.number = next(number for number in range(len(taken) + 1) if number not in taken)
        self._next_layer += 1
        self.layers[layer.id] = layer
        return layer

    def remove_layer(self, layer: SurfaceLayer) -> None:
        """Destroy a layer and all below it."""
        self.layers.pop(layer.id, None)
        for child in [one for one in self.layers.values() if one.parent_id == layer.id]:
            self.remove_layer(child)

    def timeline_rows(self, layer: SurfaceLayer) -> list[tuple[int, int, int]]:
        """Return what FrameTimeline keeps of a layer: desired, actual, ready."""
        return self._timeline.layer_rows(layer.id, layer.since_clear, self._kernel.now_ns)

    def submit(self, transaction: Transaction) -> None:
        """Take a transaction and wake for the next vsync."""
        self._queue.append(transaction)
        self._schedule()

    def _schedule(self) -> None:
        if self._scheduled:
            return
        self._scheduled = True
        period = self._panel.period_ns
        target = self._panel.vsync_at_or_after(
            max(self._kernel.now_ns + self.work_ns + 1, self._last_target_ns + period // 2)
        )
        self._last_target_ns = target
        self._kernel.at(target - self.work_ns, lambda: self._wake(target))

    def _wake(self, target_ns: int) -> None:
        token = self._tokens.give(target_ns - self.work_ns, target_ns, target_ns)
        self._thread.post(lambda: self._frame(token, target_ns))

    def _frame(self, token: Token, target_ns: int) -> Work:
        self._scheduled = False
        start = self._kernel.now_ns
        if self._last_vsync_ns >= target_ns:  # the previous frame missed its vsync and takes this one
            self._schedule()
            return
        names, thread = self._names, self._thread
        for name in names.commit:
            thread.begin(name.format(id=token.id, left=(target_ns - start) / 1e6), GFX)
        frames = self._apply(start, target_ns)
        yield self._commit.draw(self._rng)
        if frames and names.nested:
            yield from self._composited(token, start, target_ns, frames)
        for _ in names.commit:
            thread.end(GFX)
        if self._queue:
            self._schedule()
        if frames and not names.nested:
            yield from self._composited(token, start, target_ns, frames)

    def _composited(self, token: Token, start: int, target_ns: int, frames: list[SurfaceFrame]) -> Work:
        thread = self._thread
        thread.begin(self._names.composite.format(id=token.id), GFX)
        late = (
            self._late.draw(self._rng) if self._late_chance and self._rng.random() < self._late_chance else 0
        )
        if late:
            self.note("compositor", time_ns=self._kernel.now_ns, cost_ns=late)
        yield self._composite.draw(self._rng) + late + self.further()
        self._compose(token, start, target_ns, frames)
        thread.end(GFX)

    def _apply(self, now: int, target_ns: int) -> list[SurfaceFrame]:
        """Apply all ready transactions; return the frames of their layers, dropped ones too."""
        frames: list[SurfaceFrame] = []
        blocked: set[str] = set()
        latched: dict[int, SurfaceFrame] = {}
        waiting: list[Transaction] = []
        for transaction in self._queue:
            layer = transaction.buffer_layer
            held = layer is not None and layer.backpressure and layer.id in latched
            if transaction.queue in blocked or held or not self._ready(transaction, now, target_ns):
                blocked.add(transaction.queue)
                waiting.append(transaction)
                continue
            for frame in transaction.frames:
                if frame.is_buffer:
                    self._latch(frame, latched, now)
                self._add(frames, frame)
            if transaction.on_latch is not None:
                transaction.on_latch(now)
        self._queue = waiting
        for frame in latched.values():
            frame.layer.last_latch_ns = now
        return frames

    def _latch(self, frame: SurfaceFrame, latched: dict[int, SurfaceFrame], now: int) -> None:
        earlier = latched.get(frame.layer.id)
        if earlier is not None:
            earlier.dropped_ns, earlier.present_type, earlier.on_time = now, DROPPED, False
            self._on_drop(earlier)
        frame.previous_latch_ns = frame.layer.last_latch_ns
        latched[frame.layer.id] = frame

    def _add(self, frames: list[SurfaceFrame], frame: SurfaceFrame) -> None:
        """Add a frame; of frames without buffer, those of one layer and token are one."""
        if frame.token is not None:
            frame.prediction_expired = self._tokens.expired(frame.token)
        if not frame.is_buffer:
            for same in [one for one in frames if one.layer is frame.layer]:
                same.superseded = True
                if same.token == frame.token:
                    frames.remove(same)
        frames.append(frame)

    def _ready(self, transaction: Transaction, now: int, target_ns: int) -> bool:
        """Whether its fence has signalled and its prediction is not for a later vsync (frameIsEarly)."""
        if transaction.ready_ns > now:
            return False
        token = transaction.token
        if token is None or self._tokens.expired(token):
            return True
        ahead = token.present_ns - target_ns
        return ahead < self._panel.period_ns // 2 or ahead >= _EARLY_LIMIT_NS

    def _compose(self, token: Token, start: int, target_ns: int, frames: list[SurfaceFrame]) -> None:
        now = self._kernel.now_ns
        vsync = self._panel.vsync_at_or_after(
            max(target_ns - self._panel.period_ns // 4, now + self._margin_ns)
        )
        self._last_vsync_ns = vsync
        present = self._panel.fence(vsync)
        frame = DisplayFrame(token, start, now, present, self._panel.period_ns, frames)
        self._timeline.set_present(frame, now)
        for surface in frames:
            if surface.is_buffer and not surface.dropped_ns:
                # Layer.cpp: without a fence the time of the vsync stands in, perfectly even
                known = present if self._timeline.fences else vsync
                surface.layer.presents.append((surface.post_ns, known, surface.ready_ns))
                surface.layer.since_clear += 1
                self._trace_buffer(surface, start, present)
        self._kernel.at(present, lambda: self._on_present(frame))

    def _trace_buffer(self, surface: SurfaceFrame, latch_ns: int, present_ns: int) -> None:
        if self._tracer.active:
            layer = surface.layer
            for kind, time in (
                (ACQUIRE_FENCE, surface.ready_ns),
                (LATCH, latch_ns),
                (PRESENT_FENCE, present_ns),
            ):
                if kind == PRESENT_FENCE and not self._timeline.fences:
                    continue
                self._tracer.buffer_event(BufferEvent(time, kind, layer.name, surface.number, surface.buffer))
