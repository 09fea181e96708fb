"""The whole phone: implements `World` over the model's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from devices.simulated.model.activities import Activities
from devices.simulated.model.evdev import Evdev
from devices.simulated.model.faults import PROPERTY, Faults
from devices.simulated.model.gestures import Gestures
from devices.simulated.model.ime import InputMethods
from devices.simulated.model.inputreader import InputReader, built_in
from devices.simulated.model.screens import Metrics, keyboard_window
from devices.simulated.model.services import NATIVE, Services
from devices.simulated.model.session import Session, SessionHost
from devices.simulated.model.shown import (
    hwui_frame,
    layer_presents,
    package_info,
    properties,
    timeline_presents,
)
from devices.simulated.model.watched import Settings, Table
from devices.simulated.model.windows import focused, windows
from devices.simulated.tracefile.service import PackageEntry, ProcessEntry
from devices.simulated.world import (
    Clocks,
    DisplayMode,
    Done,
    HwuiFrame,
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
    TraceSession,
    ViewNode,
    WindowInfo,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from devices.simulated.model.behaviour import Behaviours
    from devices.simulated.model.viewroot import ViewRoot

HAND = "debug.silky.hand"
"""Property that stands for a person at the phone's menus: `security-settings on` or `off`."""

_KEYBOARD_UID = 10_080
_BOOT_NS = 2_000_000_000
_FIRST_COOKIE = 10_000

_SETTINGS = {
    "global": {
        "window_animation_scale": "1.0",
        "transition_animation_scale": "1.0",
        "animator_duration_scale": "1.0",
        "airplane_mode_on": "0",
        "heads_up_notifications_enabled": "1",
        "zen_mode": "0",
        "low_power": "0",
    },
    "secure": {"show_ime_with_hard_keyboard": "0"},
    "system": {"screen_brightness_mode": "0", "screen_brightness": "128", "accelerometer_rotation": "1"},
}


class SimulatedPhone:
    """The inside of the simulated phone. Use `build_world`.

    Attributes:
        services: The services that run from boot.
        system: Clock, panel, compositor and noise that all share.
        activities: The apps.
        imms: The input method manager.
        faults: What goes wrong; `faults.schedule` adds to it.
    """

    def __init__(self, persona: Persona, behaviours: Behaviours, seed: int, truth: TextIO | None) -> None:
        self.persona = persona
        self.services = Services(persona, seed, truth)
        self.system = self.services.system
        self.rotation = 0
        self.tilt = 0
        """How people hold the phone, in quarter turns: its rotation while that is automatic."""
        self.battery: dict[str, int | bool] = {
            "level": 86, "temperature": 291, "ac": False, "usb": True, "wireless": False, "status": 2,
        }  # fmt: skip
        self.activities = Activities(self.services, behaviours, Metrics.of(persona))
        self.settings: dict[str, dict[str, str]] = Settings(_SETTINGS, self._setting_changed)
        self._keyboard_uids = {one.package: _KEYBOARD_UID + i for i, one in enumerate(behaviours.keyboards)}
        self.imms = self._input_methods(behaviours)
        self.activities.imms = self.imms
        self.faults = Faults(self, behaviours.faults)
        self.properties: dict[str, str] = Table(
            "properties", properties(persona, seed), self._property_changed
        )
        self._gestures = Gestures(self)
        self._reader = InputReader(
            self.system, self.services.reader_thread, self._gestures.motion, self._gestures.hardware_key,
            rotation=lambda: self.rotation,
        )  # fmt: skip
        self.kernel_input = Evdev(self._monotonic, self._reader)
        for spec in built_in(persona.width, persona.height):
            self._reader.take(self.kernel_input.plug(spec), spec)
        self._cookie = _FIRST_COOKIE
        self._traces = 0
        self.activities.launcher.bring_up(lambda: None)
        self.advance_to(self.now_ns + _BOOT_NS)

    def _input_methods(self, behaviours: Behaviours) -> InputMethods:
        services = self.services
        imms = InputMethods(
            services=services,
            keyboards=behaviours.keyboards,
            uids=self._keyboard_uids,
            animation_scale=lambda: self._scale("animator_duration_scale"),
            window_scale=lambda: self._scale("window_animation_scale"),
            on_slide=self._slide_began,
        )
        secure = self.settings["secure"]
        dict.__setitem__(secure, "default_input_method", imms.current.method_id)
        secure["enabled_input_methods"] = ":".join(one.method_id for one in behaviours.keyboards)
        return imms

    def _monotonic(self) -> int:
        return self.clocks().monotonic_ns

    def _slide_began(self, package: str) -> None:
        self.faults.slide_began(package)

    # clock
    @property
    def now_ns(self) -> int:
        """BOOTTIME now."""
        return self.system.kernel.now_ns

    def clocks(self) -> Clocks:
        """Return all clocks at this instant."""
        return self.services.clocks()

    def next_event_ns(self) -> int | None:
        """Return when the next model event is due."""
        return self.system.kernel.next_ns()

    def advance_to(self, boottime_ns: int) -> None:
        """Run all events up to this time and set the clock to it."""
        self.system.kernel.run_until(boottime_ns)

    def call_at(self, boottime_ns: int, action: Done) -> None:
        """Run `action` at this time."""
        self.system.kernel.at(boottime_ns, action)

    # state that others read and set
    @property
    def thermal_status(self) -> int:
        """The thermal status, 0 (none) to 6; from 2 on the phone gets slower."""
        return self.system.thermal_status

    @thermal_status.setter
    def thermal_status(self, status: int) -> None:
        self.system.thermal_status = status

    @property
    def screen_on(self) -> bool:
        """Whether the display is on."""
        return self.activities.screen_on

    @screen_on.setter
    def screen_on(self, on: bool) -> None:
        self.activities.power(on)

    @property
    def locked(self) -> bool:
        """Whether the keyguard covers everything."""
        return self.activities.locked

    @locked.setter
    def locked(self, locked: bool) -> None:
        self.activities.locked = locked

    def set_ui_automation(self, connected: bool) -> None:
        """Tell the model that a UiAutomation client is connected."""
        self.system.ui_automation = connected
        for app in self.activities.by_package.values():
            app.tell(connected)

    def request_mode(self, refresh_hz: float) -> bool:
        """Switch the panel's mode at the next vsync."""
        return self.system.panel.request(refresh_hz)

    def active_mode(self) -> DisplayMode:
        """Return the panel's mode now."""
        return self.system.panel.mode

    def _property_changed(self, _table: str, key: str, value: str | None) -> None:
        if key == PROPERTY and value:
            self.faults.named(value)
        elif key == HAND and value and self.persona.shell_switch is not None:
            self.properties[self.persona.shell_switch] = "1" if value == "security-settings on" else "0"

    def _setting_changed(self, table: str, key: str, value: str | None) -> None:
        if table == "secure" and key == "default_input_method" and value:
            self.imms.use(value)
        if table == "system" and key in ("accelerometer_rotation", "user_rotation"):
            self._apply_rotation_settings()
        if table == "system" and key in ("peak_refresh_rate", "min_refresh_rate"):
            self._apply_refresh_settings()

    def _apply_refresh_settings(self) -> None:
        table = self.settings["system"]
        peak = _number(table.get("peak_refresh_rate"), 0.0) or float("inf")
        low = _number(table.get("min_refresh_rate"), 0.0)
        rates = [mode.refresh_hz for mode in self.persona.modes]
        fitting = [rate for rate in rates if low - 0.5 <= rate <= peak + 0.5] or [min(rates)]
        self.request_mode(max(fitting))

    def _scale(self, name: str) -> float:
        return _number(self.settings["global"].get(name), 1.0)

    def _apply_rotation_settings(self) -> None:
        """Turn the screen as DisplayRotation does: as the user has fixed it, or as the phone is held."""
        table = self.settings["system"]
        fixed = table.get("accelerometer_rotation", "1") == "0"
        self.rotation = int(_number(table.get("user_rotation"), 0.0)) % 4 if fixed else self.tilt

    # input
    def inject_motion(self, action: MotionAction, x: float, y: float, done: Done) -> None:
        """Inject a touch event stamped now."""
        self._gestures.motion(action, x, y, done)

    def inject_key(self, keycode: int, done: Done) -> None:
        """Inject a key press."""
        self._gestures.key(keycode, done)

    def inject_text(self, text: str, done: Done) -> None:
        """Type text into the focused field, key by key."""
        self._gestures.text(text, done)

    def reader_devices(self) -> Sequence[ReaderDevice]:
        """Return the devices that InputReader has taken in."""
        return self._reader.devices()

    def set_text(self, node_bounds: tuple[int, int, int, int], text: str) -> bool:
        """Set the text of the editable node with these bounds."""
        found = any(node.editable and node.bounds == node_bounds for node in _walk(self.view_tree()))
        if found:
            self.activities.front.set_text(text)
        return found

    # apps and keyboards
    def packages(self) -> Sequence[PackageInfo]:
        """Return the installed packages."""
        infos = [package_info(app) for app in self.activities.by_package.values()]
        for keyboard in self.imms.keyboards:
            uid = self._keyboard_uids[keyboard.package]
            infos.append(
                PackageInfo(keyboard.package, uid, "1.0", 1, "", (), "speed-profile", keyboard.label)
            )
        return infos

    def install_package(self, package: PackageInfo) -> None:
        """Install a package or its update: what it does stays what it was, or is a plain app's."""
        self.activities.install(package)

    def uninstall_package(self, name: str) -> bool:
        """Remove an app that was installed since boot."""
        return self.activities.uninstall(name)

    def processes(self) -> Sequence[Process]:
        """Return the running processes."""
        return [
            Process(p.pid, p.uid, p.name, tuple(p.threads.items()), p.cpu_ns)
            for p in self.system.processes.values()
        ]

    def start_activity(self, package: str, done: Done) -> bool:
        """Bring a package's launcher activity to the front."""
        return self.activities.start(package, done)

    def force_stop(self, package: str) -> None:
        """Kill a package's processes and windows."""
        if self.imms.process is not None and package == self.imms.current.package:
            self.imms.stop()
        self.activities.stop(package)

    def go_home(self) -> None:
        """Show the launcher."""
        self.activities.home()

    def set_ime(self, method_id: str) -> bool:
        """Make a keyboard the current one."""
        known = method_id in {one.method_id for one in self.imms.keyboards}
        if known:
            self.settings["secure"]["default_input_method"] = method_id
        return known

    # windows
    def windows(self) -> Sequence[WindowInfo]:
        """Return all windows, top first."""
        return windows(self.services, self.activities, self.imms)

    def focused_window(self) -> WindowInfo | None:
        """Return the window with input focus; None when the screen is off."""
        return focused(windows(self.services, self.activities, self.imms), screen_on=self.screen_on)

    def view_tree(self) -> ViewNode:
        """Return the view tree of the active window."""
        return self.activities.screen()

    def told_tree(self) -> ViewNode:
        """Return what accessibility knows of the view tree of the active window."""
        return self.activities.screen(told=True)

    def keyboard_tree(self) -> ViewNode | None:
        """Return the view tree of the keyboard's window, None while it is not up."""
        if not self.imms.visible:
            return None
        composer = self.imms.process.composer if self.imms.process else None
        return keyboard_window(
            self.imms.current.package,
            self.ime().frame[1],
            self.activities.metrics,
            strip=composer is not None and composer.pinyin,
            candidates=composer.candidates if composer else (),
        )

    def ime(self) -> ImeState:
        """Return the keyboard's state."""
        imms, m = self.imms, self.activities.metrics
        top = m.height - round(imms.current.height * m.height)
        return ImeState(
            method_id=imms.current.method_id,
            enabled_ids=tuple(one.method_id for one in imms.keyboards),
            pid=imms.process.process.pid if imms.process is not None else None,
            input_shown=imms.shown,
            animating=imms.slide is not None,
            frame=(0, top, m.width, m.height) if imms.visible else (0, m.height, m.width, m.height),
            served_package=imms.target.package if imms.target is not None else None,
            history=imms.tracker.history(),
            input_type=getattr(getattr(imms.target, "behaviour", None), "input_type", 0),
        )

    # frames
    def layers(self) -> Sequence[Layer]:
        """Return SurfaceFlinger's layers."""
        layers = self.system.surfaceflinger.layers.values()
        return [Layer(one.id, one.base, one.parent_id, one.has_buffer, one.number) for one in layers]

    def layer_presents(self, layer_id: int) -> Sequence[LayerPresent]:
        """Return the last frames of a layer, oldest first; a fence that has not signalled reads INT64_MAX."""
        top = self.system.surfaceflinger
        layer = top.layers.get(layer_id)
        if layer is not None and self.system.release.timeline_tells_latency:
            return timeline_presents(top.timeline_rows(layer), self.persona.suspended_ns)
        return layer_presents(layer, self.now_ns, self.persona.suspended_ns)

    def clear_layer_presents(self, layer_id: int) -> None:
        """Take that a layer's statistics are cleared."""
        layer = self.system.surfaceflinger.layers.get(layer_id)
        if layer is not None:
            layer.since_clear = 0

    def hwui_frames(self, pid: int) -> Mapping[str, Sequence[HwuiFrame]]:
        """Return the last frames of each window of a process."""
        suspended, now = self.persona.suspended_ns, self.now_ns
        return {root.title: [hwui_frame(f, now, suspended) for f in root.frames] for root in self._roots(pid)}

    def hwui_reset(self, pid: int) -> None:
        """Forget a process's frames."""
        for root in self._roots(pid):
            root.frames.clear()

    def _roots(self, pid: int) -> Iterator[ViewRoot]:
        roots = [app.root for app in self.activities.by_package.values() if app.process is not None]
        if self.imms.process is not None:
            roots.append(self.imms.process.root)
        return (root for root in roots if root.main.process.pid == pid)

    # tracing and logs
    def start_trace(self, config: TraceConfig) -> TraceSession:
        """Start a tracing session."""
        self._traces += 1
        host = SessionHost(
            system=self.system,
            clocks=self.clocks,
            surfaceflinger_pid=self.services.surfaceflinger.pid,
            probes_pid=self.services.probes.pid,
            processes=self._process_entries,
            packages=lambda: [PackageEntry(p.name, p.uid, p.version_code) for p in self.packages()],
            next_cookie=self._take_cookies,
        )
        return Session(host, config, lost=self.faults.lost_events(self._traces))

    def _process_entries(self) -> list[ProcessEntry]:
        running = self.system.processes.values()
        return [ProcessEntry(p.pid, 1, NATIVE.get(p.name, p.name), p.uid, tuple(p.threads)) for p in running]

    def _take_cookies(self, count: int) -> int:
        first = self._cookie
        self._cookie += count
        return first

    def trace_marker(self, pid: int, text: str) -> None:
        """Write one line to trace_marker, as a process with this pid."""
        line = text.rstrip("\n")
        self.services.truth.write("marker", text=line, time_ns=self.system.kernel.now_ns)
        self.system.tracer.marker(pid, line)

    def log_lines(self) -> Sequence[LogLine]:
        """Return logcat's ring, oldest first."""
        return self.services.logs.lines()

    def new_pid(self) -> int:
        """Return a fresh pid for a shell process."""
        return self.system.new_pid()

    def trouble(self, kind: str, value: float | None = None, for_s: float | None = None) -> Done | None:
        """Let something go wrong now; return what ends it."""
        return self.faults.now(kind, value, for_s)


def build_world(
    persona: Persona, behaviours: Behaviours, *, seed: int, truth: TextIO | None = None
) -> SimulatedPhone:
    """Build a phone, booted and showing its launcher.

    Args:
        persona: Which phone.
        behaviours: Its apps, keyboards and faults.
        seed: Seed of all noise; the same seed and actions at the same phone times give the same bytes.
        truth: Where to write what really happened (JSON lines), None for nowhere.
    """
    return SimulatedPhone(persona, behaviours, seed, truth)


def _walk(node: ViewNode) -> Iterator[ViewNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
