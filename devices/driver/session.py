"""The phone as the run loop sees it: opened, checked, prepared, captured, restored."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from devices.adb.address import is_wireless
from devices.adb.errors import BROKEN
from devices.adb.inventory import choose_phone
from devices.adb.server import AdbServer
from devices.driver import apps
from devices.driver.errors import HopelessError
from devices.driver.facts import phone_facts
from devices.driver.injectors.hand import Hand
from devices.driver.link import AdbLink, Link
from devices.driver.lock import PhoneLock
from devices.driver.phone import Phone
from devices.driver.recording.capture import TRACE_FILE, Tier, capture, round_config
from devices.driver.recording.sources import CaptureSet, probe_sources
from devices.driver.recording.trial import trial_trace
from devices.driver.recovery import Recovery
from devices.driver.screen import keyboard
from devices.driver.screen.field import Field
from devices.driver.screen.readiness import Readiness
from devices.driver.script.popup_script import PopupTiming
from devices.driver.script.recipes import Setting
from devices.driver.state.admission import admit, hold_rate
from devices.driver.state.checks import start_warnings
from devices.driver.state.cooling import wait_until_cool
from devices.driver.state.holding import DeviceOptions, compile_apps, device_values, hold
from devices.driver.state.journal import Journal
from devices.driver.state.keeper import StateKeeper
from devices.driver.state.leftovers import Leftover, finish
from devices.driver.state.note import PhoneNote
from devices.driver.state.reading import read_state
from devices.driver.state.sweep import sweep
from traces.capture import AppFacts, InputFacts, PhoneFacts, PhoneState, RoundCapture
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from devices.driver.injectors.abilities import Abilities
    from devices.driver.script.recipes import Recipe
    from devices.profiles.model import AppProfile

__all__ = ["Field", "PhoneSession", "open_session"]

FULL_TIER = (
    "Recorded with the full tier, for diagnosis: it costs the phone more than the light one, so compare its "
    "numbers only with those of full runs."
)
BY_WIFI = (
    "The phone is connected by the network. The numbers do not suffer, they come from its own clock; pulling "
    "the traces takes longer, and the connection may drop."
)
_CLOSE_SECONDS = 10.0
"""How long a phone is waited for that has gone when all is done but leaving it."""


def open_session(
    serial: str | None = None, *, server: AdbServer | None = None, tier: str = Tier.LIGHT
) -> PhoneSession:
    """Choose a phone, lock it for this process, and restore what an earlier run left changed.

    Args:
        serial: which phone; None: $ANDROID_SERIAL, or the only one.
        server: the adb server; None: the one of the environment.
        tier: what rounds record if nothing else is said, light or full.

    Raises:
        PhoneError: no phone, it can't be used, or another silky uses it.
        UsageError: several phones and none named.
    """
    server = server or AdbServer.from_environment()
    chosen = choose_phone(server, serial)
    session = PhoneSession(AdbLink(server, chosen.serial), tier=Tier(tier))
    if is_wireless(chosen.serial):
        session.notes.append(BY_WIFI)
    return session


class PhoneSession:
    """One locked phone. A context manager: leaving it restores the phone's settings and frees the lock.

    Args:
        link: the connection.
        timing: waits of a pop-up.
        tier: what rounds record if nothing else is said.
        force: also restore what a run of another computer changed that may still go on.
    """

    notes: list[str]
    """What happened at opening that people should read, e.g. settings of a crashed run restored."""
    leftovers: tuple[Leftover, ...]
    """What earlier runs had left changed, and what became of it."""
    options: DeviceOptions
    """What was asked about the phone's state; to be set before `check_start`."""
    tell: Callable[[str], None]
    """Told of waits, while they last."""

    def __init__(
        self,
        link: Link,
        *,
        timing: PopupTiming | None = None,
        tier: Tier = Tier.LIGHT,
        force: bool = False,
    ) -> None:
        self.phone = Phone(link)
        self.notes = []
        self.options = DeviceOptions()
        self.tell = lambda _text: None
        self._timing = timing or PopupTiming()
        self._tier = tier
        self._facts: PhoneFacts | None = None
        self._set: CaptureSet | None = None
        self._packages: dict[str, str] = {}
        self._hand = Hand(self.phone)
        self._ready = Readiness(self.phone, self._hand, self.facts)
        self._lock = PhoneLock(self.phone.serial_hash, self.phone.serial)
        self._lock.take()
        self._open = True
        self._recovery = Recovery(self.phone)
        try:
            journal = Journal(self.phone.serial_hash)
            self._note = PhoneNote(self.phone)
            self.leftovers = tuple(finish(self.phone, journal, force=force))
            for left in self.leftovers:
                self.notes += [left.sentence(self.phone).en] if left.changes else []
                self.notes += left.messages
            # what would not go back stays written down, and goes back with the rest
            self._keeper = StateKeeper(self.phone, (self._note, journal), journal.read())
            sweep(self.phone)
            self._recovery.remember()
        except BaseException as error:
            self._lock.free()
            if isinstance(error, PhoneError) and self._still_starts():
                raise PhoneError(
                    f"{self.phone.name} has not finished starting.",
                    next_step="Wait until its launcher is there, unlock it, then run the command again.",
                ) from error
            raise

    def _still_starts(self) -> bool:
        with contextlib.suppress(PhoneError):
            return self.phone.ask("getprop sys.boot_completed").strip() != "1"
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close(wait=min(self._recovery.patience, _CLOSE_SECONDS))
            return
        with contextlib.suppress(PhoneError):
            # the first error says it; what is left to restore is in the journal
            self.close()

    def facts(self) -> PhoneFacts:
        """Which phone this is. Read once."""
        if self._facts is None:
            facts = phone_facts(self.phone)
            self._facts = replace(facts, sources=self.capture_set().sources)
        return self._facts

    def capture_set(self) -> CaptureSet:
        """Return the best set of frame sources that this phone gives. Asked once, no app is touched.

        Raises:
            PhoneError: too old, or its tracing service is switched off.
        """
        if self._set is None:
            self._set = probe_sources(self.phone)
        return self._set

    def app_facts(self, profile: AppProfile) -> AppFacts:
        """Which version of the app is installed; PhoneError when it is not, naming packages like it."""
        facts = apps.app_facts(self.phone, profile)
        self._packages[profile.name] = facts.package
        return facts

    def read_state(self, package: str | None = None, *, rest: int = 0) -> PhoneState:
        """Read the phone's state, outside measured windows.

        Args:
            package: also read that app's pid.
            rest: seconds that the phone is given before.
        """
        if rest:
            self.phone.shell(f"sleep {rest}")
        return read_state(self.phone, package)

    def check_start(self, planned_ime: str | None = None, *, refresh_hz: float | None = None) -> list[str]:
        """Refuse what makes a run dishonest, wait for a hot phone, then set what the run needs, written down.

        Set: the screen on, all of `held.HELD`; the refresh rate and the apps' compilation only if asked for.

        Args:
            planned_ime: the keyboard that the run is about; None: whichever is chosen.
            refresh_hz: a rate to hold; None: left alone.

        Returns:
            Warnings, each a sentence.

        Raises:
            PhoneError: refused; all reasons at once, each with what to do.
        """
        state = admit(self.phone, planned_ime, self._cool_down)
        warnings = hold(self.phone, self._keeper, self.options)
        if self._note.problem is not None:
            warnings.append(
                f"The phone did not take its note of what was changed ({self._note.problem}): after a crash "
                "only this computer can restore it."
            )
        if refresh_hz is not None:
            warnings += hold_rate(self.phone, self._keeper, self.facts(), refresh_hz)
        if self.options.compile is not None:
            warnings += compile_apps(self._keeper, self._packages.values(), self.options.compile, self.tell)
            for package in self._packages.values():
                # what runs already runs the old code
                self.phone.shell(f"am force-stop {package}")
        auto = (
            "brightness" in self.options.leave and self._keeper.get("system", "screen_brightness_mode") == "1"
        )
        tier = [FULL_TIER] if self._tier is Tier.FULL else []
        recorded = self.capture_set()
        missing = [*recorded.notes, *self._hand.abilities().warnings(traced=recorded.traced)]
        return warnings + start_warnings(state, brightness_auto=auto) + missing + tier

    def require_recording(self) -> None:
        """Refuse a phone on which no source tells of frames; asked before anything is set on it.

        Raises:
            PhoneError: too old, or its tracing service is switched off.
        """
        self.capture_set()

    def device_values(self) -> dict[str, str | None]:
        """Read the phone's settings that matter, and how the apps and the keyboard are compiled."""
        ime = keyboard.current(self.phone)
        packages = set(self._packages.values()) | ({ime.partition("/")[0]} if ime else set())
        return device_values(self.phone, packages)

    def _cool_down(self) -> int:
        return wait_until_cool(self.phone, self.options.gate, self.tell, alongside=self._note.touch_command())

    def prepare(self, profile: AppProfile) -> Field:
        """Bring the app to the front with the keyboard hidden and its input field found, uiautomator2 ended.

        The field is looked for once per process of the app: as long as its process and focused window are the
        same, no UiAutomation touches the phone again. The first time, the field is tried: pressed, the
        keyboard measured, and put away.

        Raises:
            PhoneError: not installed, doesn't come to the front, no field, the keyboard doesn't come up.
        """
        self._cool_down()
        return self._ready.field(profile, self._package(profile))

    def prepare_typing(self, profile: AppProfile) -> Field:
        """As `prepare`, and the keys of the keyboard found and tried; see `Readiness.keys`."""
        self._cool_down()
        return self._ready.keys(profile, self._package(profile))

    def prepare_pinyin(self, profile: AppProfile) -> Field:
        """As `prepare_typing`, for a keyboard that composes pinyin; its first candidate is found too."""
        self._cool_down()
        return self._ready.keys(profile, self._package(profile), pinyin=True)

    def prepare_sending(self, profile: AppProfile) -> Field:
        """As `prepare_typing`; the send button must have been found."""
        self._cool_down()
        return self._ready.send_button(profile, self._package(profile))

    def prepare_stopped(self, profile: AppProfile) -> Field:
        """As `prepare`, then end the app; see `Readiness.stopped`."""
        self._cool_down()
        return self._ready.stopped(profile, self._package(profile))

    def capture_round(
        self,
        profile: AppProfile,
        field: Field,
        folder: Path,
        popups: int,
        *,
        number: int,
        attempt: int = 1,
        tier: Tier | None = None,
        dumps: bool = False,
    ) -> RoundCapture:
        """Trace one round of `popups` presses into `folder` (created if missing).

        Args:
            profile: the app, prepared before.
            field: what `prepare` returned.
            folder: where everything of the round goes.
            popups: presses.
            number: the round, 1 ... N; 0 for a warm-up.
            attempt: 1 ...; larger after void attempts.
            tier: how much to record; None: what the session was opened with.
            dumps: also keep what gfxinfo and SurfaceFlinger themselves remember of the round's end.

        Raises:
            PhoneError: connection lost, injection or tracing refused. What was captured stays in `folder`.
        """
        return self._capture(
            profile, field, folder, popups, number=number, attempt=attempt, tier=tier, dumps=dumps
        )

    def capture_recipe(
        self,
        profile: AppProfile,
        field: Field,
        folder: Path,
        make: Callable[[Setting], Recipe],
        *,
        number: int,
        attempt: int = 1,
    ) -> RoundCapture:
        """Trace one round of other interactions than pop-ups into `folder` (created if missing).

        Args:
            profile: the app, prepared before.
            field: what preparing returned.
            folder: where everything of the round goes.
            make: makes the round's recipe for this phone and app.
            number: the round, 1 ... N; 0 for a warm-up.
            attempt: 1 ...; larger after void attempts.

        Raises:
            PhoneError: as `capture_round`, and where the shell may not write trace marks, without which
                interactions can't be told apart.
        """
        abilities = self._hand.abilities()
        if abilities.marker is None and self.capture_set().traced:
            raise HopelessError(
                f"{self.phone.name} does not let the shell write trace marks; only pop-ups can be told apart "
                "without them.",
                next_step="Measure the scenario keyboard-popup on this phone, or use another one.",
            )
        if not abilities.motion:
            raise HopelessError(
                f"The `input` of {self.phone.name} has no motionevent: presses would have no length.",
                next_step="Measure the scenario keyboard-popup on this phone, or use a newer one.",
            )
        recipe = make(self._setting(profile, field, abilities))
        return self._capture(
            profile, field, folder, recipe.popups, number=number, attempt=attempt, recipe=recipe
        )

    def _setting(self, profile: AppProfile, field: Field, abilities: Abilities) -> Setting:
        start = apps.start_command(self.phone, profile, field.package)
        facts, typing = self.facts(), self._ready.typing(profile)
        return Setting(field, abilities.motion, start, facts.width, facts.height, typing)

    def _capture(
        self,
        profile: AppProfile,
        field: Field,
        folder: Path,
        popups: int,
        *,
        number: int,
        attempt: int,
        tier: Tier | None = None,
        dumps: bool = False,
        recipe: Recipe | None = None,
    ) -> RoundCapture:
        folder.mkdir(parents=True, exist_ok=True)
        abilities = self._hand.abilities()
        recorded = self.capture_set()
        each = tier is None and recorded.dumps
        tier = tier or (self._tier if recorded.traced else Tier.NONE)
        done = capture(
            self.phone,
            field,
            folder,
            popups=popups,
            abilities=abilities,
            timing=self._timing,
            tier=tier,
            dumps=dumps,
            each=each,
            recipe=recipe,
        )
        if done.void:
            # whatever went wrong, the next attempt looks at the screen anew
            self._ready.forget(profile)
        if done.touchless:
            self._hand.fall_back("it was taken in before, but not in a round")
        return RoundCapture(
            folder=folder.name,
            app=profile.name,
            package=field.package,
            round=number,
            attempt=attempt,
            trace=None if tier is Tier.NONE else TRACE_FILE,
            trace_sha256=done.trace_sha256,
            popups=done.output.popups,
            before=done.before,
            after=done.after,
            void=done.void,
            warnings=tuple(abilities.warnings(traced=recorded.traced)),
            host_seconds=done.seconds,
            extras=done.extras,
            kind="show" if recipe is None else recipe.kind,
            interactions=0 if recipe is None else recipe.count,
            input_method=abilities.injector.name,
            keyboard_px=field.ime_height_px,
            input_type=field.input_type,
            chat_rows=field.chat_rows,
        )

    def open(self, profile: AppProfile) -> None:
        """Bring the app to the front, and do nothing else."""
        apps.bring_to_front(self.phone, profile, self._package(profile))

    def trial(self, profile: AppProfile, local: Path) -> None:
        """Trace the app's way to the front with everything on, without a touch; see `trial_trace`."""
        package = self._package(profile)
        trial_trace(
            self.phone,
            round_config(package, keyboard.current(self.phone), 1, self._timing, Tier.FULL),
            local,
            marker=self._hand.abilities().marker,
            bring_to_front=lambda: apps.bring_to_front(self.phone, profile, package),
        )

    def abilities(self) -> Abilities:
        """Return what was probed of marks and touches. Probed once."""
        return self._hand.abilities()

    def input_facts(self) -> InputFacts:
        """Return how this phone is touched, and how that was found; for the manifest. Probed once."""
        injection = self._hand.abilities().injection
        assert injection is not None, "_probe always sets it"
        return injection.facts()

    def capture_config(self, profile: AppProfile, popups: int) -> str:
        """Return the Perfetto configuration of a round in text, for the manifest."""
        ime = keyboard.current(self.phone)
        return round_config(self._package(profile), ime, popups, self._timing, self._tier).text()

    def changes(self) -> dict[str, tuple[str | None, str]]:
        """Return what was set on the phone: name -> (was, is)."""
        return self._keeper.changes()

    def restore(self) -> list[str]:
        """Set everything back; return notes about what could not or need not be."""
        return self._keeper.restore()

    def recover(
        self, profile: AppProfile, error: PhoneError, *, failed: int, worked: bool
    ) -> tuple[str, ...]:
        """Bring the phone back after an attempt that failed; see `Recovery.after`."""
        package = self._packages.get(profile.name)
        self._ready.forget()
        return tuple(self._recovery.after(error, package, failed=failed, worked=worked))

    def wait_back(self) -> None:
        """Wait for a phone that has gone; PhoneError if it does not come back in time."""
        self._recovery.wait()

    def attend(self, tell: Callable[[str], None], patience: float) -> None:
        """Tell from now on what is waited for, and wait at most so many seconds each time."""
        self.tell = self._recovery.tell = tell
        self._recovery.patience = patience

    def nameless(self, text: str) -> str:
        """Return a text without the phone's serial number, as results may hold it."""
        serial = self.phone.serial
        for words, instead in ((f"Phone {serial}", "The phone"), (f"phone {serial}", "the phone")):
            text = text.replace(words, instead)
        return text.replace(serial, "the phone")

    def close(self, *, wait: float = 0.0) -> None:
        """Restore, remove what lies on the phone, unlock; safe to call twice.

        Args:
            wait: seconds for which a phone that has gone is waited for.

        Raises:
            PhoneError: the phone is gone; the journal keeps the rest for the next run or `silky restore`.
        """
        if not self._open:
            return
        self._open = False
        try:
            try:
                self._leave()
            except BROKEN:
                if not wait:
                    raise
                self.phone.link.wait_back(wait)
                self._leave()
        finally:
            self._lock.free()

    def _leave(self) -> None:
        self.notes += self.restore()
        sweep(self.phone)

    def _package(self, profile: AppProfile) -> str:
        if profile.name not in self._packages:
            self._packages[profile.name] = apps.installed_package(self.phone, profile)
        return self._packages[profile.name]
