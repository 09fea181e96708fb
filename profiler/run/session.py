"""The phone as the run loop needs it: `devices.driver.session.PhoneSession`, and the tests' fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devices.driver.screen.field import Field
    from devices.driver.script.recipes import Recipe, Setting
    from devices.driver.state.holding import DeviceOptions
    from devices.profiles import AppProfile
    from traces.capture import AppFacts, InputFacts, PhoneFacts, PhoneState, RoundCapture
    from traces.errors import PhoneError


class Session(Protocol):
    """One locked phone. Every method may raise `PhoneError`."""

    options: DeviceOptions
    """What was asked about the phone's state; set before `check_start`."""
    tell: Callable[[str], None]
    """Told of waits, while they last."""

    def facts(self) -> PhoneFacts:
        """Which phone this is."""

    def app_facts(self, profile: AppProfile) -> AppFacts:
        """Which version of the app is installed."""

    def read_state(self, package: str | None = None, *, rest: int = 0) -> PhoneState:
        """Read the phone's state, outside measured windows, after so many seconds of its time."""

    def require_recording(self) -> None:
        """Refuse a phone on which no round could be recorded; asked before anything is set on it."""

    def check_start(self, planned_ime: str | None = None, *, refresh_hz: float | None = None) -> list[str]:
        """Refuse what makes a run dishonest, set what it needs; return warnings."""

    def prepare(self, profile: AppProfile) -> Field:
        """Bring the app to the front with the keyboard hidden and find its input field."""

    def prepare_typing(self, profile: AppProfile) -> Field:
        """Find the app's input field, the keyboard's keys and the send button."""

    def prepare_pinyin(self, profile: AppProfile) -> Field:
        """Find the app's input field, the keyboard's keys and its first candidate."""

    def prepare_sending(self, profile: AppProfile) -> Field:
        """Find all that `prepare_typing` does; refuse without a send button."""

    def prepare_stopped(self, profile: AppProfile) -> Field:
        """Find the app's input field, then end the app."""

    def capture_round(
        self, profile: AppProfile, field: Field, folder: Path, popups: int, *, number: int, attempt: int = 1
    ) -> RoundCapture:
        """Trace one round of presses into `folder`."""

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
        """Trace one round of another kind into `folder`."""

    def capture_config(self, profile: AppProfile, popups: int) -> str:
        """Return the capture's configuration in text."""

    def device_values(self) -> dict[str, str | None]:
        """Read the settings that matter by name, and how apps and keyboard are compiled."""

    def input_facts(self) -> InputFacts:
        """Return how the phone is touched."""

    def recover(
        self, profile: AppProfile, error: PhoneError, *, failed: int, worked: bool
    ) -> tuple[str, ...]:
        """Bring the phone back after `failed` attempts in a row that ended with an error.

        `worked`: a round of this app was captured before. Returns what was mended, each a sentence; raises
        PhoneError, this one or a clearer one, where nothing can be mended from here.
        """

    def wait_back(self) -> None:
        """Wait for a phone that has gone."""

    def nameless(self, text: str) -> str:
        """Return a text without the phone's serial number."""

    def changes(self) -> dict[str, tuple[str | None, str]]:
        """Return what was set on the phone: name -> (was, is)."""

    def restore(self) -> list[str]:
        """Set everything back; return notes."""
