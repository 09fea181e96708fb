"""A phone made of plain Python that implements the run loop's `Session`."""

from __future__ import annotations

from pathlib import Path

from devices.driver.screen.field import Field
from devices.driver.state.holding import DeviceOptions
from devices.profiles.model import AppProfile, Launch, Selector
from profiler.analysis.results import PopupResult, RoundResult, StripFrame
from traces.capture import AppFacts, InputFacts, PhoneFacts, PhoneState, PopupCapture, RoundCapture
from traces.errors import PhoneError

FACTS = PhoneFacts(
    serial_hash="0" * 12,
    model="Fake",
    manufacturer="Made up",
    android="14",
    sdk=34,
    build_type="user",
    fingerprint="f",
    is_emulator=False,
    simulated=False,
    simulated_speed=None,
    modes_hz=(60.0, 120.0),
    active_hz=120.0,
    width=1080,
    height=2400,
    density=420,
    ime_id="k/.I",
    ime_version="1",
)


class FakeClock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeSession:
    """Records what it is asked; `script` says what becomes of the n-th capture (from 1)."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.facts_now = FACTS
        self.version = 1
        self.calls: list[tuple[object, ...]] = []
        self.script: dict[int, BaseException | tuple[str, ...]] = {}
        self.captures = 0
        self.unplugged = False
        self.records = True
        self.comes_back = False
        self.set: dict[str, tuple[str | None, str]] = {}
        self.notes: list[str] = []
        self.options = DeviceOptions()
        self.tell = lambda _text: None
        self.device: dict[str, str | None] = {"global/zen_mode": "0", "compile/k": "speed"}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def facts(self) -> PhoneFacts:
        return self.facts_now

    def app_facts(self, profile: AppProfile) -> AppFacts:
        return AppFacts(
            profile.name,
            profile.package,
            profile.label,
            "1.0",
            self.version,
            "speed",
            reference=profile.reference,
        )

    def device_values(self) -> dict[str, str | None]:
        if self.unplugged:
            raise PhoneError("Fake is gone.")
        return dict(self.device)

    def read_state(self, package: str | None = None, *, rest: int = 0) -> PhoneState:
        return PhoneState(ime_id="k/.I", ime_shown=False, battery_level=80)

    def require_recording(self) -> None:
        if not self.records:
            raise PhoneError("Fake has no perfetto.")

    def check_start(self, planned_ime: str | None = None, *, refresh_hz: float | None = None) -> list[str]:
        self.calls.append(("check_start", planned_ime, refresh_hz))
        self.set = {"system/screen_off_timeout": ("30000", "1800000")}
        return ["The phone is charging."]

    def prepare(self, profile: AppProfile) -> Field:
        self.calls.append(("prepare", profile.name))
        self.clock.now += 1.0
        return Field(profile.package, 540, 2200, (0, 2150, 1080, 2250), "fake", 1, "w", "k/.I", 800)

    def capture_round(
        self, profile: AppProfile, field: Field, folder: Path, popups: int, *, number: int, attempt: int = 1
    ) -> RoundCapture:
        self.captures += 1
        folder.mkdir(parents=True, exist_ok=True)
        self.calls.append(("capture", profile.name, number, attempt))
        self.clock.now += 5.0
        (folder / "trace.perfetto-trace").write_bytes(f"{profile.name} {number} {attempt}".encode())
        fate = self.script.get(self.captures, ())
        if isinstance(fate, BaseException):
            self.unplugged = isinstance(fate, PhoneError)
            raise fate
        pressed = tuple(
            PopupCapture(k, 540, 2200, 60, shown_before=False, shown_after=True) for k in range(1, popups + 1)
        )
        state = self.read_state()
        return RoundCapture(
            folder=folder.name,
            app=profile.name,
            package=profile.package,
            round=number,
            attempt=attempt,
            trace="trace.perfetto-trace",
            trace_sha256=None,
            popups=pressed,
            before=state,
            after=state,
            void=fate,
            host_seconds={"script": 4.0, "pull": 1.0},
        )

    def recover(
        self, profile: AppProfile, error: PhoneError, *, failed: int, worked: bool
    ) -> tuple[str, ...]:
        self.calls.append(("recover", profile.name, failed, worked))
        if not self.comes_back:
            raise error
        self.unplugged = False
        return ("The connection is back.",)

    def attend(self, tell, patience: float) -> None:
        self.calls.append(("attend", patience))

    def wait_back(self) -> None:
        self.calls.append(("wait_back",))
        if not self.comes_back:
            raise PhoneError("Fake did not come back.")
        self.unplugged = False

    def nameless(self, text: str) -> str:
        return text.replace("SERIAL", "the phone")

    def capture_config(self, profile: AppProfile, popups: int) -> str:
        return "buffers: ..."

    def input_facts(self) -> InputFacts:
        return InputFacts("motionevent", ("motionevent: `input` is allowed.",))

    def changes(self) -> dict[str, tuple[str | None, str]]:
        return dict(self.set)

    def restore(self) -> list[str]:
        self.calls.append(("restore",))
        if self.unplugged:
            raise PhoneError("Fake is gone.")
        self.set = {}
        return []


class Watcher:
    """An observer that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def started(self, phone, steps):
        self.heard.append(("started", phone.model, steps))

    def note(self, text):
        self.heard.append(("note", text))

    def attempt(self, step, number):
        self.heard.append(("attempt", step.app, step.round, number))

    def captured(self, step, capture, void):
        self.heard.append(("captured", capture.folder, void))

    def step_done(self, step, *, valid):
        self.heard.append(("step_done", step.app, step.round, valid))

    def finished(self, cost):
        self.heard.append(("finished", cost))


def profile(name: str, *, reference: bool = False) -> AppProfile:
    return AppProfile(
        name=name,
        label=name.title(),
        label_zh=None,
        packages=(f"com.example.{name}",),
        launch=Launch(),
        input=(Selector(class_name="android.widget.EditText"),),
        before_input=(),
        dismiss=(),
        reference=reference,
        confidence="A",
        sources=(),
        notes="",
        path=Path("made-up.yaml"),
    )


def measured(capture: RoundCapture, hitch_ms: float, *, void: tuple[str, ...] = ()) -> RoundResult:
    """A round as the analysis would give it, with the same hitch in every pop-up."""
    popups = tuple(
        PopupResult(
            app=capture.app,
            round=capture.round,
            attempt=capture.attempt,
            popup=pressed.number,
            t0_ns=pressed.number * 10**9,
            down_ns=pressed.number * 10**9 - 6 * 10**7,
            period_ms=1000 / 120,
            metrics={"hitch_ms": hitch_ms, "settled_ms": 300.0, "driver_mode": "sync"},
            standards={},
            reasons={"response_ms": "no app frame answered the press"},
            void=(),
            motion_source="leash",
            slide_start_ms=30.0,
            slide_end_ms=310.0,
            strip=(
                StripFrame("leash", 40.0, 38.0, 41.0, 0, late=False, layout=False, jank="", driver="app"),
                StripFrame("leash", 56.7, 55.0, 50.0, 1, late=True, layout=False, jank="", driver="app"),
            ),
        )
        for pressed in capture.popups
    )
    return RoundResult(
        app=capture.app,
        round=capture.round,
        attempt=capture.attempt,
        folder=capture.folder,
        warm_up=capture.round == 0,
        void=(*capture.void, *void),
        warnings=(),
        metrics={"hitch_ms": hitch_ms + 0.1 * capture.round, "settled_ms": 300.0 + capture.round},
        popups=popups,
    )
