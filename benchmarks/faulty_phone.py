"""A simulated phone on which things go wrong, and all that a run could leave behind on it or on this computer.

For benchmarks/soak.py and the tests of faults. It looks at the phone from inside, not by ADB, so that looking
neither counts as a step of the run nor depends on what is being checked.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.adb.inventory import connect
from devices.adb.server import AdbServer, adb_program
from devices.simulated.faults.host import FAULT_THREAD, AdbOnHost
from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.server import running_phone
from profiler.cli.sandbox import _environment, _free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.simulated.server import RunningPhone, SimulatedPhone

FOLDERS = ("/data/local/tmp", "/data/misc/perfetto-traces", "/data/misc/perfetto-configs", "/sdcard")
"""Where the shell may write on a phone."""
ALONE = {
    "ADB_USB": "0",
    "ADB_EMU": "0",
    "ADB_MDNS": "0",
    "ADB_MDNS_AUTO_CONNECT": "0",
    "ADB_MDNS_OPENSCREEN": "0",
}
"""What keeps an adb server away from real phones."""


@dataclass(frozen=True)
class Settled:
    """What a phone and a computer are like while no silky is at work."""

    settings: dict[str, dict[str, str]]
    services: dict[str, Any]
    files: frozenset[str]
    programs: frozenset[str]
    forwards: frozenset[str]
    children: frozenset[str]


@dataclass
class FaultyPhone:
    """The phone, its adb server, and the folder that is the home of both.

    Attributes:
        running: the phone.
        host: the adb server, for faults of other tools there.
        server: the same, to ask.
        home: holds silky's journals and adb's keys.
        truth: what the phone really did, JSON lines.
    """

    running: RunningPhone
    host: AdbOnHost
    server: AdbServer
    home: Path
    truth: Path
    before: Settled = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.settled()

    @property
    def serial(self) -> str:
        """The phone's serial number."""
        return self.running.serial

    def load(self, *faults: str) -> None:
        """Let these happen, counted from now."""
        self.running.load_faults(*faults, host=self.host)

    def settle(self) -> None:
        """Wait until other tools have done with the adb server, and see that the phone can be reached."""
        for thread in threading.enumerate():
            if thread.name.startswith(FAULT_THREAD):
                thread.join(30)
        self.reach()

    def calm(self) -> None:
        """Let nothing more happen, undo what may last, and see that the phone can be reached."""

        def still(phone: SimulatedPhone) -> None:
            phone.faults.by_chance(None)
            inside = phone.phone
            inside.files.full = False
            inside.tracing_fault = inside.trace_share = None

        self.running.replug()
        self.running.do(still)
        self.settle()

    def reach(self) -> None:
        """See that the adb server runs and has the phone."""
        self.server.ensure_running()
        connect(self.server, self.serial)

    def settled(self) -> Settled:
        """Look at all that a run could leave changed."""

        def look(phone: SimulatedPhone) -> dict[str, Any]:
            inside, world = phone.phone, phone.world
            state = inside.state
            return {
                "settings": {name: dict(table) for name, table in world.settings.items()},
                "services": {
                    "dnd": state.zen_mode,
                    "display mode": state.user_mode,
                    "compiled": dict(state.compile_filters),
                    "keyboard": world.ime().method_id,
                    "size": state.size_override,
                    "density": state.density_override,
                },
                "files": frozenset(f"{f}/{n}" for f in FOLDERS for n, _ in inside.files.list(f)),
                "programs": frozenset(" ".join(p.argv) or p.name for p in inside.processes.all())
                | {f"trace {run.name}" for run in inside.traces.values()},
                "reverse": frozenset(f"reverse tcp:{port}" for port in phone._reverse._rules),  # noqa: SLF001
            }

        seen = self.running.do(look)
        reverse = seen.pop("reverse")
        return Settled(**seen, forwards=self._forwards() | reverse, children=children(os.getpid()))

    def left(self) -> list[str]:
        """Return what is not as it was at the beginning, each a phrase; empty: nothing was left behind."""
        was, now = self.before, self.settled()
        found = []
        for table in sorted(was.settings.keys() | now.settings.keys()):
            a, b = was.settings.get(table, {}), now.settings.get(table, {})
            found += [
                f"setting {table}/{k}: {a.get(k)} -> {b.get(k)}"
                for k in sorted(a.keys() | b.keys())
                if a.get(k) != b.get(k)
            ]
        found += [
            f"{k}: {was.services[k]} -> {now.services[k]}"
            for k in was.services
            if was.services[k] != now.services[k]
        ]
        for name in ("files", "programs", "forwards", "children"):
            found += [f"{name}: {one}" for one in sorted(getattr(now, name) - getattr(was, name))]
        state = self.home / "state" / "silky"
        found += [f"journal: {path.name}" for path in sorted(state.glob("*.settings.json"))]
        return found

    def _forwards(self) -> frozenset[str]:
        self.server.ensure_running()
        return frozenset(self.server.query("host:list-forward").splitlines())


def children(pid: int) -> frozenset[str]:
    """Return the command lines of a process's children on this computer, adb servers apart.

    Each process is asked for its parent: a parent's own list (`/proc/PID/task/*/children`) may leave some out
    while others end (proc(5)).
    """
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            words = (process / "cmdline").read_bytes().split(b"\0") if parent == pid else []
        except OSError:
            continue
        line = b" ".join(words).decode("utf-8", "replace").strip()
        if line and "fork-server" not in line and "nodaemon" not in line:
            found.add(f"{process.name} {line}")
    return frozenset(found)


@contextmanager
def phone_beside(first: FaultyPhone, *, speed: float, seed: int) -> Iterator[FaultyPhone]:
    """Run another phone of the same kind in a thread, on the same adb server and with the same home."""
    truth = first.home / "truth-beside.jsonl"
    with truth.open("w", encoding="utf-8") as facts:
        world = build_world(load_persona("pixel-a14-120"), load_behaviours("demo"), seed=seed, truth=facts)
        with running_phone(world, speed=speed) as running:
            connect(first.server, running.serial)
            yield FaultyPhone(running, first.host, first.server, first.home, truth)


@contextmanager
def faulty_phone(
    home: Path, *, speed: float, seed: int, persona: str = "pixel-a14-120", apps: str = "demo"
) -> Iterator[FaultyPhone]:
    """Run a phone in a thread, and an adb server that may be ended and started; both are gone afterwards.

    In the block the environment names both, and `home` as the place of silky's journals.
    """
    home.mkdir(parents=True, exist_ok=True)
    server = AdbServer("127.0.0.1", _free_port())
    truth = home / "truth.jsonl"
    place = {"HOME": str(home), "TMPDIR": str(home), **ALONE}
    host = AdbOnHost(adb_program(), server.port, {**os.environ, **place})
    with truth.open("w", encoding="utf-8") as facts:
        world = build_world(load_persona(persona), load_behaviours(apps), seed=seed, truth=facts)
        with (
            running_phone(world, speed=speed) as running,
            _environment(
                **place,
                XDG_STATE_HOME=str(home / "state"),
                SILKY_ADB_SERVER=None,
                ADB_SERVER_SOCKET=None,
                ANDROID_ADB_SERVER_HOST=None,
                ANDROID_ADB_SERVER_ADDRESS=None,
                ANDROID_ADB_SERVER_PORT=str(server.port),
                ANDROID_SERIAL=running.serial,
            ),
        ):
            host.begin()
            try:
                connect(server, running.serial)
                yield FaultyPhone(running, host, server, home, truth)
            finally:
                host.end()
