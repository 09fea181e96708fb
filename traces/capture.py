"""What one round leaves behind, as the driver writes it and the analysis reads it.

Facts only: nothing here is computed from frames. The JSON form is the dataclass' fields by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

POPUP_MARK = "silky_popup"
"""Counter written to trace_marker just before press k (value k, from 1); value 0 after the last one."""

MARKS: dict[str, str] = {
    "show": POPUP_MARK,
    "hide": "silky_hide",
    "key": "silky_key",
    "pick": "silky_pick",
    "send": "silky_send",
    "stream": "silky_stream",
    "scroll": "silky_scroll",
    "return": "silky_return",
    "launch": "silky_launch",
}
"""Kind of interaction -> counter that the driver writes just before it: value k, from 1; 0 after the last.

One mark an interaction: each key of a text has its own. An interaction ends at the next mark of any kind.
`silky_stream` alone is written just *after* the tap on send, with that send's number, and does not end it.
"""

TIMELINE = "FrameTimeline"
TRACER = "FrameTracer"
SECTIONS = "sections"
LATENCY = "--latency"
FRAMESTATS = "framestats"
"""Sources that a round may hold, as `PhoneFacts.sources` names them. Sections: slices of apps and system in a
trace, which time inputs and stages of frames, not the screen."""

FRAMESTATS_FILE = "framestats.txt"
"""Extra: `dumpsys gfxinfo PACKAGE framestats`, after the last measured window; several on end where it was
read after each interaction."""
LAYERS_FILE = "layers.txt"
"""Extra: `dumpsys SurfaceFlinger --list`, at the same moment, as the next."""
LATENCY_FILE = "latency.json"
"""Extra: layer name -> what `dumpsys SurfaceFlinger --latency NAME` printed; several on end, as above."""
LOG_FILE = "popups.log"
"""Extra: what the script on the phone printed; without a trace it holds the marks, by `LOG_MARK`."""
LOG_MARK = "@@silky mark"
"""`@@silky mark COUNTER VALUE SECONDS`: a mark of a round without trace; the time is the first number of
/proc/uptime (BOOTTIME), cut to 10 ms, read just before the input is injected."""


@dataclass(frozen=True, slots=True)
class PhoneState:
    """The phone's state at one moment outside a measured window; None where the phone did not tell."""

    ime_id: str | None = None
    ime_shown: bool | None = None
    ime_height_px: int | None = None
    refresh_hz: float | None = None
    render_hz: float | None = None
    thermal_status: int | None = None
    battery_level: int | None = None
    battery_temperature_c: float | None = None
    charging: bool | None = None
    focused_window: str | None = None
    screen_on: bool | None = None
    locked: bool | None = None
    animation_scales: tuple[float, float, float] | None = None
    """window, transition, animator."""
    app_pid: int | None = None
    brightness: int | None = None
    theme: str | None = None
    """dark, light, auto or custom (by the time of day)."""
    font_scale: float | None = None
    rotation: int | None = None
    """Quarter turns, 0 ... 3."""
    display_px: tuple[int, int] | None = None
    """Width and height in use, upright; an override's where there is one."""
    density_dpi: int | None = None
    """Density in use; an override's where there is one."""


@dataclass(frozen=True, slots=True)
class PopupCapture:
    """One press on the input field, as driven; what it did is in the trace."""

    number: int
    """1 ... k, the value of its `POPUP_MARK`."""
    x: int
    y: int
    press_ms: int
    shown_before: bool | None
    """Whether the keyboard was up before the press; None: not known."""
    shown_after: bool | None
    """Whether the input method said that it was up after the slide's time."""


@dataclass(frozen=True, slots=True)
class RoundCapture:
    """One attempt at one round of one app."""

    folder: str
    """Name of its folder under `rounds/`."""
    app: str
    """Name of the app profile."""
    package: str
    round: int
    """1 ... N; 0 for a warm-up."""
    attempt: int
    """1 ... ; larger after void attempts."""
    trace: str | None
    """File name of the trace in the folder."""
    trace_sha256: str | None
    popups: tuple[PopupCapture, ...]
    before: PhoneState
    after: PhoneState
    void: tuple[str, ...] = ()
    """Reasons that the driver saw, each a sentence; the analysis may add more."""
    warnings: tuple[str, ...] = ()
    host_seconds: dict[str, float] = field(default_factory=dict)
    """Wall time of the host by step; for the tool's own cost, never for a metric."""
    extras: tuple[str, ...] = ()
    """Other files kept in the folder (logcat ...)."""
    kind: str = "show"
    """What the round does, by the kinds of `MARKS`."""
    interactions: int = 0
    """How many of that kind were planned, where it is another one than show."""
    input_method: str | None = None
    """How the phone was touched in this round, as `InputFacts.method`; None in bundles of older versions."""
    keyboard_px: int | None = None
    """Height of the keyboard over this app's field, from the insets while the field was tried."""
    input_type: int | None = None
    """`EditorInfo.inputType` that the field gave the keyboard then: keyboards lay themselves out by it."""
    chat_rows: int | None = None
    """Texts that stood in the chat's list then; None: no list was found."""


@dataclass(frozen=True, slots=True)
class AppFacts:
    """One measured app."""

    profile: str
    package: str
    label: str
    version_name: str | None
    version_code: int | None
    compile_filter: str | None
    reference: bool
    """True for the system text field that is measured along."""


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """Which phone, without its serial number."""

    serial_hash: str
    """First 12 hex digits of SHA-256 of the serial."""
    model: str
    manufacturer: str
    android: str
    sdk: int
    build_type: str
    fingerprint: str
    is_emulator: bool
    simulated: bool
    simulated_speed: float | None
    """How much faster than real time the simulated phone ran; None on a real phone."""
    modes_hz: tuple[float, ...]
    active_hz: float
    width: int
    height: int
    density: int
    ime_id: str | None
    ime_version: str | None
    sources: tuple[str, ...] = ()
    """What rounds on it record, best first (`TIMELINE` ...); empty: not probed."""


@dataclass(frozen=True, slots=True)
class InputFacts:
    """How the phone was touched, and how that way was found."""

    method: str
    """uinput or uhid (a touch screen of the shell's own), motionevent or tap (Android's `input`)."""
    evidence: tuple[str, ...] = ()
    """What the phone showed of it, each a sentence."""
    rejected: tuple[tuple[str, str], ...] = ()
    """Ways that this phone does not allow, and why."""


@dataclass(frozen=True, slots=True)
class ScenarioOptions:
    """What was asked of a scenario beside its name; kept, so that a run can go on as it began."""

    messages: tuple[str, ...] = ()
    """What is sent, in order; empty: the messages that come with silky."""
    reply_limit_s: int | None = None
    """How long a reply is watched at most; None: as long as the scenario says."""


NO_OPTIONS = ScenarioOptions()


@dataclass(frozen=True, slots=True)
class ComplaintPlan:
    """What is to be judged, named before the run."""

    id: str
    """e.g. `keyboard-popup-not-smooth`."""
    accused: str
    against: tuple[str, ...]
    primary_metric: str
    margin: float
    """In the metric's unit."""
    looks: tuple[int, ...] = ()
    """Rounds after which the run was to be looked at, each at a quarter of the error; empty: at the end."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run is: written before the first round, completed at the end."""

    format_version: int
    tool_version: str
    run_id: str
    created: str
    """Host wall time, ISO 8601 with zone; never used in a metric."""
    scenario: str
    rounds: int
    popups_per_round: int
    phone: PhoneFacts
    apps: tuple[AppFacts, ...]
    order: tuple[tuple[str, ...], ...]
    """The planned order of apps in each round."""
    complaint: ComplaintPlan | None
    state_before: PhoneState
    settings_changed: dict[str, tuple[str | None, str]]
    """What the tool set on the phone: name -> (was, is); restored at the end."""
    commands: tuple[str, ...]
    """How to repeat the run."""
    looks: tuple[tuple[int, str], ...] = ()
    """The looks that were taken during the run: after how many rounds, and what they said."""
    finished: bool = False
    warnings: tuple[str, ...] = ()
    capture_config: str = ""
    """The Perfetto configuration in text."""
    device_before: dict[str, str | None] = field(default_factory=dict)
    """The phone's settings before silky changed any, by namespace/key, and how apps and keyboard are compiled
    (`compile/<package>`); None: not set. What the phone does not tell is not there."""
    device_after: dict[str, str | None] = field(default_factory=dict)
    """The same after all was restored; empty where the phone could not be asked any more."""
    input: InputFacts | None = None
    """How the phone was touched when the run began; None in bundles of older versions."""
    options: ScenarioOptions = NO_OPTIONS
    """What was asked of the scenario."""
    scenario_text: str = ""
    """The YAML of a scenario that came from a file; empty: one that comes with silky, or of a package."""
