"""Behaviours: what the apps and keyboards do. Data, in YAML files in devices/simulated/behaviours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from devices.simulated.model.noise import Cost, CostField
from devices.simulated.model.trouble import QUIET, Around, Busy, Trouble
from devices.simulated.model.yamlfile import listing, read_yaml, resolve

FOLDER = Path(__file__).resolve().parents[1] / "behaviours"

_Package = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$")]


def _ms(median: float, sigma: float = 0.15) -> Cost:
    return Cost(median_ms=median, sigma=sigma)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FrameCosts(_Part):
    """What one frame of a window costs."""

    animation: CostField = _ms(0.15)
    """`animation` callbacks, if any runs."""
    measure: CostField = _ms(0.5)
    """`measure`, if a layout was requested."""
    layout: CostField = _ms(0.3)
    """`layout`, if a layout was requested."""
    record: CostField = _ms(0.5)
    """Recording the display list on the main thread."""
    sync: CostField = _ms(0.25)
    """syncFrameState on the RenderThread, the main thread waiting."""
    issue: CostField = _ms(1.4)
    """Drawing commands on the RenderThread."""
    gpu: CostField = _ms(1.8)
    """From the queued buffer to its fence."""


class Hitch(_Part):
    """Work that comes at random while the app draws: garbage collection, decoding, a database."""

    rate_per_s: float = Field(gt=0)
    """Mean number per second of drawing (a Poisson process)."""
    cost: CostField
    thread: Literal["main", "render"] = "main"


class KeyboardAnswer(_Part):
    """How the app's window follows the keyboard."""

    resize: Literal["sync", "at-start", "at-end", "after-slide"] = "sync"
    """sync: it has WindowInsetsAnimation callbacks, its main thread drives the slide. The others have none:
    the InsetsAnimationThread drives it, and the bar jumps at its start, at its end, or some time after."""
    step: CostField = _ms(0.5)
    """sync: work of the app's callback at each step."""
    step_layout: bool = False
    """sync: each step requests a layout (padding), rather than a translation."""
    relayout: CostField = _ms(2.0)
    """Layout work when the window gets its new insets."""
    after_ms: float = Field(default=0, ge=0)
    """after-slide: delay from the slide's end."""
    after_frames: int = Field(default=1, ge=1)
    """after-slide: over how many frames the bar then moves."""
    passes: int = Field(default=1, ge=1, le=2)
    """2: a view asks for a layout while it is laid out, so the whole tree is measured and laid out twice."""
    merged: bool = True
    """False: the leash moves with a transaction of its own at once, not with the buffer of the same frame."""


class Flutter(_Part):
    """An app whose content a Flutter engine draws into a SurfaceView of its own."""

    merged: bool = False
    """Dart runs on the main thread, as from Flutter 3.29 on; else on `1.ui`."""


class Web(_Part):
    """An app whose screen is a page in a WebView; a sandboxed process lays the page out."""

    reflow: CostField = _ms(55, 0.2)
    """Laying the page out anew for another size of its window."""
    change: CostField = _ms(6, 0.2)
    """Laying out and painting after a change in the page."""
    paint: CostField = _ms(2.5, 0.2)


class Reply(_Part):
    """An answer that streams into the message list after a message is sent."""

    delay_ms: float = Field(default=600, ge=0)
    """Network and server, until the first chunk."""
    chunks: int = Field(default=20, ge=1)
    every_ms: float = Field(default=80, gt=0)
    """Median of the time between two chunks."""
    jitter: float = Field(default=0, ge=0, le=2)
    """Sigma of a lognormal factor on that time."""
    cost: CostField = _ms(2.0)
    """Main-thread work per chunk."""
    follow_ms: float = Field(default=0, ge=0)
    """For so long after a chunk the list glides after the answer; 0: it jumps with the layout."""


class ResourceIds(_Part):
    """Resource ids of the screen's views, without the package."""

    title: str = "title"
    back: str = "back"
    messages: str = "messages"
    input: str = "input"
    send: str = "send"


class AppBehaviour(_Part):
    """One app."""

    package: _Package
    label: str
    activity: str = ".MainActivity"
    screen: Literal["chat", "search"] = "chat"
    version_name: str = "1.0"
    version_code: int = 1
    actions: tuple[str, ...] = ()
    compile_filter: str = "speed-profile"
    ids: ResourceIds = ResourceIds()
    hint: str = "Message"
    input_type: int = 0x2C001
    """EditorInfo.inputType of its field: text, with corrections, sentences and several lines."""
    history: tuple[str, ...] = ("Hello", "Hi, how can I help?")
    """Messages that stand in the list at the start."""
    older: int = Field(default=200, ge=0)
    """Rows of the list above those of `history`, that scrolling brings in."""
    flutter: Flutter | None = None
    web: Web | None = None
    keyboard: KeyboardAnswer = KeyboardAnswer()
    frame: FrameCosts = FrameCosts()
    tap: CostField = _ms(1.2)
    """Handling of a touch event by the app."""
    show_delay_ms: float = Field(default=0, ge=0)
    """Delay between the tap and the request for the keyboard (a posted runnable)."""
    first_show: CostField = _ms(0)
    """Inflation at the first tap into the field of a process."""
    cold_start: CostField = _ms(320)
    """Main-thread work from fork to the first frame."""
    warm_start: CostField = _ms(25)
    idle: Literal["still", "draws"] = "still"
    """draws: a frame at every vsync, though nothing happens."""
    every: int = Field(default=1, ge=1, le=4)
    """Draws at every n-th vsync only (2: half the panel's rate)."""
    cpu_noise: float = Field(default=0.08, ge=0, le=2)
    """Sigma of a lognormal factor on all work of one frame (other load on the phone)."""
    hitches: tuple[Hitch, ...] = ()
    buffers: int | None = Field(default=None, ge=2, le=8)
    """Buffers of its window's queue; by default as many as Android gives at this refresh rate."""
    backpressure: bool = True
    """False: its layer is without eEnableBackpressure, so of two ready buffers the older is dropped."""
    cursor: bool = True
    """The focused field's cursor blinks (500 ms)."""
    typing: CostField = _ms(0.8)
    """Work per typed character."""
    reply: Reply | None = None
    troubles: tuple[Trouble, ...] = ()
    """What befalls its threads in a pop-up."""
    busy: Busy | None = None
    """Other work of its main thread in a pop-up."""
    around: Around = QUIET
    """What goes on around it while it is in front."""

    @model_validator(mode="after")
    def _one_toolkit(self) -> AppBehaviour:
        if self.flutter is not None and self.web is not None:
            raise ValueError("an app is drawn by flutter or by web, not by both")
        if self.web is not None and self.keyboard.resize == "sync":
            raise ValueError("a web page does not follow the keyboard: give keyboard.resize at-start")
        return self


_Suffix = Annotated[str, Field(pattern=r"^(:[A-Za-z0-9_.]+)?$")]


class KeyboardApp(_Part):
    """One keyboard."""

    package: _Package = "sim.keyboard"
    service: str = ".SimKeyboard"
    label: str = "Simulated Keyboard"
    process: _Suffix = ""
    """What stands behind the package in the name of the process that its window lives in, e.g. `:ime`."""
    others: tuple[_Suffix, ...] = ()
    """Further processes of the package, which run beside it."""
    height: float = Field(default=0.37, gt=0.1, lt=0.7)
    """Part of the display's height, navigation bar included."""
    bind: CostField = _ms(140)
    """bindApplication of its process when cold."""
    create: CostField = _ms(45)
    """IMS.onCreate when cold."""
    views: CostField = _ms(90)
    """IMS.initViews when cold (inflation of the keys)."""
    start_input: CostField = _ms(2.5)
    show: CostField = _ms(3.0)
    """IMS.showSoftInput and IMS.showWindow."""
    frame: FrameCosts = FrameCosts(record=_ms(1.2), issue=_ms(1.8))
    writes: Literal["latin", "pinyin"] = "latin"
    """pinyin: letters stand in the keyboard's own strip until a candidate is tapped."""
    strip: CostField = _ms(2.5)
    """pinyin: layout work when the candidates change."""
    extra_frames: int = Field(default=2, ge=0)
    """Frames of its own (suggestions, key colours) after the first."""

    @property
    def method_id(self) -> str:
        """The id as `ime list` prints it."""
        return f"{self.package}/{self.service}"


class Fault(_Part):
    """Something that goes wrong, once."""

    kind: Literal[
        "crash", "dialog", "lossy-trace", "keyboard-switch", "thermal", "refresh-rate", "render-rate"
    ]
    on: Literal["start", "show", "trace"] = "show"
    """start: from the start of the phone; show: when the n-th show of the keyboard begins to slide; trace:
    the n-th tracing session (lossy-trace)."""
    nth: int = Field(default=1, ge=1)
    package: str | None = None
    """Count only shows of this app; crash and dialog hit this app (default: the one in front)."""
    after_s: float = Field(default=0, ge=0)
    """Delay from the occasion."""
    value: float = 0
    """thermal: the status; refresh-rate, render-rate: Hz; lossy-trace: lost events (0: plausible)."""


class Behaviours(_Part):
    """A behaviour file."""

    version: Literal[1]
    apps: tuple[AppBehaviour, ...] = ()
    keyboards: tuple[KeyboardApp, ...] = (
        KeyboardApp(),
        KeyboardApp(
            package="sim.keyboard.other", service=".OtherKeyboard", label="Other Keyboard", height=0.33
        ),
        KeyboardApp(
            package="sim.keyboard.pinyin", service=".PinyinKeyboard", label="Pinyin Keyboard", writes="pinyin"
        ),
    )
    faults: tuple[Fault, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Behaviours:
        names = [app.package for app in self.apps] + [keyboard.package for keyboard in self.keyboards]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"packages named twice: {', '.join(twice)}")
        if not self.keyboards:
            raise ValueError("at least one keyboard is needed")
        return self


SYSTEM_FIELD = AppBehaviour(
    package="com.android.settings.intelligence",
    label="Settings search",
    activity=".search.SearchActivity",
    screen="search",
    actions=("android.settings.APP_SEARCH_SETTINGS",),
    ids=ResourceIds(input="search_src_text", back="search_back", messages="list_results"),
    hint="Search settings",
    history=(),
    older=0,
    keyboard=KeyboardAnswer(resize="at-start", relayout=_ms(1.2)),
    compile_filter="speed",
)
"""The text field that is on every phone; its field's id is the one that UI tests of real phones use."""


def behaviour_files() -> list[str]:
    """Return the names of the behaviour files that come with silky."""
    return listing(FOLDER)


def load_behaviours(name_or_path: str) -> Behaviours:
    """Load behaviours by name or from a file.

    Raises:
        SimulationFileError: It does not exist or does not fit.
    """
    return read_yaml(resolve(name_or_path, FOLDER), Behaviours)
