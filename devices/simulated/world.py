"""What the simulated phone's face (ADB, shell, UI service) may ask of, and do to, its inside (the model).

The model is a discrete-event simulation on the phone's own clocks. The face never invents a measured value:
whatever a command prints about frames, windows, inputs or traces comes from here.

All times are int ns. `now_ns` is BOOTTIME (elapsedRealtime); MONOTONIC (uptimeMillis, System.nanoTime) is
BOOTTIME minus the time spent suspended; REALTIME is the wall clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

Done = Callable[[], None]


class MotionAction(Enum):
    """Touch actions that the injector knows."""

    DOWN = "DOWN"
    MOVE = "MOVE"
    UP = "UP"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The phone's clocks at one instant, ns."""

    boottime_ns: int
    monotonic_ns: int
    realtime_ns: int


@dataclass(frozen=True, slots=True)
class DisplayMode:
    """One panel mode."""

    id: int
    width: int
    height: int
    refresh_hz: float


LACKS: Mapping[str, str] = {
    "perfetto": "no perfetto program, as on Android 8 or where the vendor removed it",
    "tracing-service": "perfetto is there, but traced does not run",
    "ftrace": "linux.ftrace records nothing",
    "sched": "no scheduling events",
    "sections": "no atrace sections of the categories view and input",
    "frametimeline": "SurfaceFlinger has no data source android.surfaceflinger.frametimeline",
    "frametracer": "SurfaceFlinger has no data source android.surfaceflinger.frame",
    "present-fences": "the hardware composer gives no present fences (Android 14+: SurfaceFlinger says so)",
    "trace-marker": "the shell may not write trace_marker",
    "injection": "touches need INJECT_EVENTS, which the shell does not have",
    "motionevent": "`input` can only tap",
    "uinput": "the shell may not open /dev/uinput, so the `uinput` command makes no device",
    "uhid": "the shell may not open /dev/uhid, so the `hid` command makes no device",
    "virtual-touch": "virtual touch screens are accepted, but what they touch goes to no window",
    "framestats": "gfxinfo prints no frames",
    "latency": "SurfaceFlinger --latency knows no layer",
    "settings": "settings may be read but not written",
    "thermal": "no thermalservice",
    "imetracker": "no ImeTracker lines in the log",
}
"""What a phone can be without, and how that shows; `Persona.lacks` names some of them."""


FLAGS: Mapping[str, str] = {
    "deprecate_frame_tracker": "16+: --latency tells what FrameTimeline keeps, of 64 display frames",
    "increase_missed_frame_jank_threshold": "16+: a present is on time within 4 ms of its prediction, not 2",
    "add_sf_skipped_frames_to_trace": "15+: vsyncs that SurfaceFlinger skipped are frames with token 0",
    "imetracker_protolog": "16+: ImeTracker's lines go to ProtoLog, not to logcat",
}
"""Feature flags of the platform that change what a phone tells; `Persona.flags` names those that are on."""


@dataclass(frozen=True, slots=True)
class SlideTimes:
    """How the keyboard slides on this phone: ms, and a curve's control points (x1, y1, x2, y2). As AOSP's."""

    sync_show_ms: float = 285
    sync_hide_ms: float = 285
    async_show_ms: float = 200
    async_hide_ms: float = 200
    sync_show: tuple[float, float, float, float] = (0.2, 0.0, 0.0, 1.0)
    sync_hide: tuple[float, float, float, float] = (0.2, 0.0, 0.0, 1.0)
    async_show: tuple[float, float, float, float] = (0.0, 0.0, 0.2, 1.0)
    async_hide: tuple[float, float, float, float] = (0.4, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Persona:
    """Which phone is played: identity, platform version and byte formats, panel, timings of the system."""

    name: str
    android: str
    """Android version as ro.build.version.release has it, e.g. "14"."""
    sdk: int
    build_type: str
    """user or userdebug."""
    model: str
    manufacturer: str
    fingerprint: str
    is_emulator: bool
    width: int
    height: int
    density: int
    modes: tuple[DisplayMode, ...]
    active_mode: int
    suspended_ns: int
    """BOOTTIME minus MONOTONIC."""
    boot_age_ns: int
    """BOOTTIME when the simulation starts."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """What getprop shows, beyond what follows from the fields above."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Named costs in ms (dispatch, composition, input command ...), documented in the persona's file."""
    lacks: frozenset[str] = frozenset()
    """Which of `LACKS` this phone is without."""
    sdk_minor: int = 0
    """Quarterly release after the API level: 1 is ro.build.version.sdk_full 36.1 (Android 16 QPR2)."""
    flags: frozenset[str] = frozenset()
    """The platform's own feature flags (`FLAGS`) that are on in this build."""
    shell_switch: str | None = None
    """Property of the vendor's switch without which the shell may neither inject nor write settings."""
    framestats: str | None = None
    """Layout of framestats where the vendor's differs from the release's: `huawei`, or a release's name."""
    slide: SlideTimes = SlideTimes()
    """The keyboard's slide, where InsetsController runs it (Android 11 and later)."""


@dataclass(frozen=True, slots=True)
class ViewNode:
    """One node of a window's view tree as accessibility shows it. Bounds in px: left, top, right, bottom."""

    class_name: str
    package: str
    bounds: tuple[int, int, int, int]
    resource_id: str = ""
    text: str = ""
    content_desc: str = ""
    hint: str = ""
    clickable: bool = False
    focusable: bool = False
    focused: bool = False
    enabled: bool = True
    editable: bool = False
    scrollable: bool = False
    """Scrolls though its class does not say so."""
    children: tuple[ViewNode, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowInfo:
    """One window as the window manager sees it, top first."""

    title: str
    package: str
    pid: int
    kind: str
    """activity, dialog, ime, status-bar, navigation-bar, keyguard."""
    token_hex: str
    frame: tuple[int, int, int, int]
    visible: bool
    layer_id: int


@dataclass(frozen=True, slots=True)
class ImeState:
    """What the input method manager and the insets say of the keyboard."""

    method_id: str
    enabled_ids: tuple[str, ...]
    pid: int | None
    input_shown: bool
    """mInputShown: set when the show is requested and accepted, cleared on hide."""
    animating: bool
    frame: tuple[int, int, int, int]
    """The visible frame that the insets source has: empty (top == bottom) while hidden."""
    served_package: str | None
    history: tuple[ImeRequest, ...]
    input_type: int = 0
    """EditorInfo.inputType of the field that is served; 0: none is."""


@dataclass(frozen=True, slots=True)
class ImeRequest:
    """One show or hide request, as ImeTracker keeps it."""

    sequence: int
    tag: str
    """`<package>:<hex>`."""
    show: bool
    status: str
    """RUN, CANCEL, FAIL, SUCCESS or TIMEOUT."""
    origin: str
    reason: str
    phase: str
    start_realtime_ns: int
    duration_ms: int | None
    window: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of logcat."""

    realtime_ns: int
    pid: int
    tid: int
    level: str
    tag: str
    message: str


@dataclass(frozen=True, slots=True)
class Process:
    """A running process."""

    pid: int
    uid: int
    name: str
    """Process name: the package for apps, system_server, surfaceflinger ..."""
    threads: tuple[tuple[int, str], ...]
    cpu_ns: int = 0
    """CPU time that its threads have used since it began."""


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """An installed package."""

    name: str
    uid: int
    version_name: str
    version_code: int
    launcher: str
    """`package/activity` of its launcher."""
    actions: tuple[str, ...]
    """Intent actions that resolve to the launcher (e.g. android.settings.APP_SEARCH_SETTINGS)."""
    compile_filter: str
    label: str


@dataclass(frozen=True, slots=True)
class HwuiFrame:
    """What HWUI's ring keeps of one frame; MONOTONIC ns, 0 where a stage did not run."""

    flags: int
    vsync_id: int
    intended_vsync: int
    vsync: int
    input_event_id: int
    handle_input_start: int
    animation_start: int
    perform_traversals_start: int
    draw_start: int
    deadline: int
    frame_start: int
    interval: int
    sync_queued: int
    sync_start: int
    issue_draw_start: int
    swap_buffers: int
    frame_completed: int
    dequeue_duration: int
    queue_duration: int
    gpu_completed: int
    swap_completed: int
    command_submission_completed: int


@dataclass(frozen=True, slots=True)
class LayerPresent:
    """One frame of a layer as SurfaceFlinger's frame tracker keeps it; MONOTONIC ns."""

    desired: int
    actual: int
    ready: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of SurfaceFlinger."""

    id: int
    name: str
    """Without the `#id`."""
    parent_id: int | None
    has_buffer: bool
    number: int | None = None
    """What stands behind `#` in its full name; None: its id, as from Android 13 on."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """One data source of a tracing session's configuration."""

    name: str
    ftrace_events: tuple[str, ...] = ()
    atrace_categories: tuple[str, ...] = ()
    atrace_apps: tuple[str, ...] = ()
    scan_processes_on_start: bool = False
    compact_sched: bool = False


@dataclass(frozen=True, slots=True)
class TraceConfig:
    """A tracing session's configuration, as far as the phone honours it."""

    data_sources: tuple[DataSource, ...]
    duration_ms: int = 0
    buffer_kb: int = 0
    unique_session_name: str = ""


@dataclass(frozen=True, slots=True)
class AbsInfo:
    """`struct input_absinfo`: the range of one absolute axis."""

    minimum: int
    maximum: int
    value: int = 0
    fuzz: int = 0
    flat: int = 0
    resolution: int = 0


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a driver tells the kernel of an input device."""

    name: str
    bus: int
    vendor: int
    product: int
    version: int
    phys: str
    keys: frozenset[int] = frozenset()
    axes: Mapping[int, AbsInfo] = field(default_factory=dict)
    properties: frozenset[int] = frozenset()
    """INPUT_PROP_*."""


@dataclass(frozen=True, slots=True)
class EvdevEvent:
    """One event as a reader of /dev/input/eventN gets it; those of a packet carry the same time."""

    time_ns: int
    """MONOTONIC ns in whole us."""
    type: int
    code: int
    value: int


EvdevListener = Callable[[int, EvdevEvent], None]
"""Hears of every event with the number of its device."""


class KernelInput(Protocol):
    """The kernel's input devices."""

    def plug(self, spec: InputSpec) -> int:
        """Make /dev/input/eventN; returns N."""
        ...

    def unplug(self, number: int) -> None:
        """Remove a device; fingers and keys that it holds down are lifted."""
        ...

    def write(self, number: int, kind: int, code: int, value: int, stamp_ns: int | None = None) -> None:
        """Take one event from a driver; readers get it with the packet's SYN_REPORT.

        `stamp_ns`: MONOTONIC ns that the driver says; believed if in the past, at most 10 s (uinput.c).
        """
        ...

    def devices(self) -> Mapping[int, InputSpec]:
        """Return the devices by number."""
        ...

    def values(self, number: int) -> Mapping[int, int]:
        """Return the last value of each absolute axis of a device."""
        ...

    def listen(self, listener: EvdevListener) -> Done:
        """Hear of all events from now on; returns what ends it."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderDevice:
    """A device as InputReader took it in."""

    id: int
    number: int
    """Of /dev/input/eventN."""
    spec: InputSpec
    touch: bool
    """A touch screen, mapped to the built-in display."""
    keyboard: bool
    fingers: tuple[tuple[int, int], ...]
    """Where fingers are down, raw."""
    down_time_ns: int
    """MONOTONIC ns at which the last gesture began."""


class TraceSession(Protocol):
    """A running or ended tracing session."""

    def stop(self) -> bytes:
        """End the session and return the trace file's bytes; only configured data sources are in it."""
        ...


class World(Protocol):
    """The inside of the simulated phone."""

    persona: Persona
    properties: dict[str, str]
    settings: dict[str, dict[str, str]]
    """`global`, `secure`, `system` tables; the model reads animation scales, refresh rate keys ... here."""
    screen_on: bool
    locked: bool
    thermal_status: int
    rotation: int
    battery: dict[str, int | bool]
    """level, temperature (0.1 C), ac, usb, wireless, status."""

    @property
    def now_ns(self) -> int:
        """BOOTTIME now."""
        ...

    def clocks(self) -> Clocks:
        """Return all clocks at this instant."""
        ...

    def next_event_ns(self) -> int | None:
        """Return when the next model event is due (BOOTTIME), None if nothing is scheduled."""
        ...

    def advance_to(self, boottime_ns: int) -> None:
        """Run all events up to this time and set the clock to it."""
        ...

    def call_at(self, boottime_ns: int, action: Done) -> None:
        """Run `action` when the phone's clock reaches this time (used for `sleep` and command costs)."""
        ...

    # input
    def inject_motion(self, action: MotionAction, x: float, y: float, done: Done) -> None:
        """Inject a touch event stamped now; `done` runs when the target has handled it (WAIT_FOR_FINISH)."""
        ...

    def inject_key(self, keycode: int, done: Done) -> None:
        """Inject a key press (down and up)."""
        ...

    def inject_text(self, text: str, done: Done) -> None:
        """Type ASCII text into the focused field, key by key."""
        ...

    @property
    def kernel_input(self) -> KernelInput:
        """The kernel's input devices, to which virtual ones are added; what they do reaches the windows."""
        ...

    def reader_devices(self) -> Sequence[ReaderDevice]:
        """Return the devices that InputReader has taken in; a new one is not among them at once."""
        ...

    def set_text(self, node_bounds: tuple[int, int, int, int], text: str) -> bool:
        """Set a field's text as an accessibility action does; False if there is no editable node there."""
        ...

    # apps and windows
    def packages(self) -> Sequence[PackageInfo]:
        """Return the installed packages."""
        ...

    def install_package(self, package: PackageInfo) -> None:
        """Install a package or its update, whatever its uid says: a plain app if nothing is known of it."""
        ...

    def uninstall_package(self, name: str) -> bool:
        """Remove an app that was installed since boot; False: there is none."""
        ...

    def processes(self) -> Sequence[Process]:
        """Return the running processes, native ones too."""
        ...

    def start_activity(self, package: str, done: Done) -> bool:
        """Bring a package's launcher to the front (cold or warm); `done` when drawn. False: not installed."""
        ...

    def force_stop(self, package: str) -> None:
        """Kill a package's processes and windows."""
        ...

    def go_home(self) -> None:
        """Show the launcher."""
        ...

    def set_ime(self, method_id: str) -> bool:
        """Make a keyboard the current one; False: unknown or not enabled."""
        ...

    def set_ui_automation(self, connected: bool) -> None:
        """Tell the model that a UiAutomation client is connected (apps then build accessibility trees)."""
        ...

    def windows(self) -> Sequence[WindowInfo]:
        """Return all windows, top first."""
        ...

    def focused_window(self) -> WindowInfo | None:
        """Return the window with input focus; None when the screen is off."""
        ...

    def view_tree(self) -> ViewNode:
        """Return the view tree of the active window (with the keyboard shown, the field stands above it)."""
        ...

    def told_tree(self) -> ViewNode:
        """Return what accessibility knows of the view tree: nothing yet of an engine or a page just asked."""
        ...

    def keyboard_tree(self) -> ViewNode | None:
        """Return the view tree of the keyboard's window, None while it is not up."""
        ...

    def ime(self) -> ImeState:
        """Return the keyboard's state."""
        ...

    # what dumpsys shows of frames
    def layers(self) -> Sequence[Layer]:
        """Return SurfaceFlinger's layers."""
        ...

    def layer_presents(self, layer_id: int) -> Sequence[LayerPresent]:
        """Return the last frames of a layer, oldest first, at most 128."""
        ...

    def clear_layer_presents(self, layer_id: int) -> None:
        """Take that somebody clears a layer's statistics; matters where FrameTimeline keeps them."""
        ...

    def hwui_frames(self, pid: int) -> Mapping[str, Sequence[HwuiFrame]]:
        """Return, per window title of a process, the last 120 frames, oldest first."""
        ...

    def hwui_reset(self, pid: int) -> None:
        """Forget a process's frames and counters (gfxinfo reset)."""
        ...

    # tracing, logs
    def start_trace(self, config: TraceConfig) -> TraceSession:
        """Start a tracing session."""
        ...

    def trace_marker(self, pid: int, text: str) -> None:
        """Write one line to trace_marker, as a process with this pid."""
        ...

    def log_lines(self) -> Sequence[LogLine]:
        """Return logcat's ring, oldest first."""
        ...

    def new_pid(self) -> int:
        """Return a fresh pid for a shell process."""
        ...

    def trouble(self, kind: str, value: float | None = None, for_s: float | None = None) -> Done | None:
        """Let something go wrong now: crash, anr, dialog, screen-off, reboot ...; return what ends it.

        What does not concern the inside is only noted. None: there is nothing to end.
        """
        ...

    def request_mode(self, refresh_hz: float) -> bool:
        """Switch the panel to the mode nearest to this rate; False: there is none."""
        ...

    def active_mode(self) -> DisplayMode:
        """Return the panel's mode now."""
        ...
