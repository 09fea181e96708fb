"""The services that run from boot: SurfaceFlinger, system_server, system UI, traced_probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.frametimeline import FrameTimeline
from devices.simulated.model.injection import Dispatcher
from devices.simulated.model.logs import Logs
from devices.simulated.model.surfaceflinger import SurfaceFlinger
from devices.simulated.model.system import System
from devices.simulated.model.tracer import GFX
from devices.simulated.model.truth import Truth
from devices.simulated.world import Clocks, Persona

if TYPE_CHECKING:
    from typing import TextIO

    from devices.simulated.model.threads import SimThread

_EPOCH_NS = 1_767_225_600_000_000_000
"""Wall clock at boot: fixed, so that runs repeat (2026-01-01T00:00:00Z)."""

_DISPLAY_ID = 4_619_827_259_835_644_672
"""Physical display id, as SurfaceFlinger names its counters."""
_SYSTEM_UID = 1000
_NOBODY_UID = 9999
_SYSTEM_UI_UID = 10_090
NATIVE = {name: f"/system/bin/{name}" for name in ("init", "surfaceflinger", "traced_probes")}
"""Command lines of native processes, by name."""
BARS = ("NavigationBar0", "StatusBar")


class Services:
    """What stands behind all apps.

    Args:
        persona: Which phone.
        seed: Seed of all noise.
        truth: The truth file, None for none.
    """

    def __init__(self, persona: Persona, seed: int, truth: TextIO | None) -> None:
        self.persona = persona
        self._sf_main: SimThread | None = None
        self.realtime_shift_ns = 0
        """By how much somebody has set the wall clock."""
        self.truth = Truth(truth)
        self.system = System(persona, seed, self._mode_changed, self.truth.write)
        kernel, spawn = self.system.kernel, self.system.spawn
        self._compositions = 0
        self._rng = self.system.stream("around")
        self.logs = Logs(lambda: self.clocks().realtime_ns)
        self.truth.write(
            "phone",
            persona=persona.name,
            seed=seed,
            android=persona.android,
            sdk=persona.sdk,
            suspended_ns=persona.suspended_ns,
            time_ns=kernel.now_ns,
        )
        self._mode_changed(kernel.now_ns, self.system.panel.period_ns)
        spawn("init", 0)
        self.surfaceflinger, sf_main = spawn("surfaceflinger", _SYSTEM_UID)
        self._sf_main = sf_main
        self.server, _ = spawn("system_server", _SYSTEM_UID)
        self.probes, _ = spawn("traced_probes", _NOBODY_UID)
        self.system_ui, _ = spawn("com.android.systemui", _SYSTEM_UI_UID)
        self.binder = self._server_thread(f"binder:{self.server.pid}_4")
        self.windows = self._server_thread("android.display")
        self.dispatcher = Dispatcher(self.system, self._server_thread("InputDispatcher"), self.truth)
        self.reader_thread = self._server_thread("InputReader")
        self.system.surfaceflinger = self._compositor(sf_main)
        self.system.surfaceflinger.note = self.truth.write
        self.system.surfaceflinger.further = self._further_composition
        for name in BARS:
            owner = self.system_ui
            self.system.surfaceflinger.add_layer(name, owner.pid, owner.name, "other", has_buffer=True)

    def _server_thread(self, name: str) -> SimThread:
        return self.system.thread(self.server, name)

    def _compositor(self, thread: SimThread) -> SurfaceFlinger:
        system = self.system
        return SurfaceFlinger(
            kernel=system.kernel,
            panel=system.panel,
            tokens=system.tokens,
            thread=thread,
            timeline=FrameTimeline(
                system.tracer,
                system.release,
                fences="present-fences" not in self.persona.lacks,
            ),
            tracer=system.tracer,
            timings=system.timings,
            rng=system.stream("surfaceflinger"),
            names=system.release.composition,
            counts_names=system.release.counts_layer_names,
            on_present=self.truth.presented,
            on_drop=self.truth.dropped,
        )

    def _further_composition(self) -> int:
        system = self.system
        around = system.around
        if not system.sliding or not around.compositor.median_ms:
            self._compositions = 0
            return 0
        self._compositions += 1
        if self._compositions % around.compositor_every:
            return 0
        cost = around.compositor.draw(self._rng)
        system.note("compositor", time_ns=system.kernel.now_ns, cost_ns=cost)
        return cost

    def _mode_changed(self, time_ns: int, period_ns: int) -> None:
        """Write it down; SurfaceFlinger sets its counters (DisplayDevice::setActiveMode)."""
        self.truth.write("mode", time_ns=time_ns, period_ns=period_ns)
        if self._sf_main is not None:
            self.system.kernel.at(max(time_ns, self.system.kernel.now_ns), self._trace_rate)

    def _trace_rate(self) -> None:
        thread, panel = self._sf_main, self.system.panel
        if thread is None:
            return
        tracer = self.system.tracer
        tracer.counter(thread, f"ActiveModeFPS -{_DISPLAY_ID}", round(panel.mode.refresh_hz), GFX)
        if self.system.release.render_rate:
            tracer.counter(thread, f"RenderRateFPS -{_DISPLAY_ID}", round(panel.render_hz), GFX)

    def clocks(self) -> Clocks:
        """Return all clocks at this instant."""
        now = self.system.kernel.now_ns
        return Clocks(now, now - self.persona.suspended_ns, _EPOCH_NS + now + self.realtime_shift_ns)

    def log_server(self, level: str, tag: str, message: str) -> None:
        """Write a line of logcat as system_server."""
        self.logs.write(self.server.pid, level, tag, message)
