"""The phone as its userland sees it: the world inside, and the state that only shells and services have."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import TRACES, FileSystem, Special
from devices.simulated.userland.processes import ProcessTable
from devices.simulated.userland.procfs import process_file
from devices.simulated.userland.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.adbd.connection import Handler
    from devices.simulated.adbd.stream import Stream
    from devices.simulated.userland.clock import PhoneClock
    from devices.simulated.world import TraceSession, World

VOLATILE = ("debug.", "log.", "dumpstate.", "sys.usb.", "vendor.debug.", "security.")
"""How properties begin that the shell may set and that a restart forgets."""
_UNLINKS_TRACES = 30
"""Level from which the shell may remove traces."""

# Costs in ms of what the shell starts, used where the persona's timings do not name them. The persona is the
# place
# to change them; none is measured on a phone, and no result depends on more than their order of magnitude.
_COSTS_MS = {
    "process_start": 4.0,
    "input_command": 25.0,
    "service_call": 8.0,
    "dumpsys": 20.0,
    "app_process_start": 450.0,
    "rpc": 3.0,
    "trace_start": 120.0,
    "trace_stop": 150.0,
    "screencap": 180.0,
    "install": 900.0,
    "reboot": 20_000.0,
}


class TracingFault(Enum):
    """Why `perfetto` can't be used for a while."""

    MISSING = "missing"
    """There is no such program."""
    BUSY = "busy"
    """traced has as many sessions as it allows."""
    REFUSED = "refused"
    """traced's socket can't be reached."""


@dataclass(slots=True)
class TraceRun:
    """A tracing session that a perfetto process holds."""

    pid: int
    session: TraceSession
    name: str
    started_ns: int
    duration_ms: int


@dataclass(slots=True)
class ServiceState:
    """Switches of system services that the model has no part in, as their commands left them."""

    thermal_override: int | None = None
    zen_mode: str = "0"
    """Settings.Global.ZEN_MODE_*, which the notification service keeps."""
    fixed_performance: bool = False
    battery_unplugged: bool = False
    user_mode: tuple[int, int, float] | None = None
    clipboard: str = ""
    size_override: tuple[int, int] | None = None
    density_override: int | None = None
    compile_filters: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By package: filter and reason."""


class Phone:
    """Everything a command can reach.

    Args:
        world: The inside of the phone.
        clock: The phone's clock.
    """

    def __init__(self, world: World, clock: PhoneClock) -> None:
        self.world = world
        self.clock = clock
        self.files = FileSystem(lambda: world.clocks().realtime_ns // 1_000_000_000)
        self.files.traces_removable = world.persona.sdk >= _UNLINKS_TRACES
        self.processes = ProcessTable()
        self.traces: dict[int, TraceRun] = {}
        self.steps = Steps()
        self.tracing_fault: TracingFault | None = None
        self.trace_share: float | None = None
        """How much of the next trace's file is written, 0 ... 1; None: all."""
        self.boots = 1
        """How often it has been started."""
        self.booting = False
        """adbd answers already, system_server does not."""
        self.ports: dict[int, Handler] = {}
        """TCP ports on the phone's loopback and what listens there."""
        self.sockets: dict[str, Handler] = {}
        """Names of abstract Unix sockets and what listens there."""
        self.connect: Callable[[int], Stream | None] = lambda _port: None
        """Opens a stream to a TCP port that leads out of the phone, None where nothing listens."""
        self.state = ServiceState()
        self.hwui_epoch: dict[int, int] = {}
        """MONOTONIC time of the last gfxinfo reset, by pid."""
        self.latency_cleared: dict[int, int] = {}
        """MONOTONIC time of the last --latency-clear, by layer id."""
        self.disabled_methods: set[str] = set()
        """Keyboards that `ime disable` switched off."""
        self.log_cleared_ns = 0
        """REALTIME of the last logcat -c."""
        self.on_reboot: Callable[[], None] = lambda: None
        self._install_kernel_files()

    def restarted(self) -> None:
        """Lose what lies in memory only; files, settings and `persist.` properties stay."""
        self.boots += 1
        self.traces.clear()
        table = self.world.properties
        for name in [name for name in table if name.startswith(VOLATILE)]:
            del table[name]
        self.state.thermal_override = None
        self.state.fixed_performance = self.state.battery_unplugged = False
        self.state.clipboard = ""
        self.hwui_epoch.clear()
        self.latency_cleared.clear()
        self.log_cleared_ns = self.world.clocks().realtime_ns

    def cost_ns(self, name: str) -> int:
        """Return a named cost of the persona, ns."""
        timings = self.world.persona.timings
        return int(timings.get(name, _COSTS_MS.get(name, 0.0)) * 1e6)

    async def spend(self, name: str) -> None:
        """Let a named cost pass on the phone's clock."""
        await self.clock.sleep(self.cost_ns(name))

    def _install_kernel_files(self) -> None:
        closed = "trace-marker" in self.world.persona.lacks
        marker = Special(lambda: b"", None, 0o220) if closed else Special(lambda: b"", self._mark, 0o222)
        for root in ("/sys/kernel/tracing", "/sys/kernel/debug/tracing"):
            self.files.install(f"{root}/trace_marker", marker)
        for name in ("uinput", "uhid"):
            closed = name in self.world.persona.lacks
            self.files.install(f"/dev/{name}", Special(lambda: b"", None, 0o000 if closed else 0o660))
        self.files.install("/proc/uptime", Special(self._uptime))
        self.files.install("/proc/sys/kernel/random/boot_id", Special(self._boot_id))
        self.files.install("/proc/version", Special(lambda: b"Linux version 5.10.0-simulated\n"))
        self.files.make_directories(TRACES)
        self.files.made_up = lambda path: process_file(path, self.world)

    def _mark(self, pid: int, data: bytes) -> None:
        for line in data.decode("utf-8", "replace").splitlines():
            if line:
                self.world.trace_marker(pid, line)

    def _boot_id(self) -> bytes:
        """Return another id after each restart (drivers/char/random.c)."""
        return f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{self.world.persona.name} {self.boots}')}\n".encode()

    def _uptime(self) -> bytes:
        seconds = self.world.clocks().boottime_ns / 1e9
        return f"{seconds:.2f} {seconds * 4:.2f}\n".encode()
