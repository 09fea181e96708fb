"""Writes synthetic traces row by row. Times are ms after an origin; BOOTTIME runs 5 s ahead of MONOTONIC."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from profiler.analysis.interactions import Interaction, marked
from profiler.analysis.popup import measure_popup
from profiler.analysis.rounds import analyze_round
from profiler.analysis.scene import Scene, make_scene
from traces.capture import POPUP_MARK, PhoneState, PopupCapture, RoundCapture
from traces.health import TraceHealth
from traces.tables import (
    AsyncSliceTable,
    DisplayTable,
    FrameTable,
    JankType,
    MarkTable,
    PresentType,
    SliceTable,
)
from traces.trace import Clocks, Trace

if TYPE_CHECKING:
    from profiler.analysis.results import PopupResult, RoundResult

ORIGIN_NS = 1_000_000_000_000
SUSPENDED_NS = 5_000_000_000

APP, APP_PID = "com.example.chat", 4000
OTHER, OTHER_PID = "com.example.other", 4500
KEYBOARD, KEYBOARD_PID = "com.example.keyboard", 3000
SYSTEM, SYSTEM_PID = "system_server", 1200
DRIVER_PID = 5000

APP_LAYER = f"TX - {APP}/{APP}.MainActivity#120"
LEASH_LAYER = "TX - Surface(name=3f0ac2 InputMethod)/@0xdf1 - animation-leash of insets_animation#331"
KEYBOARD_LAYER = "TX - InputMethod#88"

NEVER = -1.0


def ns(ms: float) -> int:
    """BOOTTIME of a time of the synthetic trace."""
    return ORIGIN_NS + round(ms * 1e6)


def mono(ms: float) -> int:
    """MONOTONIC of a time of the synthetic trace."""
    return ns(ms) - SUSPENDED_NS


@dataclass
class Recording:
    """A trace in the making."""

    hz: float = 120.0
    modes_hz: tuple[float, ...] = (60.0, 120.0)
    steady_hz: float | None = None
    before_hz: float | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    display: list[dict[str, Any]] = field(default_factory=list)
    slices: list[dict[str, Any]] = field(default_factory=list)
    async_slices: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    health: TraceHealth = field(default_factory=TraceHealth)
    _token: int = 900
    _shown: dict[int, int] = field(default_factory=dict)
    _inputs: int = 0

    @property
    def period(self) -> float:
        """ms."""
        return 1000.0 / self.hz

    def token(self) -> int:
        """A fresh vsync id."""
        self._token += 1
        return self._token

    def shown_at(self, p: float, **changes: Any) -> int:
        """The token of the display frame whose present fence fired at p; made when it is new."""
        if ns(p) in self._shown and not changes:
            return self._shown[ns(p)]
        token = self._shown[ns(p)] = self.token()
        row = {
            "pid": 700,
            "display_token": token,
            "start_ns": ns(p - 5),
            "present_ns": ns(p),
            "present_type": PresentType.ON_TIME,
            "on_time_finish": True,
            "gpu_composition": False,
            "jank_type": JankType.NONE,
            "prediction_type": 1,
        }
        self.display.append(row | changes)
        return token

    def panel(self, first: float, last: float, period: float | None = None) -> None:
        """Display frames without rows of ours, evenly."""
        step = period or self.period
        for i in range(int((last - first) / step + 1.5)):
            self.shown_at(first + i * step)

    def row(
        self,
        p: float,
        layer: str,
        pid: int,
        process: str | None,
        *,
        start: float | None = None,
        ready: float | None = None,
        deadline: float | None = None,
        token: int | None = None,
        **changes: Any,
    ) -> int:
        """One actual surface frame on screen at p; ready 4 ms before its deadline if nothing else is said."""
        token = self.token() if token is None else token
        begun = p - 2 * self.period if start is None else start
        due = p - self.period if deadline is None else deadline
        row = {
            "pid": pid,
            "process": process,
            "layer_name": layer,
            "token": token,
            "display_token": self.shown_at(p),
            "actual_start_ns": ns(begun),
            "actual_end_ns": ns(due - 4 if ready is None else ready),
            "expected_start_ns": ns(begun),
            "expected_end_ns": ns(due),
            "display_present_ns": ns(p),
            "present_type": PresentType.ON_TIME,
            "on_time_finish": True,
            "gpu_composition": False,
            "jank_type": JankType.NONE,
            "prediction_type": 1,
            "is_buffer": True,
            "jank_severity_type": 1,
        }
        self.frames.append(row | changes)
        return token

    def slice(
        self,
        start: float,
        dur: float,
        name: str,
        *,
        pid: int = APP_PID,
        tid: int | None = None,
        thread: str = "main",
        depth: int = 0,
    ) -> None:
        """One thread slice; `NEVER` as duration for one that never ended."""
        process = {APP_PID: APP, OTHER_PID: OTHER, KEYBOARD_PID: KEYBOARD}.get(pid)
        self.slices.append(
            {
                "pid": pid,
                "process": process,
                "tid": pid if tid is None else tid,
                "thread": thread,
                "start_ns": ns(start),
                "dur_ns": -1 if dur == NEVER else round(dur * 1e6),
                "depth": depth,
                "name": name,
            }
        )

    def do_frame(
        self,
        token: int,
        start: float,
        dur: float = 6.0,
        *,
        pid: int = APP_PID,
        traversal: bool = True,
        layout: bool = False,
        insets: bool = False,
    ) -> None:
        """A doFrame of a main thread with its parts."""
        self.slice(start, dur, f"Choreographer#doFrame {token}", pid=pid)
        if insets:
            self.slice(start + 0.2, 0.4, "insets_animation", pid=pid, depth=1)
        if traversal:
            self.slice(start + 1, dur - 1.5, "traversal", pid=pid, depth=1)
            if layout:
                self.slice(start + 1.2, dur - 3, "layout", pid=pid, depth=2)

    def app_frame(
        self,
        p: float,
        *,
        start: float | None = None,
        traversal: bool = True,
        layout: bool = False,
        insets: bool = False,
        **changes: Any,
    ) -> int:
        """One buffer of the app with its doFrame, and its DrawFrames on the RenderThread."""
        begun = p - 2 * self.period if start is None else start
        token = self.row(p, APP_LAYER, APP_PID, APP, start=begun, **changes)
        self.do_frame(token, begun, traversal=traversal, layout=layout, insets=insets)
        self.slice(begun + 5, 4.0, f"DrawFrames {token}", tid=APP_PID + 9, thread="RenderThread")
        return token

    def leash(self, p: float, **changes: Any) -> int:
        """One step of the keyboard's slide, booked under system_server."""
        return self.row(p, LEASH_LAYER, SYSTEM_PID, SYSTEM, is_buffer=False, **changes)

    def keyboard_frame(self, p: float, **changes: Any) -> int:
        """One buffer of the keyboard."""
        return self.row(p, KEYBOARD_LAYER, KEYBOARD_PID, KEYBOARD, **changes)

    def event(self, at: float, event_time: float, source: int = 0x1002, pid: int = APP_PID) -> None:
        """One input event delivered to a main thread; its id differs each time."""
        self._inputs += 1
        event = f"eventTimeNano={mono(event_time)} id=0x{0xA000 + self._inputs:x}"
        name = f"deliverInputEvent src=0x{source:x} {event}"
        self.slice(at, 0.5, name, pid=pid)

    def press(self, up: float, *, held: float = 60.0, delay: float = 2.0, pid: int = APP_PID) -> None:
        """A finger that goes down and, `held` later, up at `up`; delivered `delay` later."""
        self.event(up - held + delay, up - held, pid=pid)
        self.event(up + delay, up, pid=pid)

    def slide(self, start: float, end: float, *, synchronised: bool = True, pid: int = APP_PID) -> None:
        """The slide slice; `NEVER` as end for one that never ended."""
        name = "InsetsAnimation: ime" if synchronised else "InsetsAsyncAnimation: ime"
        dur = -1 if end == NEVER else ns(end) - ns(start)
        self.async_slices.append(
            {"pid": pid, "process": None, "cookie": 1, "start_ns": ns(start), "dur_ns": dur, "name": name}
        )

    def mark(self, at: float, value: int) -> None:
        """The driver's counter."""
        self.marks.append({"pid": DRIVER_PID, "time_ns": ns(at), "name": POPUP_MARK, "value": value})

    def surfaceflinger(self, at: float = 0.0) -> None:
        """A slice of SurfaceFlinger's own: its `gfx` category was traced."""
        self.slice(at, 1.0, "commit 77 vsyncIn 5.1ms", pid=700, thread="surfaceflinger")

    def rate(self, at: float, hz: int, name: str = "ActiveModeFPS -4619827") -> None:
        """SurfaceFlinger's counter of the panel's rate."""
        self.marks.append({"pid": 700, "time_ns": ns(at), "name": name, "value": hz})

    def trace(self) -> Trace:
        """The trace as a decoder would hand it on."""

        def columns(rows: list[dict[str, Any]], table: Any) -> Any:
            ordered = sorted(rows, key=lambda r: r.get("start_ns", r.get("actual_start_ns", 0)))
            return (
                table.from_columns({k: [r[k] for r in ordered] for k in ordered[0]})
                if rows
                else table.empty()
            )

        return Trace(
            path=Path("synthetic.perfetto-trace"),
            frames=columns(self.frames, FrameTable),
            display=columns(self.display, DisplayTable),
            slices=columns(self.slices, SliceTable),
            async_slices=columns(self.async_slices, AsyncSliceTable),
            marks=columns(self.marks, MarkTable),
            processes={APP_PID: APP, OTHER_PID: OTHER, KEYBOARD_PID: KEYBOARD, SYSTEM_PID: SYSTEM},
            clocks=Clocks(
                boottime_ns=np.array([ORIGIN_NS - 10**9]),
                monotonic_ns=np.array([ORIGIN_NS - 10**9 - SUSPENDED_NS]),
                realtime_ns=np.array([10**18]),
            ),
            health=self.health,
        )

    def scene(self) -> Scene:
        """The app in the trace."""
        made = make_scene(
            self.trace(),
            APP,
            keyboard=KEYBOARD,
            modes_hz=self.modes_hz,
            active_hz=self.hz,
            steady_hz=self.steady_hz,
            before_hz=self.before_hz,
        )
        assert made is not None
        return made

    def interactions(self) -> list[Interaction]:
        """The marked interactions."""
        scene = self.scene()
        return marked(scene.trace.marks, scene.inputs, scene.trace.clocks)

    def popup(self, number: int = 1) -> PopupResult:
        """The pop-up with that number, measured."""
        scene = self.scene()
        one = next(
            i for i in marked(scene.trace.marks, scene.inputs, scene.trace.clocks) if i.number == number
        )
        return measure_popup(scene, one, app="chat", round_number=1, attempt=1)

    def round(self, count: int = 1, **changes: Any) -> RoundResult:
        """The round, measured."""
        return analyze_round(
            capture(count, **changes), self.trace(), modes_hz=self.modes_hz, active_hz=self.hz
        )


def state(**changes: Any) -> PhoneState:
    """A phone in order."""
    return PhoneState(
        **(
            {
                "ime_id": f"{KEYBOARD}/.Service",
                "ime_shown": False,
                "refresh_hz": 120.0,
                "thermal_status": 0,
                "focused_window": "Window{1 u0 chat}",
                "app_pid": APP_PID,
            }
            | changes
        )
    )


def capture(count: int = 1, **changes: Any) -> RoundCapture:
    """What the driver wrote of a round of `count` pop-ups."""
    popups = tuple(
        PopupCapture(k, 540, 2200, 60, shown_before=False, shown_after=True) for k in range(1, count + 1)
    )
    facts = {
        "folder": "001-chat-r1-a1",
        "app": "chat",
        "package": APP,
        "round": 1,
        "attempt": 1,
        "trace": "trace.pftrace",
        "trace_sha256": None,
        "popups": popups,
        "before": state(),
        "after": state(),
    }
    return RoundCapture(**(facts | changes))


T = 1000.0 / 120.0
"""ms; the period of the examples at 120 Hz."""

STEPS = 33
"""Leash steps of the worked example: 40.0 ... 315.0 at 120 Hz."""


def step(i: float, t0: float = 1000.0, first: float = 40.0) -> float:
    """The i-th vsync of the example's slide."""
    return t0 + first + i * T


def example(
    *,
    skipped: tuple[int, ...] = (3, 4),
    synchronised: bool = True,
    t0: float = 1000.0,
    number: int = 1,
    rec: Recording | None = None,
    leash: bool = True,
) -> Recording:
    """The worked example of docs/metrics.md section 4: a press at t0, leash times 40.0 ... 315.0 after it."""
    rec = rec or Recording()
    rec.mark(t0 - 200, number)
    rec.press(t0)
    rec.slide(step(0, t0) - 18, step(STEPS, t0) + 3, synchronised=synchronised)
    if leash:
        for i in range(STEPS + 1):
            if i not in skipped:
                rec.leash(step(i, t0))
    return rec


def approx_ms(value: float) -> Any:
    """Equal within 1 us."""
    import pytest

    return pytest.approx(value, abs=0.001)
