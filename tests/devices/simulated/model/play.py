"""Plays small scenes on a simulated phone."""

from __future__ import annotations

import io
import json

from devices.simulated.model import SimulatedPhone, build_world, load_behaviours, load_persona
from devices.simulated.model.behaviour import AppBehaviour, Behaviours
from devices.simulated.world import DataSource, MotionAction, TraceConfig, ViewNode
from tests.devices.simulated.model.reader import Trace, read

PIXEL, EMULATOR = "pixel-a14-120", "emulator-a13-60"
MS = 1_000_000
SECOND = 1_000 * MS
BACK = 4
WRITE_NS = 10_000
"""Lines of the trace may lag this much behind what they mark, since a thread writes them one by one."""

FRAMETIMELINE = DataSource("android.surfaceflinger.frametimeline")


def atrace(
    *apps: str,
    categories: tuple[str, ...] = ("gfx", "view", "input", "wm", "am"),
    events: tuple[str, ...] = (),
):
    return DataSource("linux.ftrace", events, categories, apps)


FULL = TraceConfig(
    (
        atrace("*", events=("ftrace/print", "sched/sched_switch")),
        FRAMETIMELINE,
        DataSource("android.surfaceflinger.frame"),
        DataSource("linux.process_stats", scan_processes_on_start=True),
        DataSource("android.packages_list"),
    )
)


class Scene:
    """A phone with one app in front."""

    def __init__(
        self,
        package: str,
        persona: str = PIXEL,
        seed: int = 1,
        behaviours: Behaviours | str = "demo",
        start: bool = True,
        without: tuple[str, ...] = (),
    ) -> None:
        self._truth = io.StringIO()
        loaded = load_behaviours(behaviours) if isinstance(behaviours, str) else behaviours
        self.phone: SimulatedPhone = build_world(
            load_persona(persona, without), loaded, seed=seed, truth=self._truth
        )
        self.package = package
        if start:
            drawn: list[int] = []
            assert self.phone.start_activity(package, lambda: drawn.append(self.phone.now_ns))
            self.wait(1_500)
            assert drawn

    def wait(self, ms: float) -> None:
        self.phone.advance_to(self.phone.now_ns + int(ms * MS))

    def node(self, resource: str) -> ViewNode:
        return next(n for n in walk(self.phone.view_tree()) if n.resource_id.endswith(f"/{resource}"))

    def tap(self, node: ViewNode) -> None:
        left, top, right, bottom = node.bounds
        self.tap_at((left + right) / 2, (top + bottom) / 2)

    def tap_at(self, x: float, y: float) -> None:
        phone = self.phone
        phone.inject_motion(
            MotionAction.DOWN, x, y, lambda: phone.inject_motion(MotionAction.UP, x, y, lambda: None)
        )

    def tap_field(self) -> None:
        self.tap(next(n for n in walk(self.phone.view_tree()) if n.editable))

    def show(self, wait_ms: float = 1_500) -> None:
        self.tap_field()
        self.wait(wait_ms)

    def hide(self, wait_ms: float = 1_000) -> None:
        self.phone.inject_key(BACK, lambda: None)
        self.wait(wait_ms)

    def traced_show(self, config: TraceConfig = FULL, wait_ms: float = 1_500) -> Trace:
        session = self.phone.start_trace(config)
        self.wait(200)
        self.show(wait_ms)
        return read(session.stop())

    @property
    def period(self) -> int:
        return self.phone.system.panel.period_ns

    def truth(self, event: str, **match: object) -> list[dict]:
        rows = [json.loads(line) for line in self._truth.getvalue().splitlines()]
        return [r for r in rows if r["type"] == event and all(r[k] == v for k, v in match.items())]

    def truth_text(self) -> str:
        return self._truth.getvalue()


def walk(node: ViewNode):
    yield node
    for child in node.children:
        yield from walk(child)


def app(**more: object) -> Behaviours:
    """Behaviours with one app, sim.test.app."""
    return Behaviours(
        version=1, apps=(AppBehaviour.model_validate({"package": "sim.test.app", "label": "Test", **more}),)
    )
