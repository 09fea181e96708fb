"""A small world for tests of the phone's face: a clock, one app, one keyboard, everything recorded."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from devices.simulated.model.evdev import Evdev
from devices.simulated.world import (
    Clocks,
    DisplayMode,
    Done,
    HwuiFrame,
    ImeRequest,
    ImeState,
    Layer,
    LayerPresent,
    LogLine,
    MotionAction,
    PackageInfo,
    Persona,
    Process,
    ReaderDevice,
    TraceConfig,
    ViewNode,
    WindowInfo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHAT = "com.example.chat"
KEYBOARD = "com.example.keyboard/.Ime"
OTHER_KEYBOARD = "com.example.other/.Ime"
BOOT_NS = 1_000_000_000_000
SUSPENDED_NS = 40_000_000_000
REALTIME_NS = 1_770_000_000_123_456_789
HANDLING_NS = 5_000_000
MS = 1_000_000


def persona(sdk: int = 34, **changes: object) -> Persona:
    base = Persona(
        name="test",
        android="14" if sdk >= 34 else "13",
        sdk=sdk,
        build_type="user",
        model="Test Phone",
        manufacturer="Silky",
        fingerprint="silky/test/test:14/X/1:user/release-keys",
        is_emulator=False,
        width=1080,
        height=2400,
        density=420,
        modes=(DisplayMode(1, 1080, 2400, 60.0), DisplayMode(2, 1080, 2400, 120.0)),
        active_mode=2,
        suspended_ns=SUSPENDED_NS,
        boot_age_ns=BOOT_NS,
        properties={"ro.product.device": "testphone"},
        timings={"process_start": 1.0, "input_command": 10.0, "dumpsys": 5.0, "app_process_start": 50.0},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def frame(start: int, *, late: bool = False, flags: int = 0) -> HwuiFrame:
    interval = 8_333_333
    done = start + (30 if late else 6) * MS
    return HwuiFrame(
        flags=flags,
        vsync_id=start // 1000 % 100_000,
        intended_vsync=start,
        vsync=start,
        input_event_id=0,
        handle_input_start=start + 100_000,
        animation_start=start + 200_000,
        perform_traversals_start=start + 300_000,
        draw_start=start + 900_000,
        deadline=start + 2 * interval,
        frame_start=start + 50_000,
        interval=interval,
        sync_queued=start + 2 * MS,
        sync_start=start + 2 * MS + 100_000,
        issue_draw_start=start + 3 * MS,
        swap_buffers=done - 2 * MS,
        frame_completed=done,
        dequeue_duration=20_000,
        queue_duration=30_000,
        gpu_completed=done,
        swap_completed=done - MS,
        command_submission_completed=done - 2 * MS,
    )


@dataclass
class FakeTrace:
    config: TraceConfig
    stopped: bool = False

    def stop(self) -> bytes:
        self.stopped = True
        return b"trace:" + ",".join(source.name for source in self.config.data_sources).encode()


@dataclass
class FakeWorld:
    """Implements the World protocol; what was done to it is kept in `did`."""

    persona: Persona = field(default_factory=persona)
    properties: dict[str, str] = field(default_factory=dict)
    settings: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"global": {"animator_duration_scale": "1.0"}, "secure": {}, "system": {}}
    )
    screen_on: bool = True
    locked: bool = False
    thermal_status: int = 0
    rotation: int = 0
    battery: dict[str, int | bool] = field(
        default_factory=lambda: {
            "level": 83,
            "temperature": 287,
            "ac": False,
            "usb": True,
            "wireless": False,
            "status": 2,
        }
    )
    did: list[tuple[object, ...]] = field(default_factory=list)
    text: str = ""
    shown: bool = False
    running: bool = True
    method: str = KEYBOARD
    mode: float = 120.0
    frames: dict[str, list[HwuiFrame]] = field(default_factory=dict)
    presents: list[LayerPresent] = field(default_factory=list)
    cleared_layers: list[int] = field(default_factory=list)
    lines: list[LogLine] = field(default_factory=list)
    traces: list[FakeTrace] = field(default_factory=list)
    installed: dict[str, PackageInfo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = self.persona.boot_age_ns
        self._queue: list[tuple[int, int, Done]] = []
        self._order = itertools.count()
        self._pids = itertools.count(9000)
        self.kernel_input = Evdev(lambda: self.clocks().monotonic_ns)
        self.troubles: list[str] = []

    # clock
    @property
    def now_ns(self) -> int:
        return self.now

    def clocks(self) -> Clocks:
        since = self.now - self.persona.boot_age_ns
        return Clocks(self.now, self.now - self.persona.suspended_ns, REALTIME_NS + since)

    def next_event_ns(self) -> int | None:
        return self._queue[0][0] if self._queue else None

    def advance_to(self, boottime_ns: int) -> None:
        while self._queue and self._queue[0][0] <= boottime_ns:
            due, _, action = heapq.heappop(self._queue)
            self.now = max(self.now, due)
            action()
        self.now = max(self.now, boottime_ns)

    def call_at(self, boottime_ns: int, action: Done) -> None:
        heapq.heappush(self._queue, (boottime_ns, next(self._order), action))

    # input
    def _handle(self, done: Done) -> None:
        self.call_at(self.now + HANDLING_NS, done)

    def inject_motion(self, action: MotionAction, x: float, y: float, done: Done) -> None:
        self.did.append(("motion", action.value, x, y, self.now))
        if action is MotionAction.UP and 2000 <= y <= 2120:
            self.shown = True
        self._handle(done)

    def inject_key(self, keycode: int, done: Done) -> None:
        self.did.append(("key", keycode, self.now))
        if keycode in (26, 224):
            self.screen_on = keycode == 224 or not self.screen_on
        self._handle(done)

    def inject_text(self, text: str, done: Done) -> None:
        self.did.append(("text", text, self.now))
        self.text += text
        self._handle(done)

    def reader_devices(self) -> Sequence[ReaderDevice]:
        return [
            ReaderDevice(number + 1, number, spec, 0x35 in spec.axes, False, (), 0)
            for number, spec in self.kernel_input.devices().items()
        ]

    def set_text(self, node_bounds: tuple[int, int, int, int], text: str) -> bool:
        if node_bounds != (40, 2000, 900, 2120):
            return False
        self.text = text
        return True

    # apps and windows
    def packages(self) -> Sequence[PackageInfo]:
        return [
            PackageInfo(CHAT, 10123, "1.2.3", 45, f"{CHAT}/{CHAT}.MainActivity", (), "speed-profile", "Chat"),
            PackageInfo(
                "com.android.settings",
                1000,
                "14",
                34,
                "com.android.settings/.Settings",
                ("android.settings.SETTINGS",),
                "speed",
                "Settings",
            ),
            *self.installed.values(),
        ]

    def install_package(self, package: PackageInfo) -> None:
        self.installed[package.name] = package

    def uninstall_package(self, name: str) -> bool:
        return self.installed.pop(name, None) is not None

    def processes(self) -> Sequence[Process]:
        base = [
            Process(1200, 1000, "system_server", ((1200, "system_server"),)),
            Process(800, 1000, "surfaceflinger", ((800, "surfaceflinger"),)),
        ]
        app = Process(4321, 10123, CHAT, ((4321, "ample.chat"), (4330, "RenderThread")))
        return [*base, app] if self.running else base

    def start_activity(self, package: str, done: Done) -> bool:
        if all(package != one.name for one in self.packages()):
            return False
        self.did.append(("start", package, self.now))
        self.running = True
        self.call_at(self.now + 300 * MS, done)
        return True

    def force_stop(self, package: str) -> None:
        self.did.append(("stop", package))
        if package == CHAT:
            self.running = False

    def go_home(self) -> None:
        self.did.append(("home",))

    def set_ime(self, method_id: str) -> bool:
        if method_id not in (KEYBOARD, OTHER_KEYBOARD):
            return False
        self.method = method_id
        return True

    def set_ui_automation(self, connected: bool) -> None:
        self.did.append(("ui_automation", connected))

    def windows(self) -> Sequence[WindowInfo]:
        found = [
            WindowInfo(
                "InputMethod",
                "com.example.keyboard",
                3000,
                "ime",
                "68a3875",
                (0, 1500, 1080, 2400),
                self.shown,
                60,
            ),
            WindowInfo(
                "StatusBar", "com.android.systemui", 1500, "status-bar", "1111111", (0, 0, 1080, 66), True, 10
            ),
        ]
        if self.running:
            title = f"{CHAT}/{CHAT}.MainActivity"
            found.append(WindowInfo(title, CHAT, 4321, "activity", "54dfae7", (0, 0, 1080, 2400), True, 77))
        return found

    def focused_window(self) -> WindowInfo | None:
        return self.windows()[-1] if self.screen_on else None

    def keyboard_tree(self) -> ViewNode | None:
        return None

    def told_tree(self) -> ViewNode:
        return self.view_tree()

    def view_tree(self) -> ViewNode:
        field_node = ViewNode(
            "android.widget.EditText",
            CHAT,
            (40, 2000, 900, 2120),
            f"{CHAT}:id/input",
            self.text,
            hint="Message",
            clickable=True,
            focusable=True,
            focused=self.shown,
            editable=True,
        )
        send = ViewNode(
            "android.widget.ImageButton",
            CHAT,
            (920, 2000, 1060, 2120),
            f"{CHAT}:id/send",
            content_desc="Send",
            clickable=True,
        )
        rows = tuple(
            ViewNode(
                "android.widget.TextView", CHAT, (0, 100 + 100 * i, 1080, 200 + 100 * i), text=f"row {i} <&>"
            )
            for i in range(3)
        )
        messages = ViewNode(
            "androidx.recyclerview.widget.RecyclerView",
            CHAT,
            (0, 100, 1080, 1990),
            f"{CHAT}:id/list",
            children=rows,
        )
        return ViewNode(
            "android.widget.FrameLayout", CHAT, (0, 0, 1080, 2400), children=(messages, field_node, send)
        )

    def ime(self) -> ImeState:
        history = (
            ImeRequest(
                0,
                f"{CHAT}:5bd1e995",
                True,
                "SUCCESS",
                "ORIGIN_CLIENT_SHOW_SOFT_INPUT",
                "SHOW_SOFT_INPUT",
                "PHASE_CLIENT_ANIMATION_FINISHED_SHOW",
                REALTIME_NS,
                312,
                f"{CHAT}.MainActivity",
            ),
            ImeRequest(
                1,
                f"{CHAT}:6be1e995",
                False,
                "RUN",
                "ORIGIN_CLIENT_HIDE_SOFT_INPUT",
                "HIDE_SOFT_INPUT",
                "PHASE_SERVER_CLIENT_KNOWN",
                REALTIME_NS,
                None,
                f"{CHAT}.MainActivity",
            ),
        )
        frame_rect = (0, 1500, 1080, 2400) if self.shown else (0, 0, 0, 0)
        return ImeState(
            self.method, (KEYBOARD, OTHER_KEYBOARD), 3000, self.shown, False, frame_rect, CHAT, history
        )

    # frames
    def layers(self) -> Sequence[Layer]:
        return [
            Layer(70, f"54dfae7 {CHAT}/{CHAT}.MainActivity", None, False),
            Layer(77, f"{CHAT}/{CHAT}.MainActivity", 70, True),
            Layer(60, "InputMethod", None, True),
        ]

    def layer_presents(self, layer_id: int) -> Sequence[LayerPresent]:
        return self.presents if layer_id == 77 else []

    def clear_layer_presents(self, layer_id: int) -> None:
        self.cleared_layers.append(layer_id)

    def hwui_frames(self, pid: int) -> Mapping[str, Sequence[HwuiFrame]]:
        return self.frames if pid == 4321 else {}

    def hwui_reset(self, pid: int) -> None:
        self.did.append(("hwui_reset", pid))
        self.frames = {title: [] for title in self.frames}

    # tracing, logs
    def start_trace(self, config: TraceConfig) -> FakeTrace:
        self.traces.append(FakeTrace(config))
        return self.traces[-1]

    def trace_marker(self, pid: int, text: str) -> None:
        self.did.append(("marker", pid, text, self.now))

    def log_lines(self) -> Sequence[LogLine]:
        return self.lines

    def new_pid(self) -> int:
        return next(self._pids)

    def trouble(self, kind: str, value: float | None = None, for_s: float | None = None) -> Done | None:
        self.troubles.append(kind)
        return None

    def request_mode(self, refresh_hz: float) -> bool:
        nearest = min(self.persona.modes, key=lambda mode: abs(mode.refresh_hz - refresh_hz))
        self.mode = nearest.refresh_hz
        return abs(nearest.refresh_hz - refresh_hz) < 1

    def active_mode(self) -> DisplayMode:
        return next(mode for mode in self.persona.modes if mode.refresh_hz == self.mode)
