"""What all processes share: clock, panel, compositor, graphics, noise, and state that changes costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.choreographer import VsyncSource
from devices.simulated.model.display import Panel, Tokens
from devices.simulated.model.hwui import Gpu
from devices.simulated.model.kernel import Kernel
from devices.simulated.model.load import Loads
from devices.simulated.model.noise import stream
from devices.simulated.model.release import Release
from devices.simulated.model.threads import Cpus, Machine, ProcessState, SimThread
from devices.simulated.model.tracer import Tracer
from devices.simulated.model.trouble import QUIET

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from devices.simulated.model.surfaceflinger import SurfaceFlinger
    from devices.simulated.model.trouble import Around
    from devices.simulated.world import Persona


class System:
    """The shared part of the phone.

    Args:
        persona: Which phone.
        seed: Seed of all noise.
        on_mode: Called with time and period when the panel's mode changes.
        note: Writes a fact to the truth.

    Attributes:
        release: What the Android release does.
        around: What goes on around the app in front.
        sliding: Whether a slide runs.
    """

    surfaceflinger: SurfaceFlinger

    def __init__(
        self,
        persona: Persona,
        seed: int,
        on_mode: Callable[[int, int], None],
        note: Callable[..., None] = lambda _event, **_facts: None,
    ) -> None:
        self.persona = persona
        self.release = Release(persona.sdk, persona.flags, persona.sdk_minor)
        self.seed = seed
        self.timings = dict(persona.timings)
        self.kernel = Kernel(persona.boot_age_ns)
        self.tracer = Tracer(self.kernel)
        self.panel = Panel(
            self.kernel,
            persona.modes,
            persona.active_mode,
            self.stream("panel"),
            jitter_ns=self.timings["present_jitter_us"] * 1e3,
            on_change=on_mode,
        )
        tokens = self.stream("tokens")
        self.tokens = Tokens(
            tokens, tokens.randrange(150_000, 250_000), self.timings["prediction_error_chance"]
        )
        self.gpu = Gpu(self.kernel)
        self.machine = Machine(
            self.kernel, self.tracer, Cpus(), self.stream("wake"), self.timings["thread_wake_us"] * 1e3
        )
        self.note = note
        self.around: Around = QUIET
        self.sliding = False
        self.loads = Loads(self)
        self._last_binder_id = 41_000
        self.processes: dict[int, ProcessState] = {}
        self._pids = self.stream("pids")
        self._next_pid = 300
        self.thermal_status = 0
        self.ui_automation = False
        self._app_work_ns = int(self.timings["app_work_ms"] * 1e6)
        self._sf_work_ns = int(self.timings["sf_work_ms"] * 1e6)

    def stream(self, name: str) -> random.Random:
        """Return a named random stream."""
        return stream(self.seed, name)

    # processes and threads
    def new_pid(self) -> int:
        """Return a fresh id; processes and threads share them."""
        self._next_pid += self._pids.randrange(1, 4)
        return self._next_pid

    def spawn(self, name: str, uid: int) -> tuple[ProcessState, SimThread]:
        """Start a process; return it with its main thread."""
        pid = self.new_pid()
        process = ProcessState(pid, uid, name)
        self.processes[pid] = process
        main = SimThread(self.machine, process, pid, name[-15:])
        self._born(main)
        return process, main

    def thread(self, process: ProcessState, name: str) -> SimThread:
        """Start a thread in a process."""
        thread = SimThread(self.machine, process, self.new_pid(), name)
        self._born(thread)
        return thread

    def _born(self, thread: SimThread) -> None:
        for event in ("newtask", "rename"):
            self.tracer.task(thread.process.pid, thread.tid, thread.name, event)

    def kill(self, process: ProcessState) -> None:
        """End a process."""
        process.alive = False
        for tid, name in process.threads.items():
            self.tracer.task(process.pid, tid, name, "exit")
        self.processes.pop(process.pid, None)

    def binder_id(self) -> int:
        """Return the number of the next binder transaction."""
        self._last_binder_id += 1
        return self._last_binder_id

    # vsync
    def app_source(self) -> VsyncSource:
        """Return the offsets of the apps' vsync."""
        return VsyncSource(self._app_work_ns + self._sf_work_ns, self._sf_work_ns)

    def sf_source(self) -> VsyncSource:
        """Return the offsets of Choreographer.getSfInstance(): one period before SurfaceFlinger wakes."""
        return VsyncSource(self.panel.period_ns + self._sf_work_ns, self._sf_work_ns)

    def buffer_count(self) -> int:
        """Return how many buffers a window gets at this refresh rate."""
        depth = -(-(self._app_work_ns + self._sf_work_ns) // self.panel.period_ns)
        return max(1, depth - 1) + 2

    # what changes costs
    def thermal_factor(self) -> float:
        """Return how much slower the phone is at its thermal status."""
        if self.thermal_status < 2:
            return 1.0
        return self.timings[f"thermal_factor_{min(self.thermal_status, 4)}"]

    def cpu_factor(self) -> float:
        """Return the factor on all CPU work."""
        return self.timings["cpu_factor"] * self.thermal_factor()

    def accessibility_factor(self) -> float:
        """Return the factor on layout while accessibility trees are built."""
        return self.timings["accessibility_factor"] if self.ui_automation else 1.0
